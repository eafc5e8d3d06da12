/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hex.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

enum status hex_append(struct buffer *out, struct bytes in)
{
    for (size_t i = 0; i < in.len; i++) {
        char pair[2] = {digits[in.data[i] >> 4], digits[in.data[i] & 15]};
        enum status st = buffer_append(out, bytes_of(pair, 2));
        if (st)
            return st;
    }
    return OK;
}

char *hex_text(struct arena *a, struct bytes in)
{
    char *text = (char *)arena_array(a, in.len + 1, 2);
    if (!text)
        return NULL;
    for (size_t i = 0; i < in.len; i++) {
        text[2 * i] = digits[in.data[i] >> 4];
        text[2 * i + 1] = digits[in.data[i] & 15];
    }
    return text;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

enum status hex_decode(const char *text, size_t len, struct buffer *out)
{
    int high = -1;
    for (size_t i = 0; i < len; i++) {
        if (is_space(text[i]))
            continue;
        int value = digit_value(text[i]);
        if (value < 0)
            return E_PARSE;
        if (high < 0) {
            high = value;
            continue;
        }
        enum status st = buffer_append_byte(out, (uint8_t)(high << 4 | value));
        if (st)
            return st;
        high = -1;
    }
    return high < 0 ? OK : E_PARSE;
}

enum status hex_decode_exact(const char *text, uint8_t *out, size_t len)
{
    struct buffer decoded;
    buffer_init(&decoded, len);
    enum status st = hex_decode(text, strlen(text), &decoded);
    if (!st && decoded.len != len)
        st = E_PARSE;
    if (!st && len)
        memcpy(out, decoded.data, len);
    buffer_fini(&decoded);
    return st == E_LIMIT ? E_PARSE : st;
}
