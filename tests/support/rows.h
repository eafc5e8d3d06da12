/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support/rows.h - tables whose rows are tests, each by itself.
 * Depends on: cmocka, which the including file brings.
 */
#ifndef ASSAY_TESTS_SUPPORT_ROWS_H
#define ASSAY_TESTS_SUPPORT_ROWS_H

/* Rows of an array whose size the compiler knows. */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/*
 * Write a test for every row of |table| into |tests| from index |n|, which is counted up: named by
 * the row's |member|, run by |run| with the row as its state.
 */
#define ADD_ROWS(tests, n, table, member, run)                                                     \
    ADD_ROWS_BETWEEN(tests, n, table, member, run, NULL, NULL)

/* The same, each between |set_up| and |tear_down|. */
#define ADD_ROWS_BETWEEN(tests, n, table, member, run, set_up, tear_down)                          \
    for (size_t row_ = 0; row_ < COUNT(table); row_++)                                             \
        (tests)[(n)++] = (struct CMUnitTest)                                                       \
        {                                                                                          \
            .name = (table)[row_].member, .test_func = (run), .setup_func = (set_up),              \
            .teardown_func = (tear_down), .initial_state = (void *)(uintptr_t)(&(table)[row_])     \
        }

#endif
