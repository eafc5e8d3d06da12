/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/shard.h"

#include <string.h>

#define DIGITS "0123456789"
#define DIGITS_MAX 3u /* of SHARDS_MAX */

/* The number at the beginning of |text|, and what follows it; 0 when none of that size is there. */
static uint32_t number_at(const char *text, const char **out_rest)
{
    uint32_t n = 0;
    size_t len = strspn(text, DIGITS);
    for (size_t i = 0; len <= DIGITS_MAX && i < len; i++)
        n = 10 * n + (uint32_t)(text[i] - '0');
    *out_rest = text + len;
    return n;
}

enum exit_code shard_given(const struct cli *cli, const char *text, struct shard *out)
{
    const char *rest;
    *out = (struct shard){0, 0};
    if (!text)
        return EXIT_CONFORMANT;
    out->k = number_at(text, &rest);
    if (*rest == '/')
        out->n = number_at(rest + 1, &rest);
    if (out->k >= 1 && out->k <= out->n && out->n <= SHARDS_MAX && !*rest)
        return EXIT_CONFORMANT;
    return cli_complain(cli, EXIT_USAGE,
                        "--shard takes K/N, the Kth of N shards, from 1/N to N/N and N at most %u; "
                        "not \"%.64s\"",
                        SHARDS_MAX, text);
}
