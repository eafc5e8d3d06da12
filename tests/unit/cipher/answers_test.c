/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: XEdDSA against the library, fingerprints against the published one, names of
 * refusals. */
#include "help.h"

#include "cipher/signal/fingerprint.h"
#include "cipher/signal/keys.h"
#include "cipher/signal/xeddsa.h"
#include "support/lsc.h"

#include <string.h>

/* The published test identities of the numeric fingerprint (docs/spec/signal-v3.md). */
static const uint8_t alice_key[SIGNAL_KEY_LEN] = {
    0x05, 0x06, 0x86, 0x3b, 0xc6, 0x6d, 0x02, 0xb4, 0x0d, 0x27, 0xb8,
    0xd4, 0x9c, 0xa7, 0xc0, 0x9e, 0x92, 0x39, 0x23, 0x6f, 0x9d, 0x7d,
    0x25, 0xd6, 0xfc, 0xca, 0x5c, 0xe1, 0x3c, 0x70, 0x64, 0xd8, 0x68};
static const uint8_t bob_key[SIGNAL_KEY_LEN] = {
    0x05, 0xf7, 0x81, 0xb6, 0xfb, 0x32, 0xfe, 0xd9, 0xba, 0x1c, 0xf2,
    0xde, 0x97, 0x8d, 0x4d, 0x5d, 0xa2, 0x8d, 0xc3, 0x40, 0x46, 0xae,
    0x81, 0x44, 0x02, 0xb5, 0xc0, 0xdb, 0xd9, 0x6f, 0xda, 0x90, 0x7b};
static const char published[] = "300354477692869396892869876765458257569162576843440918079131";

struct fixture {
    struct key_set keys;
    struct random random;
    struct lsc *lsc;
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof(*f));

    key_set_init(&f->keys, "answers");
    assert_int_equal(random_init(&f->random, bytes_of_text("answers"), "stream"), OK);
    f->lsc = lsc_new(ALICE, &f->random, &f->keys.keys);
    assert_non_null(f->lsc);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    lsc_free(f->lsc);
    test_free(f);
    return 0;
}

/* Each key SIGNAL_KEY_LEN bytes. */
static enum status fingerprint(const uint8_t *own_key, const char *own_id, const uint8_t *peer_key,
                               const char *peer_id, unsigned iterations, char out[61])
{
    struct rules_identity rules = rules_honest()->identity;
    struct fingerprint_side own = {bytes_of(own_key, SIGNAL_KEY_LEN), bytes_of_text(own_id)};
    struct fingerprint_side peer = {bytes_of(peer_key, SIGNAL_KEY_LEN), bytes_of_text(peer_id)};
    rules.fingerprint_iterations = iterations;
    return fingerprint_by_rules(&rules, &own, &peer, out);
}

static void published_fingerprint(void **state)
{
    char text[61];

    (void)state;
    assert_int_equal(fingerprint(alice_key, "+14152222222", bob_key, "+14153333333", 5200, text),
                     OK);
    assert_string_equal(text, published);
    assert_int_equal(fingerprint(bob_key, "+14153333333", alice_key, "+14152222222", 5200, text),
                     OK);
    assert_string_equal(text, published);
}

static void fingerprint_like_the_library(void **state)
{
    struct fixture *f = *state;
    char ours[61], theirs[61];

    assert_int_equal(
        fingerprint(f->keys.keys.identity_public, "me", bob_key, "somebody else", 1024, ours), OK);
    assert_int_equal(lsc_fingerprint(f->lsc, f->keys.keys.identity_public, "me", bob_key,
                                     "somebody else", 1024, theirs),
                     0);
    assert_string_equal(ours, theirs);
}

