/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a report says in a few words: numbers, the headline, what was seen, what to type. */
#include "reports/words.h"
#include "verdict/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct buffer out;

static int start(void **state)
{
    (void)state;
    buffer_init(&out, 4096);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    buffer_fini(&out);
    return 0;
}

/* A record of a run: what a test says of it, and 8 MUST executions of which 7 passed. */
struct little_run {
    enum conformance conformance;
    enum run_state state;
    const char *reason;
    size_t known, failed, n_preconditions;
    struct record_scope scope;
};

static void headline(const struct little_run *r, const char *stamp, const char *rest,
                     const char *regression)
{
    struct record_summary summary = {.state = r->state,
                                     .exit_code = run_state_exit(r->state),
                                     .conformance = r->conformance,
                                     .scope = r->scope,
                                     .reasons = {&r->reason, r->reason != NULL}};
    struct record_run run = {
        .profile = "public", .summary = &summary, .n_preconditions = r->n_preconditions};
    struct view v;
    summary.levels[LEVEL_MUST] = (struct counts){.applicable = 8};
    summary.levels[LEVEL_MUST].of[STATE_PASSED] = 7;
    summary.levels[LEVEL_MUST].of[STATE_KNOWN] = r->known;
    summary.levels[LEVEL_MUST].of[STATE_FAILED] = r->failed;
    assert_int_equal(view_init(&v, &run), OK);
    assert_string_equal(words_stamp(&v), stamp);
    words_headline(&out, &v);
    assert_string_equal(buffer_text(&out), rest);
    buffer_clear(&out);
    words_regression(&out, &v);
    assert_string_equal(buffer_text(&out), regression);
    view_fini(&v);
}

static void conformant_names_the_profile(void **state)
{
    (void)state;
    headline(&(struct little_run){.conformance = CONFORMANCE_YES, .state = RUN_AS_LISTED},
             "CONFORMANT", " to profile \"public\": 7 of 8 MUST executions passed.",
             "as listed (exit 0).");
}

static void scope_stands_in_the_headline(void **state)
{
    static const char *const layers[] = {"cipher", "channel"}, *const without[] = {"stanza"};
    static const struct record_reason because[] = {
        {"the target is no whole client: it has none", 5}, {"other", 1}};
    (void)state;
    headline(&(struct little_run){.conformance = CONFORMANCE_YES,
                                  .state = RUN_AS_LISTED,
                                  .scope = {.layers = {layers, 2},
                                            .not_layers = {without, 1},
                                            .requirements = 1251,
                                            .not_applicable = 6,
                                            .because = because,
                                            .n_because = 2}},
             "CONFORMANT",
             " in the layers cipher and channel to profile \"public\": 7 of 8 MUST executions "
             "passed; 6 of 1,251 requirements not applicable (the target is no whole client, and 1 "
             "other reason).",
             "as listed (exit 0).");
}

static void known_failures_are_failures(void **state)
{
    (void)state;
    headline(
        &(struct little_run){.conformance = CONFORMANCE_NO, .state = RUN_AS_LISTED, .known = 3618},
        "NOT CONFORMANT",
        " to profile \"public\": 3,618 MUST executions fail, all listed as known.",
        "as listed (exit 0).");
}

static void some_failures_are_known(void **state)
{
    (void)state;
    headline(&(struct little_run){.conformance = CONFORMANCE_NO,
                                  .state = RUN_FAILED,
                                  .known = 2,
                                  .failed = 1,
                                  .reason = "1 MUST execution failed"},
             "NOT CONFORMANT",
             " to profile \"public\": 3 MUST executions fail, 2 of them listed as known.",
             "failed (exit 1): 1 MUST execution failed.");
}

static void wrong_lines_are_no_word_about_the_target(void **state)
{
    (void)state;
    headline(&(struct little_run){.conformance = CONFORMANCE_YES,
                                  .state = RUN_FAILED,
                                  .reason = "1 line of the known-failures file is wrong"},
             "CONFORMANT", " to profile \"public\": 7 of 8 MUST executions passed.",
             "failed (exit 1): 1 line of the known-failures file is wrong.");
}

static void violated_before_any_case_says_how(void **state)
{
    (void)state;
    headline(&(struct little_run){.conformance = CONFORMANCE_NO,
                                  .state = RUN_FAILED,
                                  .n_preconditions = 1,
                                  .reason = "it opened (D-16), so nothing was run"},
             "NOT CONFORMANT", " to profile \"public\": it opened (D-16), so nothing was run.",
             "failed (exit 1).");
}

