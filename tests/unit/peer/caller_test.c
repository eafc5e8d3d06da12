/* Assay's own client before its own gatekeeper: what docs/wire.md promises a person. */
#include "caller_world.h"

#include <string.h>

static struct world world;
#define ALICE_SIDE (&world.sides[0])
#define BOB_SIDE (&world.sides[1])

static void begin(bool is_observed)
{
    world_init(&world, is_observed, NULL);
    side_connect(ALICE_SIDE);
    side_connect(BOB_SIDE);
    world_settle(&world);
}

static void begin_talking(void)
{
    begin(false);
    side_say(ALICE_SIDE, BOB_SIDE, "hello");
    world_settle(&world);
    side_say(BOB_SIDE, ALICE_SIDE, "hello yourself");
    world_settle(&world);
    assert_string_equal(BOB_SIDE->shown, "hello|");
    assert_string_equal(ALICE_SIDE->shown, "hello yourself|");
}

static int end(void **state)
{
    (void)state;
    world_fini(&world);
    return 0;
}

static void is_connected_and_nothing_was_odd(void)
{
    for (size_t i = 0; i < N_SIDES; i++) {
        assert_int_equal(world.sides[i].told[CONNECTED], 1);
        assert_int_equal(world.sides[i].dials, 1);
        assert_non_null(gate_account_line(world.gate, world.sides[i].account));
        assert_int_equal(gate_one_time_keys_left(world.gate, world.sides[i].account), 12);
    }
    assert_int_equal(world.unreadable + world.turned_away, 0);
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
        assert_int_equal(world.sides[i].told[SENT], 1);
        assert_int_equal(world.sides[i].told[DELIVERED], 1);
        assert_int_equal(gate_waiting(world.gate, world.sides[i].account), 0);
    }
}

static void what_waited_while_away_is_shown_in_order_and_once(void **state)
{
    (void)state;
    begin_talking();
    caller_disconnect(BOB_SIDE->caller);
    world_settle(&world);
    side_say(ALICE_SIDE, BOB_SIDE, "one");
    side_say(ALICE_SIDE, BOB_SIDE, "two");
    side_say(ALICE_SIDE, BOB_SIDE, "three");
    world_settle(&world);
    side_connect(BOB_SIDE);
    world_settle(&world);
    assert_string_equal(BOB_SIDE->shown, "hello|one|two|three|");
    side_lose(BOB_SIDE);
    while (BOB_SIDE->told[CONNECTED] < 3)
        assert_true(world_wait(&world));
    assert_string_equal(BOB_SIDE->shown, "hello|one|two|three|");
}

static void what_was_not_acked_goes_again_and_is_shown_once(void **state)
{
    (void)state;
    begin_talking();
    world.is_lossy = true;
    side_say(ALICE_SIDE, BOB_SIDE, "lost");
    world_settle(&world);
    assert_string_equal(BOB_SIDE->shown, "hello|");
    world.is_lossy = false;
    side_lose(ALICE_SIDE);
    assert_true(world_wait(&world));
    assert_string_equal(BOB_SIDE->shown, "hello|lost|");
    assert_int_equal(ALICE_SIDE->told[SENT], 2);
}

static void what_was_shown_and_not_acked_is_not_shown_again(void **state)
{
    (void)state;
    begin_talking();
    side_say(ALICE_SIDE, BOB_SIDE, "once");
    side_pass_up(ALICE_SIDE);
    world.is_lossy = true; /* shown, and its ack on the way */
    world_settle(&world);
    world.is_lossy = false;
    assert_string_equal(BOB_SIDE->shown, "hello|once|");
    assert_int_equal(gate_waiting(world.gate, BOB_SIDE->account), 1);
    side_restart(BOB_SIDE, NULL);
    side_connect(BOB_SIDE);
    world_settle(&world);
    assert_string_equal(BOB_SIDE->shown, "hello|once|");
    assert_int_equal(gate_waiting(world.gate, BOB_SIDE->account), 0);
}

static void a_restart_loses_nothing_and_shows_nothing_twice(void **state)
{
    (void)state;
    begin_talking();
    side_restart(BOB_SIDE, NULL);
    side_say(ALICE_SIDE, BOB_SIDE, "while restarting");
    world_settle(&world);
    side_connect(BOB_SIDE);
    world_settle(&world);
    side_say(BOB_SIDE, ALICE_SIDE, "back");
    world_settle(&world);
    assert_string_equal(BOB_SIDE->shown, "hello|while restarting|");
    assert_string_equal(ALICE_SIDE->shown, "hello yourself|back|");
    assert_int_equal(ALICE_SIDE->told[REFUSED] + BOB_SIDE->told[REFUSED], 0);
}

