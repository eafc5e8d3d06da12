/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows whether the target conforms, which is another answer than the outcome of the run. */
#include "scored.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct conformance_row {
    const char *sentence;
    struct row row;        /* its cases, line, selected, interrupted, is_strict */
    const char *not_found; /* a suite of the release */
    const char *violated;  /* before any case is run: a requirement, or "" */
    bool is_unreachable;
    enum conformance conformance;
    int exit_code;
};

#define BAD_B(until)                                                                               \
    {                                                                                              \
        "s/b", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", until      \
    }

static const struct conformance_row conformance_rows[] = {
    {.sentence = "all passed: conformant",
     .row = {.cases = {GOOD_A, GOOD_B}},
     .conformance = CONFORMANCE_YES,
     .exit_code = 0},
    {.sentence = "a failure that is listed is a failure",
     .row = {.cases = {GOOD_A, BAD_B("")}, .line = {"s/b", "r", NULL, 1, NULL}},
     .conformance = CONFORMANCE_NO,
     .exit_code = 0},
    {.sentence = "a wrong line of the list says nothing about the target",
     .row = {.cases = {GOOD_A, GOOD_B}, .line = {"s/a", "r", NULL, 1, NULL}},
     .conformance = CONFORMANCE_YES,
     .exit_code = 1},
    {.sentence = "nor does strictness",
     .row = {.cases = {GOOD_A,
                       GOOD_B,
                       {"s/c", "D-03", LEVEL_SHOULD, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL,
                        "c", NULL}},
             .is_strict = true},
     .conformance = CONFORMANCE_YES,
     .exit_code = 1},
    {.sentence = "chosen cases that pass decide nothing",
     .row = {.cases = {GOOD_A}, .selected = "s/a"},
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 0},
    {.sentence = "one chosen case that fails decides it",
     .row = {.cases = {BAD_B(NULL)}, .selected = "s/b"},
     .conformance = CONFORMANCE_NO,
     .exit_code = 1},
    {.sentence = "an interrupted run decides nothing",
     .row = {.cases = {GOOD_A, GOOD_B}, .interrupted = "interrupted by a signal"},
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 3},
    {.sentence = "without all suites of the release nothing is decided",
     .row = {.cases = {GOOD_A, GOOD_B}},
     .not_found = "ratchet",
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 2},
    {.sentence = "a requirement that is violated before any case is run",
     .row = {.cases = {{"s/a", "D-01", LEVEL_MUST, STATE_NOT_RUN, 0, 0, EXPECT_NONE,
                        SEEN_NOTHING_YET, NULL, NULL}}},
     .violated = "D-01",
     .conformance = CONFORMANCE_NO,
     .exit_code = 1},
    {.sentence = "another precondition decides nothing",
     .row = {.cases = {{"s/a", "D-01", LEVEL_MUST, STATE_NOT_RUN, 0, 0, EXPECT_NONE,
                        SEEN_NOTHING_YET, NULL, NULL}}},
     .violated = "",
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 2},
    {.sentence = "a target that is not there decides nothing",
     .row = {.interrupted = "target x is not reachable"},
     .is_unreachable = true,
     .conformance = CONFORMANCE_UNDECIDED,
     .exit_code = 69},
};

static void conformance_is_as_stated(void **state)
{
    const struct conformance_row *row = *state;
    const struct record_precondition p = {"Open", "opened", row->violated};
    struct scored scored;

    scored_prepare(&row->row, &scored);
    struct record_run *run = &scored.run.run;
    run->selection.not_found = (struct record_texts){&row->not_found, row->not_found != NULL};
    run->preconditions = &p;
    run->n_preconditions = row->violated != NULL;
    run->is_unreachable = row->is_unreachable;
    scored_make(&row->row, &scored);
    assert_int_equal(scored.summary->conformance, row->conformance);
    assert_int_equal(scored.summary->exit_code, row->exit_code);
    if (row->violated && row->violated[0])
        assert_string_equal(scored_status(scored.summary, row->violated), "failed");
    arena_fini(&scored.arena);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(conformance_rows)];
    memset(tests, 0, sizeof tests);
    size_t n = 0;
    ADD_ROWS(tests, n, conformance_rows, sentence, conformance_is_as_stated);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
