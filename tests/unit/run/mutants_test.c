/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what counts as named rightly, and when the list of flaws that are not is true. */
#include "run/mutants_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct requirement requirements[] = {
    {.id = "D-16", .level = LEVEL_MUST, .impact = "changed on their way"},
    {.id = "D-11", .level = LEVEL_MUST, .impact = "deleted unseen"},
    {.id = "X-07", .level = LEVEL_SHOULD, .impact = "lost at a rotation"}};
static const size_t by_id[] = {1, 0, 2};
static const struct catalogue catalogue = {
    .requirements = requirements, .by_id = by_id, .n_requirements = 3};

static struct mutants_outcome outcome;

static int start(void **state)
{
    (void)state;
    memset(&outcome, 0, sizeof(outcome));
    arena_init(&outcome.arena, 1u << 16);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mutants_free(&outcome);
    return 0;
}

/* A flaw of D-16 that two cases catch, and that the first of |n| causes names as |first|. */
static struct mutant caught(const char *first, const char *text, size_t n)
{
    return (struct mutant){.name = "skips-mac",
                           .requirement = "D-16",
                           .harm = "changed on their way",
                           .text = "",
                           .unobservable = "",
                           .trouble = "",
                           .accused_by = "",
                           .n_caught_by = 2,
                           .first_requirement = first,
                           .first_text = text,
                           .n_causes = n};
}

static void judge(struct mutant *mutant, struct known_failure *line)
{
    struct known_failures misnamed = {.items = line, .count = line ? 1 : 0};
    struct mutants_options options = {.catalogue = &catalogue, .misnamed = &misnamed};
    outcome.mutants = mutant;
    outcome.count = outcome.n_tried = 1;
    assert_int_equal(mutants_judge(&options, &outcome), OK);
}

static void requirement_sentence_and_number_make_a_name(void **state)
{
    struct mutant m = caught("D-16", "changed on their way", 2);
    (void)state;
    assert_true(mutant_is_named(&m));
    m = caught("D-11", "changed on their way", 1);
    assert_false(mutant_is_named(&m));
    m = caught("D-16", "deleted unseen", 1);
    assert_false(mutant_is_named(&m));
    m = caught("D-16", "changed on their way", 3);
    assert_false(mutant_is_named(&m));
}

static void another_name_has_to_be_listed(void **state)
{
    struct mutant m = caught("D-11", "deleted unseen", 1);
    struct known_failure line = {.case_id = "flaw/skips-mac", .cause = "D-11"};
    (void)state;
    judge(&m, NULL);
    assert_int_equal(outcome.n_misnamed, 1);
    outcome.n_misnamed = 0;
    judge(&m, &line);
    assert_int_equal(outcome.n_misnamed, 0);
    assert_int_equal(outcome.n_stale, 0);
}

static void line_allows_one_other_name_in_its_own_words(void **state)
{
    struct mutant other = caught("D-16", "changed on their way", 3);
    struct mutant words = caught("D-11", "changed on their way", 1);
    struct known_failure line = {.case_id = "flaw/skips-mac", .cause = "D-11"};
    (void)state;
    judge(&other, &line);
    judge(&words, &line);
    assert_int_equal(outcome.n_misnamed, 2);
}

static void line_of_a_flaw_that_is_named_is_stale(void **state)
{
    struct mutant m = caught("D-16", "changed on their way", 1);
    struct known_failure line = {.case_id = "flaw/skips-mac", .cause = "D-11"};
    (void)state;
    judge(&m, &line);
    assert_int_equal(outcome.n_stale, 1);
    assert_ptr_equal(outcome.stale[0], &line);
}

static void choice_that_a_must_case_fails_for_is_counted(void **state)
{
    struct mutant m = caught("D-16", "changed on their way", 1);
    (void)state;
    judge(&m, NULL);
    assert_int_equal(outcome.n_accused, 0);
    m.accused_by = "probes/flipped-mac-bit@known-chain-rotated#1";
    judge(&m, NULL);
    assert_int_equal(outcome.n_accused, 1);
}

static void what_must_be_is_no_choice_nor_what_is_listed(void **state)
{
    struct known_failure line = {.case_id = "flaw/drops-prekeys", .cause = "X-03"};
    const struct known_failures listed = {.items = &line, .count = 1};
    struct mutants_options options = {.catalogue = &catalogue};
    struct mutant must = {.name = "skips-mac", .requirement = "D-16", .unobservable = ""};
    struct mutant unseen = {.name = "stops", .requirement = "D-16", .unobservable = "either is"};
    struct mutant should = {.name = "drops-prekeys", .requirement = "X-07", .unobservable = ""};
    (void)state;
    assert_false(mutants_can_be_accused(&options, &must, &outcome.arena));
    assert_true(mutants_can_be_accused(&options, &unseen, &outcome.arena));
    assert_true(mutants_can_be_accused(&options, &should, &outcome.arena));
    options.misnamed = &listed;
    assert_false(mutants_can_be_accused(&options, &should, &outcome.arena));
    options.misnamed = NULL;
    options.also_misnamed = &listed;
    assert_false(mutants_can_be_accused(&options, &should, &outcome.arena));
    assert_true(mutants_can_be_accused(&options, &unseen, &outcome.arena));
}

static void line_of_no_flaw_is_stale_when_all_were_tried(void **state)
{
    struct mutant m = caught("D-16", "changed on their way", 1);
    struct known_failure line = {.case_id = "flaw/skips-the-mac", .cause = "D-11"};
    (void)state;
    judge(&m, &line);
    assert_int_equal(outcome.n_stale, 1);
}

static void row_that_says_unseen_is_wrong_when_a_case_sees_it(void **state)
{
    struct mutant m = caught("D-16", "changed on their way", 1);
    (void)state;
    m.unobservable = "nobody sees it";
    judge(&m, NULL);
    assert_int_equal(outcome.n_wrong_rows, 1);
    m.n_caught_by = 0;
    judge(&m, NULL);
    assert_int_equal(outcome.n_wrong_rows, 1);
    assert_int_equal(outcome.n_unobservable, 1);
}

#define MUTANTS_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MUTANTS_TEST(requirement_sentence_and_number_make_a_name),
        MUTANTS_TEST(another_name_has_to_be_listed),
        MUTANTS_TEST(line_allows_one_other_name_in_its_own_words),
        MUTANTS_TEST(line_of_a_flaw_that_is_named_is_stale),
        MUTANTS_TEST(choice_that_a_must_case_fails_for_is_counted),
        MUTANTS_TEST(what_must_be_is_no_choice_nor_what_is_listed),
        MUTANTS_TEST(line_of_no_flaw_is_stale_when_all_were_tried),
        MUTANTS_TEST(row_that_says_unseen_is_wrong_when_a_case_sees_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
