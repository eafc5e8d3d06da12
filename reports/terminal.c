/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/diff.h"
#include "reports/escape.h"
#include "reports/terminal_writer.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define CAUSES_MAX 10u
#define MARGIN 6u
#define SLOWEST_MAX 3u
#define SLOW_S 1.0        /* seconds, from which on an execution is worth a word */
#define CLAUSE_COLUMN 76u /* where the requirement of a cause stands */

static void head_line(struct terminal_writer *p, const struct view *v)
{
    const struct record_target *target = &v->run->target;

    buffer_printf(&p->raw, "assay %s", v->run->assay);
    terminal_writer_flush(p, STYLE_STRONG, 0);
    buffer_printf(&p->raw, "   profile %s   target %s ", v->run->profile, target->address);
    words_target(&p->raw, v);
    buffer_append_text(&p->raw, "   seed ");
    words_seed(&p->raw, v->run->seed);
    buffer_append_text(&p->raw, "   ");
    words_count(&p->raw, v->run->times.workers, "worker", "workers");
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
    buffer_append_number(&p->raw, n);
    buffer_printf(&p->raw, " %s", what);
    terminal_writer_flush(p, style, 0);
}

static void put_other_counts(struct terminal_writer *p, const struct counts *counts)
{
    put_count(p, STYLE_PLAIN, counts->of[STATE_KNOWN], "known");
    put_count(p, STYLE_BAD, counts->of[STATE_FAILED], "failed");
    put_count(p, STYLE_DOUBT, counts->of[STATE_BLOCKED], "blocked");
    put_count(p, STYLE_DOUBT, counts->of[STATE_INCONCLUSIVE], "inconclusive");
    put_count(p, STYLE_BAD, counts->of[STATE_ERROR], "error");
    put_count(p, STYLE_DOUBT, counts->of[STATE_NOT_RUN], "not run");
    put_count(p, STYLE_FAINT, counts->of[STATE_NOT_APPLICABLE], "not applicable");
}

static size_t wider(size_t most, const char *text)
{
    size_t columns = escape_columns(text);
    return columns <= most ? most : columns < 40 ? columns : 40;
}

/* A number right-aligned in |columns|. */
static void put_number(struct terminal_writer *p, unsigned long long n, size_t columns)
{
    size_t used;
    buffer_append_number(&p->raw, n);
    used = p->raw.len;
    terminal_writer_indent(p, p->column + (used < columns ? columns - used : 0));
    terminal_writer_flush(p, STYLE_PLAIN, 0);
}

static void suite_lines(struct terminal_writer *p, const struct view *v)
{
    const struct record_summary *s = v->summary;
    size_t layers = 0, ids = 0;
    const char *layer_before = "";

    for (size_t i = 0; i < s->n_suites; i++) {
        layers = wider(layers, s->suites[i].layer);
        ids = wider(ids, s->suites[i].id);
    }
    for (size_t i = 0; i < s->n_suites; i++) {
        const struct record_suite *suite = &s->suites[i];
        const char *layer = suite->layer;
        terminal_writer_put(p, STYLE_PLAIN, "", 2);
        terminal_writer_put(p, STYLE_FAINT, strcmp(layer, layer_before) ? layer : "", layers + 2);
        terminal_writer_put(p, STYLE_PLAIN, suite->id, ids + 2);
        put_number(p, suite->counts.of[STATE_PASSED], 7);
        terminal_writer_put(p, STYLE_PLAIN, " passed", 0);
        put_other_counts(p, &suite->counts);
        terminal_writer_newline(p);
        layer_before = layer;
    }
    terminal_writer_newline(p);
}

