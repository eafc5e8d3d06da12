/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/spqr/erasure.h - a piece cut into chunks of 32 bytes, any enough of which give it back
 * (SPQR version 1; ML-KEM Braid, revision 1, section 2.4).
 * Depends on: base.
 *
 * A piece of 32 n bytes is 16 n big-endian values of 16 bits in GF(2^16), reduction polynomial
 * 0x1100B. Value i is what polynomial i mod 16 has at x = i / 16. Chunk k is the 16 polynomials at
 * x = k; so the first n chunks are slices of the piece, and what comes after is redundancy.
 */
#ifndef ASSAY_CIPHER_SPQR_ERASURE_H
#define ASSAY_CIPHER_SPQR_ERASURE_H

#include "base/bytes.h"

#define ERASURE_CHUNK_LEN 32u
#define ERASURE_NEEDED_MAX 36u /* chunks of the longest piece, the vector of an ML-KEM-768 key */

/* Chunk |index| of |piece|, whose length is a multiple of 32, at most 32 ERASURE_NEEDED_MAX. */
void erasure_chunk(struct bytes piece, uint16_t index, uint8_t chunk[ERASURE_CHUNK_LEN]);

/* What has come of a piece. All zeros but for |needed|: nothing. */
struct erasure_collector {
    unsigned needed; /* chunks that make the piece, at most ERASURE_NEEDED_MAX */
    unsigned n;      /* distinct ones that have come */
    uint16_t index[ERASURE_NEEDED_MAX];
    uint8_t chunk[ERASURE_NEEDED_MAX][ERASURE_CHUNK_LEN];
};

/*
 * Take a chunk; is the piece complete? Of two chunks with one index the later stays. When the piece
 * is complete, further ones are left out.
 */
bool erasure_collect(struct erasure_collector *collector, uint16_t index,
                     const uint8_t chunk[ERASURE_CHUNK_LEN]);

/* The piece of a complete collector: 32 times |needed| bytes. */
void erasure_piece(const struct erasure_collector *collector, uint8_t *piece);

#endif
