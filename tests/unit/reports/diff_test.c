/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows what two runs are said to differ in, and which difference fails a build.
 */
#include "reports/diff.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One execution in two runs; STATE_NONE: the run does not have it. */
struct became {
    const char *sentence;
    enum state before, after;
    const char *cause_before, *cause_after;
    bool is_listed; /* as a known failure of the new run */
    enum level level;
    enum diff_kind kind;
    int exit_code;
};

static const struct became became[] = {
    {"a pass that passes is the same", STATE_PASSED, STATE_PASSED, "", "", false, LEVEL_MUST,
     DIFF_SAME, 0},
    {"a pass that fails is broken", STATE_PASSED, STATE_FAILED, "", "a", false, LEVEL_MUST,
     DIFF_BROKEN, 1},
    {"a pass that is inconclusive is broken", STATE_PASSED, STATE_INCONCLUSIVE, "", "a", false,
     LEVEL_MUST, DIFF_BROKEN, 1},
    {"a break that is listed decides nothing", STATE_PASSED, STATE_FAILED, "", "a", true,
     LEVEL_MUST, DIFF_BROKEN, 0},
    {"a break of a SHOULD decides nothing", STATE_PASSED, STATE_FAILED, "", "a", false,
     LEVEL_SHOULD, DIFF_BROKEN, 0},
    {"what is blocked decides nothing: its cause does", STATE_PASSED, STATE_BLOCKED, "", "a", false,
     LEVEL_MUST, DIFF_BROKEN, 0},
    {"a case that is new and fails is broken", STATE_NONE, STATE_FAILED, "", "a", false, LEVEL_MUST,
     DIFF_BROKEN, 1},
    {"one that did not apply and fails is broken", STATE_NOT_APPLICABLE, STATE_FAILED, "", "a",
     false, LEVEL_MUST, DIFF_BROKEN, 1},
    {"a case that is new and passes is new", STATE_NONE, STATE_PASSED, "", "", false, LEVEL_MUST,
     DIFF_NEW, 0},
    {"one that was not run and passes is new", STATE_NOT_RUN, STATE_PASSED, "", "", false,
     LEVEL_MUST, DIFF_NEW, 0},
    {"a failure that passes is fixed", STATE_FAILED, STATE_PASSED, "a", "", false, LEVEL_MUST,
     DIFF_FIXED, 0},
    {"a failure that fails alike is the same", STATE_FAILED, STATE_FAILED, "a", "a", false,
     LEVEL_MUST, DIFF_SAME, 0},
    {"a failure with another cause is changed", STATE_FAILED, STATE_FAILED, "a", "b", false,
     LEVEL_MUST, DIFF_CHANGED, 0},
    {"what could not come to a verdict and fails decides", STATE_BLOCKED, STATE_FAILED, "a", "b",
     false, LEVEL_MUST, DIFF_CHANGED, 1},
    {"what was inconclusive and fails decides", STATE_INCONCLUSIVE, STATE_FAILED, "a", "a", false,
     LEVEL_MUST, DIFF_CHANGED, 1},
    {"assay's error that is a failure now decides", STATE_ERROR, STATE_FAILED, "a", "b", false,
     LEVEL_MUST, DIFF_CHANGED, 1},
    {"what was inconclusive and fails as listed decides nothing", STATE_INCONCLUSIVE, STATE_FAILED,
     "a", "b", true, LEVEL_MUST, DIFF_CHANGED, 0},
    {"a SHOULD that was inconclusive and fails decides nothing", STATE_INCONCLUSIVE, STATE_FAILED,
     "a", "b", false, LEVEL_SHOULD, DIFF_CHANGED, 0},
    {"a failure that is inconclusive decides nothing", STATE_FAILED, STATE_INCONCLUSIVE, "a", "b",
     false, LEVEL_MUST, DIFF_CHANGED, 0},
    {"a pass that is not run is gone", STATE_PASSED, STATE_NOT_RUN, "", "", false, LEVEL_MUST,
     DIFF_GONE, 2},
    {"a failure that is not there is gone", STATE_FAILED, STATE_NONE, "a", "", false, LEVEL_MUST,
     DIFF_GONE, 2},
    {"what applies in neither is no difference", STATE_NOT_APPLICABLE, STATE_NOT_RUN, "", "", false,
     LEVEL_MUST, DIFF_SAME, 0},
};

static struct excuse excuse = {.reason = "known", .until = ""};

static struct record_case one_case(const char *id, enum state state, const char *cause)
{
    return (struct record_case){.id = id,
                                .suite = "s",
                                .name = "c",
                                .requirement = "D-01",
                                .level = LEVEL_MUST,
                                .state = state,
                                .result = {.why = "", .cause = cause}};
}

