/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/dial.h - connect a stream socket to a listening target.
 * Depends on: base.
 */
#ifndef ASSAY_DRIVER_DIAL_H
#define ASSAY_DRIVER_DIAL_H

#include "base/buffer.h"
#include "base/clock.h"

/*
 * Connect to the Unix socket at |path|, or to |host| and |port|, each of its addresses in turn,
 * before |deadline_ms| of |clock|. The socket is non-blocking and closes on exec; the caller closes
 * it. Looking a name up is the system's business and not under the deadline: a number, or a name in
 * the hosts file, does not wait.
 *
 * E_IO       not reachable; |detail| gets why ("connection refused")
 * E_TIMEOUT  |detail| says so
 */
MUST_USE enum status dial_unix(const char *path, struct clock clock, uint64_t deadline_ms,
                               int *out_fd, struct buffer *detail);
MUST_USE enum status dial_tcp(const char *host, const char *port, struct clock clock,
                              uint64_t deadline_ms, int *out_fd, struct buffer *detail);

#endif
