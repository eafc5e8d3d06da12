/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two honest parties do: prekeys, sessions, order, loss, trust. */
#include "help.h"

#include "cipher/signal/store.h"

#include <string.h>

struct pair {
    struct actor alice, bob;
};

static int set_up(void **state)
{
    struct pair *t = test_calloc(1, sizeof(*t));

    actor_init(&t->alice, ALICE, "alice", NULL, NULL);
    actor_init(&t->bob, BOB, "bob", NULL, NULL);
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *t = *state;

    actor_fini(&t->alice);
    actor_fini(&t->bob);
    test_free(t);
    return 0;
}

/* Without a session there is nothing to seal on or open with. */
static void no_session(void **state)
{
    struct pair *t = *state;
    struct sealed s;
    enum refusal why;

    sealed_init(&s);
    assert_int_equal(party_seal(t->alice.party, BOB, bytes_of_text("x"), NULL, &s, &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_NO_SESSION);
    establish(&t->alice, &t->bob);
    seal(&t->alice, &t->bob, "to bob", NULL, &s);
    assert_int_equal(refuse_unchanged(&t->bob, CAROL, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_NO_SESSION);
    sealed_fini(&s);
}

/* The first message's header stays until the first reply, and then goes. */
static void header_until_reply(void **state)
{
    struct pair *t = *state;
    struct sealed s;

    start(&t->alice, &t->bob, true, NULL);
    for (unsigned i = 0; i < 3; i++) {
        seal(&t->alice, &t->bob, "first", NULL, &s);
        assert_int_equal(s.kind, SIGNAL_KIND_PREKEY);
        assert_int_equal(open_as(&t->bob, ALICE, &s, "first"), REFUSAL_NONE);
        sealed_fini(&s);
    }
    assert_false(store_find(t->alice.party, BOB)->current->is_acknowledged);
    say(&t->bob, &t->alice, "reply");
    assert_true(store_find(t->alice.party, BOB)->current->is_acknowledged);
    seal(&t->alice, &t->bob, "second", NULL, &s);
    assert_int_equal(s.kind, SIGNAL_KIND_MESSAGE);
    sealed_fini(&s);
}

/* A one-time prekey opens one first message, and its replay is a duplicate. */
static void one_time_prekey_is_used_once(void **state)
{
    struct pair *t = *state;
    struct actor carol;
    struct buffer bundle;
    struct sealed first, second;
    enum refusal why;

    actor_init(&carol, CAROL, "carol", NULL, NULL);
    publish(&t->bob, true, &bundle);
    assert_int_equal(party_start(t->alice.party, BOB, buffer_bytes(&bundle), NULL, &why), OK);
    assert_int_equal(party_start(carol.party, BOB, buffer_bytes(&bundle), NULL, &why), OK);
    seal(&t->alice, &t->bob, "from alice", NULL, &first);
    seal(&carol, &t->bob, "from carol", NULL, &second);
    assert_int_equal(open_as(&t->bob, ALICE, &first, "from alice"), REFUSAL_NONE);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, first.kind, buffer_bytes(&first.body)),
                     REFUSAL_DUPLICATE);
    assert_int_equal(refuse_unchanged(&t->bob, CAROL, second.kind, buffer_bytes(&second.body)),
                     REFUSAL_UNKNOWN_PREKEY);
    party_forget(t->bob.party, ALICE);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, first.kind, buffer_bytes(&first.body)),
                     REFUSAL_UNKNOWN_PREKEY);
    buffer_fini(&bundle);
    sealed_fini(&first);
    sealed_fini(&second);
    actor_fini(&carol);
}

/* Each bundle has another one-time prekey; a bundle without has none. */
static void bundles_differ(void **state)
{
    struct pair *t = *state;
    struct buffer a, b, c;
    struct signal_bundle first, second, bare;

    publish(&t->bob, true, &a);
    publish(&t->bob, true, &b);
    publish(&t->bob, false, &c);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&a), &first), OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&b), &second), OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&c), &bare), OK);
    assert_int_not_equal(first.one_time_prekey_id, second.one_time_prekey_id);
    assert_false(bytes_equal(first.one_time_prekey, second.one_time_prekey));
    assert_true(bytes_equal(first.signed_prekey, second.signed_prekey));
    assert_false(bare.has_one_time_prekey);
    buffer_fini(&a);
    buffer_fini(&b);
    buffer_fini(&c);
}

