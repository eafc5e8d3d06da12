/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a summary counts: under levels and suites, in its scope, blocked cases, coverage. */
#include "scored.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Shows that the scope names the layers and why requirements did not apply. */
static void scope_says_what_did_not_apply(void **state)
{
    static const struct row row = {.cases = {GOOD_A,
                                             {"s/b", "D-02", LEVEL_MUST, STATE_NOT_APPLICABLE, 0, 0,
                                              EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL}}};
    struct scored scored;
    (void)state;

    scored_prepare(&row, &scored);
    scored.run.cases[1].result.why = "no client";
    scored_make(&row, &scored);
    const struct record_scope *scope = &scored.summary->scope;
    assert_false(scope->is_partial);
    assert_int_equal(scope->layers.n, 1);
    assert_string_equal(scope->layers.items[0], "cipher");
    assert_int_equal(scope->not_layers.n, 0);
    assert_int_equal(scope->requirements, 2);
    assert_int_equal(scope->not_applicable, 1);
    assert_int_equal(scope->n_because, 1);
    assert_string_equal(scope->because[0].text, "no client");
    arena_fini(&scored.arena);
}

/* Shows that a shard is partial, and that what it lacks, which another can have, is not held
 * against it. */
static void shard_is_partial_and_never_vacuous(void **state)
{
    static const struct row empty = {.cases = {{.id = NULL}}};
    static const struct row few = {.cases = {GOOD_B}};
    static const struct row *const rows[] = {&empty, &few};
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scored scored;
        scored_prepare(rows[i], &scored);
        scored.run.run.selection.shard = 1;
        scored.run.run.selection.shards = 2;
        scored_make(rows[i], &scored);
        assert_true(scored.summary->scope.is_partial);
        assert_int_equal(scored.summary->exit_code, 0);
        assert_int_equal(scored.summary->conformance, CONFORMANCE_UNDECIDED);
        arena_fini(&scored.arena);
    }
}

/* Shows that one execution of a layer is not taken for the layer. */
static void layer_needs_half_of_its_executions(void **state)
{
    static const struct row row = {.cases = {GOOD_A,
                                             {"s/b#1", "D-02", LEVEL_MUST, STATE_NOT_APPLICABLE, 0,
                                              0, EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL},
                                             {"s/b#2", "D-02", LEVEL_MUST, STATE_NOT_APPLICABLE, 0,
                                              0, EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL}}};
    struct scored scored;
    (void)state;

    scored_prepare(&row, &scored);
    scored_make(&row, &scored);
    const struct record_scope *scope = &scored.summary->scope;
    assert_int_equal(scope->layers.n, 0);
    assert_int_equal(scope->not_layers.n, 1);
    arena_fini(&scored.arena);
}

/* Shows that counts stand under their level and their suite. */
static void counts_stand_under_level_and_suite(void **state)
{
    static const struct row row = {.cases = {GOOD_A,
                                             {"s/b#1", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0,
                                              EXPECT_OPENS, SEEN_REFUSAL, "c", ""},
                                             {"s/c", "D-02", LEVEL_SHOULD, STATE_FAILED, 1, 0,
                                              EXPECT_OPENS, SEEN_REFUSAL, "c", NULL},
                                             {"s/d", "D-02", LEVEL_MUST, STATE_NOT_APPLICABLE, 0, 0,
                                              EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL}},
                                   .line = {"s/b", "r", NULL, 1, NULL}};
    struct scored scored;
    (void)state;

    scored_prepare(&row, &scored);
    scored_make(&row, &scored);
    const struct counts *must = &scored.summary->levels[LEVEL_MUST];
    const struct record_suite *in_suite = &scored.summary->suites[0];
    assert_int_equal(must->applicable, 2);
    assert_int_equal(must->of[STATE_PASSED], 1);
    assert_int_equal(must->of[STATE_KNOWN], 1);
    assert_int_equal(must->of[STATE_NOT_APPLICABLE], 1);
    assert_int_equal(scored.summary->levels[LEVEL_SHOULD].of[STATE_FAILED], 1);
    assert_int_equal(scored.summary->n_suites, 1);
    assert_string_equal(in_suite->layer, "cipher");
    assert_int_equal(in_suite->counts.of[STATE_FAILED], 1);
    assert_int_equal(in_suite->counts.of[STATE_KNOWN], 1);
    arena_fini(&scored.arena);
}

/* D-01's case with |is_setup| fails at a step that speaks for D-02, whose own case came to
 * |other|. */
