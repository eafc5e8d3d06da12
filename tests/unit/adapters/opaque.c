/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "opaque.h"
#include "support/rows.h"

#include <string.h>

#define ROWS_MAX 64u

/* ---- helpers */

void assert_not_opened(struct drive *d, const char *to, const char *from, const struct message *m)
{
    if (open_as(d, to, from, m) != SEEN_REFUSAL)
        fail_msg("seen %s (%s), wanted a refusal", seen_name(d->answer.seen), d->answer.detail);
}

void assert_tampering_is_refused(struct drive *d, const char *to, const char *from,
                                 const struct message *m, const char *text)
{
    for (size_t at = 0; at < m->body.len; at++) {
        struct message forged = mutated(d, m, at);
        assert_not_opened(d, to, from, &forged);
    }
    assert_opens(d, to, from, m, text);
}

enum seen open_own(struct drive *d, const char *by, const char *to, const struct message *m)
{
    struct target_conversation where = {.party = by, .peer = {to, 1}};
    assert_int_equal(driver_open_own(d->driver, &where, m->kind, m->body, &d->arena, &d->answer),
                     OK);
    return d->answer.seen;
}

enum seen accept_identity(struct drive *d, const char *party, const char *peer, struct bytes key)
{
    struct target_conversation where = {.party = party, .peer = {peer, 1}};
    assert_int_equal(driver_accept_identity(d->driver, &where, key, &d->arena, &d->answer), OK);
    return d->answer.seen;
}

struct bytes export_identity(struct drive *d, const char *party)
{
    assert_int_equal(driver_export_identity(d->driver, party, &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
    return d->answer.body;
}

void create_with(struct drive *d, const char *party, const char *address_name,
                 struct bytes identity)
{
    struct target_party_options options = {.identity = identity};
    struct address self = {address_name, 1};
    assert_int_equal(driver_create_party(d->driver, party, self, &options, &d->arena, &d->answer),
                     OK);
    assert_int_equal(d->answer.seen, SEEN_DONE);
}

/* ---- a conversation */

static void both_directions_open_over_many_turns(void **state)
{
    struct drive *d = *state;
    establish(d);
    for (int i = 0; i < 5; i++) {
        say(d, "alice", "bob", "again");
        say(d, "alice", "bob", "and again");
        say(d, "bob", "alice", "and back");
    }
}

static void bundles_and_messages_are_opaque(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    assert_int_equal(d->bundle_kind, DRIVER_KIND_OPAQUE);
    assert_int_equal(seal(d, "alice", "bob", "one").kind, DRIVER_KIND_OPAQUE);
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
    struct message three = seal(d, "alice", "bob", "three");
    assert_opens(d, "bob", "alice", &three, "three");
    assert_opens(d, "bob", "alice", &one, "one");
    assert_opens(d, "bob", "alice", &two, "two");
}

/* ---- refusals */

static void a_later_message_mutated_anywhere_is_refused_and_the_genuine_one_opens(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "genuine");
    assert_tampering_is_refused(d, "bob", "alice", &m, "genuine");
    say(d, "bob", "alice", "and back");
}

static void a_message_cut_anywhere_is_refused_and_the_whole_one_opens(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "whole");
    for (size_t len = 0; len < m.body.len; len++) {
        struct message cut = {m.kind, bytes_slice(m.body, 0, len)};
        assert_not_opened(d, "bob", "alice", &cut);
    }
    assert_opens(d, "bob", "alice", &m, "whole");
}

static void what_is_no_message_is_refused_as_malformed(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message nothing = {DRIVER_KIND_OPAQUE, bytes_of(NULL, 0)};
    struct message signal = {SIGNAL_KIND_MESSAGE, bytes_of_text("\x33 what is this?")};
    assert_refused(d, "bob", "alice", &nothing, REFUSAL_MALFORMED);
    assert_refused(d, "bob", "alice", &signal, REFUSAL_MALFORMED);
    say(d, "alice", "bob", "next");
}

