/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "base/bytes.h"

#include <string.h>

struct bytes bytes_of_text(const char *text) { return bytes_of(text, text ? strlen(text) : 0); }

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool bytes_equal_secret(struct bytes a, struct bytes b)
{
    if (a.len != b.len)
        return false;
    unsigned difference = 0;
    for (size_t i = 0; i < a.len; i++)
        difference |= (unsigned)(a.data[i] ^ b.data[i]);
    return difference == 0;
}

struct bytes bytes_slice(struct bytes b, size_t from, size_t len)
{
    if (from >= b.len)
        return bytes_of(NULL, 0);
    size_t left = b.len - from;
    return bytes_of(b.data + from, len < left ? len : left);
}

bool bytes_contains(struct bytes haystack, struct bytes needle)
{
    if (needle.len == 0 || haystack.len < needle.len)
        return false;
    return memmem(haystack.data, haystack.len, needle.data, needle.len) != NULL;
}
