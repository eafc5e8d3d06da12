/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "token_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct token_key *make_key(enum token_algorithm a, uint8_t fill, const char *kid)
{
    uint8_t seed[32];
    struct token_key *key = NULL;
    memset(seed, fill, sizeof(seed));
    assert_int_equal(token_key_new(a, bytes_of(seed, 32), kid, &key), OK);
    return key;
}

void token_bench_init(struct token_bench *b)
{
    memset(b, 0, sizeof(*b));
    b->ours[0] = make_key(TOKEN_EDDSA, 1, "key-1");
    b->ours[1] = make_key(TOKEN_ES256, 2, "key-2");
    b->ours[2] = make_key(TOKEN_EDDSA, 3, "key-3");
    b->another = make_key(TOKEN_EDDSA, 9, "key-1");
    buffer_init(&b->keys, KEY_SET_MAX);
    buffer_init(&b->token, (size_t)4 * TOKEN_MAX);
    arena_init(&b->arena, (size_t)1024 * 1024);
    profile_defaults(&b->profile);
    assert_int_equal(token_key_set(b->ours, 3, false, &b->keys), OK);
}

void token_bench_fini(struct token_bench *b)
{
    for (size_t i = 0; i < 3; i++)
        token_key_free(b->ours[i]);
    token_key_free(b->another);
    buffer_fini(&b->keys);
    buffer_fini(&b->token);
    arena_fini(&b->arena);
}

enum status token_bench_check(struct token_bench *b, struct bytes token)
{
    uint8_t static_key[32];
    for (uint8_t i = 0; i < 32; i++)
        static_key[i] = (uint8_t)(i + 1);
    const struct token_expectation e = {"https://provider.example", "gatekeeper.example", "user",
                                        NOW, bytes_of(static_key, 32)};
    return token_check(token, buffer_bytes(&b->keys), &b->profile, &e, &b->arena, &b->report);
}