/* After a rotation the signed prekey before still opens. */
static void rotated_prekey_still_opens(void **state)
{
    struct pair *t = *state;
    struct publish_options rotate = {.rotate_signed_prekey = true};
    struct buffer bundle;
    struct signal_bundle read;

    start(&t->alice, &t->bob, false, NULL);
    buffer_init(&bundle, 4096);
    assert_int_equal(party_publish(t->bob.party, &rotate, &bundle), OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &read), OK);
    assert_int_equal(read.signed_prekey_id, 2);
    say(&t->alice, &t->bob, "by the old one");
    buffer_fini(&bundle);
}

/* A publish that does not fit has not given or made a key. */
static void failed_publish_changes_nothing(void **state)
{
    struct pair *t = *state;
    struct publish_options options = {.rotate_signed_prekey = true};
    struct buffer before, after, small;

    save(&t->bob, &before);
    buffer_init(&small, 10);
    assert_int_equal(party_publish(t->bob.party, &options, &small), E_LIMIT);
    save(&t->bob, &after);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    buffer_fini(&before);
    buffer_fini(&after);
    buffer_fini(&small);
}

/* A plaintext that does not fit has not been opened: the message opens afterwards. */
static void failed_delivery_changes_nothing(void **state)
{
    struct pair *t = *state;
    struct buffer before, after, small;
    struct sealed s;
    enum refusal why;

    start(&t->alice, &t->bob, true, NULL);
    seal(&t->alice, &t->bob, "longer than three bytes", NULL, &s);
    save(&t->bob, &before);
    buffer_init(&small, 3);
    assert_int_equal(party_open(t->bob.party, ALICE, s.kind, buffer_bytes(&s.body), &small, &why),
                     E_LIMIT);
    save(&t->bob, &after);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    assert_int_equal(open_as(&t->bob, ALICE, &s, "longer than three bytes"), REFUSAL_NONE);
    buffer_fini(&before);
    buffer_fini(&after);
    buffer_fini(&small);
    sealed_fini(&s);
}

/* The last message of a chain opens after the next ratchet step, and once only. */
static void last_message_of_a_chain(void **state)
{
    struct pair *t = *state;
    struct sealed late;

    establish(&t->alice, &t->bob);
    say(&t->alice, &t->bob, "in order");
    seal(&t->alice, &t->bob, "held back", NULL, &late);
    say(&t->bob, &t->alice, "turn");
    say(&t->alice, &t->bob, "next chain");
    assert_int_equal(open_as(&t->bob, ALICE, &late, "held back"), REFUSAL_NONE);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, late.kind, buffer_bytes(&late.body)),
                     REFUSAL_DUPLICATE);
    sealed_fini(&late);
}

/* Five receiving chains stay open; the message of the sixth back is gone. */
static void five_chains_stay_open(void **state)
{
    struct pair *t = *state;
    struct sealed late[6];

    establish(&t->alice, &t->bob);
    for (size_t i = 0; i < 6; i++) {
        seal(&t->alice, &t->bob, "held back", NULL, &late[i]);
        say(&t->alice, &t->bob, "overtakes it");
        say(&t->bob, &t->alice, "turn");
    }
    for (size_t i = 1; i < 6; i++)
        assert_int_equal(open_as(&t->bob, ALICE, &late[i], "held back"), REFUSAL_NONE);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, late[0].kind, buffer_bytes(&late[0].body)),
                     REFUSAL_AUTHENTICATION);
    for (size_t i = 0; i < 6; i++)
        sealed_fini(&late[i]);
}

/* Of more than 2000 skipped messages of one chain the oldest are forgotten, the others open. */
static void skipped_keys_are_bounded(void **state)
{
    struct pair *t = *state;
    struct sealed oldest, kept, middle, last;

    establish(&t->alice, &t->bob);
    seal(&t->alice, &t->bob, "oldest", NULL, &oldest);
    for (unsigned i = 0; i < 1998; i++) {
        seal(&t->alice, &t->bob, "lost", NULL, &kept);
        sealed_fini(&kept);
    }
    seal(&t->alice, &t->bob, "kept", NULL, &kept);
    seal(&t->alice, &t->bob, "middle", NULL, &middle);
    assert_int_equal(open_as(&t->bob, ALICE, &middle, "middle"), REFUSAL_NONE);
    seal(&t->alice, &t->bob, "one more lost", NULL, &last);
    sealed_fini(&last);
    say(&t->alice, &t->bob, "last");
    assert_int_equal(open_as(&t->bob, ALICE, &oldest, "oldest"), REFUSAL_DUPLICATE);
    assert_int_equal(open_as(&t->bob, ALICE, &kept, "kept"), REFUSAL_NONE);
    sealed_fini(&oldest);
    sealed_fini(&kept);
    sealed_fini(&middle);
}

