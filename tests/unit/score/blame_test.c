/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what trials make of a failure that follows a refusal, and which failures are tried. */
#include "score/blame.h"

#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CAUSE "D-11|deliver|opens|after-refusal|refusal"
#define CASES_MAX 60

static struct arena arena;
static struct step_result steps[CASES_MAX];

static int start(void **state)
{
    (void)state;
    arena_init(&arena, 1u << 20);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

/* A failure after a refusal, which is about D-05 where that is not to blame. */
static struct record_case failure(const char *id, const char *cause, size_t n_steps)
{
    return (struct record_case){.id = id,
                                .surface = "library",
                                .state = STATE_FAILED,
                                .result = {.violates = "D-11",
                                           .alone = "D-05",
                                           .cause = cause,
                                           .steps = steps,
                                           .n_steps = n_steps}};
}

struct row {
    const char *shows;
    enum state without_refusals, without_forgeries, without_others, without_restart;
    const char *alone;
    const char *violates;
    const char *shown; /* a part of the sentence; "" for none */
};

static const struct row rows[] = {
    {"nothing was tried", STATE_NONE, STATE_NONE, STATE_NONE, STATE_NONE, "D-05", "D-11", ""},
    {"what passes without the refusal is its cost", STATE_PASSED, STATE_NONE, STATE_NONE,
     STATE_NONE, "D-05", "D-11", "the refusal is to blame"},
    {"and the forgery's where it passes without that", STATE_PASSED, STATE_PASSED, STATE_NONE,
     STATE_NONE, "D-05", "D-11", "the refusal is to blame"},
    {"and the replay's where it does not", STATE_PASSED, STATE_FAILED, STATE_NONE, STATE_NONE,
     "D-05", "V-05", "the message that came again is to blame"},
    {"groups have one requirement for both", STATE_PASSED, STATE_FAILED, STATE_NONE, STATE_NONE,
     "G-02", "D-11", "the message that came again is to blame"},
    {"what fails without it is what the step is about", STATE_FAILED, STATE_NONE, STATE_NONE,
     STATE_NONE, "D-05", "D-05", "no refusal is to blame"},
    {"also where the restart is to blame", STATE_FAILED, STATE_NONE, STATE_NONE, STATE_PASSED,
     "D-05", "D-05", "passes without the restart"},
    {"and where it is not", STATE_FAILED, STATE_NONE, STATE_NONE, STATE_FAILED, "D-05", "D-05",
     "no refusal is to blame"},
    {"who is disturbed by others has not one session for each", STATE_FAILED, STATE_NONE,
     STATE_PASSED, STATE_NONE, "D-05", "S-01",
     "without the conversations with other people and devices"},
    {"which groups have no requirement for", STATE_FAILED, STATE_NONE, STATE_PASSED, STATE_NONE,
     "G-02", "G-02", "without the conversations with other people and devices"},
    {"what fails elsewhere says nothing", STATE_INCONCLUSIVE, STATE_NONE, STATE_NONE, STATE_NONE,
     "D-05", "D-11", ""},
};

static void add(struct record_run *run, enum without what, enum state state)
{
    if (state)
        run->trials[run->n_trials++] = (struct record_trial){"s/a", CAUSE, what, state};
}

static void trials_say_what_is_violated(void **state)
{
    const struct row *r = *state;
    struct record_trial trials[4];
    struct record_case cases[] = {failure("s/long", CAUSE, 9), failure("s/a", CAUSE, 3),
                                  failure("s/other", "D-11|converse", 2)};
    struct record_run run = {.cases = cases, .n_cases = 3, .trials = trials};
    for (size_t i = 0; i < 3; i++)
        cases[i].result.alone = r->alone;
    add(&run, WITHOUT_REFUSALS, r->without_refusals);
    add(&run, WITHOUT_FORGERIES, r->without_forgeries);
    add(&run, WITHOUT_OTHERS, r->without_others);
    add(&run, WITHOUT_RESTART, r->without_restart);
    assert_int_equal(blame_apply(&run, &arena), OK);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(cases[i].result.violates, r->violates);
        assert_non_null(strstr(blame_shown(&run, &cases[i]), r->shown));
        assert_int_equal(blame_shown(&run, &cases[i])[0] == '\0', r->shown[0] == '\0');
        assert_int_equal(cases[i].state, STATE_FAILED);
    }
    assert_string_equal(cases[2].result.violates, "D-11");
    assert_string_equal(blame_shown(&run, &cases[2]), "");
}

static void smallest_of_each_signature_is_tried(void **state)
{
    struct record_case cases[] = {
        failure("s/long", CAUSE, 9), failure("s/small", CAUSE, 3), failure("s/same", CAUSE, 3),
        failure("s/known", "k", 2),  failure("s/passed", "p", 2),  failure("s/setup", "s", 2),
        failure("s/client", "c", 2), failure("s/sure", "u", 2),    failure("s/other", "o", 12)};
    struct excuse excuse = {.reason = "r", .until = ""};
    struct record_run run = {.cases = cases, .n_cases = 9};
    size_t *found, n;
    (void)state;
    cases[3].excuse = &excuse;
    cases[4].state = STATE_PASSED;
    cases[5].result.is_setup = true;
    cases[6].surface = "client";
    cases[7].result.alone = "";
    assert_int_equal(blame_candidates(&run, &arena, &found, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(found[0], 1);
    assert_int_equal(found[1], 8);
}

static void no_more_than_the_bound_are_tried(void **state)
{
    static char names[CASES_MAX][8];
    struct record_case cases[CASES_MAX];
    struct record_run run = {.cases = cases, .n_cases = CASES_MAX};
    size_t *found, n;
    (void)state;
    for (size_t i = 0; i < CASES_MAX; i++) {
        snprintf(names[i], sizeof(names[i]), "%zu", i);
        cases[i] = failure(names[i], names[i], 2);
    }
    assert_int_equal(blame_candidates(&run, &arena, &found, &n), OK);
    assert_int_equal(n, BLAME_MAX);
}

/* Shards have tried what is not the smallest of the whole. */
static void trials_of_the_smallest_are_kept_in_its_order(void **state)
{
    struct record_case cases[] = {failure("s/long", "a", 9), failure("s/small", "a", 3),
                                  failure("s/other", "b", 3)};
    struct record_trial trials[] = {{"s/other", "b", WITHOUT_REFUSALS, STATE_PASSED},
                                    {"s/long", "a", WITHOUT_REFUSALS, STATE_PASSED},
                                    {"s/small", "a", WITHOUT_REFUSALS, STATE_FAILED}};
    struct record_run run = {.cases = cases, .n_cases = 3, .trials = trials, .n_trials = 3};
    (void)state;
    assert_int_equal(blame_apply(&run, &arena), OK);
    assert_int_equal(run.n_trials, 2);
    assert_string_equal(run.trials[0].id, "s/small");
    assert_string_equal(run.trials[1].id, "s/other");
    assert_string_equal(cases[0].result.violates, "D-05");
    assert_string_equal(cases[2].result.violates, "D-11");
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 3] = {
        cmocka_unit_test_setup_teardown(smallest_of_each_signature_is_tried, start, stop),
        cmocka_unit_test_setup_teardown(no_more_than_the_bound_are_tried, start, stop),
        cmocka_unit_test_setup_teardown(trials_of_the_smallest_are_kept_in_its_order, start, stop),
    };
    size_t n = 3;
    ADD_ROWS_BETWEEN(tests, n, rows, shows, trials_say_what_is_violated, start, stop);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
