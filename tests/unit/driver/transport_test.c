/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real socket and real processes: frames arrive whole, kinds of ends are told apart, and children
 * inherit nothing. */
#include "driver/transport.h"
#include "support/rows.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define PATIENCE_MS 10000u

struct fixture {
    struct transport t;
    struct buffer in;
    struct buffer detail;
};

static int set_up(void **state)
{
    struct fixture *f = (struct fixture *)calloc(1, sizeof(*f));
    if (!f)
        return -1;
    buffer_init(&f->in, TRANSPORT_FRAME_MAX);
    buffer_init(&f->detail, 2 * TRANSPORT_STDERR_MAX);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    transport_close(&f->t);
    buffer_fini(&f->in);
    buffer_fini(&f->detail);
    free(f);
    return 0;
}

static void run(struct fixture *f, const char *command)
{
    struct target_address a = {.kind = TARGET_EXEC, .text = "exec:", .command = command};
    assert_int_equal(transport_open(&a, clock_monotonic(), PATIENCE_MS, &f->t, &f->detail), OK);
}

static enum status send_bytes(struct fixture *f, struct bytes payload)
{
    return f->t.ops->send(f->t.context, payload, PATIENCE_MS);
}

static enum status receive(struct fixture *f)
{
    return f->t.ops->receive(f->t.context, &f->in, PATIENCE_MS);
}

static void assert_echoes(struct fixture *f, size_t len)
{
    uint8_t *payload = (uint8_t *)malloc(len + 1);
    assert_non_null(payload);
    for (size_t i = 0; i < len; i++)
        payload[i] = (uint8_t)(i * 7);
    assert_int_equal(send_bytes(f, bytes_of(payload, len)), OK);
    assert_int_equal(receive(f), OK);
    assert_true(bytes_equal(buffer_bytes(&f->in), bytes_of(payload, len)));
    free(payload);
}

static void frames_of_all_sizes_cross(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    run(f, "cat");
    assert_echoes(f, 0);
    assert_echoes(f, 1);
    assert_echoes(f, 70000);
    assert_echoes(f, TRANSPORT_FRAME_MAX); /* cat writes while we still write */
    assert_false(transport_has_unasked(&f->t));
}

static void a_frame_too_long_is_not_sent(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    uint8_t *payload = (uint8_t *)calloc(1, TRANSPORT_FRAME_MAX + 1);
    assert_non_null(payload);
    run(f, "cat");
    assert_int_equal(send_bytes(f, bytes_of(payload, TRANSPORT_FRAME_MAX + 1)), E_LIMIT);
    free(payload);
    assert_echoes(f, 3);
}

static void no_deadline_is_no_overflow(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    run(f, "cat");
    assert_int_equal(f->t.ops->send(f->t.context, bytes_of("x", 1), UINT64_MAX), OK);
    assert_int_equal(f->t.ops->receive(f->t.context, &f->in, UINT64_MAX), OK);
}

static void two_frames_at_once_are_two(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    run(f, "printf '\\000\\000\\000\\001a\\000\\000\\000\\002bc'; cat");
    assert_int_equal(receive(f), OK);
    assert_string_equal(buffer_text(&f->in), "a");
    assert_true(transport_has_unasked(&f->t));
    assert_int_equal(receive(f), OK);
    assert_string_equal(buffer_text(&f->in), "bc");
}

/* Without SIGPIPE: it would end this program. */
static void sending_to_nobody_is_told(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    run(f, "exit 0");
    assert_int_equal(receive(f), E_CLOSED);
    assert_int_equal(send_bytes(f, bytes_of("x", 1)), E_CLOSED);
}

/* ---- ends */

struct ending {
    const char *name;
    const char *command;
    const char *starts; /* of the detail */
    const char *holds;  /* somewhere in it */
};

static const struct ending endings[] = {
    {"a command that is not there", "/no/such/adapter", "exit code 127", "not found"},
    {"a program killed by a signal", "sh -c 'kill -SEGV $$'", "signal 11 (SIGSEGV)", ""},
    {"a child of the shell killed by a signal", "sh -c 'kill -ABRT $$'; exit $?",
     "exit code 134, by the shell's count signal 6 (SIGABRT)", ""},
    {"leading assignments and a builtin", "CODE=5; exit $CODE", "exit code 5", ""},
    {"the end of a long complaint", "head -c 100000 /dev/zero | tr '\\0' x >&2; echo LAST >&2",
     "exit code 0", "xxxxx"},
};

/* The row of the running test, set by its set_up: cmocka passes the fixture in its place. */
static const struct ending *ending_of_test;

static int set_up_ending(void **state)
{
    ending_of_test = (const struct ending *)*state;
    return set_up(state);
}

