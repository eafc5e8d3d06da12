/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_svg.h"

#include "reports/claims_words.h"
#include "reports/escape.h"

#include <string.h>

#define LABEL_MAX 14u /* characters of a row's name */
#define TITLE_MAX 120u
#define ROWS_SHOWN 24u

/* Exposure: units of the picture. */
#define CELL 15u  /* one flight */
#define PITCH 17u /* from one flight to the next */
#define ROW 20u
#define NAMES 78u /* room for names on the left */

/* Bars. */
#define BAR_WIDTH 220.0
#define NEVER_WIDTH 264.0 /* torn past the longest bar that has an end */
#define BAR_ROW 22u
#define BAR_NAMES 64u
#define PICTURE_WIDTH 440u

/* Steps. */
#define PLOT_LEFT 62.0
#define PLOT_TOP 14.0
#define PLOT_WIDTH 360.0
#define PLOT_HEIGHT 150.0

static void put(struct buffer *out, const char *markup) { buffer_append_text(out, markup); }

static void put_text(struct buffer *out, const char *text, size_t max)
{
    escape_append(out, ESCAPE_XML, text, max);
}

/* The element, and its title; the caller writes the description and closes it. */
static void open_svg(struct buffer *out, size_t number, unsigned width, unsigned height,
                     const char *title)
{
    buffer_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
                  "aria-labelledby=\"t%zu d%zu\" width=\"%u\" height=\"%u\" "
                  "viewBox=\"0 0 %u %u\">\n<title id=\"t%zu\">",
                  number, number, width, height, width, height, number);
    put_text(out, title, TITLE_MAX);
    buffer_printf(out, "</title>\n<desc id=\"d%zu\">", number);
}

/* ---- exposure */

/* "a-first, A1 B1: flights 1, 2 readable." */
static void describe_row(struct buffer *out, const struct claims_flights *row)
{
    size_t n = 0;

    put_text(out, row->family, LABEL_MAX);
    put(out, ", ");
    put_text(out, row->schedule, TITLE_MAX);
    put(out, ": ");
    for (size_t i = 0; row->exposed[i]; i++)
        if (row->exposed[i] == '1')
            buffer_printf(out, "%s%zu", n++ ? ", " : "readable flights ", i + 1);
    put(out, n ? ". " : "no flight readable. ");
}

/* A triangle that points to the right when A speaks, to the left when B does. */
static void draw_direction(struct buffer *out, unsigned x, unsigned y, char from)
{
    unsigned back = from == 'A' ? x + 4 : x + CELL - 4, tip = from == 'A' ? x + CELL - 4 : x + 4;

    buffer_printf(out, "<path class=\"way\" d=\"M%u %u L%u %u L%u %u Z\"/>", back, y + 4, tip,
                  y + 7, back, y + CELL - 5);
}

static void draw_flight(struct buffer *out, unsigned x, unsigned y, bool is_exposed, char from)
{
    buffer_printf(out,
                  "<g class=\"%s\"><rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" "
                  "rx=\"1.5\"/>",
                  is_exposed ? "open" : "shut", x, y, CELL, CELL);
    draw_direction(out, x, y, from);
    put(out, "</g>");
}

static void draw_row(struct buffer *out, size_t at, const struct claims_flights *row)
{
    unsigned y = (unsigned)at * ROW + 2;

    buffer_printf(out, "<g><title>");
    put_text(out, row->schedule, TITLE_MAX);
    buffer_printf(out, "</title><text x=\"0\" y=\"%u\">", y + 11);
    put_text(out, row->family[0] ? row->family : "schedule", LABEL_MAX);
    put(out, "</text>");
    for (size_t i = 0; row->exposed[i]; i++)
        draw_flight(out, NAMES + (unsigned)i * PITCH, y, row->exposed[i] == '1', row->from[i]);
    put(out, "</g>\n");
}

void claims_svg_exposure(struct buffer *out, size_t number, const char *title,
                         const struct game_result *o, size_t n_cells)
{
    size_t n = o->n_flights < ROWS_SHOWN ? o->n_flights : ROWS_SHOWN;

    open_svg(out, number, NAMES + (unsigned)n_cells * PITCH + 2, (unsigned)n * ROW + 4, title);
    for (size_t i = 0; i < n; i++)
        describe_row(out, &o->flights[i]);
    put(out, "</desc>\n");
    for (size_t i = 0; i < n; i++)
        draw_row(out, i, &o->flights[i]);
    put(out, "</svg>\n");
}

/* ---- bars */

