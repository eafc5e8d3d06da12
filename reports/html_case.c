/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/html_case.h"

#include "base/hex.h"
#include "record/dump.h"
#include "reports/words.h"

#include <string.h>

static bool is_mutated(const struct shown_bytes *item, size_t i)
{
    return i >= item->mutated_at && i - item->mutated_at < item->mutated_len;
}

/* Hex pairs with the mutated ones marked: "10 <mark>05 07</mark> 22". */
static void write_hex(struct page *p, const struct shown_bytes *item, const struct dump_span *span)
{
    bool marked = false;

    for (size_t i = span->at; i < span->at + span->len; i++) {
        bool mutated = is_mutated(item, i);
        if (marked && !mutated)
            page_markup(p, "</mark>");
        if (i > span->at)
            page_markup(p, " ");
        if (!marked && mutated)
            page_markup(p, "<mark>");
        marked = mutated;
        hex_append(p->out, bytes_slice(item->bytes, i, 1));
    }
    if (marked)
        page_markup(p, "</mark>");
}

/* One field a row; the tags and lengths before it, |gap|, stand in front of its bytes and are not
 * its own. */
static void write_field(struct page *p, const struct shown_bytes *item, const struct dump_span *gap,
                        const struct dump_span *span)
{
    buffer_printf(p->out, "<tr><td>%zu</td><th>", span->at);
    page_text(p, span->name ? span->name : "");
    if (span->is_number)
        buffer_printf(p->out, " = %u", (unsigned)span->number);
    page_markup(p, "</th><td><code>");
    if (gap) {
        page_markup(p, "<i>");
        write_hex(p, item, gap);
        page_markup(p, "</i> ");
    }
    write_hex(p, item, span);
    page_markup(p, "</code></td></tr>\n");
}

static void write_fields(struct page *p, const struct shown_bytes *item)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    size_t n = dump_split(item->kind, item->bytes, spans);

    page_markup(p, "<table class=\"dump\">\n");
    for (size_t i = 0; i < n; i++) {
        bool is_gap = !spans[i].name && i + 1 < n;
        if (is_gap)
            write_field(p, item, &spans[i], &spans[i + 1]);
        else
            write_field(p, item, NULL, &spans[i]);
        i += is_gap;
    }
    page_markup(p, "</table>\n");
}

static void write_bytes(struct page *p, const struct shown_bytes *item, bool has_room)
{
    page_markup(p, "<p class=\"label\">");
    page_element(p, "b", NULL, item->label);
    page_markup(p, " ");
    page_text(p, item->kind);
    page_markup(p, ", ");
    words_count(&p->raw, item->length ? item->length : item->bytes.len, "byte", "bytes");
    page_flush(p);
    if (item->is_cut)
        page_markup(p, ", cut");
    if (item->mutated_len)
        buffer_printf(p->out, ", bent at %zu", item->mutated_at);
    page_markup(p, has_room ? "</p>\n" : ", in results.json</p>\n");
    if (has_room && item->bytes.len)
        write_fields(p, item);
}

static const char *verdict_class(enum verdict verdict)
{
    static const char *const classes[N_VERDICT] = {
        [VERDICT_NONE] = "mild", [VERDICT_PASS] = "good", [VERDICT_INCONCLUSIVE] = "doubt",
        [VERDICT_FAIL] = "bad",  [VERDICT_ERROR] = "bad",
    };
    return classes[verdict];
}

static void write_step(struct page *p, const struct step_result *step, bool has_room)
{
    buffer_printf(p->out, "<tr class=\"%s\"><td>%zu</td><td>", verdict_class(step->verdict),
                  step->n);
    page_element(p, "code", NULL, step->text);
    if (step->detail[0])
        page_element(p, "div", "detail", step->detail);
    page_markup(p, "</td><td>");
    page_text(p, step->expect ? expect_name(step->expect) : "");
    page_markup(p, "</td><td>");
    if (step->seen)
        words_seen(&p->raw, step);
    page_flush(p);
    page_markup(p, "</td><td>");
    page_text(p, step->verdict ? verdict_name(step->verdict) : "");
    page_markup(p, "</td></tr>\n");
    if (step->n_bytes == 0)
        return;
    page_markup(p, "<tr class=\"bytes\"><td></td><td colspan=\"4\">");
    for (size_t i = 0; i < step->n_bytes; i++)
        write_bytes(p, &step->bytes[i], has_room);
    page_markup(p, "</td></tr>\n");
}

