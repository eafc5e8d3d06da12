/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/html_story.h"

#include "base/hex.h"
#include "record/dump.h"
#include "reports/words.h"

#include <string.h>

#define TOLD_MAX 256u
#define ROW_MAX 40u /* bytes of a field that one row takes; a longer one has rows of ROW_LEN */
#define ROW_LEN 32u

/* The byte strings that stand on the page already, of one execution. */
struct told {
    size_t n;
    const struct shown_bytes *items[TOLD_MAX];
    size_t steps[TOLD_MAX]; /* whose they are */
};

/* ---- bytes */

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
    buffer_printf(p->out, "<tr><td>%04zx</td><th>", span->at);
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

/* The same of a field of any length: its name stands in its first row. */
static void write_rows(struct page *p, const struct shown_bytes *item, const struct dump_span *gap,
                       const struct dump_span *span)
{
    size_t row_len = span->len > ROW_MAX ? ROW_LEN : ROW_MAX;
    for (size_t done = 0; done < span->len; done += row_len) {
        struct dump_span row = {.at = span->at + done, .len = span->len - done};
        if (done == 0)
            row = *span;
        if (row.len > row_len)
            row.len = row_len;
        write_field(p, item, done ? NULL : gap, &row);
    }
}

static void write_fields(struct page *p, const struct shown_bytes *item)
{
    struct dump_span spans[DUMP_SPANS_MAX];
    size_t n = dump_split(item->kind, item->bytes, spans);

    page_markup(p, "<table class=\"dump\">\n");
    for (size_t i = 0; i < n; i++) {
        bool is_gap = !spans[i].name && i + 1 < n;
        if (is_gap)
            write_rows(p, item, &spans[i], &spans[i + 1]);
        else
            write_rows(p, item, NULL, &spans[i]);
        i += is_gap;
    }
    page_markup(p, "</table>\n");
}

static bool is_same(const struct shown_bytes *a, const struct shown_bytes *b)
{
    return a->length == b->length && a->mutated_at == b->mutated_at &&
           a->mutated_len == b->mutated_len && strcmp(a->kind, b->kind) == 0 &&
           bytes_equal(a->bytes, b->bytes);
}

/* Has a step shown the same already, *out_step? If not, |step| does now. */
static bool is_told(struct told *told, const struct shown_bytes *item, size_t step,
                    size_t *out_step)
{
    for (size_t i = 0; i < told->n; i++) {
        *out_step = told->steps[i];
        if (is_same(told->items[i], item))
            return true;
    }
    if (told->n < TOLD_MAX) {
        told->items[told->n] = item;
        told->steps[told->n++] = step;
    }
    return false;
}

static void write_bytes(struct page *p, struct told *told, const struct shown_bytes *item,
                        size_t step)
{
    size_t before = step;
    bool is_above = item->bytes.len && is_told(told, item, step, &before);

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
        buffer_printf(p->out, ", mutated at %04zx", item->mutated_at);
    if (is_above && before == step)
        page_markup(p, ", above");
    else if (is_above)
        buffer_printf(p->out, ", the same as in step %zu", before);
    page_markup(p, "</p>\n");
    if (!is_above && item->bytes.len)
        write_fields(p, item);
}

/* ---- steps */

static const char *verdict_class(enum verdict verdict)
{
    static const char *const classes[N_VERDICT] = {
        [VERDICT_NONE] = "mild", [VERDICT_PASS] = "good", [VERDICT_INCONCLUSIVE] = "doubt",
        [VERDICT_FAIL] = "bad",  [VERDICT_ERROR] = "bad",
    };
    return classes[verdict];
}

static void write_step(struct page *p, struct told *told, const struct step_result *step)
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
        write_bytes(p, told, &step->bytes[i], step->n);
    page_markup(p, "</td></tr>\n");
}

static void write_steps(struct page *p, struct told *told, const struct case_result *result)
{
    if (result->n_steps == 0)
        return;
    page_markup(p, "<details class=\"all\"><summary>");
    if (result->n_steps == 1)
        page_markup(p, "The only step");
    else
        buffer_printf(p->out, "All %zu steps", result->n_steps);
    page_markup(p, "</summary>\n<table class=\"steps\"><thead><tr><th>n</th><th>step</th>"
                   "<th>expected</th><th>seen</th><th>verdict</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < result->n_steps; i++)
        write_step(p, told, &result->steps[i]);
    page_markup(p, "</tbody></table>\n</details>\n");
}

/* ---- the whole */

void html_story_culprit(struct page *p, const struct record_case *result)
{
    const struct step_result *step = record_case_culprit(result);

    page_markup(p, "<p class=\"culprit\">");
    if (step) {
        buffer_printf(p->out, "step %zu ", step->n);
        page_element(p, "code", NULL, step->text);
        page_markup(p, " expected <b>");
        page_text(p, expect_name(step->expect));
        page_markup(p, "</b>, seen <b>");
        words_seen(&p->raw, step);
        page_flush(p);
        page_markup(p, "</b>");
    } else {
        page_text(p, result->result.why);
    }
    page_markup(p, "</p>\n");
}

void html_story_write(struct page *p, const struct record_case *result, bool has_room)
{
    struct told told = {.n = 0};
    const struct step_result *culprit = record_case_culprit(result);
    const char *why = result->result.why;

    html_story_culprit(p, result);
    if (culprit && culprit->detail[0])
        page_element(p, "p", "why", culprit->detail);
    if (culprit && why[0] && strcmp(why, culprit->detail) != 0)
        page_element(p, "p", "why", why);
    if (!has_room) {
        page_markup(p, "<p class=\"meta\">Its steps are in results.json.</p>\n");
        return;
    }
    for (size_t i = 0; culprit && i < culprit->n_bytes; i++)
        write_bytes(p, &told, &culprit->bytes[i], culprit->n);
    write_steps(p, &told, &result->result);
}
