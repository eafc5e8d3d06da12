/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clients of Signal v4 at the server: KEM prekeys in their stanzas (docs/wire.md), and clients of
 * both versions beside each other. */
#include "app_fixture.h"

#include "wire/signal.h"

#include <string.h>

static struct fixture fixture;
#define ALICE_SIDE (&fixture.sides[0])
#define BOB_SIDE (&fixture.sides[1])

static void begin(const struct rules *alices, const struct rules *bobs)
{
    fixture_init_versions(&fixture, alices, bobs);
    side_connect(ALICE_SIDE);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
}

static void begin_talking(void)
{
    begin(rules_honest_v4(), rules_honest_v4());
    side_say(ALICE_SIDE, BOB_SIDE, "hello");
    fixture_settle(&fixture);
    side_say(BOB_SIDE, ALICE_SIDE, "hello yourself");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "hello|");
    assert_string_equal(ALICE_SIDE->shown, "hello yourself|");
}

static int end(void **state)
{
    (void)state;
    fixture_fini(&fixture);
    return 0;
}

/* What the server gives out of |s|'s keys; views into |bundle|, which is initialised here. */
static void give(struct side *s, bool with_one_time_prekey, struct buffer *bundle,
                 struct signal_bundle *out)
{
    buffer_init(bundle, 65536);
    assert_int_equal(server_bundle_take(fixture.server, s->account,
                                        with_one_time_prekey ? ONE_TIME_OLDEST : ONE_TIME_NONE,
                                        bundle),
                     OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(bundle), out), OK);
    assert_int_equal(out->has_one_time_prekey, with_one_time_prekey);
}

static uint32_t kem_id(struct side *s, bool with_one_time_prekey)
{
    struct buffer bundle;
    struct signal_bundle b;
    give(s, with_one_time_prekey, &bundle, &b);
    assert_true(b.has_kem_prekey);
    assert_int_equal(b.kem_prekey.len, SIGNAL_KEM_WIRE_LEN);
    assert_int_equal(b.kem_prekey.data[0], SIGNAL_KEM_TYPE);
    assert_int_equal(b.kem_signature.len, SIGNAL_SIGNATURE_LEN);
    buffer_fini(&bundle);
    return b.kem_prekey_id;
}

static void messages_go_both_ways(void **state)
{
    (void)state;
    begin_talking();
    for (size_t i = 0; i < N_SIDES; i++) {
        assert_int_equal(fixture.sides[i].told[DELIVERED], 1);
        assert_int_equal(fixture.sides[i].told[REFUSED], 0);
    }
    assert_int_equal(fixture.unreadable + fixture.n_refused, 0);
}

static void the_last_resort_is_given_again_and_one_time_ones_once(void **state)
{
    uint32_t ids[12];
    (void)state;
    begin(rules_honest_v4(), rules_honest_v4());
    uint32_t last_resort = kem_id(BOB_SIDE, false);
    for (size_t n = 0; n < 12; n++) {
        ids[n] = kem_id(BOB_SIDE, true);
        assert_int_not_equal(ids[n], last_resort);
        for (size_t i = 0; i < n; i++)
            assert_int_not_equal(ids[i], ids[n]);
    }
    assert_int_equal(kem_id(BOB_SIDE, false), last_resort);
}

/* An upload has at most 16 one-time ones: behind them the last resort stands beside one-time
 * prekeys. */
static void the_last_resort_stands_in_where_no_one_time_one_is_left(void **state)
{
    (void)state;
    fixture_init_versions(&fixture, rules_honest_v4(), rules_honest_v4());
    fixture.profile.prekey_upload_count = 20;
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    uint32_t last_resort = kem_id(BOB_SIDE, false);
    for (size_t n = 0; n < 20; n++)
        assert_int_equal(kem_id(BOB_SIDE, true) == last_resort, n >= 16);
}

static void a_rotation_replaces_the_last_resort(void **state)
{
    (void)state;
    begin(rules_honest_v4(), rules_honest_v4());
    uint32_t before = kem_id(BOB_SIDE, false);
    assert_int_equal(app_rotate(BOB_SIDE->app), OK);
    fixture_settle(&fixture);
    assert_int_not_equal(kem_id(BOB_SIDE, false), before);
    side_say(ALICE_SIDE, BOB_SIDE, "after the rotation");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "after the rotation|");
}

static void a_refill_keeps_it(void **state)
{
    (void)state;
    begin(rules_honest_v4(), rules_honest_v4());
    uint32_t before = kem_id(BOB_SIDE, false);
    for (size_t n = 0; n < 10; n++) {
        kem_id(BOB_SIDE, true);
        fixture_settle(&fixture);
    }
    assert_true(server_one_time_keys_left(fixture.server, BOB_SIDE->account) >
                fixture.profile.prekey_refill_below);
    assert_int_equal(kem_id(BOB_SIDE, false), before);
}

static void the_newest_are_given_where_they_are_asked_for(void **state)
{
    struct buffer bundles[2];
    struct signal_bundle oldest, newest;
    (void)state;
    begin(rules_honest_v4(), rules_honest_v4());
    give(BOB_SIDE, true, &bundles[0], &oldest);
    buffer_init(&bundles[1], 65536);
    assert_int_equal(
        server_bundle_take(fixture.server, BOB_SIDE->account, ONE_TIME_NEWEST, &bundles[1]), OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&bundles[1]), &newest), OK);
    assert_int_equal(newest.one_time_prekey_id,
                     oldest.one_time_prekey_id + fixture.profile.prekey_upload_count - 1);
    assert_int_equal(newest.kem_prekey_id,
                     oldest.kem_prekey_id + fixture.profile.prekey_upload_count - 1);
    buffer_fini(&bundles[0]);
    buffer_fini(&bundles[1]);
    assert_int_equal(server_one_time_keys_left(fixture.server, BOB_SIDE->account),
                     fixture.profile.prekey_upload_count - 2);
}

