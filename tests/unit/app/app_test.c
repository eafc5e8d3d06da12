/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The app against the server: what docs/wire.md asks of a client. */
#include "app_fixture.h"

#include <stdio.h>
#include <string.h>

static struct fixture fixture;
#define ALICE_SIDE (&fixture.sides[0])
#define BOB_SIDE (&fixture.sides[1])

static void begin(bool is_observed)
{
    fixture_init(&fixture, is_observed, NULL);
    side_connect(ALICE_SIDE);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
}

static void begin_talking(void)
{
    begin(false);
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

static void is_connected_and_nothing_was_odd(void)
{
    for (size_t i = 0; i < N_SIDES; i++) {
        assert_int_equal(fixture.sides[i].told[CONNECTED], 1);
        assert_int_equal(fixture.sides[i].dials, 1);
        assert_non_null(server_account_connection(fixture.server, fixture.sides[i].account));
        assert_int_equal(server_one_time_keys_left(fixture.server, fixture.sides[i].account), 12);
    }
    assert_int_equal(fixture.unreadable + fixture.n_refused, 0);
}

static void connects_and_publishes_under_the_public_profile(void **state)
{
    (void)state;
    begin(false);
    is_connected_and_nothing_was_odd();
}

static void connects_and_publishes_under_the_observed_profile(void **state)
{
    (void)state;
    begin(true);
    is_connected_and_nothing_was_odd();
}

static void messages_go_both_ways_and_are_acked_and_received(void **state)
{
    (void)state;
    begin_talking();
    for (size_t i = 0; i < N_SIDES; i++) {
        assert_int_equal(fixture.sides[i].told[SENT], 1);
        assert_int_equal(fixture.sides[i].told[DELIVERED], 1);
        assert_int_equal(server_waiting(fixture.server, fixture.sides[i].account), 0);
    }
}

static void what_waited_while_away_is_shown_in_order_and_once(void **state)
{
    (void)state;
    begin_talking();
    app_disconnect(BOB_SIDE->app);
    fixture_settle(&fixture);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    side_say(ALICE_SIDE, BOB_SIDE, "three");
    fixture_settle(&fixture);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "hello|one|two|three|");
    side_lose(BOB_SIDE);
    while (BOB_SIDE->told[CONNECTED] < 3)
        assert_true(fixture_wait(&fixture));
    assert_string_equal(BOB_SIDE->shown, "hello|one|two|three|");
}

static void what_was_not_acked_goes_again_and_is_shown_once(void **state)
{
    (void)state;
    begin_talking();
    fixture.is_lossy = true;
    side_say(ALICE_SIDE, BOB_SIDE, "lost");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "hello|");
    fixture.is_lossy = false;
    side_lose(ALICE_SIDE);
    assert_true(fixture_wait(&fixture));
    assert_string_equal(BOB_SIDE->shown, "hello|lost|");
    assert_int_equal(ALICE_SIDE->told[SENT], 2);
}

static void what_was_shown_and_not_acked_is_not_shown_again(void **state)
{
    (void)state;
    begin_talking();
    side_say(ALICE_SIDE, BOB_SIDE, "once");
    side_pass_up(ALICE_SIDE);
    fixture.is_lossy = true; /* shown, but its ack is lost */
    fixture_settle(&fixture);
    fixture.is_lossy = false;
    assert_string_equal(BOB_SIDE->shown, "hello|once|");
    assert_int_equal(server_waiting(fixture.server, BOB_SIDE->account), 1);
    side_restart(BOB_SIDE, NULL);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "hello|once|");
    assert_int_equal(server_waiting(fixture.server, BOB_SIDE->account), 0);
}

static void a_restart_loses_nothing_and_shows_nothing_twice(void **state)
{
    (void)state;
    begin_talking();
    side_restart(BOB_SIDE, NULL);
    side_say(ALICE_SIDE, BOB_SIDE, "while restarting");
    fixture_settle(&fixture);
    side_connect(BOB_SIDE);
    fixture_settle(&fixture);
    side_say(BOB_SIDE, ALICE_SIDE, "back");
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "hello|while restarting|");
    assert_string_equal(ALICE_SIDE->shown, "hello yourself|back|");
    assert_int_equal(ALICE_SIDE->told[REFUSED] + BOB_SIDE->told[REFUSED], 0);
}

