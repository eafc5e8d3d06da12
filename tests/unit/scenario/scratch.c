/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nftw is of POSIX with its XSI option. */
#define _XOPEN_SOURCE 700
#include "scratch.h"

#include <ftw.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

int scratch_setup(void **state)
{
    struct scratch *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    *state = s;
    snprintf(s->dir, sizeof(s->dir), "/tmp/assay-scenario-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    assert_int_equal(chdir(s->dir), 0);
    assert_int_equal(mkdir("vectors", 0700), 0);
    diags_init(&s->diags);
    s->options = (struct loader_options){.suite_dir = SUITES_DIR, .vector_dir = "vectors"};
    assert_int_equal(mkdir("shipped", 0700), 0);
    assert_int_equal(symlink(SUITES_DIR "/suite.rng", "shipped/suite.rng"), 0);
    assert_int_equal(symlink(SUITES_DIR "/requirements.rng", "shipped/requirements.rng"), 0);
    assert_int_equal(symlink(SUITES_DIR "/requirements.xml", "shipped/requirements.xml"), 0);
    assert_int_equal(
        symlink(SUITES_DIR "/requirements-stanza.xml", "shipped/requirements-stanza.xml"), 0);
    assert_int_equal(symlink(SUITES_DIR "/requirements-v4.xml", "shipped/requirements-v4.xml"), 0);
    assert_int_equal(symlink(SUITES_DIR "/sources.xml", "shipped/sources.xml"), 0);
    s->options.suite_dir = "shipped";
    assert_int_equal(catalogue_load(&s->options, &s->base, &s->diags), OK);
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

int scratch_teardown(void **state)
{
    struct scratch *s = *state;
    catalogue_free(&s->base);
    diags_fini(&s->diags);
    int result = chdir("/") || nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(s);
    return result;
}

void scratch_write(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

char *scratch_suite(const char *cases)
{
    static const char head[] = "<suite xmlns=\"urn:assay:suite:1\" id=\"mine\" title=\"Mine\" "
                               "layer=\"cipher\">\n";
    static const char tail[] = "\n</suite>\n";
    size_t size = sizeof(head) + sizeof(tail) + strlen(cases);
    char *text = malloc(size);
    assert_non_null(text);
    snprintf(text, size, "%s%s%s", head, cases, tail);
    return text;
}

enum status scratch_load(struct scratch *s, const char *text, const struct suite **out)
{
    diags_fini(&s->diags);
    diags_init(&s->diags);
    scratch_write("mine.xml", text);
    return catalogue_load_file(&s->base, &s->options, "mine.xml", out, &s->diags);
}

char *scratch_complaint(const struct scratch *s, size_t i)
{
    char text[1200] = "";
    if (i < s->diags.count)
        snprintf(text, sizeof(text), "%s:%u: %s", s->diags.items[i].file, s->diags.items[i].line,
                 s->diags.items[i].text);
    char *copy = malloc(sizeof(text));
    assert_non_null(copy);
    memcpy(copy, text, sizeof(text));
    return copy;
}

void scratch_assert_complaint(const struct scratch *s, const char *expected)
{
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, expected);
    free(complaint);
}

void scratch_assert_no_complaint(const struct scratch *s) { scratch_assert_complaint(s, ""); }

const struct case_spec *scratch_case(struct scratch *s, const char *cases)
{
    const struct suite *suite;
    char *text = scratch_suite(cases);
    enum status st = scratch_load(s, text, &suite);
    scratch_assert_no_complaint(s);
    assert_int_equal(st, OK);
    free(text);
    return &suite->cases[0];
}

void *scratch_shared;

int scratch_share(void **state)
{
    (void)state;
    return scratch_setup(&scratch_shared);
}

int scratch_unshare(void **state)
{
    (void)state;
    return scratch_teardown(&scratch_shared);
}

int scratch_use(void **state)
{
    *state = scratch_shared;
    return 0;
}
