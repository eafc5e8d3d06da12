/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that requirements and their sources are read. */
#include "scratch.h"

#include "scenario/requirements_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define REQUIREMENTS(content)                                                                      \
    "<requirements xmlns=\"urn:assay:requirements:1\">" content "</requirements>"
#define REQUIREMENT(id)                                                                            \
    "<requirement id=\"" id "\" source=\"s\" section=\"1\" level=\"must\" testable=\"yes\">"       \
    "<text>t</text><impact>i</impact></requirement>"

/* What the requirements come from; a test may put another text here. */
#define SOURCES(content) "<sources xmlns=\"urn:assay:requirements:1\">" content "</sources>"
static const char standard_sources[] =
    SOURCES("<source name=\"s\" class=\"field\" url=\"https://example.org/s\"/>");
static const char *sources = standard_sources;

/* Load |dir|, made for this with the schemas, |sources| and two files of requirements (NULL: no
 * file). */
static enum status load_requirements(struct scratch *s, const char *dir, const char *const names[2],
                                     const char *const texts[2], struct catalogue *out)
{
    struct loader_options options = s->options;
    char path[128];
    options.suite_dir = dir;
    assert_int_equal(mkdir(dir, 0700), 0);
    snprintf(path, sizeof(path), "%s/suite.rng", dir);
    assert_int_equal(symlink(SUITES_DIR "/suite.rng", path), 0);
    snprintf(path, sizeof(path), "%s/requirements.rng", dir);
    assert_int_equal(symlink(SUITES_DIR "/requirements.rng", path), 0);
    snprintf(path, sizeof(path), "%s/sources.xml", dir);
    scratch_write(path, sources);
    for (size_t i = 0; i < 2 && names[i]; i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        scratch_write(path, texts[i]);
    }
    diags_fini(&s->diags);
    diags_init(&s->diags);
    return catalogue_load(&options, out, &s->diags);
}

static void every_requirements_file_is_read(void **state)
{
    static const char *const names[] = {"requirements.xml", "requirements-more.xml"};
    static const char *const texts[] = {REQUIREMENTS(REQUIREMENT("Z-01") REQUIREMENT("Z-02")),
                                        REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    enum status st = load_requirements(*state, "every", names, texts, &c);
    scratch_assert_no_complaint(*state);
    assert_int_equal(st, OK);
    assert_int_equal(c.n_requirement_files, 3);
    assert_string_equal(c.requirement_files[0], "every/sources.xml");
    assert_string_equal(c.requirement_files[1], "every/requirements-more.xml");
    assert_string_equal(c.requirement_files[2], "every/requirements.xml");
    assert_int_equal(c.n_requirements, 3);
    assert_non_null(catalogue_requirement(&c, "Z-02"));
    assert_non_null(catalogue_requirement(&c, "ZZ-01"));
    assert_int_equal(c.n_suites, 0);
    catalogue_free(&c);
}

static void requirement_has_what_its_source_has(void **state)
{
    static const char *const names[] = {"requirements.xml", NULL};
    static const char *const texts[2] = {REQUIREMENTS(
        REQUIREMENT("Z-01") "<requirement id=\"Z-02\" source=\"s\" section=\"1\" level=\"must\" "
                            "testable=\"yes\"><text>t</text><quote>It\n is.</quote>"
                            "<impact>i</impact></requirement>")};
    struct catalogue c;
    enum status st = load_requirements(*state, "with-source", names, texts, &c);
    scratch_assert_no_complaint(*state);
    assert_int_equal(st, OK);
    assert_string_equal(c.requirements[0].kind, "field");
    assert_string_equal(c.requirements[0].url, "https://example.org/s");
    assert_null(c.requirements[0].quote);
    assert_string_equal(c.requirements[1].quote, "It is.");
    catalogue_free(&c);
}

static void requirement_without_a_source_is_refused(void **state)
{
    static const char *const names[] = {"requirements.xml", NULL};
    static const char *const texts[2] = {REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    sources = SOURCES("<source name=\"t\" class=\"field\" url=\"https://example.org/t\"/>");
    assert_int_equal(load_requirements(*state, "no-source", names, texts, &c), E_INPUT);
    sources = standard_sources;
    scratch_assert_complaint(*state, "no-source/requirements.xml:1: <requirement id=\"ZZ-01\">: "
                                     "source=\"s\" is not in sources.xml (did you mean \"t\"?)");
    catalogue_free(&c);
}

static void source_of_no_class_is_refused(void **state)
{
    static const char *const names[] = {"requirements.xml", NULL};
    static const char *const texts[2] = {REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    sources = SOURCES("<source name=\"s\" class=\"rumour\" url=\"https://example.org/s\"/>");
    assert_int_equal(load_requirements(*state, "no-class", names, texts, &c), E_INPUT);
    sources = standard_sources;
    scratch_assert_complaint(*state,
                             "no-class/sources.xml:1: <source name=\"s\">: class is expected to be "
                             "specification, profile or field");
    catalogue_free(&c);
}

static void requirement_in_two_files_is_refused(void **state)
{
    static const char *const names[] = {"requirements.xml", "requirements-more.xml"};
    static const char *const texts[] = {REQUIREMENTS(REQUIREMENT("ZZ-01")),
                                        REQUIREMENTS(REQUIREMENT("ZZ-01"))};
    struct catalogue c;
    assert_int_equal(load_requirements(*state, "same-id", names, texts, &c), E_INPUT);
    scratch_assert_complaint(*state,
                             "same-id/requirements.xml:1: <requirement id=\"ZZ-01\">: another "
                             "requirement has this id");
    catalogue_free(&c);
}

static void directory_without_requirements_is_named(void **state)
{
    static const char *const none[] = {NULL, NULL};
    struct catalogue c;
    assert_int_equal(load_requirements(*state, "without", none, none, &c), E_INPUT);
    scratch_assert_complaint(*state, "without:0: holds no requirements.xml");
    catalogue_free(&c);
}

/* What the guide shows to a newcomer is a suite that loads as it stands. */
static void example_of_the_guide_loads(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    static char guide[65536];
    FILE *file = fopen(SUITES_DIR "/README.md", "r");
    assert_non_null(file);
    guide[fread(guide, 1, sizeof(guide) - 1, file)] = '\0';
    fclose(file);
    char *begin = strstr(guide, "```xml\n");
    assert_non_null(begin);
    char *end = strstr(begin, "\n```\n");
    assert_non_null(end);
    *end = '\0';
    enum status st = scratch_load(s, begin + strlen("```xml\n"), &suite);
    scratch_assert_no_complaint(s);
    assert_int_equal(st, OK);
}

static const struct CMUnitTest plain_tests[] = {
    SCRATCH_TEST(every_requirements_file_is_read),
    SCRATCH_TEST(requirement_has_what_its_source_has),
    SCRATCH_TEST(requirement_without_a_source_is_refused),
    SCRATCH_TEST(source_of_no_class_is_refused),
    SCRATCH_TEST(requirement_in_two_files_is_refused),
    SCRATCH_TEST(directory_without_requirements_is_named),
    SCRATCH_TEST(example_of_the_guide_loads),
};

int main(void) { return cmocka_run_group_tests(plain_tests, scratch_share, scratch_unshare); }
