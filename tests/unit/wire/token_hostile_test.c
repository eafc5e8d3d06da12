/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens by somebody who wants the judge to fall: none is sound, and none ends it. */
#include "token_bench.h"
#include "support/rows.h"
#include "support/wire_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Signed as it should be, so that nothing but its form is against it. */
static void refuse_claims(struct token_bench *b, const char *claims)
{
    enum token_rule first = TOKEN_RULE_NONE;
    buffer_clear(&b->token);
    assert_int_equal(token_sign(b->ours[0], NULL, claims, &b->token), OK);
    assert_int_equal(token_bench_check(b, buffer_bytes(&b->token)), OK);
    assert_false(token_is_sound(&b->report, &first));
    assert_int_equal(first, TOKEN_FORM);
}

static void claims_that_are_no_object(void **state)
{
    (void)state;
    static const char *const claims[] = {"",
                                         "[]",
                                         "\"x\"",
                                         "1",
                                         "null",
                                         "{",
                                         "{}{}",
                                         "{\"sub\":\"\xff\"}",
                                         "{\"sub\":\"\xc0\xaf\"}",
                                         "{\"sub\":\"a\\u0000b\"}",
                                         "{\"a\\u0000b\":1}",
                                         "{\"sub\":\"\\ud800\"}",
                                         "{\"exp\":99999999999999999999999}",
                                         "{\"exp\":1e999}",
                                         "{\"exp\":NaN}"};
    struct token_bench b;
    token_bench_init(&b);
    for (size_t i = 0; i < COUNT(claims); i++)
        refuse_claims(&b, claims[i]);
    token_bench_fini(&b);
}

static void claims_nested_too_deep(void **state)
{
    (void)state;
    char claims[6000] = "{\"a\":";
    struct token_bench b;
    token_bench_init(&b);
    memset(claims + 5, '[', 5000);
    refuse_claims(&b, claims);
    token_bench_fini(&b);
}

static void a_token_too_long(void **state)
{
    (void)state;
    static uint8_t dots[TOKEN_MAX + 1];
    enum token_rule first = TOKEN_RULE_NONE;
    struct token_bench b;
    token_bench_init(&b);
    memset(dots, '.', sizeof(dots));
    assert_int_equal(token_bench_check(&b, bytes_of(dots, sizeof(dots))), OK);
    assert_false(token_is_sound(&b.report, &first));
    memset(dots, 'A', sizeof(dots));
    assert_int_equal(token_bench_check(&b, bytes_of(dots, sizeof(dots))), OK);
    assert_false(b.report.rules[TOKEN_FORM].holds);
    token_bench_fini(&b);
}

static void the_longest_token_is_taken(void **state)
{
    (void)state;
    char header[TOKEN_MAX] = "{\"alg\":\"EdDSA\",\"kid\":\"key-1\",\"x\":\"";
    size_t fill = strlen(header);
    enum token_rule first = TOKEN_RULE_NONE;
    struct token_bench b;
    token_bench_init(&b);
    memset(header + fill, 'x', 5500);
    memcpy(header + fill + 5500, "\"}", 3);
    assert_int_equal(token_sign(b.ours[0], header, SOUND, &b.token), OK);
    assert_in_range(b.token.len, TOKEN_MAX - 600, TOKEN_MAX);
    assert_int_equal(token_bench_check(&b, buffer_bytes(&b.token)), OK);
    assert_true(token_is_sound(&b.report, &first));
    token_bench_fini(&b);
}

static void any_byte_at_any_place(void **state)
{
    (void)state;
    struct token_bench b;
    enum token_rule first = TOKEN_RULE_NONE;
    token_bench_init(&b);
    assert_int_equal(token_sign(b.ours[0], NULL, SOUND, &b.token), OK);
    for (size_t i = 0; i < b.token.len; i++) {
        uint8_t was = b.token.data[i];
        b.token.data[i] = (uint8_t)(i % 2 ? 0 : 0xff);
        assert_int_equal(token_bench_check(&b, buffer_bytes(&b.token)), OK);
        assert_false(token_is_sound(&b.report, &first));
        b.token.data[i] = was;
        arena_reset(&b.arena);
    }
    token_bench_fini(&b);
}

/* However little memory there is, a rule that could not be looked at does not hold. */
static void without_memory_nothing_is_sound(void **state)
{
    (void)state;
    static const char extra[] = WITH("\"email\":\"u@provider.example\"");
    struct token_bench b;
    enum token_rule first = TOKEN_RULE_NONE;
    size_t n_refused = 0;
    token_bench_init(&b);
    assert_int_equal(token_sign(b.ours[0], NULL, extra, &b.token), OK);
    for (size_t room = 0; room < 1024; room++) {
        arena_fini(&b.arena);
        arena_init(&b.arena, room);
        enum status st = token_bench_check(&b, buffer_bytes(&b.token));
        assert_true(st == OK || st == E_NOMEM);
        n_refused += st == E_NOMEM;
        assert_true(st == E_NOMEM || !token_is_sound(&b.report, &first));
        assert_true(st == E_NOMEM || first == TOKEN_MINIMAL);
    }
    assert_in_range(n_refused, 1, 1023);
    token_bench_fini(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_that_are_no_object),
        cmocka_unit_test(claims_nested_too_deep),
        cmocka_unit_test(a_token_too_long),
        cmocka_unit_test(the_longest_token_is_taken),
        cmocka_unit_test(any_byte_at_any_place),
        cmocka_unit_test(without_memory_nothing_is_sound),
    };
    return cmocka_run_group_tests_name("hostile tokens", tests, NULL, NULL);
}
