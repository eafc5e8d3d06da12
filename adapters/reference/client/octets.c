/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/octets.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void octets_init(struct octets *o, size_t max)
{
    memset(o, 0, sizeof(*o));
    o->max = max;
}

void octets_fini(struct octets *o)
{
    if (o->data)
        OPENSSL_cleanse(o->data, o->cap);
    free(o->data);
    octets_init(o, o->max);
}

uint8_t *octets_extend(struct octets *o, size_t len)
{
    if (o->is_broken || len > o->max - o->len) {
        o->is_broken = true;
        return NULL;
    }
    if (!o->data || len > o->cap - o->len) {
        size_t cap = 2 * o->cap > o->len + len ? 2 * o->cap : o->len + len + 64;
        uint8_t *data = malloc(cap);
        if (!data) {
            o->is_broken = true;
            return NULL;
        }
        if (o->data) {
            memcpy(data, o->data, o->len);
            OPENSSL_cleanse(o->data, o->cap);
        }
        free(o->data);
        o->data = data;
        o->cap = cap;
    }
    uint8_t *at = o->data + o->len;
    o->len += len;
    return at;
}

void octets_put(struct octets *o, const void *data, size_t len)
{
    uint8_t *at = octets_extend(o, len);
    if (at && len)
        memcpy(at, data, len);
}

void octets_put_text(struct octets *o, const char *text) { octets_put(o, text, strlen(text)); }

void octets_put_number(struct octets *o, uint64_t value, size_t size)
{
    uint8_t *at = octets_extend(o, size);
    for (size_t i = 0; at && i < size; i++)
        at[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

void octets_take(struct octets *o, size_t len)
{
    o->len -= len;
    if (o->len)
        memmove(o->data, o->data + len, o->len);
}

void octets_clear(struct octets *o)
{
    o->len = 0;
    o->is_broken = false;
}

/* ---- base64 */

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(struct octets *o, const uint8_t *in, size_t len, const char *alphabet, bool pads)
{
    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i < 3 ? len - i : 3;
        uint32_t group = (uint32_t)in[i] << 16 | (n > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                         (n > 2 ? in[i + 2] : 0);
        char text[4];
        for (size_t j = 0; j < 4; j++)
            text[j] = j <= n ? alphabet[group >> (18 - 6 * j) & 63] : '=';
        octets_put(o, text, pads ? 4 : n + 1);
    }
}

void octets_put_base64(struct octets *o, const void *data, size_t len)
{
    encode(o, data, len, standard, true);
}

void octets_put_base64url(struct octets *o, const void *data, size_t len)
{
    encode(o, data, len, for_urls, false);
}

static int value_of(char c)
{
    const char *at = c ? strchr(standard, c) : NULL;
    return at ? (int)(at - standard) : -1;
}

/* Four characters, the last |n_pads| of them '='. */
static bool decode_group(struct octets *o, const char *text, size_t n_pads)
{
    uint32_t group = 0;
    for (size_t j = 0; j < 4; j++) {
        int value = j < 4 - n_pads ? value_of(text[j]) : 0;
        if (value < 0)
            return false;
        group = group << 6 | (uint32_t)value;
    }
    if (n_pads && (group & (n_pads == 2 ? 0xffffu : 0xffu)))
        return false;
    octets_put_number(o, group >> (8 * n_pads), 3 - n_pads);
    return true;
}

bool octets_from_base64(struct octets *o, const char *text, size_t len)
{
    if (len % 4)
        return false;
    for (size_t i = 0; i < len; i += 4) {
        bool is_last = i + 4 == len;
        size_t n_pads = !is_last || text[i + 3] != '=' ? 0 : text[i + 2] == '=' ? 2 : 1;
        if (!decode_group(o, text + i, n_pads))
            return false;
    }
    return !o->is_broken;
}

/* ---- UTF-8 */

/* Bytes of the sequence at the front, 0 when it is none. */
static size_t sequence_len(const uint8_t *in, size_t len)
{
    size_t n = in[0] < 0x80 ? 1 : in[0] < 0xc2 ? 0 : in[0] < 0xe0 ? 2 : in[0] < 0xf0 ? 3 : 4;
    if (n == 0 || n > len || in[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((in[i] & 0xc0) != 0x80)
            return 0;
    /* overlong, a surrogate, or beyond U+10FFFF */
    if ((in[0] == 0xe0 && in[1] < 0xa0) || (in[0] == 0xed && in[1] > 0x9f) ||
        (in[0] == 0xf0 && in[1] < 0x90) || (in[0] == 0xf4 && in[1] > 0x8f))
        return 0;
    return n;
}

bool is_utf8(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = sequence_len(data + i, len - i);
        if (!n)
            return false;
        i += n;
    }
    return true;
}
