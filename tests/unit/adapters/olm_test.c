/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay-olm is Olm as Matrix clients use it.
 *
 *   adapter_olm_test COMMAND    COMMAND starts the adapter on its standard input and output
 */
#include "opaque.h"
#include "support/rows.h"

#include <string.h>

#define TYPE_PREKEY 0
#define TYPE_MESSAGE 1

/* ---- sessions */

static void first_messages_can_start_a_session_until_there_is_a_reply(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    assert_int_equal(seal(d, "alice", "bob", "one").body.data[0], TYPE_PREKEY);
    say(d, "alice", "bob", "two");
    say(d, "bob", "alice", "reply");
    assert_int_equal(seal(d, "alice", "bob", "three").body.data[0], TYPE_MESSAGE);
}

static void a_session_by_the_fallback_key_opens(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", false);
    say(d, "alice", "bob", "first");
    say(d, "bob", "alice", "reply");
}

static void the_fallback_key_is_the_same_until_it_is_rotated_and_then_still_opens(void **state)
{
    struct drive *d = *state;
    struct bytes before = publish(d, "bob", false), again = publish(d, "bob", false);
    assert_true(bytes_equal(before, again));
    process(d, "alice", "bob", before, SEEN_DONE);
    struct message m = seal(d, "alice", "bob", "to the old one");
    assert_int_equal(driver_get_bundle(d->driver, "bob", true, true, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    assert_false(bytes_equal(d->answer.body, before));
    assert_opens(d, "bob", "alice", &m, "to the old one");
}

static void sessions_that_both_began_at_once_go_on(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    start(d, "bob", "alice", true);
    struct message from_alice = seal(d, "alice", "bob", "me first");
    struct message from_bob = seal(d, "bob", "alice", "no, me");
    assert_opens(d, "bob", "alice", &from_alice, "me first");
    assert_opens(d, "alice", "bob", &from_bob, "no, me");
    for (int i = 0; i < 3; i++) {
        say(d, "alice", "bob", "well");
        say(d, "bob", "alice", "well");
    }
}

static void the_session_that_last_received_is_used(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message old = seal(d, "bob", "alice", "by the old session");
    start(d, "alice", "bob", true);
    assert_int_equal(seal(d, "alice", "bob", "new").body.data[0], TYPE_PREKEY);
    assert_opens(d, "alice", "bob", &old, "by the old session");
    assert_int_equal(seal(d, "alice", "bob", "old").body.data[0], TYPE_MESSAGE);
}

/* ---- replays */

static void a_replay_is_refused_and_costs_nothing(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "once");
    assert_opens(d, "bob", "alice", &m, "once");
    assert_refused(d, "bob", "alice", &m, REFUSAL_AUTHENTICATION);
    say(d, "alice", "bob", "next");
}

static void a_first_message_opens_once_even_when_its_session_is_forgotten(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message m = seal(d, "alice", "bob", "once");
    assert_opens(d, "bob", "alice", &m, "once");
    assert_refused(d, "bob", "alice", &m, REFUSAL_AUTHENTICATION);
    forget_session(d, "bob", "alice");
    assert_refused(d, "bob", "alice", &m, REFUSAL_UNKNOWN_PREKEY);
}

/* The Matrix specification says so: "sessions started using fallback keys could be vulnerable". */
static void a_first_message_by_the_fallback_key_opens_again_when_its_session_is_lost(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", false);
    struct message m = seal(d, "alice", "bob", "twice");
    assert_opens(d, "bob", "alice", &m, "twice");
    assert_refused(d, "bob", "alice", &m, REFUSAL_AUTHENTICATION);
    forget_session(d, "bob", "alice");
    assert_opens(d, "bob", "alice", &m, "twice");
}

/* ---- a first message, bit by bit */

/* The envelope of a first message: type, version, then three keys of 32 bytes, each behind a tag
 * and a length, then the message within, which has a MAC. */
#define VERSION_AT 1u
#define BASE_KEY_AT (2u + 34u + 2u)

static struct message with_bit_turned(struct drive *d, const struct message *m, size_t bit)
{
    struct message copy = mutated(d, m, bit / 8); /* turns the lowest bit */
    uint8_t *byte = (uint8_t *)(uintptr_t)copy.body.data + bit / 8;
    *byte = (uint8_t)(m->body.data[bit / 8] ^ 1u << bit % 8);
    return copy;
}

/*
 * libolm reads the envelope's version and does not look at it, and X25519 ignores the highest bit
 * of the base key. Both are libolm's; everything else is refused and leaves no trace.
 */
static void
only_the_version_and_one_bit_of_the_base_key_can_be_mutated_in_a_first_message(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message m = seal(d, "alice", "bob", "genuine");
    struct bytes bob = snapshot(d, "bob");
    for (size_t bit = 0; bit < 8 * m.body.len; bit++) {
        struct message forged = with_bit_turned(d, &m, bit);
        bool is_seen = bit / 8 != VERSION_AT && bit != 8 * (BASE_KEY_AT + 31) + 7;
        enum seen seen = open_as(d, "bob", "alice", &forged);
        if (seen != (is_seen ? SEEN_REFUSAL : SEEN_NOTHING_YET))
            fail_msg("bit %zu of byte %zu: seen %s", bit % 8, bit / 8, seen_name(seen));
        if (is_seen)
            continue;
        reset(d, "seed");
        restore(d, "bob", bob);
    }
    assert_opens(d, "bob", "alice", &m, "genuine");
}

/* ---- names */

static void a_message_said_to_be_from_another_is_refused_and_costs_nothing(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message m = seal(d, "alice", "bob", "from alice");
    assert_refused(d, "bob", "carol", &m, REFUSAL_AUTHENTICATION);
    assert_opens(d, "bob", "alice", &m, "from alice");
}

static void a_bundle_under_another_name_starts_nothing(void **state)
{
    struct drive *d = *state;
    struct bytes bundle = publish(d, "bob", true);
    process(d, "alice", "carol", bundle, SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_UNTRUSTED_IDENTITY);
}

/* Alice's identity with one of its two halves, the Ed25519 seed and the Curve25519 key, another. */
static struct bytes half_another(struct drive *d, size_t at)
{
    struct bytes identity = export_identity(d, "alice");
    uint8_t *copy = arena_alloc(&d->arena, identity.len);
    assert_non_null(copy);
    assert_int_equal(identity.len, 64);
    memcpy(copy, identity.data, identity.len);
    copy[at] ^= 0x10;
    return bytes_of(copy, identity.len);
}

static void assert_is_another(struct drive *d, struct bytes identity)
{
    create_with(d, "impostor", "alice", identity);
    process(d, "bob", "alice", publish(d, "impostor", true), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_UNTRUSTED_IDENTITY);
    start(d, "impostor", "bob", true);
    struct message m = seal(d, "impostor", "bob", "it is me");
    assert_refused(d, "bob", "alice", &m, REFUSAL_UNTRUSTED_IDENTITY);
}

static void an_identity_with_another_signing_key_is_another(void **state)
{
    struct drive *d = *state;
    establish(d);
    assert_is_another(d, half_another(d, 0));
}

static void an_identity_with_another_agreement_key_is_another(void **state)
{
    struct drive *d = *state;
    establish(d);
    assert_is_another(d, half_another(d, 40));
}

static void an_accepted_signing_key_ends_the_sessions_of_the_old_one(void **state)
{
    struct drive *d = *state;
    uint8_t wrong[32] = {9};
    establish(d);
    create_as(d, "impostor", "alice");
    start(d, "impostor", "bob", true);
    struct message m = seal(d, "impostor", "bob", "it is me");
    assert_int_equal(accept_identity(d, "bob", "alice", bytes_of(wrong, sizeof(wrong))), SEEN_DONE);
    assert_refused(d, "bob", "alice", &m, REFUSAL_UNTRUSTED_IDENTITY);
    struct message old = seal(d, "alice", "bob", "the old one");
    assert_refused(d, "bob", "alice", &old, REFUSAL_NO_SESSION);
}

/* The first character after |mark| becomes another one of base64. */
static struct bytes with_another_key(struct drive *d, struct bytes bundle, const char *mark)
{
    uint8_t *copy = arena_alloc(&d->arena, bundle.len + 1);
    assert_non_null(copy);
    memcpy(copy, bundle.data, bundle.len);
    copy[bundle.len] = 0;
    char *at = strstr((char *)copy, mark);
    assert_non_null(at);
    at += strlen(mark);
    *at = *at == 'A' ? 'B' : 'A';
    return bytes_of(copy, bundle.len);
}

static void a_bundle_with_keys_its_device_did_not_sign_starts_nothing(void **state)
{
    static const char *const marks[] = {"\"key\":\"", "\"curve25519:1\":\"", "\"ed25519:1\":\""};
    struct drive *d = *state;
    struct bytes bundle = publish(d, "bob", true);
    for (size_t i = 0; i < COUNT(marks); i++) {
        process(d, "alice", "bob", with_another_key(d, bundle, marks[i]), SEEN_REFUSAL);
        assert_int_equal(d->answer.reason, REFUSAL_PREKEY_SIGNATURE);
    }
    process(d, "alice", "bob", bundle, SEEN_DONE);
    say(d, "alice", "bob", "first");
}

/* ---- stolen state */

static void a_sender_cannot_read_what_it_sent(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message first = seal(d, "alice", "bob", "first");
    assert_int_equal(open_own(d, "alice", "bob", &first), SEEN_REFUSAL);
    assert_opens(d, "bob", "alice", &first, "first");
    say(d, "bob", "alice", "reply");
    struct message later = seal(d, "alice", "bob", "later");
    assert_int_equal(open_own(d, "alice", "bob", &later), SEEN_REFUSAL);
}

static void a_stolen_identity_opens_nothing(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message first = seal(d, "alice", "bob", "first");
    create_with(d, "adversary", "bob", export_identity(d, "bob"));
    assert_refused(d, "adversary", "alice", &first, REFUSAL_UNKNOWN_PREKEY);
    assert_opens(d, "bob", "alice", &first, "first");
    say(d, "bob", "alice", "reply");
    struct message later = seal(d, "alice", "bob", "later");
    assert_refused(d, "adversary", "alice", &later, REFUSAL_NO_SESSION);
}

static void a_stolen_session_opens_the_next_message_and_none_before(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message past = seal(d, "alice", "bob", "past");
    assert_opens(d, "bob", "alice", &past, "past");
    struct message next = seal(d, "alice", "bob", "next");
    restore(d, "adversary", snapshot(d, "bob"));
    assert_not_opened(d, "adversary", "alice", &past);
    assert_opens(d, "adversary", "alice", &next, "next");
}

/* ---- deniability: the forger's own code, by the specification, against libolm's */

static void a_receiver_can_make_what_it_received(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "bob", .peer = {"alice", 1}};
    establish(d);
    assert_int_equal(
        driver_forge(d->driver, &where, bytes_of_text("never said"), &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    struct message forged = {d->answer.kind, d->answer.body};
    restore(d, "judge", snapshot(d, "bob"));
    forget_session(d, "judge", "alice");
    assert_opens(d, "judge", "alice", &forged, "never said");
    assert_opens(d, "bob", "alice", &forged, "never said");
    assert_false(d->answer.warned);
}

static void
a_copy_of_the_state_makes_what_its_owner_takes_until_the_key_was_rotated_twice(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "adversary", .peer = {"alice", 1}};
    struct message forged[3];
    establish(d);
    restore(d, "adversary", snapshot(d, "bob"));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            driver_forge(d->driver, &where, bytes_of_text("never said"), &d->arena, &d->answer),
            OK);
        forged[i] = (struct message){d->answer.kind, d->answer.body};
    }
    for (size_t i = 0; i < 2; i++) {
        assert_opens(d, "bob", "alice", &forged[i], "never said");
        assert_int_equal(driver_get_bundle(d->driver, "bob", true, true, &d->arena, &d->answer),
                         OK);
    }
    assert_refused(d, "bob", "alice", &forged[2], REFUSAL_UNKNOWN_PREKEY);
}

