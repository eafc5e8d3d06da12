/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What outlives its parent is adopted, found by its mark and ended; nothing else is. */
#include "base/orphans.h"

#include "base/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Run |command| by the shell with |mark| in its environment. */
static pid_t start(const char *command, char *mark)
{
    char *environment[] = {mark, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        execle("/bin/sh", "sh", "-c", command, (char *)NULL, environment);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

static void wait_for(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static bool has_children(void) { return waitpid(-1, NULL, WNOHANG) == 0; }

static void what_left_group_and_session_is_ended(void **state)
{
    char mark[ORPHANS_MARK_MAX];
    (void)state;
    orphans_adopt();
    orphans_mark(mark);
    wait_for(
        start("setsid /bin/sleep 60 & setsid /bin/sh -c '/bin/sleep 60; true' & exit 0", mark));
    assert_true(has_children());
    orphans_end(mark, ORPHANS_OWN_LEAD);
    assert_false(has_children());
}

static void all_that_one_process_started_is_ended(void **state)
{
    char mark[ORPHANS_MARK_MAX], own[ORPHANS_MARK_MAX];
    (void)state;
    orphans_adopt();
    orphans_mark(mark);
    orphans_mark_of(getpid(), own);
    wait_for(start("/bin/sleep 60 & exit 0", mark));
    orphans_end(own, ORPHANS_OWN_LEAD);
    assert_false(has_children());
}

/* A child is seen in the moment in which it becomes another program: many tries come upon it. */
static void what_is_just_being_started_is_ended(void **state)
{
    char mark[ORPHANS_MARK_MAX];
    (void)state;
    orphans_adopt();
    for (unsigned i = 0; i < 300; i++) {
        orphans_mark(mark);
        wait_for(start("/bin/sleep 60 & exit 0", mark));
        usleep(i * 5);
        orphans_end(mark, ORPHANS_OWN_LEAD);
        assert_false(has_children());
    }
}

static void another_mark_is_left_alone(void **state)
{
    char mark[ORPHANS_MARK_MAX], other[ORPHANS_MARK_MAX];
    (void)state;
    orphans_adopt();
    orphans_mark(mark);
    memcpy(other, mark, sizeof(other));
    other[strlen(other) - 2] ^= 1; /* another last digit */
    pid_t pid = start("exec /bin/sleep 60", mark);
    usleep(100000); /* until it is the program with that environment */
    orphans_end(other, ORPHANS_OWN_LEAD);
    assert_int_equal(kill(pid, 0), 0);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    orphans_end(mark, ORPHANS_OWN_LEAD);
    assert_false(has_children());
}

/* What ended by itself has no mark any more, and would be there until this process ends. */
static void what_ended_by_itself_is_reaped(void **state)
{
    char mark[ORPHANS_MARK_MAX];
    (void)state;
    orphans_adopt();
    orphans_mark(mark);
    wait_for(start("setsid /bin/true & /bin/true & exit 0", mark));
    usleep(200000);
    assert_true(waitid(P_ALL, 0, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT) == 0);
    orphans_end(mark, ORPHANS_OWN_LEAD);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* A target that has ended is waited for by who started it, who wants to know how. */
static void a_leader_that_has_ended_is_left_to_its_starter(void **state)
{
    char mark[ORPHANS_MARK_MAX];
    siginfo_t how;
    (void)state;
    orphans_mark(mark);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        _exit(7);
    }
    assert_int_equal(waitid(P_PID, (id_t)pid, &how, WEXITED | WNOWAIT), 0);
    orphans_end(mark, ORPHANS_OWN_LEAD);
    assert_int_equal(waitid(P_PID, (id_t)pid, &how, WEXITED), 0);
    assert_int_equal(how.si_status, 7);
}

static void a_worker_that_has_ended_is_left_to_its_pool(void **state)
{
    char mark[ORPHANS_MARK_MAX];
    siginfo_t how;
    (void)state;
    orphans_mark(mark);
    pid_t pid = fork();
    if (pid == 0)
        _exit(7);
    assert_int_equal(waitid(P_PID, (id_t)pid, &how, WEXITED | WNOWAIT), 0);
    orphans_end(mark, ORPHANS_OWN_JOIN);
    assert_int_equal(waitid(P_PID, (id_t)pid, &how, WEXITED), 0);
    assert_int_equal(how.si_status, 7);
}

/* Each that is ended leaves another: that ends, too. */
static void what_has_children_without_end_holds_nobody_up(void **state)
{
    char mark[ORPHANS_MARK_MAX];
    (void)state;
    orphans_adopt();
    orphans_mark(mark);
    wait_for(start("f() { /bin/sleep 0.02; (f &) ; }; f & exit 0", mark));
    uint64_t began_ms = clock_now_ms(clock_monotonic());
    orphans_end(mark, ORPHANS_OWN_LEAD);
    assert_true(clock_now_ms(clock_monotonic()) - began_ms < 5 * ORPHANS_WAIT_MS);
    usleep(200000);
    orphans_end(mark, ORPHANS_OWN_LEAD);
    assert_false(has_children());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_left_group_and_session_is_ended),
        cmocka_unit_test(all_that_one_process_started_is_ended),
        cmocka_unit_test(what_is_just_being_started_is_ended),
        cmocka_unit_test(another_mark_is_left_alone),
        cmocka_unit_test(what_ended_by_itself_is_reaped),
        cmocka_unit_test(a_leader_that_has_ended_is_left_to_its_starter),
        cmocka_unit_test(a_worker_that_has_ended_is_left_to_its_pool),
        cmocka_unit_test(what_has_children_without_end_holds_nobody_up),
    };
    return cmocka_run_group_tests_name("orphans", tests, NULL, NULL);
}
