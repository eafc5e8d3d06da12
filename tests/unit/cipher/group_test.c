/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sender keys: order, loss, replay, and what is refused. */
#include "help.h"
#include "support/rows.h"

#include <string.h>

static const char GROUP[] = "friends";

struct fixture {
    struct actor alice, bob;
    struct sealed distribution;
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));
    enum refusal why;

    actor_init(&f->alice, ALICE, "alice", NULL, NULL);
    actor_init(&f->bob, BOB, "bob", NULL, NULL);
    sealed_init(&f->distribution);
    assert_int_equal(party_distribute(f->alice.party, GROUP, false, NULL, &f->distribution), OK);
    assert_int_equal(
        party_absorb(f->bob.party, GROUP, ALICE, buffer_bytes(&f->distribution.body), &why), OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    sealed_fini(&f->distribution);
    actor_fini(&f->alice);
    actor_fini(&f->bob);
    test_free(f);
    return 0;
}

static void seal_group(struct fixture *f, const char *text, const char *mutation,
                       struct sealed *out)
{
    struct mutation read;
    enum refusal why;

    sealed_init(out);
    if (mutation)
        assert_true(mutation_parse(&signal_words, mutation, &read));
    assert_int_equal(party_seal_group(f->alice.party, GROUP, bytes_of_text(text),
                                      mutation ? &read : NULL, out, &why),
                     OK);
}

static enum refusal open_group(struct fixture *f, struct address from, struct bytes body,
                               const char *text)
{
    struct buffer before, after, plain;
    enum refusal why;

    save(&f->bob, &before);
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    enum status st = party_open_group(f->bob.party, GROUP, from, body, &plain, &why);
    save(&f->bob, &after);
    assert_int_equal(st, why == REFUSAL_NONE ? OK : E_CRYPTO);
    if (st)
        assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    else
        assert_true(bytes_equal(buffer_bytes(&plain), bytes_of_text(text)));
    buffer_fini(&before);
    buffer_fini(&after);
    buffer_fini(&plain);
    return why;
}

static enum refusal open_sealed(struct fixture *f, const struct sealed *s, const char *text)
{
    return open_group(f, ALICE, buffer_bytes(&s->body), text);
}

static void any_order_once(void **state)
{
    static const size_t order[] = {3, 0, 4, 1, 2};
    struct fixture *f = *state;
    struct sealed s[5];

    for (size_t i = 0; i < 5; i++)
        seal_group(f, "to all", NULL, &s[i]);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(open_sealed(f, &s[order[i]], "to all"), REFUSAL_NONE);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(open_sealed(f, &s[i], "to all"), REFUSAL_DUPLICATE);
        sealed_fini(&s[i]);
    }
}

/* A distribution message absorbed again does not turn the chain back. */
static void replayed_distribution(void **state)
{
    struct fixture *f = *state;
    struct sealed s;
    enum refusal why;

    seal_group(f, "to all", NULL, &s);
    assert_int_equal(open_sealed(f, &s, "to all"), REFUSAL_NONE);
    assert_int_equal(
        party_absorb(f->bob.party, GROUP, ALICE, buffer_bytes(&f->distribution.body), &why), OK);
    assert_int_equal(open_sealed(f, &s, "to all"), REFUSAL_DUPLICATE);
    sealed_fini(&s);
}

/* Somebody who joins late reads what comes after, not what was before. */
static void late_member(void **state)
{
    struct fixture *f = *state;
    struct sealed before, after, late;
    enum refusal why;
    struct actor bob = f->bob;

    seal_group(f, "before", NULL, &before);
    sealed_init(&late);
    assert_int_equal(party_distribute(f->alice.party, GROUP, false, NULL, &late), OK);
    actor_init(&f->bob, BOB, "a late bob", NULL, NULL);
    assert_int_equal(party_absorb(f->bob.party, GROUP, ALICE, buffer_bytes(&late.body), &why), OK);
    seal_group(f, "after", NULL, &after);
    assert_int_equal(open_sealed(f, &after, "after"), REFUSAL_NONE);
    assert_int_equal(open_sealed(f, &before, "before"), REFUSAL_DUPLICATE);
    actor_fini(&f->bob);
    f->bob = bob;
    sealed_fini(&before);
    sealed_fini(&after);
    sealed_fini(&late);
}

