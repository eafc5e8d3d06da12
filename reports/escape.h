/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/escape.h - text from anywhere made harmless for one form of report.
 * Depends on: base.
 *
 * First what cannot be seen is made visible, the same in every form: control characters and bytes
 * that are no UTF-8 as \x1b, a line break as \n, characters that change direction, have no width or
 * are not allowed in XML as \u202e. Then what means something in the form is escaped.
 */
#ifndef ASSAY_REPORTS_ESCAPE_H
#define ASSAY_REPORTS_ESCAPE_H

#include "base/buffer.h"

enum escape_form {
    ESCAPE_NONE = 0, /* only the invisible is shown */
    ESCAPE_TERMINAL, /* the same: no control character is left that a terminal obeys */
    ESCAPE_XML,      /* element content and attribute values, in XML and HTML */
    ESCAPE_MARKDOWN, /* GitHub's Markdown: punctuation that could mean something where it
                        stands becomes a character reference */
    N_ESCAPE
};

/* Characters of one text that a report shows; the rest is counted. */
#define ESCAPE_TEXT_MAX 600u

/*
 * Append at most |max_chars| characters of |text| (NULL is empty); what is left out is replaced by
 * "... (123 more bytes)", on a terminal by "...". Errors stick in |out|.
 */
void escape_append(struct buffer *out, enum escape_form form, const char *text, size_t max_chars);

/* Append an attribute of XML, a space before it. |name| is ours; |text| and |max_chars| as of
 * escape_append. */
void escape_attribute(struct buffer *out, const char *name, const char *text, size_t max_chars);

/* The columns a terminal needs for |text|, already escaped: its characters, each counted as one. */
size_t escape_columns(const char *text);

#endif
