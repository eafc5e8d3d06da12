/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an app's person says, and what it publishes, before it can go out: each once, in order. */
#include "app_fixture.h"

static struct fixture fixture;

#define ALICE_SIDE (&fixture.sides[0])
#define BOB_SIDE (&fixture.sides[1])

static void begin(void)
{
    fixture_init(&fixture, false, NULL);
    side_connect(ALICE_SIDE);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
}

static int end(void **state)
{
    (void)state;
    fixture_fini(&fixture);
    return 0;
}

static void begin_talking(void)
{
    begin();
    side_say(ALICE_SIDE, BOB_SIDE, "hello");
    fixture_settle(&fixture);
}

static void release(void)
{
    assert_int_equal(server_release(fixture.server), OK);
    fixture_settle(&fixture);
}

static void come_back(struct side *s)
{
    side_lose(s);
    assert_true(fixture_wait(&fixture));
}

static void what_is_said_before_success_goes_out_once(void **state)
{
    (void)state;
    begin_talking();
    server_hold(fixture.server, SERVER_HOLDS_SUCCESS);
    come_back(ALICE_SIDE);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    assert_int_equal(app_output(ALICE_SIDE->app)->len, 0);
    release();
    assert_string_equal(BOB_SIDE->shown, "hello|one|two|");
    assert_int_equal(ALICE_SIDE->told[SENT], 3);
    assert_int_equal(server_waiting(fixture.server, BOB_SIDE->account), 0);
}

static void what_is_said_before_the_upload_is_answered_goes_out_at_once(void **state)
{
    (void)state;
    fixture_init(&fixture, false, NULL);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    server_hold(fixture.server, SERVER_HOLDS_UPLOADS);
    server_hold(fixture.server, SERVER_HOLDS_ACKS);
    side_connect(ALICE_SIDE);
    fixture_settle(&fixture);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    fixture_settle(&fixture);
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "one|two|");
    assert_int_equal(ALICE_SIDE->told[CONNECTED], 0);
    release();
    assert_int_equal(ALICE_SIDE->told[CONNECTED], 1);
    assert_int_equal(ALICE_SIDE->told[SENT], 2);
}

static void texts_that_wait_for_keys_outlive_a_restart(void **state)
{
    (void)state;
    begin();
    server_hold(fixture.server, SERVER_HOLDS_KEYS);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    fixture_settle(&fixture);
    side_restart(ALICE_SIDE, NULL);
    side_say(ALICE_SIDE, BOB_SIDE, "three");
    side_connect(ALICE_SIDE);
    fixture_settle(&fixture);
    release();
    assert_string_equal(BOB_SIDE->shown, "one|two|three|");
    assert_int_equal(ALICE_SIDE->told[FAILED], 0);
}

static void texts_that_wait_have_keys_asked_for_once(void **state)
{
    (void)state;
    begin();
    server_hold(fixture.server, SERVER_HOLDS_KEYS);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    fixture_settle(&fixture);
    assert_int_equal(server_fetches(fixture.server, BOB_SIDE->account), 1);
    assert_int_equal(app_prepare(ALICE_SIDE->app, (struct address){"bob", 1}), OK);
    release();
    assert_int_equal(server_fetches(fixture.server, BOB_SIDE->account), 1);
    assert_int_equal(ALICE_SIDE->told[PREPARED], 1);
    assert_string_equal(BOB_SIDE->shown, "one|two|");
}

static void a_session_that_the_peer_begins_changes_no_order(void **state)
{
    (void)state;
    begin();
    side_say(BOB_SIDE, ALICE_SIDE, "first");
    assert_true(side_pass_up(BOB_SIDE)); /* the fetch of alice's keys */
    server_hold(fixture.server, SERVER_HOLDS_KEYS);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    fixture_settle(&fixture);
    assert_string_equal(ALICE_SIDE->shown, "first|");
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "one|two|");
    release();
    side_say(ALICE_SIDE, BOB_SIDE, "three");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "one|two|three|");
}

static void each_text_that_waited_in_vain_is_told(void **state)
{
    (void)state;
    begin();
    server_hold(fixture.server, SERVER_HOLDS_KEYS);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    fixture_settle(&fixture);
    assert_true(fixture_wait(&fixture)); /* the deadline begins at the next tick */
    assert_true(fixture_wait(&fixture));
    assert_int_equal(ALICE_SIDE->told[FAILED], 2);
    release();
    side_say(ALICE_SIDE, BOB_SIDE, "three");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "three|");
}

static void an_order_to_prepare_waits_for_a_connection(void **state)
{
    (void)state;
    begin();
    side_lose(ALICE_SIDE);
    assert_int_equal(app_prepare(ALICE_SIDE->app, (struct address){"bob", 1}), OK);
    assert_true(fixture_wait(&fixture));
    assert_int_equal(ALICE_SIDE->told[PREPARED], 1);
    assert_int_equal(ALICE_SIDE->told[FAILED], 0);
}

static size_t keys_left(void)
{
    return server_one_time_keys_left(fixture.server, ALICE_SIDE->account);
}

