/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/markdown_writer.h"

#include "reports/escape.h"

void markdown_plain(struct markdown_writer *s, const char *markdown)
{
    buffer_append_text(s->out, markdown);
}

void markdown_text(struct markdown_writer *s, const char *words)
{
    escape_append(s->out, ESCAPE_MARKDOWN, words, ESCAPE_TEXT_MAX);
}

void markdown_flush(struct markdown_writer *s)
{
    markdown_text(s, buffer_text(&s->raw));
    buffer_clear(&s->raw);
}

void markdown_code(struct markdown_writer *s, const char *words)
{
    markdown_plain(s, "<code>");
    markdown_text(s, words);
    markdown_plain(s, "</code>");
}

void markdown_flush_code(struct markdown_writer *s)
{
    markdown_code(s, buffer_text(&s->raw));
    buffer_clear(&s->raw);
}
