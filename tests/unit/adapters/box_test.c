/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay-box is crypto_box with static keys and nothing more: what opens, opens again, and each end
 * can make what the other could have made.
 *
 *   adapter_box_test COMMAND    COMMAND starts the adapter on its standard input and output
 */
#include "opaque.h"

#include "support/hex.h"
#include "support/rows.h"

#include <string.h>

#define KEY_LEN 32u

static void a_first_message_mutated_anywhere_is_refused_and_the_genuine_one_opens(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message m = seal(d, "alice", "bob", "genuine");
    assert_tampering_is_refused(d, "bob", "alice", &m, "genuine");
}

/* ---- what the protocol does not have, and the adapter must not add */

static void a_replay_opens_as_often_as_it_comes(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "again");
    for (int i = 0; i < 3; i++)
        assert_opens(d, "bob", "alice", &m, "again");
}

static void a_stolen_key_opens_all_that_was_ever_sent(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "long ago");
    assert_opens(d, "bob", "alice", &m, "long ago");
    create_with(d, "adversary", "bob", export_identity(d, "bob"));
    assert_opens(d, "adversary", "alice", &m, "long ago");
}

static void a_message_sent_back_to_its_sender_opens(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message sent = seal(d, "alice", "bob", "who said this?");
    struct message back = seal(d, "bob", "alice", "");
    uint8_t copy[512];
    assert_true(sent.body.len <= sizeof(copy));
    memcpy(copy, sent.body.data, sent.body.len);
    memcpy(copy, back.body.data, KEY_LEN); /* as if from Bob */
    struct message reflected = {sent.kind, bytes_of(copy, sent.body.len)};
    assert_opens(d, "alice", "bob", &reflected, "who said this?");
}

static void a_sender_can_read_what_it_sent(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "mine");
    assert_int_equal(open_own(d, "alice", "bob", &m), SEEN_NOTHING_YET);
    assert_true(bytes_equal(d->answer.body, bytes_of_text("mine")));
}

static void a_receiver_can_make_what_it_received(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "bob", .peer = {"alice", 1}};
    establish(d);
    assert_int_equal(
        driver_forge(d->driver, &where, bytes_of_text("never said"), &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    struct message forged = {d->answer.kind, d->answer.body};
    assert_opens(d, "bob", "alice", &forged, "never said");
}

static void nobody_unknown_can_be_forged(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "bob", .peer = {"alice", 1}};
    assert_int_equal(driver_forge(d->driver, &where, bytes_of_text("x"), &d->arena, &d->answer),
                     OK);
    assert_int_equal(d->answer.seen, SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_NO_SESSION);
}

/* ---- keys */

static void keys_that_are_none_are_refused(void **state)
{
    struct drive *d = *state;
    uint8_t zero[KEY_LEN] = {0}, high[KEY_LEN];
    struct bytes bundle = publish(d, "bob", true);
    process(d, "alice", "bob", bytes_of(zero, sizeof(zero)), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_INVALID_KEY);
    assert_int_equal(bundle.len, sizeof(high));
    memcpy(high, bundle.data, sizeof(high));
    high[KEY_LEN - 1] |= 0x80; /* X25519 would not see it */
    process(d, "alice", "bob", bytes_of(high, sizeof(high)), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_INVALID_KEY);
}

static void a_key_can_be_accepted_by_its_bytes(void **state)
{
    struct drive *d = *state;
    establish(d);
    create_as(d, "new bob", "bob");
    struct bytes bundle = publish(d, "new bob", true);
    assert_int_equal(accept_identity(d, "alice", "bob", bundle), SEEN_DONE);
    process(d, "alice", "bob", bundle, SEEN_DONE);
}

/* ---- against what others made: the test vector of NaCl's crypto_box */

static const char bobs_secret[] =
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
static const char alices_public[] =
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
static const char nonce[] = "69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37";
static const char boxed[] =
    "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a118"
    "6ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e5"
    "26ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654c"
    "b45a74e355a5";
static const char plain[] =
    "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61"
    "296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af"
    "1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705";

static void what_nacl_boxed_opens(void **state)
{
    struct drive *d = *state;
    struct buffer secret, message, wanted;
    buffer_init(&secret, 64);
    buffer_init(&message, 1024);
    buffer_init(&wanted, 1024);
    unhex(bobs_secret, &secret);
    unhex(alices_public, &message);
    unhex(nonce, &message);
    unhex(boxed, &message);
    unhex(plain, &wanted);
    create_with(d, "nacl's bob", "nacl's bob", bytes_of(secret.data, secret.len));
    struct message m = {DRIVER_KIND_OPAQUE, bytes_of(message.data, message.len)};
    assert_int_equal(open_as(d, "nacl's bob", "nacl's alice", &m), SEEN_NOTHING_YET);
    assert_true(bytes_equal(d->answer.body, bytes_of(wanted.data, wanted.len)));
    buffer_fini(&secret);
    buffer_fini(&message);
    buffer_fini(&wanted);
}

static void it_says_who_it_is_and_what_it_can(void **state)
{
    static const char *const wanted[] = {
        "seed",           "snapshot",        "export-identity", "forge",      "open-own",
        "forget-session", "accept-identity", "fingerprint",     "split-state"};
    struct drive *d = *state;
    assert_string_equal(d->profile.protocol, "crypto_box-static");
    assert_string_equal(d->profile.name, "libsodium");
    assert_int_equal(d->profile.n_capabilities, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_true(target_profile_has(&d->profile, wanted[i]));
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest rows[] = {
        OPAQUE_ROW(a_first_message_mutated_anywhere_is_refused_and_the_genuine_one_opens),
        OPAQUE_ROW(a_replay_opens_as_often_as_it_comes),
        OPAQUE_ROW(a_stolen_key_opens_all_that_was_ever_sent),
        OPAQUE_ROW(a_message_sent_back_to_its_sender_opens),
        OPAQUE_ROW(a_sender_can_read_what_it_sent),
        OPAQUE_ROW(a_receiver_can_make_what_it_received),
        OPAQUE_ROW(nobody_unknown_can_be_forged),
        OPAQUE_ROW(keys_that_are_none_are_refused),
        OPAQUE_ROW(a_key_can_be_accepted_by_its_bytes),
        OPAQUE_ROW(what_nacl_boxed_opens),
        OPAQUE_ROW(it_says_who_it_is_and_what_it_can),
    };
    return argc == 2 ? opaque_run("box", argv[1], rows, COUNT(rows)) : 64;
}
