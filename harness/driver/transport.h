/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/transport.h - a stream of frames to a target, and how it ended.
 * Depends on: base, wire/frame, verdict.
 *
 * A transport is a table of functions, so that a tape (run/tape.h) can take the place of a socket.
 * It never blocks past a deadline, never reads a frame longer than TRANSPORT_FRAME_MAX, and buffers
 * at most that.
 */
#ifndef ASSAY_DRIVER_TRANSPORT_H
#define ASSAY_DRIVER_TRANSPORT_H

#include "base/buffer.h"
#include "base/clock.h"
#include "driver/address.h"
#include "verdict/oracle.h"

#include <sys/types.h>

#define TRANSPORT_FRAME_MAX (2u * 1024u * 1024u) /* bytes of message, proto/target.proto */
#define TRANSPORT_STDERR_MAX                                                                       \
    8192u /* the last bytes of an owned process's standard error are kept */

struct transport {
    const struct transport_ops *ops;
    void *context;
};

struct transport_ops {
    /* Write one frame of |payload|. E_CLOSED, E_TIMEOUT, E_IO. */
    enum status (*send)(void *context, struct bytes payload, uint64_t timeout_ms);
    /*
     * Read one frame into |out| (cleared first).
     * E_CLOSED: the stream ended, before or inside a frame, or the deadline passed and an owned
     * process has ended. E_TIMEOUT: the frame was not whole in time. E_LIMIT: a longer frame was
     * announced; nothing more is read. E_IO.
     */
    enum status (*receive)(void *context, struct buffer *out, uint64_t timeout_ms);
    /*
     * After E_CLOSED: SEEN_DEATH when the process is ours and has ended, else SEEN_CLOSE; |detail|
     * gets one line, "exit code 3", "signal 11 (SIGSEGV)", and then what it last wrote to standard
     * error. Waits at most 500 ms for the end.
     */
    enum seen (*ending)(void *context, struct buffer *detail);
    /* End the connection, end and reap an owned process and all its children, free everything. */
    void (*close)(void *context);
};

/*
 * CPU time of an owned process, its living children and its ended ones so far, in microseconds (in
 * steps of the system's clock tick, mostly 10 ms); 0 when not ours or not known.
 */
uint64_t transport_cpu_us(const struct transport *t);

/* Milliseconds so far in which an owned process and its living children were ready to run and did
 * not get to; 0 when not ours or not known. */
uint64_t transport_delay_ms(const struct transport *t);

/* The owned process, leader of its process group; 0 when not ours. */
pid_t transport_process(const struct transport *t);

/*
 * Are there received bytes that answer no request? To be asked before a request is sent. Does not
 * wait; false for a transport that is no socket.
 */
bool transport_has_unasked(const struct transport *t);

/*
 * Connect, starting the process first where the address says so. An exec: command is run by /bin/sh
 * in a process group of its own, with one end of a socket pair as its standard input and output,
 * and its standard error captured.
 *
 * E_IO: not reachable; |detail| gets one sentence why. E_TIMEOUT. E_NOMEM.
 */
MUST_USE enum status transport_open(const struct target_address *address, struct clock clock,
                                    uint64_t timeout_ms, struct transport *out,
                                    struct buffer *detail);

/* Close and clear. Accepts a transport never opened (ops NULL). */
void transport_close(struct transport *t);

#endif
