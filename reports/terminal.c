#include "reports/escape.h"
#include "reports/terminal_writer.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define CAUSES_MAX 10u
#define MARGIN 6u
#define CLAUSE_COLUMN 76u /* where the requirement of a cause stands */

static void head_line(struct terminal_writer *p, const struct view *v)
{
    const json_t *target = json_object_get(v->results, "target");

    buffer_printf(&p->raw, "assay %s", view_text(v->results, "assay"));
    terminal_writer_flush(p, STYLE_STRONG, 0);
    buffer_printf(&p->raw, "   profile %s   target %s ", view_text(v->results, "profile"),
                  view_text(target, "address"));
    words_target(&p->raw, v);
    buffer_printf(&p->raw, "   seed %.8s", view_text(v->results, "seed"));
    buffer_append_text(&p->raw, "   ");
    words_count(&p->raw, view_number(json_object_get(v->results, "times"), "workers"), "worker",
                "workers");
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
    terminal_writer_newline(p);
}

/* "   2 failed", when there are any. */
static void put_count(struct terminal_writer *p, enum style style, unsigned long long n,
                      const char *what)
{
    if (n == 0)
        return;
    terminal_writer_put(p, STYLE_PLAIN, "   ", 0);
    words_number(&p->raw, n);
    buffer_printf(&p->raw, " %s", what);
    terminal_writer_flush(p, style, 0);
}

static void put_other_counts(struct terminal_writer *p, const json_t *counts)
{
    put_count(p, STYLE_PLAIN, view_number(counts, "known"), "known");
    put_count(p, STYLE_BAD, view_number(counts, "failed"), "failed");
    put_count(p, STYLE_DOUBT, view_number(counts, "inconclusive"), "inconclusive");
    put_count(p, STYLE_BAD, view_number(counts, "error"), "error");
    put_count(p, STYLE_DOUBT, view_number(counts, "not_run"), "not run");
    put_count(p, STYLE_FAINT, view_number(counts, "not_applicable"), "not applicable");
}

static size_t widest(const json_t *items, const char *key)
{
    size_t i, most = 0;
    const json_t *item;
    json_array_foreach(items, i, item)
    {
        size_t columns = escape_columns(view_text(item, key));
        if (columns > most)
            most = columns;
    }
    return most < 40 ? most : 40;
}

/* A number right-aligned in |columns|. */
static void put_number(struct terminal_writer *p, unsigned long long n, size_t columns)
{
    size_t used;
    words_number(&p->raw, n);
    used = p->raw.len;
    terminal_writer_indent(p, p->column + (used < columns ? columns - used : 0));
    terminal_writer_flush(p, STYLE_PLAIN, 0);
}

static void suite_lines(struct terminal_writer *p, const struct view *v)
{
    const json_t *suites = json_object_get(v->summary, "suites"), *suite;
    size_t i, layers = widest(suites, "layer"), ids = widest(suites, "id");
    const char *layer_before = "";

    json_array_foreach(suites, i, suite)
    {
        const char *layer = view_text(suite, "layer");
        terminal_writer_put(p, STYLE_PLAIN, "", 2);
        terminal_writer_put(p, STYLE_FAINT, strcmp(layer, layer_before) ? layer : "", layers + 2);
        terminal_writer_put(p, STYLE_PLAIN, view_text(suite, "id"), ids + 2);
        put_number(p, view_number(suite, "passed"), 7);
        terminal_writer_put(p, STYLE_PLAIN, " passed", 0);
        put_other_counts(p, suite);
        terminal_writer_newline(p);
        layer_before = layer;
    }
    terminal_writer_newline(p);
}

static void level_line(struct terminal_writer *p, const struct view *v, const char *level,
                       bool is_scored)
{
    const json_t *counts = json_object_get(json_object_get(v->summary, "levels"), level);

    if (view_number(counts, "applicable") == 0 && strcmp(level, "must") != 0)
        return;
    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, is_scored ? STYLE_STRONG : STYLE_PLAIN, words_level(level), 12);
    put_number(p, view_number(counts, "passed"), 7);
    buffer_append_text(&p->raw, " of ");
    words_number(&p->raw, view_number(counts, "applicable"));
    buffer_append_text(&p->raw, " passed");
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    put_other_counts(p, counts);
    if (!is_scored)
        terminal_writer_put(p, STYLE_FAINT, "   (reported, not scored)", 0);
    terminal_writer_newline(p);
}

