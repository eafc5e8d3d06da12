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

struct golden {
    const char *example;
    const char *document; /* what is rendered */
    enum report_form form;
    bool has_colour;
    const char *file;
};

static const struct golden goldens[] = {
    {"hostile", "results.json", REPORT_TERMINAL, false, "terminal.txt"},
    {"hostile", "results.json", REPORT_TERMINAL, true, "terminal-colour.txt"},
    {"hostile", "results.json", REPORT_JUNIT, false, "junit.xml"},
    {"hostile", "results.json", REPORT_HTML, false, "report.html"},
    {"hostile", "results.json", REPORT_MARKDOWN, false, "summary.md"},
    {"hostile", "results.json", REPORT_PRINT, false, "print.html"},
    {"hostile", "results.json", REPORT_SARIF, false, "sarif.json"},
    {"hostile", "results.json", REPORT_JSON, false, "results.json"},
    {"conformant", "results.json", REPORT_TERMINAL, false, "terminal.txt"},
    {"conformant", "results.json", REPORT_TERMINAL, true, "terminal-colour.txt"},
    {"conformant", "results.json", REPORT_JUNIT, false, "junit.xml"},
    {"conformant", "results.json", REPORT_HTML, false, "report.html"},
    {"conformant", "results.json", REPORT_MARKDOWN, false, "summary.md"},
    {"conformant", "results.json", REPORT_PRINT, false, "print.html"},
    {"conformant", "results.json", REPORT_SARIF, false, "sarif.json"},
    {"conformant", "results.json", REPORT_JSON, false, "results.json"},
    {"unmet", "results.json", REPORT_PRINT, false, "print.html"},
    {"unmet", "results.json", REPORT_SARIF, false, "sarif.json"},
    {"unmet", "results.json", REPORT_JSON, false, "results.json"},
    {"claims-box", "claims.json", REPORT_TERMINAL, false, "terminal.txt"},
    {"claims-box", "claims.json", REPORT_TERMINAL, true, "terminal-colour.txt"},
    {"claims-box", "claims.json", REPORT_HTML, false, "report.html"},
    {"claims-box", "claims.json", REPORT_MARKDOWN, false, "summary.md"},
    {"claims-box", "claims.json", REPORT_JSON, false, "claims.json"},
    {"claims-alone", "claims.json", REPORT_TERMINAL, false, "terminal.txt"},
    {"claims-alone", "claims.json", REPORT_HTML, false, "report.html"},
    {"claims-alone", "claims.json", REPORT_MARKDOWN, false, "summary.md"},
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

static void render(const struct golden *g, struct buffer *out)
{
    struct report_options options = {.has_colour = g->has_colour, .out_dir = "out"};
    struct buffer text;
    struct document document;
    char path[4096];

    path_of(path, sizeof path, g->example, g->document);
    read_file(path, &text);
    buffer_init(out, REPORT_MAX);
    assert_int_equal(document_read(buffer_bytes(&text), NULL, &document), OK);
    assert_int_equal(report_render(g->form, &document, &options, out), OK);
    document_fini(&document);
    buffer_fini(&text);
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

/* Shows that the page asks nobody for anything and that a hostile document brings no element of its
 * own. */
static void page_loads_nothing(void **state)
{
    static const char *const forbidden[] = {"src=",    "url(", "@import",      "<link",
                                            "<iframe", "<img", "href=\"http",  "<script>alert",
                                            "onerror", "\x1b", "\xe2\x80\xae", NULL};
    (void)state;

    page_is_without(&(struct golden){"hostile", "results.json", REPORT_HTML, false, NULL},
                    forbidden);
}

/* Shows the same of claims, whose documents are links to web pages and to nothing else. */
static void claims_page_loads_nothing(void **state)
{
    static const char *const forbidden[] = {"src=",    "url(", "@import",      "<link",
                                            "<iframe", "<img", "href=\"http:", "href=\"j",
                                            "<script", "\x1b", "\xe2\x80\xae", NULL};
    (void)state;

    page_is_without(&(struct golden){"claims-box", "claims.json", REPORT_HTML, false, NULL},
                    forbidden);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(goldens) + 2];
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
    return cmocka_run_group_tests(tests, NULL, NULL);
}
