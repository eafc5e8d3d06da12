/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/html_case.h"

#include "reports/html_story.h"
#include "reports/words.h"

#include <string.h>

#define RANGES_MAX 30u /* of numbers of instances */

static bool is_worth_telling(enum state state)
{
    return state_is_trouble(state) || state == STATE_KNOWN || state == STATE_UNSCORED ||
           state == STATE_BLOCKED;
}

/* ---- which execution stands for the others */

/* The execution of |g| that is the example of one of |causes|, *out_at; NULL for none. */
static const struct record_case *example_of(const struct view *v, const struct view_group *g,
                                            const struct record_cause *causes, size_t n,
                                            size_t *out_at)
{
    size_t len = strlen(g->id);
    for (size_t i = 0; i < n && i < HTML_CAUSES_MAX; i++) {
        const char *id = causes[i].smallest;
        *out_at = i;
        if (strncmp(id, g->id, len) == 0 && (id[len] == '\0' || id[len] == '#'))
            return view_case(v, id);
    }
    return NULL;
}

/* The first that came to the worst. */
static const struct record_case *first_worst(const struct view *v, const struct view_group *g)
{
    for (size_t i = 0; i < g->n_cases; i++)
        if (view_state(v, g->cases[i]) == g->worst)
            return g->cases[i];
    return g->cases[0];
}

/* ---- what did not pass */

static void append_range(struct buffer *out, size_t first, size_t last)
{
    buffer_printf(out, "%s#%zu", out->len ? ", " : "", first);
    if (last > first)
        buffer_printf(out, "%s#%zu", last == first + 1 ? ", " : " to ", last);
}

/* "Also not passed: #2 to #9, #12". */
static void write_others(struct page *p, const struct view_group *g, const struct record_case *told)
{
    size_t first = 0, last = 0, n = 0;

    for (size_t i = 0; i < g->n_cases; i++) {
        const struct record_case *c = g->cases[i];
        if (c == told || !is_worth_telling(view_state(p->view, c)))
            continue;
        if (first && c->instance != last + 1) {
            append_range(&p->raw, first, last);
            n++;
            first = 0;
        }
        if (n == RANGES_MAX)
            break;
        first = first ? first : c->instance;
        last = c->instance;
    }
    if (first)
        append_range(&p->raw, first, last);
    if (p->raw.len == 0)
        return;
    page_markup(p, "<p class=\"others\">Also not passed: ");
    page_flush(p);
    page_markup(p, n == RANGES_MAX ? ", and more</p>\n" : "</p>\n");
}

static void write_excuse(struct page *p, const struct excuse *known)
{
    if (!known)
        return;
    page_markup(p, "<p>Listed as known: ");
    page_text(p, known->reason);
    if (known->until[0])
        buffer_printf(&p->raw, " (until %s)", known->until);
    page_flush(p);
    page_markup(p, "</p>\n");
}

static void write_again(struct page *p, const struct record_case *c)
{
    words_again(&p->raw, p->view, c, p->out_dir);
    if (p->raw.len == 0)
        return;
    page_markup(p, "<p class=\"again\">Again: <code>");
    page_flush(p);
    page_markup(p, "</code></p>\n");
}

/* The example of a cause is told there, another one here in a line. */
static void write_failing(struct page *p, const struct view_group *g)
{
    const struct record_summary *s = p->view->summary;
    const struct record_case *told;
    size_t at = 0;
    char anchor = HTML_CAUSE_ANCHOR;

    told = example_of(p->view, g, s->causes, s->n_causes, &at);
    if (!told) {
        anchor = HTML_KNOWN_CAUSE_ANCHOR;
        told = example_of(p->view, g, s->known_causes, s->n_known_causes, &at);
    }
    if (!told) {
        anchor = '\0';
        told = first_worst(p->view, g);
    }
    if (told->instance) {
        enum state state = view_state(p->view, told);
        buffer_printf(p->out, "<h4>#%zu ", told->instance);
        page_element(p, "span", page_class(state), state_name(state));
        page_markup(p, "</h4>\n");
    }
    html_story_culprit(p, told);
    if (anchor)
        buffer_printf(p->out, "<p class=\"meta\"><a href=\"#%c%zu\">All its steps</a></p>\n",
                      anchor, at);
    else if (told->result.why[0] && record_case_culprit(told))
        page_element(p, "p", "why", told->result.why);
    if (strcmp(told->surface, "client") == 0)
        page_element(p, "p", "meta",
                     "Touched as a whole client: the bytes went through every layer.");
    write_excuse(p, told->excuse);
    write_again(p, told);
    write_others(p, g, told);
}

/* ---- a case */

static void write_line(struct page *p, const struct view_group *g)
{
    const char *class = page_class(g->worst);
    const struct record_case *shown = first_worst(p->view, g);

    page_markup(p, "<summary>");
    page_element(p, "span", "name", g->name[0] ? g->name : g->id);
    buffer_printf(p->out, " <span class=\"state %s\">", class);
    if (g->n_cases > 1 && g->worst != STATE_PASSED)
        buffer_printf(&p->raw, "%zu of %zu ", g->count[g->worst], g->n_cases);
    buffer_append_text(&p->raw, state_name(g->worst));
    if (g->n_cases > 1 && g->worst == STATE_PASSED)
        buffer_printf(&p->raw, ", all %zu instances", g->n_cases);
    page_flush(p);
    page_markup(p, "</span> <span class=\"meta\">");
    page_text(p, shown->requirement);
    page_markup(p, " ");
    page_text(p, words_level(shown->level));
    page_markup(p, "</span></summary>\n");
}

/* What the filters of the page go by; the layer is its suite's. */
static void open_details(struct page *p, size_t at, const struct view_group *g)
{
    const char *effect = "";

    if (is_worth_telling(g->worst))
        effect = words_effect(first_worst(p->view, g));
    buffer_printf(
        p->out, "<details class=\"case %s\" id=\"c%zu\" data-level=\"%s\" data-verdict=\"%s\"",
        page_class(g->worst), at, level_name(first_worst(p->view, g)->level), state_name(g->worst));
    if (effect[0])
        buffer_printf(p->out, " data-effect=\"%s\"", effect);
    page_markup(p, state_is_trouble(g->worst) ? " open=\"open\">" : ">");
}

void html_case_write(struct page *p, size_t at, bool has_room)
{
    const struct view_group *g = &p->view->groups[at];
    const struct record_case *shown = first_worst(p->view, g);
    bool is_passed = g->worst == STATE_PASSED;

    open_details(p, at, g);
    write_line(p, g);
    page_markup(p, "<p class=\"purpose\">");
    page_text(p, shown->purpose);
    page_markup(p, " <span class=\"meta\">");
    page_requirement(p, shown->requirement);
    page_markup(p, "</span></p>\n");
    if (g->n_cases > 1 && !is_passed) {
        page_markup(p, "<p class=\"meta\">");
        page_number(p, g->count[STATE_PASSED]);
        page_markup(p, " of ");
        words_count(p->out, g->n_cases, "instance", "instances");
        page_markup(p, " passed.</p>\n");
    }
    if (is_worth_telling(g->worst) && has_room)
        write_failing(p, g);
    else if (!is_passed && first_worst(p->view, g)->result.why[0])
        page_element(p, "p", "why", first_worst(p->view, g)->result.why);
    page_markup(p, "</details>\n");
}
