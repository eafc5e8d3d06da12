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

/* A record of a run that came to |state|, for |reason|, with |known| known failures. */
struct little_run {
    struct record_run run;
    struct record_summary summary;
    const char *reason;
};

static void headline(enum run_state state, bool is_partial, const char *reason, size_t known,
                     const char *stamp, const char *rest)
{
    struct little_run r = {.run = {.profile = "public", .summary = &r.summary},
                           .summary = {.state = state,
                                       .is_partial = is_partial,
                                       .reasons = {&r.reason, reason != NULL}},
                           .reason = reason};
    struct view v;
    r.summary.levels[LEVEL_MUST] = (struct counts){.applicable = 8};
    r.summary.levels[LEVEL_MUST].of[STATE_PASSED] = 7;
    r.summary.levels[LEVEL_MUST].of[STATE_KNOWN] = known;
    assert_int_equal(view_init(&v, &r.run), OK);
    assert_string_equal(words_stamp(&v), stamp);
    words_headline(&out, &v);
    assert_string_equal(buffer_text(&out), rest);
    view_fini(&v);
}

static void conformant_names_the_profile(void **state)
{
    (void)state;
    headline(RUN_CONFORMANT, false, NULL, 0, "CONFORMANT", " to profile \"public\".");
}

static void known_failures_stand_in_the_headline(void **state)
{
    (void)state;
    headline(RUN_CONFORMANT, false, NULL, 1, "CONFORMANT",
             " to profile \"public\", with 1 known failure.");
}

static void failed_says_why(void **state)
{
    (void)state;
    headline(RUN_FAILED, false, "1 MUST case failed", 0, "NOT CONFORMANT",
             " to profile \"public\": 1 MUST case failed.");
}

static void chosen_cases_claim_no_conformance(void **state)
{
    (void)state;
    headline(RUN_CONFORMANT, true, NULL, 0, "PASSED",
             ": 7 of 8 selected MUST cases; a run of chosen cases says nothing about conformance.");
}

static void vacuous_says_why(void **state)
{
    (void)state;
    headline(RUN_VACUOUS, true, "nothing was executed", 0, "VACUOUS", ": nothing was executed.");
}

static void unknown_outcome_is_an_error(void **state)
{
    (void)state;
    headline(RUN_NONE, false, "x", 0, "ERROR", ": x.");
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
    words_number(&out, 1002003);
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
        WORDS_TEST(known_failures_stand_in_the_headline),
        WORDS_TEST(failed_says_why),
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
