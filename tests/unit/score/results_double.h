/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/score/results_double.h - small records of a run for the tests of score.
 * Depends on: record.
 */
#ifndef ASSAY_TESTS_UNIT_SCORE_RESULTS_DOUBLE_H
#define ASSAY_TESTS_UNIT_SCORE_RESULTS_DOUBLE_H

#include "record/run.h"

#define DOUBLES_MAX 8

/* One case as a test states it. */
struct case_double {
    const char *id; /* "s/a" or "s/a#2" */
    const char *requirement;
    enum level level;
    enum state state;
    unsigned accepted;
    unsigned refused;
    enum expect expect; /* of its only step; EXPECT_NONE: no steps */
    enum seen seen;
    const char *cause;       /* NULL: none */
    const char *known_until; /* NULL: not listed; "": listed without a last day */
};

struct run_double {
    struct record_run run;
    struct record_case cases[DOUBLES_MAX];
    struct step_result steps[DOUBLES_MAX];
    struct excuse excuses[DOUBLES_MAX];
};

/* |selected| is a case pattern (borrowed), or NULL for a run of everything; the cases end with a
 * NULL id. */
static inline void run_from_doubles(const struct case_double *cases, const char *const *selected,
                                    struct run_double *out)
{
    size_t n = 0;
    *out = (struct run_double){.run = {.interrupted = ""}};
    for (; cases[n].id; n++) {
        const struct case_double *c = &cases[n];
        out->steps[n] =
            (struct step_result){.n = 1, .expect = c->expect, .seen = c->seen, .detail = ""};
        out->excuses[n] = (struct excuse){.reason = "r", .until = c->known_until};
        out->cases[n] = (struct record_case){.id = c->id,
                                             .suite = "s",
                                             .requirement = c->requirement,
                                             .level = c->level,
                                             .state = c->state,
                                             .excuse = c->known_until ? &out->excuses[n] : NULL,
                                             .blocked_by = "",
                                             .result = {.why = "",
                                                        .accepted = c->accepted,
                                                        .refused = c->refused,
                                                        .steps = &out->steps[n],
                                                        .n_steps = c->expect != EXPECT_NONE,
                                                        .cause = c->cause ? c->cause : ""}};
    }
    out->run.cases = out->cases;
    out->run.n_cases = n;
    out->run.selection.level = "hardening";
    if (*selected)
        out->run.selection.cases = (struct record_texts){selected, 1};
}

#endif
