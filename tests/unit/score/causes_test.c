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

static json_t *find(const struct case_double *cases)
{
    json_t *results = results_from_doubles(cases, NULL), *causes = NULL;
    assert_int_equal(
        causes_find(json_object_get(results, "cases"), requirements, 1, "2026-11-23", &causes), OK);
    json_decref(results);
    return causes;
}

static const char *text_at(const json_t *causes, size_t i, const char *key)
{
    return json_string_value(json_object_get(json_array_get(causes, i), key));
}

static void same_signature_is_one_cause(void **state)
{
    static const struct case_double cases[] = {
        {"s/a#1", "D-01", "must", "fail", 0, 0, "opens", "refusal", "D-01|mac", NULL},
        {"s/a#2", "D-01", "must", "fail", 0, 0, "opens", "refusal", "D-01|mac", NULL},
        {0}};
    json_t *causes = find(cases);
    (void)state;
    assert_int_equal(json_array_size(causes), 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(causes, 0), "count")), 2);
    assert_string_equal(text_at(causes, 0, "smallest"), "s/a#1");
    assert_string_equal(text_at(causes, 0, "text"), "messages can be deleted unseen");
    json_decref(causes);
}

static void fewest_steps_are_the_smallest_example(void **state)
{
    static const struct case_double cases[] = {
        {"s/long", "D-01", "must", "fail", 0, 0, "opens", "refusal", "c", NULL},
        {"s/short", "D-01", "must", "fail", 0, 0, NULL, NULL, "c", NULL},
        {0}};
    json_t *causes = find(cases);
    (void)state;
    assert_string_equal(text_at(causes, 0, "smallest"), "s/short");
    json_decref(causes);
}

static void must_comes_first_then_the_greater_count(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", "should", "fail", 0, 0, NULL, NULL, "one", NULL},
        {"s/b", "D-01", "must", "inconclusive", 0, 0, NULL, NULL, "two", NULL},
        {"s/c", "D-01", "must", "fail", 0, 0, NULL, NULL, "three", NULL},
        {"s/d", "D-01", "must", "fail", 0, 0, NULL, NULL, "four", NULL},
        {"s/e", "D-01", "must", "fail", 0, 0, NULL, NULL, "four", NULL},
        {0}};
    json_t *causes = find(cases);
    (void)state;
    assert_int_equal(json_array_size(causes), 4);
    assert_string_equal(text_at(causes, 0, "cause"), "four");
    assert_string_equal(text_at(causes, 1, "cause"), "three");
    assert_string_equal(text_at(causes, 2, "cause"), "two");
    assert_string_equal(text_at(causes, 3, "cause"), "one");
    json_decref(causes);
}

static void known_failure_is_no_cause(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", "must", "fail", 0, 0, NULL, NULL, "c", ""}, {0}};
    json_t *causes = find(cases);
    (void)state;
    assert_int_equal(json_array_size(causes), 0);
    json_decref(causes);
}

static void different_levels_are_different_causes(void **state)
{
    static const struct case_double cases[] = {
        {"s/a", "D-01", "must", "fail", 0, 0, NULL, NULL, "c", NULL},
        {"s/b", "D-01", "hardening", "fail", 0, 0, NULL, NULL, "c", NULL},
        {0}};
    json_t *causes = find(cases);
    (void)state;
    assert_int_equal(json_array_size(causes), 2);
    json_decref(causes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_signature_is_one_cause),
        cmocka_unit_test(fewest_steps_are_the_smallest_example),
        cmocka_unit_test(must_comes_first_then_the_greater_count),
        cmocka_unit_test(known_failure_is_no_cause),
        cmocka_unit_test(different_levels_are_different_causes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