static void a_restart_keeps_what_was_sent_and_not_acked(void **state)
{
    (void)state;
    begin_talking();
    fixture.is_lossy = true;
    side_say(ALICE_SIDE, BOB_SIDE, "kept");
    fixture_settle(&fixture);
    fixture.is_lossy = false;
    side_restart(ALICE_SIDE, NULL);
    side_connect(ALICE_SIDE);
    fixture_settle(&fixture);
    assert_string_equal(BOB_SIDE->shown, "hello|kept|");
}

static void what_is_said_while_away_goes_when_it_is_back(void **state)
{
    (void)state;
    begin_talking();
    side_lose(ALICE_SIDE);
    side_say(ALICE_SIDE, BOB_SIDE, "later");
    assert_true(fixture_wait(&fixture));
    assert_string_equal(BOB_SIDE->shown, "hello|later|");
}

static void keys_that_never_come_are_a_failure_that_is_told(void **state)
{
    (void)state;
    begin(false);
    fixture.is_lossy = true;
    side_say(ALICE_SIDE, BOB_SIDE, "nobody hears this");
    fixture_settle(&fixture);
    assert_true(fixture_wait(&fixture)); /* the deadline of a fetch begins at the next tick */
    assert_int_equal(ALICE_SIDE->told[FAILED], 0);
    assert_int_equal(app_due_ms(ALICE_SIDE->app) - fixture.now_ms,
                     fixture.profile.handshake_timeout_ms);
    assert_true(fixture_wait(&fixture));
    assert_int_equal(ALICE_SIDE->told[FAILED], 1);
}

static void comes_back_later_and_later_up_to_the_profiles_most(void **state)
{
    (void)state;
    begin(false);
    app_disconnect(BOB_SIDE->app);
    fixture_settle(&fixture);
    fixture.refuses_dials = true;
    side_lose(ALICE_SIDE);
    uint64_t pause = fixture.profile.reconnect_first_ms;
    for (int i = 0; i < 12; i++) {
        assert_int_equal(app_due_ms(ALICE_SIDE->app) - fixture.now_ms, pause);
        assert_false(app_wants_dial(ALICE_SIDE->app, fixture.now_ms + pause - 1));
        assert_true(fixture_wait(&fixture));
        pause = pause * 2 > fixture.profile.reconnect_most_ms ? fixture.profile.reconnect_most_ms
                                                              : pause * 2;
    }
    assert_int_equal(ALICE_SIDE->dials, 13);
    fixture.refuses_dials = false;
    assert_true(fixture_wait(&fixture));
    side_lose(ALICE_SIDE);
    assert_int_equal(app_due_ms(ALICE_SIDE->app) - fixture.now_ms,
                     fixture.profile.reconnect_first_ms);
}

#define STREAM "<stream:error xmlns:stream=\"http://etherx.jabber.org/streams\" "

static void push(struct side *s, const char *document)
{
    struct server_connection *connection = server_account_connection(fixture.server, s->account);
    assert_non_null(connection);
    assert_int_equal(server_connection_push(connection, bytes_of_text(document), NULL), OK);
    fixture_settle(&fixture);
}

static void comes_back_at_once_when_it_is_asked_to(void **state)
{
    (void)state;
    begin(false);
    push(ALICE_SIDE, STREAM "code=\"515\"/>");
    assert_int_equal(ALICE_SIDE->told[CONNECTED], 2);
    assert_int_equal(ALICE_SIDE->told[GAVE_UP], 0);
}

static void gives_up_when_it_is_not_authorised(void **state)
{
    (void)state;
    begin(false);
    push(ALICE_SIDE, STREAM "code=\"401\"/>");
    assert_int_equal(ALICE_SIDE->told[GAVE_UP], 1);
    assert_false(fixture_wait(&fixture));
    assert_int_equal(ALICE_SIDE->dials, 1);
}

