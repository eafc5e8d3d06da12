/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A shipped adapter does what proto/target.proto says, driven end to end by the harness's driver.
 *
 *   adapter_drive_test COMMAND    COMMAND starts the adapter on its standard input and output
 */
#include "drive.h"

#include "cipher/signal/keys.h"
#include "cipher/signal/xeddsa.h"
#include "support/rows.h"

#include <string.h>

/* ---- a conversation */

static void both_directions_open(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    say(d, "alice", "bob", "first");
    say(d, "bob", "alice", "reply");
    for (int i = 0; i < 5; i++) {
        say(d, "alice", "bob", "again");
        say(d, "alice", "bob", "and again");
        say(d, "bob", "alice", "and back");
    }
}

static void a_session_without_one_time_prekey_opens(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", false);
    say(d, "alice", "bob", "first");
    say(d, "bob", "alice", "reply");
}

static void first_messages_are_prekey_messages_until_there_is_a_reply(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    assert_int_equal(seal(d, "alice", "bob", "one").kind, SIGNAL_KIND_PREKEY);
    say(d, "alice", "bob", "two");
    say(d, "bob", "alice", "reply");
    assert_int_equal(seal(d, "alice", "bob", "three").kind, SIGNAL_KIND_MESSAGE);
}

static void an_empty_message_and_a_long_one_open(void **state)
{
    struct drive *d = *state;
    static uint8_t data[1024 * 1024];
    establish(d);
    struct message empty = seal_bytes(d, "alice", "bob", bytes_of(data, 0));
    assert_int_equal(open_as(d, "bob", "alice", &empty), SEEN_NOTHING_YET);
    assert_int_equal(d->answer.body.len, 0);
    struct message longest = seal_bytes(d, "alice", "bob", bytes_of(data, sizeof(data)));
    assert_int_equal(open_as(d, "bob", "alice", &longest), SEEN_NOTHING_YET);
    assert_true(bytes_equal(d->answer.body, bytes_of(data, sizeof(data))));
}

static void overtaken_messages_open(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message one = seal(d, "alice", "bob", "one"), two = seal(d, "alice", "bob", "two");
    assert_opens(d, "bob", "alice", &two, "two");
    assert_opens(d, "bob", "alice", &one, "one");
}

/* ---- refusals */

static void a_replay_is_refused_as_duplicate_and_costs_nothing(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "once");
    assert_opens(d, "bob", "alice", &m, "once");
    assert_refused(d, "bob", "alice", &m, REFUSAL_DUPLICATE);
    say(d, "alice", "bob", "next");
}

static void a_tampered_message_is_refused_and_the_genuine_one_opens(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message genuine = seal(d, "alice", "bob", "genuine");
    struct message forged = mutated(d, &genuine, genuine.body.len - 1);
    assert_refused_unauthentic(d, "bob", "alice", &forged);
    assert_opens(d, "bob", "alice", &genuine, "genuine");
}

static void a_tampered_first_message_is_refused_and_the_genuine_one_opens(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message genuine = seal(d, "alice", "bob", "genuine");
    assert_int_equal(genuine.kind, SIGNAL_KIND_PREKEY);
    const struct field *mac = field_find("signal.mac");
    size_t at, len;
    assert_int_equal(field_locate(mac, OBJECT_PREKEY, genuine.body, &at, &len), OK);
    struct message forged = mutated(d, &genuine, at);
    assert_refused_unauthentic(d, "bob", "alice", &forged);
    assert_opens(d, "bob", "alice", &genuine, "genuine");
}

static void what_is_no_message_is_refused_as_malformed(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message nothing = {SIGNAL_KIND_MESSAGE, bytes_of(NULL, 0)};
    struct message noise = {SIGNAL_KIND_PREKEY, bytes_of_text("\x33 what is this?")};
    assert_refused(d, "bob", "alice", &nothing, REFUSAL_MALFORMED);
    assert_refused(d, "bob", "alice", &noise, REFUSAL_MALFORMED);
    say(d, "alice", "bob", "next");
}

