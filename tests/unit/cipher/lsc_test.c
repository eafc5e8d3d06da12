/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The peer and libsignal-protocol-c, given the same keys and the same randomness, write the same
 * bytes. */
#include "help.h"
#include "support/lsc.h"

#include <string.h>

/* Everybody twice: the peer's and the library's, with the same keys and equal streams. */
struct twins {
    struct rules rules;
    struct key_set alice_keys, bob_keys;
    struct actor alice, bob;
    struct random alice_random, bob_random;
    struct lsc *lsc_alice, *lsc_bob;
};

static int set_up(void **state)
{
    struct twins *t = test_calloc(1, sizeof(*t));

    /* what the library writes: the last counter of the chain before */
    t->rules = *rules_honest();
    t->rules.ratchet.previous_counter_is_length = false;
    key_set_init(&t->alice_keys, "alice's keys");
    key_set_init(&t->bob_keys, "bob's keys");
    actor_init(&t->alice, ALICE, "alice", &t->rules, &t->alice_keys.keys);
    actor_init(&t->bob, BOB, "bob", &t->rules, &t->bob_keys.keys);
    t->alice_random = t->alice.random;
    t->bob_random = t->bob.random;
    t->lsc_alice = lsc_new(ALICE, &t->alice_random, &t->alice_keys.keys);
    t->lsc_bob = lsc_new(BOB, &t->bob_random, &t->bob_keys.keys);
    assert_non_null(t->lsc_alice);
    assert_non_null(t->lsc_bob);
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct twins *t = *state;

    lsc_free(t->lsc_alice);
    lsc_free(t->lsc_bob);
    actor_fini(&t->alice);
    actor_fini(&t->bob);
    test_free(t);
    return 0;
}

/* Both kinds of Alice process one bundle. */
static void start_both(struct twins *t, bool with_one_time_prekey)
{
    struct buffer bundle;
    enum refusal why;

    publish(&t->bob, with_one_time_prekey, &bundle);
    assert_int_equal(party_start(t->alice.party, BOB, buffer_bytes(&bundle), NULL, &why), OK);
    assert_int_equal(lsc_start(t->lsc_alice, BOB, buffer_bytes(&bundle)), 0);
    buffer_fini(&bundle);
}

/* Both kinds of one party seal |text|: the same bytes, kept in |out|. */
static void seal_both(struct actor *from, struct lsc *lsc, struct actor *to, const char *text,
                      struct sealed *out)
{
    enum signal_kind kind = SIGNAL_KIND_NONE;
    struct buffer body;

    seal(from, to, text, NULL, out);
    buffer_init(&body, PARTY_MESSAGE_MAX);
    assert_int_equal(lsc_seal(lsc, to->address, bytes_of_text(text), &kind, &body), 0);
    assert_int_equal(kind, out->kind);
    assert_int_equal(body.len, out->body.len);
    assert_memory_equal(body.data, out->body.data, body.len);
    buffer_fini(&body);
}

static void open_both(struct actor *to, struct lsc *lsc, struct address from,
                      const struct sealed *s, const char *text)
{
    struct buffer plain;

    assert_int_equal(open_as(to, from, s, text), REFUSAL_NONE);
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    assert_int_equal(lsc_open(lsc, from, s->kind, buffer_bytes(&s->body), &plain), 0);
    assert_true(bytes_equal(buffer_bytes(&plain), bytes_of_text(text)));
    buffer_fini(&plain);
}

static void from_alice(struct twins *t, const char *text)
{
    struct sealed s;

    seal_both(&t->alice, t->lsc_alice, &t->bob, text, &s);
    open_both(&t->bob, t->lsc_bob, ALICE, &s, text);
    sealed_fini(&s);
}

static void from_bob(struct twins *t, const char *text)
{
    struct sealed s;

    seal_both(&t->bob, t->lsc_bob, &t->alice, text, &s);
    open_both(&t->alice, t->lsc_alice, BOB, &s, text);
    sealed_fini(&s);
}

/* A first message with one-time prekey is the same. */
static void first_message_with_one_time_prekey(void **state)
{
    struct twins *t = *state;

    start_both(t, true);
    from_alice(t, "the first");
}

/* And without. */
static void first_message_without_one_time_prekey(void **state)
{
    struct twins *t = *state;

    start_both(t, false);
    from_alice(t, "the first");
}

