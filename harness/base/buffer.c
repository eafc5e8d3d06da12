/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buffer.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_init(struct buffer *b, size_t max)
{
    memset(b, 0, sizeof(*b));
    b->max = max;
}

void buffer_fini(struct buffer *b)
{
    if (!b)
        return;
    if (b->data)
        OPENSSL_cleanse(b->data, b->cap);
    free(b->data);
    buffer_init(b, b->max);
}

void buffer_clear(struct buffer *b)
{
    if (b->data)
        OPENSSL_cleanse(b->data, b->len);
    b->len = 0;
    b->st = OK;
}

/* Make room for |more| bytes and one terminator. Memory is moved by hand so that the old copy is
 * wiped. */
static enum status reserve(struct buffer *b, size_t more)
{
    if (b->st)
        return b->st;
    if (more > b->max - b->len)
        return b->st = E_LIMIT;
    size_t need = b->len + more;
    if (need == SIZE_MAX)
        return b->st = E_LIMIT;
    if (b->data && need < b->cap)
        return OK;
    size_t cap = b->cap < 64 ? 64 : b->cap;
    while (cap <= need)
        cap = cap > SIZE_MAX / 2 ? need + 1 : cap * 2;
    if (cap > b->max)
        cap = b->max + 1;
    uint8_t *data = (uint8_t *)malloc(cap);
    if (!data)
        return b->st = E_NOMEM;
    if (b->data) {
        memcpy(data, b->data, b->len);
        OPENSSL_cleanse(b->data, b->cap);
        free(b->data);
    }
    b->data = data;
    b->cap = cap;
    return OK;
}

uint8_t *buffer_extend(struct buffer *b, size_t len)
{
    if (reserve(b, len))
        return NULL;
    uint8_t *at = b->data + b->len;
    memset(at, 0, len);
    b->len += len;
    return at;
}

enum status buffer_append(struct buffer *b, struct bytes in)
{
    if (reserve(b, in.len))
        return b->st;
    if (in.len)
        memcpy(b->data + b->len, in.data, in.len);
    b->len += in.len;
    return OK;
}

enum status buffer_append_byte(struct buffer *b, uint8_t byte)
{
    return buffer_append(b, bytes_of(&byte, 1));
}

enum status buffer_append_text(struct buffer *b, const char *text)
{
    return buffer_append(b, bytes_of_text(text));
}

enum status buffer_printf(struct buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0)
        return b->st = b->st ? b->st : E_IO;
    if (reserve(b, (size_t)need))
        return b->st;
    va_start(args, format);
    /* reserve() keeps one byte for the terminator that vsnprintf writes */
    vsnprintf((char *)b->data + b->len, (size_t)need + 1, format, args);
    va_end(args);
    b->len += (size_t)need;
    return OK;
}

void buffer_append_number(struct buffer *b, unsigned long long n)
{
    if (n >= 1000) {
        buffer_append_number(b, n / 1000);
        buffer_printf(b, ",%03llu", n % 1000);
    } else {
        buffer_printf(b, "%llu", n);
    }
}

void buffer_consume(struct buffer *b, size_t len)
{
    if (len >= b->len) {
        b->len = 0;
        return;
    }
    memmove(b->data, b->data + len, b->len - len);
    b->len -= len;
}

enum status buffer_status(const struct buffer *b) { return b->st; }

struct bytes buffer_bytes(const struct buffer *b) { return bytes_of(b->data, b->len); }

const char *buffer_text(struct buffer *b)
{
    if (b->st || !b->data)
        return "";
    b->data[b->len] = 0;
    return (const char *)b->data;
}
