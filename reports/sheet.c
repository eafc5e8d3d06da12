#include "reports/sheet.h"

#include "reports/escape.h"

void sheet_plain(struct sheet *s, const char *markdown) { buffer_append_text(s->out, markdown); }

void sheet_text(struct sheet *s, const char *words)
{
    escape_append(s->out, ESCAPE_MARKDOWN, words, ESCAPE_TEXT_MAX);
}

void sheet_flush(struct sheet *s)
{
    sheet_text(s, buffer_text(&s->raw));
    buffer_clear(&s->raw);
}

void sheet_code(struct sheet *s, const char *words)
{
    sheet_plain(s, "<code>");
    sheet_text(s, words);
    sheet_plain(s, "</code>");
}

void sheet_flush_code(struct sheet *s)
{
    sheet_code(s, buffer_text(&s->raw));
    buffer_clear(&s->raw);
}
