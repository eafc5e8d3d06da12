/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each mutation reaches the check it is about, and the peer goes on as if it were not there. */
#include "help.h"

#include "cipher/signal/keys.h"
#include "support/rows.h"

#include <stdio.h>
#include <string.h>

/* ---- names */

/* Every name without a number says something by itself, every name with one needs it. */
static void every_name_reads(void **state)
{
    static const struct mutation none;
    const struct word *word;
    char numbered[80];
    struct mutation read;

    (void)state;
    assert_non_null(word_at(&signal_words, 50));
    for (unsigned i = 1; (word = word_at(&signal_words, i)); i++) {
        snprintf(numbered, sizeof(numbered), "%s:4294967295", word->name);
        const char *right = word->most ? numbered : word->name;
        assert_false(mutation_parse(&signal_words, word->most ? word->name : numbered, &read));
        assert_true(mutation_parse(&signal_words, right, &read));
        read.acts = 0;
        assert_memory_not_equal(&read, &none, sizeof(read));
    }
}

static void lists_combine(void **state)
{
    struct mutation b;

    (void)state;
    assert_true(mutation_parse(&signal_words, "counter:7,omit-previous-counter,mac-zero", &b));
    assert_true(b.counter.is_set);
    assert_int_equal(b.counter.value, 7);
    assert_true(b.omits_previous_counter);
    assert_int_equal(b.mac, MUTATION_MAC_ZERO);
}

static void wrong_lists_are_refused(void **state)
{
    static const char *const wrong[] = {"",
                                        ",",
                                        "mac-zero,",
                                        "mac-zer",
                                        "counter",
                                        "counter:",
                                        "counter:x",
                                        "counter:4294967296",
                                        ":7",
                                        "mac-zero:1",
                                        "counter:1,counter:2",
                                        "counter:0,counter:0",
                                        "mac-zero,mac-no-identities"};
    struct mutation b, none;

    (void)state;
    memset(&none, 0, sizeof(none));
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_false(mutation_parse(&signal_words, wrong[i], &b));
        assert_memory_equal(&b, &none, sizeof(b));
    }
}

/* Low-order points really are: any agreement with them is zero. */
static void low_order_points_are(void **state)
{
    struct random random;
    struct key_pair own;
    uint8_t their[SIGNAL_KEY_LEN] = {0x05}, secret[32];

    (void)state;
    assert_int_equal(random_init(&random, bytes_of_text("low order"), "own"), OK);
    assert_int_equal(keys_generate(&random, &own), OK);
    for (size_t i = 0; i < N_LOW_ORDER; i++) {
        memcpy(their + 1, low_order_point(i)->u, 32);
        assert_int_equal(keys_agree(&own, their, secret), OK);
        assert_true(keys_are_zero(secret));
    }
    assert_null(low_order_point(N_LOW_ORDER));
    assert_string_equal(low_order_point(6)->name, "low-order-7");
}

/* ---- bends of a start: what an honest receiver says, and that it has not changed */

struct row {
    const char *mutation;
    enum refusal why; /* REFUSAL_NONE: opens */
};

struct fixture {
    struct actor alice, bob;
};

static void set_up(struct fixture *f)
{
    actor_init(&f->alice, ALICE, "alice", NULL, NULL);
    actor_init(&f->bob, BOB, "bob", NULL, NULL);
}

static void tear_down(struct fixture *f)
{
    actor_fini(&f->alice);
    actor_fini(&f->bob);
}

static void expect(struct fixture *f, const struct sealed *s, enum refusal why)
{
    if (why == REFUSAL_NONE)
        assert_int_equal(open_as(&f->bob, ALICE, s, "bent"), REFUSAL_NONE);
    else
        assert_int_equal(refuse_unchanged(&f->bob, ALICE, s->kind, buffer_bytes(&s->body)), why);
}

