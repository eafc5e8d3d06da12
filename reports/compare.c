/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/compare.h"

#include "reports/html_tables.h"
#include "reports/page.h"
#include "reports/words.h"

#include <string.h>

#define RAW_MAX (1u << 20)

struct comparison {
    struct view sides[COMPARE_MAX];
    size_t n;
    struct page page;
};

static const struct page_heading runs_heading = {"runs", "Runs"},
                                 requirements_heading = {"requirements", "Requirements"},
                                 measures_heading = {"measures", "Measured"};

/* ---- runs */

static void flush_cell(struct page *p)
{
    page_markup(p, "<td>");
    page_flush(p);
    page_markup(p, "</td>");
}

static void open_row(struct page *p, const char *title)
{
    page_markup(p, "<tr>");
    page_element(p, "th", NULL, title);
}

static bool has_same_name(const struct view *a, const struct view *b)
{
    const struct record_target *x = &a->run->target, *y = &b->run->target;
    return strcmp(x->name, y->name) == 0 && strcmp(x->version, y->version) == 0;
}

/* How many of the first |upto| runs are of a target that calls itself as |side|'s does. */
static size_t count_named_alike(const struct comparison *c, size_t side, size_t upto)
{
    size_t n = 0;
    for (size_t i = 0; i < upto; i++)
        n += has_same_name(&c->sides[i], &c->sides[side]);
    return n;
}

/* Titles of the columns, after |first| of them. */
static void write_head(struct comparison *c, const char *first)
{
    struct page *p = &c->page;
    page_open_scroll(p, "Runs side by side");
    page_markup(p, "<table class=\"compared\"><thead><tr>");
    page_markup(p, first);
    for (size_t i = 0; i < c->n; i++) {
        page_markup(p, "<th>");
        words_target(&p->raw, &c->sides[i]);
        page_flush(p);
        if (count_named_alike(c, i, c->n) > 1) {
            page_markup(p, "<br/><small>");
            page_text(p, c->sides[i].run->target.address);
            page_markup(p, "</small>");
        }
        page_markup(p, "<br/><small>");
        page_text(p, c->sides[i].run->times.started);
        page_markup(p, "</small></th>");
    }
    page_markup(p, "</tr></thead>\n<tbody>\n");
}

/* A row of what |say| says about each run. */
static void write_said(struct comparison *c, const char *title,
                       void (*say)(struct buffer *out, const struct view *v))
{
    struct page *p = &c->page;
    open_row(p, title);
    for (size_t i = 0; i < c->n; i++) {
        say(&p->raw, &c->sides[i]);
        flush_cell(p);
    }
    page_markup(p, "</tr>\n");
}

static void say_conformance(struct buffer *out, const struct view *v)
{
    buffer_append_text(out, words_stamp(v));
    words_headline(out, v);
}

static void say_coverage(struct buffer *out, const struct view *v)
{
    words_coverage(out, &v->summary->coverage);
}

static void say_conditions(struct buffer *out, const struct view *v)
{
    const struct record_run *run = v->run;
    buffer_printf(out, "%s, adapter %s; profile %s; assay %s; seed ", run->target.protocol,
                  run->target.adapter_version, run->profile, run->assay);
    words_seed(out, run->seed);
}

static void write_runs(struct comparison *c)
{
    struct page *p = &c->page;
    page_open_headed(p, &runs_heading);
    write_head(c, "<th></th>");
    write_said(c, "Conformance", say_conformance);
    write_said(c, "Regression", words_regression);
    write_said(c, "Scope", words_scope);
    write_said(c, "Coverage", say_coverage);
    write_said(c, "Conditions", say_conditions);
    page_markup(p, "</tbody></table></div>\n</section>\n");
}

/* ---- requirements */

/* The status of |id| in a run; "" where the run does not know it. */
static const char *status_of(const struct view *v, const char *id)
{
    size_t at = view_requirement_at(v, id);
    return at == VIEW_NOWHERE ? "" : v->summary->requirements[at].status;
}

static bool is_earlier(const struct comparison *c, size_t side, const char *id)
{
    for (size_t i = 0; i < side; i++)
        if (view_requirement_at(&c->sides[i], id) != VIEW_NOWHERE)
            return true;
    return false;
}

/* The class of the worst status of |id|. */
static const char *worst_class(const struct comparison *c, const char *id)
{
    static const char *const worse_first[] = {"bad", "doubt", "good"};
    for (size_t k = 0; k < sizeof(worse_first) / sizeof(worse_first[0]); k++)
        for (size_t i = 0; i < c->n; i++) {
            const char *status = status_of(&c->sides[i], id);
            if (*status && strcmp(html_tables_status_class(status), worse_first[k]) == 0)
                return worse_first[k];
        }
    return "mild";
}

static bool differs(const struct comparison *c, const char *id)
{
    for (size_t i = 1; i < c->n; i++)
        if (strcmp(status_of(&c->sides[i], id), status_of(&c->sides[0], id)) != 0)
            return true;
    return false;
}

static bool is_failed_by_one(const struct comparison *c, const char *id)
{
    for (size_t i = 0; i < c->n; i++) {
        const char *status = status_of(&c->sides[i], id);
        if (strcmp(status, "failed") == 0 || strcmp(status, "known") == 0)
            return true;
    }
    return false;
}

/* What the column before says, if that is the same target and says another thing; else "". */
static const char *said_before(const struct comparison *c, size_t side, const char *id)
{
    if (side == 0 ||
        strcmp(c->sides[side].run->target.name, c->sides[side - 1].run->target.name) != 0)
        return "";
    const char *before = status_of(&c->sides[side - 1], id);
    return strcmp(before, status_of(&c->sides[side], id)) == 0 ? "" : before;
}

