/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command line becomes values by a table, and what is wrong with it is said in one sentence with
 * the nearest name.
 */
#include "cli/options.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum row { ROW_TARGET, ROW_CASE, ROW_JOBS, ROW_LEVEL, ROW_STRICT, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_TARGET] = {.name = "target", .kind = OPTION_TEXT, .value = "ADDRESS"},
    [ROW_CASE] = {.name = "case", .kind = OPTION_LIST, .value = "PATTERN"},
    [ROW_JOBS] = {.name = "jobs", .kind = OPTION_NUMBER, .value = "N", .least = 1, .most = 256},
    [ROW_LEVEL] = {.name = "level",
                   .kind = OPTION_CHOICE,
                   .value = "LEVEL",
                   .choices = {"must", "should"}},
    [ROW_STRICT] = {.name = "strict", .kind = OPTION_FLAG},
};

#define WORDS_MAX 8u

struct row_good {
    const char *sentence;
    const char *words[WORDS_MAX];
    enum row row;
    size_t count;
    const char *last; /* the row's last value */
    size_t n_operands;
};

static const struct row_good good[] = {
    {"a value may stand behind an equals sign", {"--target=a:b"}, ROW_TARGET, 1, "a:b", 0},
    {"a value may be the next word", {"--target", "a:b"}, ROW_TARGET, 1, "a:b", 0},
    {"a value may hold an equals sign", {"--target=exec:A=1 b"}, ROW_TARGET, 1, "exec:A=1 b", 0},
    {"a value may begin with dashes", {"--target", "--odd"}, ROW_TARGET, 1, "--odd", 0},
    {"an empty value is a value", {"--target="}, ROW_TARGET, 1, "", 0},
    {"a repeated option keeps all values in order",
     {"--case=a", "--case", "b"},
     ROW_CASE,
     2,
     "b",
     0},
    {"the smallest number is taken", {"--jobs=1"}, ROW_JOBS, 1, "1", 0},
    {"the largest number is taken", {"--jobs", "256"}, ROW_JOBS, 1, "256", 0},
    {"a choice is taken", {"--level=should"}, ROW_LEVEL, 1, "should", 0},
    {"a flag may be repeated", {"--strict", "--strict"}, ROW_STRICT, 1, "", 0},
    {"words without dashes are operands", {"file", "--strict", "other"}, ROW_STRICT, 1, "", 2},
    {"after two dashes all words are operands", {"--", "--strict"}, ROW_STRICT, 0, NULL, 1},
    {"a lone dash is an operand", {"-"}, ROW_STRICT, 0, NULL, 1},
};

struct row_bad {
    const char *sentence;
    const char *words[WORDS_MAX];
    const char *says; /* part of the problem */
};

static const struct row_bad bad[] = {
    {"an unknown option is named with the nearest", {"--targt", "x"}, "did you mean --target?"},
    {"an unknown option with a value, too", {"--job=1"}, "did you mean --jobs?"},
    {"an unknown option like no other has no nearest", {"--zzzzzzzz"}, "unknown option --zzzzzzzz"},
    {"short options do not exist", {"-t"}, "options are written --name"},
    {"a value must follow", {"--target"}, "--target needs a value"},
    {"a flag takes no value", {"--strict=yes"}, "--strict takes no value"},
    {"a single option is not given twice", {"--target=a", "--target=b"}, "more than once"},
    {"zero is below the range", {"--jobs=0"}, "from 1 to 256"},
    {"one more than the range", {"--jobs=257"}, "from 1 to 256"},
    {"a number with something behind it", {"--jobs=4x"}, "\"4x\""},
    {"a number with a sign", {"--jobs=+4"}, "\"+4\""},
    {"a number that wraps around", {"--jobs=4294967297"}, "from 1 to 256"},
    {"an empty number", {"--jobs="}, "from 1 to 256"},
    {"a value that is no choice", {"--level=shall"}, "must, should"},
};

static int count_words(const char *const *words)
{
    int n = 0;
    while (n < (int)WORDS_MAX && words[n])
        n++;
    return n;
}

static void test_good(void **state)
{
    const struct row_good *row = *state;
    struct options options;
    struct buffer problem;
    buffer_init(&problem, 1024);
    assert_int_equal(
        options_parse(rules, N_ROWS, count_words(row->words), row->words, &options, &problem), OK);
    assert_int_equal(options.given[row->row].count, row->count);
    assert_int_equal(options.n_operands, row->n_operands);
    if (row->last)
        assert_string_equal(options.given[row->row].values[row->count - 1], row->last);
    assert_int_equal(problem.len, 0);
    buffer_fini(&problem);
}

static void test_bad(void **state)
{
    const struct row_bad *row = *state;
    struct options options;
    struct buffer problem;
    buffer_init(&problem, 1024);
    enum status st =
        options_parse(rules, N_ROWS, count_words(row->words), row->words, &options, &problem);
    assert_int_equal(st, E_INPUT);
    assert_non_null(strstr(buffer_text(&problem), row->says));
    buffer_fini(&problem);
}

static void test_one_operand_too_many_is_refused(void **state)
{
    (void)state;
    const char *words[OPERANDS_MAX + 1];
    struct options options;
    struct buffer problem;
    buffer_init(&problem, 1024);
    for (size_t i = 0; i < OPERANDS_MAX; i++)
        words[i] = "one";
    words[OPERANDS_MAX] = "more";
    assert_int_equal(options_parse(rules, N_ROWS, OPERANDS_MAX, words, &options, &problem), OK);
    assert_int_equal(options_parse(rules, N_ROWS, OPERANDS_MAX + 1, words, &options, &problem),
                     E_INPUT);
    assert_non_null(strstr(buffer_text(&problem), "\"more\""));
    buffer_fini(&problem);
}

static void test_numbers_and_fallbacks(void **state)
{
    (void)state;
    static const char *const words[] = {"--jobs", "17"};
    struct options options;
    struct buffer problem;
    buffer_init(&problem, 1024);
    assert_int_equal(options_parse(rules, N_ROWS, 2, words, &options, &problem), OK);
    assert_int_equal(option_number(&options, ROW_JOBS, 3), 17);
    assert_string_equal(option_text(&options, ROW_TARGET, "builtin:"), "builtin:");
    assert_false(option_given(&options, ROW_STRICT));
    buffer_fini(&problem);
}

int main(void)
{
    struct CMUnitTest tests[64];
    size_t n = 0;
    memset(tests, 0, sizeof(tests));
    ADD_ROWS(tests, n, good, sentence, test_good);
    ADD_ROWS(tests, n, bad, sentence, test_bad);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_one_operand_too_many_is_refused);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_numbers_and_fallbacks);
    return _cmocka_run_group_tests("options", tests, n, NULL, NULL);
}
