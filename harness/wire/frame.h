/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/frame.h - one record on a stream: a big-endian length, then that many bytes.
 * Depends on: base.
 */
#ifndef ASSAY_WIRE_FRAME_H
#define ASSAY_WIRE_FRAME_H

#include "base/buffer.h"

/*
 * Decode one frame from the front of |in|.
 *
 * in           bytes received so far; borrowed.
 * length_size  2, 3 or 4 (bytes of length), else E_LIMIT.
 * max_len      the longest payload taken, in bytes.
 * out_payload  view into |in|; valid as long as it.
 * out_used     bytes consumed, 0 when more are needed.
 *
 * OK       a whole frame, or not yet (out_used == 0)
 * E_LIMIT  the announced length exceeds |max_len|; nothing consumed
 */
MUST_USE enum status frame_decode(struct bytes in, size_t length_size, size_t max_len,
                                  struct bytes *out_payload, size_t *out_used);

/*
 * Append the frame of |payload| to |out|.
 *
 * E_LIMIT  |length_size| is not 2, 3 or 4, |payload| does not fit it, or |out| is at its maximum
 * E_NOMEM
 */
MUST_USE enum status frame_encode(struct bytes payload, size_t length_size, struct buffer *out);

#endif
