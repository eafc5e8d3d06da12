/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is not genuine is refused, changes nothing, and the genuine message opens afterwards. */
#include "help.h"

#include "cipher/signal/xeddsa.h"

#include <stdlib.h>
#include <string.h>

struct trio {
    struct actor alice, bob;
    struct sealed message;
};

static int set_up(void **state)
{
    struct trio *t = test_calloc(1, sizeof(*t));

    actor_init(&t->alice, ALICE, "alice", NULL, NULL);
    actor_init(&t->bob, BOB, "bob", NULL, NULL);
    sealed_init(&t->message);
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct trio *t = *state;

    sealed_fini(&t->message);
    actor_fini(&t->alice);
    actor_fini(&t->bob);
    test_free(t);
    return 0;
}

static void prepare_message(struct trio *t)
{
    establish(&t->alice, &t->bob);
    seal(&t->alice, &t->bob, "genuine", NULL, &t->message);
}

static void prepare_first(struct trio *t, bool with_one_time_prekey)
{
    start(&t->alice, &t->bob, with_one_time_prekey, NULL);
    seal(&t->alice, &t->bob, "genuine", NULL, &t->message);
}

static void genuine_opens(struct trio *t)
{
    assert_int_equal(open_as(&t->bob, ALICE, &t->message, "genuine"), REFUSAL_NONE);
    say(&t->bob, &t->alice, "and the other way");
    say(&t->alice, &t->bob, "and back again");
}

static void refuse_every_truncation(struct trio *t)
{
    for (size_t len = 0; len < t->message.body.len; len++)
        refuse_unchanged(&t->bob, ALICE, t->message.kind, bytes_of(t->message.body.data, len));
}

static void refuse_appended(struct trio *t)
{
    struct buffer longer;

    buffer_init(&longer, PARTY_MESSAGE_MAX);
    assert_int_equal(buffer_append(&longer, buffer_bytes(&t->message.body)), OK);
    assert_int_equal(buffer_append_byte(&longer, 0), OK);
    refuse_unchanged(&t->bob, ALICE, t->message.kind, buffer_bytes(&longer));
    buffer_fini(&longer);
}

/* Every length shorter than a message, and one longer. */
static void truncated_message(void **state)
{
    struct trio *t = *state;

    prepare_message(t);
    refuse_every_truncation(t);
    refuse_appended(t);
    genuine_opens(t);
}

static void truncated_first_message(void **state)
{
    struct trio *t = *state;

    prepare_first(t, true);
    refuse_every_truncation(t);
    genuine_opens(t);
}

