/* Shows how failures become root causes, and in which order they stand. */
#include "score/causes.h"

#include "results_double.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct requirement requirements[] = {
    {.id = "D-01", .level = LEVEL_MUST, .impact = "messages can be deleted unseen"}};

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

static void find(const struct case_double *cases)
{
    static const char *const nothing = NULL;
    run_from_doubles(cases, &nothing, &found_in);
    assert_int_equal(causes_find(&found_in.run, requirements, 1, &arena, &summary), OK);
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
    static const struct case_double cases[] = {{"s/a", "D-01", LEVEL_SHOULD, STATE_FAILED, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "one", NULL},
                                               {"s/b", "D-01", LEVEL_MUST, STATE_INCONCLUSIVE, 0, 0,
                                                EXPECT_NONE, SEEN_NOTHING_YET, "two", NULL},
                                               {"s/c", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0,
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

static void known_failure_is_no_cause(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", ""},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 0);
}

static void different_levels_are_different_causes(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c", NULL},
        {"s/b", "D-01", LEVEL_HARDENING, STATE_FAILED, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, "c",
         NULL},
        {0}};
    (void)state;
    find(cases);
    assert_int_equal(summary.n_causes, 2);
}

#define CAUSES_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAUSES_TEST(same_signature_is_one_cause),
        CAUSES_TEST(fewest_steps_are_the_smallest_example),
        CAUSES_TEST(must_comes_first_then_the_greater_count),
        CAUSES_TEST(known_failure_is_no_cause),
        CAUSES_TEST(different_levels_are_different_causes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
