#include "reports/render.h"
#include "reports/sheet.h"
#include "reports/words.h"

#include <string.h>

#define CAUSES_MAX 20u
#define RAW_MAX (1u << 20)

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

static void headline(struct sheet *p, const struct view *v)
{
    const json_t *target = json_object_get(v->results, "target");

    sheet_plain(p, "## assay: ");
    sheet_text(p, words_stamp(v));
    sheet_plain(p, "\n\n**");
    sheet_text(p, words_stamp(v));
    sheet_plain(p, "**");
    words_headline(&p->raw, v);
    sheet_flush(p);
    sheet_plain(p, "\n\nTarget ");
    words_target(&p->raw, v);
    buffer_printf(&p->raw, " at %s", view_text(target, "address"));
    sheet_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    sheet_plain(p, ", assay ");
    sheet_text(p, view_text(v->results, "assay"));
    sheet_plain(p, ", seed ");
    buffer_printf(&p->raw, "%.8s", view_text(v->results, "seed"));
    sheet_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    sheet_plain(p, ", ");
    words_duration(p->out, view_milliseconds(json_object_get(v->results, "times"), "seconds"));
    sheet_plain(p, ".\n\n");
}

static void table_head(struct sheet *p, const char *first)
{
    buffer_printf(p->out, "| %s |", first);
    for (size_t i = 0; i < N_COLUMNS; i++)
        buffer_printf(p->out, " %s |", columns[i].title);
    sheet_plain(p, "\n|---|");
    for (size_t i = 0; i < N_COLUMNS; i++)
        sheet_plain(p, "--:|");
    sheet_plain(p, "\n");
}

static void table_row(struct sheet *p, const char *name, const json_t *counts)
{
    sheet_plain(p, "| ");
    sheet_text(p, name);
    sheet_plain(p, " |");
    for (size_t i = 0; i < N_COLUMNS; i++) {
        sheet_plain(p, " ");
        words_number(p->out, view_number(counts, columns[i].key));
        sheet_plain(p, " |");
    }
    sheet_plain(p, "\n");
}

static void level_table(struct sheet *p, const struct view *v)
{
    static const char *const levels[] = {"must", "should", "hardening", "measure"};

    table_head(p, "level");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        const json_t *counts = json_object_get(json_object_get(v->summary, "levels"), levels[i]);
        if (view_number(counts, "applicable") || view_number(counts, "not_applicable"))
            table_row(p, words_level(levels[i]), counts);
    }
    sheet_plain(p, "\n");
}

static void suite_table(struct sheet *p, const struct view *v)
{
    const json_t *suites = json_object_get(v->summary, "suites"), *suite;
    size_t i;

    table_head(p, "suite");
    json_array_foreach(suites, i, suite) table_row(p, view_text(suite, "id"), suite);
    sheet_plain(p, "\n");
}

static void coverage(struct sheet *p, const struct view *v)
{
    const json_t *c = json_object_get(v->summary, "coverage");

    sheet_plain(p, "Requirements covered: ");
    words_number(p->out, view_number(c, "covered"));
    sheet_plain(p, " of ");
    words_number(p->out, view_number(c, "testable"));
    sheet_plain(p, " (");
    sheet_text(p, view_text(c, "percent"));
    sheet_plain(p, " %).\n");
}

static void known_problems(struct sheet *p, const struct view *v)
{
    size_t i;
    const json_t *problem;

    json_array_foreach(json_object_get(v->summary, "known_problems"), i, problem)
    {
        if (i == 0)
            sheet_plain(p, "\n### Known failures that are wrong\n\n");
        buffer_printf(p->out, "- line %llu: ", view_number(problem, "line"));
        sheet_code(p, view_text(problem, "case"));
        sheet_plain(p, " ");
        sheet_text(p, view_text(problem, "problem"));
        sheet_plain(p, "\n");
    }
}

static void culprit(struct sheet *p, const json_t *result)
{
    const json_t *step = view_culprit(result);

    if (!step) {
        sheet_code(p, view_text(result, "why"));
        return;
    }
    buffer_printf(p->out, "step %llu ", view_number(step, "n"));
    sheet_code(p, view_text(step, "text"));
    sheet_plain(p, " expected: ");
    sheet_text(p, view_text(step, "expect"));
    sheet_plain(p, ", seen: ");
    words_seen(&p->raw, step);
    sheet_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
}

static void cause_item(struct sheet *p, const struct view *v, const json_t *cause,
                       const char *out_dir)
{
    const json_t *result = view_case(v, view_text(cause, "smallest"));
    const json_t *requirement = view_requirement(v, view_text(cause, "requirement"));

    sheet_plain(p, "- **");
    sheet_text(p, view_text(cause, "requirement"));
    sheet_plain(p, " ");
    sheet_text(p, words_level(view_text(cause, "level")));
    sheet_plain(p, "** ");
    words_count(p->out, view_number(cause, "count"), "case, ", "cases, ");
    sheet_text(p, view_text(cause, "verdict"));
    sheet_plain(p, ", smallest ");
    sheet_code(p, view_text(cause, "smallest"));
    sheet_plain(p, "<br>");
    culprit(p, result);
    sheet_plain(p, "<br>");
    sheet_text(p, view_text(cause, "text"));
    sheet_plain(p, " (");
    words_source(&p->raw, requirement);
    sheet_flush(p);
    sheet_plain(p, ")");
    words_again(&p->raw, v, result, out_dir);
    if (p->raw.len) {
        sheet_plain(p, "<br>");
        sheet_code(p, buffer_text(&p->raw));
        buffer_clear(&p->raw);
    }
    sheet_plain(p, "\n");
}

static void causes(struct sheet *p, const struct view *v, const char *out_dir)
{
    const json_t *list = json_object_get(v->summary, "causes"), *cause;
    size_t i, n = json_array_size(list);

    if (n == 0)
        return;
    sheet_plain(p, "\n### Root causes, worst first\n\n");
    json_array_foreach(list, i, cause)
    {
        if (i < CAUSES_MAX)
            cause_item(p, v, cause, out_dir);
    }
    if (n > CAUSES_MAX)
        buffer_printf(p->out, "- and %zu more in report.html\n", n - CAUSES_MAX);
}

static void measures(struct sheet *p, const struct view *v)
{
    const json_t *list = json_object_get(v->summary, "measures"), *measure;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    sheet_plain(p, "\n### Measured\n\n| property | value |\n|---|---|\n");
    json_array_foreach(list, i, measure)
    {
        sheet_plain(p, "| ");
        sheet_text(p, view_text(measure, "name"));
        sheet_plain(p, " | ");
        sheet_code(p, view_text(measure, "value"));
        sheet_plain(p, " |\n");
    }
}

void markdown_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct sheet p = {.out = out};

    buffer_init(&p.raw, RAW_MAX);
    headline(&p, v);
    level_table(&p, v);
    suite_table(&p, v);
    coverage(&p, v);
    known_problems(&p, v);
    causes(&p, v, options->out_dir);
    measures(&p, v);
    sheet_plain(&p,
                "\nThis is what was seen of one build in one run. It is no certificate from any "
                "gatekeeper and no proof of security.\n");
    buffer_fini(&p.raw);
}