static void score_another(bool is_setup, enum state other, struct record_summary *out)
{
    const struct case_double cases[] = {
        {"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 1, 1, EXPECT_REFUSES, SEEN_REFUSAL, "D-02|c",
         NULL},
        {"s/b", "D-02", LEVEL_MUST, other, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "D-02|d", NULL},
        {0}};
    static const char *const nothing = NULL;
    static struct run_double doubles;
    static struct arena arena;
    struct suite suite = scored_suite, *suites[] = {&suite};
    const struct score_inputs inputs = {.requirements = scored_requirements,
                                        .n_requirements = 3,
                                        .suites = suites,
                                        .n_suites = 1,
                                        .today = TODAY};
    arena_init(&arena, 1u << 20);
    run_from_doubles(cases, &nothing, &doubles);
    doubles.cases[0].result.violates = "D-02";
    doubles.cases[0].result.is_setup = is_setup;
    assert_int_equal(score_run(&doubles.run, &inputs, &arena), OK);
    *out = *doubles.run.summary;
    assert_string_equal(scored_status(out, "D-01"), "blocked");
    assert_string_equal(scored_status(out, "D-02"), "failed");
    arena_fini(&arena);
}

static void failure_is_of_the_requirement_that_its_step_speaks_for(void **state)
{
    struct record_summary summary;
    (void)state;
    score_another(false, STATE_PASSED, &summary);
    assert_int_equal(summary.levels[LEVEL_MUST].of[STATE_FAILED], 1);
    assert_int_equal(summary.state, RUN_FAILED);
}

static void blocked_case_is_counted_apart_and_is_no_pass(void **state)
{
    struct record_summary summary;
    (void)state;
    score_another(true, STATE_FAILED, &summary);
    assert_int_equal(summary.levels[LEVEL_MUST].of[STATE_FAILED], 1);
    assert_int_equal(summary.levels[LEVEL_MUST].of[STATE_BLOCKED], 1);
    assert_int_equal(summary.levels[LEVEL_MUST].of[STATE_PASSED], 0);
    assert_int_equal(summary.state, RUN_FAILED);
}

static void setup_that_nothing_explains_fails_the_run(void **state)
{
    struct record_summary summary;
    (void)state;
    score_another(true, STATE_PASSED, &summary);
    assert_int_equal(summary.levels[LEVEL_MUST].of[STATE_BLOCKED], 0);
    assert_int_equal(summary.state, RUN_FAILED);
}

/* D-03 only should hold, so a MUST case that cannot go on for it shows no violation of a MUST. */
static void failure_binds_no_more_than_what_is_violated(void **state)
{
    static const struct row row = {.cases = {GOOD_A,
                                             {"s/b", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0,
                                              EXPECT_OPENS, SEEN_REFUSAL, "D-03|c", NULL}}};
    struct scored scored;
    (void)state;

    scored_prepare(&row, &scored);
    scored.run.cases[1].result.violates = "D-03";
    scored_make(&row, &scored);
    assert_int_equal(scored.summary->levels[LEVEL_MUST].of[STATE_FAILED], 0);
    assert_int_equal(scored.summary->levels[LEVEL_SHOULD].of[STATE_FAILED], 1);
    assert_int_equal(scored.summary->conformance, CONFORMANCE_YES);
    assert_int_equal(scored.summary->exit_code, 0);
    assert_string_equal(scored_status(scored.summary, "D-02"), "blocked");
    assert_string_equal(scored_status(scored.summary, "D-03"), "failed");
    arena_fini(&scored.arena);
}

/* Shows that coverage counts what ran out of everything, and says of the rest why it did not. */
static void coverage_counts_what_ran(void **state)
{
    static const struct row row = {.cases = {GOOD_A}, .selected = "s/a"};
    struct scored scored;
    (void)state;

    scored_prepare(&row, &scored);
    scored_make(&row, &scored);
    assert_int_equal(scored.summary->coverage.requirements, 4);
    assert_int_equal(scored.summary->coverage.covered, 1);
    assert_int_equal(scored.summary->coverage.not_run, 1);
    assert_int_equal(scored.summary->coverage.not_built, 1);
    assert_int_equal(scored.summary->coverage.not_observable, 1);
    arena_fini(&scored.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_stand_under_level_and_suite),
        cmocka_unit_test(coverage_counts_what_ran),
        cmocka_unit_test(scope_says_what_did_not_apply),
        cmocka_unit_test(shard_is_partial_and_never_vacuous),
        cmocka_unit_test(layer_needs_half_of_its_executions),
        cmocka_unit_test(failure_is_of_the_requirement_that_its_step_speaks_for),
        cmocka_unit_test(blocked_case_is_counted_apart_and_is_no_pass),
        cmocka_unit_test(failure_binds_no_more_than_what_is_violated),
        cmocka_unit_test(setup_that_nothing_explains_fails_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