/* The header is repeated, byte for byte, until a reply. */
static void several_first_messages(void **state)
{
    struct twins *t = *state;

    start_both(t, true);
    from_alice(t, "one");
    from_alice(t, "two");
    from_bob(t, "three");
    from_alice(t, "four");
}

/* Twenty turns with up to four messages each, previous counters and all. */
static void ratchet_turns(void **state)
{
    struct twins *t = *state;

    start_both(t, true);
    from_alice(t, "the first");
    for (unsigned turn = 0; turn < 20; turn++)
        for (unsigned n = 0; n <= turn % 4; n++)
            if (turn % 2)
                from_alice(t, "more from alice");
            else
                from_bob(t, "and an answer");
}

/* An empty plaintext and one of a mebibyte. */
static void odd_lengths(void **state)
{
    static char large[PARTY_PLAINTEXT_MAX + 1];
    struct twins *t = *state;

    memset(large, 'x', sizeof(large) - 1);
    start_both(t, true);
    from_alice(t, "");
    from_bob(t, large);
    from_alice(t, "fifteen bytes..");
    from_alice(t, "sixteen bytes...");
}

/* Messages that arrive in another order, some of them after the next turn. */
static void out_of_order_and_skipped(void **state)
{
    struct twins *t = *state;
    struct sealed s[4], late, answer;

    start_both(t, true);
    from_alice(t, "the first");
    from_bob(t, "an answer");
    for (size_t i = 0; i < 4; i++)
        seal_both(&t->alice, t->lsc_alice, &t->bob, "one of four", &s[i]);
    open_both(&t->bob, t->lsc_bob, ALICE, &s[2], "one of four");
    open_both(&t->bob, t->lsc_bob, ALICE, &s[0], "one of four");
    seal_both(&t->bob, t->lsc_bob, &t->alice, "answer", &answer);
    open_both(&t->alice, t->lsc_alice, BOB, &answer, "answer");
    seal_both(&t->alice, t->lsc_alice, &t->bob, "next turn", &late);
    open_both(&t->bob, t->lsc_bob, ALICE, &late, "next turn");
    open_both(&t->bob, t->lsc_bob, ALICE, &s[3], "one of four");
    open_both(&t->bob, t->lsc_bob, ALICE, &s[1], "one of four");
    from_bob(t, "good");
    for (size_t i = 0; i < 4; i++)
        sealed_fini(&s[i]);
    sealed_fini(&late);
    sealed_fini(&answer);
}

/* The longest jump, 2000 counters, is taken by both; one more by neither. */
static void longest_jump(void **state)
{
    struct twins *t = *state;
    struct sealed s, last;
    struct buffer plain;

    start_both(t, true);
    from_alice(t, "the first");
    from_bob(t, "an answer");
    for (unsigned i = 0; i < 2000; i++) {
        seal_both(&t->alice, t->lsc_alice, &t->bob, "lost", &s);
        sealed_fini(&s);
    }
    seal_both(&t->alice, t->lsc_alice, &t->bob, "in reach", &s);
    seal_both(&t->alice, t->lsc_alice, &t->bob, "out of reach", &last);
    assert_int_equal(open_as(&t->bob, ALICE, &last, "out of reach"), REFUSAL_TOO_FAR);
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    assert_int_not_equal(lsc_open(t->lsc_bob, ALICE, last.kind, buffer_bytes(&last.body), &plain),
                         0);
    buffer_fini(&plain);
    open_both(&t->bob, t->lsc_bob, ALICE, &s, "in reach");
    open_both(&t->bob, t->lsc_bob, ALICE, &last, "out of reach");
    sealed_fini(&s);
    sealed_fini(&last);
}

