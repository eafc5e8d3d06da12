/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The example adapters of docs/examples do what docs/adapter.md says of them.
 *
 *   target_example_test PROBE COMMAND    COMMAND is the adapter; when the shell's PROBE fails, what
 * it needs is not installed here, and the test is skipped with code 77
 */
#include "driver/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define PATIENCE_MS 30000u /* an interpreter starting on a busy machine */
#define SKIPPED 77
#define OPAQUE 15u

enum reason { MALFORMED = 1, AUTHENTICATION = 3, DUPLICATE = 4, NO_SESSION = 9 };

struct fixture {
    const char *command;
    struct driver *driver;
    struct arena arena;
    struct buffer detail;
    struct answer answer;
};

static const struct target_conversation to_bob = {.party = "alice", .peer = {"bob", 1}};
static const struct target_conversation at_bob = {.party = "bob", .peer = {"alice", 1}};

static void expect(struct fixture *f, enum status st, enum seen seen)
{
    assert_int_equal(st, OK);
    if (f->answer.seen != seen)
        fail_msg("seen %s (%s), wanted %s", seen_name(f->answer.seen), f->answer.detail,
                 seen_name(seen));
}

static void create(struct fixture *f, const char *name)
{
    struct address self = {name, 1};
    expect(f, driver_create_party(f->driver, name, self, NULL, &f->arena, &f->answer), SEEN_DONE);
}

static struct bytes seal(struct fixture *f, struct bytes plaintext)
{
    expect(f, driver_seal(f->driver, &to_bob, plaintext, &f->arena, &f->answer), SEEN_DONE);
    assert_int_equal(f->answer.kind, OPAQUE);
    return f->answer.body;
}

static void open_as(struct fixture *f, struct bytes body, enum seen seen)
{
    expect(f, driver_open_message(f->driver, &at_bob, OPAQUE, body, &f->arena, &f->answer), seen);
}

/* Makes Alice and Bob, and a session from Alice to Bob. */
static int set_up(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct driver_options options = {.clock = clock_monotonic(), .timeout_ms = PATIENCE_MS};
    struct target_profile profile;
    options.address =
        (struct target_address){.kind = TARGET_EXEC, .text = f->command, .command = f->command};
    arena_init(&f->arena, 64 * 1024 * 1024);
    buffer_init(&f->detail, 1024);
    assert_int_equal(driver_open(&options, &f->driver, &f->detail), OK);
    expect(f, driver_hello(f->driver, "test", &f->arena, &profile, &f->answer), SEEN_DONE);
    assert_string_equal(profile.protocol, "toy");
    assert_string_equal(profile.surfaces[0], "library");
    expect(f, driver_reset(f->driver, bytes_of_text("seed"), &f->arena, &f->answer), SEEN_DONE);
    create(f, "alice");
    create(f, "bob");
    return 0;
}

static void start(struct fixture *f)
{
    expect(f, driver_get_bundle(f->driver, "bob", false, false, &f->arena, &f->answer), SEEN_DONE);
    assert_int_equal(f->answer.kind, OPAQUE);
    expect(f,
           driver_start_session(f->driver, "alice", to_bob.peer, OPAQUE, f->answer.body, &f->arena,
                                &f->answer),
           SEEN_DONE);
}

static int tear_down(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    driver_close(f->driver);
    f->driver = NULL;
    buffer_fini(&f->detail);
    arena_fini(&f->arena);
    return 0;
}

static void an_honest_message_opens(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct bytes plaintext = bytes_of_text("twenty-four bytes of it.");
    start(f);
    open_as(f, seal(f, plaintext), SEEN_NOTHING_YET);
    assert_true(bytes_equal(f->answer.body, plaintext));
}

static void an_empty_and_a_long_message_open(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    uint8_t *data = (uint8_t *)calloc(1, 1024 * 1024);
    assert_non_null(data);
    start(f);
    open_as(f, seal(f, bytes_of(data, 0)), SEEN_NOTHING_YET);
    assert_int_equal(f->answer.body.len, 0);
    open_as(f, seal(f, bytes_of(data, 1024 * 1024)), SEEN_NOTHING_YET);
    assert_true(bytes_equal(f->answer.body, bytes_of(data, 1024 * 1024)));
    free(data);
}

