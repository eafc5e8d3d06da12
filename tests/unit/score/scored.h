/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/score/scored.h - a run of at most four cases against four requirements, and its
 * summary.
 */
#ifndef ASSAY_TESTS_UNIT_SCORE_SCORED_H
#define ASSAY_TESTS_UNIT_SCORE_SCORED_H

#include "score/score.h"

#include "results_double.h"

#define CASES_MAX 4
#define TODAY "2026-11-23"
#define N_REQUIREMENTS 4

extern const struct requirement scored_requirements[N_REQUIREMENTS];
extern const struct suite scored_suite;

/* Two honest cases that make everything around the case of interest non-vacuous. */
#define GOOD_A                                                                                     \
    {                                                                                              \
        "s/a", "D-01", LEVEL_MUST, STATE_PASSED, 2, 1, EXPECT_REFUSES, SEEN_REFUSAL, NULL, NULL    \
    }
#define GOOD_B                                                                                     \
    {                                                                                              \
        "s/b", "D-02", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, NULL    \
    }

/* A run, and what must come of it. */
struct row {
    const char *sentence;
    struct case_double cases[CASES_MAX + 1];
    struct known_failure line; /* case_id NULL: no known-failures file */
    const char *selected;
    const char *interrupted;
    bool is_strict;
    enum run_state outcome;
    int exit_code;
    const char *reason;      /* one of the summary's reasons; NULL: there are none */
    const char *requirement; /* whose status is |status|; NULL: not looked at */
    const char *status;
};

struct scored {
    struct arena arena;
    struct run_double run;
    const struct record_summary *summary;
};

/* The run of |row|, to be changed before it is scored. The caller ends with arena_fini. */
void scored_prepare(const struct row *row, struct scored *out);
void scored_make(const struct row *row, struct scored *out);
/* The same, held to |set|. */
void scored_make_by(const struct row *row, const struct requirement_set *set, struct scored *out);
/* The status of a requirement, or "absent". */
const char *scored_status(const struct record_summary *summary, const char *id);

#endif