static void without_a_session_nothing_is_sealed(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "alice", .peer = {"bob", 1}};
    assert_int_equal(driver_seal(d->driver, &where, bytes_of_text("x"), &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.seen, SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_NO_SESSION);
}

static void a_message_for_somebody_else_is_refused(void **state)
{
    struct drive *d = *state;
    create(d, "carol");
    establish(d);
    start(d, "alice", "carol", true);
    say(d, "alice", "carol", "hello");
    struct message m = seal(d, "alice", "bob", "for bob");
    assert_not_opened(d, "carol", "alice", &m);
    assert_opens(d, "bob", "alice", &m, "for bob");
}

static void what_is_no_bundle_starts_nothing(void **state)
{
    struct drive *d = *state;
    struct bytes bundle = publish(d, "bob", true);
    process(d, "alice", "bob", bytes_of_text("\xff\xff"), SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_MALFORMED);
    process(d, "alice", "bob", bytes_of(NULL, 0), SEEN_REFUSAL);
    for (size_t len = 0; len < bundle.len; len++)
        process(d, "alice", "bob", bytes_slice(bundle, 0, len), SEEN_REFUSAL);
    process(d, "alice", "bob", bundle, SEEN_DONE);
    say(d, "alice", "bob", "first");
}

/* ---- identities */

static void another_identity_is_warned_of_and_refused_until_it_is_accepted(void **state)
{
    struct drive *d = *state;
    establish(d);
    assert_false(d->answer.warned);
    create_as(d, "impostor", "alice");
    start(d, "impostor", "bob", true);
    struct message m = seal(d, "impostor", "bob", "it is me");
    assert_refused(d, "bob", "alice", &m, REFUSAL_UNTRUSTED_IDENTITY);
    assert_true(d->answer.warned);
    say(d, "alice", "bob", "still here");
    assert_false(d->answer.warned);
    assert_int_equal(accept_identity(d, "bob", "alice", bytes_of(NULL, 0)), SEEN_DONE);
    assert_opens(d, "bob", "alice", &m, "it is me");
}

static void a_bundle_of_another_identity_starts_nothing_until_it_is_accepted(void **state)
{
    struct drive *d = *state;
    establish(d);
    create_as(d, "new bob", "bob");
    struct bytes bundle = publish(d, "new bob", true);
    process(d, "alice", "bob", bundle, SEEN_REFUSAL);
    assert_int_equal(d->answer.reason, REFUSAL_UNTRUSTED_IDENTITY);
    assert_true(d->answer.warned);
    say(d, "alice", "bob", "to the old one");
    assert_int_equal(accept_identity(d, "alice", "bob", bytes_of(NULL, 0)), SEEN_DONE);
    process(d, "alice", "bob", bundle, SEEN_DONE);
    struct message m = seal(d, "alice", "bob", "to the new one");
    assert_opens(d, "new bob", "alice", &m, "to the new one");
}

static void nothing_is_accepted_that_is_no_key(void **state)
{
    struct drive *d = *state;
    establish(d);
    assert_int_equal(accept_identity(d, "alice", "bob", bytes_of(NULL, 0)), SEEN_REFUSAL);
    assert_int_equal(accept_identity(d, "alice", "bob", bytes_of_text("short")), SEEN_REFUSAL);
    say(d, "alice", "bob", "next");
}

static void an_exported_identity_is_the_same_to_its_peers(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct bytes identity = export_identity(d, "bob");
    const char *before = fingerprint(d, "alice", "bob");
    create_with(d, "adversary", "bob", identity);
    process(d, "alice", "bob", publish(d, "adversary", true), SEEN_DONE);
    assert_string_equal(fingerprint(d, "alice", "bob"), before);
    assert_true(bytes_equal(export_identity(d, "adversary"), identity));
}