static void a_forged_message_is_for_nobody_else(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "bob", .peer = {"alice", 1}};
    create(d, "carol");
    establish(d);
    assert_int_equal(
        driver_forge(d->driver, &where, bytes_of_text("never said"), &d->arena, &d->answer), OK);
    struct message forged = {d->answer.kind, d->answer.body};
    assert_refused(d, "carol", "alice", &forged, REFUSAL_UNKNOWN_PREKEY);
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

static void a_state_mutated_anywhere_is_refused_or_taken_whole(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct bytes whole = snapshot(d, "bob");
    struct message as_message = {0, whole};
    for (size_t at = 0; at < whole.len; at += 1 + at / 400) {
        struct message forged = mutated(d, &as_message, at);
        assert_int_equal(driver_restore(d->driver, "copy", forged.body, &d->arena, &d->answer), OK);
        if (d->answer.seen == SEEN_REFUSAL)
            continue;
        /* a name, a number, a bit that X25519 ignores; or a letter that libolm reads as another */
        assert_int_equal(d->answer.seen, SEEN_DONE);
        struct bytes kept = snapshot(d, "copy");
        assert_true(bytes_equal(kept, forged.body) || bytes_equal(kept, whole));
        reset(d, "seed");
    }
}

static void a_state_of_a_name_that_is_no_text_is_refused(void **state)
{
    struct drive *d = *state;
    struct message whole = {0, snapshot(d, "bob")};
    size_t at = 0;
    while (memcmp(whole.body.data + at, "bob", 3) != 0)
        at++;
    struct message other = mutated(d, &whole, at);
    ((uint8_t *)(uintptr_t)other.body.data)[at] = 0xff;
    assert_int_equal(driver_restore(d->driver, "copy", other.body, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_MALFORMED);
}

static void it_says_who_it_is_and_what_it_can(void **state)
{
    static const char *const wanted[] = {"seed",
                                         "without-one-time-prekey",
                                         "rotate-signed-prekey",
                                         "snapshot",
                                         "export-identity",
                                         "forge",
                                         "open-own",
                                         "fingerprint",
                                         "forget-session",
                                         "accept-identity",
                                         "split-state"};
    struct drive *d = *state;
    assert_string_equal(d->profile.protocol, "m.olm.v1.curve25519-aes-sha2");
    assert_string_equal(d->profile.name, "libolm");
    assert_int_equal(d->profile.n_capabilities, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_true(target_profile_has(&d->profile, wanted[i]));
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest rows[] = {
        OPAQUE_ROW(first_messages_can_start_a_session_until_there_is_a_reply),
        OPAQUE_ROW(a_session_by_the_fallback_key_opens),
        OPAQUE_ROW(the_fallback_key_is_the_same_until_it_is_rotated_and_then_still_opens),
        OPAQUE_ROW(sessions_that_both_began_at_once_go_on),
        OPAQUE_ROW(the_session_that_last_received_is_used),
        OPAQUE_ROW(a_replay_is_refused_and_costs_nothing),
        OPAQUE_ROW(a_first_message_opens_once_even_when_its_session_is_forgotten),
        OPAQUE_ROW(a_first_message_by_the_fallback_key_opens_again_when_its_session_is_lost),
        OPAQUE_ROW(only_the_version_and_one_bit_of_the_base_key_can_be_mutated_in_a_first_message),
        OPAQUE_ROW(a_message_said_to_be_from_another_is_refused_and_costs_nothing),
        OPAQUE_ROW(a_bundle_under_another_name_starts_nothing),
        OPAQUE_ROW(an_identity_with_another_signing_key_is_another),
        OPAQUE_ROW(an_identity_with_another_agreement_key_is_another),
        OPAQUE_ROW(an_accepted_signing_key_ends_the_sessions_of_the_old_one),
        OPAQUE_ROW(a_bundle_with_keys_its_device_did_not_sign_starts_nothing),
        OPAQUE_ROW(a_sender_cannot_read_what_it_sent),
        OPAQUE_ROW(a_stolen_identity_opens_nothing),
        OPAQUE_ROW(a_stolen_session_opens_the_next_message_and_none_before),
        OPAQUE_ROW(a_receiver_can_make_what_it_received),
        OPAQUE_ROW(a_copy_of_the_state_makes_what_its_owner_takes_until_the_key_was_rotated_twice),
        OPAQUE_ROW(a_forged_message_is_for_nobody_else),
        OPAQUE_ROW(nobody_unknown_can_be_forged),
        OPAQUE_ROW(a_state_mutated_anywhere_is_refused_or_taken_whole),
        OPAQUE_ROW(a_state_of_a_name_that_is_no_text_is_refused),
        OPAQUE_ROW(it_says_who_it_is_and_what_it_can),
    };
    return argc == 2 ? opaque_run("olm", argv[1], rows, COUNT(rows)) : 64;
}