static void without_a_session_nothing_is_sealed_or_opened(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "alice", .peer = {"bob", 1}};
    assert_int_equal(driver_seal(d->driver, &where, bytes_of_text("x"), &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_NO_SESSION);
    create(d, "carol");
    establish(d);
    struct message m = seal(d, "alice", "bob", "for bob");
    assert_refused(d, "carol", "alice", &m, REFUSAL_NO_SESSION);
}

static void a_bundle_with_a_wrong_signature_starts_nothing(void **state)
{
    struct drive *d = *state;
    struct bytes bundle = publish(d, "bob", true);
    size_t at, len;
    assert_int_equal(field_locate(field_find("bundle.signature"), OBJECT_BUNDLE, bundle, &at, &len),
                     OK);
    struct message whole = {SIGNAL_KIND_NONE, bundle}, forged = mutated(d, &whole, at);
    process(d, "alice", "bob", forged.body, SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_PREKEY_SIGNATURE);
    process(d, "alice", "bob", bundle, SEEN_DONE);
    say(d, "alice", "bob", "first");
}

static void what_is_no_bundle_starts_nothing(void **state)
{
    struct drive *d = *state;
    process(d, "alice", "bob", bytes_of_text("\xff\xff"), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_MALFORMED);
    process(d, "alice", "bob", bytes_of(NULL, 0), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_MALFORMED);
}