static void a_rotation_publishes_no_one_time_prekey(void **state)
{
    (void)state;
    begin(rules_honest_v4(), rules_honest_v4());
    size_t n = server_one_time_keys_left(fixture.server, BOB_SIDE->account);
    assert_int_equal(app_rotate(BOB_SIDE->app), OK);
    fixture_settle(&fixture);
    assert_int_equal(server_one_time_keys_left(fixture.server, BOB_SIDE->account), n);
}

static void a_restart_loses_nothing(void **state)
{
    (void)state;
    begin_talking();
    side_restart(BOB_SIDE, NULL);
    side_say(ALICE_SIDE, BOB_SIDE, "while restarting");
    fixture_settle(&fixture);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "hello|while restarting|");
}

/* The second time it asks with its keys, from which the sender begins a session. */
static void what_did_not_decrypt_is_sent_again_to_the_keys_in_the_request(void **state)
{
    (void)state;
    begin_talking();
    party_forget(app_party(BOB_SIDE->app), (struct address){"alice", 1});
    side_say(ALICE_SIDE, BOB_SIDE, "again please");
    fixture_settle(&fixture);
    assert_true(BOB_SIDE->told[REFUSED] >= 2);
    assert_string_equal(BOB_SIDE->shown, "hello|again please|");
}

static void a_client_of_v3_publishes_no_kem_prekey(void **state)
{
    struct buffer bundle;
    struct signal_bundle b;
    (void)state;
    begin(NULL, rules_honest_v4());
    for (int with = 0; with < 2; with++) {
        give(ALICE_SIDE, with, &bundle, &b);
        assert_false(b.has_kem_prekey);
        buffer_fini(&bundle);
    }
}

/* No silent X3DH: PQXDH, section 3.3. */
static void a_client_of_v4_begins_no_session_with_one_of_v3(void **state)
{
    (void)state;
    begin(rules_honest_v4(), NULL);
    side_say(ALICE_SIDE, BOB_SIDE, "not under X3DH");
    fixture_settle(&fixture);
    assert_int_equal(ALICE_SIDE->told[FAILED], 1);
    assert_string_equal(BOB_SIDE->shown, "");
}

/* It ignores the element, and begins a session of X3DH, which the other does not take. */
static void what_a_client_of_v3_begins_with_one_of_v4_is_refused(void **state)
{
    (void)state;
    begin(NULL, rules_honest_v4());
    side_say(ALICE_SIDE, BOB_SIDE, "under X3DH");
    fixture_settle(&fixture);
    assert_int_equal(ALICE_SIDE->told[FAILED], 0);
    assert_true(BOB_SIDE->told[REFUSED] > 0);
    assert_string_equal(BOB_SIDE->shown, "");
}

/* Clients that went on under v4: their conversation stays one of v3, and they publish again. */
static void a_client_of_v3_goes_on_under_v4(void **state)
{
    (void)state;
    begin(NULL, NULL);
    side_say(ALICE_SIDE, BOB_SIDE, "under v3");
    fixture_settle(&fixture);
    side_say(BOB_SIDE, ALICE_SIDE, "both");
    fixture_settle(&fixture);
    for (size_t i = 0; i < N_SIDES; i++) {
        fixture.sides[i].version = rules_honest_v4();
        side_restart(&fixture.sides[i], NULL);
        side_connect(&fixture.sides[i]);
        fixture_settle(&fixture);
    }
    side_say(ALICE_SIDE, BOB_SIDE, "now v4");
    side_say(BOB_SIDE, ALICE_SIDE, "I, too");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "under v3|now v4|");
    assert_string_equal(ALICE_SIDE->shown, "both|I, too|");
    assert_int_not_equal(kem_id(BOB_SIDE, true), kem_id(BOB_SIDE, false));
    assert_int_equal(ALICE_SIDE->told[REFUSED] + BOB_SIDE->told[REFUSED], 0);
}

/* From then on a session that is begun is one of v4. */
static void it_begins_sessions_of_v4(void **state)
{
    (void)state;
    begin(NULL, rules_honest_v4());
    ALICE_SIDE->version = rules_honest_v4();
    side_restart(ALICE_SIDE, NULL);
    side_connect(ALICE_SIDE);
    fixture_settle(&fixture);
    side_say(ALICE_SIDE, BOB_SIDE, "of v4");
    fixture_settle(&fixture);
    side_say(BOB_SIDE, ALICE_SIDE, "yes");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "of v4|");
    assert_string_equal(ALICE_SIDE->shown, "yes|");
}

#define ROW(test) cmocka_unit_test_teardown(test, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(messages_go_both_ways),
        ROW(the_last_resort_is_given_again_and_one_time_ones_once),
        ROW(the_last_resort_stands_in_where_no_one_time_one_is_left),
        ROW(a_rotation_replaces_the_last_resort),
        ROW(a_refill_keeps_it),
        ROW(the_newest_are_given_where_they_are_asked_for),
        ROW(a_rotation_publishes_no_one_time_prekey),
        ROW(a_restart_loses_nothing),
        ROW(what_did_not_decrypt_is_sent_again_to_the_keys_in_the_request),
        ROW(a_client_of_v3_publishes_no_kem_prekey),
        ROW(a_client_of_v4_begins_no_session_with_one_of_v3),
        ROW(what_a_client_of_v3_begins_with_one_of_v4_is_refused),
        ROW(a_client_of_v3_goes_on_under_v4),
        ROW(it_begins_sessions_of_v4),
    };
    return cmocka_run_group_tests_name("app, v4", tests, NULL, NULL);
}
