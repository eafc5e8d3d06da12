#include "reports/escape.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define CAUSES_MAX 20u
#define RAW_MAX (1u << 20)

struct page {
    struct buffer *out;
    struct buffer raw;
};

/* Columns of both tables of counts. */
static const struct {
    const char *key;
    const char *title;
} columns[] = {
    {"passed", "passed"},         {"known", "known"}, {"failed", "failed"},
    {"inconclusive", "inconcl."}, {"error", "error"}, {"not_applicable", "n/a"},
    {"not_run", "not run"},
};

#define N_COLUMNS (sizeof columns / sizeof columns[0])

/* Write what stands in page->raw, escaped, and empty it. */
static void flush(struct page *p)
{
    escape_append(p->out, ESCAPE_MARKDOWN, buffer_text(&p->raw), ESCAPE_TEXT_MAX);
    buffer_clear(&p->raw);
}

static void text(struct page *p, const char *words)
{
    escape_append(p->out, ESCAPE_MARKDOWN, words, ESCAPE_TEXT_MAX);
}

/* As code, where GitHub looks for no mention, link or issue number. */
static void code(struct page *p, const char *words)
{
    buffer_append_text(p->out, "<code>");
    text(p, words);
    buffer_append_text(p->out, "</code>");
}

static void plain(struct page *p, const char *markdown) { buffer_append_text(p->out, markdown); }

static void headline(struct page *p, const struct view *v)
{
    const json_t *target = json_object_get(v->results, "target");

    plain(p, "## assay: ");
    text(p, words_stamp(v));
    plain(p, "\n\n**");
    text(p, words_stamp(v));
    plain(p, "**");
    words_headline(&p->raw, v);
    flush(p);
    plain(p, "\n\nTarget ");
    words_target(&p->raw, v);
    buffer_printf(&p->raw, " at %s", view_text(target, "address"));
    code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    plain(p, ", assay ");
    text(p, view_text(v->results, "assay"));
    plain(p, ", seed ");
    buffer_printf(&p->raw, "%.8s", view_text(v->results, "seed"));
    code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    plain(p, ", ");
    words_duration(p->out, view_milliseconds(json_object_get(v->results, "times"), "seconds"));
    plain(p, ".\n\n");
}

static void table_head(struct page *p, const char *first)
{
    buffer_printf(p->out, "| %s |", first);
    for (size_t i = 0; i < N_COLUMNS; i++)
        buffer_printf(p->out, " %s |", columns[i].title);
    plain(p, "\n|---|");
    for (size_t i = 0; i < N_COLUMNS; i++)
        plain(p, "--:|");
    plain(p, "\n");
}

static void table_row(struct page *p, const char *name, const json_t *counts)
{
    plain(p, "| ");
    text(p, name);
    plain(p, " |");
    for (size_t i = 0; i < N_COLUMNS; i++) {
        plain(p, " ");
        words_number(p->out, view_number(counts, columns[i].key));
        plain(p, " |");
    }
    plain(p, "\n");
}

static void level_table(struct page *p, const struct view *v)
{
    static const char *const levels[] = {"must", "should", "hardening", "measure"};

    table_head(p, "level");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        const json_t *counts = json_object_get(json_object_get(v->summary, "levels"), levels[i]);
        if (view_number(counts, "applicable") || view_number(counts, "not_applicable"))
            table_row(p, words_level(levels[i]), counts);
    }
    plain(p, "\n");
}

static void suite_table(struct page *p, const struct view *v)
{
    const json_t *suites = json_object_get(v->summary, "suites"), *suite;
    size_t i;

    table_head(p, "suite");
    json_array_foreach(suites, i, suite) table_row(p, view_text(suite, "id"), suite);
    plain(p, "\n");
}

static void coverage(struct page *p, const struct view *v)
{
    const json_t *c = json_object_get(v->summary, "coverage");

    plain(p, "Requirements covered: ");
    words_number(p->out, view_number(c, "covered"));
    plain(p, " of ");
    words_number(p->out, view_number(c, "testable"));
    plain(p, " (");
    text(p, view_text(c, "percent"));
    plain(p, " %).\n");
}

static void known_problems(struct page *p, const struct view *v)
{
    size_t i;
    const json_t *problem;

    json_array_foreach(json_object_get(v->summary, "known_problems"), i, problem)
    {
        if (i == 0)
            plain(p, "\n### Known failures that are wrong\n\n");
        buffer_printf(p->out, "- line %llu: ", view_number(problem, "line"));
        code(p, view_text(problem, "case"));
        plain(p, " ");
        text(p, view_text(problem, "problem"));
        plain(p, "\n");
    }
}

static void culprit(struct page *p, const json_t *result)
{
    const json_t *step = view_culprit(result);

    if (!step) {
        code(p, view_text(result, "why"));
        return;
    }
    buffer_printf(p->out, "step %llu ", view_number(step, "n"));
    code(p, view_text(step, "text"));
    plain(p, " expected: ");
    text(p, view_text(step, "expect"));
    plain(p, ", seen: ");
    words_seen(&p->raw, step);
    code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
}

static void cause_item(struct page *p, const struct view *v, const json_t *cause,
                       const char *out_dir)
{
    const json_t *result = view_case(v, view_text(cause, "smallest"));
    const json_t *requirement = view_requirement(v, view_text(cause, "requirement"));

    plain(p, "- **");
    text(p, view_text(cause, "requirement"));
    plain(p, " ");
    text(p, words_level(view_text(cause, "level")));
    plain(p, "** ");
    words_count(p->out, view_number(cause, "count"), "case, ", "cases, ");
    text(p, view_text(cause, "verdict"));
    plain(p, ", smallest ");
    code(p, view_text(cause, "smallest"));
    plain(p, "<br>");
    culprit(p, result);
    plain(p, "<br>");
    text(p, view_text(cause, "text"));
    plain(p, " (");
    words_source(&p->raw, requirement);
    flush(p);
    plain(p, ")");
    words_again(&p->raw, v, result, out_dir);
    if (p->raw.len) {
        plain(p, "<br>");
        code(p, buffer_text(&p->raw));
        buffer_clear(&p->raw);
    }
    plain(p, "\n");
}

static void causes(struct page *p, const struct view *v, const char *out_dir)
{
    const json_t *list = json_object_get(v->summary, "causes"), *cause;
    size_t i, n = json_array_size(list);

    if (n == 0)
        return;
    plain(p, "\n### Root causes, worst first\n\n");
    json_array_foreach(list, i, cause)
    {
        if (i < CAUSES_MAX)
            cause_item(p, v, cause, out_dir);
    }
    if (n > CAUSES_MAX)
        buffer_printf(p->out, "- and %zu more in report.html\n", n - CAUSES_MAX);
}

static void measures(struct page *p, const struct view *v)
{
    const json_t *list = json_object_get(v->summary, "measures"), *measure;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    plain(p, "\n### Measured\n\n| property | value |\n|---|---|\n");
    json_array_foreach(list, i, measure)
    {
        plain(p, "| ");
        text(p, view_text(measure, "name"));
        plain(p, " | ");
        code(p, view_text(measure, "value"));
        plain(p, " |\n");
    }
}

void markdown_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct page p = {.out = out};

    buffer_init(&p.raw, RAW_MAX);
    headline(&p, v);
    level_table(&p, v);
    suite_table(&p, v);
    coverage(&p, v);
    known_problems(&p, v);
    causes(&p, v, options->out_dir);
    measures(&p, v);
    plain(&p, "\nThis is what was seen of one build in one run. It is no certificate from any "
              "gatekeeper and no proof of security.\n");
    buffer_fini(&p.raw);
}
