/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that suites are written as they are read, and read from directories. */
#include "scratch.h"

#include "cipher/cipher.h"
#include "scenario/repro_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void assert_same_steps(const struct case_spec *a, const struct case_spec *b)
{
    assert_int_equal(a->n_steps, b->n_steps);
    for (size_t i = 0; i < a->n_steps; i++) {
        assert_int_equal(a->steps[i].verb, b->steps[i].verb);
        assert_int_equal(a->steps[i].n_attributes, b->steps[i].n_attributes);
        for (size_t j = 0; j < a->steps[i].n_attributes; j++) {
            assert_string_equal(a->steps[i].attributes[j].name, b->steps[i].attributes[j].name);
            assert_string_equal(a->steps[i].attributes[j].value, b->steps[i].attributes[j].value);
        }
    }
}

static void saved_case_loads_as_it_was(void **state)
{
    struct scratch *s = *state;
    const struct case_spec *spec = scratch_case(
        s,
        SCRATCH_CASE("") "<establish/><seal as=\"m\" text=\"&lt;&amp;&quot; &#9;&#10;\xc3\xa4\"/>"
                         "<tamper message=\"m\" as=\"f\" field=\"signal.mac\" flip=\"17\"/>"
                         "<deliver message=\"f\" expect=\"refuses\"/>" SCRATCH_HONEST_AFTER);
    struct saved_case saved = {.suite_id = "mine",
                               .title = "A \"title\" <of> ours",
                               .case_id = "a",
                               .requirement = "D-05",
                               .level = LEVEL_MUST,
                               .purpose = "What it shows.",
                               .origin = "seed & more",
                               .steps = spec->steps,
                               .n_steps = spec->n_steps};
    struct buffer out;
    const struct suite *again;
    buffer_init(&out, 65536);
    assert_int_equal(suite_save(&saved, &out), OK);
    assert_int_equal(scratch_load(s, buffer_text(&out), &again), OK);
    assert_same_steps(spec, &again->cases[0]);
    assert_string_equal(again->title, saved.title);
    assert_string_equal(again->cases[0].origin, saved.origin);
    assert_string_equal(again->cases[0].purpose, saved.purpose);
    buffer_fini(&out);
}

static void saved_permutation_loads_as_a_number(void **state)
{
    struct scratch *s = *state;
    const struct case_spec *spec = scratch_case(
        s, SCRATCH_CASE("") "<establish/><seal as=\"m\"/><seal as=\"n\"/>"
                            "<deliver messages=\"m n\" order=\"each-permutation\"/></case>");
    struct planned planned = {.spec = spec, .instance = 1};
    struct saved_case saved = {.suite_id = "mine",
                               .title = "t",
                               .case_id = "a",
                               .requirement = "D-05",
                               .level = LEVEL_MUST,
                               .purpose = "p",
                               .n_steps = spec->n_steps};
    struct arena arena;
    struct buffer out;
    const struct suite *again;
    arena_init(&arena, 65536);
    buffer_init(&out, 65536);
    assert_int_equal(planned_steps(&planned, &arena, &saved.steps), OK);
    assert_int_equal(suite_save(&saved, &out), OK);
    assert_int_equal(scratch_load(s, buffer_text(&out), &again), OK);
    assert_string_equal(step_text(&again->cases[0].steps[3], "order"), "1");
    assert_int_equal(again->cases[0].n_instances, 1);
    arena_fini(&arena);
    buffer_fini(&out);
}

/* ---- directories */

static void shipped_suites_load(void **state)
{
    struct loader_options options = {.suite_dir = SUITES_DIR,
                                     .vector_dir = SUITES_DIR "/../vectors"};
    struct catalogue c;
    struct diags diags;
    (void)state;
    diags_init(&diags);
    enum status st = catalogue_load(&options, &c, &diags);
    for (size_t i = 0; i < diags.count && i < DIAG_MAX; i++)
        print_error("%s:%u: %s\n", diags.items[i].file, diags.items[i].line, diags.items[i].text);
    assert_int_equal(st, OK);
    assert_true(c.n_suites >= 1);
    assert_true(c.n_requirements >= 1);
    catalogue_free(&c);
    diags_fini(&diags);
}

static void suites_are_in_order_of_id(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"order"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 1;
    assert_int_equal(mkdir("order", 0700), 0);
    scratch_write("order/a.xml", "<suite xmlns=\"urn:assay:suite:1\" id=\"b\" title=\"t\" "
                                 "layer=\"c\">" SCRATCH_CASE("") "<ping/></case></suite>");
    scratch_write("order/b.xml", "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" "
                                 "layer=\"c\">" SCRATCH_CASE("") "<ping/></case></suite>");
    assert_int_equal(catalogue_load(&options, &c, &s->diags), OK);
    assert_int_equal(c.n_suites, 2);
    assert_string_equal(c.suites[0]->file, "order/b.xml");
    assert_string_equal(c.suites[1]->file, "order/a.xml");
    catalogue_free(&c);
}

/* A directory |name| with a suite for both ciphers, whose second case holds for v4 only and is
 * |second|. */