/* The distribution message and group messages are the same, and each opens the other's. */
static void sender_keys(void **state)
{
    struct twins *t = *state;
    struct sealed ours;
    struct buffer theirs, plain;
    enum refusal why;

    sealed_init(&ours);
    buffer_init(&theirs, PARTY_MESSAGE_MAX);
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    assert_int_equal(party_distribute(t->alice.party, "friends", false, NULL, &ours), OK);
    assert_int_equal(lsc_distribute(t->lsc_alice, "friends", &theirs), 0);
    assert_true(bytes_equal(buffer_bytes(&ours.body), buffer_bytes(&theirs)));
    assert_int_equal(lsc_absorb(t->lsc_bob, "friends", ALICE, buffer_bytes(&ours.body)), 0);
    assert_int_equal(party_absorb(t->bob.party, "friends", ALICE, buffer_bytes(&theirs), &why), OK);
    for (unsigned i = 0; i < 5; i++) {
        buffer_clear(&theirs);
        assert_int_equal(party_seal_group(t->alice.party, "friends", bytes_of_text("all of you"),
                                          NULL, &ours, &why),
                         OK);
        assert_int_equal(
            lsc_seal_group(t->lsc_alice, "friends", bytes_of_text("all of you"), &theirs), 0);
        assert_true(bytes_equal(buffer_bytes(&ours.body), buffer_bytes(&theirs)));
        if (i % 2)
            continue; /* skipped by both */
        assert_int_equal(
            lsc_open_group(t->lsc_bob, "friends", ALICE, buffer_bytes(&theirs), &plain), 0);
        assert_int_equal(
            party_open_group(t->bob.party, "friends", ALICE, buffer_bytes(&theirs), &plain, &why),
            OK);
    }
    assert_true(
        bytes_equal(buffer_bytes(&plain),
                    bytes_of_text("all of youall of youall of youall of youall of youall of you")));
    sealed_fini(&ours);
    buffer_fini(&theirs);
    buffer_fini(&plain);
}

/* ---- one side each, with streams of their own: a hundred random turns */

struct side {
    struct actor *actor;
    struct lsc *lsc;
    struct address address;
};

static void side_say(struct side *from, struct side *to, const char *text)
{
    enum signal_kind kind = SIGNAL_KIND_NONE;
    enum refusal why;
    struct sealed s;
    struct buffer plain;

    sealed_init(&s);
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    if (from->actor) {
        assert_int_equal(
            party_seal(from->actor->party, to->address, bytes_of_text(text), NULL, &s, &why), OK);
        kind = s.kind;
    } else {
        assert_int_equal(lsc_seal(from->lsc, to->address, bytes_of_text(text), &kind, &s.body), 0);
    }
    if (to->actor)
        assert_int_equal(
            party_open(to->actor->party, from->address, kind, buffer_bytes(&s.body), &plain, &why),
            OK);
    else
        assert_int_equal(lsc_open(to->lsc, from->address, kind, buffer_bytes(&s.body), &plain), 0);
    assert_true(bytes_equal(buffer_bytes(&plain), bytes_of_text(text)));
    sealed_fini(&s);
    buffer_fini(&plain);
}

static void converse(struct side *alice, struct side *bob, const char *label)
{
    struct random dice;
    uint32_t throw;

    assert_int_equal(random_init(&dice, bytes_of_text("dice"), label), OK);
    side_say(alice, bob, "the first");
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(random_below(&dice, 2, &throw), OK);
        side_say(throw ? alice : bob, throw ? bob : alice, "a random turn");
    }
}

/* The peer starts, the library answers. By honest rules: the previous counter is a length. */
static void peer_talks_to_library(void **state)
{
    struct twins *t = *state;
    struct side alice = {&t->alice, NULL, ALICE}, bob = {NULL, t->lsc_bob, BOB};
    struct buffer bundle;
    enum refusal why;

    t->rules.ratchet.previous_counter_is_length = true;
    publish(&t->bob, true, &bundle);
    assert_int_equal(party_start(t->alice.party, BOB, buffer_bytes(&bundle), NULL, &why), OK);
    converse(&alice, &bob, "peer first");
    buffer_fini(&bundle);
}

/* The library starts, the peer answers. */
static void library_talks_to_peer(void **state)
{
    struct twins *t = *state;
    struct side alice = {NULL, t->lsc_alice, ALICE}, bob = {&t->bob, NULL, BOB};
    struct buffer bundle;

    t->rules.ratchet.previous_counter_is_length = true;
    publish(&t->bob, true, &bundle);
    assert_int_equal(lsc_start(t->lsc_alice, BOB, buffer_bytes(&bundle)), 0);
    converse(&alice, &bob, "library first");
    buffer_fini(&bundle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_message_with_one_time_prekey, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_message_without_one_time_prekey, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_first_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ratchet_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_lengths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(out_of_order_and_skipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(longest_jump, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sender_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(peer_talks_to_library, set_up, tear_down),
        cmocka_unit_test_setup_teardown(library_talks_to_peer, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("peer and libsignal-protocol-c", tests, NULL, NULL);
}
