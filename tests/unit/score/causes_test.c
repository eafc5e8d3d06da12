/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows how failures become root causes, and in which order they stand. */
#include "score/causes.h"

#include "results_double.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct requirement requirements[] = {
    {.id = "D-01", .level = LEVEL_MUST, .impact = "messages can be deleted unseen"},
    {.id = "D-02", .level = LEVEL_MUST, .impact = "two", .part_of = "D-01"},
    {.id = "D-03", .level = LEVEL_MUST, .impact = "three"},
    {.id = "D-04", .level = LEVEL_MUST, .impact = "four"}};
#define N_REQUIREMENTS (sizeof(requirements) / sizeof(requirements[0]))

static struct arena arena;
static struct run_double found_in;
static struct record_summary summary;

static int start(void **state)
{
    (void)state;
    arena_init(&arena, 1u << 20);
    summary = (struct record_summary){.state = RUN_NONE};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static const char *const nothing = NULL;

static void find(const struct case_double *cases)
{
    run_from_doubles(cases, &nothing, &found_in);
    assert_int_equal(causes_find(&found_in.run, requirements, N_REQUIREMENTS, &arena, &summary),
                     OK);
}

static void same_signature_is_one_cause(void **state)
{
    static const struct case_double cases[] = {{"s/a#1", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_OPENS, SEEN_REFUSAL, "D-01|mac", NULL},
                                               {"s/a#2", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_OPENS, SEEN_REFUSAL, "D-01|mac", NULL},
                                               {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_int_equal(summary.causes[0].count, 2);
    assert_string_equal(summary.causes[0].smallest, "s/a#1");
    assert_string_equal(summary.causes[0].text, "messages can be deleted unseen");
}

static void fewest_steps_are_the_smallest_example(void **state)
{
    static const struct case_double cases[] = {
        {"s/long", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL},
        {"s/short", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c",
         NULL},
        {0}};
    (void)state;
    find(cases);
    assert_string_equal(summary.causes[0].smallest, "s/short");
}

static void must_comes_first_then_the_greater_count(void **state)
{
    static const struct case_double cases[] = {{"s/a", "D-04", LEVEL_SHOULD, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "one", NULL},
                                               {"s/b", "D-01", LEVEL_MUST, STATE_INCONCLUSIVE, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "two", NULL},
                                               {"s/c", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "three", NULL},
                                               {"s/d", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "four", NULL},
                                               {"s/e", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "four", NULL},
                                               {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 4);
    assert_string_equal(summary.causes[0].signature, "four");
    assert_string_equal(summary.causes[1].signature, "three");
    assert_string_equal(summary.causes[2].signature, "two");
    assert_string_equal(summary.causes[3].signature, "one");
}

static void example_is_of_the_causes_level(void **state)
{
    static const struct case_double cases[] = {
        {"s/short", "D-01", LEVEL_HARDENING, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c",
         NULL},
        {"s/long", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_int_equal(summary.causes[0].level, LEVEL_MUST);
    assert_string_equal(summary.causes[0].smallest, "s/long");
}

static void example_is_a_case_of_the_causes_requirement(void **state)
{
    static const struct case_double cases[] = {{"s/short", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-01|c", NULL},
                                               {"s/long", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_OPENS, SEEN_REFUSAL, "D-01|c", NULL},
                                               {0}};
    (void)state;
    run_from_doubles(cases, &nothing, &found_in);
    found_in.cases[0].result.violates = found_in.cases[1].result.violates = "D-01";
    assert_int_equal(causes_find(&found_in.run, requirements, N_REQUIREMENTS, &arena, &summary),
                     OK);
    assert_int_equal(summary.n_causes, 1);
    assert_string_equal(summary.causes[0].requirement, "D-01");
    assert_string_equal(summary.causes[0].smallest, "s/long");
}

static void known_failures_have_causes_of_their_own(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", ""},
        {"s/b", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "d", ""},
        {"s/c", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "e", NULL},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_string_equal(summary.causes[0].requirement, "D-03");
    assert_int_equal(summary.n_known_causes, 1);
    assert_string_equal(summary.known_causes[0].requirement, "D-01");
    assert_int_equal(summary.known_causes[0].count, 2);
}

static void known_failure_is_no_cause(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", ""},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 0);
}

static void one_requirement_is_one_cause_at_its_most_binding_level(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/b", "D-01", LEVEL_HARDENING, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "d",
         NULL},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_int_equal(summary.causes[0].level, LEVEL_MUST);
    assert_int_equal(summary.causes[0].count, 2);
}

static void of_equally_many_cases_the_more_executions_name_the_cause(void **state)
{
    static const struct case_double cases[] = {
        {"s/a#1", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/b#1", "D-04", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/b#2", "D-04", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_string_equal(summary.causes[0].requirement, "D-04");
    assert_string_equal(summary.causes[0].text, "four");
}

static void of_equally_many_cases_the_more_binding_name_the_cause(void **state)
{
    static const struct case_double cases[] = {
        {"s/a#1", "D-03", LEVEL_SHOULD, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c",
         NULL},
        {"s/a#2", "D-03", LEVEL_SHOULD, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c",
         NULL},
        {"s/b", "D-04", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {0}};
    (void)state;
    find(cases);
    assert_string_equal(summary.causes[0].requirement, "D-04");
}

static void one_signature_across_requirements_is_one_cause(void **state)
{
    static const struct case_double cases[] = {{"s/a#1", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-01|c", NULL},
                                               {"s/a#2", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-01|c", NULL},
                                               {"s/b", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-03|c", NULL},
                                               {"s/c", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-03|d", NULL},
                                               {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_string_equal(summary.causes[0].requirement, "D-03"); /* two cases; the sweep is one */
    assert_string_equal(summary.causes[0].text, "three");
    assert_string_equal(summary.causes[0].smallest, "s/b");
    assert_int_equal(summary.causes[0].also.n, 1);
    assert_string_equal(summary.causes[0].also.items[0], "D-01");
    assert_int_equal(summary.causes[0].count, 4);
    assert_int_equal(summary.causes[0].n_names, 3);
}

/* |setup| is the requirement that the setup of the second case speaks for. */
static void find_with_setup(const char *setup)
{
    static const struct case_double cases[] = {{"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-01|c", NULL},
                                               {"s/b", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-04|d", NULL},
                                               {0}};
    run_from_doubles(cases, &nothing, &found_in);
    found_in.cases[1].result.violates = setup;
    found_in.cases[1].result.is_setup = true;
    assert_int_equal(causes_find_blocked(&found_in.run, &arena), OK);
    assert_int_equal(causes_find(&found_in.run, requirements, N_REQUIREMENTS, &arena, &summary),
                     OK);
}

static void blocked_case_belongs_to_what_blocks_it(void **state)
{
    (void)state;
    find_with_setup("D-01");
    assert_int_equal(found_in.cases[1].state, STATE_BLOCKED);
    assert_string_equal(found_in.cases[1].blocked_by, "D-01");
    assert_int_equal(summary.n_causes, 1);
    assert_int_equal(summary.causes[0].count, 1);
    assert_int_equal(summary.causes[0].n_blocked, 1);
}

/* The second case stands on |what|, and fails by itself. */
static void find_standing_on(const char *what)
{
    static const struct case_double cases[] = {{"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-01|c", NULL},
                                               {"s/b", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-03|d", NULL},
                                               {0}};
    run_from_doubles(cases, &nothing, &found_in);
    found_in.cases[1].stands_on = what;
    assert_int_equal(causes_find_blocked(&found_in.run, &arena), OK);
}

static void case_is_blocked_by_what_it_stands_on(void **state)
{
    (void)state;
    find_standing_on("D-01");
    assert_int_equal(found_in.cases[1].state, STATE_BLOCKED);
    assert_string_equal(found_in.cases[1].blocked_by, "D-01");
}

static void case_that_stands_on_what_holds_fails(void **state)
{
    (void)state;
    find_standing_on("D-04");
    assert_int_equal(found_in.cases[1].state, STATE_FAILED);
    find_standing_on("");
    assert_int_equal(found_in.cases[1].state, STATE_FAILED);
}

static void what_two_lists_block_is_counted_once(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", ""},
        {"s/b", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/c", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "d", NULL},
        {0}};
    (void)state;
    run_from_doubles(cases, &nothing, &found_in);
    found_in.cases[2].result.violates = "D-01";
    found_in.cases[2].result.is_setup = true;
    assert_int_equal(causes_find_blocked(&found_in.run, &arena), OK);
    assert_int_equal(causes_find(&found_in.run, requirements, N_REQUIREMENTS, &arena, &summary),
                     OK);
    assert_int_equal(summary.causes[0].n_blocked, 1);
    assert_int_equal(summary.known_causes[0].n_blocked, 0);
}

static void setup_that_nothing_explains_stays_failed(void **state)
{
    (void)state;
    find_with_setup("D-04");
    assert_int_equal(found_in.cases[1].state, STATE_FAILED);
    assert_int_equal(summary.n_causes, 2);
    assert_string_equal(summary.causes[1].requirement, "D-04"); /* and not its own */
    assert_string_equal(summary.causes[1].text, "four");
}

static void part_of_another_requirement_is_taken_by_it(void **state)
{
    static const struct case_double cases[] = {{"s/a", "D-02", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-02|c", NULL},
                                               {"s/b", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "D-01|d", NULL},
                                               {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_int_equal(summary.causes[0].also.n, 1);
}

static void sweep_that_passes_in_part_fails(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-02", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/c", "D-02", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/b#1", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/b#2", "D-01", LEVEL_MUST, STATE_PASSED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "", NULL},
        {0}};
    (void)state;
    find(cases);
    assert_string_equal(summary.causes[0].requirement, "D-01");
}

static void part_is_named_where_another_case_of_the_whole_passes(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-02", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/c", "D-02", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/b#1", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/d", "D-01", LEVEL_MUST, STATE_PASSED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "", NULL},
        {0}};
    (void)state;
    find(cases);
    assert_string_equal(summary.causes[0].requirement, "D-02");
}

static void what_is_optional_explains_nothing_that_is_not(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-03", LEVEL_HARDENING, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET,
         "D-03|deliver|opens|-|refusal", NULL},
        {"s/b", "D-04", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET,
         "D-04|deliver|opens|after-refusal|refusal", NULL},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_string_equal(summary.causes[0].requirement, "D-04");
}

#define CAUSES_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

/* Whether a refusal is to blame is known of what was tried, and need not be guessed from others. */
static void what_was_tried_counts_beside_what_fails_plainly(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-03", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_OPENS, SEEN_REFUSAL,
         "D-03|deliver|opens|-|refusal", NULL},
        {"s/b", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_OPENS, SEEN_REFUSAL,
         "D-01|deliver|opens|after-refusal|refusal", NULL},
        {"s/c", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_OPENS, SEEN_REFUSAL,
         "D-01|deliver|opens|after-refusal|refusal", NULL},
        {0}};
    static struct record_trial trial = {"s/b", "D-01|deliver|opens|after-refusal|refusal",
                                        WITHOUT_REFUSALS, STATE_PASSED};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 1);
    assert_string_equal(summary.causes[0].requirement, "D-03");
    for (size_t i = 1; i < 3; i++) {
        found_in.cases[i].surface = "library";
        found_in.cases[i].result.alone = "D-04";
    }
    found_in.run.trials = &trial;
    found_in.run.n_trials = 1;
    assert_int_equal(causes_find(&found_in.run, requirements, N_REQUIREMENTS, &arena, &summary),
                     OK);
    assert_int_equal(summary.n_causes, 1);
    assert_string_equal(summary.causes[0].requirement, "D-01");
    assert_non_null(strstr(summary.causes[0].shown, "the refusal is to blame"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAUSES_TEST(what_was_tried_counts_beside_what_fails_plainly),
        CAUSES_TEST(same_signature_is_one_cause),
        CAUSES_TEST(fewest_steps_are_the_smallest_example),
        CAUSES_TEST(must_comes_first_then_the_greater_count),
        CAUSES_TEST(example_is_of_the_causes_level),
        CAUSES_TEST(example_is_a_case_of_the_causes_requirement),
        CAUSES_TEST(known_failures_have_causes_of_their_own),
        CAUSES_TEST(known_failure_is_no_cause),
        CAUSES_TEST(one_requirement_is_one_cause_at_its_most_binding_level),
        CAUSES_TEST(of_equally_many_cases_the_more_executions_name_the_cause),
        CAUSES_TEST(of_equally_many_cases_the_more_binding_name_the_cause),
        CAUSES_TEST(one_signature_across_requirements_is_one_cause),
        CAUSES_TEST(blocked_case_belongs_to_what_blocks_it),
        CAUSES_TEST(case_is_blocked_by_what_it_stands_on),
        CAUSES_TEST(case_that_stands_on_what_holds_fails),
        CAUSES_TEST(what_two_lists_block_is_counted_once),
        CAUSES_TEST(setup_that_nothing_explains_stays_failed),
        CAUSES_TEST(part_of_another_requirement_is_taken_by_it),
        CAUSES_TEST(what_is_optional_explains_nothing_that_is_not),
        CAUSES_TEST(sweep_that_passes_in_part_fails),
        CAUSES_TEST(part_is_named_where_another_case_of_the_whole_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
