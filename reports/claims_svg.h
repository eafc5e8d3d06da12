/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/claims_svg.h - the pictures of a claims report, as inline SVG.
 * Depends on: base, reports/claims_view.
 *
 * Pictures say nothing by colour alone: a readable flight is filled and a safe one hollow, the line
 * of Signal v3 is dashed and that of v4 dotted, a bar without an end is torn open. Each has a
 * title and a description for those who hear the page. They are well-formed XML, load nothing, and
 * escape what a target said.
 */
#ifndef ASSAY_REPORTS_CLAIMS_SVG_H
#define ASSAY_REPORTS_CLAIMS_SVG_H

#include "reports/claims_view.h"

/*
 * Which flights were readable after a theft: a row a schedule, a cell a flight.
 *
 * number   makes the ids of this picture its own on the page
 * n_cells  room for this many flights, so that pictures side by side have one scale
 */
void claims_svg_exposure(struct buffer *out, size_t number, const char *title,
                         const struct game_result *o, size_t n_cells);
/* One measure: the bars of the target and of each Signal it was measured for, and a mark at what
 * was claimed. */
void claims_svg_bars(struct buffer *out, size_t number, const struct claims_measure *m);

struct claims_figure {
    const char *title;
    const char *x, *y; /* what the axes count */
    const struct game_result *sides[N_CLAIMS_SIDE];
};

/* The series of all sides as steps over one another. */
void claims_svg_steps(struct buffer *out, size_t number, const struct claims_figure *figure);

#endif
