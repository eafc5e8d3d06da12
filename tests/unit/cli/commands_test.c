/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of commands is complete, and what is not in it is answered with the nearest name.
 */
#include "cli/commands.h"
#include "support/rows.h"

#include <protobuf-c/protobuf-c.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct said {
    char *out;
    size_t out_len;
    char *err;
    size_t err_len;
    enum exit_code code;
};

static struct said say(int argc, const char *const *argv)
{
    struct said said = {0};
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    FILE *out = open_memstream(&said.out, &said.out_len);
    FILE *err = open_memstream(&said.err, &said.err_len);
    assert_non_null(out);
    assert_non_null(err);
    struct cli cli = {.out = out,
                      .err = err,
                      .data_dir = "/nonexistent",
                      .bin_dir = "/nonexistent",
                      .reference = "false",
                      .arena = &arena};
    said.code = commands_dispatch(&cli, argc, argv);
    fclose(out);
    fclose(err);
    arena_fini(&arena);
    return said;
}

static void forget(struct said *said)
{
    free(said->out);
    free(said->err);
}

static void test_every_row_is_filled(void **state)
{
    (void)state;
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(all[i]->name);
        assert_non_null(all[i]->operands);
        assert_non_null(all[i]->run);
        assert_true(strlen(all[i]->summary) > 0);
        assert_non_null(strstr(all[i]->example, "assay "));
        assert_true(all[i]->n_rules <= OPTIONS_MAX);
        for (size_t k = 0; k < all[i]->n_rules; k++) {
            assert_non_null(all[i]->rules[k].name);
            assert_non_null(all[i]->rules[k].explanation);
            assert_true(all[i]->rules[k].kind != 0);
            assert_int_equal(all[i]->rules[k].kind == OPTION_FLAG, all[i]->rules[k].value == NULL);
        }
    }
}

static void test_help_names_every_command(void **state)
{
    (void)state;
    static const char *const argv[] = {"assay", "help"};
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    struct said said = say(2, argv);
    assert_int_equal(said.code, EXIT_CONFORMANT);
    for (size_t i = 0; i < count; i++)
        assert_non_null(strstr(said.out, all[i]->name));
    forget(&said);
}

static void test_every_command_has_help_with_an_example(void **state)
{
    (void)state;
    size_t count = 0;
    const struct command *const *all = commands_all(&count);
    for (size_t i = 0; i < count; i++) {
        const char *const argv[] = {"assay", all[i]->name, "--help"};
        struct said said = say(3, argv);
        assert_int_equal(said.code, EXIT_CONFORMANT);
        assert_non_null(strstr(said.out, all[i]->example));
        assert_int_equal(said.err_len, 0);
        forget(&said);
    }
}

static void test_unknown_command_is_answered_with_the_nearest(void **state)
{
    (void)state;
    static const char *const argv[] = {"assay", "explian"};
    struct said said = say(2, argv);
    assert_int_equal(said.code, EXIT_USAGE);
    assert_non_null(strstr(said.err, "did you mean \"explain\"?"));
    assert_int_equal(said.out_len, 0);
    forget(&said);
}

static void test_unknown_option_is_answered_with_the_nearest(void **state)
{
    (void)state;
    static const char *const argv[] = {"assay", "run", "--tarlget", "builtin:"};
    struct said said = say(4, argv);
    assert_int_equal(said.code, EXIT_USAGE);
    assert_non_null(strstr(said.err, "did you mean --target?"));
    forget(&said);
}

static void test_missing_operand_is_usage(void **state)
{
    (void)state;
    static const char *const argv[] = {"assay", "explain"};
    struct said said = say(2, argv);
    assert_int_equal(said.code, EXIT_USAGE);
    assert_non_null(strstr(said.err, "usage: assay explain ID"));
    forget(&said);
}

static const char protobuf_c[] = "protobuf-c " PROTOBUF_C_VERSION;

/* libsignal-protocol-c exports a protobuf-c 1.1.1 of its own, which must not be the one that
 * answers. */
static void test_version_names_the_libraries(void **state)
{
    (void)state;
    static const char *const argv[] = {"assay", "--version"};
    static const char *const lines[] = {"assay 0.", "openssl 3.", "libxml2 2.", protobuf_c,
                                        "jansson 2."};
    struct said said = say(2, argv);
    assert_int_equal(said.code, EXIT_CONFORMANT);
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_non_null(strstr(said.out, lines[i]));
    forget(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_is_filled),
        cmocka_unit_test(test_help_names_every_command),
        cmocka_unit_test(test_every_command_has_help_with_an_example),
        cmocka_unit_test(test_unknown_command_is_answered_with_the_nearest),
        cmocka_unit_test(test_unknown_option_is_answered_with_the_nearest),
        cmocka_unit_test(test_missing_operand_is_usage),
        cmocka_unit_test(test_version_names_the_libraries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
