/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"

#include <sodium.h>
#include <string.h>

#define BLOCK_LEN 32u

void stream_init(struct stream *s)
{
    *s = (struct stream){0};
    randombytes_buf(s->seed, sizeof(s->seed));
}

void stream_seed(struct stream *s, const uint8_t seed[32])
{
    memcpy(s->seed, seed, sizeof(s->seed));
    s->counter = 0;
}

void stream_fill(struct stream *s, uint8_t *out, size_t len)
{
    uint8_t block[BLOCK_LEN], number[8];
    while (len) {
        for (unsigned i = 0; i < sizeof(number); i++)
            number[i] = (uint8_t)(s->counter >> (56 - 8 * i));
        s->counter++;
        (void)crypto_generichash(block, sizeof(block), number, sizeof(number), s->seed,
                                 sizeof(s->seed)); /* fails for wrong lengths only */
        size_t take = len < sizeof(block) ? len : sizeof(block);
        memcpy(out, block, take);
        out += take;
        len -= take;
    }
    sodium_memzero(block, sizeof(block));
}