static void coverage_line(struct terminal_writer *p, const struct view *v)
{
    const json_t *coverage = json_object_get(v->summary, "coverage");

    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, STYLE_PLAIN, "requirements", 12);
    put_number(p, view_number(coverage, "covered"), 7);
    buffer_append_text(&p->raw, " of ");
    words_number(&p->raw, view_number(coverage, "testable"));
    buffer_printf(&p->raw, " covered (%s %%)", view_text(coverage, "percent"));
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    if (view_number(coverage, "covered") < view_number(coverage, "testable"))
        terminal_writer_put(p, STYLE_FAINT, "   assay list --uncovered", 0);
    terminal_writer_newline(p);
}

static void measures_line(struct terminal_writer *p, const struct view *v)
{
    const json_t *measures = json_object_get(v->summary, "measures"), *measure;
    size_t i;

    if (json_array_size(measures) == 0)
        return;
    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, STYLE_PLAIN, "measured", 15);
    json_array_foreach(measures, i, measure)
        buffer_printf(&p->raw, "%s%s: %s", i ? "; " : "", view_text(measure, "name"),
                      view_text(measure, "value"));
    terminal_writer_wrap(p, 17);
    terminal_writer_newline(p);
}

static void verdict_lines(struct terminal_writer *p, const struct view *v, const char *out_dir)
{
    static const char *const outcomes_of_doubt[] = {"vacuous", "inconclusive", "interrupted"};
    const json_t *times = json_object_get(v->results, "times");
    enum style style = words_is_good(v) ? STYLE_GOOD : STYLE_BAD;

    for (size_t i = 0; i < sizeof outcomes_of_doubt / sizeof outcomes_of_doubt[0]; i++)
        if (strcmp(view_text(v->summary, "outcome"), outcomes_of_doubt[i]) == 0)
            style = STYLE_DOUBT;
    terminal_writer_newline(p);
    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, style, words_stamp(v), 0);
    words_headline(&p->raw, v);
    terminal_writer_wrap(p, 2);
    terminal_writer_put(p, STYLE_PLAIN, "        ", 0);
    words_duration(&p->raw, view_milliseconds(times, "seconds"));
    terminal_writer_flush(p, STYLE_FAINT, 0);
    terminal_writer_newline(p);
    if (out_dir) {
        buffer_printf(&p->raw, "  report    %s/report.html", out_dir);
        terminal_writer_flush(p, STYLE_PLAIN, 0);
        terminal_writer_newline(p);
    }
}

static void known_problem_lines(struct terminal_writer *p, const struct view *v)
{
    size_t i;
    const json_t *problem;
    const char *file = view_text(json_object_get(v->results, "selection"), "known_failures");

    json_array_foreach(json_object_get(v->summary, "known_problems"), i, problem)
    {
        if (i == 0)
            terminal_writer_newline(p);
        buffer_printf(&p->raw, "%s:%llu: %s: ", file[0] ? file : "known failures",
                      view_number(problem, "line"), view_text(problem, "case"));
        terminal_writer_flush(p, STYLE_PLAIN, 0);
        terminal_writer_put(p, STYLE_BAD, view_text(problem, "problem"), 0);
        terminal_writer_newline(p);
    }
}

/* A paragraph of its own, when there is one. */
static void paragraph(struct terminal_writer *p, const char *text)
{
    if (!text[0])
        return;
    buffer_append_text(&p->raw, text);
    terminal_writer_wrap(p, MARGIN);
    terminal_writer_newline(p);
}

static void culprit_lines(struct terminal_writer *p, const json_t *result)
{
    const json_t *step = view_culprit(result);

    const char *why = view_text(result, "why");
    if (step) {
        buffer_printf(&p->raw,
                      "step %llu  %s      expected: %s      seen: ", view_number(step, "n"),
                      view_text(step, "text"), view_text(step, "expect"));
        words_seen(&p->raw, step);
        terminal_writer_wrap(p, MARGIN);
        terminal_writer_newline(p);
        paragraph(p, view_text(step, "detail"));
        if (strcmp(why, view_text(step, "detail")) == 0)
            why = "";
    }
    paragraph(p, why);
}

