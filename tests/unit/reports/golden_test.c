/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows that every form of the example documents is, byte for byte, what a person has looked at.
 * With UPDATE_GOLDEN=1 in the environment the files are written instead, to be looked at.
 */
#include "reports/report.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NARROW 60u /* columns */

struct golden {
    const char *example;
    const char *document; /* what is rendered */
    enum report_form form;
    bool has_colour;
    const char *file;
    unsigned width;    /* of the terminal; 0: there is none */
    const char *since; /* the example that went before; NULL: nobody asks */
};

static const struct golden goldens[] = {
    {"hostile", "results.json", REPORT_TERMINAL, false, "terminal.txt", 0, NULL},
    {"hostile", "results.json", REPORT_TERMINAL, true, "terminal-colour.txt", 0, NULL},
    {"hostile", "results.json", REPORT_TERMINAL, true, "terminal-narrow.txt", NARROW, NULL},
    {"hostile", "results.json", REPORT_JUNIT, false, "junit.xml", 0, NULL},
    {"hostile", "results.json", REPORT_HTML, false, "report.html", 0, NULL},
    {"hostile", "results.json", REPORT_MARKDOWN, false, "summary.md", 0, NULL},
    {"hostile", "results.json", REPORT_PRINT, false, "print.html", 0, NULL},
    {"hostile", "results.json", REPORT_SARIF, false, "sarif.json", 0, NULL},
    {"hostile", "results.json", REPORT_JSON, false, "results.json", 0, NULL},
    {"conformant", "results.json", REPORT_TERMINAL, false, "terminal.txt", 0, NULL},
    {"conformant", "results.json", REPORT_TERMINAL, true, "terminal-colour.txt", 0, NULL},
    {"conformant", "results.json", REPORT_JUNIT, false, "junit.xml", 0, NULL},
    {"conformant", "results.json", REPORT_HTML, false, "report.html", 0, NULL},
    {"conformant", "results.json", REPORT_HTML, false, "report-since.html", 0, "hostile"},
    {"conformant", "results.json", REPORT_TERMINAL, false, "terminal-since.txt", 0, "hostile"},
    {"conformant", "results.json", REPORT_MARKDOWN, false, "summary.md", 0, NULL},
    {"conformant", "results.json", REPORT_PRINT, false, "print.html", 0, NULL},
    {"conformant", "results.json", REPORT_SARIF, false, "sarif.json", 0, NULL},
    {"conformant", "results.json", REPORT_JSON, false, "results.json", 0, NULL},
    {"unmet", "results.json", REPORT_PRINT, false, "print.html", 0, NULL},
    {"unmet", "results.json", REPORT_SARIF, false, "sarif.json", 0, NULL},
    {"unmet", "results.json", REPORT_JSON, false, "results.json", 0, NULL},
    {"claims-box", "claims.json", REPORT_TERMINAL, false, "terminal.txt", 0, NULL},
    {"claims-box", "claims.json", REPORT_TERMINAL, true, "terminal-colour.txt", 0, NULL},
    {"claims-box", "claims.json", REPORT_HTML, false, "report.html", 0, NULL},
    {"claims-box", "claims.json", REPORT_JUNIT, false, "junit.xml", 0, NULL},
    {"claims-box", "claims.json", REPORT_MARKDOWN, false, "summary.md", 0, NULL},
    {"claims-box", "claims.json", REPORT_JSON, false, "claims.json", 0, NULL},
    {"claims-alone", "claims.json", REPORT_TERMINAL, false, "terminal.txt", 0, NULL},
    {"claims-alone", "claims.json", REPORT_HTML, false, "report.html", 0, NULL},
    {"claims-alone", "claims.json", REPORT_JUNIT, false, "junit.xml", 0, NULL},
    {"claims-alone", "claims.json", REPORT_MARKDOWN, false, "summary.md", 0, NULL},
};

static void path_of(char *out, size_t size, const char *example, const char *file)
{
    snprintf(out, size, "%s/%s/%s", GOLDEN_DIR, example, file);
}

static void read_file(const char *path, struct buffer *out)
{
    FILE *f = fopen(path, "rb");
    uint8_t chunk[4096];
    size_t n;

    buffer_init(out, REPORT_MAX);
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buffer_append(out, bytes_of(chunk, n));
    fclose(f);
}

static void read_document(const char *example, const char *file, struct document *out)
{
    struct buffer text;
    char path[4096];

    path_of(path, sizeof path, example, file);
    read_file(path, &text);
    assert_int_equal(document_read(buffer_bytes(&text), NULL, out), OK);
    buffer_fini(&text);
}

