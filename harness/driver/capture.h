/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/capture.h - the bytes of connections as a pcapng file that tshark opens: TCP segments with
 * made-up but consistent headers, and the decrypted stanza as the packet's comment.
 * Depends on: base.
 *
 * One process writes one file: a run with a capture has one worker.
 */
#ifndef ASSAY_DRIVER_CAPTURE_H
#define ASSAY_DRIVER_CAPTURE_H

#include "base/bytes.h"
#include "base/status.h"

#include <stdio.h>

struct capture;

/* Section header and one interface (Ethernet) to |file| (kept; not closed). E_NOMEM, E_IO. */
MUST_USE enum status capture_new(FILE *file, struct capture **out);
void capture_free(struct capture *c);

struct capture_connection {
    uint32_t number; /* of the connection; decides its client port */
    uint16_t server_port;
    const char *label; /* the case's id; in the comment of its SYN; NULL for none */
};
void capture_opened(struct capture *c, const struct capture_connection *connection,
                    uint64_t unix_us);
/* Bytes as they were on the wire; |clear| (may be empty) is their decrypted document.
 * Errors stick. */
void capture_bytes(struct capture *c, const struct capture_connection *connection, bool from_client,
                   struct bytes raw, struct bytes clear, uint64_t unix_us);
void capture_closed(struct capture *c, const struct capture_connection *connection, bool by_client,
                    uint64_t unix_us);
/* The first error of whoever wrote to it, be it a process forked since: E_IO (errno), E_LIMIT or
 * E_NOMEM. */
MUST_USE enum status capture_status(const struct capture *c);

#endif
