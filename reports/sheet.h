/*
 * reports/sheet.h - the pen that writes GitHub's Markdown: text is escaped, marks are literal.
 * Depends on: base.
 */
#ifndef ASSAY_REPORTS_SHEET_H
#define ASSAY_REPORTS_SHEET_H

#include "base/buffer.h"

struct sheet {
    struct buffer *out;
    struct buffer raw; /* what words_* put together before it is escaped */
};

/* Markdown, as it is. */
void sheet_plain(struct sheet *s, const char *markdown);
/* Text, escaped. */
void sheet_text(struct sheet *s, const char *words);
/* What stands in sheet->raw, escaped; raw is empty afterwards. */
void sheet_flush(struct sheet *s);
/* As code, where GitHub looks for no mention, link or issue number. */
void sheet_code(struct sheet *s, const char *words);
/* What stands in sheet->raw as code; raw is empty afterwards. */
void sheet_flush_code(struct sheet *s);

#endif