/* The longest bar that has an end; at least 1, so that it may be divided by. */
static long scale_of(const struct claims_measure *m)
{
    long most = m->claimed != CLAIMS_NEVER && m->claimed > 1 ? m->claimed : 1;

    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (m->sides[side] != CLAIMS_NEVER && m->sides[side] > most)
            most = m->sides[side];
    return most;
}

/* A bar; without an end it is torn and goes on as an arrow. */
static void draw_bar(struct buffer *out, double width, unsigned y, bool has_end)
{
    double right = BAR_NAMES + width;

    if (has_end) {
        buffer_printf(out, "<rect x=\"%u\" y=\"%u\" width=\"%.1f\" height=\"12\"/>", BAR_NAMES, y,
                      width > 1.5 ? width : 1.5);
        return;
    }
    buffer_printf(out,
                  "<path d=\"M%u %u H%.1f l6 3 l-6 3 l6 3 l-6 3 H%u Z\"/>"
                  "<path class=\"onward\" d=\"M%.1f %u h16 m-5 -4 l5 4 l-5 4\"/>",
                  BAR_NAMES, y, right - 24, BAR_NAMES, right - 14, y + 6);
}

/* Has a side a bar? The target has one, also when it was not measured. */
static bool has_bar(const struct claims_measure *m, int side)
{
    return side == CLAIMS_TARGET || m->sides[side] >= 0;
}

static unsigned count_bars(const struct claims_measure *m)
{
    unsigned n = 0;

    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        n += has_bar(m, side);
    return n;
}

/* The bar of |side|, in row |row|. */
static void draw_side(struct buffer *out, const struct claims_measure *m, enum claims_side side,
                      unsigned row, long most)
{
    long value = m->sides[side];
    bool has_end = value != CLAIMS_NEVER;
    double width = has_end ? BAR_WIDTH * (double)value / (double)most : NEVER_WIDTH;
    unsigned y = row * BAR_ROW + 4;

    buffer_printf(out, "<g class=\"%s\"><text x=\"0\" y=\"%u\">%s</text>",
                  side == CLAIMS_TARGET ? "target" : "signal", y + 10, claims_words_side(side));
    if (value >= 0)
        draw_bar(out, width, y, has_end);
    else
        width = 0;
    buffer_printf(out, "<text class=\"value\" x=\"%.1f\" y=\"%u\">", BAR_NAMES + width + 7, y + 10);
    claims_words_bare(out, m, value);
    put(out, "</text></g>\n");
}

static void draw_claim(struct buffer *out, const struct claims_measure *m, long most)
{
    bool has_end = m->claimed != CLAIMS_NEVER;
    double x = BAR_NAMES + (has_end ? BAR_WIDTH * (double)m->claimed / (double)most : NEVER_WIDTH);
    bool is_far = x > PICTURE_WIDTH / 2.0;

    buffer_printf(out,
                  "<g class=\"claim\"><path d=\"M%.1f 0 V%u\"/>"
                  "<text x=\"%.1f\" y=\"%u\"%s>claimed: at most ",
                  x, count_bars(m) * BAR_ROW + 6,
                  is_far              ? x + 4
                  : x - 4 < BAR_NAMES ? BAR_NAMES
                                      : x - 4,
                  count_bars(m) * BAR_ROW + 17, is_far ? " text-anchor=\"end\"" : "");
    claims_words_bare(out, m, m->claimed);
    put(out, "</text></g>\n");
}

static void describe_bars(struct buffer *out, const struct claims_measure *m)
{
    struct buffer raw;

    buffer_init(&raw, 1u << 21);
    buffer_append_text(&raw, "Target: ");
    claims_words_value(&raw, m, m->sides[CLAIMS_TARGET]);
    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++) {
        if (!has_bar(m, side))
            continue;
        buffer_printf(&raw, ". %s: ", claims_words_side((enum claims_side)side));
        claims_words_value(&raw, m, m->sides[side]);
    }
    if (m->claimed >= 0) {
        buffer_append_text(&raw, ". Claimed: at most ");
        claims_words_value(&raw, m, m->claimed);
    }
    buffer_append_text(&raw, ".");
    put_text(out, buffer_text(&raw), ESCAPE_TEXT_MAX);
    buffer_fini(&raw);
}

void claims_svg_bars(struct buffer *out, size_t number, const struct claims_measure *m)
{
    long most = scale_of(m);
    unsigned height = count_bars(m) * BAR_ROW + (m->claimed >= 0 ? 22u : 4u), row = 0;

    open_svg(out, number, PICTURE_WIDTH, height, m->title);
    describe_bars(out, m);
    put(out, "</desc>\n");
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (has_bar(m, side))
            draw_side(out, m, (enum claims_side)side, row++, most);
    if (m->claimed >= 0)
        draw_claim(out, m, most);
    put(out, "</svg>\n");
}

