/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what is said of a capability that every client has and a target does not claim. */
#include "score/offers.h"

#include "scenario/capability.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CASES 5

struct offered {
    struct arena arena;
    struct record_run run;
    struct record_case cases[CASES];
    struct record_summary summary;
};

/* Cases left out for want of what |whys| say; NULL: passed. The target claims |claims|. */
static void find(struct offered *o, const char *const whys[CASES], const char *const *claims,
                 size_t n_claims)
{
    memset(o, 0, sizeof(*o));
    arena_init(&o->arena, 1u << 16);
    for (size_t i = 0; i < CASES; i++)
        o->cases[i] = (struct record_case){.id = "s/a",
                                           .level = i ? LEVEL_MUST : LEVEL_SHOULD,
                                           .state = whys[i] ? STATE_NOT_APPLICABLE : STATE_PASSED,
                                           .result = {.why = whys[i] ? whys[i] : ""}};
    o->run.cases = o->cases;
    o->run.n_cases = CASES;
    o->run.target.capabilities = (struct record_texts){claims, n_claims};
    assert_int_equal(offers_find(&o->run, &o->arena, &o->summary), OK);
}

#define WITHOUT(name) "the target does not claim " name

static void what_every_client_has_is_missed(void **state)
{
    static const char *const whys[CASES] = {WITHOUT("accept-identity"), WITHOUT("accept-identity"),
                                            WITHOUT("accept-identity"), WITHOUT("client/snapshot")};
    struct offered o;
    (void)state;
    find(&o, whys, NULL, 0);
    assert_int_equal(o.summary.n_not_offered, 2);
    assert_string_equal(o.summary.not_offered[0].capability, "client/snapshot");
    assert_int_equal(o.summary.not_offered[0].cases, 1);
    assert_string_equal(o.summary.not_offered[1].capability, "accept-identity");
    assert_string_equal(o.summary.not_offered[1].reason,
                        capability_find("accept-identity")->why_of_all);
    assert_int_equal(o.summary.not_offered[1].cases, 3);
    assert_int_equal(o.summary.not_offered[1].must, 2);
    arena_fini(&o.arena);
}

static void what_clients_do_without_is_not(void **state)
{
    static const char *const whys[CASES] = {WITHOUT("sender-keys"), WITHOUT("import-keys"),
                                            WITHOUT("fingerprint"), "another surface was asked for",
                                            WITHOUT("seed")};
    struct offered o;
    (void)state;
    find(&o, whys, NULL, 0);
    assert_int_equal(o.summary.n_not_offered, 0);
    arena_fini(&o.arena);
}

static void what_costs_no_case_is_not(void **state)
{
    static const char *const whys[CASES] = {NULL};
    struct offered o;
    (void)state;
    find(&o, whys, NULL, 0);
    assert_int_equal(o.summary.n_not_offered, 0);
    arena_fini(&o.arena);
}

static void a_policy_excuses(void **state)
{
    static const char *const whys[CASES] = {WITHOUT("without-one-time-prekey")};
    static const char *const policy[] = {"requires-one-time-prekey"};
    struct offered o;
    (void)state;
    find(&o, whys, NULL, 0);
    assert_int_equal(o.summary.n_not_offered, 1);
    arena_fini(&o.arena);
    find(&o, whys, policy, 1);
    assert_int_equal(o.summary.n_not_offered, 0);
    arena_fini(&o.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_every_client_has_is_missed),
        cmocka_unit_test(what_clients_do_without_is_not),
        cmocka_unit_test(what_costs_no_case_is_not),
        cmocka_unit_test(a_policy_excuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
