/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

bool stream_init(struct stream *s)
{
    *s = (struct stream){0};
    return RAND_bytes(s->seed, sizeof(s->seed)) == 1;
}

void stream_seed(struct stream *s, const uint8_t seed[32])
{
    memcpy(s->seed, seed, sizeof(s->seed));
    s->counter = 0;
}

bool stream_fill(struct stream *s, uint8_t *out, size_t len)
{
    uint8_t block[32], number[8];
    bool is_filled = true;
    while (len && is_filled) {
        unsigned block_len = sizeof(block);
        for (unsigned i = 0; i < sizeof(number); i++)
            number[i] = (uint8_t)(s->counter >> (56 - 8 * i));
        s->counter++;
        is_filled = HMAC(EVP_sha256(), s->seed, sizeof(s->seed), number, sizeof(number), block,
                         &block_len) != NULL;
        size_t take = len < sizeof(block) ? len : sizeof(block);
        if (is_filled)
            memcpy(out, block, take);
        out += take;
        len -= take;
    }
    OPENSSL_cleanse(block, sizeof(block));
    return is_filled;
}