static void level_line(struct terminal_writer *p, const struct view *v, enum level level,
                       bool is_scored)
{
    const struct counts *counts = &v->summary->levels[level];

    if (counts->applicable == 0 && level != LEVEL_MUST)
        return;
    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, is_scored ? STYLE_STRONG : STYLE_PLAIN, words_level(level), 12);
    put_number(p, counts->of[STATE_PASSED], 7);
    buffer_append_text(&p->raw, " of ");
    buffer_append_number(&p->raw, counts->applicable);
    buffer_append_text(&p->raw,
                       counts->applicable == 1 ? " execution passed" : " executions passed");
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    put_other_counts(p, counts);
    if (!is_scored)
        terminal_writer_put(p, STYLE_FAINT, "   (reported, not scored)", 0);
    terminal_writer_newline(p);
}

static void coverage_line(struct terminal_writer *p, const struct view *v)
{
    const struct record_coverage *coverage = &v->summary->coverage;

    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, STYLE_PLAIN, "coverage", 15);
    words_coverage(&p->raw, coverage);
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    if (coverage->covered < coverage->requirements)
        terminal_writer_put(p, STYLE_FAINT, "   assay list --uncovered", 0);
    terminal_writer_newline(p);
}

/* What every client has and this target did not offer: before the word that says what it is. */
static void not_offered_lines(struct terminal_writer *p, const struct view *v)
{
    for (size_t i = 0; i < v->summary->n_not_offered; i++) {
        terminal_writer_put(p, STYLE_PLAIN, "", 2);
        terminal_writer_put(p, STYLE_DOUBT, "not offered", 15);
        words_not_offered(&p->raw, &v->summary->not_offered[i]);
        terminal_writer_wrap(p, 17);
        terminal_writer_newline(p);
    }
}

/* "skip bound: 2000", or "low nibble: accepted (30, 32), refused (3f)". */
static void measure_entry(struct terminal_writer *p, const struct record_measure *m,
                          size_t n_values)
{
    buffer_printf(&p->raw, "%s:", m->name);
    for (size_t i = 0; i < n_values; i++) {
        buffer_printf(&p->raw, "%s %s", i ? "," : "", m[i].value);
        if (m[i].varied[0])
            buffer_printf(&p->raw, " (%s)", m[i].varied);
    }
}

static void measures_line(struct terminal_writer *p, const struct view *v)
{
    const struct record_summary *s = v->summary;

    if (s->n_measures == 0)
        return;
    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, STYLE_PLAIN, "measured", 15);
    for (size_t i = 0, n; i < s->n_measures; i += n) {
        const struct record_measure *m = &s->measures[i];
        for (n = 1; i + n < s->n_measures && strcmp(m[n].name, m->name) == 0; n++)
            ;
        if (i)
            buffer_append_text(&p->raw, " ");
        measure_entry(p, m, n);
        buffer_append_text(&p->raw, i + n < s->n_measures ? ";" : "");
        terminal_writer_wrap(p, 17); /* one by one: what is longer than a text is cut */
    }
    terminal_writer_newline(p);
}

/* What waits most is what a person who waits asks for. */
static void slowest_line(struct terminal_writer *p, const struct view *v)
{
    const struct record_took *slowest[SLOWEST_MAX];
    size_t n = view_slowest(v, SLOW_S, slowest, SLOWEST_MAX);

    for (size_t i = 0; i < n; i++) {
        if (i == 0) {
            terminal_writer_put(p, STYLE_PLAIN, "", 2);
            terminal_writer_put(p, STYLE_PLAIN, "slowest", 15);
        }
        buffer_printf(&p->raw, "%s%s ", i ? " " : "", slowest[i]->id);
        words_duration(&p->raw, view_milliseconds(slowest[i]->seconds));
        buffer_append_text(&p->raw, i + 1 < n ? ";" : "");
        terminal_writer_wrap(p, 17);
    }
    if (n)
        terminal_writer_newline(p);
}

static enum style verdict_style(const struct record_summary *s)
{
    if (s->conformance == CONFORMANCE_NO || s->state == RUN_FAILED || s->state == RUN_ERROR ||
        s->state == RUN_NONE)
        return STYLE_BAD;
    return s->state == RUN_AS_LISTED ? STYLE_GOOD : STYLE_DOUBT;
}

