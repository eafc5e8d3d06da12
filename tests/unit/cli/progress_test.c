/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line of progress: when it comes. */
#include "base/clock.h"
#include "cli/scoreboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct record_case passed = {.id = "sesame/first", .state = STATE_PASSED};

/* What stands on standard error, a terminal or not, after |n| results, which come at once. */
static char *said(bool is_terminal, size_t n, size_t n_before)
{
    char *text = NULL;
    size_t len = 0;
    FILE *err = open_memstream(&text, &len);
    assert_non_null(err);
    const struct cli cli = {.err = err, .is_err_terminal = is_terminal};
    struct progress progress;
    progress_begin(&progress, &cli, true, "cases", n_before);
    for (size_t i = 1; i <= n; i++)
        progress_committed(&progress, &passed, n_before + i, 100);
    fclose(err);
    return text;
}

static void the_first_result_is_on_a_terminal_at_once(void **state)
{
    (void)state;
    char *text = said(true, 1, 0);
    assert_non_null(strstr(text, "1 of 100 cases, 0 failed   sesame/first"));
    free(text);
    text = said(true, 1, 40);
    assert_non_null(strstr(text, "41 of 100 cases"));
    free(text);
}

static void the_next_ones_are_not_written_one_by_one(void **state)
{
    (void)state;
    char *text = said(true, 5, 0);
    assert_null(strstr(text, "2 of 100"));
    assert_null(strstr(text, "5 of 100"));
    free(text);
}

static void elsewhere_no_line_comes_at_once(void **state)
{
    (void)state;
    char *text = said(false, 5, 0);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_result_is_on_a_terminal_at_once),
        cmocka_unit_test(the_next_ones_are_not_written_one_by_one),
        cmocka_unit_test(elsewhere_no_line_comes_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