/* Is another signed prekey published than |before|? */
static bool is_rotated(const struct buffer *before)
{
    struct buffer after;
    struct signal_bundle a, b;
    buffer_init(&after, 65536);
    assert_int_equal(server_bundle_take(fixture.server, ALICE_SIDE->account, ONE_TIME_NONE, &after),
                     OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(before), &a), OK);
    assert_int_equal(signal_bundle_decode(buffer_bytes(&after), &b), OK);
    bool is_other = a.signed_prekey_id != b.signed_prekey_id;
    buffer_fini(&after);
    return is_other;
}

static void begin_rotation(struct buffer *before)
{
    begin();
    buffer_init(before, 65536);
    assert_int_equal(server_bundle_take(fixture.server, ALICE_SIDE->account, ONE_TIME_NONE, before),
                     OK);
    server_decline_uploads(fixture.server, 3);
    assert_int_equal(app_rotate(ALICE_SIDE->app), OK);
    fixture_settle(&fixture);
    assert_false(is_rotated(before));
}

static void a_declined_rotation_comes_again_after_a_pause(void **state)
{
    struct buffer before;
    (void)state;
    begin_rotation(&before);
    uint64_t pause = fixture.profile.reconnect_first_ms;
    for (int i = 0; i < 3; i++, pause *= 2) {
        assert_false(is_rotated(&before));
        assert_int_equal(app_due_ms(ALICE_SIDE->app) - fixture.now_ms, pause);
        assert_true(fixture_wait(&fixture));
    }
    assert_true(is_rotated(&before));
    assert_int_equal(app_due_ms(ALICE_SIDE->app), UINT64_MAX);
    buffer_fini(&before);
}

static void a_declined_rotation_comes_again_after_a_restart(void **state)
{
    struct buffer before;
    (void)state;
    begin_rotation(&before);
    server_decline_uploads(fixture.server, 0);
    side_restart(ALICE_SIDE, NULL);
    side_connect(ALICE_SIDE);
    fixture_settle(&fixture);
    assert_true(is_rotated(&before));
    buffer_fini(&before);
}

static void a_rotation_that_was_lost_comes_again(void **state)
{
    struct buffer before;
    (void)state;
    begin();
    buffer_init(&before, 65536);
    assert_int_equal(
        server_bundle_take(fixture.server, ALICE_SIDE->account, ONE_TIME_NONE, &before), OK);
    assert_int_equal(app_rotate(ALICE_SIDE->app), OK);
    come_back(ALICE_SIDE);
    assert_true(is_rotated(&before));
    buffer_fini(&before);
}

static void a_declined_refill_comes_again_after_a_pause(void **state)
{
    struct buffer taken;
    (void)state;
    begin();
    server_decline_uploads(fixture.server, 100);
    while (keys_left()) {
        buffer_init(&taken, 65536);
        assert_int_equal(
            server_bundle_take(fixture.server, ALICE_SIDE->account, ONE_TIME_OLDEST, &taken), OK);
        buffer_fini(&taken);
    }
    fixture_settle(&fixture);
    server_decline_uploads(fixture.server, 0);
    assert_int_equal(keys_left(), 0);
    assert_true(fixture_wait(&fixture));
    assert_true(keys_left() > 0);
}

static void an_upload_without_an_answer_comes_again(void **state)
{
    (void)state;
    begin();
    server_hold(fixture.server, SERVER_HOLDS_UPLOADS);
    assert_int_equal(app_rotate(ALICE_SIDE->app), OK);
    fixture_settle(&fixture);
    assert_true(fixture_wait(&fixture)); /* the deadline begins at the next tick */
    assert_int_equal(app_due_ms(ALICE_SIDE->app) - fixture.now_ms,
                     fixture.profile.handshake_timeout_ms);
    assert_true(fixture_wait(&fixture));
    assert_int_equal(app_due_ms(ALICE_SIDE->app) - fixture.now_ms,
                     fixture.profile.reconnect_first_ms);
    assert_true(fixture_wait(&fixture));
    release();
    assert_int_equal(app_due_ms(ALICE_SIDE->app), UINT64_MAX);
}

#define ROW(test) cmocka_unit_test_teardown(test, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(what_is_said_before_success_goes_out_once),
        ROW(what_is_said_before_the_upload_is_answered_goes_out_at_once),
        ROW(texts_that_wait_for_keys_outlive_a_restart),
        ROW(texts_that_wait_have_keys_asked_for_once),
        ROW(a_session_that_the_peer_begins_changes_no_order),
        ROW(each_text_that_waited_in_vain_is_told),
        ROW(an_order_to_prepare_waits_for_a_connection),
        ROW(a_declined_rotation_comes_again_after_a_pause),
        ROW(a_declined_rotation_comes_again_after_a_restart),
        ROW(a_rotation_that_was_lost_comes_again),
        ROW(a_declined_refill_comes_again_after_a_pause),
        ROW(an_upload_without_an_answer_comes_again),
    };
    return cmocka_run_group_tests_name("what waits in an app", tests, NULL, NULL);
}