static void mutated_start(void **state)
{
    const struct row *row = *state;
    struct fixture f;
    struct sealed s;

    set_up(&f);
    start(&f.alice, &f.bob, true, row->mutation);
    seal(&f.alice, &f.bob, "bent", NULL, &s);
    assert_int_equal(s.kind, SIGNAL_KIND_PREKEY);
    expect(&f, &s, row->why);
    sealed_fini(&s);
    start(&f.alice, &f.bob, true, NULL);
    say(&f.alice, &f.bob, "honest");
    say(&f.bob, &f.alice, "honest, too");
    tear_down(&f);
}

static const struct row starts[] = {
    {"no-discontinuity-block", REFUSAL_AUTHENTICATION},
    {"other-handshake-info", REFUSAL_AUTHENTICATION},
    {"other-handshake-salt", REFUSAL_AUTHENTICATION},
    {"dh-order", REFUSAL_AUTHENTICATION},
    {"omit-dh4", REFUSAL_AUTHENTICATION},
    {"base-key:low-order-1", REFUSAL_INVALID_KEY},
    {"base-key:low-order-2", REFUSAL_INVALID_KEY},
    {"base-key:low-order-3", REFUSAL_INVALID_KEY},
    {"base-key:low-order-4", REFUSAL_INVALID_KEY},
    {"base-key:low-order-5", REFUSAL_INVALID_KEY},
    {"base-key:low-order-6", REFUSAL_INVALID_KEY},
    {"base-key:low-order-7", REFUSAL_INVALID_KEY},
    {"base-key:high-bit", REFUSAL_NONE},
    {"base-key:own-identity", REFUSAL_NONE},
    {"base-key:of-peer", REFUSAL_AUTHENTICATION},
    {"reuse-base-key", REFUSAL_NONE},
    {"claim-one-time-prekey:4242", REFUSAL_UNKNOWN_PREKEY},
    {"claim-one-time-prekey:1", REFUSAL_AUTHENTICATION},
    {"one-time-prekey-id:4242", REFUSAL_UNKNOWN_PREKEY},
    {"omit-one-time-prekey-id", REFUSAL_AUTHENTICATION},
    {"signed-prekey-id:4242", REFUSAL_UNKNOWN_PREKEY},
    {"registration-id:77", REFUSAL_NONE},
    {"omit-registration-id", REFUSAL_NONE},
};

/* ---- bends of a seal in a session that both have heard on */

static void mutated_seal(void **state)
{
    const struct row *row = *state;
    struct fixture f;
    struct sealed s;

    set_up(&f);
    establish(&f.alice, &f.bob);
    seal(&f.alice, &f.bob, "bent", row->mutation, &s);
    expect(&f, &s, row->why);
    sealed_fini(&s);
    say(&f.alice, &f.bob, "honest");
    say(&f.bob, &f.alice, "honest, too");
    say(&f.alice, &f.bob, "honest again");
    tear_down(&f);
}

static const struct row seals[] = {
    {"mac-swapped-identities", REFUSAL_AUTHENTICATION},
    {"mac-other-identity", REFUSAL_AUTHENTICATION},
    {"mac-no-identities", REFUSAL_AUTHENTICATION},
    {"mac-constant-version,version:52", REFUSAL_AUTHENTICATION},
    {"mac-constant-version", REFUSAL_NONE},
    {"mac-ciphertext-only", REFUSAL_AUTHENTICATION},
    {"mac-zero", REFUSAL_AUTHENTICATION},
    {"mac-length:8", REFUSAL_NONE},
    {"mac-length:0", REFUSAL_MALFORMED},
    {"other-message-info", REFUSAL_AUTHENTICATION},
    {"counter:2000", REFUSAL_NONE},
    {"counter:2001", REFUSAL_TOO_FAR},
    {"counter:4294967295", REFUSAL_TOO_FAR},
    {"previous-counter:4294967295", REFUSAL_NONE},
    {"omit-previous-counter", REFUSAL_NONE},
    {"ratchet-key:low-order-1", REFUSAL_INVALID_KEY},
    {"ratchet-key:low-order-3", REFUSAL_INVALID_KEY},
    {"ratchet-key:low-order-7", REFUSAL_INVALID_KEY},
    {"ratchet-key:of-peer", REFUSAL_AUTHENTICATION},
    {"padding:zero", REFUSAL_PADDING},
    {"padding:over-block", REFUSAL_PADDING},
    {"padding:inconsistent", REFUSAL_PADDING},
    {"padding:none", REFUSAL_PADDING},
    {"padding:empty", REFUSAL_PADDING},
    {"version:35", REFUSAL_VERSION},
    {"version:52", REFUSAL_NONE},
    {"always-prekey-message", REFUSAL_NONE},
    {"always-prekey-message,outer-version:67", REFUSAL_VERSION},
    {"always-prekey-message,outer-version:63", REFUSAL_NONE},
    {"never-prekey-message", REFUSAL_NONE},
};