static void fingerprints_are_the_same_on_both_sides_and_bind_the_names(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "alice", .peer = {"bob", 1}};
    establish(d);
    const char *alices = fingerprint(d, "alice", "bob");
    assert_string_equal(fingerprint(d, "bob", "alice"), alices);
    assert_true(strlen(alices) >= 40);
    assert_int_equal(driver_fingerprint(d->driver, &where, "alice", "bert", &d->arena, &d->answer),
                     OK);
    assert_string_not_equal(d->answer.text, alices);
}

/* ---- snapshots */

static void a_snapshot_carries_the_conversation_on_in_a_new_process(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message pending = seal(d, "alice", "bob", "on its way");
    struct bytes alice = snapshot(d, "alice"), bob = snapshot(d, "bob");
    reopen(d);
    reset_to_chance(d);
    restore(d, "alice", alice);
    restore(d, "bob", bob);
    assert_opens(d, "bob", "alice", &pending, "on its way");
    for (int i = 0; i < 3; i++) {
        say(d, "bob", "alice", "back");
        say(d, "alice", "bob", "forth");
    }
    create_as(d, "impostor", "alice");
    start(d, "impostor", "bob", true);
    struct message forged = seal(d, "impostor", "bob", "it is me");
    assert_refused(d, "bob", "alice", &forged, REFUSAL_UNTRUSTED_IDENTITY);
}

static void a_snapshot_before_the_first_message_has_the_keys_of_the_bundle(void **state)
{
    struct drive *d = *state;
    start(d, "alice", "bob", true);
    struct message first = seal(d, "alice", "bob", "first");
    struct bytes bob = snapshot(d, "bob");
    reopen(d);
    reset_to_chance(d);
    restore(d, "bob again", bob);
    assert_opens(d, "bob again", "alice", &first, "first");
}

static void clones_do_not_touch_each_other(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct message m = seal(d, "alice", "bob", "read twice");
    restore(d, "clone", snapshot(d, "bob"));
    struct bytes before = snapshot(d, "clone");
    assert_opens(d, "bob", "alice", &m, "read twice");
    say(d, "bob", "alice", "and back");
    say(d, "alice", "bob", "forth");
    assert_true(bytes_equal(snapshot(d, "clone"), before));
    assert_opens(d, "clone", "alice", &m, "read twice");
    say(d, "alice", "bob", "bob is not disturbed");
}

static void what_is_no_snapshot_is_not_restored(void **state)
{
    struct drive *d = *state;
    establish(d);
    struct bytes whole = snapshot(d, "bob");
    for (size_t len = 0; len < whole.len; len += 1 + len / 40) {
        struct bytes cut = bytes_slice(whole, 0, len);
        assert_int_equal(driver_restore(d->driver, "copy", cut, &d->arena, &d->answer), OK);
        assert_int_equal(d->answer.seen, SEEN_REFUSAL);
    }
    restore(d, "copy", whole);
}

static void a_forgotten_session_can_be_started_anew(void **state)
{
    struct drive *d = *state;
    struct target_conversation where = {.party = "bob", .peer = {"alice", 1}};
    establish(d);
    forget_session(d, "bob", "alice");
    assert_int_equal(driver_seal(d->driver, &where, bytes_of_text("x"), &d->arena, &d->answer), OK);
    assert_int_equal(d->answer.reason, REFUSAL_NO_SESSION);
    start(d, "bob", "alice", true);
    say(d, "bob", "alice", "anew");
    say(d, "alice", "bob", "reply");
}

/* ---- randomness */

struct made {
    struct bytes bundle, message;
};

static struct made make(struct drive *d)
{
    struct made out;
    create(d, "alice");
    create(d, "bob");
    out.bundle = publish(d, "bob", true);
    process(d, "alice", "bob", out.bundle, SEEN_DONE);
    out.message = seal(d, "alice", "bob", "same").body;
    return out;
}

