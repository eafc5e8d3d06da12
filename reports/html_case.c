#include "reports/html_case.h"

#include "base/hex.h"
#include "reports/dump.h"
#include "reports/words.h"

#include <string.h>

#define HEX_MAX 4096u /* digits of one byte string that are decoded */

/* The part of a byte string that differs from the honest one. */
struct bend {
    size_t from;
    size_t len;
};

static bool is_bent(const struct bend *b, size_t i) { return i >= b->from && i - b->from < b->len; }

/* Hex pairs with the bent ones marked: "10 <mark>05 07</mark> 22". */
static void write_hex(struct page *p, struct bytes in, const struct dump_span *span,
                      const struct bend *bend)
{
    bool marked = false;

    for (size_t i = span->at; i < span->at + span->len; i++) {
        bool bent = is_bent(bend, i);
        if (marked && !bent)
            page_markup(p, "</mark>");
        if (i > span->at)
            page_markup(p, " ");
        if (!marked && bent)
            page_markup(p, "<mark>");
        marked = bent;
        hex_append(p->out, bytes_slice(in, i, 1));
    }
    if (marked)
        page_markup(p, "</mark>");
}

/* One field a row; the tags and lengths before it, |gap|, stand in front of its bytes and are not
 * its own. */
static void write_field(struct page *p, struct bytes in, const struct dump_span *gap,
                        const struct dump_span *span, const struct bend *bend)
{
    buffer_printf(p->out, "<tr><td>%zu</td><th>", span->at);
    page_text(p, span->name ? span->name : "");
    if (span->is_number)
        buffer_printf(p->out, " = %u", (unsigned)span->number);
    page_markup(p, "</th><td><code>");
    if (gap) {
        page_markup(p, "<i>");
        write_hex(p, in, gap, bend);
        page_markup(p, "</i> ");
    }
    write_hex(p, in, span, bend);
    page_markup(p, "</code></td></tr>\n");
}

static void write_fields(struct page *p, const char *kind, struct bytes in, const struct bend *bend)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    size_t n = dump_split(kind, in, spans);

    page_markup(p, "<table class=\"dump\">\n");
    for (size_t i = 0; i < n; i++) {
        bool is_gap = !spans[i].name && i + 1 < n;
        if (is_gap)
            write_field(p, in, &spans[i], &spans[i + 1], bend);
        else
            write_field(p, in, NULL, &spans[i], bend);
        i += is_gap;
    }
    page_markup(p, "</table>\n");
}

static void write_dump(struct page *p, const char *kind, const json_t *item)
{
    const json_t *bent = json_object_get(item, "bent");
    const char *hex = view_text(item, "hex");
    struct bend bend = {(size_t)json_integer_value(json_array_get(bent, 0)),
                        (size_t)json_integer_value(json_array_get(bent, 1))};
    struct buffer bytes;

    buffer_init(&bytes, HEX_MAX / 2);
    if (hex_decode(hex, strlen(hex), &bytes) == OK && bytes.len)
        write_fields(p, kind, buffer_bytes(&bytes), &bend);
    buffer_fini(&bytes);
}

static void write_bytes(struct page *p, const json_t *item, bool has_room)
{
    unsigned long long length = view_number(item, "length");
    const json_t *bent = json_object_get(item, "bent");
    bool is_cut = json_is_true(json_object_get(item, "cut"));

    if (!length)
        length = json_string_length(json_object_get(item, "hex")) / 2;
    page_markup(p, "<p class=\"label\">");
    page_element(p, "b", NULL, view_text(item, "label"));
    page_markup(p, " ");
    page_text(p, view_text(item, "kind"));
    page_markup(p, ", ");
    words_count(&p->raw, length, "byte", "bytes");
    page_flush(p);
    if (is_cut)
        page_markup(p, ", cut");
    if (json_is_array(bent))
        buffer_printf(p->out, ", bent at %lld",
                      (long long)json_integer_value(json_array_get(bent, 0)));
    page_markup(p, has_room ? "</p>\n" : ", in results.json</p>\n");
    if (has_room)
        write_dump(p, view_text(item, "kind"), item);
}

static const char *or_nothing(const char *word)
{
    return strcmp(word, "none") == 0 || strcmp(word, "nothing-yet") == 0 ? "" : word;
}

