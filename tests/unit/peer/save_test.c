/* A saved party is the whole party. */
#include "help.h"

#include "peer/keys.h"

#include <string.h>

struct fixture {
    struct actor alice, bob;
    struct sealed skipped, old_chain;
};

/* Parties with everything in them: archived sessions, old chains, skipped keys, groups, prekeys. */
static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    struct sealed s;
    enum refusal why;

    actor_init(&f->alice, ALICE, "alice", NULL, NULL);
    actor_init(&f->bob, BOB, "bob", NULL, NULL);
    establish(&f->alice, &f->bob);
    establish(&f->alice, &f->bob);
    seal(&f->alice, &f->bob, "old chain", NULL, &f->old_chain);
    say(&f->alice, &f->bob, "one");
    say(&f->bob, &f->alice, "turn");
    seal(&f->alice, &f->bob, "skipped", NULL, &f->skipped);
    say(&f->alice, &f->bob, "two");
    sealed_init(&s);
    assert_int_equal(party_distribute(f->alice.party, "friends", false, NULL, &s), OK);
    assert_int_equal(party_absorb(f->bob.party, "friends", ALICE, buffer_bytes(&s.body), &why), OK);
    sealed_fini(&s);
    start(&f->bob, &f->alice, true, NULL);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    sealed_fini(&f->skipped);
    sealed_fini(&f->old_chain);
    actor_fini(&f->alice);
    actor_fini(&f->bob);
    test_free(f);
    return 0;
}

/* Save |a| and put the loaded copy in its place. */
static void restore(struct actor *a, const struct rules *rules)
{
    struct buffer state;
    struct party *loaded;

    save(a, &state);
    assert_int_equal(party_load(buffer_bytes(&state), &a->random, rules, &loaded), OK);
    party_free(a->party);
    a->party = loaded;
    buffer_fini(&state);
}

static void saved_again_is_the_same(void **state)
{
    struct fixture *f = *state;
    struct buffer before, after;

    save(&f->bob, &before);
    restore(&f->bob, NULL);
    save(&f->bob, &after);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    buffer_fini(&before);
    buffer_fini(&after);
}

static void goes_on_after_load(void **state)
{
    struct fixture *f = *state;

    restore(&f->alice, NULL);
    restore(&f->bob, NULL);
    assert_int_equal(open_as(&f->bob, ALICE, &f->skipped, "skipped"), REFUSAL_NONE);
    assert_int_equal(open_as(&f->bob, ALICE, &f->old_chain, "old chain"), REFUSAL_NONE);
    assert_int_equal(open_as(&f->bob, ALICE, &f->skipped, "skipped"), REFUSAL_DUPLICATE);
    say(&f->alice, &f->bob, "three");
    say(&f->bob, &f->alice, "four");
}

/* Every truncation is refused, and whatever byte is changed nothing but a refusal or a party comes
 * of it. */
static void wrong_bytes(void **state)
{
    struct fixture *f = *state;
    struct random random = f->bob.random;
    struct party *loaded;
    struct buffer saved;

    save(&f->bob, &saved);
    for (size_t len = 0; len < saved.len; len++) {
        assert_int_equal(party_load(bytes_of(saved.data, len), &random, NULL, &loaded), E_PARSE);
        assert_null(loaded);
    }
    for (size_t at = 0; at < saved.len; at++) {
        saved.data[at] ^= 0xff;
        if (party_load(buffer_bytes(&saved), &random, NULL, &loaded) == OK)
            party_free(loaded);
        saved.data[at] ^= 0xff;
    }
    assert_int_equal(buffer_append_byte(&saved, 0), OK);
    assert_int_equal(party_load(buffer_bytes(&saved), &random, NULL, &loaded), E_PARSE);
    buffer_fini(&saved);
}

/* ---- rules about restoring */

static void skipped_keys_lost(void **state)
{
    struct fixture *f = *state;
    struct rules rules = *rules_honest();

    rules.storage.lost_on_save = LOST_SKIPPED_KEYS;
    restore(&f->bob, &rules);
    restore(&f->bob, &rules);
    assert_int_equal(open_as(&f->bob, ALICE, &f->skipped, "skipped"), REFUSAL_DUPLICATE);
    restore(&f->bob, NULL);
    say(&f->alice, &f->bob, "three");
}

/* Two parties restored from the same state draw the same key: only by a rule. */
static void randomness_repeats(void **state)
{
    struct fixture *f = *state;
    struct rules rules = *rules_honest();
    struct key_pair first, second;
    struct buffer saved;
    struct party *loaded;

    rules.storage.repeats_randomness = true;
    restore(&f->bob, &rules);
    save(&f->bob, &saved);
    assert_int_equal(keys_generate(&f->bob.random, &first), OK);
    assert_int_equal(party_load(buffer_bytes(&saved), &f->bob.random, &rules, &loaded), OK);
    assert_int_equal(keys_generate(&f->bob.random, &second), OK);
    assert_memory_equal(first.private_key, second.private_key, 32);
    party_free(loaded);
    assert_int_equal(party_load(buffer_bytes(&saved), &f->bob.random, NULL, &loaded), OK);
    assert_int_equal(keys_generate(&f->bob.random, &second), OK);
    assert_memory_not_equal(first.private_key, second.private_key, 32);
    party_free(loaded);
    buffer_fini(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(saved_again_is_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(goes_on_after_load, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(skipped_keys_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(randomness_repeats, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("save and load", tests, NULL, NULL);
}