/* A bent ratchet key that the receiver takes: its answer opens, and the way on is the bent one. */
static void mutated_ratchet_key_is_followed(void **state)
{
    const struct row *row = *state;
    struct fixture f;
    struct sealed s;

    set_up(&f);
    establish(&f.alice, &f.bob);
    seal(&f.alice, &f.bob, "bent", row->mutation, &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "bent"), REFUSAL_NONE);
    say(&f.bob, &f.alice, "an answer to it");
    say(&f.alice, &f.bob, "and on");
    say(&f.bob, &f.alice, "and on");
    sealed_fini(&s);
    tear_down(&f);
}

static const struct row ratchet_keys[] = {
    {"ratchet-key:high-bit", REFUSAL_NONE},
    {"ratchet-key:own-identity", REFUSAL_NONE},
};

/* A receiver that takes low-order keys answers under keys that both know. */
static void low_order_taken(void **state)
{
    struct rules rules = *rules_honest();
    struct actor alice, bob;
    struct sealed s;

    (void)state;
    rules.ratchet.refuses_low_order = rules.handshake.refuses_low_order = false;
    actor_init(&alice, ALICE, "alice", NULL, NULL);
    actor_init(&bob, BOB, "bob", &rules, NULL);
    start(&alice, &bob, true, "base-key:low-order-4");
    say(&alice, &bob, "under a base key of low order");
    say(&bob, &alice, "an answer");
    seal(&alice, &bob, "and a ratchet key, too", "ratchet-key:low-order-1", &s);
    assert_int_equal(open_as(&bob, ALICE, &s, "and a ratchet key, too"), REFUSAL_NONE);
    say(&bob, &alice, "goes on");
    say(&alice, &bob, "healed");
    sealed_fini(&s);
    actor_fini(&alice);
    actor_fini(&bob);
}

/* One more message of the chain before: it opens, and the chain of now goes on. */
static void stale_chain(void **state)
{
    struct fixture f;
    struct sealed s;

    (void)state;
    set_up(&f);
    establish(&f.alice, &f.bob);
    say(&f.alice, &f.bob, "one");
    say(&f.bob, &f.alice, "turn");
    seal(&f.alice, &f.bob, "from before", "ratchet-key:stale", &s);
    assert_int_equal(open_as(&f.bob, ALICE, &s, "from before"), REFUSAL_NONE);
    say(&f.alice, &f.bob, "of now");
    sealed_fini(&s);
    tear_down(&f);
}

/* The ratchet key left one turn ago, again: its chain is known and the counter used. */
static void earlier_key(void **state)
{
    struct fixture f;
    struct sealed s;

    (void)state;
    set_up(&f);
    establish(&f.alice, &f.bob);
    say(&f.alice, &f.bob, "one");
    say(&f.bob, &f.alice, "turn");
    seal(&f.alice, &f.bob, "bent", "ratchet-key:earlier", &s);
    expect(&f, &s, REFUSAL_DUPLICATE);
    say(&f.alice, &f.bob, "of now");
    sealed_fini(&s);
    tear_down(&f);
}