/* After a member was removed: a fresh key, which those who have only the old one cannot use. */
static void fresh_key(void **state)
{
    struct fixture *f = *state;
    struct sealed old, fresh, distribution;
    enum refusal why;

    seal_group(f, "under the old key", NULL, &old);
    sealed_init(&distribution);
    assert_int_equal(party_distribute(f->alice.party, GROUP, true, NULL, &distribution), OK);
    seal_group(f, "under the new key", NULL, &fresh);
    assert_int_equal(open_sealed(f, &fresh, "under the new key"), REFUSAL_NO_SESSION);
    assert_int_equal(
        party_absorb(f->bob.party, GROUP, ALICE, buffer_bytes(&distribution.body), &why), OK);
    assert_int_equal(open_sealed(f, &fresh, "under the new key"), REFUSAL_NONE);
    assert_int_equal(open_sealed(f, &old, "under the old key"), REFUSAL_NONE);
    sealed_fini(&old);
    sealed_fini(&fresh);
    sealed_fini(&distribution);
}

/* Five keys are kept of one sender. */
static void five_states(void **state)
{
    struct fixture *f = *state;
    struct sealed s[6], distribution;
    enum refusal why;

    sealed_init(&distribution);
    seal_group(f, "kept", NULL, &s[0]);
    for (size_t i = 1; i < 6; i++) {
        assert_int_equal(party_distribute(f->alice.party, GROUP, true, NULL, &distribution), OK);
        assert_int_equal(
            party_absorb(f->bob.party, GROUP, ALICE, buffer_bytes(&distribution.body), &why), OK);
        seal_group(f, "kept", NULL, &s[i]);
    }
    assert_int_equal(open_sealed(f, &s[0], "kept"), REFUSAL_NO_SESSION);
    for (size_t i = 1; i < 6; i++)
        assert_int_equal(open_sealed(f, &s[i], "kept"), REFUSAL_NONE);
    for (size_t i = 0; i < 6; i++)
        sealed_fini(&s[i]);
    sealed_fini(&distribution);
}

static void every_bit(void **state)
{
    struct fixture *f = *state;
    struct sealed s;

    seal_group(f, "to all", NULL, &s);
    for (size_t bit = 0; bit < s.body.len * 8; bit++) {
        s.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        /* the low nibble is signed like everything else */
        assert_int_not_equal(open_sealed(f, &s, "to all"), REFUSAL_NONE);
        s.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < s.body.len; len++)
        assert_int_not_equal(open_group(f, ALICE, bytes_of(s.body.data, len), "to all"),
                             REFUSAL_NONE);
    assert_int_equal(open_sealed(f, &s, "to all"), REFUSAL_NONE);
    sealed_fini(&s);
}

static void mutated(void **state)
{
    static const struct {
        const char *mutation;
        enum refusal why;
    } rows[] = {
        {"sign-other-key", REFUSAL_AUTHENTICATION},
        {"no-signature", REFUSAL_AUTHENTICATION},
        {"key-id:1", REFUSAL_NO_SESSION},
        {"padding:zero", REFUSAL_PADDING},
        {"version:35", REFUSAL_VERSION},
        {"iteration:2000", REFUSAL_NONE},
        {"iteration:4001", REFUSAL_NONE},
        {"iteration:6003", REFUSAL_TOO_FAR},
        {"iteration:4294967295", REFUSAL_TOO_FAR},
    };
    struct fixture *f = *state;
    struct sealed s;

    for (size_t i = 0; i < COUNT(rows); i++) {
        seal_group(f, "bent", rows[i].mutation, &s);
        assert_int_equal(open_sealed(f, &s, "bent"), rows[i].why);
        sealed_fini(&s);
    }
}

