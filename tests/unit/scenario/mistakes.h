/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mistakes in suites, each with what a person must be told about it. A row is a test of its own.
 */
#ifndef ASSAY_TESTS_UNIT_SCENARIO_MISTAKES_H
#define ASSAY_TESTS_UNIT_SCENARIO_MISTAKES_H

#include <stdbool.h>
#include <stddef.h>

struct mistake {
    const char *sentence;
    const char *text;     /* cases, which begin in line 2; or a whole file */
    const char *expected; /* the first complaint */
    bool is_whole_file;
};

/* Run all rows as tests; what main returns. */
int mistakes_run(const struct mistake *rows, size_t n);

#endif