static void requirement_lines(struct terminal_writer *p, const struct view *v, const json_t *cause)
{
    const json_t *requirement = view_requirement(v, view_text(cause, "requirement"));

    buffer_append_text(&p->raw, view_text(cause, "text"));
    if (requirement) {
        buffer_append_text(&p->raw, "  (");
        words_source(&p->raw, requirement);
        buffer_append_text(&p->raw, ")");
    }
    terminal_writer_wrap(p, MARGIN);
    terminal_writer_newline(p);
}

/* What to type next. */
static void hint_lines(struct terminal_writer *p, const struct view *v, const json_t *cause,
                       const json_t *result, const char *out_dir)
{
    if (view_text(result, "repro")[0]) {
        terminal_writer_indent(p, MARGIN);
        terminal_writer_put(p, STYLE_FAINT, "again", 10);
        words_again(&p->raw, v, result, out_dir);
        terminal_writer_flush(p, STYLE_PLAIN, 0);
        terminal_writer_newline(p);
    }
    terminal_writer_indent(p, MARGIN);
    terminal_writer_put(p, STYLE_FAINT, "explain", 10);
    buffer_append_text(&p->raw, "assay explain ");
    words_shell(&p->raw, view_text(cause, "requirement"));
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
}

static void cause_block(struct terminal_writer *p, const struct view *v, const json_t *cause,
                        const char *out_dir)
{
    static const struct {
        const char *verdict;
        const char *stamp;
        enum style style;
    } stamps[] = {{"fail", "FAIL", STYLE_BAD},
                  {"error", "ERROR", STYLE_BAD},
                  {"inconclusive", "INCONCLUSIVE", STYLE_DOUBT}};
    const json_t *result = view_case(v, view_text(cause, "smallest"));
    size_t k = 0;

    while (k < 2 && strcmp(view_text(cause, "verdict"), stamps[k].verdict) != 0)
        k++;
    terminal_writer_newline(p);
    terminal_writer_put(p, stamps[k].style, stamps[k].stamp, 0);
    terminal_writer_put(p, STYLE_PLAIN, "  ", 0);
    terminal_writer_put(p, STYLE_STRONG, view_text(cause, "smallest"), 0);
    terminal_writer_indent(p, CLAUSE_COLUMN);
    buffer_printf(&p->raw, "  %s  %s", view_text(cause, "requirement"), view_text(cause, "level"));
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
    culprit_lines(p, result);
    requirement_lines(p, v, cause);
    if (view_number(cause, "count") > 1) {
        terminal_writer_indent(p, MARGIN);
        words_count(&p->raw, view_number(cause, "count") - 1, "more has the same cause",
                    "more have the same cause");
        terminal_writer_flush(p, STYLE_PLAIN, 0);
        terminal_writer_newline(p);
    }
    hint_lines(p, v, cause, result, out_dir);
}

/* Causes that fail the run, and SHOULD; hardening speaks up only when it is scored. */
static void cause_blocks(struct terminal_writer *p, const struct view *v, const char *out_dir)
{
    size_t i, shown = 0, left_out = 0;
    const json_t *cause;

    json_array_foreach(json_object_get(v->summary, "causes"), i, cause)
    {
        const char *level = view_text(cause, "level");
        bool is_of_interest = v->is_strict || strcmp(level, "must") == 0 ||
                              strcmp(level, "should") == 0 ||
                              strcmp(view_text(cause, "verdict"), "error") == 0;
        if (is_of_interest && shown < CAUSES_MAX) {
            cause_block(p, v, cause, out_dir);
            shown++;
        } else {
            left_out++;
        }
    }
    if (left_out == 0)
        return;
    terminal_writer_newline(p);
    words_count(&p->raw, left_out, "more cause is in the report", "more causes are in the report");
    terminal_writer_flush(p, STYLE_FAINT, 0);
    terminal_writer_newline(p);
}

void terminal_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct terminal_writer p;

    terminal_writer_init(&p, options, out);
    head_line(&p, v);
    suite_lines(&p, v);
    level_line(&p, v, "must", true);
    level_line(&p, v, "should", v->is_strict);
    level_line(&p, v, "hardening", v->is_strict);
    coverage_line(&p, v);
    measures_line(&p, v);
    verdict_lines(&p, v, options->out_dir);
    known_problem_lines(&p, v);
    cause_blocks(&p, v, options->out_dir);
    terminal_writer_fini(&p);
}
