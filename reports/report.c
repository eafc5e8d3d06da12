#include "reports/report.h"

#include "reports/render.h"

#include <string.h>

#define REAL_DIGITS 10

static const struct {
    const char *name;
    const char *file;
    const char *claims_file;
    void (*render)(const struct view *v, const struct report_options *options, struct buffer *out);
    void (*render_claims)(const struct claims_view *v, const struct report_options *options,
                          struct buffer *out);
} forms[N_REPORT] = {
    [REPORT_TERMINAL] = {"terminal", NULL, NULL, terminal_render, claims_terminal_render},
    [REPORT_JUNIT] = {"junit", "junit.xml", NULL, junit_render, NULL},
    [REPORT_HTML] = {"html", "report.html", "report.html", html_render, claims_html_render},
    [REPORT_MARKDOWN] = {"markdown", "summary.md", "summary.md", markdown_render,
                         claims_markdown_render},
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

static int append_chunk(const char *text, size_t len, void *out)
{
    return buffer_append(out, bytes_of(text, len)) ? -1 : 0;
}

/* As ASCII, so that a terminal that shows the file obeys nothing in it. */
static enum status render_json(const json_t *results, struct buffer *out)
{
    int failed =
        json_dump_callback(results, append_chunk, out,
                           JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(REAL_DIGITS));
    buffer_append_text(out, "\n");
    if (buffer_status(out))
        return buffer_status(out);
    return failed ? E_NOMEM : OK;
}

static enum status complain(const struct report_options *options, const char *problem)
{
    if (options->problem)
        buffer_append_text(options->problem, problem);
    return E_PARSE;
}

enum status report_render_claims(enum report_form form, json_t *claims,
                                 const struct report_options *options, struct buffer *out)
{
    struct claims_view v;
    enum status st;

    buffer_clear(out);
    options = options ? options : &defaults;
    if (!is_form(form))
        return complain(options, "no such form");
    st = claims_view_init(&v, claims, options->problem);
    if (st)
        goto out;
    if (forms[form].render_claims) {
        forms[form].render_claims(&v, options, out);
        st = buffer_status(out);
    } else if (form == REPORT_JSON) {
        st = render_json(claims, out);
    } else {
        st = complain(options, "claims have no such form");
    }
out:
    claims_view_fini(&v);
    return st;
}

enum status report_render(enum report_form form, const struct document *document,
                          const struct report_options *options, struct buffer *out)
{
    enum status st;
    struct view v;

    buffer_clear(out);
    options = options ? options : &defaults;
    if (!is_form(form))
        return complain(options, "no such form");
    if (!forms[form].render)
        return document_write(document, out);
    if (!(st = view_init(&v, document->run))) {
        forms[form].render(&v, options, out);
        st = buffer_status(out);
    }
    view_fini(&v);
    return st;
}