static void chosen_cases_claim_no_conformance(void **state)
{
    (void)state;
    headline(&(struct little_run){.conformance = CONFORMANCE_UNDECIDED, .state = RUN_AS_LISTED},
             "PASSED",
             ": 7 of 8 selected MUST executions passed; a run of chosen cases says nothing about "
             "conformance.",
             "as listed (exit 0).");
}

static void vacuous_says_why(void **state)
{
    (void)state;
    headline(&(struct little_run){.conformance = CONFORMANCE_UNDECIDED,
                                  .state = RUN_VACUOUS,
                                  .reason = "nothing was executed"},
             "VACUOUS", ": nothing was executed.", "vacuous (exit 2).");
}

static void unknown_outcome_is_an_error(void **state)
{
    (void)state;
    headline(&(struct little_run){.reason = "x"}, "ERROR", ": x.", "error (exit 3).");
}

/* What is printed, typed in again, is the same seed: --seed fills up with zeros. */
static void seed_is_whole_but_for_its_last_zeros(void **state)
{
    (void)state;
    words_seed(&out, "00c0ffee00c0ffe0000000000000000000000000000000000000000000000000");
    assert_string_equal(buffer_text(&out), "00c0ffee00c0ffe");
}

static void seed_of_zeros_keeps_one(void **state)
{
    (void)state;
    words_seed(&out, "0000000000000000000000000000000000000000000000000000000000000000");
    assert_string_equal(buffer_text(&out), "0");
}

static void thousands_are_separated(void **state)
{
    (void)state;
    buffer_append_number(&out, 1002003);
    assert_string_equal(buffer_text(&out), "1,002,003");
}

static void short_duration_has_a_tenth(void **state)
{
    (void)state;
    words_duration(&out, 6249);
    assert_string_equal(buffer_text(&out), "6.2 s");
}

static void long_duration_has_minutes(void **state)
{
    (void)state;
    words_duration(&out, 185400);
    assert_string_equal(buffer_text(&out), "3 min 5 s");
}

static void plain_word_needs_no_quotes(void **state)
{
    (void)state;
    words_shell(&out, "exec:./my-adapter");
    assert_string_equal(buffer_text(&out), "exec:./my-adapter");
}

static void hostile_word_cannot_leave_its_quotes(void **state)
{
    (void)state;
    words_shell(&out, "a'; rm -rf $(x)");
    assert_string_equal(buffer_text(&out), "'a'\\''; rm -rf $(x)'");
}

static void empty_word_is_quoted(void **state)
{
    (void)state;
    words_shell(&out, "");
    assert_string_equal(buffer_text(&out), "''");
}

static void reason_stands_in_brackets(void **state)
{
    const struct step_result step = {.seen = SEEN_REFUSAL, .reason_name = "duplicate"};
    (void)state;
    words_seen(&out, &step);
    assert_string_equal(buffer_text(&out), "refused (duplicate)");
}

/* Names that are words a person would use. */
static bool is_a_word(const char *name)
{
    return strcmp(name, "done") == 0 || strcmp(name, "unsupported") == 0 ||
           strcmp(name, "garbage") == 0;
}

/* Shows that everything the oracle can name has words, so that no report shows a bare identifier by
 * oversight. */
static void every_seen_has_words(void **state)
{
    (void)state;
    for (int seen = 0; seen < N_SEEN; seen++) {
        const char *name = seen_name((enum seen)seen);
        const struct step_result step = {.seen = (enum seen)seen, .reason_name = ""};
        buffer_clear(&out);
        words_seen(&out, &step);
        if (!is_a_word(name))
            assert_string_not_equal(buffer_text(&out), name);
        assert_true(out.len > 0);
    }
}

#define WORDS_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORDS_TEST(conformant_names_the_profile),
        WORDS_TEST(scope_stands_in_the_headline),
        WORDS_TEST(known_failures_are_failures),
        WORDS_TEST(some_failures_are_known),
        WORDS_TEST(wrong_lines_are_no_word_about_the_target),
        WORDS_TEST(violated_before_any_case_says_how),
        WORDS_TEST(chosen_cases_claim_no_conformance),
        WORDS_TEST(vacuous_says_why),
        WORDS_TEST(unknown_outcome_is_an_error),
        WORDS_TEST(seed_is_whole_but_for_its_last_zeros),
        WORDS_TEST(seed_of_zeros_keeps_one),
        WORDS_TEST(thousands_are_separated),
        WORDS_TEST(short_duration_has_a_tenth),
        WORDS_TEST(long_duration_has_minutes),
        WORDS_TEST(plain_word_needs_no_quotes),
        WORDS_TEST(hostile_word_cannot_leave_its_quotes),
        WORDS_TEST(empty_word_is_quoted),
        WORDS_TEST(reason_stands_in_brackets),
        WORDS_TEST(every_seen_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
