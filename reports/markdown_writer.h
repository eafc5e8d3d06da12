/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/markdown_writer.h - the pen that writes GitHub's Markdown: text is escaped, marks are
 * literal.
 * Depends on: base.
 */
#ifndef ASSAY_REPORTS_MARKDOWN_WRITER_H
#define ASSAY_REPORTS_MARKDOWN_WRITER_H

#include "base/buffer.h"

struct markdown_writer {
    struct buffer *out;
    struct buffer raw; /* what words_* put together before it is escaped */
};

/* Markdown, as it is. */
void markdown_plain(struct markdown_writer *s, const char *markdown);
/* Text, escaped. */
void markdown_text(struct markdown_writer *s, const char *words);
/* What stands in sheet->raw, escaped; raw is empty afterwards. */
void markdown_flush(struct markdown_writer *s);
/* As code, where GitHub looks for no mention, link or issue number. */
void markdown_code(struct markdown_writer *s, const char *words);
/* What stands in sheet->raw as code; raw is empty afterwards. */
void markdown_flush_code(struct markdown_writer *s);

#endif
