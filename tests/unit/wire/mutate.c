/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mutate.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LEN_MAX 4096u
#define RUN_MAX 8u

struct draft {
    uint8_t bytes[LEN_MAX];
    size_t len;
};

uint32_t below(struct random *r, uint32_t limit)
{
    uint32_t out;
    assert_int_equal(random_below(r, limit, &out), OK);
    return out;
}

static void flip(struct random *r, struct draft *d)
{
    if (d->len)
        d->bytes[below(r, (uint32_t)d->len)] ^= (uint8_t)(1u << below(r, 8));
}

/* Ends of ranges, tags of known fields with each wire type, lengths past the end. */
static void set(struct random *r, struct draft *d)
{
    static const uint8_t minded[] = {0x00, 0x01, 0x7f, 0x80, 0xff, 0x08, 0x0a, 0x0b,
                                     0x0c, 0x0d, 0x09, 0x10, 0x12, 0x18, 0x1a, 0x20,
                                     0x22, 0x28, 0x2a, 0x30, 0x32, 0x38, 0x3a, 0x42};
    if (d->len)
        d->bytes[below(r, (uint32_t)d->len)] = minded[below(r, sizeof(minded))];
}

static void take_out(struct random *r, struct draft *d)
{
    if (d->len == 0)
        return;
    size_t at = below(r, (uint32_t)d->len), len = 1 + below(r, RUN_MAX);
    if (len > d->len - at)
        len = d->len - at;
    memmove(d->bytes + at, d->bytes + at + len, d->len - at - len);
    d->len -= len;
}

static void put_in(struct random *r, struct draft *d)
{
    size_t at = below(r, (uint32_t)d->len + 1), len = 1 + below(r, RUN_MAX);
    if (len > LEN_MAX - d->len)
        return;
    memmove(d->bytes + at + len, d->bytes + at, d->len - at);
    assert_int_equal(random_fill(r, d->bytes + at, len), OK);
    d->len += len;
}

static void cut(struct random *r, struct draft *d) { d->len = below(r, (uint32_t)d->len + 1); }

struct bytes mutated(struct random *r, struct bytes in)
{
    static void (*const changes[])(struct random *, struct draft *) = {flip,     flip,   set, set,
                                                                       take_out, put_in, cut};
    struct draft d = {.len = in.len};
    assert_true(in.len <= LEN_MAX / 2);
    memcpy(d.bytes, in.data, in.len);
    for (uint32_t n = 1 + below(r, 4); n; n--)
        changes[below(r, COUNT(changes))](r, &d);
    uint8_t *copy = test_malloc(d.len ? d.len : 1);
    memcpy(copy, d.bytes, d.len);
    return bytes_of(copy, d.len);
}
