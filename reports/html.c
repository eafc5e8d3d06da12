/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/html_case.h"
#include "reports/html_since.h"
#include "reports/html_story.h"
#include "reports/html_tables.h"
#include "reports/page.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define RAW_MAX (1u << 20)
#define LINE_ROOM 600u /* bytes of page that a case takes, in short */

/* Columns of the tables of counts. */
static const struct {
    enum state state;
    const char *title;
    const char *class; /* of a cell that is not 0 */
} columns[] = {
    {STATE_PASSED, "passed", "good"},
    {STATE_KNOWN, "known", "doubt"},
    {STATE_FAILED, "failed", "bad"},
    {STATE_BLOCKED, "blocked", "doubt"},
    {STATE_INCONCLUSIVE, "inconclusive", "doubt"},
    {STATE_ERROR, "error", "bad"},
    {STATE_NOT_RUN, "not run", "doubt"},
    {STATE_NOT_APPLICABLE, "not applicable", "mild"},
};

#define N_COLUMNS (sizeof columns / sizeof columns[0])

static const char *outcome_class(const struct view *v)
{
    const struct record_summary *s = v->summary;
    if (s->conformance == CONFORMANCE_NO || s->state == RUN_FAILED || s->state == RUN_ERROR)
        return "bad";
    return s->state == RUN_AS_LISTED ? "good" : "doubt";
}

/* What every client has and this target did not offer: before the word that says what it is. */
static void write_not_offered(struct page *p)
{
    for (size_t i = 0; i < p->view->summary->n_not_offered; i++) {
        page_markup(p, "<p class=\"doubt\"><strong>Not offered</strong>, although every client has "
                       "it: ");
        words_not_offered(&p->raw, &p->view->summary->not_offered[i]);
        page_flush(p);
        page_markup(p, "</p>\n");
    }
}

static void write_masthead(struct page *p)
{
    const struct view *v = p->view;
    const struct record_target *target = &v->run->target;
    const struct record_times *times = &v->run->times;

    page_markup(p, "<header>\n<p class=\"kicker\">assay conformance report</p>\n<h1>");
    words_target(&p->raw, v);
    page_flush(p);
    page_markup(p, "</h1>\n");
    write_not_offered(p);
    buffer_printf(p->out, "<p class=\"verdict %s\"><strong>", outcome_class(v));
    page_text(p, words_stamp(v));
    page_markup(p, "</strong>");
    words_headline(&p->raw, v);
    page_flush(p);
    page_markup(p, "</p>\n<dl class=\"facts\">");
    words_regression(&p->raw, v);
    page_fact(p, "Regression", buffer_text(&p->raw));
    buffer_clear(&p->raw);
    page_fact(p, "Target", target->address);
    page_fact(p, "Profile", v->run->profile);
    if (v->run->selection.requirements && v->run->selection.requirements[0])
        page_fact(p, "Requirement set", v->run->selection.requirements);
    page_fact(p, "Started", times->started);
    words_duration(&p->raw, view_milliseconds(times->seconds));
    page_fact(p, "Took", buffer_text(&p->raw));
    buffer_clear(&p->raw);
    if (times->late) {
        words_late(&p->raw, v);
        page_fact(p, "Late", buffer_text(&p->raw));
        buffer_clear(&p->raw);
    }
    page_markup(p, "</dl>\n</header>\n<nav>");
    page_section_links(p);
    page_markup(p, "</nav>\n<main>\n");
}

/* Passed of applicable as a bar, in whole percent rounded down. */
static void write_bar(struct page *p, unsigned long long passed, unsigned long long of)
{
    unsigned long long percent = of ? passed * 100 / of : 0;
    buffer_printf(p->out, "<td class=\"bar\"><span style=\"width:%llu%%\"></span></td>", percent);
}