static void render(const struct golden *g, struct buffer *out)
{
    struct report_options options = {
        .has_colour = g->has_colour, .width = g->width, .out_dir = "out"};
    struct document document, before;

    read_document(g->example, g->document, &document);
    document_init(&before);
    if (g->since)
        read_document(g->since, g->document, &before);
    options.since = before.run;
    buffer_init(out, REPORT_MAX);
    assert_int_equal(report_render(g->form, &document, &options, out), OK);
    document_fini(&before);
    document_fini(&document);
}

static void update(const char *path, const struct buffer *actual)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(actual->data, 1, actual->len, f), actual->len);
    assert_int_equal(fclose(f), 0);
}

static void form_is_as_recorded(void **state)
{
    const struct golden *g = *state;
    struct buffer actual, expected;
    char path[4096];

    path_of(path, sizeof path, g->example, g->file);
    render(g, &actual);
    if (getenv("UPDATE_GOLDEN"))
        update(path, &actual);
    read_file(path, &expected);
    if (!bytes_equal(buffer_bytes(&actual), buffer_bytes(&expected)))
        fail_msg("%s differs; look at it, then UPDATE_GOLDEN=1 golden_test", path);
    buffer_fini(&actual);
    buffer_fini(&expected);
}

static void page_is_without(const struct golden *g, const char *const *forbidden)
{
    struct buffer page;

    render(g, &page);
    for (size_t i = 0; forbidden[i]; i++)
        if (strstr(buffer_text(&page), forbidden[i]))
            fail_msg("the page contains %s", forbidden[i]);
    buffer_fini(&page);
}

/* Columns of the line at |text|, without what gives it colour. */
static size_t columns_of_line(const char *text)
{
    size_t n = 0;
    for (; *text && *text != '\n'; text++) {
        if (*text == '\x1b')
            text += strcspn(text, "m");
        else
            n += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return n;
}

static void is_no_wider(const char *example, const char *document)
{
    struct buffer text;
    render(&(struct golden){example, document, REPORT_TERMINAL, true, NULL, NARROW, NULL}, &text);
    for (const char *line = buffer_text(&text); *line; line += strcspn(line, "\n") + 1)
        if (columns_of_line(line) > NARROW)
            fail_msg("%.*s", (int)strcspn(line, "\n"), line);
    buffer_fini(&text);
}

/* Shows that no line is wider than the terminal, but for a word of a command, which nobody can
 * copy when it is cut. */
static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    is_no_wider("conformant", "results.json");
    is_no_wider("claims-box", "claims.json");
    is_no_wider("claims-alone", "claims.json");
}

/* Shows that the page asks nobody for anything and that a hostile document brings no element of its
 * own. */
static void page_loads_nothing(void **state)
{
    static const char *const forbidden[] = {"src=",    "url(", "@import",      "<link",
                                            "<iframe", "<img", "href=\"http",  "<script>alert",
                                            "onerror", "\x1b", "\xe2\x80\xae", NULL};
    (void)state;

    page_is_without(&(struct golden){"hostile", "results.json", REPORT_HTML, false, NULL, 0, NULL},
                    forbidden);
}

/* Shows the same of claims, whose documents are links to web pages and to nothing else. */
static void claims_page_loads_nothing(void **state)
{
    static const char *const forbidden[] = {"src=",    "url(", "@import",      "<link",
                                            "<iframe", "<img", "href=\"http:", "href=\"j",
                                            "<script", "\x1b", "\xe2\x80\xae", NULL};
    (void)state;

    page_is_without(
        &(struct golden){"claims-box", "claims.json", REPORT_HTML, false, NULL, 0, NULL},
        forbidden);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(goldens) + 3];
    char names[COUNT(goldens)][64];

    memset(tests, 0, sizeof tests);
    for (size_t i = 0; i < COUNT(goldens); i++) {
        snprintf(names[i], sizeof names[i], "%s %s is as recorded", goldens[i].example,
                 goldens[i].file);
        tests[i].name = names[i];
        tests[i].test_func = form_is_as_recorded;
        memcpy(&tests[i].initial_state, &(const void *){&goldens[i]}, sizeof(void *));
    }
    tests[COUNT(goldens)].name = "the page loads nothing";
    tests[COUNT(goldens)].test_func = page_loads_nothing;
    tests[COUNT(goldens) + 1].name = "the page of claims loads nothing";
    tests[COUNT(goldens) + 1].test_func = claims_page_loads_nothing;
    tests[COUNT(goldens) + 2].name = "no line is wider than the terminal";
    tests[COUNT(goldens) + 2].test_func = no_line_is_wider_than_the_terminal;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