/* Both sides of a session see the same digits; without a pinned identity there are none. */
static void fingerprint_of_parties(void **state)
{
    struct actor alice, bob;
    char of_alice[61], of_bob[61];
    enum refusal why;

    (void)state;
    actor_init(&alice, ALICE, "alice", NULL, NULL);
    actor_init(&bob, BOB, "bob", NULL, NULL);
    assert_int_equal(
        party_fingerprint(alice.party, BOB, bytes_of_text("a"), bytes_of_text("b"), of_alice, &why),
        E_CRYPTO);
    assert_int_equal(why, REFUSAL_NO_SESSION);
    establish(&alice, &bob);
    assert_int_equal(
        party_fingerprint(alice.party, BOB, bytes_of_text("a"), bytes_of_text("b"), of_alice, &why),
        OK);
    assert_int_equal(
        party_fingerprint(bob.party, ALICE, bytes_of_text("b"), bytes_of_text("a"), of_bob, &why),
        OK);
    assert_string_equal(of_alice, of_bob);
    actor_fini(&alice);
    actor_fini(&bob);
}

/* The same nonce gives the library's signature; another gives another; all verify. */
static void signatures(void **state)
{
    struct fixture *f = *state;
    struct bytes message = bytes_of_text("something to sign");
    const uint8_t *private_key = f->keys.keys.identity_private;
    uint8_t ours[SIGNAL_SIGNATURE_LEN], theirs[SIGNAL_SIGNATURE_LEN];
    struct random same = f->random;

    for (unsigned i = 0; i < 64; i++) {
        assert_int_equal(xeddsa_sign(private_key, message, &same, ours), OK);
        assert_int_equal(lsc_sign(f->lsc, private_key, message, theirs), 0);
        assert_memory_equal(ours, theirs, sizeof(ours));
        assert_true(xeddsa_verifies(f->keys.keys.identity_public, message,
                                    bytes_of(theirs, sizeof(theirs))));
        assert_int_equal(
            lsc_verify(f->lsc, f->keys.keys.identity_public, message, bytes_of(ours, sizeof(ours))),
            1);
        assert_true(xeddsa_is_canonical(ours));
    }
    ours[0] ^= 1;
    assert_false(
        xeddsa_verifies(f->keys.keys.identity_public, message, bytes_of(ours, sizeof(ours))));
}

/* Nothing to sign is signed, too. */
static void empty_message(void **state)
{
    struct fixture *f = *state;
    uint8_t signature[SIGNAL_SIGNATURE_LEN];

    assert_int_equal(
        xeddsa_sign(f->keys.keys.identity_private, bytes_of(NULL, 0), &f->random, signature), OK);
    assert_true(xeddsa_verifies(f->keys.keys.identity_public, bytes_of(NULL, 0),
                                bytes_of(signature, sizeof(signature))));
    assert_false(xeddsa_verifies(f->keys.keys.identity_public, bytes_of_text("x"),
                                 bytes_of(signature, sizeof(signature))));
}

/* S plus the group order verifies in the field, but is not canonical. */
static void malleated_signature(void **state)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0x10};
    struct fixture *f = *state;
    struct bytes message = bytes_of_text("something to sign");
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
    unsigned carry = 0;

    assert_int_equal(xeddsa_sign(f->keys.keys.identity_private, message, &f->random, signature),
                     OK);
    uint8_t sign = signature[63] & 0x80;
    signature[63] &= 0x7f;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    signature[63] |= sign;
    assert_false(xeddsa_is_canonical(signature));
    assert_true(xeddsa_verifies(f->keys.keys.identity_public, message,
                                bytes_of(signature, sizeof(signature))));
}

static void refusals_have_names(void **state)
{
    (void)state;
    for (int i = REFUSAL_NONE + 1; i < N_REFUSAL; i++)
        assert_int_equal(refusal_from_name(refusal_name((enum refusal)i)), i);
    assert_string_equal(refusal_name(REFUSAL_NONE), "unspecified");
    assert_string_equal(refusal_name(N_REFUSAL), "?");
    assert_int_equal(refusal_from_name("dublicate"), REFUSAL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_fingerprint),
        cmocka_unit_test_setup_teardown(fingerprint_like_the_library, set_up, tear_down),
        cmocka_unit_test(fingerprint_of_parties),
        cmocka_unit_test_setup_teardown(signatures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(empty_message, set_up, tear_down),
        cmocka_unit_test_setup_teardown(malleated_signature, set_up, tear_down),
        cmocka_unit_test(refusals_have_names),
    };
    return cmocka_run_group_tests_name("known answers", tests, NULL, NULL);
}
