#include "reports/render.h"
#include "reports/markdown_writer.h"
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

static void headline(struct markdown_writer *p, const struct view *v)
{
    const json_t *target = json_object_get(v->results, "target");

    markdown_plain(p, "## assay: ");
    markdown_text(p, words_stamp(v));
    markdown_plain(p, "\n\n**");
    markdown_text(p, words_stamp(v));
    markdown_plain(p, "**");
    words_headline(&p->raw, v);
    markdown_flush(p);
    markdown_plain(p, "\n\nTarget ");
    words_target(&p->raw, v);
    buffer_printf(&p->raw, " at %s", view_text(target, "address"));
    markdown_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    markdown_plain(p, ", assay ");
    markdown_text(p, view_text(v->results, "assay"));
    markdown_plain(p, ", seed ");
    buffer_printf(&p->raw, "%.8s", view_text(v->results, "seed"));
    markdown_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    markdown_plain(p, ", ");
    words_duration(p->out, view_milliseconds(json_object_get(v->results, "times"), "seconds"));
    markdown_plain(p, ".\n\n");
}

static void table_head(struct markdown_writer *p, const char *first)
{
    buffer_printf(p->out, "| %s |", first);
    for (size_t i = 0; i < N_COLUMNS; i++)
        buffer_printf(p->out, " %s |", columns[i].title);
    markdown_plain(p, "\n|---|");
    for (size_t i = 0; i < N_COLUMNS; i++)
        markdown_plain(p, "--:|");
    markdown_plain(p, "\n");
}

static void table_row(struct markdown_writer *p, const char *name, const json_t *counts)
{
    markdown_plain(p, "| ");
    markdown_text(p, name);
    markdown_plain(p, " |");
    for (size_t i = 0; i < N_COLUMNS; i++) {
        markdown_plain(p, " ");
        words_number(p->out, view_number(counts, columns[i].key));
        markdown_plain(p, " |");
    }
    markdown_plain(p, "\n");
}

static void level_table(struct markdown_writer *p, const struct view *v)
{
    static const char *const levels[] = {"must", "should", "hardening", "measure"};

    table_head(p, "level");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        const json_t *counts = json_object_get(json_object_get(v->summary, "levels"), levels[i]);
        if (view_number(counts, "applicable") || view_number(counts, "not_applicable"))
            table_row(p, words_level(levels[i]), counts);
    }
    markdown_plain(p, "\n");
}

static void suite_table(struct markdown_writer *p, const struct view *v)
{
    const json_t *suites = json_object_get(v->summary, "suites"), *suite;
    size_t i;

    table_head(p, "suite");
    json_array_foreach(suites, i, suite) table_row(p, view_text(suite, "id"), suite);
    markdown_plain(p, "\n");
}

static void coverage(struct markdown_writer *p, const struct view *v)
{
    const json_t *c = json_object_get(v->summary, "coverage");

    markdown_plain(p, "Requirements covered: ");
    words_number(p->out, view_number(c, "covered"));
    markdown_plain(p, " of ");
    words_number(p->out, view_number(c, "testable"));
    markdown_plain(p, " (");
    markdown_text(p, view_text(c, "percent"));
    markdown_plain(p, " %).\n");
}

static void known_problems(struct markdown_writer *p, const struct view *v)
{
    size_t i;
    const json_t *problem;

    json_array_foreach(json_object_get(v->summary, "known_problems"), i, problem)
    {
        if (i == 0)
            markdown_plain(p, "\n### Known failures that are wrong\n\n");
        buffer_printf(p->out, "- line %llu: ", view_number(problem, "line"));
        markdown_code(p, view_text(problem, "case"));
        markdown_plain(p, " ");
        markdown_text(p, view_text(problem, "problem"));
        markdown_plain(p, "\n");
    }
}

static void culprit(struct markdown_writer *p, const json_t *result)
{
    const json_t *step = view_culprit(result);

    if (!step) {
        markdown_code(p, view_text(result, "why"));
        return;
    }
    buffer_printf(p->out, "step %llu ", view_number(step, "n"));
    markdown_code(p, view_text(step, "text"));
    markdown_plain(p, " expected: ");
    markdown_text(p, view_text(step, "expect"));
    markdown_plain(p, ", seen: ");
    words_seen(&p->raw, step);
    markdown_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
}

static void cause_item(struct markdown_writer *p, const struct view *v, const json_t *cause,
                       const char *out_dir)
{
    const json_t *result = view_case(v, view_text(cause, "smallest"));
    const json_t *requirement = view_requirement(v, view_text(cause, "requirement"));

    markdown_plain(p, "- **");
    markdown_text(p, view_text(cause, "requirement"));
    markdown_plain(p, " ");
    markdown_text(p, words_level(view_text(cause, "level")));
    markdown_plain(p, "** ");
    words_count(p->out, view_number(cause, "count"), "case, ", "cases, ");
    markdown_text(p, view_text(cause, "verdict"));
    markdown_plain(p, ", smallest ");
    markdown_code(p, view_text(cause, "smallest"));
    markdown_plain(p, "<br>");
    culprit(p, result);
    markdown_plain(p, "<br>");
    markdown_text(p, view_text(cause, "text"));
    markdown_plain(p, " (");
    words_source(&p->raw, requirement);
    markdown_flush(p);
    markdown_plain(p, ")");
    words_again(&p->raw, v, result, out_dir);
    if (p->raw.len) {
        markdown_plain(p, "<br>");
        markdown_code(p, buffer_text(&p->raw));
        buffer_clear(&p->raw);
    }
    markdown_plain(p, "\n");
}

static void causes(struct markdown_writer *p, const struct view *v, const char *out_dir)
{
    const json_t *list = json_object_get(v->summary, "causes"), *cause;
    size_t i, n = json_array_size(list);

    if (n == 0)
        return;
    markdown_plain(p, "\n### Root causes, worst first\n\n");
    json_array_foreach(list, i, cause)
    {
        if (i < CAUSES_MAX)
            cause_item(p, v, cause, out_dir);
    }
    if (n > CAUSES_MAX)
        buffer_printf(p->out, "- and %zu more in report.html\n", n - CAUSES_MAX);
}

static void measures(struct markdown_writer *p, const struct view *v)
{
    const json_t *list = json_object_get(v->summary, "measures"), *measure;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    markdown_plain(p, "\n### Measured\n\n| property | value |\n|---|---|\n");
    json_array_foreach(list, i, measure)
    {
        markdown_plain(p, "| ");
        markdown_text(p, view_text(measure, "name"));
        markdown_plain(p, " | ");
        markdown_code(p, view_text(measure, "value"));
        markdown_plain(p, " |\n");
    }
}

void markdown_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct markdown_writer p = {.out = out};

    buffer_init(&p.raw, RAW_MAX);
    headline(&p, v);
    level_table(&p, v);
    suite_table(&p, v);
    coverage(&p, v);
    known_problems(&p, v);
    causes(&p, v, options->out_dir);
    measures(&p, v);
    markdown_plain(&p,
                   "\nThis is what was seen of one build in one run. It is no certificate from any "
                   "gatekeeper and no proof of security.\n");
    buffer_fini(&p.raw);
}
