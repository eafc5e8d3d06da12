/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names for values of the wire, and a verdict on a token's report, as tests and writers of vectors
 * print them.
 * Depends on: wire/content, wire/noise_pattern, wire/token.
 */
#ifndef ASSAY_TESTS_SUPPORT_WIRE_NAMES_H
#define ASSAY_TESTS_SUPPORT_WIRE_NAMES_H

#include "wire/content.h"
#include "wire/noise_pattern.h"
#include "wire/token.h"

#include <string.h>

static inline const char *content_kind_name(enum content_kind k)
{
    static const char *const names[N_CONTENT_KIND] = {
        [CONTENT_TEXT] = "text",        [CONTENT_IMAGE] = "image", [CONTENT_VOICE] = "voice",
        [CONTENT_VIDEO] = "video",      [CONTENT_FILE] = "file",   [CONTENT_RECEIPT] = "receipt",
        [CONTENT_REACTION] = "reaction"};
    return (unsigned)k < N_CONTENT_KIND ? names[k] : NULL;
}

static inline enum noise_pattern noise_pattern_from_name(const char *name)
{
    for (unsigned i = 1; i < N_NOISE_PATTERN; i++)
        if (strcmp(noise_pattern_table((enum noise_pattern)i)->name, name) == 0)
            return (enum noise_pattern)i;
    return NOISE_PATTERN_NONE;
}

/* "token-signature". */
static inline const char *token_rule_name(enum token_rule r)
{
    const struct word *rows = token_rules.rows;
    return rows[r - 1].name;
}

/* Do all rules hold? The first that does not in |*out_first|. */
static inline bool token_is_sound(const struct token_report *r, enum token_rule *out_first)
{
    for (unsigned rule = TOKEN_FORM; rule < N_TOKEN_RULE; rule++)
        if (!r->rules[rule].holds) {
            *out_first = (enum token_rule)rule;
            return false;
        }
    *out_first = TOKEN_RULE_NONE;
    return true;
}

#endif