static void write_counts_head(struct page *p, const char *first)
{
    page_open_scroll(p, first);
    buffer_printf(p->out, "<table class=\"counts\"><thead><tr><th>%s</th><th>share</th>", first);
    for (size_t i = 0; i < N_COLUMNS; i++)
        buffer_printf(p->out, "<th class=\"n\">%s</th>", columns[i].title);
    page_markup(p, "</tr></thead>\n<tbody>\n");
}

static void write_counts(struct page *p, const struct counts *counts)
{
    unsigned long long of = 0;

    for (size_t i = 0; i < N_COLUMNS - 1; i++)
        of += counts->of[columns[i].state];
    write_bar(p, counts->of[STATE_PASSED], of);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        unsigned long long n = counts->of[columns[i].state];
        buffer_printf(p->out, "<td class=\"n %s\">", n ? columns[i].class : "nil");
        page_number(p, n);
        if (i == 0) {
            page_markup(p, " <small>of ");
            page_number(p, of);
            page_markup(p, "</small>");
        }
        page_markup(p, "</td>");
    }
}

static void write_level(struct page *p, enum level level, const char *note)
{
    page_markup(p, "<tr><th>");
    page_text(p, words_level(level));
    buffer_printf(p->out, " <small>%s</small></th>", note);
    write_counts(p, &p->view->summary->levels[level]);
    page_markup(p, "</tr>\n");
}

static void write_score(struct page *p)
{
    const char *unscored = p->view->is_strict ? "scored, strict" : "reported, not scored";
    const struct record_summary *s = p->view->summary;

    page_open_section(p, PAGE_SCORE);
    write_counts_head(p, "Executions by level");
    write_level(p, LEVEL_MUST, "decides");
    write_level(p, LEVEL_SHOULD, unscored);
    write_level(p, LEVEL_HARDENING, unscored);
    write_level(p, LEVEL_MEASURE, "never decides");
    if (s->levels[LEVEL_ADDED].applicable)
        write_level(p, LEVEL_ADDED, "newer than the requirement set, never decides");
    page_markup(p, "</tbody></table></div>\n");
    write_counts_head(p, "Executions by suite");
    for (size_t i = 0; i < s->n_suites; i++) {
        page_markup(p, "<tr><th>");
        page_text(p, s->suites[i].title);
        page_markup(p, " <small>");
        page_text(p, s->suites[i].layer);
        page_markup(p, "</small></th>");
        write_counts(p, &s->suites[i].counts);
        page_markup(p, "</tr>\n");
    }
    page_markup(p, "</tbody></table></div>\n</section>\n");
}

/* What was asked for, and where. */
static void write_required(struct page *p, const struct record_requirement *requirement)
{
    if (!requirement->id[0])
        return;
    page_markup(p, "<p>Required: ");
    page_text(p, requirement->text);
    page_markup(p, " <small>");
    words_source(&p->raw, requirement);
    page_flush(p);
    page_markup(p, "</small></p>\n");
}

/* A precondition that does not hold: nothing was run, and this is why. */
static void write_precondition(struct page *p, const struct record_precondition *precondition)
{
    const struct record_requirement *requirement =
        view_requirement(p->view, precondition->requirement);

    buffer_printf(p->out, "<article class=\"cause %s\">\n<h3>",
                  page_class(requirement->id[0] ? STATE_FAILED : STATE_INCONCLUSIVE));
    if (requirement->id[0])
        page_requirement(p, precondition->requirement);
    page_markup(p, " <span>before any case, ");
    page_text(p, precondition->check);
    page_markup(p, "</span></h3>\n");
    if (requirement->id[0])
        page_element(p, "p", "impact", requirement->impact);
    write_required(p, requirement);
    page_element(p, "p", "culprit", precondition->seen);
    page_markup(p, "<p class=\"meta\">Again <code>assay doctor --target ");
    words_shell(&p->raw, p->view->run->target.address);
    page_flush(p);
    page_markup(p, "</code></p>\n</article>\n");
}

