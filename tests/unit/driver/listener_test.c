/* The gatekeeper's sockets: real connections of the loopback, and how each of them may end. */
#include "driver/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON_MS 200u
#define PATIENCE_MS 5000u
#define DESCRIPTORS 48u

struct room {
    struct wire_profile profile;
    struct random random;
    struct server *gate;
    struct listener *listener;
    struct server_connection *connection; /* the last one opened */
    unsigned opened, ended, unreadable;
};

static uint64_t unix_now(void *context)
{
    (void)context;
    return 1800000000;
}

static void happened(void *context, const struct server_event *e)
{
    struct room *r = context;
    r->opened += e->what == SERVER_OPENED;
    r->ended += e->what == SERVER_ENDED;
    r->unreadable += e->what == SERVER_UNREADABLE;
    if (e->what == SERVER_OPENED)
        r->connection = e->connection;
}

static int set_up(void **state)
{
    static struct room r;
    r = (struct room){0};
    profile_defaults(&r.profile);
    assert_int_equal(random_init(&r.random, bytes_of_text("door"), "door"), OK);
    const struct server_options gate = {.profile = &r.profile,
                                        .random = &r.random,
                                        .unix_now = unix_now,
                                        .observer = {.happened = happened, .context = &r}};
    assert_int_equal(server_new(&gate, &r.gate), OK);
    const struct listener_options options = {.server = r.gate, .clock = clock_monotonic()};
    assert_int_equal(listener_open(&options, &r.listener), OK);
    *state = &r;
    return 0;
}

static int tear_down(void **state)
{
    struct room *r = *state;
    listener_close(r->listener);
    server_free(r->gate);
    return 0;
}

static uint64_t now_ms(void) { return clock_now_ms(clock_monotonic()); }

static int dial(const struct room *r)
{
    const struct timeval patience = {PATIENCE_MS / 1000, 0};
    struct sockaddr_in where = {.sin_family = AF_INET,
                                .sin_port = htons(listener_port(r->listener))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&where, sizeof(where)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void run(struct room *r)
{
    enum status st = listener_run(r->listener, NULL, NULL, now_ms() + SOON_MS);
    assert_true(st == OK || st == E_TIMEOUT);
}

static bool has_opened_two(void *context) { return ((struct room *)context)->opened >= 2; }
static bool has_ended(void *context) { return ((struct room *)context)->ended >= 1; }
static bool has_failed(void *context) { return ((struct room *)context)->unreadable >= 1; }

static void until(struct room *r, bool (*is_enough)(void *context))
{
    assert_int_equal(listener_run(r->listener, is_enough, r, now_ms() + PATIENCE_MS), OK);
}

/* ---- tests */

static void connections_are_counted(void **state)
{
    struct room *r = *state;
    int a = dial(r), b = dial(r);
    until(r, has_opened_two);
    assert_int_equal(listener_accepted(r->listener), 2);
    assert_int_equal(listener_open_connections(r->listener), 2);
    close(a);
    until(r, has_ended);
    assert_int_equal(listener_accepted(r->listener), 2);
    assert_int_equal(listener_open_connections(r->listener), 1);
    close(b);
}

static void nothing_to_do_ends_at_the_deadline(void **state)
{
    struct room *r = *state;
    uint64_t began = now_ms();
    assert_int_equal(listener_run(r->listener, has_ended, r, began + 60), E_TIMEOUT);
    assert_true(now_ms() - began >= 60 && now_ms() - began < PATIENCE_MS);
}

static void a_line_that_fails_is_closed(void **state)
{
    struct room *r = *state;
    char byte;
    int fd = dial(r);
    assert_int_equal(send(fd, "\0\0\0", 3, MSG_NOSIGNAL), 3);
    until(r, has_failed);
    run(r);
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    assert_int_equal(listener_open_connections(r->listener), 0);
    close(fd);
}

static void end_of(struct room *r, enum server_end how, ssize_t *out_n, int *out_errno)
{
    char byte;
    int fd = dial(r);
    run(r);
    assert_non_null(r->connection);
    server_connection_hang_up(r->connection, how);
    run(r);
    *out_n = recv(fd, &byte, 1, 0);
    *out_errno = *out_n < 0 ? errno : 0;
    close(fd);
}

static void a_close_is_a_close(void **state)
{
    ssize_t n;
    int error;
    end_of(*state, SERVER_CLOSES, &n, &error);
    assert_int_equal(n, 0);
    assert_int_equal(listener_open_connections(((struct room *)*state)->listener), 0);
}

static void a_reset_is_a_reset(void **state)
{
    ssize_t n;
    int error;
    end_of(*state, SERVER_RESETS, &n, &error);
    assert_int_equal(n, -1);
    assert_int_equal(error, ECONNRESET);
}

static void a_half_close_still_listens(void **state)
{
    struct room *r = *state;
    ssize_t n;
    int error;
    end_of(r, SERVER_HALF_CLOSES, &n, &error);
    assert_int_equal(n, 0);
    assert_int_equal(listener_open_connections(r->listener), 1); /* until the client closes */
    run(r);
    assert_int_equal(listener_open_connections(r->listener), 0);
}

static void bytes_are_written_before_the_end(void **state)
{
    struct room *r = *state;
    char bytes[16] = {0};
    int fd = dial(r);
    run(r);
    assert_int_equal(buffer_append_text(server_connection_output(r->connection), "farewell"), OK);
    server_connection_hang_up(r->connection, SERVER_CLOSES);
    run(r);
    assert_int_equal(recv(fd, bytes, sizeof(bytes), MSG_WAITALL), 8);
    assert_string_equal(bytes, "farewell");
    close(fd);
}

static void a_door_that_does_not_listen_refuses(void **state)
{
    struct room *r = *state;
    uint16_t port = listener_port(r->listener);
    assert_int_equal(listener_set_listening(r->listener, false), OK);
    assert_int_equal(dial(r), -1);
    assert_int_equal(listener_set_listening(r->listener, true), OK);
    assert_int_equal(listener_port(r->listener), port);
    int fd = dial(r);
    assert_true(fd >= 0);
    close(fd);
}

static void more_dials_than_descriptors_are_hung_up_on(void **state)
{
    struct room *r = *state;
    struct rlimit before, few;
    int fds[DESCRIPTORS];
    size_t n = 0;
    char byte;
    for (; n < DESCRIPTORS; n++)
        fds[n] = dial(r); /* the backlog holds them */
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = (rlim_t)fds[DESCRIPTORS - 1] + 1 + DESCRIPTORS / 2;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    run(r);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    size_t open = listener_open_connections(r->listener);
    assert_in_range(open, DESCRIPTORS / 2 - 4, DESCRIPTORS / 2);
    assert_int_equal(recv(fds[DESCRIPTORS - 1], &byte, 1, 0), 0); /* hung up on, not left waiting */
    assert_int_equal(recv(fds[0], &byte, 1, MSG_DONTWAIT), -1);   /* and this one is served */
    assert_int_equal(errno, EAGAIN);
    for (size_t i = 0; i < n; i++)
        close(fds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(connections_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_to_do_ends_at_the_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_fails_is_closed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_close_is_a_close, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reset_is_a_reset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_half_close_still_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_are_written_before_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_door_that_does_not_listen_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_dials_than_descriptors_are_hung_up_on, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("door", tests, NULL, NULL);
}
