/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/token against Project Wycheproof's JSON Web Signatures, where their folder stands beside the
 * project. What is by ES256 is judged as they judge it; every other algorithm is refused.
 */
#include "support/published.h"
#include "wire/token.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct tally {
    size_t taken, refused;
};

/* The signature is good: what Wycheproof calls valid. Its payloads are no claims. */
static bool is_taken(const char *jws, const char *key_set)
{
    static const struct token_expectation e = {.issuer = "", .audience = "", .subject = ""};
    struct token_report r;
    struct wire_profile p;
    struct arena arena;
    profile_defaults(&p);
    arena_init(&arena, (size_t)1024 * 1024);
    assert_int_equal(token_check(bytes_of_text(jws), bytes_of_text(key_set), &p, &e, &arena, &r),
                     OK);
    bool is_good = r.rules[TOKEN_ALGORITHM].holds && r.rules[TOKEN_KEY_ID].holds &&
                   r.rules[TOKEN_SIGNATURE].holds;
    arena_fini(&arena);
    return is_good;
}

static bool is_by_es256(const json_t *key)
{
    const char *crv = json_string_value(json_object_get(key, "crv"));
    return crv && strcmp(crv, "P-256") == 0;
}

static void judge_group(json_t *group, struct tally *tally)
{
    size_t i;
    json_t *vector, *key = json_object_get(group, "public");
    key = key ? key : json_object_get(group, "private");
    json_t *set = json_pack("{s:[O]}", "keys", key);
    char *text = json_dumps(set, 0);
    assert_non_null(text);
    json_array_foreach(json_object_get(group, "tests"), i, vector)
    {
        const char *result = json_string_value(json_object_get(vector, "result"));
        bool is_valid = strcmp(result, "valid") == 0 && is_by_es256(key);
        bool is_good = is_taken(json_string_value(json_object_get(vector, "jws")), text);
        if (is_good != is_valid)
            print_error("tcId %d: %s\n", (int)json_integer_value(json_object_get(vector, "tcId")),
                        json_string_value(json_object_get(vector, "comment")));
        assert_int_equal(is_good, is_valid);
        tally->taken += is_good;
        tally->refused += !is_good;
    }
    free(text);
    json_decref(set);
}

static void wycheproof_agrees(void **state)
{
    (void)state;
    struct tally tally = {0};
    size_t i;
    json_t *group, *all = published_vectors("wycheproof/json_web_signature_test.json");
    json_array_foreach(json_object_get(all, "testGroups"), i, group) judge_group(group, &tally);
    json_decref(all);
    assert_int_equal(tally.taken, 2);
    assert_int_equal(tally.refused, 399);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(wycheproof_agrees)};
    return cmocka_run_group_tests_name("token vectors", tests, NULL, NULL);
}
