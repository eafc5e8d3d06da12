/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/render.h"
#include "reports/markdown_writer.h"
#include "reports/words.h"

#include <string.h>

#define CAUSES_MAX 20u
#define RAW_MAX (1u << 20)
#define SLOWEST_MAX 5u
#define SLOW_S 1.0 /* seconds */

/* Columns of both tables of counts. */
static const struct {
    enum state state;
    const char *title;
} columns[] = {
    {STATE_PASSED, "passed"},      {STATE_KNOWN, "known"},           {STATE_FAILED, "failed"},
    {STATE_BLOCKED, "blocked"},    {STATE_INCONCLUSIVE, "inconcl."}, {STATE_ERROR, "error"},
    {STATE_NOT_APPLICABLE, "n/a"}, {STATE_NOT_RUN, "not run"},
};

#define N_COLUMNS (sizeof columns / sizeof columns[0])

static void headline(struct markdown_writer *p, const struct view *v)
{
    const struct record_target *target = &v->run->target;

    markdown_plain(p, "## assay: ");
    markdown_text(p, words_stamp(v));
    markdown_plain(p, "\n\n**");
    markdown_text(p, words_stamp(v));
    markdown_plain(p, "**");
    words_headline(&p->raw, v);
    buffer_append_text(&p->raw, " Regression: ");
    words_regression(&p->raw, v);
    markdown_flush(p);
    markdown_plain(p, "\n\nTarget ");
    words_target(&p->raw, v);
    buffer_printf(&p->raw, " at %s", target->address);
    markdown_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    markdown_plain(p, ", assay ");
    markdown_text(p, v->run->assay);
    markdown_plain(p, ", seed ");
    words_seed(&p->raw, v->run->seed);
    markdown_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    markdown_plain(p, ", ");
    words_duration(p->out, view_milliseconds(v->run->times.seconds));
    markdown_plain(p, ".");
    if (v->run->times.late) {
        markdown_plain(p, " ");
        words_late(p->out, v);
    }
    markdown_plain(p, "\n\n");
}

static void table_head(struct markdown_writer *p, const char *first)
{
    buffer_printf(p->out, "| executions by %s |", first);
    for (size_t i = 0; i < N_COLUMNS; i++)
        buffer_printf(p->out, " %s |", columns[i].title);
    markdown_plain(p, "\n|---|");
    for (size_t i = 0; i < N_COLUMNS; i++)
        markdown_plain(p, "--:|");
    markdown_plain(p, "\n");
}

static void table_row(struct markdown_writer *p, const char *name, const struct counts *counts)
{
    markdown_plain(p, "| ");
    markdown_text(p, name);
    markdown_plain(p, " |");
    for (size_t i = 0; i < N_COLUMNS; i++) {
        markdown_plain(p, " ");
        buffer_append_number(p->out, counts->of[columns[i].state]);
        markdown_plain(p, " |");
    }
    markdown_plain(p, "\n");
}

static void level_table(struct markdown_writer *p, const struct view *v)
{
    table_head(p, "level");
    for (int l = LEVEL_MUST; l < N_LEVEL; l++) {
        const struct counts *counts = &v->summary->levels[l];
        if (counts->applicable || counts->of[STATE_NOT_APPLICABLE])
            table_row(p, words_level((enum level)l), counts);
    }
    markdown_plain(p, "\n");
}

static void suite_table(struct markdown_writer *p, const struct view *v)
{
    table_head(p, "suite");
    for (size_t i = 0; i < v->summary->n_suites; i++)
        table_row(p, v->summary->suites[i].id, &v->summary->suites[i].counts);
    markdown_plain(p, "\n");
}

static void coverage(struct markdown_writer *p, const struct view *v)
{
    words_coverage(p->out, &v->summary->coverage);
    markdown_plain(p, ".\n");
}

/* What every client has and this target did not offer. */
static void not_offered(struct markdown_writer *p, const struct view *v)
{
    for (size_t i = 0; i < v->summary->n_not_offered; i++) {
        markdown_plain(p, "**Not offered**, although every client has it: ");
        words_not_offered(&p->raw, &v->summary->not_offered[i]);
        markdown_flush(p);
        markdown_plain(p, "\n\n");
    }
}

static void known_problems(struct markdown_writer *p, const struct view *v)
{
    for (size_t i = 0; i < v->summary->n_problems; i++) {
        const struct record_problem *problem = &v->summary->problems[i];
        if (i == 0)
            markdown_plain(p, "\n### Known failures that are wrong\n\n");
        buffer_printf(p->out, "- line %llu: ", (unsigned long long)problem->line);
        markdown_code(p, problem->id);
        markdown_plain(p, " ");
        markdown_text(p, problem->problem);
        markdown_plain(p, "\n");
    }
}