static void unknown_sender(void **state)
{
    struct fixture *f = *state;
    struct sealed s;

    seal_group(f, "to all", NULL, &s);
    assert_int_equal(open_group(f, CAROL, buffer_bytes(&s.body), "to all"), REFUSAL_NO_SESSION);
    assert_int_equal(open_sealed(f, &s, "to all"), REFUSAL_NONE);
    sealed_fini(&s);
}

/* Signed again after a change, with the key kept in the sealed message. */
static void resealed(void **state)
{
    struct fixture *f = *state;
    struct sealed s;

    seal_group(f, "to all", NULL, &s);
    s.body.data[0] = 0x34;
    assert_int_equal(open_sealed(f, &s, "to all"), REFUSAL_AUTHENTICATION);
    assert_int_equal(sealed_reseal(&s), OK);
    assert_int_equal(open_sealed(f, &s, "to all"), REFUSAL_NONE);
    sealed_fini(&s);
}

/* A distribution message that is cut or has a key of wrong length is refused. */
static void wrong_distribution(void **state)
{
    struct fixture *f = *state;
    const struct buffer *body = &f->distribution.body;
    struct buffer before, after;
    enum refusal why;

    save(&f->bob, &before);
    for (size_t len = 0; len < body->len; len++) {
        assert_int_equal(party_absorb(f->bob.party, GROUP, CAROL, bytes_of(body->data, len), &why),
                         E_CRYPTO);
        assert_int_not_equal(why, REFUSAL_NONE);
    }
    save(&f->bob, &after);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    buffer_fini(&before);
    buffer_fini(&after);
}

/* In v4 messages say which group they are of, in today's form; the older one is not taken. */
static void a_message_says_its_group(void **state)
{
    struct fixture *f = *state;
    struct actor alice, bob;
    struct sealed distribution, message;
    struct buffer plain;
    enum refusal why;
    actor_init(&alice, ALICE, "alice", rules_honest_v4(), NULL);
    actor_init(&bob, BOB, "bob", rules_honest_v4(), NULL);
    sealed_init(&distribution);
    sealed_init(&message);
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    assert_int_equal(party_distribute(alice.party, GROUP, false, NULL, &distribution), OK);
    struct bytes body = buffer_bytes(&distribution.body);
    assert_int_equal(body.data[0], 0x33);
    assert_int_equal(party_absorb(bob.party, "others", ALICE, body, &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_NO_SESSION);
    assert_int_equal(
        party_absorb(bob.party, GROUP, ALICE, buffer_bytes(&f->distribution.body), &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_MALFORMED);
    assert_int_equal(party_absorb(f->bob.party, GROUP, ALICE, body, &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_MALFORMED);
    assert_int_equal(party_absorb(bob.party, GROUP, ALICE, body, &why), OK);
    assert_int_equal(
        party_seal_group(alice.party, GROUP, bytes_of_text("to all"), NULL, &message, &why), OK);
    body = buffer_bytes(&message.body);
    assert_int_equal(party_open_group(bob.party, "others", ALICE, body, &plain, &why), E_CRYPTO);
    assert_int_equal(why, REFUSAL_NO_SESSION);
    assert_int_equal(party_open_group(bob.party, GROUP, ALICE, body, &plain, &why), OK);
    assert_true(bytes_equal(buffer_bytes(&plain), bytes_of_text("to all")));
    buffer_fini(&plain);
    sealed_fini(&message);
    sealed_fini(&distribution);
    actor_fini(&alice);
    actor_fini(&bob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_order_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replayed_distribution, set_up, tear_down),
        cmocka_unit_test_setup_teardown(late_member, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fresh_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(five_states, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_bit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mutated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_sender, set_up, tear_down),
        cmocka_unit_test_setup_teardown(resealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_distribution, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_says_its_group, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("sender keys", tests, NULL, NULL);
}