/* ---- steps */

struct range {
    struct claims_point low, high;
};

static void widen(struct range *range, const struct game_result *o)
{
    for (size_t i = 0; i < o->n_series; i++) {
        const struct claims_point *p = &o->series[i];
        range->low.x = p->x < range->low.x ? p->x : range->low.x;
        range->low.y = p->y < range->low.y ? p->y : range->low.y;
        range->high.x = p->x > range->high.x ? p->x : range->high.x;
        range->high.y = p->y > range->high.y ? p->y : range->high.y;
    }
}

/* From 0, which every axis shows. */
static struct range range_of(const struct claims_figure *figure)
{
    struct range range = {{0, 0}, {0, 0}};

    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        widen(&range, figure->sides[side]);
    range.high.x += range.high.x > range.low.x ? 0 : 1;
    range.high.y += range.high.y > range.low.y ? 0 : 1;
    return range;
}

static double across(const struct range *range, double x)
{
    return PLOT_LEFT + PLOT_WIDTH * (x - range->low.x) / (range->high.x - range->low.x);
}

static double down(const struct range *range, double y)
{
    return PLOT_TOP + PLOT_HEIGHT * (range->high.y - y) / (range->high.y - range->low.y);
}

static void draw_axes(struct buffer *out, const struct claims_figure *figure,
                      const struct range *range)
{
    double bottom = PLOT_TOP + PLOT_HEIGHT, right = PLOT_LEFT + PLOT_WIDTH;

    buffer_printf(out, "<path class=\"axis\" d=\"M%.0f %.0f V%.0f H%.0f\"/>\n", PLOT_LEFT, PLOT_TOP,
                  bottom, right);
    for (int i = 0; i <= 2; i++) {
        double x = range->low.x + (range->high.x - range->low.x) * i / 2;
        double y = range->low.y + (range->high.y - range->low.y) * i / 2;
        buffer_printf(out, "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%.0f\">%.6g</text>",
                      across(range, x), bottom + 16, x);
        buffer_printf(out, "<text text-anchor=\"end\" x=\"%.0f\" y=\"%.1f\">%.6g</text>\n",
                      PLOT_LEFT - 6, down(range, y) + 4, y);
    }
    buffer_printf(out, "<text text-anchor=\"middle\" x=\"%.0f\" y=\"%.0f\">%s</text>",
                  PLOT_LEFT + PLOT_WIDTH / 2, bottom + 33, figure->x);
    buffer_printf(out,
                  "<text text-anchor=\"middle\" transform=\"translate(11 %.0f) "
                  "rotate(-90)\">%s</text>\n",
                  PLOT_TOP + PLOT_HEIGHT / 2, figure->y);
}

/* A value holds until the next one: across first, then up or down. */
static void draw_series(struct buffer *out, const struct game_result *o, const struct range *range,
                        const char *class)
{
    if (o->n_series == 0)
        return;
    buffer_printf(out, "<path class=\"line %s\" d=\"M%.1f %.1f", class,
                  across(range, o->series[0].x), down(range, o->series[0].y));
    for (size_t i = 1; i < o->n_series; i++)
        buffer_printf(out, " H%.1f V%.1f", across(range, o->series[i].x),
                      down(range, o->series[i].y));
    put(out, "\"/>\n");
}

void claims_svg_steps(struct buffer *out, size_t number, const struct claims_figure *figure)
{
    struct range range = range_of(figure);

    open_svg(out, number, PICTURE_WIDTH, (unsigned)(PLOT_TOP + PLOT_HEIGHT) + 38, figure->title);
    buffer_printf(out,
                  "%s from %.6g to %.6g, over %s from %.6g to %.6g; %zu points for the target, "
                  "%zu for Signal v3, %zu for Signal v4.</desc>\n",
                  figure->y, range.low.y, range.high.y, figure->x, range.low.x, range.high.x,
                  figure->sides[CLAIMS_TARGET]->n_series, figure->sides[CLAIMS_V3]->n_series,
                  figure->sides[CLAIMS_V4]->n_series);
    draw_axes(out, figure, &range);
    draw_series(out, figure->sides[CLAIMS_V3], &range, "signal");
    draw_series(out, figure->sides[CLAIMS_V4], &range, "signal v4");
    draw_series(out, figure->sides[CLAIMS_TARGET], &range, "target");
    put(out, "</svg>\n");
}