static void another_identity_is_refused_until_it_is_accepted(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "bob", .peer = {"alice", 1}};
    establish(d);
    create_as(d, "impostor", "alice");
    start(d, "impostor", "bob", true);
    struct message m = seal(d, "impostor", "bob", "it is me");
    struct prekey_message read;
    assert_refused(d, "bob", "alice", &m, REFUSAL_UNTRUSTED_IDENTITY);
    assert_int_equal(prekey_message_decode(m.body, &read), OK);
    assert_int_equal(
        driver_accept_identity(d->driver, &where, read.identity_key, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    assert_opens(d, "bob", "alice", &m, "it is me");
}

/* ---- the contract around operations */

static void an_unknown_operation_is_unsupported_and_costs_nothing(void **state)
{
    struct drive *d = *state;
    establish(d);
    assert_int_equal(driver_unknown_operation(d->driver, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_UNSUPPORTED);
    say(d, "alice", "bob", "next");
}

static void a_party_that_does_not_exist_is_a_fault(void **state)
{
    struct drive *d = *state;
    assert_int_equal(driver_get_bundle(d->driver, "nobody", false, false, &d->arena, &d->answer),
                     OK);
    assert_int_equal(d->answer.seen, SEEN_FAULT);
    assert_int_equal(driver_ping(d->driver, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
}

static void a_reset_forgets_everybody(void **state)
{
    struct drive *d = *state;
    reset(d, "another seed");
    assert_int_equal(driver_get_bundle(d->driver, "alice", false, false, &d->arena, &d->answer),
                     OK);
    assert_int_equal(d->answer.seen, SEEN_FAULT);
    create(d, "alice");
}

static void equal_seeds_give_equal_bytes_and_others_do_not(void **state)
{
    struct drive *d = *state;
    struct bytes bundles[4], messages[4];
    static const char *const seeds[4] = {"seed", "other", "seed", "seed"};
    for (size_t i = 0; i < 4; i++) {
        if (i == 3)
            reopen(d);
        reset(d, seeds[i]);
        create(d, "alice");
        create(d, "bob");
        bundles[i] = publish(d, "bob", true);
        process(d, "alice", "bob", bundles[i], SEEN_DONE);
        messages[i] = seal(d, "alice", "bob", "same").body;
    }
    assert_true(bytes_equal(bundles[0], bundles[2]));
    assert_true(bytes_equal(messages[0], messages[2]));
    assert_true(bytes_equal(bundles[0], bundles[3]));
    assert_true(bytes_equal(messages[0], messages[3]));
    assert_false(bytes_equal(bundles[0], bundles[1]));
    assert_false(bytes_equal(messages[0], messages[1]));
}

static void each_bundle_has_a_one_time_prekey_of_its_own(void **state)
{
    struct drive *d = *state;
    struct signal_bundle one, two, without;
    assert_int_equal(signal_bundle_decode(publish(d, "bob", true), &one), OK);
    assert_int_equal(signal_bundle_decode(publish(d, "bob", true), &two), OK);
    assert_int_equal(signal_bundle_decode(publish(d, "bob", false), &without), OK);
    assert_true(one.has_one_time_prekey && two.has_one_time_prekey);
    assert_false(without.has_one_time_prekey);
    assert_int_not_equal(one.one_time_prekey_id, two.one_time_prekey_id);
    assert_false(bytes_equal(one.one_time_prekey, two.one_time_prekey));
    assert_int_equal(one.signed_prekey_id, two.signed_prekey_id);
}

static void a_rotated_signed_prekey_is_new_and_the_old_one_still_opens(void **state)
{
    struct drive *d = *state;
    struct signal_bundle before, after;
    start(d, "alice", "bob", true);
    struct message m = seal(d, "alice", "bob", "to the old one");
    assert_int_equal(signal_bundle_decode(publish(d, "bob", true), &before), OK);
    assert_int_equal(driver_get_bundle(d->driver, "bob", false, true, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    assert_int_equal(signal_bundle_decode(d->answer.body, &after), OK);
    assert_int_not_equal(before.signed_prekey_id, after.signed_prekey_id);
    assert_false(bytes_equal(before.signed_prekey, after.signed_prekey));
    assert_opens(d, "bob", "alice", &m, "to the old one");
}

/* ---- capabilities */

static void a_snapshot_is_restored_in_a_new_process(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "later");
    assert_int_equal(driver_snapshot(d->driver, "bob", &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    struct bytes saved = d->answer.body;
    reopen(d);
    reset(d, "another seed");
    assert_int_equal(driver_restore(d->driver, "bob's copy", saved, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    assert_opens(d, "bob's copy", "alice", &m, "later");
    assert_refused(d, "bob's copy", "alice", &m, REFUSAL_DUPLICATE);
}

static void what_is_no_snapshot_is_not_restored(void **state)
{
    struct drive *d = *state;
    assert_int_equal(driver_snapshot(d->driver, "bob", &d->arena, &d->answer), OK);
    struct bytes cut = bytes_slice(d->answer.body, 0, d->answer.body.len - 1);
    assert_int_equal(driver_restore(d->driver, "copy", cut, &d->arena, &d->answer), OK);
    assert_int_not_equal(d->answer.seen, SEEN_DONE);
    assert_int_equal(driver_restore(d->driver, "copy", bytes_of_text("no"), &d->arena, &d->answer),
                     OK);
    assert_int_not_equal(d->answer.seen, SEEN_DONE);
    create(d, "copy");
}

/* Private keys of our own making: an identity, a signed prekey 7 and a one-time prekey 21. */
struct made {
    struct key_pair identity, signed_prekey, one_time;
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
};

static void make_keys(struct made *out)
{
    struct random random;
    assert_int_equal(random_init(&random, bytes_of_text("seed"), "imported"), OK);
    assert_int_equal(keys_generate(&random, &out->identity), OK);
    assert_int_equal(keys_generate(&random, &out->signed_prekey), OK);
    assert_int_equal(keys_generate(&random, &out->one_time), OK);
    assert_int_equal(xeddsa_sign(out->identity.private_key,
                                 bytes_of(out->signed_prekey.public_key, SIGNAL_KEY_LEN), &random,
                                 out->signature),
                     OK);
}

static struct target_import_prekey import_of(uint32_t id, const struct key_pair *pair,
                                             struct bytes signature)
{
    return (struct target_import_prekey){id, bytes_of(pair->private_key, 32),
                                         bytes_of(pair->public_key, SIGNAL_KEY_LEN), signature};
}

static void imported_keys_are_published_and_open(void **state)
{
    struct drive *d = *state;
    struct made made;
    struct signal_bundle bundle;
    make_keys(&made);
    struct target_import_prekey signed_prekey =
        import_of(7, &made.signed_prekey, bytes_of(made.signature, sizeof(made.signature)));
    struct target_import_prekey one_time = import_of(21, &made.one_time, bytes_of(NULL, 0));
    struct target_import keys = {.identity_private = bytes_of(made.identity.private_key, 32),
                                 .identity_public =
                                     bytes_of(made.identity.public_key, SIGNAL_KEY_LEN),
                                 .registration_id = 1234,
                                 .signed_prekeys = &signed_prekey,
                                 .n_signed_prekeys = 1,
                                 .one_time_prekeys = &one_time,
                                 .n_one_time_prekeys = 1};
    struct address self = {"carol", 1};
    const struct target_party_options options = {.keys = &keys};
    assert_int_equal(driver_create_party(d->driver, "carol", self, &options, &d->arena, &d->answer),
                     OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    struct bytes body = publish(d, "carol", true);
    assert_int_equal(signal_bundle_decode(body, &bundle), OK);
    assert_true(bytes_equal(bundle.identity_key, keys.identity_public));
    assert_true(bytes_equal(bundle.signed_prekey, signed_prekey.public_key));
    assert_true(bytes_equal(bundle.signature, signed_prekey.signature));
    assert_true(bytes_equal(bundle.one_time_prekey, one_time.public_key));
    assert_int_equal(bundle.registration_id, 1234);
    assert_int_equal(bundle.signed_prekey_id, 7);
    assert_int_equal(bundle.one_time_prekey_id, 21);
    process(d, "alice", "carol", body, SEEN_DONE);
    say(d, "alice", "carol", "first");
    say(d, "carol", "alice", "reply");
    /* these only: no others are generated */
    assert_int_equal(signal_bundle_decode(publish(d, "carol", true), &bundle), OK);
    assert_false(bundle.has_one_time_prekey);
}

static void fingerprints_are_sixty_digits_and_the_same_on_both_sides(void **state)
{
    struct drive *d = *state;
    establish(d);
    const char *bobs = fingerprint(d, "bob", "alice"), *alices = fingerprint(d, "alice", "bob");
    assert_int_equal(strlen(alices), 60);
    assert_int_equal(strspn(alices, "0123456789"), 60);
    assert_string_equal(alices, bobs);
}

static void a_forgotten_session_is_gone_and_can_be_started_anew(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "bob", .peer = {"alice", 1}};
    establish(d);
    struct message m = seal(d, "alice", "bob", "too late");
    assert_int_equal(driver_forget_session(d->driver, &where, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    assert_refused(d, "bob", "alice", &m, REFUSAL_NO_SESSION);
    start(d, "bob", "alice", true);
    say(d, "bob", "alice", "anew");
    say(d, "alice", "bob", "reply");
}

static void a_group_message_opens_once_for_who_has_the_key(void **state)
{
    struct drive *d = *state;
    create(d, "carol");
    struct message key = distribute(d, "alice", "club", false);
    struct message m = seal_group(d, "alice", "club", "to all");
    assert_int_equal(open_group(d, "bob", "alice", "club", &key), SEEN_ABSORBED);
    assert_int_equal(open_group(d, "bob", "alice", "club", &m), SEEN_NOTHING_YET);
    assert_true(bytes_equal(d->answer.body, bytes_of_text("to all")));
    assert_int_equal(open_group(d, "bob", "alice", "club", &m), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_DUPLICATE);
    assert_int_equal(open_group(d, "carol", "alice", "club", &m), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_NO_SESSION);
}

static void a_forged_group_message_is_refused_and_the_genuine_one_opens(void **state)
{
    struct drive *d = *state;
    struct message key = distribute(d, "alice", "club", false);
    struct message m = seal_group(d, "alice", "club", "to all");
    struct message forged = mutated(d, &m, m.body.len - 1);
    assert_int_equal(open_group(d, "bob", "alice", "club", &key), SEEN_ABSORBED);
    assert_int_equal(open_group(d, "bob", "alice", "club", &forged), SEEN_REFUSAL);
    assert_int_equal(open_group(d, "bob", "alice", "club", &m), SEEN_NOTHING_YET);
}

static void a_fresh_sender_key_is_another_one(void **state)
{
    struct drive *d = *state;
    struct distribution_message same, fresh, first;
    struct message a = distribute(d, "alice", "club", false);
    struct message b = distribute(d, "alice", "club", false);
    struct message c = distribute(d, "alice", "club", true);
    assert_int_equal(distribution_message_decode(a.body, &first), OK);
    assert_int_equal(distribution_message_decode(b.body, &same), OK);
    assert_int_equal(distribution_message_decode(c.body, &fresh), OK);
    assert_true(bytes_equal(first.chain_key, same.chain_key));
    assert_false(bytes_equal(first.chain_key, fresh.chain_key));
    assert_int_not_equal(first.id, fresh.id);
}

static void it_says_who_it_is_and_what_it_can(void **state)
{
    static const char *const wanted[] = {"seed",        "import-keys",    "without-one-time-prekey",
                                         "snapshot",    "fingerprint",    "rotate-signed-prekey",
                                         "sender-keys", "forget-session", "accept-identity"};
    struct drive *d = *state;
    assert_string_equal(d->profile.protocol, "signal-v3");
    assert_int_equal(d->profile.protocol_version, 1);
    assert_string_equal(d->profile.surfaces[0], "library");
    assert_true(strlen(d->profile.name) > 0 && strlen(d->profile.version) > 0);
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (!target_profile_has(&d->profile, wanted[i]))
            fail_msg("does not claim %s", wanted[i]);
}

int main(int argc, char **argv)
{
    struct drive d = {0};
#define TEST(name)                                                                                 \
    {                                                                                              \
#name, name, drive_set_up, drive_tear_down, &d                                             \
    }
    const struct CMUnitTest tests[] = {
        TEST(both_directions_open),
        TEST(a_session_without_one_time_prekey_opens),
        TEST(first_messages_are_prekey_messages_until_there_is_a_reply),
        TEST(an_empty_message_and_a_long_one_open),
        TEST(overtaken_messages_open),
        TEST(a_replay_is_refused_as_duplicate_and_costs_nothing),
        TEST(a_tampered_message_is_refused_and_the_genuine_one_opens),
        TEST(a_tampered_first_message_is_refused_and_the_genuine_one_opens),
        TEST(what_is_no_message_is_refused_as_malformed),
        TEST(without_a_session_nothing_is_sealed_or_opened),
        TEST(a_bundle_with_a_wrong_signature_starts_nothing),
        TEST(what_is_no_bundle_starts_nothing),
        TEST(another_identity_is_refused_until_it_is_accepted),
        TEST(an_unknown_operation_is_unsupported_and_costs_nothing),
        TEST(a_party_that_does_not_exist_is_a_fault),
        TEST(a_reset_forgets_everybody),
        TEST(equal_seeds_give_equal_bytes_and_others_do_not),
        TEST(each_bundle_has_a_one_time_prekey_of_its_own),
        TEST(a_rotated_signed_prekey_is_new_and_the_old_one_still_opens),
        TEST(a_snapshot_is_restored_in_a_new_process),
        TEST(what_is_no_snapshot_is_not_restored),
        TEST(imported_keys_are_published_and_open),
        TEST(fingerprints_are_sixty_digits_and_the_same_on_both_sides),
        TEST(a_forgotten_session_is_gone_and_can_be_started_anew),
        TEST(a_group_message_opens_once_for_who_has_the_key),
        TEST(a_forged_group_message_is_refused_and_the_genuine_one_opens),
        TEST(a_fresh_sender_key_is_another_one),
        TEST(it_says_who_it_is_and_what_it_can),
    };
    if (argc != 2)
        return 64;
    d.command = argv[1];
    return cmocka_run_group_tests_name("adapter", tests, NULL, NULL);
}
