/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tape holds one case's exchange: its digest knows every byte, and played it stands for the
 * target. */
#include "run/tape.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PATIENCE_MS 1000u

static int set_up(void **state)
{
    struct tape *t = test_calloc(1, sizeof(*t));
    tape_init(t);
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    tape_fini(*state);
    test_free(*state);
    return 0;
}

static void add(struct tape *t, enum tape_kind kind, enum seen seen, const char *text)
{
    tape_add(t, kind, seen, bytes_of_text(text));
}

/* Two requests and their replies, then a death. */
static void record(struct tape *t)
{
    struct driver_recorder r = tape_recorder(t);
    r.sent(r.context, bytes_of_text("one"));
    r.received(r.context, bytes_of_text("reply to one"));
    r.sent(r.context, bytes_of_text("two"));
    r.received(r.context, bytes_of_text("reply to two"));
    r.sent(r.context, bytes_of_text("three"));
    r.ended(r.context, SEEN_DEATH, "exit code 3");
}

/* ---- digests */

static void digest(const struct tape *t, uint8_t out[32])
{
    assert_int_equal(tape_digest(t, out), OK);
}

static void equal_tapes_have_equal_digests(void **state)
{
    struct tape *t = *state, other;
    uint8_t a[32], b[32];
    tape_init(&other);
    record(t);
    record(&other);
    digest(t, a);
    digest(&other, b);
    assert_memory_equal(a, b, 32);
    tape_fini(&other);
}

