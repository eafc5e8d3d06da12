/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's sockets: real connections over loopback, and the ways in which each may end. */
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

struct fixture {
    struct wire_profile profile;
    struct random random;
    struct server *server;
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
    struct fixture *f = context;
    f->opened += e->what == SERVER_OPENED;
    f->ended += e->what == SERVER_ENDED;
    f->unreadable += e->what == SERVER_UNREADABLE;
    if (e->what == SERVER_OPENED)
        f->connection = e->connection;
}

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){0};
    profile_defaults(&f.profile);
    assert_int_equal(random_init(&f.random, bytes_of_text("listener"), "listener"), OK);
    const struct server_options server = {.profile = &f.profile,
                                          .random = &f.random,
                                          .unix_now = unix_now,
                                          .observer = {.happened = happened, .context = &f}};
    assert_int_equal(server_new(&server, &f.server), OK);
    const struct listener_options options = {.server = f.server, .clock = clock_monotonic()};
    assert_int_equal(listener_open(&options, &f.listener), OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    listener_close(f->listener);
    server_free(f->server);
    return 0;
}

static uint64_t now_ms(void) { return clock_now_ms(clock_monotonic()); }

static int dial(const struct fixture *f)
{
    const struct timeval patience = {PATIENCE_MS / 1000, 0};
    struct sockaddr_in where = {.sin_family = AF_INET,
                                .sin_port = htons(listener_port(f->listener))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&where, sizeof(where)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void run(struct fixture *f)
{
    enum status st = listener_run(f->listener, NULL, NULL, now_ms() + SOON_MS);
    assert_true(st == OK || st == E_TIMEOUT);
}

static bool has_opened(void *context) { return ((struct fixture *)context)->opened >= 1; }
static bool has_opened_two(void *context) { return ((struct fixture *)context)->opened >= 2; }
static bool has_ended(void *context) { return ((struct fixture *)context)->ended >= 1; }
static bool has_failed(void *context) { return ((struct fixture *)context)->unreadable >= 1; }

static bool has_none_open(void *context)
{
    return listener_open_connections(((struct fixture *)context)->listener) == 0;
}

static void until(struct fixture *f, bool (*is_enough)(void *context))
{
    assert_int_equal(listener_run(f->listener, is_enough, f, now_ms() + PATIENCE_MS), OK);
}

/* What a client that looks without waiting sees. */
struct look {
    int fd, error; /* 0: |n| bytes came */
    ssize_t n;
};

static bool has_seen_more(void *context)
{
    struct look *look = context;
    char byte;
    look->n = recv(look->fd, &byte, 1, MSG_DONTWAIT);
    look->error = look->n < 0 ? errno : 0;
    return look->error != EAGAIN;
}

/* ---- tests */

static void connections_are_counted(void **state)
{
    struct fixture *f = *state;
    int a = dial(f), b = dial(f);
    until(f, has_opened_two);
    assert_int_equal(listener_accepted(f->listener), 2);
    assert_int_equal(listener_open_connections(f->listener), 2);
    close(a);
    until(f, has_ended);
    assert_int_equal(listener_accepted(f->listener), 2);
    assert_int_equal(listener_open_connections(f->listener), 1);
    close(b);
}

static void nothing_to_do_ends_at_the_deadline(void **state)
{
    struct fixture *f = *state;
    uint64_t began = now_ms();
    assert_int_equal(listener_run(f->listener, has_ended, f, began + 60), E_TIMEOUT);
    assert_true(now_ms() - began >= 60 && now_ms() - began < PATIENCE_MS);
}

static void who_comes_late_finds_what_came_in_time(void **state)
{
    struct fixture *f = *state;
    int fd = dial(f);
    assert_int_equal(listener_run(f->listener, NULL, NULL, now_ms() - 1), E_TIMEOUT);
    assert_int_equal(listener_accepted(f->listener), 1);
    close(fd);
    assert_int_equal(listener_run(f->listener, has_ended, f, now_ms() - 1), OK);
}

static void a_line_that_fails_is_closed(void **state)
{
    struct fixture *f = *state;
    char byte;
    int fd = dial(f);
    assert_int_equal(send(fd, "\0\0\0", 3, MSG_NOSIGNAL), 3);
    until(f, has_failed);
    until(f, has_none_open);
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    assert_int_equal(listener_open_connections(f->listener), 0);
    close(fd);
}

static struct look end_of(struct fixture *f, enum server_end how)
{
    struct look look = {.fd = dial(f)};
    until(f, has_opened);
    assert_non_null(f->connection);
    server_connection_hang_up(f->connection, how);
    assert_int_equal(listener_run(f->listener, has_seen_more, &look, now_ms() + PATIENCE_MS), OK);
    close(look.fd);
    return look;
}

static void a_close_is_a_close(void **state)
{
    struct look end = end_of(*state, SERVER_CLOSES);
    assert_int_equal(end.n, 0);
    assert_int_equal(listener_open_connections(((struct fixture *)*state)->listener), 0);
}

static void a_reset_is_a_reset(void **state)
{
    struct look end = end_of(*state, SERVER_RESETS);
    assert_int_equal(end.n, -1);
    assert_int_equal(end.error, ECONNRESET);
}

static void a_half_close_still_listens(void **state)
{
    struct fixture *f = *state;
    struct look end = end_of(f, SERVER_HALF_CLOSES);
    assert_int_equal(end.n, 0);
    assert_int_equal(listener_open_connections(f->listener), 1); /* until the client closes */
    until(f, has_none_open);
}

static void bytes_are_written_before_the_end(void **state)
{
    struct fixture *f = *state;
    char bytes[16] = {0};
    int fd = dial(f);
    until(f, has_opened);
    assert_int_equal(buffer_append_text(server_connection_output(f->connection), "farewell"), OK);
    server_connection_hang_up(f->connection, SERVER_CLOSES);
    until(f, has_none_open);
    assert_int_equal(recv(fd, bytes, sizeof(bytes), MSG_WAITALL), 8);
    assert_string_equal(bytes, "farewell");
    close(fd);
}

static void more_dials_than_descriptors_are_hung_up_on(void **state)
{
    struct fixture *f = *state;
    struct rlimit before, few;
    int fds[DESCRIPTORS];
    size_t n = 0;
    char byte;
    for (; n < DESCRIPTORS; n++)
        fds[n] = dial(f); /* held by the backlog */
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = (rlim_t)fds[DESCRIPTORS - 1] + 1 + DESCRIPTORS / 2;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    run(f);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    size_t open = listener_open_connections(f->listener);
    assert_in_range(open, DESCRIPTORS / 2 - 4, DESCRIPTORS / 2);
    assert_int_equal(recv(fds[DESCRIPTORS - 1], &byte, 1, 0), 0); /* closed, not left waiting */
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
        cmocka_unit_test_setup_teardown(who_comes_late_finds_what_came_in_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_fails_is_closed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_close_is_a_close, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reset_is_a_reset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_half_close_still_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_are_written_before_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_dials_than_descriptors_are_hung_up_on, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