static struct record_run run_of(struct record_case *cases, size_t n, struct record_summary *s)
{
    return (struct record_run){
        .assay = "1",
        .profile = "public",
        .seed = "1",
        .target = {.name = "t", .version = "1", .adapter_version = "1", .protocol = "signal-v3"},
        .selection = {.surface = ""},
        .cases = cases,
        .n_cases = n,
        .summary = s};
}

static void test_became(void **state)
{
    const struct became *row = *state;
    struct record_summary empty = {.state = RUN_AS_LISTED};
    struct record_case was = one_case("s/c", row->before, row->cause_before);
    struct record_case is = one_case("s/c", row->after, row->cause_after);
    was.level = is.level = row->level;
    is.excuse = row->is_listed ? &excuse : NULL;
    struct record_run before = run_of(&was, row->before != STATE_NONE, &empty);
    struct record_run after = run_of(&is, row->after != STATE_NONE, &empty);
    struct arena arena;
    struct diff diff;
    arena_init(&arena, 1 << 20);
    assert_int_equal(diff_runs(&before, &after, &arena, &diff), OK);
    if (row->kind == DIFF_SAME) {
        assert_int_equal(diff.n_rows, 0);
    } else {
        assert_int_equal(diff.n_rows, 1);
        assert_int_equal(diff.rows[0].kind, row->kind);
        assert_int_equal(diff.executions[row->kind], 1);
    }
    assert_int_equal(diff_exit(&diff), row->exit_code);
    arena_fini(&arena);
}

/* Another cause, and the list of the new run does not have it. */
static void test_a_listed_failure_that_is_not_listed_decides(void **state)
{
    struct record_summary empty = {.state = RUN_AS_LISTED};
    struct record_case was = one_case("s/c", STATE_FAILED, "a");
    struct record_case is = one_case("s/c", STATE_FAILED, "b");
    struct record_run before = run_of(&was, 1, &empty), after = run_of(&is, 1, &empty);
    struct arena arena;
    struct buffer text;
    struct diff diff;
    (void)state;
    was.excuse = &excuse;
    arena_init(&arena, 1 << 20);
    buffer_init(&text, 1 << 16);
    assert_int_equal(diff_runs(&before, &after, &arena, &diff), OK);
    assert_int_equal(diff_exit(&diff), 1);
    diff_print(&diff, &text);
    assert_non_null(strstr(buffer_text(&text), "MUST: known failure -> failed; decides\n"));
    buffer_fini(&text);
    arena_fini(&arena);
}

/* Its executions are gone, which alone would be 2; that it is the target says so. */
static void test_a_target_that_is_unreachable_decides(void **state)
{
    struct record_summary empty = {.state = RUN_AS_LISTED};
    struct record_case was = one_case("s/c", STATE_PASSED, "");
    struct record_case is = one_case("s/c", STATE_NOT_RUN, "");
    struct record_run before = run_of(&was, 1, &empty), after = run_of(&is, 1, &empty);
    struct arena arena;
    struct buffer text;
    struct diff diff;
    (void)state;
    after.interrupted = "no answer to Hello";
    arena_init(&arena, 1 << 20);
    buffer_init(&text, 1 << 16);
    assert_int_equal(diff_runs(&before, &after, &arena, &diff), OK);
    assert_int_equal(diff_exit(&diff), 2);
    diff_print(&diff, &text);
    assert_non_null(strstr(buffer_text(&text), "  interrupted: none -> no answer to Hello\n"));
    after.is_unreachable = true;
    assert_int_equal(diff_runs(&before, &after, &arena, &diff), OK);
    assert_int_equal(diff_exit(&diff), 1);
    assert_int_equal(diff_runs(&after, &after, &arena, &diff), OK);
    assert_int_equal(diff_exit(&diff), 0);
    buffer_fini(&text);
    arena_fini(&arena);
}

/* Instances of a sweep of which the same became are one row, whatever stands between them. */
static void test_a_sweep_is_one_row_for_each_kind(void **state)
{
    struct record_summary empty = {.state = RUN_AS_LISTED};
    struct record_case was[] = {
        one_case("s/c#1", STATE_PASSED, ""), one_case("s/c#2", STATE_FAILED, "a"),
        one_case("s/c#3", STATE_PASSED, ""), one_case("s/d", STATE_PASSED, "")};
    struct record_case is[] = {
        one_case("s/c#1", STATE_FAILED, "a"), one_case("s/c#2", STATE_PASSED, ""),
        one_case("s/c#3", STATE_FAILED, "a"), one_case("s/d", STATE_FAILED, "a")};
    struct record_run before = run_of(was, 4, &empty), after = run_of(is, 4, &empty);
    struct arena arena;
    struct diff diff;
    (void)state;
    arena_init(&arena, 1 << 20);
    assert_int_equal(diff_runs(&before, &after, &arena, &diff), OK);
    assert_int_equal(diff.n_rows, 3);
    assert_string_equal(diff.rows[0].name, "s/c");
    assert_string_equal(diff.rows[0].example, "s/c#1");
    assert_int_equal(diff.rows[0].count, 2);
    assert_string_equal(diff.rows[1].name, "s/d");
    assert_int_equal(diff.rows[2].kind, DIFF_FIXED);
    assert_int_equal(diff.n_deciding, 3);
    arena_fini(&arena);
}