static struct loader_options suite_of_two_ciphers(const struct scratch *s, const char *const *name,
                                                  const char *second)
{
    char path[32], text[1024];
    struct loader_options options = s->options;
    options.more_suite_dirs = name;
    options.n_more_suite_dirs = 1;
    options.is_first_cipher_enough = true;
    assert_int_equal(mkdir(*name, 0700), 0);
    snprintf(path, sizeof(path), "%s/a.xml", *name);
    snprintf(
        text, sizeof(text),
        "<suite xmlns=\"urn:assay:suite:1\" cipher=\"signal-v3 signal-v4\" id=\"mine\" "
        "title=\"t\" layer=\"cipher\">" SCRATCH_CASE(
            "") "<ping/></case>\n"
                "<case id=\"b\" requirement=\"D-05\" cipher=\"signal-v4\"><purpose>P.</purpose>"
                "%s</case></suite>",
        second);
    scratch_write(path, text);
    return options;
}

/* Of the catalogue's suites, private ones in order of id among them. */
static const struct suite *called(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->n_suites; i++)
        if (strcmp(c->suites[i]->id, id) == 0)
            return c->suites[i];
    return NULL;
}

static void a_suite_is_read_for_another_cipher_when_that_is_wanted(void **state)
{
    static const char *const name = "wanted";
    struct scratch *s = *state;
    const struct loader_options options = suite_of_two_ciphers(s, &name, "<ping/>");
    struct catalogue c;
    assert_int_equal(catalogue_load(&options, &c, &s->diags), OK);
    const struct suite *mine = called(&c, "mine");
    assert_string_equal(mine->cipher->name, "signal-v3");
    assert_int_equal(mine->n_cases, 1);
    assert_null(mine->also);
    assert_int_equal(catalogue_add_cipher(&c, &options, "signal-v3", &s->diags), OK);
    assert_int_equal(catalogue_add_cipher(&c, &options, "signal", &s->diags), OK);
    assert_null(mine->also);
    assert_int_equal(catalogue_add_cipher(&c, &options, "signal-v4", &s->diags), OK);
    assert_string_equal(suite_for(mine, "signal-v4")->cipher->name, "signal-v4");
    assert_int_equal(suite_for(mine, "signal-v4")->n_cases, 2);
    assert_ptr_equal(suite_for(mine, "signal-v3"), mine);
    const struct suite *also = mine->also;
    assert_int_equal(catalogue_add_cipher(&c, &options, "signal-v4", &s->diags), OK);
    assert_ptr_equal(mine->also, also);
    assert_null(also->also);
    catalogue_free(&c);
}

static void what_is_wrong_for_another_cipher_is_said_when_that_is_wanted(void **state)
{
    static const char *const name = "wrong";
    struct scratch *s = *state;
    const struct loader_options options =
        suite_of_two_ciphers(s, &name, "<deliver message=\"m\"/>");
    struct catalogue c;
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(catalogue_load(&options, &c, &s->diags), OK);
    assert_int_equal(catalogue_add_cipher(&c, &options, "signal-v4", &s->diags), E_INPUT);
    scratch_assert_complaint(s, "wrong/a.xml:2: <deliver message=\"m\">: no step before it made a "
                                "message called \"m\"");
    catalogue_free(&c);
}

static void private_suite_with_a_known_id_is_refused(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"one", "two"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 2;
    char *text = scratch_suite(SCRATCH_CASE("") "<ping/></case>");
    assert_int_equal(mkdir("one", 0700) || mkdir("two", 0700), 0);
    scratch_write("one/first.xml", text);
    scratch_write("two/second.xml", text);
    free(text);
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(catalogue_load(&options, &c, &s->diags), E_INPUT);
    scratch_assert_complaint(s, "two/second.xml:0: <suite id=\"mine\">: one/first.xml has this id");
    catalogue_free(&c);
}

static void absent_directory_is_named(void **state)
{
    struct scratch *s = *state;
    static const char *const more[] = {"nowhere"};
    struct loader_options options = s->options;
    struct catalogue c;
    options.more_suite_dirs = more;
    options.n_more_suite_dirs = 1;
    diags_fini(&s->diags);
    diags_init(&s->diags);
    assert_int_equal(catalogue_load(&options, &c, &s->diags), E_INPUT);
    scratch_assert_complaint(s, "nowhere:0: cannot be opened: No such file or directory");
    catalogue_free(&c);
}

static const struct CMUnitTest plain_tests[] = {
    SCRATCH_TEST(saved_case_loads_as_it_was),
    SCRATCH_TEST(saved_permutation_loads_as_a_number),
    SCRATCH_TEST(shipped_suites_load),
    SCRATCH_TEST(suites_are_in_order_of_id),
    SCRATCH_TEST(a_suite_is_read_for_another_cipher_when_that_is_wanted),
    SCRATCH_TEST(what_is_wrong_for_another_cipher_is_said_when_that_is_wanted),
    SCRATCH_TEST(private_suite_with_a_known_id_is_refused),
    SCRATCH_TEST(absent_directory_is_named),
};

int main(void) { return cmocka_run_group_tests(plain_tests, scratch_share, scratch_unshare); }
