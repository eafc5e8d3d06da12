/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose the other end of a loopback connection is: the target's, its child's, somebody else's. */
#include "driver/peer.h"

#include <arpa/inet.h>
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    int listening, accepted;
    struct sockaddr_in where;
    pid_t program; /* of its own group; it dialled, or its child did, and stays */
};

static void stay(void)
{
    alarm(60);
    for (;;)
        pause();
}

static int dial(const struct fixture *f)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && connect(fd, (const struct sockaddr *)&f->where, sizeof(f->where)) == 0 ? fd
                                                                                             : -1;
}

/* A program that dials and stays connected; |by_child|: by a child in a group of its own. */
static void start(struct fixture *f, bool by_child)
{
    f->program = fork();
    assert_true(f->program >= 0);
    if (f->program == 0) {
        setpgid(0, 0);
        close(f->listening);
        if (by_child && fork() != 0)
            stay();
        if (by_child) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); /* or ctest waits for it */
            setpgid(0, 0);
        }
        if (dial(f) < 0)
            _exit(1);
        stay();
    }
    f->accepted = accept(f->listening, NULL, NULL);
    assert_true(f->accepted >= 0);
}

static int set_up(void **state)
{
    static struct fixture f;
    socklen_t len = sizeof(f.where);
    f = (struct fixture){.accepted = -1, .where = {.sin_family = AF_INET}};
    f.where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    f.listening = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(f.listening, (struct sockaddr *)&f.where, len), 0);
    assert_int_equal(listen(f.listening, 4), 0);
    assert_int_equal(getsockname(f.listening, (struct sockaddr *)&f.where, &len), 0);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    if (f->program > 0) {
        kill(f->program, SIGKILL);
        waitpid(f->program, NULL, 0);
    }
    close(f->accepted);
    close(f->listening);
    return 0;
}

static void the_target_is_known_by_its_socket(void **state)
{
    struct fixture *f = *state;
    start(f, false);
    assert_int_equal(peer_of(f->accepted, f->program), PEER_TARGET);
}

static void a_child_of_the_target_is_the_target(void **state)
{
    struct fixture *f = *state;
    start(f, true);
    assert_int_equal(peer_of(f->accepted, f->program), PEER_TARGET);
}

static void a_stranger_who_stays_is_another(void **state)
{
    struct fixture *f = *state;
    pid_t target = fork();
    if (target == 0)
        stay();
    start(f, false);
    assert_int_equal(peer_of(f->accepted, target), PEER_OTHER);
    kill(target, SIGKILL);
    waitpid(target, NULL, 0);
}

static void a_stranger_who_has_gone_is_not_known(void **state)
{
    struct fixture *f = *state;
    int fd = dial(f);
    f->accepted = accept(f->listening, NULL, NULL);
    close(fd);
    assert_int_equal(peer_of(f->accepted, getppid()), PEER_UNKNOWN);
}

static void without_a_target_nobody_is_known(void **state)
{
    struct fixture *f = *state;
    start(f, false);
    assert_int_equal(peer_of(f->accepted, 0), PEER_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_target_is_known_by_its_socket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_child_of_the_target_is_the_target, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stranger_who_stays_is_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stranger_who_has_gone_is_not_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_target_nobody_is_known, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