static void a_restart_keeps_what_was_sent_and_not_acked(void **state)
{
    (void)state;
    begin_talking();
    world.is_lossy = true;
    side_say(ALICE_SIDE, BOB_SIDE, "kept");
    world_settle(&world);
    world.is_lossy = false;
    side_restart(ALICE_SIDE, NULL);
    side_connect(ALICE_SIDE);
    world_settle(&world);
    assert_string_equal(BOB_SIDE->shown, "hello|kept|");
}

static void what_is_said_while_away_goes_when_it_is_back(void **state)
{
    (void)state;
    begin_talking();
    side_lose(ALICE_SIDE);
    side_say(ALICE_SIDE, BOB_SIDE, "later");
    assert_true(world_wait(&world));
    assert_string_equal(BOB_SIDE->shown, "hello|later|");
}

static void keys_that_never_come_are_a_failure_that_is_told(void **state)
{
    (void)state;
    begin(false);
    world.is_lossy = true;
    side_say(ALICE_SIDE, BOB_SIDE, "nobody hears this");
    world_settle(&world);
    assert_true(world_wait(&world)); /* orders learn the time from the tick after them */
    assert_int_equal(ALICE_SIDE->told[FAILED], 0);
    assert_int_equal(caller_due_ms(ALICE_SIDE->caller) - world.now_ms,
                     world.profile.handshake_timeout_ms);
    assert_true(world_wait(&world));
    assert_int_equal(ALICE_SIDE->told[FAILED], 1);
}

static void comes_back_later_and_later_up_to_the_profiles_most(void **state)
{
    (void)state;
    begin(false);
    caller_disconnect(BOB_SIDE->caller);
    world_settle(&world);
    world.refuses_dials = true;
    side_lose(ALICE_SIDE);
    uint64_t pause = world.profile.reconnect_first_ms;
    for (int i = 0; i < 12; i++) {
        assert_int_equal(caller_due_ms(ALICE_SIDE->caller) - world.now_ms, pause);
        assert_false(caller_wants_dial(ALICE_SIDE->caller, world.now_ms + pause - 1));
        assert_true(world_wait(&world));
        pause = pause * 2 > world.profile.reconnect_most_ms ? world.profile.reconnect_most_ms
                                                            : pause * 2;
    }
    assert_int_equal(ALICE_SIDE->dials, 13);
    world.refuses_dials = false;
    assert_true(world_wait(&world));
    side_lose(ALICE_SIDE);
    assert_int_equal(caller_due_ms(ALICE_SIDE->caller) - world.now_ms,
                     world.profile.reconnect_first_ms);
}

#define STREAM "<stream:error xmlns:stream=\"http://etherx.jabber.org/streams\" "

static void push(struct side *s, const char *document)
{
    struct gate_line *line = gate_account_line(world.gate, s->account);
    assert_non_null(line);
    assert_int_equal(gate_line_push(line, bytes_of_text(document), NULL), OK);
    world_settle(&world);
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
    assert_false(world_wait(&world));
    assert_int_equal(ALICE_SIDE->dials, 1);
}

static void gives_up_when_it_was_replaced(void **state)
{
    (void)state;
    begin(false);
    push(ALICE_SIDE, STREAM "><conflict xmlns=\"\" type=\"replaced\"/></stream:error>");
    assert_int_equal(ALICE_SIDE->told[GAVE_UP], 1);
    assert_false(world_wait(&world));
}

static void what_did_not_decrypt_is_asked_for_again_and_arrives(void **state)
{
    (void)state;
    begin_talking();
    party_forget(caller_party(BOB_SIDE->caller), (struct address){"alice", 1});
    side_say(ALICE_SIDE, BOB_SIDE, "again please");
    world_settle(&world);
    assert_int_equal(BOB_SIDE->told[REFUSED] > 0, true);
    assert_string_equal(BOB_SIDE->shown, "hello|again please|");
}

static void takes_a_sound_certificate_chain_and_no_other(void **state)
{
    (void)state;
    for (unsigned b = 0; b < N_CERTIFICATE_BEND; b++) {
        bool is_sound = b == CERTIFICATE_HONEST || b == CERTIFICATE_UNKNOWN_FIELDS;
        world_init(&world, false, NULL);
        gate_bend_certificate(world.gate, (enum certificate_bend)b);
        side_connect(ALICE_SIDE);
        world_settle(&world);
        if ((ALICE_SIDE->told[CONNECTED] == 1) != is_sound)
            fail_msg("certificate %s", certificate_bend_name((enum certificate_bend)b));
        if (b + 1 < N_CERTIFICATE_BEND)
            world_fini(&world);
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
        ROW(takes_a_sound_certificate_chain_and_no_other),
    };
    return cmocka_run_group_tests_name("caller", tests, NULL, NULL);
}