/* |anchor| and |at| make the one that its case leads to. */
static void write_cause(struct page *p, const struct record_cause *cause, char anchor, size_t at)
{
    const struct view *v = p->view;
    const struct record_case *result = view_case(v, cause->smallest);
    const struct record_requirement *requirement = view_requirement(v, cause->requirement);
    enum state state = anchor == HTML_CAUSE_ANCHOR ? view_cause_state(v, cause) : STATE_KNOWN;

    buffer_printf(p->out, "<article class=\"cause %s\" id=\"%c%zu\">\n<h3>", page_class(state),
                  anchor, at);
    page_requirement(p, cause->requirement);
    page_markup(p, " <span>");
    page_text(p, words_level(cause->level));
    page_markup(p, ", ");
    words_reach(&p->raw, cause);
    page_flush(p);
    page_markup(p, ", ");
    page_text(p, state_name(state));
    page_markup(p, "</span></h3>\n<p class=\"impact\">");
    page_text(p, cause->text);
    page_markup(p, "</p>\n");
    write_required(p, requirement);
    if (cause->shown[0])
        page_element(p, "p", "shown", cause->shown);
    page_markup(p, "<p>Smallest example ");
    page_case(p, cause->smallest);
    page_markup(p, ": ");
    page_text(p, result->purpose);
    page_markup(p, "</p>\n");
    html_story_write(p, result, p->out->len < PAGE_ROOM_STEPS);
    words_again(&p->raw, v, result, p->out_dir);
    if (p->raw.len) {
        page_markup(p, "<p class=\"meta\">Again <code>");
        page_flush(p);
        page_markup(p, "</code></p>\n");
    }
    page_markup(p, "</article>\n");
}

static void write_known_problems(struct page *p)
{
    const struct record_summary *s = p->view->summary;

    if (s->n_problems == 0)
        return;
    page_markup(p, "<h3>Known failures that are wrong</h3>\n<ul>\n");
    for (size_t i = 0; i < s->n_problems; i++) {
        const struct record_problem *problem = &s->problems[i];
        buffer_printf(p->out, "<li>line %llu, ", (unsigned long long)problem->line);
        page_case(p, problem->id);
        page_markup(p, ": ");
        page_text(p, problem->problem);
        page_markup(p, "</li>\n");
    }
    page_markup(p, "</ul>\n");
}

static void write_all_causes(struct page *p, const struct record_cause *causes, size_t n,
                             char anchor)
{
    for (size_t i = 0; i < n && i < HTML_CAUSES_MAX; i++)
        write_cause(p, &causes[i], anchor, i);
    if (n > HTML_CAUSES_MAX)
        buffer_printf(p->out, "<p>%zu more are in results.json.</p>\n", n - HTML_CAUSES_MAX);
}

/* What is listed fails all the same. */
static void write_known_causes(struct page *p)
{
    const struct record_summary *s = p->view->summary;

    if (s->n_known_causes == 0)
        return;
    page_markup(p, "<h3>Known failures by cause</h3>\n");
    write_all_causes(p, s->known_causes, s->n_known_causes, HTML_KNOWN_CAUSE_ANCHOR);
}

/* The first execution of |g| that is listed; NULL for none. */
static const struct record_case *first_known(const struct view *v, const struct view_group *g)
{
    for (size_t i = 0; i < g->n_cases && g->count[STATE_KNOWN]; i++)
        if (view_state(v, g->cases[i]) == STATE_KNOWN)
            return g->cases[i];
    return NULL;
}