static void is_told(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    const struct ending *e = ending_of_test;
    run(f, e->command);
    assert_int_equal(receive(f), E_CLOSED);
    assert_int_equal(f->t.ops->ending(f->t.context, &f->detail), SEEN_DEATH);
    const char *text = buffer_text(&f->detail);
    assert_int_equal(strncmp(text, e->starts, strlen(e->starts)), 0);
    assert_non_null(strstr(text, e->holds));
    assert_true(strlen(text) <= TRANSPORT_STDERR_MAX + 64);
}

static void a_short_detail_keeps_the_last_words(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct buffer small;
    buffer_init(&small, 32);
    run(f, "echo many words, and then the LAST >&2; exit 3");
    assert_int_equal(receive(f), E_CLOSED);
    assert_int_equal(f->t.ops->ending(f->t.context, &small), SEEN_DEATH);
    assert_string_equal(buffer_text(&small), "exit code 3\ns, and then the LAST");
    buffer_fini(&small);
}

/* ---- what a child gets */

/* The descriptors of a child of ours, one on each line; the last is ls's own. */
static void assert_child_has_only_its_three(struct fixture *f)
{
    run(f, "ls /proc/self/fd >&2");
    assert_int_equal(receive(f), E_CLOSED);
    assert_int_equal(f->t.ops->ending(f->t.context, &f->detail), SEEN_DEATH);
    assert_string_equal(buffer_text(&f->detail), "exit code 0\n0\n1\n2\n3");
}

static void a_child_does_not_get_another_targets_socket(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    struct fixture other = {.t = {NULL, NULL}};
    run(&other, "cat");
    int careless = open("/dev/null", O_RDONLY); /* without O_CLOEXEC, as some library might */
    assert_child_has_only_its_three(f);
    close(careless);
    transport_close(&other.t);
}

static void a_child_works_when_we_have_no_standard_input(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    int kept = dup(0);
    close(0);
    run(f, "cat");
    assert_echoes(f, 10);
    transport_close(&f->t);
    assert_true(dup2(kept, 0) == 0);
    close(kept);
}

/* ---- CPU time */

static void cpu_time_of_a_process_and_its_children_is_counted(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    run(f, "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exec cat'; exit");
    assert_echoes(f, 1);
    assert_true(transport_cpu_us(&f->t) >= 10000);
}

static void cpu_time_of_nothing_is_nothing(void **state)
{
    struct fixture *f = (struct fixture *)*state;
    assert_int_equal(transport_cpu_us(&f->t), 0);
}

/* ---- not reachable */

static void assert_unreachable(struct fixture *f, const struct target_address *a, const char *why)
{
    assert_int_equal(transport_open(a, clock_monotonic(), PATIENCE_MS, &f->t, &f->detail), E_IO);
    assert_null(f->t.ops);
    assert_non_null(strstr(buffer_text(&f->detail), a->text));
    assert_non_null(strstr(buffer_text(&f->detail), why));
}

static void a_unix_socket_that_is_not_there(void **state)
{
    struct target_address a = {
        .kind = TARGET_UNIX, .text = "unix:/no/such/socket", .path = "/no/such/socket"};
    assert_unreachable((struct fixture *)*state, &a, "No such file");
}

static void a_port_nobody_listens_on(void **state)
{
    struct target_address a = {
        .kind = TARGET_TCP, .text = "tcp:127.0.0.1:1", .host = "127.0.0.1", .port = "1"};
    assert_unreachable((struct fixture *)*state, &a, "refused");
}

static void an_address_not_given(void **state)
{
    struct target_address a = {.kind = TARGET_NONE, .text = "nothing"};
    assert_unreachable((struct fixture *)*state, &a, "no address");
}

static const struct CMUnitTest written[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    TEST(frames_of_all_sizes_cross),
    TEST(a_frame_too_long_is_not_sent),
    TEST(no_deadline_is_no_overflow),
    TEST(two_frames_at_once_are_two),
    TEST(sending_to_nobody_is_told),
    TEST(a_short_detail_keeps_the_last_words),
    TEST(a_child_does_not_get_another_targets_socket),
    TEST(a_child_works_when_we_have_no_standard_input),
    TEST(cpu_time_of_a_process_and_its_children_is_counted),
    TEST(cpu_time_of_nothing_is_nothing),
    TEST(a_unix_socket_that_is_not_there),
    TEST(a_port_nobody_listens_on),
    TEST(an_address_not_given),
};

int main(void)
{
    static struct CMUnitTest tests[COUNT(endings) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS_BETWEEN(tests, n, endings, name, is_told, set_up_ending, tear_down);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("transport", tests, COUNT(tests), NULL, NULL);
}
