/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *text_of(const uint8_t *data, size_t len, size_t *out_len)
{
    char *text = malloc(len / 3 * 4 + 5);
    size_t n = 0;
    uint32_t bits = 0;
    unsigned n_bits = 0;
    *out_len = 0;
    for (size_t i = 0; text && i < len; i++) {
        bits = bits << 8 | data[i];
        for (n_bits += 8; n_bits >= 6; n_bits -= 6)
            text[n++] = alphabet[bits >> (n_bits - 6) & 63];
    }
    if (text && n_bits)
        text[n++] = alphabet[bits << (6 - n_bits) & 63];
    if (text)
        text[n] = 0;
    *out_len = n;
    return text;
}

bool text_read(const char *text, size_t len, uint8_t *out, size_t *out_len)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t n = 0;
    *out_len = 0;
    for (size_t i = 0; i < len; i++) {
        const char *at = text[i] ? strchr(alphabet, text[i]) : NULL;
        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - alphabet);
        n_bits += 6;
        if (n_bits < 8)
            continue;
        n_bits -= 8;
        out[n++] = (uint8_t)(bits >> n_bits);
    }
    *out_len = n;
    return n_bits < 6 && (bits & ((1u << n_bits) - 1)) == 0;
}

bool text_is_key(const char *text)
{
    uint8_t bytes[TEXT_KEY_LEN];
    size_t len;
    return text && strlen(text) == TEXT_KEY_LEN && text_read(text, TEXT_KEY_LEN, bytes, &len);
}
