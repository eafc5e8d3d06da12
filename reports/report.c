#include "reports/report.h"

#include "reports/render.h"

#include <string.h>

#define REAL_DIGITS 10

static const struct {
    const char *name;
    const char *file;
    void (*render)(const struct view *v, const struct report_options *options, struct buffer *out);
} forms[N_REPORT] = {
    [REPORT_TERMINAL] = {"terminal", NULL, terminal_render},
    [REPORT_JUNIT] = {"junit", "junit.xml", junit_render},
    [REPORT_HTML] = {"html", "report.html", html_render},
    [REPORT_MARKDOWN] = {"markdown", "summary.md", markdown_render},
    [REPORT_JSON] = {"json", "results.json", NULL},
};

static bool is_form(enum report_form form) { return form > REPORT_NONE && form < N_REPORT; }

const char *report_form_name(enum report_form form)
{
    return is_form(form) ? forms[form].name : NULL;
}

const char *report_form_file(enum report_form form)
{
    return is_form(form) ? forms[form].file : NULL;
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

enum status report_render(enum report_form form, json_t *results,
                          const struct report_options *options, struct buffer *out)
{
    static const struct report_options defaults = {.has_colour = false};
    enum status st;
    struct view v;

    buffer_clear(out);
    if (!is_form(form) || strcmp(view_text(results, "format"), "assay-results-1") != 0)
        return E_PARSE;
    if ((st = view_init(&v, results)))
        goto out;
    if (forms[form].render) {
        forms[form].render(&v, options ? options : &defaults, out);
        st = buffer_status(out);
    } else {
        st = render_json(results, out);
    }
out:
    view_fini(&v);
    return st;
}