static const char *verdict_class(const char *verdict)
{
    if (strcmp(verdict, "fail") == 0 || strcmp(verdict, "error") == 0)
        return "bad";
    if (strcmp(verdict, "inconclusive") == 0)
        return "doubt";
    return strcmp(verdict, "pass") == 0 ? "good" : "mild";
}

static void write_step(struct page *p, const json_t *step, bool has_room)
{
    const json_t *bytes = json_object_get(step, "bytes"), *item;
    const char *verdict = or_nothing(view_text(step, "verdict"));
    size_t i;

    buffer_printf(p->out, "<tr class=\"%s\"><td>%llu</td><td>", verdict_class(verdict),
                  view_number(step, "n"));
    page_element(p, "code", NULL, view_text(step, "text"));
    if (view_text(step, "detail")[0])
        page_element(p, "div", "detail", view_text(step, "detail"));
    page_markup(p, "</td><td>");
    page_text(p, or_nothing(view_text(step, "expect")));
    page_markup(p, "</td><td>");
    if (or_nothing(view_text(step, "seen"))[0])
        words_seen(&p->raw, step);
    page_flush(p);
    page_markup(p, "</td><td>");
    page_text(p, verdict);
    page_markup(p, "</td></tr>\n");
    if (json_array_size(bytes) == 0)
        return;
    page_markup(p, "<tr class=\"bytes\"><td></td><td colspan=\"4\">");
    json_array_foreach(bytes, i, item) write_bytes(p, item, has_room);
    page_markup(p, "</td></tr>\n");
}

static void write_steps(struct page *p, const json_t *steps, bool has_room)
{
    size_t i;
    const json_t *step;

    if (json_array_size(steps) == 0)
        return;
    page_markup(p, "<table class=\"steps\"><thead><tr><th></th><th>step</th><th>expected</th>"
                   "<th>seen</th><th>verdict</th></tr></thead><tbody>\n");
    json_array_foreach(steps, i, step) write_step(p, step, has_room);
    page_markup(p, "</tbody></table>\n");
}

static void write_excuse(struct page *p, const json_t *known)
{
    if (!json_is_object(known))
        return;
    page_markup(p, "<p>Listed as known: ");
    page_text(p, view_text(known, "reason"));
    if (view_text(known, "until")[0])
        buffer_printf(&p->raw, " (until %s)", view_text(known, "until"));
    page_flush(p);
    page_markup(p, "</p>\n");
}

static void write_instance(struct page *p, const json_t *result, enum state state, size_t room)
{
    page_markup(p, "<div class=\"instance\">\n");
    if (view_number(result, "instance")) {
        buffer_printf(p->out, "<h4>#%llu ", view_number(result, "instance"));
        page_element(p, "span", page_class(state), state_name(state));
        page_markup(p, "</h4>\n");
    }
    if (view_text(result, "why")[0])
        page_element(p, "p", "why", view_text(result, "why"));
    if (strcmp(view_text(result, "surface"), "client") == 0)
        page_element(p, "p", "surface",
                     "Touched as a whole client: the bytes went through every layer.");
    write_excuse(p, json_object_get(result, "known"));
    write_steps(p, json_object_get(result, "steps"), p->out->len < room);
    if (view_text(result, "repro")[0]) {
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
        buffer_printf(p->out, "%s#%llu", listed++ ? ", " : "<p class=\"others\">Also not passed: ",
                      view_number(g->cases[i], "instance"));
    }
    if (listed)
        page_markup(p, "</p>\n");
}

/* The first instance that has steps stands for a sweep that passed. */
static void write_example(struct page *p, const struct view_group *g)
{
    const json_t *example = g->cases[0];

    for (size_t i = g->n_cases; i-- > 0;)
        if (json_array_size(json_object_get(g->cases[i], "steps")))
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
    page_text(p, view_text(g->cases[0], "requirement"));
    page_markup(p, " ");
    page_text(p, words_level(view_text(g->cases[0], "level")));
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
    page_text(p, view_text(g->cases[0], "purpose"));
    page_markup(p, " <span class=\"meta\">");
    page_requirement(p, view_text(g->cases[0], "requirement"));
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
