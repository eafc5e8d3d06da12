/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/bytes.h - a borrowed view of bytes, passed by value.
 * Depends on: nothing.
 */
#ifndef ASSAY_BASE_BYTES_H
#define ASSAY_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Elements of an array. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* |len| bytes at |data|; |data| may be NULL only when |len| is 0.
 * Valid as long as what it views. */
struct bytes {
    const uint8_t *data;
    size_t len;
};

static inline struct bytes bytes_of(const void *data, size_t len)
{
    struct bytes b = {(const uint8_t *)data, len};
    return b;
}

/* The bytes of a C string without its terminator; NULL gives no bytes. */
struct bytes bytes_of_text(const char *text);

/* Equal length and contents. Not constant time: for tests and reports, not for MACs. */
bool bytes_equal(struct bytes a, struct bytes b);

/* Equal length and contents, in time that depends on the lengths only. */
bool bytes_equal_secret(struct bytes a, struct bytes b);

/* The part of |b| from |from|, at most |len| bytes; clamped to what exists. */
struct bytes bytes_slice(struct bytes b, size_t from, size_t len);

/* Does |needle| (at least one byte) occur in |haystack|? */
bool bytes_contains(struct bytes haystack, struct bytes needle);

#endif
