/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include "base/crypto.h"

#include <string.h>

enum status random_init(struct random *r, struct bytes seed, const char *label)
{
    memset(r, 0, sizeof(*r));
    r->block_used = sizeof(r->block);
    return crypto_hmac_sha256(seed, bytes_of_text(label), r->key);
}

enum status random_fork(const struct random *r, const char *label, struct random *out)
{
    return random_init(out, bytes_of(r->key, sizeof(r->key)), label);
}

static enum status next_block(struct random *r)
{
    uint8_t counter[8];
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)(r->counter >> (56 - 8 * i));
    enum status st =
        crypto_hmac_sha256(bytes_of(r->key, sizeof(r->key)), bytes_of(counter, 8), r->block);
    if (st)
        return st;
    r->counter++;
    r->block_used = 0;
    return OK;
}

enum status random_fill(struct random *r, uint8_t *out, size_t len)
{
    while (len) {
        if (r->block_used == sizeof(r->block)) {
            enum status st = next_block(r);
            if (st)
                return st;
        }
        size_t take = sizeof(r->block) - r->block_used;
        if (take > len)
            take = len;
        memcpy(out, r->block + r->block_used, take);
        r->block_used += take;
        out += take;
        len -= take;
    }
    return OK;
}

enum status random_below(struct random *r, uint32_t limit, uint32_t *out)
{
    *out = 0;
    if (limit == 0)
        return E_LIMIT;
    /* draw again in the incomplete last interval, so that all numbers are equally likely */
    uint32_t tail = (uint32_t)(UINT32_MAX % limit);
    for (;;) {
        uint8_t raw[4];
        enum status st = random_fill(r, raw, sizeof(raw));
        if (st)
            return st;
        uint32_t value =
            (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 | raw[3];
        if (value <= UINT32_MAX - tail - 1 || tail == limit - 1) {
            *out = value % limit;
            return OK;
        }
    }
}