static void verdict_lines(struct terminal_writer *p, const struct view *v, const char *out_dir)
{
    terminal_writer_newline(p);
    terminal_writer_put(p, STYLE_PLAIN, "", 2);
    terminal_writer_put(p, verdict_style(v->summary), words_stamp(v), 0);
    words_headline(&p->raw, v);
    terminal_writer_wrap(p, 2);
    terminal_writer_put(p, STYLE_PLAIN, "        ", 0);
    words_duration(&p->raw, view_milliseconds(v->run->times.seconds));
    terminal_writer_flush(p, STYLE_FAINT, 0);
    terminal_writer_newline(p);
    terminal_writer_put(p, STYLE_PLAIN, "  regression  ", 0);
    words_regression(&p->raw, v);
    terminal_writer_wrap(p, 14);
    terminal_writer_newline(p);
    if (v->since) {
        terminal_writer_put(p, STYLE_PLAIN, "  since       ", 0);
        diff_tally(v->since, &p->raw);
        buffer_append_text(&p->raw, ".");
        terminal_writer_wrap(p, 14);
        terminal_writer_newline(p);
    }
    if (v->run->times.late) {
        terminal_writer_put(p, STYLE_PLAIN, "", 2);
        words_late(&p->raw, v);
        terminal_writer_wrap(p, 2);
        terminal_writer_newline(p);
    }
    if (out_dir) {
        buffer_printf(&p->raw, "  report      %s/report.html", out_dir);
        terminal_writer_flush(p, STYLE_PLAIN, 0);
        terminal_writer_newline(p);
    }
}

