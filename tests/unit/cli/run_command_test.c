/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command of a run in its record: what stands in it, and options made from it again. */
#include "cli/run_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEED_TEXT "5eed000000000000000000000000000000000000000000000000000000000000"

enum row { ROW_TARGET, ROW_CASE, ROW_QUICK, ROW_SEED, ROW_SHARD, ROW_JOBS, ROW_MAX_TIME, N_ROWS };

static const struct option_rule rules[N_ROWS] = {
    [ROW_TARGET] = {.name = "target", .kind = OPTION_TEXT, .value = "ADDRESS"},
    [ROW_CASE] = {.name = "case", .kind = OPTION_LIST, .value = "PATTERN"},
    [ROW_QUICK] = {.name = "quick", .kind = OPTION_FLAG},
    [ROW_SEED] = {.name = "seed", .kind = OPTION_TEXT, .value = "HEX"},
    [ROW_SHARD] = {.name = "shard", .kind = OPTION_TEXT, .value = "K/N"},
    [ROW_JOBS] = {.name = "jobs", .kind = OPTION_NUMBER, .value = "N", .least = 1, .most = 256},
    [ROW_MAX_TIME] =
        {.name = "max-time", .kind = OPTION_NUMBER, .value = "SECONDS", .least = 1, .most = 600},
};

/* A command line, what it says on standard error, and memory. */
struct fixture {
    struct arena arena;
    struct options options;
    struct run_command command;
    char *said;
    size_t said_len;
    struct cli cli;
};

static void parse(const char *const *words, int n, struct options *out)
{
    struct buffer problem;
    buffer_init(&problem, 1024);
    assert_int_equal(options_parse(rules, N_ROWS, n, words, out, &problem), OK);
    buffer_fini(&problem);
}

static int start(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    arena_init(&f->arena, 1u << 20);
    f->command = (struct run_command){rules, N_ROWS, &f->options, "run"};
    f->cli.err = open_memstream(&f->said, &f->said_len);
    f->cli.arena = &f->arena;
    *state = f;
    return 0;
}

static int stop(void **state)
{
    struct fixture *f = *state;
    fclose(f->cli.err);
    free(f->said);
    arena_fini(&f->arena);
    free(f);
    return 0;
}

static void assert_words(const struct record_texts *words, const char *const *expected, size_t n)
{
    assert_int_equal(words->n, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(words->items[i], expected[i]);
}

static const char *const recorded_words[] = {
    "assay",  "run",     "--target", "exec:./a", "--case", "ratchet/*", "--case",
    "x3dh/a", "--quick", "--shard",  "1/2",      "--seed", SEED_TEXT};
static const struct record_texts recorded = {recorded_words, COUNT_OF(recorded_words)};

static void what_changes_no_result_is_no_part_of_it(void **state)
{
    static const char *const given[] = {
        "--jobs", "4",    "--quick",     "--case",     "ratchet/*", "--case",   "x3dh/a",
        "--seed", "5eed", "--shard=1/2", "--max-time", "60",        "--target", "exec:./a"};
    struct fixture *f = *state;
    parse(given, (int)COUNT_OF(given), &f->options);
    const struct record_texts words = run_command_words(&f->command, SEED_TEXT, &f->arena);
    assert_words(&words, recorded.items, recorded.n);
}

static void its_options_are_made_of_it_again(void **state)
{
    static const char *const given[] = {"--jobs", "3"};
    struct fixture *f = *state;
    struct options made;
    parse(given, (int)COUNT_OF(given), &f->options);
    assert_int_equal(run_command_options(&f->cli, "out", &recorded, &f->command, &made),
                     EXIT_CONFORMANT);
    assert_int_equal(option_number(&made, ROW_JOBS, 1), 3);
    assert_string_equal(option_text(&made, ROW_TARGET, ""), "exec:./a");
    assert_int_equal(made.given[ROW_CASE].count, 2);
    assert_true(option_given(&made, ROW_QUICK));
    f->options = made;
    const struct record_texts words = run_command_words(&f->command, SEED_TEXT, &f->arena);
    assert_words(&words, recorded.items, recorded.n);
}

static void the_same_option_may_be_given_again(void **state)
{
    static const char *const given[] = {"--seed", "5eed",      "--quick",
                                        "--case", "ratchet/*", "--case=x3dh/a"};
    struct fixture *f = *state;
    struct options made;
    parse(given, (int)COUNT_OF(given), &f->options);
    assert_int_equal(run_command_options(&f->cli, "out", &recorded, &f->command, &made),
                     EXIT_CONFORMANT);
}

static void assert_refused(struct fixture *f, const char *option, const char *value,
                           const char *says)
{
    const char *const given[] = {option, value};
    struct options made;
    parse(given, value ? 2 : 1, &f->options);
    assert_int_equal(run_command_options(&f->cli, "out", &recorded, &f->command, &made),
                     EXIT_USAGE);
    fflush(f->cli.err);
    assert_non_null(strstr(f->said, says));
}

static void another_value_is_named(void **state)
{
    assert_refused(*state, "--target", "exec:./b",
                   "--target: the run in out has another: exec:./a");
}

static void another_seed_is_named(void **state)
{
    assert_refused(*state, "--seed", "5eee", "--seed: the run in out has another: 5eed");
}

static void fewer_values_of_a_list_are_others(void **state)
{
    assert_refused(*state, "--case", "ratchet/*",
                   "--case: the run in out has another: ratchet/*, and more");
}

static void what_is_no_command_of_a_run_is_refused(void **state)
{
    static const char *const words[] = {"assay", "run", "--no-such", "x"};
    const struct record_texts texts[] = {{words, 4}, {words, 1}, {NULL, 0}};
    struct fixture *f = *state;
    struct options made;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_int_equal(run_command_options(&f->cli, "out", &texts[i], &f->command, &made),
                         EXIT_BAD_INPUT);
}

static void an_option_can_be_taken_out(void **state)
{
    struct fixture *f = *state;
    const struct record_texts words = run_command_without(&recorded, "shard", &f->arena);
    assert_int_equal(words.n, recorded.n - 2);
    assert_string_equal(words.items[9], "--seed");
}

static void the_values_of_an_option_can_be_read(void **state)
{
    struct fixture *f = *state;
    const struct record_texts values = run_command_values(&recorded, "case", &f->arena);
    static const char *const expected[] = {"ratchet/*", "x3dh/a"};
    assert_words(&values, expected, 2);
}

#define COMMAND_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COMMAND_TEST(what_changes_no_result_is_no_part_of_it),
        COMMAND_TEST(its_options_are_made_of_it_again),
        COMMAND_TEST(the_same_option_may_be_given_again),
        COMMAND_TEST(another_value_is_named),
        COMMAND_TEST(another_seed_is_named),
        COMMAND_TEST(fewer_values_of_a_list_are_others),
        COMMAND_TEST(what_is_no_command_of_a_run_is_refused),
        COMMAND_TEST(an_option_can_be_taken_out),
        COMMAND_TEST(the_values_of_an_option_can_be_read),
    };
    return cmocka_run_group_tests_name("run_command", tests, NULL, NULL);
}
