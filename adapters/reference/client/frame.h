/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/frame.h - a big-endian length and that many bytes (docs/wire.md, Frame).
 * Depends on: octets, codes.
 */
#ifndef REFERENCE_CLIENT_FRAME_H
#define REFERENCE_CLIENT_FRAME_H

#include "client/octets.h"

/*
 * The frame at the front of |in|: its payload as a view, and how many bytes it takes up (0: more
 * are to come). 0, or CLIENT_E_FRAME: a length of zero or over |max|.
 */
int frame_read(const uint8_t *in, size_t len, size_t length_size, size_t max,
               const uint8_t **out_payload, size_t *out_len, size_t *out_used);
/* Appended to |out|. 0, or CLIENT_E_FRAME when it is too long, CLIENT_E_NOMEM. */
int frame_write(const uint8_t *payload, size_t len, size_t length_size, size_t max,
                struct octets *out);

#endif
