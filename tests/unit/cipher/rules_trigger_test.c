/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trigger says when changed rules hold: elsewhere the honest ones do. */
#include "help.h"

#include "support/rows.h"

struct conversation {
    struct actor alice, bob; /* bob has the changed rules */
};

static bool takes_zero_mac(struct conversation *w)
{
    struct sealed s;

    seal(&w->alice, &w->bob, "forged", "mac-zero", &s);
    bool good = open_as(&w->bob, ALICE, &s, "forged") == REFUSAL_NONE;
    sealed_fini(&s);
    return good;
}

static void init_triggered(struct conversation *w, struct rules *rules, enum rules_when when,
                           uint32_t n)
{
    *rules = *rules_honest();
    rules->mac.may_be_zero = true;
    rules->trigger.when = when;
    rules->trigger.n = n;
    actor_init(&w->alice, ALICE, "alice", NULL, NULL);
    actor_init(&w->bob, BOB, "bob", rules, NULL);
    establish(&w->alice, &w->bob);
}

static void fini_conversation(struct conversation *w)
{
    actor_fini(&w->alice);
    actor_fini(&w->bob);
}

static void after_restore(void **state)
{
    struct conversation w;
    struct rules rules;
    struct buffer saved;
    struct party *loaded;

    (void)state;
    init_triggered(&w, &rules, RULES_AFTER_RESTORE, 0);
    assert_false(takes_zero_mac(&w));
    save(&w.bob, &saved);
    assert_int_equal(party_load(buffer_bytes(&saved), &w.bob.random, &rules, &loaded), OK);
    party_free(w.bob.party);
    w.bob.party = loaded;
    assert_true(takes_zero_mac(&w));
    buffer_fini(&saved);
    fini_conversation(&w);
}

static void from_second_session(void **state)
{
    struct conversation w;
    struct rules rules;

    (void)state;
    init_triggered(&w, &rules, RULES_FROM_SESSION, 2);
    assert_false(takes_zero_mac(&w));
    establish(&w.alice, &w.bob);
    assert_true(takes_zero_mac(&w));
    fini_conversation(&w);
}

static void at_one_counter(void **state)
{
    struct conversation w;
    struct rules rules;

    (void)state;
    init_triggered(&w, &rules, RULES_AT_COUNTER, 2);
    assert_false(takes_zero_mac(&w));
    assert_false(takes_zero_mac(&w));
    assert_true(takes_zero_mac(&w));
    assert_false(takes_zero_mac(&w));
    fini_conversation(&w);
}

static void from_third_turn(void **state)
{
    struct conversation w;
    struct rules rules;

    (void)state;
    init_triggered(&w, &rules, RULES_FROM_TURN, 3);
    for (unsigned i = 0; i < 2; i++) {
        assert_false(takes_zero_mac(&w));
        say(&w.alice, &w.bob, "turn");
        say(&w.bob, &w.alice, "turn");
    }
    assert_true(takes_zero_mac(&w));
    fini_conversation(&w);
}

static void after_two_refusals(void **state)
{
    struct conversation w;
    struct rules rules;

    (void)state;
    init_triggered(&w, &rules, RULES_AFTER_REFUSAL, 2);
    assert_false(takes_zero_mac(&w));
    assert_false(takes_zero_mac(&w));
    assert_true(takes_zero_mac(&w));
    fini_conversation(&w);
}

static void by_role(void **state)
{
    struct conversation w;
    struct rules rules;

    (void)state;
    init_triggered(&w, &rules, RULES_AS_INITIATOR, 0);
    assert_false(takes_zero_mac(&w));
    establish(&w.bob, &w.alice);
    assert_true(takes_zero_mac(&w));
    fini_conversation(&w);
}

static void from_second_epoch(void **state)
{
    struct rules rules = *rules_honest_v4();
    (void)state;
    rules.trigger = (struct rules_trigger){RULES_FROM_EPOCH, 2};
    for (uint32_t epoch = 0; epoch < 4; epoch++) {
        struct situation now = {.epoch = epoch};
        assert_ptr_equal(rules_in(&rules, &now), epoch < 2 ? rules_honest_v4() : &rules);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_restore),      cmocka_unit_test(from_second_session),
        cmocka_unit_test(at_one_counter),     cmocka_unit_test(from_third_turn),
        cmocka_unit_test(after_two_refusals), cmocka_unit_test(by_role),
        cmocka_unit_test(from_second_epoch),
    };
    return cmocka_run_group_tests_name("triggers", tests, NULL, NULL);
}
