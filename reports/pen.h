/*
 * reports/pen.h - the pen that writes to a terminal: text escaped, padded, coloured and wrapped.
 * Depends on: base, reports/report.
 */
#ifndef ASSAY_REPORTS_PEN_H
#define ASSAY_REPORTS_PEN_H

#include "reports/report.h"

enum style {
    STYLE_PLAIN = 0,
    STYLE_STRONG,
    STYLE_FAINT,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_DOUBT,
    N_STYLE
};

struct pen {
    struct buffer *out;
    struct buffer raw;   /* what is put together before it is written */
    struct buffer clean; /* the same, escaped */
    bool has_colour;
    size_t width;
    size_t column;
};

void pen_init(struct pen *p, const struct report_options *options, struct buffer *out);
void pen_fini(struct pen *p);

/* Write what stands in pen->raw, escaped and padded to |columns|, and empty it. */
void pen_flush(struct pen *p, enum style style, size_t columns);
/* The same for |text|. */
void pen_put(struct pen *p, enum style style, const char *text, size_t columns);
/* End the line; no line ends in spaces. */
void pen_newline(struct pen *p);
/* Spaces up to |columns|. */
void pen_indent(struct pen *p, size_t columns);
/* Write pen->raw as words wrapped at the pen's width, lines that are begun at |margin|; gaps within
 * a line are kept. */
void pen_wrap(struct pen *p, size_t margin);

#endif
