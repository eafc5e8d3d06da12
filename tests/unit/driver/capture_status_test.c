/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that who opened a capture knows the first error of the process that wrote to it. */
#include "driver/capture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A process of its own opens and closes a connection; |closes_file|: it cannot write. What its
 * capture came to. */
static enum status status_after(bool closes_file)
{
    const struct capture_connection connection = {.number = 1, .server_port = 443};
    struct capture *capture;
    int how;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(capture_new(file, &capture), OK);
    assert_int_equal(fflush(file), 0);
    pid_t writer = fork();
    if (writer == 0) {
        if (closes_file)
            close(fileno(file));
        capture_opened(capture, &connection, 1);
        capture_closed(capture, &connection, true, 2);
        _exit(0);
    }
    assert_int_equal(waitpid(writer, &how, 0), writer);
    enum status st = capture_status(capture);
    int why = errno;
    capture_free(capture);
    fclose(file);
    errno = why;
    return st;
}

static void what_was_written_is_fine(void **state)
{
    (void)state;
    assert_int_equal(status_after(false), OK);
}

static void error_of_the_writer_is_known(void **state)
{
    (void)state;
    assert_int_equal(status_after(true), E_IO);
    assert_int_equal(errno, EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_fine),
        cmocka_unit_test(error_of_the_writer_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