static void the_digest_changes_with_every_bit_of_every_byte(void **state)
{
    struct tape *t = *state;
    uint8_t honest[32], changed[32];
    record(t);
    digest(t, honest);
    for (size_t bit = 0; bit < 8 * t->data.len; bit++) {
        t->data.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        digest(t, changed);
        assert_memory_not_equal(honest, changed, 32);
        t->data.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    digest(t, changed);
    assert_memory_equal(honest, changed, 32);
}

static void the_digest_changes_with_direction_and_ending(void **state)
{
    struct tape *t = *state;
    uint8_t a[32], b[32], c[32], d[32];
    add(t, TAPE_SENT, SEEN_NOTHING_YET, "x");
    digest(t, a);
    tape_clear(t);
    add(t, TAPE_RECEIVED, SEEN_NOTHING_YET, "x");
    digest(t, b);
    tape_clear(t);
    add(t, TAPE_ENDED, SEEN_CLOSE, "x");
    digest(t, c);
    tape_clear(t);
    add(t, TAPE_ENDED, SEEN_DEATH, "x");
    digest(t, d);
    assert_memory_not_equal(a, b, 32);
    assert_memory_not_equal(b, c, 32);
    assert_memory_not_equal(c, d, 32);
}

static void the_digest_changes_with_where_a_frame_ends(void **state)
{
    struct tape *t = *state;
    uint8_t a[32], b[32], c[32];
    add(t, TAPE_SENT, SEEN_NOTHING_YET, "ab");
    add(t, TAPE_SENT, SEEN_NOTHING_YET, "c");
    digest(t, a);
    tape_clear(t);
    add(t, TAPE_SENT, SEEN_NOTHING_YET, "a");
    add(t, TAPE_SENT, SEEN_NOTHING_YET, "bc");
    digest(t, b);
    add(t, TAPE_SENT, SEEN_NOTHING_YET, "");
    digest(t, c);
    assert_memory_not_equal(a, b, 32);
    assert_memory_not_equal(b, c, 32);
}

static void a_cleared_tape_is_as_new(void **state)
{
    struct tape *t = *state;
    uint8_t a[32], b[32];
    digest(t, a);
    record(t);
    tape_clear(t);
    digest(t, b);
    assert_int_equal(t->count, 0);
    assert_memory_equal(a, b, 32);
}

static void a_full_tape_says_so_and_keeps_no_more(void **state)
{
    struct tape *t = *state;
    uint8_t out[32];
    buffer_init(&t->data, 4);
    add(t, TAPE_SENT, SEEN_NOTHING_YET, "abc");
    add(t, TAPE_RECEIVED, SEEN_NOTHING_YET, "de");
    add(t, TAPE_RECEIVED, SEEN_NOTHING_YET, "f");
    assert_int_equal(t->st, E_LIMIT);
    assert_int_equal(t->count, 1);
    assert_int_equal(tape_digest(t, out), E_LIMIT);
}

static void many_entries_are_kept_in_order(void **state)
{
    struct tape *t = *state;
    for (unsigned i = 0; i < 1000; i++) {
        uint8_t byte = (uint8_t)i;
        tape_add(t, TAPE_SENT, SEEN_NOTHING_YET, bytes_of(&byte, 1));
    }
    assert_int_equal(t->count, 1000);
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(tape_bytes(t, &t->entries[i]).data[0], (uint8_t)i);
}

/* ---- playing */

static enum status send_text(struct transport *p, const char *text)
{
    return p->ops->send(p->context, bytes_of_text(text), PATIENCE_MS);
}

static void play(const struct tape *t, struct transport *out)
{
    assert_int_equal(tape_transport(t, out), OK);
}

static void what_was_received_comes_back(void **state)
{
    struct transport p;
    struct buffer in;
    buffer_init(&in, 100);
    record(*state);
    play(*state, &p);
    assert_int_equal(send_text(&p, "one"), OK);
    assert_int_equal(p.ops->receive(p.context, &in, PATIENCE_MS), OK);
    assert_string_equal(buffer_text(&in), "reply to one");
    assert_int_equal(send_text(&p, "two"), OK);
    assert_int_equal(p.ops->receive(p.context, &in, PATIENCE_MS), OK);
    assert_string_equal(buffer_text(&in), "reply to two");
    transport_close(&p);
    buffer_fini(&in);
}

static void a_request_that_differs_is_not_on_the_tape(void **state)
{
    struct transport p;
    record(*state);
    play(*state, &p);
    assert_int_equal(send_text(&p, "onE"), E_PARSE);
    assert_int_equal(send_text(&p, "on"), E_PARSE);
    assert_int_equal(send_text(&p, ""), E_PARSE);
    assert_int_equal(send_text(&p, "one"), OK);
    transport_close(&p);
}

static void a_request_where_a_reply_is_due_is_not_on_the_tape(void **state)
{
    struct transport p;
    struct buffer in;
    buffer_init(&in, 100);
    record(*state);
    play(*state, &p);
    assert_int_equal(p.ops->receive(p.context, &in, PATIENCE_MS), E_PARSE);
    assert_int_equal(send_text(&p, "one"), OK);
    assert_int_equal(send_text(&p, "two"), E_PARSE);
    transport_close(&p);
    buffer_fini(&in);
}

static void past_its_end_a_tape_has_nothing(void **state)
{
    struct transport p;
    struct buffer in;
    buffer_init(&in, 100);
    add(*state, TAPE_SENT, SEEN_NOTHING_YET, "one");
    play(*state, &p);
    assert_int_equal(send_text(&p, "one"), OK);
    assert_int_equal(p.ops->receive(p.context, &in, PATIENCE_MS), E_PARSE);
    assert_int_equal(send_text(&p, "one"), E_PARSE);
    transport_close(&p);
    buffer_fini(&in);
}

/* ---- endings, as a client sees them */

struct ending {
    const char *sentence;
    enum seen seen;
};

static const struct ending endings[] = {
    {"a recorded death is seen as a death", SEEN_DEATH},
    {"a recorded close is seen as a close", SEEN_CLOSE},
    {"a recorded silence is seen as a silence", SEEN_SILENCE},
    {"a recorded frame too long is seen as one", SEEN_OVERSIZE},
    {"a recorded reply to nothing is seen as one", SEEN_OUT_OF_SEQUENCE},
};

/* What Ping's request is on the wire. */
static void record_ping(struct tape *t)
{
    static const uint8_t ping[] = {0x08, 0x01, 0x62, 0x00}; /* seq 1, ping */
    tape_add(t, TAPE_SENT, SEEN_NOTHING_YET, bytes_of(ping, sizeof(ping)));
}

static struct driver *driver_over(const struct tape *t)
{
    struct driver_options options = {.clock = clock_monotonic(), .timeout_ms = PATIENCE_MS};
    struct driver *driver = NULL;
    struct buffer detail;
    buffer_init(&detail, 1024);
    play(t, &options.transport);
    assert_int_equal(driver_open(&options, &driver, &detail), OK);
    buffer_fini(&detail);
    return driver;
}

static void the_ending_is_seen_as_recorded(void **state)
{
    const struct ending *ending = *state;
    struct tape t;
    struct arena arena;
    struct answer answer;
    tape_init(&t);
    arena_init(&arena, 64 * 1024);
    record_ping(&t);
    tape_add(&t, TAPE_ENDED, ending->seen, bytes_of_text("how it ended"));
    struct driver *driver = driver_over(&t);
    assert_int_equal(driver_ping(driver, &arena, &answer), OK);
    assert_string_equal(seen_name(answer.seen), seen_name(ending->seen));
    assert_true(driver_is_broken(driver));
    driver_close(driver);
    arena_fini(&arena);
    tape_fini(&t);
}

static void a_client_that_asks_something_else_is_in_trouble_of_ours(void **state)
{
    struct arena arena;
    struct answer answer;
    arena_init(&arena, 64 * 1024);
    record_ping(*state);
    struct driver *driver = driver_over(*state);
    assert_int_equal(driver_get_bundle(driver, "p", false, false, &arena, &answer), E_PARSE);
    assert_int_equal(answer.seen, SEEN_HARNESS_TROUBLE);
    driver_close(driver);
    arena_fini(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define N_TESTS 12

int main(void)
{
    struct CMUnitTest tests[N_TESTS + COUNT(endings)] = {
        TEST(equal_tapes_have_equal_digests),
        TEST(the_digest_changes_with_every_bit_of_every_byte),
        TEST(the_digest_changes_with_direction_and_ending),
        TEST(the_digest_changes_with_where_a_frame_ends),
        TEST(a_cleared_tape_is_as_new),
        TEST(a_full_tape_says_so_and_keeps_no_more),
        TEST(many_entries_are_kept_in_order),
        TEST(what_was_received_comes_back),
        TEST(a_request_that_differs_is_not_on_the_tape),
        TEST(a_request_where_a_reply_is_due_is_not_on_the_tape),
        TEST(past_its_end_a_tape_has_nothing),
        TEST(a_client_that_asks_something_else_is_in_trouble_of_ours),
    };
    size_t n = N_TESTS;
    ADD_ROWS(tests, n, endings, sentence, the_ending_is_seen_as_recorded);
    return cmocka_run_group_tests_name("tape", tests, NULL, NULL);
}
