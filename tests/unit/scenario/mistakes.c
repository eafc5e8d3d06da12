/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mistakes.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS_MAX 100

/* Shared by all rows; a test's own state is its row. */
static void *shared;

static int group_setup(void **state)
{
    (void)state;
    return scratch_setup(&shared);
}

static int group_teardown(void **state)
{
    (void)state;
    return scratch_teardown(&shared);
}

static void mistake_is_explained(void **state)
{
    const struct mistake *row = *state;
    struct scratch *scratch = shared;
    const struct suite *suite;
    char *text = row->is_whole_file ? strdup(row->text) : scratch_suite(row->text);
    assert_non_null(text);
    enum status st = scratch_load(scratch, text, &suite);
    char *complaint = scratch_complaint(scratch, 0);
    assert_string_equal(complaint, row->expected);
    assert_int_equal(st, E_INPUT);
    free(complaint);
    free(text);
}

int mistakes_run(const struct mistake *rows, size_t n)
{
    static struct mistake copies[ROWS_MAX];
    struct CMUnitTest tests[ROWS_MAX];
    if (n > ROWS_MAX)
        return 1;
    memcpy(copies, rows, n * sizeof(*rows));
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){.name = copies[i].sentence,
                                       .test_func = mistake_is_explained,
                                       .initial_state = &copies[i]};
    return _cmocka_run_group_tests("mistakes", tests, n, group_setup, group_teardown);
}