static void write_known_failure(struct page *p, const struct view_group *g)
{
    const struct record_case *result = first_known(p->view, g);
    const struct record_requirement *requirement = view_requirement(
        p->view, result->result.violates && result->result.violates[0] ? result->result.violates
                                                                       : result->requirement);

    page_markup(p, "<li>");
    page_case(p, g->id);
    words_count(&p->raw, g->count[STATE_KNOWN], "execution", "executions");
    page_markup(p, ", ");
    page_flush(p);
    page_markup(p, ": ");
    page_text(p, result->excuse->reason);
    if (result->excuse->until[0])
        buffer_printf(&p->raw, ", until %s", result->excuse->until);
    page_flush(p);
    page_markup(p, "<br/><small>");
    page_text(p, words_level(result->level));
    page_markup(p, " ");
    page_requirement(p, requirement->id);
    page_markup(p, ": ");
    page_text(p, requirement->impact);
    words_again(&p->raw, p->view, result, p->out_dir);
    if (p->raw.len) {
        page_markup(p, " <code>");
        page_flush(p);
        page_markup(p, "</code>");
    }
    page_markup(p, "</small></li>\n");
}

/* Worst first. */
static void write_known_failures(struct page *p)
{
    const struct view *v = p->view;
    size_t n = 0;

    for (int l = LEVEL_MUST; l < N_LEVEL; l++)
        for (size_t i = 0; i < v->n_groups; i++) {
            const struct record_case *known = first_known(v, &v->groups[i]);
            if (!known || known->level != (enum level)l)
                continue;
            if (n++ == 0)
                page_markup(p, "<h3>Known failures as listed</h3>\n<ul>\n");
            write_known_failure(p, &v->groups[i]);
        }
    if (n)
        page_markup(p, "</ul>\n");
}

static void write_causes(struct page *p)
{
    const struct record_summary *s = p->view->summary;

    page_open_section(p, PAGE_CAUSES);
    for (size_t i = 0; i < p->view->run->n_preconditions; i++)
        write_precondition(p, &p->view->run->preconditions[i]);
    if (s->n_causes == 0 && p->view->run->n_preconditions == 0)
        page_markup(p, "<p>Nothing failed that is not listed as known.</p>\n");
    write_all_causes(p, s->causes, s->n_causes, HTML_CAUSE_ANCHOR);
    write_known_problems(p);
    write_known_causes(p);
    write_known_failures(p);
    page_markup(p, "</section>\n");
}

/* Is there room for more than the lines of the |n_left| cases? */
static bool has_room(const struct page *p, size_t n_left)
{
    return p->out->len + n_left * LINE_ROOM < PAGE_ROOM;
}

static void write_cases(struct page *p)
{
    const struct record_summary *s = p->view->summary;
    size_t n_left = p->view->n_groups;

    page_open_section(p, PAGE_CASES);
    for (size_t i = 0; i < s->n_suites; i++) {
        const char *id = s->suites[i].id;
        page_markup(p, "<section class=\"suite\" data-layer=\"");
        page_text(p, s->suites[i].layer);
        page_markup(p, "\">\n<h3>");
        page_text(p, s->suites[i].title);
        page_markup(p, " <small>");
        page_text(p, id);
        page_markup(p, "</small></h3>\n");
        for (size_t k = 0; k < p->view->n_groups; k++) {
            if (strcmp(p->view->groups[k].suite, id) != 0)
                continue;
            html_case_write(p, k, has_room(p, n_left));
            n_left -= n_left > 0;
        }
        page_markup(p, "</section>\n");
    }
    page_markup(p, "</section>\n");
}

void html_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct page p = {.view = v, .out_dir = options->out_dir, .out = out};

    buffer_init(&p.raw, RAW_MAX);
    words_target(&p.raw, v);
    buffer_printf(&p.raw, ": %s (assay)", words_stamp(v));
    page_begin(&p, PAGE_SCRIPTED);
    write_masthead(&p);
    html_since_write(&p);
    write_causes(&p);
    write_score(&p);
    html_tables_limits(&p, "the table");
    html_tables_requirements(&p);
    html_tables_profile(&p);
    write_cases(&p);
    html_tables_how(&p);
    page_end(&p, PAGE_SCRIPTED);
    buffer_fini(&p.raw);
}