static void write_status(struct comparison *c, size_t side, const char *id)
{
    struct page *p = &c->page;
    const char *status = status_of(&c->sides[side], id), *before = said_before(c, side, id);
    page_markup(p, "<td>");
    if (*status)
        page_element(p, "span", html_tables_status_class(status), status);
    else
        page_element(p, "span", "mild", "unknown to this run");
    if (*before) {
        page_markup(p, "<br/><small>was ");
        page_text(p, before);
        page_markup(p, "</small>");
    }
    page_markup(p, "</td>");
}

static void write_requirement(struct comparison *c, const struct record_requirement *r)
{
    struct page *p = &c->page;
    buffer_printf(p->out, "<tr class=\"%s\" data-level=\"%s\"%s%s><th>", worst_class(c, r->id),
                  level_name(r->level), differs(c, r->id) ? " data-differs=\"yes\"" : "",
                  is_failed_by_one(c, r->id) ? " data-fails=\"yes\"" : "");
    page_text(p, r->id);
    page_markup(p, "<br/><small>");
    page_text(p, words_level(r->level));
    page_markup(p, "</small></th><td>");
    page_text(p, r->text);
    page_markup(p, "</td>");
    for (size_t i = 0; i < c->n; i++)
        write_status(c, i, r->id);
    page_markup(p, "</tr>\n");
}

static void write_requirements(struct comparison *c)
{
    page_open_headed(&c->page, &requirements_heading);
    write_head(c, "<th>Id</th><th>Asked</th>");
    for (size_t side = 0; side < c->n; side++) {
        const struct record_summary *s = c->sides[side].summary;
        for (size_t i = 0; i < s->n_requirements; i++)
            if (!is_earlier(c, side, s->requirements[i].id))
                write_requirement(c, &s->requirements[i]);
    }
    page_markup(&c->page, "</tbody></table></div>\n</section>\n");
}

/* ---- measures */

static const struct record_measure *measure_of(const struct view *v, const struct record_measure *m)
{
    for (size_t i = 0; i < v->summary->n_measures; i++) {
        const struct record_measure *other = &v->summary->measures[i];
        if (strcmp(other->name, m->name) == 0 && strcmp(other->varied, m->varied) == 0)
            return other;
    }
    return NULL;
}

static bool is_measured_earlier(const struct comparison *c, size_t side,
                                const struct record_measure *m)
{
    for (size_t i = 0; i < side; i++)
        if (measure_of(&c->sides[i], m))
            return true;
    return false;
}

static void write_measure(struct comparison *c, const struct record_measure *m)
{
    struct page *p = &c->page;
    page_markup(p, "<tr><th>");
    page_text(p, m->name);
    if (m->varied[0]) {
        page_markup(p, "<br/><small>");
        page_text(p, m->varied);
        page_markup(p, "</small>");
    }
    page_markup(p, "</th>");
    for (size_t i = 0; i < c->n; i++) {
        const struct record_measure *own = measure_of(&c->sides[i], m);
        page_element(p, "td", own ? NULL : "mild", own ? own->value : "not measured");
    }
    page_markup(p, "</tr>\n");
}

static void write_measures(struct comparison *c)
{
    page_open_headed(&c->page, &measures_heading);
    page_markup(&c->page, "<p>Where honest implementations differ. None of it is a failure.</p>\n");
    write_head(c, "<th></th>");
    for (size_t side = 0; side < c->n; side++) {
        const struct record_summary *s = c->sides[side].summary;
        for (size_t i = 0; i < s->n_measures; i++)
            if (!is_measured_earlier(c, side, &s->measures[i]))
                write_measure(c, &s->measures[i]);
    }
    page_markup(&c->page, "</tbody></table></div>\n</section>\n");
}

/* ---- the page */

static void write_page(struct comparison *c)
{
    struct page *p = &c->page;
    buffer_append_text(&p->raw, "assay: implementations compared");
    page_begin(p, PAGE_OF_COMPARISON);
    page_markup(p, "<header>\n<p class=\"kicker\">assay comparison</p>\n<h1>");
    for (size_t i = 0; i < c->n; i++) {
        if (count_named_alike(c, i, i))
            continue;
        size_t n = count_named_alike(c, i, c->n);
        page_markup(p, i ? ", " : "");
        words_target(&p->raw, &c->sides[i]);
        if (n > 1)
            buffer_printf(&p->raw, " (%zu runs)", n);
        page_flush(p);
    }
    page_markup(p, "</h1>\n<p>Each column is one run, and says no more than that run showed: read "
                   "its scope before two columns are compared.</p>\n</header>\n<nav>");
    page_heading_link(p, &runs_heading);
    page_heading_link(p, &requirements_heading);
    page_heading_link(p, &measures_heading);
    page_markup(p, "</nav>\n<main>\n");
    write_runs(c);
    write_requirements(c);
    write_measures(c);
    page_end(p, PAGE_OF_COMPARISON);
}

enum status compare_render(const struct record_run *const *runs, size_t n, struct buffer *out)
{
    struct comparison c = {.n = 0, .page = {.out = out}};
    enum status st = n > COMPARE_MAX ? E_LIMIT : OK;
    buffer_init(&c.page.raw, RAW_MAX);
    for (; c.n < n && !st; c.n++)
        st = view_init(&c.sides[c.n], runs[c.n]);
    if (!st) {
        write_page(&c);
        st = buffer_status(out);
    }
    while (c.n > 0)
        view_fini(&c.sides[--c.n]);
    buffer_fini(&c.page.raw);
    return st;
}
