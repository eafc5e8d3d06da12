/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/handshake.h - handshake messages as they cross: bare Noise messages, or the fields of
 * proto/gatekeeper.proto (docs/wire.md, Channel).
 * Depends on: noise, octets, codes; proto/gatekeeper.proto.
 */
#ifndef REFERENCE_CLIENT_HANDSHAKE_H
#define REFERENCE_CLIENT_HANDSHAKE_H

#include "client/noise.h"

/* Each appends one frame's payload to |out|. 0, or CLIENT_E_HANDSHAKE. */

int handshake_write_hello(struct noise *s, bool is_fields, struct octets *out);
int handshake_write_hello_ik(struct noise *s, bool is_fields, const uint8_t *payload, size_t len,
                             struct octets *out);
/* The server's message; its payload in clear to |out_payload|. */
int handshake_read_reply(struct noise *s, bool is_fields, const uint8_t *in, size_t len,
                         struct octets *out_payload);
int handshake_write_finish(struct noise *s, bool is_fields, const uint8_t *payload, size_t len,
                           struct octets *out);

#endif