static void known_problem_lines(struct terminal_writer *p, const struct view *v)
{
    const char *file = v->run->selection.known_failures;

    for (size_t i = 0; i < v->summary->n_problems; i++) {
        const struct record_problem *problem = &v->summary->problems[i];
        if (i == 0)
            terminal_writer_newline(p);
        buffer_printf(&p->raw, "%s:%llu: %s: ", file[0] ? file : "known failures",
                      (unsigned long long)problem->line, problem->id);
        terminal_writer_flush(p, STYLE_PLAIN, 0);
        terminal_writer_put(p, STYLE_BAD, problem->problem, 0);
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

static void culprit_lines(struct terminal_writer *p, const struct record_case *result)
{
    const struct step_result *step = record_case_culprit(result);

    const char *why = result->result.why;
    if (step) {
        buffer_printf(&p->raw, "step %zu  %s      expected: %s      seen: ", step->n, step->text,
                      expect_name(step->expect));
        words_seen(&p->raw, step);
        terminal_writer_wrap(p, MARGIN);
        terminal_writer_newline(p);
        paragraph(p, step->detail);
        if (strcmp(why, step->detail) == 0)
            why = "";
    }
    paragraph(p, why);
}

static void requirement_lines(struct terminal_writer *p, const struct view *v,
                              const struct record_cause *cause)
{
    const struct record_requirement *requirement = view_requirement(v, cause->requirement);

    buffer_append_text(&p->raw, cause->text);
    if (requirement->id[0]) {
        buffer_printf(&p->raw, "  Required: %s (", requirement->text);
        words_source(&p->raw, requirement);
        buffer_append_text(&p->raw, ")");
    }
    terminal_writer_wrap(p, MARGIN);
    terminal_writer_newline(p);
}

/* What to type next. */
static void hint_lines(struct terminal_writer *p, const struct view *v,
                       const struct record_cause *cause, const struct record_case *result,
                       const char *out_dir)
{
    if (result->repro[0]) {
        terminal_writer_indent(p, MARGIN);
        terminal_writer_put(p, STYLE_FAINT, "again", 10);
        words_again(&p->raw, v, result, out_dir);
        terminal_writer_command(p, MARGIN + 2);
        terminal_writer_newline(p);
    }
    terminal_writer_indent(p, MARGIN);
    terminal_writer_put(p, STYLE_FAINT, "explain", 10);
    buffer_append_text(&p->raw, "assay explain ");
    words_shell(&p->raw, cause->requirement);
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
}

/* Its smallest example, its requirement and its level. */
static void cause_head(struct terminal_writer *p, const struct record_cause *cause)
{
    terminal_writer_put(p, STYLE_PLAIN, "  ", 0);
    terminal_writer_put(p, STYLE_STRONG, cause->smallest, 0);
    terminal_writer_indent(p, CLAUSE_COLUMN);
    buffer_printf(&p->raw, "  %s  %s", cause->requirement, level_name(cause->level));
    terminal_writer_flush(p, STYLE_PLAIN, 0);
    terminal_writer_newline(p);
}

static void cause_block(struct terminal_writer *p, const struct view *v,
                        const struct record_cause *cause, const char *out_dir)
{
    const struct record_case *result = view_case(v, cause->smallest);

    terminal_writer_newline(p);
    if (cause->state == STATE_FAILED)
        terminal_writer_put(p, STYLE_BAD, "FAIL", 0);
    else if (cause->state == STATE_ERROR)
        terminal_writer_put(p, STYLE_BAD, "ERROR", 0);
    else
        terminal_writer_put(p, STYLE_DOUBT, "INCONCLUSIVE", 0);
    cause_head(p, cause);
    paragraph(p, result->purpose);
    culprit_lines(p, result);
    requirement_lines(p, v, cause);
    paragraph(p, cause->shown);
    if (cause->count > 1 || cause->n_blocked) {
        words_reach(&p->raw, cause);
        terminal_writer_wrap(p, MARGIN);
        terminal_writer_newline(p);
    }
    hint_lines(p, v, cause, result, out_dir);
}

/* Causes that fail the run, and SHOULD; hardening speaks up only when it is scored. */
static void cause_blocks(struct terminal_writer *p, const struct view *v, const char *out_dir)
{
    size_t shown = 0, left_out = 0;

    for (size_t i = 0; i < v->summary->n_causes; i++) {
        const struct record_cause *cause = &v->summary->causes[i];
        bool is_of_interest = v->is_strict || cause->level == LEVEL_MUST ||
                              cause->level == LEVEL_SHOULD || cause->level == LEVEL_ADDED ||
                              cause->state == STATE_ERROR;
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

/* What is listed fails all the same: a few words for each cause. */
static void known_cause_blocks(struct terminal_writer *p, const struct view *v)
{
    const struct record_summary *s = v->summary;

    for (size_t i = 0; i < s->n_known_causes && i < CAUSES_MAX; i++) {
        const struct record_cause *cause = &s->known_causes[i];
        terminal_writer_newline(p);
        terminal_writer_put(p, STYLE_DOUBT, "KNOWN", 0);
        cause_head(p, cause);
        paragraph(p, cause->text);
        words_reach(&p->raw, cause);
        terminal_writer_wrap(p, MARGIN);
        terminal_writer_newline(p);
    }
    if (s->n_known_causes <= CAUSES_MAX)
        return;
    terminal_writer_newline(p);
    words_count(&p->raw, s->n_known_causes - CAUSES_MAX,
                "more cause of known failures is in the report",
                "more causes of known failures are in the report");
    terminal_writer_flush(p, STYLE_FAINT, 0);
    terminal_writer_newline(p);
}

void terminal_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct terminal_writer p;

    terminal_writer_init(&p, options, out);
    head_line(&p, v);
    suite_lines(&p, v);
    level_line(&p, v, LEVEL_MUST, true);
    level_line(&p, v, LEVEL_SHOULD, v->is_strict);
    level_line(&p, v, LEVEL_HARDENING, v->is_strict);
    level_line(&p, v, LEVEL_ADDED, false);
    coverage_line(&p, v);
    measures_line(&p, v);
    slowest_line(&p, v);
    not_offered_lines(&p, v);
    verdict_lines(&p, v, options->out_dir);
    known_problem_lines(&p, v);
    cause_blocks(&p, v, options->out_dir);
    known_cause_blocks(&p, v);
    terminal_writer_fini(&p);
}
