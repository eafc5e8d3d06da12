/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/seed.h"

#include "base/crypto.h"
#include "base/hex.h"

#include <string.h>

enum status seed_parse(const char *text, uint8_t out[RANDOM_SEED_LEN])
{
    char digits[SEED_DIGITS];
    size_t len = strlen(text);
    memset(out, 0, RANDOM_SEED_LEN);
    if (len == 0 || len > sizeof(digits) || strspn(text, "0123456789abcdefABCDEF") != len)
        return E_PARSE;
    memset(digits, '0', sizeof(digits));
    memcpy(digits, text, len);
    struct buffer decoded;
    buffer_init(&decoded, RANDOM_SEED_LEN);
    enum status st = hex_decode(digits, sizeof(digits), &decoded);
    if (!st)
        memcpy(out, decoded.data, RANDOM_SEED_LEN);
    buffer_fini(&decoded);
    return st;
}

enum status seed_choose(uint8_t out[RANDOM_SEED_LEN])
{
    memset(out, 0, RANDOM_SEED_LEN);
    return crypto_system_random(out, SEED_DIGITS_CHOSEN / 2);
}

enum exit_code seed_given(const struct cli *cli, const char *text, uint8_t out[RANDOM_SEED_LEN])
{
    enum status st = text ? seed_parse(text, out) : seed_choose(out);
    if (st == E_PARSE)
        return cli_complain(cli, EXIT_USAGE,
                            "--seed takes 1 to 64 hexadecimal digits; not \"%.80s\"", text);
    return st ? cli_complain_status(cli, "choosing a seed", st) : EXIT_CONFORMANT;
}

void seed_text(const uint8_t seed[RANDOM_SEED_LEN], char out[SEED_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < RANDOM_SEED_LEN; i++) {
        out[2 * i] = digits[seed[i] >> 4];
        out[2 * i + 1] = digits[seed[i] & 15];
    }
    out[SEED_DIGITS] = '\0';
}