static void equal_seeds_give_equal_bytes_and_others_do_not(void **state)
{
    struct drive *d = *state;
    struct made made[4];
    static const char *const seeds[4] = {"seed", "other", "seed", "seed"};
    for (size_t i = 0; i < 4; i++) {
        if (i == 3)
            reopen(d);
        reset(d, seeds[i]);
        made[i] = make(d);
    }
    for (size_t i = 2; i < 4; i++) {
        assert_true(bytes_equal(made[0].bundle, made[i].bundle));
        assert_true(bytes_equal(made[0].message, made[i].message));
    }
    assert_false(bytes_equal(made[0].bundle, made[1].bundle));
    assert_false(bytes_equal(made[0].message, made[1].message));
}

static void without_a_seed_nothing_repeats(void **state)
{
    struct drive *d = *state;
    struct made made[4];
    for (size_t i = 0; i < 4; i++) {
        if (i < 2)
            reset_to_chance(d);
        else
            reopen(d); /* nor in new processes that never saw a Reset */
        made[i] = make(d);
    }
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++) {
            assert_false(bytes_equal(made[i].bundle, made[j].bundle));
            assert_false(bytes_equal(made[i].message, made[j].message));
        }
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

static void a_reset_forgets_everybody(void **state)
{
    struct drive *d = *state;
    reset(d, "another seed");
    assert_int_equal(driver_get_bundle(d->driver, "alice", false, false, &d->arena, &d->answer),
                     OK);
    assert_int_equal(d->answer.seen, SEEN_FAULT);
    create(d, "alice");
}

static const struct CMUnitTest common[] = {
    OPAQUE_ROW(both_directions_open_over_many_turns),
    OPAQUE_ROW(bundles_and_messages_are_opaque),
    OPAQUE_ROW(an_empty_message_and_a_long_one_open),
    OPAQUE_ROW(overtaken_messages_open),
    OPAQUE_ROW(a_later_message_mutated_anywhere_is_refused_and_the_genuine_one_opens),
    OPAQUE_ROW(a_message_cut_anywhere_is_refused_and_the_whole_one_opens),
    OPAQUE_ROW(what_is_no_message_is_refused_as_malformed),
    OPAQUE_ROW(without_a_session_nothing_is_sealed),
    OPAQUE_ROW(a_message_for_somebody_else_is_refused),
    OPAQUE_ROW(what_is_no_bundle_starts_nothing),
    OPAQUE_ROW(another_identity_is_warned_of_and_refused_until_it_is_accepted),
    OPAQUE_ROW(a_bundle_of_another_identity_starts_nothing_until_it_is_accepted),
    OPAQUE_ROW(nothing_is_accepted_that_is_no_key),
    OPAQUE_ROW(an_exported_identity_is_the_same_to_its_peers),
    OPAQUE_ROW(fingerprints_are_the_same_on_both_sides_and_bind_the_names),
    OPAQUE_ROW(a_snapshot_carries_the_conversation_on_in_a_new_process),
    OPAQUE_ROW(a_snapshot_before_the_first_message_has_the_keys_of_the_bundle),
    OPAQUE_ROW(clones_do_not_touch_each_other),
    OPAQUE_ROW(what_is_no_snapshot_is_not_restored),
    OPAQUE_ROW(a_forgotten_session_can_be_started_anew),
    OPAQUE_ROW(equal_seeds_give_equal_bytes_and_others_do_not),
    OPAQUE_ROW(without_a_seed_nothing_repeats),
    OPAQUE_ROW(an_unknown_operation_is_unsupported_and_costs_nothing),
    OPAQUE_ROW(a_reset_forgets_everybody),
};

int opaque_run(const char *name, const char *command, const struct CMUnitTest *own, size_t n_own)
{
    struct drive d = {.command = command};
    struct CMUnitTest rows[ROWS_MAX];
    const size_t n_common = COUNT(common);
    if (n_common + n_own > ROWS_MAX)
        return 1;
    memcpy(rows, common, sizeof(common));
    if (n_own)
        memcpy(rows + n_common, own, n_own * sizeof(own[0]));
    for (size_t i = 0; i < n_common + n_own; i++)
        rows[i].initial_state = &d;
    return _cmocka_run_group_tests(name, rows, n_common + n_own, NULL, NULL);
}