static void culprit(struct markdown_writer *p, const struct record_case *result)
{
    const struct step_result *step = record_case_culprit(result);

    if (!step) {
        markdown_code(p, result->result.why);
        return;
    }
    buffer_printf(p->out, "step %zu ", step->n);
    markdown_code(p, step->text);
    markdown_plain(p, " expected: ");
    markdown_text(p, expect_name(step->expect));
    markdown_plain(p, ", seen: ");
    words_seen(&p->raw, step);
    markdown_code(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
}

static void cause_head(struct markdown_writer *p, const struct record_cause *cause)
{
    markdown_plain(p, "- **");
    markdown_text(p, cause->requirement);
    markdown_plain(p, " ");
    markdown_text(p, words_level(cause->level));
    markdown_plain(p, "** ");
    words_reach(&p->raw, cause);
    markdown_flush(p);
}

static void cause_item(struct markdown_writer *p, const struct view *v,
                       const struct record_cause *cause, const char *out_dir)
{
    const struct record_case *result = view_case(v, cause->smallest);
    const struct record_requirement *requirement = view_requirement(v, cause->requirement);

    cause_head(p, cause);
    markdown_plain(p, ", ");
    markdown_text(p, state_verdict(cause->state));
    markdown_plain(p, ", smallest ");
    markdown_code(p, cause->smallest);
    markdown_plain(p, "<br>");
    markdown_text(p, result->purpose);
    markdown_plain(p, "<br>");
    culprit(p, result);
    markdown_plain(p, "<br>");
    markdown_text(p, cause->text);
    if (cause->shown[0])
        markdown_plain(p, "<br>");
    markdown_text(p, cause->shown);
    markdown_plain(p, "<br>Required: ");
    markdown_text(p, requirement->text);
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
    size_t n = v->summary->n_causes;

    if (n == 0)
        return;
    markdown_plain(p, "\n### Root causes, worst first\n\n");
    for (size_t i = 0; i < n && i < CAUSES_MAX; i++)
        cause_item(p, v, &v->summary->causes[i], out_dir);
    if (n > CAUSES_MAX)
        buffer_printf(p->out, "- and %zu more in report.html\n", n - CAUSES_MAX);
}

/* What is listed fails all the same: a line for each cause. */
static void known_causes(struct markdown_writer *p, const struct view *v)
{
    const struct record_summary *s = v->summary;

    if (s->n_known_causes)
        markdown_plain(p, "\n### Known failures by cause, worst first\n\n");
    for (size_t i = 0; i < s->n_known_causes && i < CAUSES_MAX; i++) {
        cause_head(p, &s->known_causes[i]);
        markdown_plain(p, ", smallest ");
        markdown_code(p, s->known_causes[i].smallest);
        markdown_plain(p, "<br>");
        markdown_text(p, s->known_causes[i].text);
        markdown_plain(p, "\n");
    }
    if (s->n_known_causes > CAUSES_MAX)
        buffer_printf(p->out, "- and %zu more in report.html\n", s->n_known_causes - CAUSES_MAX);
}

static void measures(struct markdown_writer *p, const struct view *v)
{
    if (v->summary->n_measures == 0)
        return;
    markdown_plain(p, "\n### Measured\n\n| property | value | for |\n|---|---|---|\n");
    for (size_t i = 0; i < v->summary->n_measures; i++) {
        const struct record_measure *measure = &v->summary->measures[i];
        markdown_plain(p, "| ");
        markdown_text(p, measure->name);
        markdown_plain(p, " | ");
        markdown_code(p, measure->value);
        markdown_plain(p, " | ");
        markdown_text(p, measure->varied);
        markdown_plain(p, " |\n");
    }
}

static void slowest(struct markdown_writer *p, const struct view *v)
{
    const struct record_took *found[SLOWEST_MAX];
    size_t n = view_slowest(v, SLOW_S, found, SLOWEST_MAX);

    if (n)
        markdown_plain(p, "\n### Slowest executions\n\n| execution | took |\n|---|--:|\n");
    for (size_t i = 0; i < n; i++) {
        markdown_plain(p, "| ");
        markdown_code(p, found[i]->id);
        markdown_plain(p, " | ");
        words_duration(&p->raw, view_milliseconds(found[i]->seconds));
        markdown_flush(p);
        markdown_plain(p, " |\n");
    }
}

void markdown_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct markdown_writer p = {.out = out};

    buffer_init(&p.raw, RAW_MAX);
    not_offered(&p, v);
    headline(&p, v);
    level_table(&p, v);
    suite_table(&p, v);
    coverage(&p, v);
    known_problems(&p, v);
    causes(&p, v, options->out_dir);
    known_causes(&p, v);
    measures(&p, v);
    slowest(&p, v);
    markdown_plain(&p,
                   "\nThis is what was seen of one build in one run. It is no certificate from any "
                   "gatekeeper and no proof of security.\n");
    buffer_fini(&p.raw);
}