/* Every bit of a message. */
static void flipped_message(void **state)
{
    struct trio *t = *state;

    prepare_message(t);
    for (size_t bit = 0; bit < t->message.body.len * 8; bit++) {
        t->message.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        refuse_unchanged(&t->bob, ALICE, t->message.kind, buffer_bytes(&t->message.body));
        t->message.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    genuine_opens(t);
}

/* Every bit of the message inside a first message: what the MAC covers, and the MAC. */
static void flipped_inner_message(void **state)
{
    struct trio *t = *state;
    struct prekey_message m;

    prepare_first(t, true);
    assert_int_equal(prekey_message_decode(buffer_bytes(&t->message.body), &m), OK);
    size_t at = (size_t)(m.message.data - t->message.body.data);
    for (size_t bit = at * 8; bit < (at + m.message.len) * 8; bit++) {
        t->message.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        refuse_unchanged(&t->bob, ALICE, t->message.kind, buffer_bytes(&t->message.body));
        t->message.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    genuine_opens(t);
}

/* Every bit of the base key and of the identity key of a first message. */
static void flipped_handshake_keys(void **state)
{
    struct trio *t = *state;
    struct prekey_message m;

    prepare_first(t, false);
    assert_int_equal(prekey_message_decode(buffer_bytes(&t->message.body), &m), OK);
    const struct bytes keys[] = {m.base_key, m.identity_key};
    for (size_t k = 0; k < 2; k++) {
        size_t at = (size_t)(keys[k].data - t->message.body.data);
        /* the highest bit is the same point by RFC 7748 */
        size_t end = k == 0 ? (at + SIGNAL_KEY_LEN) * 8 - 1 : (at + SIGNAL_KEY_LEN) * 8;
        for (size_t bit = at * 8; bit < end; bit++) {
            t->message.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            refuse_unchanged(&t->bob, ALICE, t->message.kind, buffer_bytes(&t->message.body));
            t->message.body.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    genuine_opens(t);
}

/* Replays of both kinds. */
static void replayed_message(void **state)
{
    struct trio *t = *state;

    prepare_message(t);
    genuine_opens(t);
    assert_int_equal(
        refuse_unchanged(&t->bob, ALICE, t->message.kind, buffer_bytes(&t->message.body)),
        REFUSAL_DUPLICATE);
}

static void replayed_first_message_without_prekey(void **state)
{
    struct trio *t = *state;

    prepare_first(t, false);
    genuine_opens(t);
    assert_int_equal(
        refuse_unchanged(&t->bob, ALICE, t->message.kind, buffer_bytes(&t->message.body)),
        REFUSAL_DUPLICATE);
}

/* The base key in its other spelling, with bit 255 set, is no new handshake. */
static void respelled_first_message(void **state)
{
    struct trio *t = *state;
    struct prekey_message m;

    prepare_first(t, false);
    assert_int_equal(open_as(&t->bob, ALICE, &t->message, "genuine"), REFUSAL_NONE);
    assert_int_equal(prekey_message_decode(buffer_bytes(&t->message.body), &m), OK);
    size_t at = (size_t)(m.base_key.data - t->message.body.data);
    t->message.body.data[at + SIGNAL_KEY_LEN - 1] ^= 0x80;
    assert_int_equal(
        refuse_unchanged(&t->bob, ALICE, t->message.kind, buffer_bytes(&t->message.body)),
        REFUSAL_DUPLICATE);
}

/* Unknown prekey ids, by a message whose keys are right. */
static void unknown_prekeys(void **state)
{
    struct trio *t = *state;
    struct sealed s;

    prepare_first(t, true);
    seal(&t->alice, &t->bob, "x", "one-time-prekey-id:4242", &s);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_UNKNOWN_PREKEY);
    sealed_fini(&s);
    seal(&t->alice, &t->bob, "x", "signed-prekey-id:4242", &s);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_UNKNOWN_PREKEY);
    sealed_fini(&s);
    seal(&t->alice, &t->bob, "x", "omit-one-time-prekey-id", &s);
    assert_int_equal(refuse_unchanged(&t->bob, ALICE, s.kind, buffer_bytes(&s.body)),
                     REFUSAL_AUTHENTICATION);
    sealed_fini(&s);
    genuine_opens(t);
}

/* ---- bundles */

static enum refusal start_refused(struct trio *t, const struct signal_bundle *b)
{
    struct buffer before, after, bundle;
    enum refusal why;

    buffer_init(&bundle, 4096);
    assert_int_equal(signal_bundle_encode(b, &bundle), OK);
    save(&t->alice, &before);
    assert_int_equal(party_start(t->alice.party, BOB, buffer_bytes(&bundle), NULL, &why), E_CRYPTO);
    save(&t->alice, &after);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    buffer_fini(&before);
    buffer_fini(&after);
    buffer_fini(&bundle);
    return why;
}

/* Every bit of the signature but the four that XEdDSA as deployed does not fix, and of the signed
 * prekey. */
static void flipped_signature(void **state)
{
    struct trio *t = *state;
    struct buffer bundle;
    struct signal_bundle b;
    uint8_t mutated[SIGNAL_SIGNATURE_LEN];

    publish(&t->bob, true, &bundle);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
    memcpy(mutated, b.signature.data, sizeof(mutated));
    b.signature = bytes_of(mutated, sizeof(mutated));
    for (size_t bit = 0; bit < sizeof(mutated) * 8; bit++) {
        mutated[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(start_refused(t, &b), REFUSAL_PREKEY_SIGNATURE);
        mutated[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    buffer_fini(&bundle);
}

/* Missing, empty, a byte short, a byte long, another's, and the prekey's own. */
static void wrong_signatures(void **state)
{
    struct trio *t = *state;
    struct buffer bundle;
    struct signal_bundle b;
    uint8_t foreign[SIGNAL_SIGNATURE_LEN], longer[SIGNAL_SIGNATURE_LEN + 1] = {0};

    publish(&t->bob, true, &bundle);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
    memcpy(longer, b.signature.data, SIGNAL_SIGNATURE_LEN);
    b.signature = bytes_of(longer, 0);
    assert_int_equal(start_refused(t, &b), REFUSAL_PREKEY_SIGNATURE);
    b.signature = bytes_of(longer, SIGNAL_SIGNATURE_LEN - 1);
    assert_int_equal(start_refused(t, &b), REFUSAL_PREKEY_SIGNATURE);
    b.signature = bytes_of(longer, SIGNAL_SIGNATURE_LEN + 1);
    assert_int_equal(start_refused(t, &b), REFUSAL_PREKEY_SIGNATURE);
    assert_int_equal(xeddsa_sign(party_identity_private(t->alice.party).data, b.signed_prekey,
                                 &t->alice.random, foreign),
                     OK);
    b.signature = bytes_of(foreign, sizeof(foreign));
    assert_int_equal(start_refused(t, &b), REFUSAL_PREKEY_SIGNATURE);
    b.signature = bytes_of(longer, SIGNAL_SIGNATURE_LEN);
    b.signed_prekey = b.one_time_prekey;
    assert_int_equal(start_refused(t, &b), REFUSAL_PREKEY_SIGNATURE);
    buffer_fini(&bundle);
}

/* Keys of 32 and 34 bytes and of another type. */
static void wrong_keys(void **state)
{
    struct trio *t = *state;
    struct buffer bundle;
    struct signal_bundle b;
    uint8_t key[SIGNAL_KEY_LEN + 1] = {0};

    publish(&t->bob, true, &bundle);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundle), &b), OK);
    memcpy(key, b.one_time_prekey.data, SIGNAL_KEY_LEN);
    b.one_time_prekey = bytes_of(key, SIGNAL_KEY_LEN + 1);
    assert_int_equal(start_refused(t, &b), REFUSAL_INVALID_KEY);
    b.one_time_prekey = bytes_of(key + 1, SIGNAL_KEY_LEN - 1);
    assert_int_equal(start_refused(t, &b), REFUSAL_INVALID_KEY);
    key[0] = 0x06;
    b.one_time_prekey = bytes_of(key, SIGNAL_KEY_LEN);
    assert_int_equal(start_refused(t, &b), REFUSAL_INVALID_KEY);
    buffer_fini(&bundle);
}

/* Bytes that are no bundle. */
static void garbage_bundle(void **state)
{
    struct trio *t = *state;
    enum refusal why;

    assert_int_equal(party_start(t->alice.party, BOB, bytes_of_text("garbage"), NULL, &why),
                     E_PARSE);
    assert_int_equal(why, REFUSAL_MALFORMED);
    assert_int_equal(party_start(t->alice.party, BOB, bytes_of(NULL, 0), NULL, &why), E_PARSE);
}

/* Groups' messages do not come this way. */
static void wrong_kind(void **state)
{
    struct trio *t = *state;

    prepare_message(t);
    assert_int_equal(
        refuse_unchanged(&t->bob, ALICE, SIGNAL_KIND_SENDER_KEY, buffer_bytes(&t->message.body)),
        REFUSAL_MALFORMED);
    refuse_unchanged(&t->bob, ALICE, SIGNAL_KIND_PREKEY, buffer_bytes(&t->message.body));
    genuine_opens(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(truncated_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(truncated_first_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flipped_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flipped_inner_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flipped_handshake_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replayed_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replayed_first_message_without_prekey, set_up, tear_down),
        cmocka_unit_test_setup_teardown(respelled_first_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_prekeys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flipped_signature, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_signatures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(garbage_bundle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_kind, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("refusals", tests, NULL, NULL);
}
