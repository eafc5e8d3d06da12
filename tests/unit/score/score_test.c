/* Shows what outcome and exit code a run gets, and what status a requirement gets. */
#include "score/score.h"

#include "results_double.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CASES_MAX 4
#define TODAY "2026-11-23"

static const struct requirement requirements[] = {
    {.id = "D-01", .level = LEVEL_MUST, .testable = "yes", .text = "t", .impact = "i"},
    {.id = "D-02", .level = LEVEL_MUST, .testable = "yes", .text = "t", .impact = "i"},
    {.id = "D-03", .level = LEVEL_SHOULD, .testable = "no", .reason = "needs a clock"},
};

static const struct case_spec specs[] = {{.id = "a", .requirement = &requirements[0]},
                                         {.id = "b", .requirement = &requirements[1]}};
static const struct suite suite = {
    .id = "s", .title = "S", .layer = "cipher", .cases = specs, .n_cases = 2};

/* Two honest cases that make everything around the case of interest non-vacuous. */
#define GOOD_A                                                                                     \
    {                                                                                              \
        "s/a", "D-01", "must", "pass", 2, 1, "refuses", "refusal", NULL, NULL                      \
    }
#define GOOD_B                                                                                     \
    {                                                                                              \
        "s/b", "D-02", "must", "pass", 1, 0, "opens", "plaintext", NULL, NULL                      \
    }

struct row {
    const char *sentence;
    struct case_double cases[CASES_MAX + 1];
    struct known_failure line; /* case_id NULL: no known-failures file */
    const char *selected;
    const char *interrupted;
    bool is_strict;
    const char *outcome;
    int exit_code;
    const char *reason;      /* one of the summary's reasons; NULL: there are none */
    const char *requirement; /* whose status is |status|; NULL: not looked at */
    const char *status;
};