/* Both start at once, the first messages cross: within one exchange both send on one session. */
static void simultaneous_initiation_converges(void **state)
{
    struct pair *t = *state;
    struct sealed from_alice, from_bob, s;

    start(&t->alice, &t->bob, true, NULL);
    start(&t->bob, &t->alice, true, NULL);
    seal(&t->alice, &t->bob, "crossing", NULL, &from_alice);
    seal(&t->bob, &t->alice, "crossing, too", NULL, &from_bob);
    assert_int_equal(open_as(&t->bob, ALICE, &from_alice, "crossing"), REFUSAL_NONE);
    assert_int_equal(open_as(&t->alice, BOB, &from_bob, "crossing, too"), REFUSAL_NONE);
    say(&t->alice, &t->bob, "settled");
    say(&t->bob, &t->alice, "settled here, too");
    for (unsigned i = 0; i < 10; i++) {
        seal(&t->alice, &t->bob, "goes on", NULL, &s);
        assert_int_equal(s.kind, SIGNAL_KIND_MESSAGE);
        assert_int_equal(open_as(&t->bob, ALICE, &s, "goes on"), REFUSAL_NONE);
        sealed_fini(&s);
        say(&t->bob, &t->alice, "goes on");
    }
    sealed_fini(&from_alice);
    sealed_fini(&from_bob);
}

/* Forty-one sessions are reachable, the one before is gone; the session a message opens on becomes
 * current. */
static void archived_sessions(void **state)
{
    struct pair *t = *state;
    struct sealed s[42];

    for (size_t i = 0; i < 42; i++) {
        start(&t->alice, &t->bob, true, NULL);
        seal(&t->alice, &t->bob, "a new session", NULL, &s[i]);
        sealed_fini(&s[i]);
        say(&t->alice, &t->bob, "and its second");
        seal(&t->alice, &t->bob, "held back", NULL, &s[i]);
    }
    /* as ordinary messages, so that only the sessions count and no prekey */
    for (size_t i = 1; i < 42; i++) {
        struct prekey_message outer;
        assert_int_equal(prekey_message_decode(buffer_bytes(&s[i].body), &outer), OK);
        assert_int_equal(
            open_bytes(&t->bob, ALICE, SIGNAL_KIND_MESSAGE, outer.message, "held back"),
            REFUSAL_NONE);
    }
    struct prekey_message outer;
    assert_int_equal(prekey_message_decode(buffer_bytes(&s[0].body), &outer), OK);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, SIGNAL_KIND_MESSAGE, outer.message),
                     REFUSAL_AUTHENTICATION);
    say(&t->bob, &t->alice, "on the one heard last");
    for (size_t i = 0; i < 42; i++)
        sealed_fini(&s[i]);
}

/* A second identity under a known address is refused, until a person accepts it. */
static void identity_is_pinned(void **state)
{
    struct pair *t = *state;
    struct actor impostor;
    struct sealed s;
    struct buffer bundle;
    enum refusal why;

    establish(&t->alice, &t->bob);
    actor_init(&impostor, ALICE, "impostor", NULL, NULL);
    start(&impostor, &t->bob, true, NULL);
    seal(&impostor, &t->bob, "it is me", NULL, &s);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_UNTRUSTED_IDENTITY);
    publish(&impostor, true, &bundle);
    assert_int_equal(party_start(t->bob.party, ALICE, buffer_bytes(&bundle), NULL, &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_UNTRUSTED_IDENTITY);
    say(&t->alice, &t->bob, "still here");
    say(&t->bob, &t->alice, "so I see");
    assert_int_equal(
        party_accept_identity(t->bob.party, ALICE, party_identity_public(impostor.party)), OK);
    assert_int_equal(open_as(&t->bob, ALICE, &s, "it is me"), REFUSAL_NONE);
    sealed_fini(&s);
    buffer_fini(&bundle);
    actor_fini(&impostor);
}

/* After a person accepted a new identity nothing goes to the old one. */
static void old_identity_is_left(void **state)
{
    struct pair *t = *state;
    struct actor other;
    struct sealed s;
    enum refusal why;

    establish(&t->alice, &t->bob);
    actor_init(&other, ALICE, "another alice", NULL, NULL);
    seal(&t->alice, &t->bob, "in flight", NULL, &s);
    assert_int_equal(party_accept_identity(t->bob.party, ALICE, party_identity_public(other.party)),
                     OK);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_UNTRUSTED_IDENTITY);
    assert_int_equal(party_seal(t->bob.party, ALICE, bytes_of_text("x"), NULL, &s, &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_UNTRUSTED_IDENTITY);
    sealed_fini(&s);
    actor_fini(&other);
}

