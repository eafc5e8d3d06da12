/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tokens for token_judges.py. "make eddsa|es256 CLAIMS" prints a key set and a token, a line each;
 * "check" reads such two lines and prints "sound", or the first rule that does not hold.
 */
#include "token_bench.h"
#include "support/wire_names.h"

#include <stdio.h>
#include <string.h>

static int make(enum token_algorithm algorithm, const char *claims)
{
    static const uint8_t seed[32] = {'j', 'u', 'd', 'g', 'e', 'd'};
    struct token_key *key = NULL;
    struct buffer text;
    buffer_init(&text, KEY_SET_MAX);
    enum status st = token_key_new(algorithm, bytes_of(seed, 32), "key-1", &key);
    if (!st)
        st = token_key_set(&key, 1, false, &text);
    if (!st)
        st = buffer_append_text(&text, "\n");
    if (!st)
        st = token_sign(key, NULL, claims, &text);
    if (!st)
        puts(buffer_text(&text));
    buffer_fini(&text);
    token_key_free(key);
    return st ? 1 : 0;
}

static int check(void)
{
    static char keys[KEY_SET_MAX], token[TOKEN_MAX + 2];
    enum token_rule first;
    struct token_bench b;
    if (!fgets(keys, sizeof(keys), stdin) || !fgets(token, sizeof(token), stdin))
        return 2;
    keys[strcspn(keys, "\n")] = '\0';
    token[strcspn(token, "\n")] = '\0';
    token_bench_init(&b);
    buffer_clear(&b.keys);
    buffer_append_text(&b.keys, keys);
    enum status st = token_bench_check(&b, bytes_of_text(token));
    if (!st)
        puts(token_is_sound(&b.report, &first) ? "sound" : token_rule_name(first));
    token_bench_fini(&b);
    return st ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "check") == 0)
        return check();
    if (argc == 4 && strcmp(argv[1], "make") == 0)
        return make(strcmp(argv[2], "es256") == 0 ? TOKEN_ES256 : TOKEN_EDDSA, argv[3]);
    fputs("usage: token-tool make eddsa|es256 CLAIMS, or token-tool check\n", stderr);
    return 2;
}
