/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/terminal_writer.h - the pen that writes to a terminal: text escaped, padded, coloured and
 * wrapped.
 * Depends on: base, reports/report.
 */
#ifndef ASSAY_REPORTS_TERMINAL_WRITER_H
#define ASSAY_REPORTS_TERMINAL_WRITER_H

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

struct terminal_writer {
    struct buffer *out;
    struct buffer raw;   /* what is put together before it is written */
    struct buffer clean; /* the same, escaped */
    bool has_colour;
    bool is_bound; /* no line is wider than |width|: there is a terminal, and it has so many */
    size_t width;
    size_t column;
};

void terminal_writer_init(struct terminal_writer *p, const struct report_options *options,
                          struct buffer *out);
void terminal_writer_fini(struct terminal_writer *p);

/* Write what stands in pen->raw, escaped and padded to |columns|, and empty it. What a bound line
 * has no room for goes on in the next. */
void terminal_writer_flush(struct terminal_writer *p, enum style style, size_t columns);
/* The same for |text|. */
void terminal_writer_put(struct terminal_writer *p, enum style style, const char *text,
                         size_t columns);
/* End the line; no line ends in spaces. */
void terminal_writer_newline(struct terminal_writer *p);
/* Spaces up to |columns|. */
void terminal_writer_indent(struct terminal_writer *p, size_t columns);
/* Write pen->raw as words wrapped at the pen's width, lines that are begun at |margin|; gaps within
 * a line are kept. */
void terminal_writer_wrap(struct terminal_writer *p, size_t margin);
/* Write pen->raw, the words of a command, for a shell to take as they stand: where a bound line has
 * no room for them, it ends in a backslash. */
void terminal_writer_command(struct terminal_writer *p, size_t margin);

#endif
