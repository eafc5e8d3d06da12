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
    {.id = "D-03", .level = LEVEL_SHOULD, .testable = "no", .reason = "nobody sees it"},
    {.id = "D-04", .level = LEVEL_MUST, .testable = "later", .reason = "needs a clock"},
};

static const struct case_spec specs[] = {
    {.id = "a", .full_id = "s/a", .n_instances = 1, .requirement = &requirements[0]},
    {.id = "b", .full_id = "s/b", .n_instances = 2, .requirement = &requirements[1]}};
static const struct suite suite = {
    .id = "s", .title = "S", .layer = "cipher", .cases = specs, .n_cases = 2};

/* Two honest cases that make everything around the case of interest non-vacuous. */
#define GOOD_A                                                                                     \
    {                                                                                              \
        "s/a", "D-01", LEVEL_MUST, STATE_PASSED, 2, 1, EXPECT_REFUSES, SEEN_REFUSAL, NULL, NULL    \
    }
#define GOOD_B                                                                                     \
    {                                                                                              \
        "s/b", "D-02", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, NULL    \
    }

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

static const struct row rows[] = {
    {"all passed is conformant",
     {GOOD_A, GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-01",
     "passed"},
    {"a failed MUST fails the run",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_FAILED,
     1,
     "1 MUST execution failed",
     "D-02",
     "failed"},
    {"two are counted in the plural",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL},
      {"s/d", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_FAILED,
     1,
     "2 MUST executions failed",
     "D-02",
     "failed"},
    {"a failed SHOULD does not",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-03", LEVEL_SHOULD, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-03",
     "failed"},
    {"with strict it does",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-03", LEVEL_SHOULD, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL}},
     {0},
     NULL,
     NULL,
     true,
     RUN_FAILED,
     1,
     "1 SHOULD execution failed",
     NULL,
     NULL},
    {"with strict hardening fails too",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-03", LEVEL_HARDENING, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL}},
     {0},
     NULL,
     NULL,
     true,
     RUN_FAILED,
     1,
     "1 hardening execution failed",
     NULL,
     NULL},
    {"a measure never fails, even with strict",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-03", LEVEL_MEASURE, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL}},
     {0},
     NULL,
     NULL,
     true,
     RUN_AS_LISTED,
     0,
     NULL,
     NULL,
     NULL},
    {"an inconclusive MUST is neither passed nor failed",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_INCONCLUSIVE, 1, 0, EXPECT_OPENS, SEEN_NOTHING_YET, NULL,
       NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_INCONCLUSIVE,
     2,
     "1 MUST execution is inconclusive",
     "D-02",
     "inconclusive"},
    {"a failure outweighs inconclusive",
     {{"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL},
      {"s/b", "D-02", LEVEL_MUST, STATE_INCONCLUSIVE, 1, 0, EXPECT_OPENS, SEEN_NOTHING_YET, NULL,
       NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_FAILED,
     1,
     "1 MUST execution failed",
     NULL,
     NULL},
    {"an error of ours outweighs a failure",
     {{"s/a", "D-01", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL},
      {"s/b", "D-02", LEVEL_SHOULD, STATE_ERROR, 1, 0, EXPECT_OPENS, SEEN_NOTHING_YET, NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_ERROR,
     3,
     "1 execution ended in an error of assay",
     NULL,
     NULL},
    {"a listed failure is excused",
     {GOOD_A, {"s/b", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", ""}},
     {"s/b", "r", NULL, 1, NULL},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-02",
     "known"},
    {"its last day is in force",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", TODAY}},
     {"s/b", "r", TODAY, 1, NULL},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-02",
     "known"},
    {"the day after it excuses nothing",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c",
       "2026-11-22"}},
     {"s/b", "r", "2026-11-22", 1, NULL},
     NULL,
     NULL,
     false,
     RUN_FAILED,
     1,
     "1 MUST execution failed",
     "D-02",
     "failed"},
    {"an expired line fails the run even when the case is only a SHOULD",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-03", LEVEL_SHOULD, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c",
       "2026-01-01"}},
     {"s/c", "r", "2026-01-01", 1, NULL},
     NULL,
     NULL,
     false,
     RUN_FAILED,
     1,
     "1 line of the known-failures file is wrong",
     NULL,
     NULL},
    {"a listed pass fails the run",
     {GOOD_A,
      {"s/b#1", "D-02", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, ""}},
     {"s/b#1", "r", NULL, 1, NULL},
     NULL,
     NULL,
     false,
     RUN_FAILED,
     1,
     "1 line of the known-failures file is wrong",
     "D-02",
     "passed"},
    {"a line for a sweep is right while one instance fails",
     {GOOD_A,
      {"s/b#1", "D-02", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, ""},
      {"s/b#2", "D-02", LEVEL_MUST, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", ""}},
     {"s/b", "r", NULL, 1, NULL},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-02",
     "known"},
    {"a line for a case that is not applicable is out of scope",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-02", LEVEL_MUST, STATE_NOT_APPLICABLE, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, NULL,
       ""}},
     {"s/c", "r", NULL, 1, NULL},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     NULL,
     NULL},
    {"a line for a sweep of which one passing instance was chosen is out of scope",
     {GOOD_A,
      {"s/b#1", "D-02", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, ""}},
     {"s/b", "r", NULL, 1, NULL},
     "s/b#1",
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     NULL,
     NULL},
    {"a line for a sweep of which every instance passes fails the run",
     {GOOD_A,
      {"s/b#1", "D-02", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, ""},
      {"s/b#2", "D-02", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, ""}},
     {"s/b", "r", NULL, 1, NULL},
     NULL,
     NULL,
     false,
     RUN_FAILED,
     1,
     "1 line of the known-failures file is wrong",
     NULL,
     NULL},
    {"a known line does not excuse an inconclusive case",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_INCONCLUSIVE, 1, 0, EXPECT_OPENS, SEEN_NOTHING_YET, NULL,
       ""}},
     {"s/b", "r", NULL, 1, NULL},
     NULL,
     NULL,
     false,
     RUN_INCONCLUSIVE,
     2,
     "1 MUST execution is inconclusive",
     NULL,
     NULL},
    {"nothing selected is vacuous",
     {{0}},
     {0},
     "x",
     NULL,
     false,
     RUN_VACUOUS,
     2,
     "nothing was selected",
     "D-01",
     "not-run"},
    {"a SHOULD alone decides nothing",
     {{"s/c", "D-03", LEVEL_SHOULD, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, NULL}},
     {0},
     "s/c",
     NULL,
     false,
     RUN_VACUOUS,
     2,
     "no MUST execution came to a verdict",
     NULL,
     NULL},
    {"with strict it does decide",
     {{"s/c", "D-03", LEVEL_SHOULD, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, NULL}},
     {0},
     "s/c",
     NULL,
     true,
     RUN_AS_LISTED,
     0,
     NULL,
     NULL,
     NULL},
    {"nothing applicable is vacuous",
     {{"s/a", "D-01", LEVEL_MUST, STATE_NOT_APPLICABLE, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, NULL,
       NULL}},
     {0},
     "x",
     NULL,
     false,
     RUN_VACUOUS,
     2,
     "nothing was executed",
     "D-01",
     "not-applicable"},
    {"a target that refuses nothing makes a whole run vacuous",
     {{"s/a", "D-01", LEVEL_MUST, STATE_PASSED, 1, 0, EXPECT_OPENS, SEEN_PLAINTEXT, NULL, NULL},
      GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     RUN_VACUOUS,
     2,
     "the target refused nothing",
     "D-01",
     "passed"},
    {"a target that accepts nothing too",
     {{"s/a", "D-01", LEVEL_MUST, STATE_PASSED, 0, 1, EXPECT_REFUSES, SEEN_REFUSAL, NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_VACUOUS,
     2,
     "the target accepted nothing",
     "D-01",
     "vacuous"},
    {"a MUST whose refusals saw no acceptance makes a whole run vacuous",
     {{"s/a", "D-01", LEVEL_MUST, STATE_PASSED, 0, 1, EXPECT_REFUSES, SEEN_REFUSAL, NULL, NULL},
      GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     RUN_VACUOUS,
     2,
     "1 MUST requirement lacks an acceptance or a refusal",
     "D-01",
     "vacuous"},
    {"a chosen case that passes gets its verdict, and the table says vacuous",
     {{"s/a", "D-01", LEVEL_MUST, STATE_PASSED, 0, 1, EXPECT_REFUSES, SEEN_REFUSAL, NULL, NULL}},
     {0},
     "s/a",
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-01",
     "vacuous"},
    {"a held relation is evidence where nothing can be refused",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_PASSED, 0, 0, EXPECT_HOLDS, SEEN_RELATION_HOLDS, NULL,
       NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-02",
     "passed"},
    {"a requirement that saw nothing at all is vacuous",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_PASSED, 0, 0, EXPECT_HOLDS, SEEN_NOTHING_YET, NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_VACUOUS,
     2,
     "1 MUST requirement lacks an acceptance or a refusal",
     "D-02",
     "vacuous"},
    {"a failing hardening case leaves the MUST it belongs to passed",
     {GOOD_A,
      GOOD_B,
      {"s/c", "D-02", LEVEL_HARDENING, STATE_FAILED, 1, 0, EXPECT_OPENS, SEEN_REFUSAL, "c", NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-02",
     "passed"},
    {"a person's interruption is no conformance",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_NOT_RUN, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL}},
     {0},
     NULL,
     "interrupted by signal",
     false,
     RUN_INTERRUPTED,
     3,
     "interrupted by signal",
     "D-02",
     "not-run"},
    {"a target that went down failed",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_NOT_RUN, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL}},
     {0},
     NULL,
     "target down at case s/b",
     false,
     RUN_FAILED,
     1,
     "target down at case s/b",
     NULL,
     NULL},
    {"a MUST that was not run without a word is inconclusive",
     {GOOD_A,
      {"s/b", "D-02", LEVEL_MUST, STATE_NOT_RUN, 0, 0, EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL}},
     {0},
     NULL,
     NULL,
     false,
     RUN_INCONCLUSIVE,
     2,
     "1 MUST execution was not run",
     NULL,
     NULL},
    {"what cannot be tested says so",
     {GOOD_A, GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-03",
     "not-observable"},
    {"what is not built yet says so",
     {GOOD_A, GOOD_B},
     {0},
     NULL,
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-04",
     "not-built"},
    {"what was not chosen is not run",
     {GOOD_A},
     {0},
     "s/a",
     NULL,
     false,
     RUN_AS_LISTED,
     0,
     NULL,
     "D-02",
     "not-run"},
};

/* A run and its summary. */
struct scored {
    struct arena arena;
    struct run_double run;
    const struct record_summary *summary;
};

static bool has_reason(const struct record_summary *summary, const char *reason)
{
    for (size_t i = 0; i < summary->reasons.n; i++)
        if (strcmp(summary->reasons.items[i], reason) == 0)
            return true;
    return false;
}

static const char *status_of(const struct record_summary *summary, const char *id)
{
    for (size_t i = 0; i < summary->n_requirements; i++)
        if (strcmp(summary->requirements[i].id, id) == 0)
            return summary->requirements[i].status;
    return "absent";
}

static void prepare(const struct row *row, struct scored *out)
{
    arena_init(&out->arena, 1u << 20);
    run_from_doubles(row->cases, &row->selected, &out->run);
    if (row->interrupted)
        out->run.run.interrupted = row->interrupted;
}

static void score(const struct row *row, struct scored *out)
{
    const struct suite *suites[] = {&suite};
    struct known_failure line = row->line;
    struct known_failures known = {.file = "known.txt", .items = &line, .count = 1};
    struct score_inputs in = {.requirements = requirements,
                              .n_requirements = COUNT(requirements),
                              .suites = suites,
                              .n_suites = 1,
                              .known = line.case_id ? &known : NULL,
                              .is_strict = row->is_strict,
                              .today = TODAY};

    assert_int_equal(score_run(&out->run.run, &in, &out->arena), OK);
    out->summary = out->run.run.summary;
    assert_non_null(out->summary);
}

static void outcome_is_as_stated(void **state)
{
    const struct row *row = *state;
    struct scored scored;

    prepare(row, &scored);
    score(row, &scored);
    assert_int_equal(scored.summary->state, row->outcome);
    assert_int_equal(scored.summary->exit_code, row->exit_code);
    if (row->reason)
        assert_true(has_reason(scored.summary, row->reason));
    else
        assert_int_equal(scored.summary->reasons.n, 0);
    if (row->requirement)
        assert_string_equal(status_of(scored.summary, row->requirement), row->status);
    arena_fini(&scored.arena);
}

/* ---- the other answer */

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

    prepare(&row->row, &scored);
    struct record_run *run = &scored.run.run;
    run->selection.not_found = (struct record_texts){&row->not_found, row->not_found != NULL};
    run->preconditions = &p;
    run->n_preconditions = row->violated != NULL;
    run->is_unreachable = row->is_unreachable;
    score(&row->row, &scored);
    assert_int_equal(scored.summary->conformance, row->conformance);
    assert_int_equal(scored.summary->exit_code, row->exit_code);
    if (row->violated && row->violated[0])
        assert_string_equal(status_of(scored.summary, row->violated), "failed");
    arena_fini(&scored.arena);
}

/* Shows that the scope names the layers and why requirements did not apply. */
static void scope_says_what_did_not_apply(void **state)
{
    static const struct row row = {.cases = {GOOD_A,
                                             {"s/b", "D-02", LEVEL_MUST, STATE_NOT_APPLICABLE, 0, 0,
                                              EXPECT_NONE, SEEN_NOTHING_YET, NULL, NULL}}};
    struct scored scored;
    (void)state;

    prepare(&row, &scored);
    scored.run.cases[1].result.why = "no client";
    score(&row, &scored);
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

    prepare(&row, &scored);
    score(&row, &scored);
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

    prepare(&row, &scored);
    score(&row, &scored);
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
    const struct suite *suites[] = {&suite};
    const struct score_inputs inputs = {.requirements = requirements,
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
    assert_string_equal(status_of(out, "D-01"), "blocked");
    assert_string_equal(status_of(out, "D-02"), "failed");
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

/* Shows that coverage counts what ran out of everything, and says of the rest why it did not. */
static void coverage_counts_what_ran(void **state)
{
    static const struct row row = {.cases = {GOOD_A}, .selected = "s/a"};
    struct scored scored;
    (void)state;

    prepare(&row, &scored);
    score(&row, &scored);
    assert_int_equal(scored.summary->coverage.requirements, 4);
    assert_int_equal(scored.summary->coverage.covered, 1);
    assert_int_equal(scored.summary->coverage.not_run, 1);
    assert_int_equal(scored.summary->coverage.not_built, 1);
    assert_int_equal(scored.summary->coverage.not_observable, 1);
    arena_fini(&scored.arena);
}

int main(void)
{
    const struct CMUnitTest others[] = {
        cmocka_unit_test(counts_stand_under_level_and_suite),
        cmocka_unit_test(coverage_counts_what_ran),
        cmocka_unit_test(scope_says_what_did_not_apply),
        cmocka_unit_test(layer_needs_half_of_its_executions),
        cmocka_unit_test(failure_is_of_the_requirement_that_its_step_speaks_for),
        cmocka_unit_test(blocked_case_is_counted_apart_and_is_no_pass),
        cmocka_unit_test(setup_that_nothing_explains_fails_the_run),
    };
    struct CMUnitTest tests[COUNT(rows) + COUNT(conformance_rows) + COUNT(others)];
    memset(tests, 0, sizeof tests);
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, outcome_is_as_stated);
    ADD_ROWS(tests, n, conformance_rows, sentence, conformance_is_as_stated);
    memcpy(tests + n, others, sizeof others);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
