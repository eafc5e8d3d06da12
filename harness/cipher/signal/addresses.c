/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/addresses.h"

#include "base/hex.h"

#include <string.h>

#define UUID_TEXT_LEN 36u
#define UUID_LEN 16u
#define END_LEN (SIGNAL_ADDRESSES_LEN / 2u)

/* 8-4-4-4-12 digits, in either case. */
static bool read_uuid(const char *text, uint8_t out[UUID_LEN])
{
    char digits[2 * UUID_LEN + 1] = "";
    size_t n = 0;
    if (strlen(text) != UUID_TEXT_LEN)
        return false;
    for (size_t i = 0; i < UUID_TEXT_LEN; i++) {
        bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_hyphen && text[i] != '-')
            return false;
        if (!is_hyphen)
            digits[n++] = text[i];
    }
    return hex_decode_exact(digits, out, UUID_LEN) == OK;
}

static bool encode_end(struct address a, uint8_t out[END_LEN])
{
    static const char prefix[] = "PNI:";
    bool is_phone = strncmp(a.name, prefix, sizeof(prefix) - 1) == 0;
    out[0] = is_phone ? 1 : 0;
    out[END_LEN - 1] = (uint8_t)a.device;
    return read_uuid(a.name + (is_phone ? sizeof(prefix) - 1 : 0), out + 1);
}

bool addresses_encode(struct address sender, struct address recipient,
                      uint8_t out[SIGNAL_ADDRESSES_LEN])
{
    memset(out, 0, SIGNAL_ADDRESSES_LEN);
    return encode_end(sender, out) && encode_end(recipient, out + END_LEN);
}