static void gives_up_when_it_was_replaced(void **state)
{
    (void)state;
    begin(false);
    push(ALICE_SIDE, STREAM "><conflict xmlns=\"\" type=\"replaced\"/></stream:error>");
    assert_int_equal(ALICE_SIDE->told[GAVE_UP], 1);
    assert_false(fixture_wait(&fixture));
}

static void what_did_not_decrypt_is_asked_for_again_and_arrives(void **state)
{
    (void)state;
    begin_talking();
    party_forget(app_party(BOB_SIDE->app), (struct address){"alice", 1});
    side_say(ALICE_SIDE, BOB_SIDE, "again please");
    fixture_settle(&fixture);
    assert_int_equal(BOB_SIDE->told[REFUSED] > 0, true);
    assert_string_equal(BOB_SIDE->shown, "hello|again please|");
}

static void push_receipt(struct side *s, const char *name, uint32_t device)
{
    char document[256];
    snprintf(document, sizeof(document), "<receipt id=\"M-1\" from=\"%s:%u@%s\"/>", name, device,
             fixture.profile.stanza_user_domain);
    push(s, document);
}

/* docs/wire.md, What a client answers. */
static void receipts_are_told_when_they_are_the_addressees(void **state)
{
    (void)state;
    begin_talking();
    assert_int_equal(ALICE_SIDE->told[DELIVERED], 1);
    push_receipt(ALICE_SIDE, "mallory", 1);
    push_receipt(ALICE_SIDE, "Bob", 1);
    push_receipt(ALICE_SIDE, "bob", 2);
    assert_int_equal(ALICE_SIDE->told[DELIVERED], 1);
    push_receipt(ALICE_SIDE, "bob", 1);
    assert_int_equal(ALICE_SIDE->told[DELIVERED], 2);
}

static void takes_a_sound_certificate_chain_and_no_other(void **state)
{
    (void)state;
    for (unsigned b = 0; b == 0 || word_at(&certificate_words, b); b++) {
        bool is_sound = b == 0 || word_at(&certificate_words, b)->is_tolerated;
        fixture_init(&fixture, false, NULL);
        server_set_certificate_mutation(fixture.server, b);
        side_connect(ALICE_SIDE);
        fixture_settle(&fixture);
        if ((ALICE_SIDE->told[CONNECTED] == 1) != is_sound)
            fail_msg("certificate %s", b ? word_name(&certificate_words, b) : "honest");
        if (word_at(&certificate_words, b + 1))
            fixture_fini(&fixture);
    }
}

#define ROW(test) cmocka_unit_test_teardown(test, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(connects_and_publishes_under_the_public_profile),
        ROW(connects_and_publishes_under_the_observed_profile),
        ROW(messages_go_both_ways_and_are_acked_and_received),
        ROW(what_waited_while_away_is_shown_in_order_and_once),
        ROW(what_was_not_acked_goes_again_and_is_shown_once),
        ROW(what_was_shown_and_not_acked_is_not_shown_again),
        ROW(a_restart_loses_nothing_and_shows_nothing_twice),
        ROW(a_restart_keeps_what_was_sent_and_not_acked),
        ROW(what_is_said_while_away_goes_when_it_is_back),
        ROW(keys_that_never_come_are_a_failure_that_is_told),
        ROW(comes_back_later_and_later_up_to_the_profiles_most),
        ROW(comes_back_at_once_when_it_is_asked_to),
        ROW(gives_up_when_it_is_not_authorised),
        ROW(gives_up_when_it_was_replaced),
        ROW(what_did_not_decrypt_is_asked_for_again_and_arrives),
        ROW(receipts_are_told_when_they_are_the_addressees),
        ROW(takes_a_sound_certificate_chain_and_no_other),
    };
    return cmocka_run_group_tests_name("app", tests, NULL, NULL);
}
