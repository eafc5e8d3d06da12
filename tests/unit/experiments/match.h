/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/experiments/match.h - one game against one adapter, in processes of its own, and the outcome
 * it must have.
 * Depends on: experiments, driver, cmocka.
 *
 * A test program is given its adapters as NAME=COMMAND; a row whose adapter was not given is
 * skipped, with a message.
 */
#ifndef ASSAY_TESTS_UNIT_EXPERIMENTS_MATCH_H
#define ASSAY_TESTS_UNIT_EXPERIMENTS_MATCH_H

#include <stddef.h>

#define MATCH_NO_MEASURE (-1L)

struct match_row {
    const char *sentence;
    const char *target; /* "reference", "flawed" ... */
    const char *flaw;   /* of the flawed, or NULL */
    const char *game;
    const char *state; /* "held", "won", "measured", "unable" */
    long measure;      /* MATCH_NO_MEASURE unless measured */
    const char *says;  /* part of the detail; NULL for anything */
};

/* Each row a test of its own; the exit code of main. */
int match_run(const char *group, int argc, char **argv, const struct match_row *rows, size_t n);

#endif