static const struct row rows[] = {
    {"all passed is conformant",
     {GOOD_A, GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-01",
     "passed"},
    {"a failed MUST fails the run",
     {GOOD_A, {"s/b", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     "failed",
     1,
     "1 MUST case failed",
     "D-02",
     "failed"},
    {"two are counted in the plural",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", NULL},
      {"s/d", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     "failed",
     1,
     "2 MUST cases failed",
     "D-02",
     "failed"},
    {"a failed SHOULD does not",
     {GOOD_A, GOOD_B, {"s/c", "D-03", "should", "fail", 1, 0, "opens", "refusal", "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-03",
     "failed"},
    {"with strict it does",
     {GOOD_A, GOOD_B, {"s/c", "D-03", "should", "fail", 1, 0, "opens", "refusal", "c", NULL}},
     {0},
     NULL,
     NULL,
     true,
     "failed",
     1,
     "1 SHOULD case failed",
     NULL,
     NULL},
    {"with strict hardening fails too",
     {GOOD_A, GOOD_B, {"s/c", "D-03", "hardening", "fail", 1, 0, "opens", "refusal", "c", NULL}},
     {0},
     NULL,
     NULL,
     true,
     "failed",
     1,
     "1 hardening case failed",
     NULL,
     NULL},
    {"a measure never fails, even with strict",
     {GOOD_A, GOOD_B, {"s/c", "D-03", "measure", "fail", 1, 0, "opens", "refusal", "c", NULL}},
     {0},
     NULL,
     NULL,
     true,
     "conformant",
     0,
     NULL,
     NULL,
     NULL},
    {"an inconclusive MUST is neither passed nor failed",
     {GOOD_A, {"s/b", "D-02", "must", "inconclusive", 1, 0, "opens", "", NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "inconclusive",
     2,
     "1 MUST case is inconclusive",
     "D-02",
     "inconclusive"},
    {"a failure outweighs inconclusive",
     {{"s/a", "D-01", "must", "fail", 1, 0, "opens", "refusal", "c", NULL},
      {"s/b", "D-02", "must", "inconclusive", 1, 0, "opens", "", NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "failed",
     1,
     "1 MUST case failed",
     NULL,
     NULL},
    {"an error of ours outweighs a failure",
     {{"s/a", "D-01", "must", "fail", 1, 0, "opens", "refusal", "c", NULL},
      {"s/b", "D-02", "should", "error", 1, 0, "opens", "", NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "error",
     3,
     "1 case ended in an error of assay",
     NULL,
     NULL},
    {"a verdict nobody knows is an error",
     {GOOD_A, {"s/b", "D-02", "must", "splendid", 1, 0, "opens", "", NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "error",
     3,
     "1 case ended in an error of assay",
     NULL,
     NULL},
    {"a listed failure is excused",
     {GOOD_A, {"s/b", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", ""}},
     {"s/b", "r", NULL, 1},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-02",
     "known"},
    {"its last day is in force",
     {GOOD_A, {"s/b", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", TODAY}},
     {"s/b", "r", TODAY, 1},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-02",
     "known"},
    {"the day after it excuses nothing",
     {GOOD_A, {"s/b", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", "2026-11-22"}},
     {"s/b", "r", "2026-11-22", 1},
     NULL,
     NULL,
     false,
     "failed",
     1,
     "1 MUST case failed",
     "D-02",
     "failed"},
    {"an expired line fails the run even when the case is only a SHOULD",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-03", "should", "fail", 1, 0, "opens", "refusal", "c", "2026-01-01"}},
     {"s/c", "r", "2026-01-01", 1},
     NULL,
     NULL,
     false,
     "failed",
     1,
     "1 line of the known-failures file is wrong",
     NULL,
     NULL},
    {"a listed pass fails the run",
     {GOOD_A, {"s/b", "D-02", "must", "pass", 1, 0, "opens", "plaintext", NULL, ""}},
     {"s/b", "r", NULL, 1},
     NULL,
     NULL,
     false,
     "failed",
     1,
     "1 line of the known-failures file is wrong",
     "D-02",
     "passed"},
    {"a line for a sweep is right while one instance fails",
     {GOOD_A,
      {"s/b#1", "D-02", "must", "pass", 1, 0, "opens", "plaintext", NULL, ""},
      {"s/b#2", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", ""}},
     {"s/b", "r", NULL, 1},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-02",
     "known"},
    {"a line that names nothing fails a whole run",
     {GOOD_A, GOOD_B},
     {"s/gone", "r", NULL, 1},
     NULL,
     NULL,
     false,
     "failed",
     1,
     "1 line of the known-failures file is wrong",
     NULL,
     NULL},
    {"but not a run of chosen cases",
     {GOOD_A, GOOD_B},
     {"s/gone", "r", NULL, 1},
     "s/*",
     NULL,
     false,
     "conformant",
     0,
     NULL,
     NULL,
     NULL},
    {"a line for a case that is not applicable names nothing that ran",
     {GOOD_A, GOOD_B, {"s/c", "D-02", "must", "not-applicable", 0, 0, NULL, NULL, NULL, ""}},
     {"s/c", "r", NULL, 1},
     "s/*",
     NULL,
     false,
     "failed",
     1,
     "1 line of the known-failures file is wrong",
     NULL,
     NULL},
    {"a known line does not excuse an inconclusive case",
     {GOOD_A, {"s/b", "D-02", "must", "inconclusive", 1, 0, "opens", "", NULL, ""}},
     {"s/b", "r", NULL, 1},
     NULL,
     NULL,
     false,
     "inconclusive",
     2,
     "1 MUST case is inconclusive",
     NULL,
     NULL},
    {"nothing selected is vacuous",
     {{0}},
     {0},
     "x",
     NULL,
     false,
     "vacuous",
     2,
     "nothing was selected",
     "D-01",
     "not-run"},
    {"nothing applicable is vacuous",
     {{"s/a", "D-01", "must", "not-applicable", 0, 0, NULL, NULL, NULL, NULL}},
     {0},
     "x",
     NULL,
     false,
     "vacuous",
     2,
     "nothing was executed",
     "D-01",
     "not-applicable"},
    {"a target that refuses nothing makes a whole run vacuous",
     {{"s/a", "D-01", "must", "pass", 1, 0, "opens", "plaintext", NULL, NULL}, GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     "vacuous",
     2,
     "the target refused nothing",
     "D-01",
     "passed"},
    {"a target that accepts nothing too",
     {{"s/a", "D-01", "must", "pass", 0, 1, "refuses", "refusal", NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "vacuous",
     2,
     "the target accepted nothing",
     "D-01",
     "vacuous"},
    {"a MUST whose refusals saw no acceptance makes a whole run vacuous",
     {{"s/a", "D-01", "must", "pass", 0, 1, "refuses", "refusal", NULL, NULL}, GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     "vacuous",
     2,
     "1 MUST requirement lacks an acceptance or a refusal",
     "D-01",
     "vacuous"},
    {"a chosen case that passes gets its verdict, and the table says vacuous",
     {{"s/a", "D-01", "must", "pass", 0, 1, "refuses", "refusal", NULL, NULL}},
     {0},
     "s/a",
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-01",
     "vacuous"},
    {"a held relation is evidence where nothing can be refused",
     {GOOD_A, {"s/b", "D-02", "must", "pass", 0, 0, "holds", "relation-holds", NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-02",
     "passed"},
    {"a requirement that saw nothing at all is vacuous",
     {GOOD_A, {"s/b", "D-02", "must", "pass", 0, 0, "holds", "", NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "vacuous",
     2,
     "1 MUST requirement lacks an acceptance or a refusal",
     "D-02",
     "vacuous"},
    {"a failing hardening case leaves the MUST it belongs to passed",
     {GOOD_A, GOOD_B, {"s/c", "D-02", "hardening", "fail", 1, 0, "opens", "refusal", "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-02",
     "passed"},
    {"a person's interruption is no conformance",
     {GOOD_A, {"s/b", "D-02", "must", "not-run", 0, 0, NULL, NULL, NULL, NULL}},
     {0},
     NULL,
     "interrupted by signal",
     false,
     "interrupted",
     3,
     "interrupted by signal",
     "D-02",
     "not-run"},
    {"a target that went down failed",
     {GOOD_A, {"s/b", "D-02", "must", "not-run", 0, 0, NULL, NULL, NULL, NULL}},
     {0},
     NULL,
     "target down at case s/b",
     false,
     "failed",
     1,
     "target down at case s/b",
     NULL,
     NULL},
    {"a MUST that was not run without a word is inconclusive",
     {GOOD_A, {"s/b", "D-02", "must", "not-run", 0, 0, NULL, NULL, NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     "inconclusive",
     2,
     "1 MUST case was not run",
     NULL,
     NULL},
    {"what cannot be tested says so",
     {GOOD_A, GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-03",
     "not-testable"},
    {"what was not chosen is not run",
     {GOOD_A},
     {0},
     "s/a",
     NULL,
     false,
     "conformant",
     0,
     NULL,
     "D-02",
     "not-run"},
};

static bool has_reason(const json_t *summary, const char *reason)
{
    size_t i;
    const json_t *sentence;
    json_array_foreach(json_object_get(summary, "reasons"), i, sentence)
    {
        if (strcmp(json_string_value(sentence), reason) == 0)
            return true;
    }
    return false;
}

static const char *status_of(const json_t *summary, const char *id)
{
    size_t i;
    const json_t *entry;
    json_array_foreach(json_object_get(summary, "requirements"), i, entry)
    {
        if (strcmp(json_string_value(json_object_get(entry, "id")), id) == 0)
            return json_string_value(json_object_get(entry, "status"));
    }
    return "absent";
}

static json_t *score(const struct row *row)
{
    const struct suite *suites[] = {&suite};
    struct known_failure line = row->line;
    struct known_failures known = {.file = "known.txt", .items = &line, .count = 1};
    json_t *results = results_from_doubles(row->cases, row->selected), *summary = NULL;
    struct score_inputs in = {.requirements = requirements,
                              .n_requirements = COUNT(requirements),
                              .suites = suites,
                              .n_suites = 1,
                              .known = line.case_id ? &known : NULL,
                              .is_strict = row->is_strict,
                              .today = TODAY};

    if (row->interrupted)
        json_object_set_new(results, "interrupted", json_string(row->interrupted));
    assert_int_equal(score_run(results, &in, &summary), OK);
    json_decref(results);
    return summary;
}

static void outcome_is_as_stated(void **state)
{
    const struct row *row = *state;
    json_t *summary = score(row);

    assert_string_equal(json_string_value(json_object_get(summary, "outcome")), row->outcome);
    assert_int_equal(json_integer_value(json_object_get(summary, "exit")), row->exit_code);
    if (row->reason)
        assert_true(has_reason(summary, row->reason));
    else
        assert_int_equal(json_array_size(json_object_get(summary, "reasons")), 0);
    if (row->requirement)
        assert_string_equal(status_of(summary, row->requirement), row->status);
    json_decref(summary);
}

/* Shows that counts stand under their level and their suite. */
static void counts_stand_under_level_and_suite(void **state)
{
    static const struct row row = {
        .cases = {GOOD_A,
                  {"s/b#1", "D-02", "must", "fail", 1, 0, "opens", "refusal", "c", ""},
                  {"s/c", "D-02", "should", "fail", 1, 0, "opens", "refusal", "c", NULL},
                  {"s/d", "D-02", "must", "not-applicable", 0, 0, NULL, NULL, NULL, NULL}},
        .line = {"s/b", "r", NULL, 1}};
    json_t *summary = score(&row), *must, *should, *in_suite;
    (void)state;

    must = json_object_get(json_object_get(summary, "levels"), "must");
    should = json_object_get(json_object_get(summary, "levels"), "should");
    in_suite = json_array_get(json_object_get(summary, "suites"), 0);
    assert_int_equal(json_integer_value(json_object_get(must, "applicable")), 2);
    assert_int_equal(json_integer_value(json_object_get(must, "passed")), 1);
    assert_int_equal(json_integer_value(json_object_get(must, "known")), 1);
    assert_int_equal(json_integer_value(json_object_get(must, "not_applicable")), 1);
    assert_int_equal(json_integer_value(json_object_get(should, "failed")), 1);
    assert_string_equal(json_string_value(json_object_get(in_suite, "layer")), "cipher");
    assert_int_equal(json_integer_value(json_object_get(in_suite, "failed")), 1);
    assert_int_equal(json_integer_value(json_object_get(in_suite, "known")), 1);
    json_decref(summary);
}

/* Shows that coverage counts what ran, out of what can be tested, rounded down. */
static void coverage_counts_what_ran(void **state)
{
    static const struct row row = {.cases = {GOOD_A}, .selected = "s/a"};
    json_t *summary = score(&row), *coverage = json_object_get(summary, "coverage");
    (void)state;

    assert_int_equal(json_integer_value(json_object_get(coverage, "testable")), 2);
    assert_int_equal(json_integer_value(json_object_get(coverage, "covered")), 1);
    assert_string_equal(json_string_value(json_object_get(coverage, "percent")), "50.0");
    json_decref(summary);
}

/* Shows that a document without cases is refused and gives nothing. */
static void document_without_cases_is_refused(void **state)
{
    json_t *results = json_object(), *summary = results;
    struct score_inputs in = {.today = TODAY};
    (void)state;

    assert_int_equal(score_run(results, &in, &summary), E_PARSE);
    assert_null(summary);
    json_decref(results);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 3];
    memset(tests, 0, sizeof tests);
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, outcome_is_as_stated);
    tests[COUNT(rows)].name = "counts stand under their level and their suite";
    tests[COUNT(rows)].test_func = counts_stand_under_level_and_suite;
    tests[COUNT(rows) + 1].name = "coverage counts what ran";
    tests[COUNT(rows) + 1].test_func = coverage_counts_what_ran;
    tests[COUNT(rows) + 2].name = "a document without cases is refused";
    tests[COUNT(rows) + 2].test_func = document_without_cases_is_refused;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
