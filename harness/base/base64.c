/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

static const char standard_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum status base64_encode(struct bytes in, enum base64_alphabet alphabet, struct buffer *out)
{
    const char *digits = alphabet == BASE64_URL ? url_digits : standard_digits;
    size_t spare = in.len % 3, n_padding = alphabet == BASE64_URL || spare == 0 ? 0 : 3 - spare;
    size_t len = in.len / 3 * 4 + (spare ? spare + 1 : 0);
    if (buffer_status(out))
        return buffer_status(out);
    if (in.len > SIZE_MAX / 2)
        return E_LIMIT;
    if (len == 0)
        return OK;
    uint8_t *text = buffer_extend(out, len + n_padding);
    if (!text)
        return buffer_status(out);
    for (size_t i = 0; i < len; i++) {
        size_t bit = i * 6, at = bit / 8;
        unsigned pair = (unsigned)in.data[at] << 8 | (at + 1 < in.len ? in.data[at + 1] : 0u);
        text[i] = (uint8_t)digits[pair >> (10 - bit % 8) & 63u];
    }
    for (size_t i = 0; i < n_padding; i++)
        text[len + i] = '=';
    return OK;
}

static int digit_value(uint8_t c, enum base64_alphabet alphabet)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == (alphabet == BASE64_URL ? '-' : '+'))
        return 62;
    if (c == (alphabet == BASE64_URL ? '_' : '/'))
        return 63;
    return -1;
}

/* The number of digits before the padding; E_PARSE when the padding is wrong. */
static enum status count_digits(struct bytes text, enum base64_alphabet alphabet, size_t *out)
{
    size_t n = text.len;
    *out = 0;
    if (alphabet == BASE64_STANDARD) {
        if (n % 4)
            return E_PARSE;
        while (n && text.len - n < 2 && text.data[n - 1] == '=')
            n--;
    }
    if (n % 4 == 1)
        return E_PARSE;
    *out = n;
    return OK;
}

/* All digits are of the alphabet, and the bits after the last whole byte are zero. */
static bool are_digits(struct bytes digits, enum base64_alphabet alphabet)
{
    int last = 0;
    for (size_t i = 0; i < digits.len; i++) {
        last = digit_value(digits.data[i], alphabet);
        if (last < 0)
            return false;
    }
    unsigned spare_bits = (unsigned)(digits.len * 6 % 8);
    return ((unsigned)last & ((1u << spare_bits) - 1u)) == 0;
}

enum status base64_decode(struct bytes text, enum base64_alphabet alphabet, struct buffer *out)
{
    size_t n_digits;
    enum status st = buffer_status(out);
    if (st || (st = count_digits(text, alphabet, &n_digits)))
        return st;
    struct bytes digits = {text.data, n_digits};
    if (!are_digits(digits, alphabet))
        return E_PARSE;
    size_t len = n_digits / 4 * 3 + n_digits % 4 * 6 / 8;
    if (len == 0)
        return OK;
    uint8_t *bytes = buffer_extend(out, len);
    if (!bytes)
        return buffer_status(out);
    unsigned bits = 0, n_bits = 0;
    for (size_t i = 0, at = 0; i < n_digits; i++) {
        bits = bits << 6 | (unsigned)digit_value(digits.data[i], alphabet);
        n_bits += 6;
        if (n_bits < 8)
            continue;
        n_bits -= 8;
        bytes[at++] = (uint8_t)(bits >> n_bits);
        bits &= (1u << n_bits) - 1u;
    }
    return OK;
}