static void write_steps(struct page *p, const struct case_result *result, bool has_room)
{
    if (result->n_steps == 0)
        return;
    page_markup(p, "<table class=\"steps\"><thead><tr><th></th><th>step</th><th>expected</th>"
                   "<th>seen</th><th>verdict</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < result->n_steps; i++)
        write_step(p, &result->steps[i], has_room);
    page_markup(p, "</tbody></table>\n");
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

static void write_instance(struct page *p, const struct record_case *result, enum state state,
                           size_t room)
{
    page_markup(p, "<div class=\"instance\">\n");
    if (result->instance) {
        buffer_printf(p->out, "<h4>#%zu ", result->instance);
        page_element(p, "span", page_class(state), state_name(state));
        page_markup(p, "</h4>\n");
    }
    if (result->result.why[0])
        page_element(p, "p", "why", result->result.why);
    if (strcmp(result->surface, "client") == 0)
        page_element(p, "p", "surface",
                     "Touched as a whole client: the bytes went through every layer.");
    write_excuse(p, result->excuse);
    write_steps(p, &result->result, p->out->len < room);
    if (result->repro[0]) {
        words_again(&p->raw, p->view, result, p->out_dir);
        page_markup(p, "<p class=\"again\">Again: <code>");
        page_flush(p);
        page_markup(p, "</code></p>\n");
    }
    page_markup(p, "</div>\n");
}

static bool is_worth_telling(enum state state)
{
    return state_is_trouble(state) || state == STATE_KNOWN || state == STATE_UNSCORED;
}

/* The instances that did not pass: the first ones told, while there is room for more than one, the
 * others by number. */
static void write_failing(struct page *p, const struct view_group *g)
{
    size_t told = 0, listed = 0;

    for (size_t i = 0; i < g->n_cases; i++) {
        enum state state = view_state(p->view, g->cases[i]);
        bool has_room = told == 0 || p->out->len < PAGE_ROOM_FAILING;
        if (!is_worth_telling(state))
            continue;
        if (told < HTML_CASE_INSTANCES_MAX && has_room && !listed) {
            write_instance(p, g->cases[i], state, PAGE_ROOM_FAILING);
            told++;
            continue;
        }
        buffer_printf(p->out, "%s#%zu", listed++ ? ", " : "<p class=\"others\">Also not passed: ",
                      g->cases[i]->instance);
    }
    if (listed)
        page_markup(p, "</p>\n");
}

/* The first instance that has steps stands for a sweep that passed. */
static void write_example(struct page *p, const struct view_group *g)
{
    const struct record_case *example = g->cases[0];

    for (size_t i = g->n_cases; i-- > 0;)
        if (g->cases[i]->result.n_steps)
            example = g->cases[i];
    write_instance(p, example, view_state(p->view, example), PAGE_ROOM_PASSING);
}

static void write_line(struct page *p, const struct view_group *g)
{
    const char *class = page_class(g->worst);

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
    page_text(p, g->cases[0]->requirement);
    page_markup(p, " ");
    page_text(p, words_level(g->cases[0]->level));
    page_markup(p, "</span></summary>\n");
}

void html_case_write(struct page *p, size_t at)
{
    const struct view_group *g = &p->view->groups[at];
    bool is_open = state_is_trouble(g->worst);

    buffer_printf(p->out, "<details class=\"case %s\" id=\"c%zu\"%s>", page_class(g->worst), at,
                  is_open ? " open=\"open\"" : "");
    write_line(p, g);
    page_markup(p, "<p class=\"purpose\">");
    page_text(p, g->cases[0]->purpose);
    page_markup(p, " <span class=\"meta\">");
    page_requirement(p, g->cases[0]->requirement);
    page_markup(p, "</span></p>\n");
    if (g->n_cases > 1) {
        page_markup(p, "<p class=\"meta\">");
        page_number(p, g->count[STATE_PASSED]);
        page_markup(p, " of ");
        words_count(p->out, g->n_cases, "instance", "instances");
        page_markup(p, " passed.</p>\n");
    }
    if (is_worth_telling(g->worst))
        write_failing(p, g);
    else
        write_example(p, g);
    page_markup(p, "</details>\n");
}
