/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/html_since.h"

#include "reports/diff.h"
#include "reports/words.h"

#define ROWS_SHOWN 20u /* of one kind */

static void write_row(struct page *p, const struct diff_row *row)
{
    page_markup(p, "<li>");
    page_case(p, row->count > 1 ? row->name : row->example);
    if (row->count > 1) {
        page_markup(p, ", ");
        words_count(p->out, row->count, "execution", "executions");
    }
    page_markup(p, " <small>");
    page_requirement(p, row->requirement);
    buffer_printf(p->out, " %s: %s, now %s", words_level(row->level), diff_state_name(row->before),
                  diff_state_name(row->after));
    if (row->is_deciding)
        page_markup(p, "; decides");
    page_markup(p, "</small>");
    if (row->kind == DIFF_BROKEN && row->why[0])
        page_element(p, "div", "why", row->why);
    page_markup(p, "</li>\n");
}

static void write_kind(struct page *p, enum diff_kind kind)
{
    const struct diff *d = p->view->since;
    size_t n = 0;
    uint64_t left = 0;
    if (!d->executions[kind])
        return;
    page_markup(p, "<h3>");
    page_text(p, diff_kind_title(kind));
    page_markup(p, ": ");
    words_count(p->out, d->executions[kind], "execution", "executions");
    page_markup(p, "</h3>\n<ul>\n");
    for (size_t i = 0; i < d->n_rows; i++) {
        if (d->rows[i].kind != kind)
            continue;
        if (n++ < ROWS_SHOWN)
            write_row(p, &d->rows[i]);
        else
            left += d->rows[i].count;
    }
    if (left) {
        page_markup(p, "<li>and ");
        words_count(p->out, left, "execution more", "executions more");
        page_markup(p, ": <code>assay diff</code> has all</li>\n");
    }
    page_markup(p, "</ul>\n");
}

/* |absent|: what is said of a run that has no text. */
static void write_pairs(struct page *p, const char *title, const struct diff_pairs *pairs,
                        const char *absent)
{
    if (!pairs->n)
        return;
    page_element(p, "h3", NULL, title);
    page_markup(p, "<ul>\n");
    for (size_t i = 0; i < pairs->n && i < ROWS_SHOWN; i++) {
        const struct diff_pair *pair = &pairs->items[i];
        page_markup(p, "<li>");
        page_requirement(p, pair->name);
        page_markup(p, ": ");
        page_text(p, pair->before[0] ? pair->before : absent);
        page_markup(p, ", now ");
        page_element(p, "b", NULL, pair->after[0] ? pair->after : absent);
        page_markup(p, "</li>\n");
    }
    if (pairs->n > ROWS_SHOWN)
        buffer_printf(p->out, "<li>and %zu more: <code>assay diff</code> has all</li>\n",
                      pairs->n - ROWS_SHOWN);
    page_markup(p, "</ul>\n");
}

void html_since_write(struct page *p)
{
    const struct diff *d = p->view->since;
    if (!d)
        return;
    page_open_section(p, PAGE_SINCE);
    page_markup(p, "<p>");
    diff_tally(d, &p->raw);
    page_flush(p);
    page_markup(p, ".</p>\n");
    write_pairs(p, "Preconditions", &d->preconditions, "holds");
    for (int kind = DIFF_SAME + 1; kind < N_DIFF; kind++)
        if (kind != DIFF_NEW)
            write_kind(p, (enum diff_kind)kind);
    write_pairs(p, "Requirements", &d->requirements, "unknown");
    write_pairs(p, "Measured", &d->measures, "not measured");
    write_pairs(p, "Not the same in both runs", &d->conditions, "none");
    page_markup(p, "</section>\n");
}