static void a_forged_message_is_refused_and_costs_nothing(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    start(f);
    struct bytes honest = seal(f, bytes_of_text("hello"));
    uint8_t forged[128];
    assert_true(honest.len < sizeof(forged));
    memcpy(forged, honest.data, honest.len);
    forged[honest.len - 1] ^= 1;
    open_as(f, bytes_of(forged, honest.len), SEEN_REFUSAL);
    assert_int_equal(f->answer.reason, AUTHENTICATION);
    open_as(f, bytes_slice(honest, 0, 10), SEEN_REFUSAL);
    assert_int_equal(f->answer.reason, MALFORMED);
    open_as(f, honest, SEEN_NOTHING_YET);
}

static void a_message_opens_once(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    start(f);
    struct bytes honest = seal(f, bytes_of_text("hello"));
    open_as(f, honest, SEEN_NOTHING_YET);
    open_as(f, honest, SEEN_REFUSAL);
    assert_int_equal(f->answer.reason, DUPLICATE);
}

static void without_a_session_nothing_is_sealed(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    expect(f, driver_seal(f->driver, &to_bob, bytes_of_text("x"), &f->arena, &f->answer),
           SEEN_REFUSAL);
    assert_int_equal(f->answer.reason, NO_SESSION);
}

static void a_bug_is_a_fault_and_no_refusal(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    expect(f, driver_get_bundle(f->driver, "nobody", false, false, &f->arena, &f->answer),
           SEEN_FAULT);
    assert_true(f->answer.detail[0] != 0);
    expect(f, driver_ping(f->driver, &f->arena, &f->answer), SEEN_DONE);
}

static void what_it_does_not_know_is_unsupported(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    expect(f, driver_unknown_operation(f->driver, &f->arena, &f->answer), SEEN_UNSUPPORTED);
    expect(f, driver_snapshot(f->driver, "alice", &f->arena, &f->answer), SEEN_UNSUPPORTED);
}

static void reset_forgets_everybody(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    expect(f, driver_reset(f->driver, bytes_of_text("seed"), &f->arena, &f->answer), SEEN_DONE);
    expect(f, driver_get_bundle(f->driver, "alice", false, false, &f->arena, &f->answer),
           SEEN_FAULT);
}

/* Does the shell's |command| end with exit code 0? */
static bool succeeds(const char *command)
{
    struct target_address a = {.kind = TARGET_EXEC, .text = command, .command = command};
    struct transport t;
    struct buffer in, detail;
    buffer_init(&in, 1024);
    buffer_init(&detail, 1024);
    bool is_fine = !transport_open(&a, clock_monotonic(), PATIENCE_MS, &t, &detail) &&
                   t.ops->receive(t.context, &in, PATIENCE_MS) != OK &&
                   t.ops->ending(t.context, &detail) == SEEN_DEATH &&
                   strncmp(buffer_text(&detail), "exit code 0", 11) == 0;
    transport_close(&t);
    buffer_fini(&in);
    buffer_fini(&detail);
    return is_fine;
}

int main(int argc, char **argv)
{
    static struct fixture f;
#define TEST(name)                                                                                 \
    {                                                                                              \
#name, name, set_up, tear_down, &f                                                         \
    }
    const struct CMUnitTest tests[] = {
        TEST(an_honest_message_opens),
        TEST(an_empty_and_a_long_message_open),
        TEST(a_forged_message_is_refused_and_costs_nothing),
        TEST(a_message_opens_once),
        TEST(without_a_session_nothing_is_sealed),
        TEST(a_bug_is_a_fault_and_no_refusal),
        TEST(what_it_does_not_know_is_unsupported),
        TEST(reset_forgets_everybody),
    };
    if (argc != 3)
        return 64;
    if (!succeeds(argv[1])) {
        printf("skipped: \"%s\" fails here\n", argv[1]);
        return SKIPPED;
    }
    f.command = argv[2];
    return cmocka_run_group_tests_name("example adapter", tests, NULL, NULL);
}
