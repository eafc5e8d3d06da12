/* SPDX-License-Identifier: 0BSD */
#include "stash.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_LEN 8u
#define FIRST_CAP 256u

void stash_init(struct stash *s, size_t max) { *s = (struct stash){.max = max}; }

void stash_fini(struct stash *s)
{
    if (s->data)
        explicit_bzero(s->data, s->cap);
    free(s->data);
    stash_init(s, s->max);
}

/* Make room for |len| more. The old bytes are wiped, which realloc would not do. */
static bool grow(struct stash *s, size_t len)
{
    size_t cap = s->cap ? s->cap : FIRST_CAP;
    if (s->is_broken || len > s->max - s->len)
        return false;
    while (cap < s->len + len)
        cap *= 2;
    if (cap == s->cap)
        return true;
    uint8_t *data = malloc(cap);
    if (!data)
        return false;
    if (s->len)
        memcpy(data, s->data, s->len);
    if (s->data)
        explicit_bzero(s->data, s->cap);
    free(s->data);
    s->data = data;
    s->cap = cap;
    return true;
}

void stash_put_raw(struct stash *s, const void *data, size_t len)
{
    if (!grow(s, len)) {
        s->is_broken = true;
        return;
    }
    if (len)
        memcpy(s->data + s->len, data, len);
    s->len += len;
}

void stash_put_number(struct stash *s, uint64_t value)
{
    uint8_t bytes[NUMBER_LEN];
    for (unsigned i = 0; i < NUMBER_LEN; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    stash_put_raw(s, bytes, sizeof(bytes));
}

void stash_put(struct stash *s, const void *data, size_t len)
{
    stash_put_number(s, len);
    stash_put_raw(s, data, len);
}

void stash_put_text(struct stash *s, const char *text) { stash_put(s, text, strlen(text)); }

bool stash_give(struct stash *s, struct served_bytes *out)
{
    *out = (struct served_bytes){0};
    if (!s->is_broken && grow(s, s->len ? 0 : 1)) {
        *out = (struct served_bytes){s->data, s->len};
        stash_init(s, s->max);
    }
    stash_fini(s);
    return out->data != NULL;
}

/* ---- reading */

struct stash_reader stash_read(const uint8_t *data, size_t len)
{
    return (struct stash_reader){.data = data, .len = len};
}

const uint8_t *stash_take_raw(struct stash_reader *r, size_t len)
{
    if (r->is_broken || len > r->len) {
        r->is_broken = true;
        return NULL;
    }
    const uint8_t *taken = r->data;
    if (len)
        r->data += len;
    r->len -= len;
    return taken;
}

uint64_t stash_take_number(struct stash_reader *r)
{
    const uint8_t *bytes = stash_take_raw(r, NUMBER_LEN);
    uint64_t value = 0;
    for (unsigned i = 0; bytes && i < NUMBER_LEN; i++)
        value = value << 8 | bytes[i];
    return value;
}

uint64_t stash_take_up_to(struct stash_reader *r, uint64_t max)
{
    uint64_t value = stash_take_number(r);
    if (value <= max)
        return value;
    r->is_broken = true;
    return 0;
}

const uint8_t *stash_take(struct stash_reader *r, size_t max, size_t *out_len)
{
    uint64_t len = stash_take_number(r);
    *out_len = 0;
    if (len > max || len > r->len)
        r->is_broken = true;
    if (r->is_broken)
        return NULL;
    *out_len = (size_t)len;
    return stash_take_raw(r, (size_t)len);
}

char *stash_take_text(struct stash_reader *r, size_t max)
{
    size_t len;
    const uint8_t *bytes = stash_take(r, max, &len);
    char *text = r->is_broken || (len && memchr(bytes, 0, len)) ? NULL : malloc(len + 1);
    if (!text) {
        r->is_broken = true;
        return NULL;
    }
    if (len)
        memcpy(text, bytes, len);
    text[len] = 0;
    return text;
}

bool stash_is_read(const struct stash_reader *r) { return !r->is_broken && r->len == 0; }
