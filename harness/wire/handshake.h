/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/handshake.h - what handshake frames and payloads look like: HandshakeMessage,
 * CertificateChain, ClientPayload (proto/gatekeeper.proto, docs/wire.md).
 * Depends on: base, wire/pb, wire/noise, wire/profile.
 */
#ifndef ASSAY_WIRE_HANDSHAKE_H
#define ASSAY_WIRE_HANDSHAKE_H

#include "base/arena.h"
#include "wire/noise.h"
#include "wire/profile.h"

/* Which of the three messages. */
enum handshake_part {
    HANDSHAKE_PART_NONE = 0,
    CLIENT_HELLO = 2,
    SERVER_HELLO = 3,
    CLIENT_FINISH = 4
};

/*
 * Noise message to frame payload and back. In HANDSHAKE_NOISE both are the same bytes. In
 * HANDSHAKE_FIELDS |n|'s noise_shape (asked before the write or read) says where the parts are; an
 * absent part is left out. Unknown fields are ignored when read.
 * E_PARSE: not a HandshakeMessage of this part, or a part is missing or has another length.
 */
MUST_USE enum status handshake_wrap(enum handshake_form form, enum handshake_part part,
                                    size_t e_len, size_t s_len, struct bytes noise_message,
                                    struct buffer *out);
MUST_USE enum status handshake_unwrap(enum handshake_form form, enum handshake_part part,
                                      size_t e_len, size_t s_len, struct bytes frame,
                                      struct buffer *out);

struct client_payload {
    uint32_t product; /* 2: INTEROP */
    bool has_interop_data;
    uint64_t account_id;
    struct bytes token; /* JWS compact form */
    bool reads_receipts;
};

/* Views into |in|. E_PARSE: not protobuf, or a field has another wire type.
 * Absent fields are zero. */
MUST_USE enum status client_payload_decode(struct bytes in, struct client_payload *out);
void client_payload_encode(const struct client_payload *p, struct buffer *out);

#endif
