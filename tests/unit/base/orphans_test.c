/* What outlives its parent is adopted, found by its mark and ended; nothing else is. */
#include "base/orphans.h"

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
    orphans_end(mark);
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
    orphans_end(own);
    assert_false(has_children());
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
    orphans_end(other);
    assert_int_equal(kill(pid, 0), 0);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    orphans_end(mark);
    assert_false(has_children());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_left_group_and_session_is_ended),
        cmocka_unit_test(all_that_one_process_started_is_ended),
        cmocka_unit_test(another_mark_is_left_alone),
    };
    return cmocka_run_group_tests_name("orphans", tests, NULL, NULL);
}