/* A first message with a foreign identity pins nothing: the genuine one opens afterwards. */
static void forged_first_message_pins_nothing(void **state)
{
    struct pair *t = *state;
    struct actor other;
    struct prekey_message m;
    struct sealed s;
    struct buffer forged;

    actor_init(&other, CAROL, "carol", NULL, NULL);
    start(&t->alice, &t->bob, true, NULL);
    seal(&t->alice, &t->bob, "genuine", NULL, &s);
    assert_int_equal(prekey_message_decode(buffer_bytes(&s.body), &m), OK);
    m.identity_key = party_identity_public(other.party);
    buffer_init(&forged, 4096);
    assert_int_equal(prekey_message_encode(&m, &forged), OK);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, SIGNAL_KIND_PREKEY, buffer_bytes(&forged)),
                     REFUSAL_AUTHENTICATION);
    assert_int_equal(open_as(&t->bob, ALICE, &s, "genuine"), REFUSAL_NONE);
    buffer_fini(&forged);
    sealed_fini(&s);
    actor_fini(&other);
}

/* Our own message sent back is refused, and both directions go on. */
static void reflected_message(void **state)
{
    struct pair *t = *state;
    struct sealed s;

    establish(&t->alice, &t->bob);
    seal(&t->alice, &t->bob, "to bob", NULL, &s);
    refuse_unchanged(&t->alice, BOB, s.kind, buffer_bytes(&s.body));
    assert_int_equal(open_as(&t->bob, ALICE, &s, "to bob"), REFUSAL_NONE);
    say(&t->bob, &t->alice, "and back");
    sealed_fini(&s);
}

/* Any low nibble of the version byte is taken when it is authenticated; any other high nibble is
 * not. */
static void version_nibbles(void **state)
{
    struct pair *t = *state;
    struct sealed s;

    establish(&t->alice, &t->bob);
    seal(&t->alice, &t->bob, "3.4", "version:52", &s);
    assert_int_equal(s.body.data[0], 0x34);
    assert_int_equal(open_as(&t->bob, ALICE, &s, "3.4"), REFUSAL_NONE);
    sealed_fini(&s);
    seal(&t->alice, &t->bob, "3.15", "version:63", &s);
    assert_int_equal(open_as(&t->bob, ALICE, &s, "3.15"), REFUSAL_NONE);
    sealed_fini(&s);
    seal(&t->alice, &t->bob, "2.3", "version:35", &s);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_VERSION);
    sealed_fini(&s);
    seal(&t->alice, &t->bob, "4.4", "version:68", &s);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_VERSION);
    sealed_fini(&s);
}

/* A low-order key is refused at each place of a bundle. */
static void low_order_bundle(void **state)
{
    struct pair *t = *state;
    struct buffer bundle, mutated;
    struct signal_bundle b;
    uint8_t key[SIGNAL_KEY_LEN] = {0x05};
    enum refusal why;

    publish(&t->bob, true, &bundle);
    for (size_t i = 0; i < N_LOW_ORDER; i++) {
        assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
        memcpy(key + 1, low_order_point(i)->u, 32);
        b.one_time_prekey = bytes_of(key, sizeof(key));
        buffer_init(&mutated, 4096);
        assert_int_equal(signal_bundle_encode(&b, &mutated), OK);
        assert_int_equal(party_start(t->alice.party, BOB, buffer_bytes(&mutated), NULL, &why),
                         E_CRYPTO);
        assert_int_equal(why, REFUSAL_INVALID_KEY);
        assert_false(party_has_session(t->alice.party, BOB));
        buffer_fini(&mutated);
    }
    buffer_fini(&bundle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_session, set_up, tear_down),
        cmocka_unit_test_setup_teardown(header_until_reply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_time_prekey_is_used_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bundles_differ, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rotated_prekey_still_opens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failed_publish_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failed_delivery_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(last_message_of_a_chain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(five_chains_stay_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(skipped_keys_are_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(simultaneous_initiation_converges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(archived_sessions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(identity_is_pinned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_identity_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forged_first_message_pins_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reflected_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(version_nibbles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(low_order_bundle, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("two honest parties", tests, NULL, NULL);
}
