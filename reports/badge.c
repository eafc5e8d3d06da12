/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/badge.h"

#include "reports/escape.h"
#include "reports/words.h"

#include <ctype.h>
#include <string.h>

#define RAW_MAX (1u << 16)
#define NAME_MAX 48u  /* characters of what the target and the profile are called */
#define SIDE_MAX 160u /* characters of either half */
#define GLYPH 6u      /* pixels a character takes */
#define PADDING 8u

/* The halves' colours, light on dark enough for WCAG AA. */
static const char *colour_of(const struct view *v)
{
    const struct record_summary *s = v->summary;
    if (s->conformance == CONFORMANCE_YES)
        return "#2c6e49";
    if (s->conformance == CONFORMANCE_NO || s->state == RUN_FAILED)
        return "#a3262a";
    return "#6b5310";
}

static void lower(struct buffer *out, const char *text)
{
    for (; *text; text++)
        buffer_append_byte(out, (uint8_t)tolower((unsigned char)*text));
}

/* Whose run this is: target, its version, the profile; visible characters only. */
static void say_whose(const struct view *v, struct buffer *out)
{
    struct buffer name;
    buffer_init(&name, RAW_MAX);
    words_target(&name, v);
    buffer_append_text(out, "assay: ");
    escape_append(out, ESCAPE_NONE, buffer_text(&name), NAME_MAX);
    buffer_append_text(out, ", profile ");
    escape_append(out, ESCAPE_NONE, v->run->profile, NAME_MAX);
    buffer_fini(&name);
}

/* "conformant in the layer cipher, 146 of 375 requirements, set 2026-11"; "undecided: passed in
 * chosen cases, 59 of 375 requirements". */
static void say_what(const struct view *v, struct buffer *out)
{
    const struct record_scope *scope = &v->summary->scope;
    const struct record_coverage *coverage = &v->summary->coverage;
    if (v->summary->conformance == CONFORMANCE_UNDECIDED)
        buffer_append_text(out, "undecided: ");
    lower(out, words_stamp(v));
    if (scope->is_partial)
        buffer_append_text(out, " in chosen cases");
    else if (scope->not_layers.n && scope->layers.n)
        buffer_append_text(out, scope->layers.n == 1 ? " in the layer" : " in the layers");
    for (size_t i = 0; !scope->is_partial && scope->not_layers.n && i < scope->layers.n; i++)
        buffer_printf(out, "%s %.32s", i ? "," : "", scope->layers.items[i]);
    buffer_append_text(out, ", ");
    buffer_append_number(out, coverage->covered);
    buffer_append_text(out, " of ");
    words_count(out, coverage->requirements, "requirement", "requirements");
    if (record_dated_set(v->run)) {
        buffer_append_text(out, ", set ");
        escape_append(out, ESCAPE_NONE, record_dated_set(v->run), NAME_MAX);
    }
}

static void write_side(struct buffer *out, const char *text, size_t x, const char *colour)
{
    size_t width = escape_columns(text) * GLYPH;
    buffer_printf(out,
                  "<rect x=\"%zu\" width=\"%zu\" height=\"22\" fill=\"%s\"/>"
                  "<text x=\"%zu\" y=\"15\" textLength=\"%zu\">",
                  x, width + 2 * PADDING, colour, x + PADDING, width);
    escape_append(out, ESCAPE_XML, text, SIDE_MAX);
    buffer_append_text(out, "</text>\n");
}

static void write_picture(const struct view *v, struct buffer *whose, struct buffer *what,
                          struct buffer *out)
{
    struct buffer title;
    buffer_init(&title, RAW_MAX);
    say_whose(v, whose);
    say_what(v, what);
    buffer_append_text(&title, words_stamp(v));
    words_headline(&title, v);
    buffer_append_text(&title, " Regression: ");
    words_regression(&title, v);
    size_t left = escape_columns(buffer_text(whose)) * GLYPH + 2 * PADDING;
    size_t right = escape_columns(buffer_text(what)) * GLYPH + 2 * PADDING;
    buffer_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" height=\"22\" "
                  "role=\"img\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\" "
                  "fill=\"#fff\">\n<title>",
                  left + right);
    escape_append(out, ESCAPE_XML, buffer_text(&title), ESCAPE_TEXT_MAX);
    buffer_append_text(out, "</title>\n");
    write_side(out, buffer_text(whose), 0, "#3a3733");
    write_side(out, buffer_text(what), left, colour_of(v));
    buffer_append_text(out, "</svg>\n");
    buffer_fini(&title);
}

enum status badge_render(const struct record_run *run, struct buffer *out)
{
    struct view v;
    struct buffer whose, what;
    enum status st = view_init(&v, run);
    buffer_init(&whose, RAW_MAX);
    buffer_init(&what, RAW_MAX);
    if (!st) {
        write_picture(&v, &whose, &what, out);
        st = buffer_status(out);
    }
    buffer_fini(&whose);
    buffer_fini(&what);
    view_fini(&v);
    return st;
}
