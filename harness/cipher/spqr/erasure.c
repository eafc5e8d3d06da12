/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/spqr/erasure.h"

#include <string.h>

#define N_POLYNOMIALS (ERASURE_CHUNK_LEN / 2)

static uint16_t multiply(uint16_t a, uint16_t b)
{
    uint32_t product = 0;
    for (unsigned bit = 0; bit < 16; bit++)
        if ((unsigned)b >> bit & 1u)
            product ^= (uint32_t)a << bit;
    for (unsigned bit = 30; bit >= 16; bit--)
        if (product >> bit & 1u)
            product ^= 0x1100bu << (bit - 16);
    return (uint16_t)product;
}

/* To the power 2^16 - 2; |a| is not 0. */
static uint16_t inverse(uint16_t a)
{
    uint16_t power = a, result = 1;
    for (unsigned bit = 1; bit < 16; bit++) {
        power = multiply(power, power);
        result = multiply(result, power);
    }
    return result;
}

/*
 * Lagrange: the weight of chunk |i| for the value at |x|, where no chunk is. Addition and
 * subtraction are the same in this field.
 */
static uint16_t weight(const struct erasure_collector *from, unsigned i, uint16_t x)
{
    uint16_t above = 1, below = 1;
    for (unsigned j = 0; j < from->n; j++) {
        if (j == i)
            continue;
        above = multiply(above, x ^ from->index[j]);
        below = multiply(below, from->index[i] ^ from->index[j]);
    }
    return multiply(above, inverse(below));
}

/* All polynomials at |x|. */
static void evaluate(const struct erasure_collector *from, uint16_t x,
                     uint8_t out[ERASURE_CHUNK_LEN])
{
    for (unsigned i = 0; i < from->n; i++)
        if (from->index[i] == x) {
            memcpy(out, from->chunk[i], ERASURE_CHUNK_LEN);
            return;
        }
    memset(out, 0, ERASURE_CHUNK_LEN);
    for (unsigned i = 0; i < from->n; i++) {
        const uint8_t *chunk = from->chunk[i];
        uint16_t w = weight(from, i, x);
        for (unsigned p = 0; p < N_POLYNOMIALS; p++) {
            uint16_t part = multiply(w, (uint16_t)(chunk[2 * p] << 8 | chunk[2 * p + 1]));
            out[2 * p] ^= (uint8_t)(part >> 8);
            out[2 * p + 1] ^= (uint8_t)part;
        }
    }
}

void erasure_chunk(struct bytes piece, uint16_t index, uint8_t chunk[ERASURE_CHUNK_LEN])
{
    struct erasure_collector slices;
    slices.n = slices.needed = (unsigned)(piece.len / ERASURE_CHUNK_LEN);
    for (unsigned i = 0; i < slices.n; i++)
        slices.index[i] = (uint16_t)i;
    memcpy(slices.chunk, piece.data, piece.len);
    evaluate(&slices, index, chunk);
}

bool erasure_collect(struct erasure_collector *collector, uint16_t index,
                     const uint8_t chunk[ERASURE_CHUNK_LEN])
{
    unsigned at = 0;
    while (at < collector->n && collector->index[at] != index)
        at++;
    if (at == collector->needed)
        return true;
    collector->index[at] = index;
    memcpy(collector->chunk[at], chunk, ERASURE_CHUNK_LEN);
    if (at == collector->n)
        collector->n++;
    return collector->n == collector->needed;
}

void erasure_piece(const struct erasure_collector *collector, uint8_t *piece)
{
    for (unsigned x = 0; x < collector->needed; x++)
        evaluate(collector, (uint16_t)x, piece + (size_t)x * ERASURE_CHUNK_LEN);
}