/* A counter already used, under its true key. */
static void counter_backwards(void **state)
{
    struct fixture f;
    struct sealed s;

    (void)state;
    set_up(&f);
    establish(&f.alice, &f.bob);
    for (unsigned i = 0; i < 3; i++)
        say(&f.alice, &f.bob, "used");
    seal(&f.alice, &f.bob, "bent", "counter:1", &s);
    expect(&f, &s, REFUSAL_DUPLICATE);
    say(&f.alice, &f.bob, "honest");
    sealed_fini(&s);
    tear_down(&f);
}

/* ---- sealing again */

static void reseal_after_a_change(void **state)
{
    struct fixture f;
    struct sealed s;

    (void)state;
    set_up(&f);
    start(&f.alice, &f.bob, true, NULL);
    seal(&f.alice, &f.bob, "bent", NULL, &s);
    struct prekey_message m;
    assert_int_equal(prekey_message_decode(buffer_bytes(&s.body), &m), OK);
    size_t version_at = (size_t)(m.message.data - s.body.data);
    s.body.data[version_at] = 0x34;
    expect(&f, &s, REFUSAL_AUTHENTICATION);
    assert_int_equal(sealed_reseal(&s), OK);
    expect(&f, &s, REFUSAL_NONE);
    sealed_fini(&s);
    tear_down(&f);
}

/* A whole block, so that the padding is one of its own, and what is expected afterwards. */
static void replaced_plaintext(void **state)
{
    struct fixture f;
    struct sealed s, distribution = {.kind = SIGNAL_KIND_DISTRIBUTION};

    (void)state;
    set_up(&f);
    start(&f.alice, &f.bob, true, NULL);
    seal(&f.alice, &f.bob, "straight", NULL, &s);
    assert_int_equal(sealed_replace_plaintext(&s, bytes_of_text("sixteen bytes ok")), OK);
    struct signal_message m;
    struct prekey_message outer;
    assert_int_equal(prekey_message_decode(buffer_bytes(&s.body), &outer), OK);
    assert_int_equal(signal_message_decode(outer.message, &m), OK);
    assert_int_equal(m.ciphertext.len, 32);
    assert_int_equal(sealed_replace_plaintext(&s, bytes_of_text("bent")), OK);
    expect(&f, &s, REFUSAL_NONE);
    assert_int_equal(sealed_replace_plaintext(&distribution, bytes_of_text("bent")), E_PARSE);
    sealed_fini(&s);
    tear_down(&f);
}

#define TESTS_MAX 128u

int main(void)
{
    const struct CMUnitTest single[] = {
        cmocka_unit_test(every_name_reads),
        cmocka_unit_test(lists_combine),
        cmocka_unit_test(wrong_lists_are_refused),
        cmocka_unit_test(low_order_points_are),
        cmocka_unit_test(low_order_taken),
        cmocka_unit_test(stale_chain),
        cmocka_unit_test(earlier_key),
        cmocka_unit_test(counter_backwards),
        cmocka_unit_test(reseal_after_a_change),
        cmocka_unit_test(replaced_plaintext),
    };
    struct CMUnitTest tests[TESTS_MAX];
    size_t n = COUNT(single);

    _Static_assert(COUNT(single) + COUNT(starts) + COUNT(seals) + COUNT(ratchet_keys) <= TESTS_MAX,
                   "rows fit");
    memcpy(tests, single, sizeof(single));
    ADD_ROWS(tests, n, starts, mutation, mutated_start);
    ADD_ROWS(tests, n, seals, mutation, mutated_seal);
    ADD_ROWS(tests, n, ratchet_keys, mutation, mutated_ratchet_key_is_followed);
    return _cmocka_run_group_tests("bends", tests, n, NULL, NULL);
}
