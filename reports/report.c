/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/report.h"

#include "reports/diff.h"
#include "reports/render.h"

#include <string.h>

#define DIFF_ARENA_MAX ((size_t)256 * 1024 * 1024)

static const struct {
    const char *name;
    const char *file;
    const char *claims_file;
    void (*render)(const struct view *v, const struct report_options *options, struct buffer *out);
    void (*render_claims)(const struct record_claims *v, const struct report_options *options,
                          struct buffer *out);
} forms[N_REPORT] = {
    [REPORT_TERMINAL] = {"terminal", NULL, NULL, terminal_render, claims_terminal_render},
    [REPORT_JUNIT] = {"junit", "junit.xml", "junit.xml", junit_render, claims_junit_render},
    [REPORT_HTML] = {"html", "report.html", "report.html", html_render, claims_html_render},
    [REPORT_MARKDOWN] = {"markdown", "summary.md", "summary.md", markdown_render,
                         claims_markdown_render},
    [REPORT_PRINT] = {"print", NULL, NULL, print_render, NULL},
    [REPORT_SARIF] = {"sarif", "sarif.json", NULL, NULL, NULL},
    [REPORT_JSON] = {"json", "results.json", "claims.json", NULL, NULL},
};

static const struct report_options defaults = {.has_colour = false};

static bool is_form(enum report_form form) { return form > REPORT_NONE && form < N_REPORT; }

const char *report_form_name(enum report_form form)
{
    return is_form(form) ? forms[form].name : NULL;
}

const char *report_form_file(enum report_form form)
{
    return is_form(form) ? forms[form].file : NULL;
}

const char *report_claims_file(enum report_form form)
{
    return is_form(form) ? forms[form].claims_file : NULL;
}

enum report_form report_form_from_name(const char *name)
{
    for (int form = REPORT_NONE + 1; name && form < N_REPORT; form++)
        if (strcmp(forms[form].name, name) == 0)
            return (enum report_form)form;
    return REPORT_NONE;
}

static enum status complain(const struct report_options *options, const char *problem)
{
    if (options->problem)
        buffer_append_text(options->problem, problem);
    return E_PARSE;
}

static enum status render_claims(enum report_form form, const struct document *document,
                                 const struct report_options *options, struct buffer *out)
{
    if (!forms[form].render_claims)
        return complain(options, "claims have no such form");
    forms[form].render_claims(document->claims, options, out);
    return buffer_status(out);
}

static enum status render_run(enum report_form form, const struct document *document,
                              const struct report_options *options, struct buffer *out)
{
    struct view v;
    struct arena arena;
    struct diff since;
    enum status st = view_init(&v, document->run);

    arena_init(&arena, DIFF_ARENA_MAX);
    if (!st && options->since) {
        st = diff_runs(options->since, document->run, &arena, &since);
        v.since = &since;
    }
    if (!st && form == REPORT_SARIF) {
        st = sarif_write(&v, out);
    } else if (!st) {
        forms[form].render(&v, options, out);
        st = buffer_status(out);
    }
    view_fini(&v);
    arena_fini(&arena);
    return st;
}

enum status report_render(enum report_form form, const struct document *document,
                          const struct report_options *options, struct buffer *out)
{
    buffer_clear(out);
    options = options ? options : &defaults;
    if (!is_form(form))
        return complain(options, "no such form");
    if (form == REPORT_JSON)
        return document_write(document, out);
    return document->claims ? render_claims(form, document, options, out)
                            : render_run(form, document, options, out);
}