/* A run that stops at a precondition has no failing case, and is worse than one that does not. */
static void test_a_precondition_that_fails_decides(void **state)
{
    struct record_summary empty = {.state = RUN_AS_LISTED};
    struct record_precondition forged = {.check = "Open, forged", .seen = "it opened"};
    struct record_run before = run_of(NULL, 0, &empty), after = before;
    struct arena arena;
    struct diff diff;
    (void)state;
    after.preconditions = &forged;
    after.n_preconditions = 1;
    arena_init(&arena, 1 << 20);
    assert_int_equal(diff_runs(&before, &after, &arena, &diff), OK);
    assert_int_equal(diff_exit(&diff), 1);
    assert_string_equal(diff.preconditions.items[0].after, "it opened");
    assert_int_equal(diff_runs(&after, &before, &arena, &diff), OK);
    assert_int_equal(diff_exit(&diff), 0);
    assert_int_equal(diff_runs(&after, &after, &arena, &diff), OK);
    assert_int_equal(diff.preconditions.n, 0);
    arena_fini(&arena);
}

/* Measures by name and by what was varied, statuses by requirement, versions by what they are
 * of. */
static void test_texts_that_differ_are_named(void **state)
{
    struct record_measure was[] = {{"skip bound", "2000", "", "s/c"}, {"gap", "1", "n=1", "s/d"}};
    struct record_measure is[] = {{"skip bound", "1000", "", "s/c"}, {"gap", "1", "n=2", "s/d"}};
    struct record_requirement r_was = {.id = "D-01", .status = "passed"};
    struct record_requirement r_is = {.id = "D-01", .status = "failed"};
    struct record_summary old_summary = {
        .measures = was, .n_measures = 2, .requirements = &r_was, .n_requirements = 1};
    struct record_summary new_summary = {
        .measures = is, .n_measures = 2, .requirements = &r_is, .n_requirements = 1};
    struct record_run before = run_of(NULL, 0, &old_summary), after = run_of(NULL, 0, &new_summary);
    struct arena arena;
    struct buffer text;
    struct diff diff;
    (void)state;
    after.target.version = "2\x1b[31m";
    arena_init(&arena, 1 << 20);
    buffer_init(&text, 1 << 16);
    assert_int_equal(diff_runs(&before, &after, &arena, &diff), OK);
    diff_print(&diff, &text);
    assert_non_null(strstr(buffer_text(&text), "  version: 1 -> 2\\x1b[31m\n"));
    assert_non_null(strstr(buffer_text(&text), "  D-01: passed -> failed\n"));
    assert_non_null(strstr(buffer_text(&text), "  skip bound: 2000 -> 1000\n"));
    assert_non_null(strstr(buffer_text(&text), "  gap (n=2): not measured -> 1\n"));
    assert_non_null(strstr(buffer_text(&text), "  gap (n=1): 1 -> not measured\n"));
    assert_int_equal(diff_exit(&diff), 0);
    buffer_fini(&text);
    arena_fini(&arena);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(became) + 5];
    for (size_t i = 0; i < COUNT(became); i++)
        tests[i] = (struct CMUnitTest){.name = became[i].sentence,
                                       .test_func = test_became,
                                       .initial_state = (void *)(uintptr_t)&became[i]};
    tests[COUNT(became)] =
        (struct CMUnitTest)cmocka_unit_test(test_a_sweep_is_one_row_for_each_kind);
    tests[COUNT(became) + 1] =
        (struct CMUnitTest)cmocka_unit_test(test_a_precondition_that_fails_decides);
    tests[COUNT(became) + 2] =
        (struct CMUnitTest)cmocka_unit_test(test_texts_that_differ_are_named);
    tests[COUNT(became) + 3] =
        (struct CMUnitTest)cmocka_unit_test(test_a_listed_failure_that_is_not_listed_decides);
    tests[COUNT(became) + 4] =
        (struct CMUnitTest)cmocka_unit_test(test_a_target_that_is_unreachable_decides);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
