/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/terminal_writer.h"

#include "reports/escape.h"

#include <string.h>

#define WIDTH_DEFAULT 100u
#define RAW_MAX ((size_t)64 * 1024 * 1024)

static const char *const style_codes[N_STYLE] = {
    [STYLE_PLAIN] = "",        [STYLE_STRONG] = "\x1b[1m", [STYLE_FAINT] = "\x1b[2m",
    [STYLE_GOOD] = "\x1b[32m", [STYLE_BAD] = "\x1b[1;31m", [STYLE_DOUBT] = "\x1b[33m",
};

void terminal_writer_flush(struct terminal_writer *p, enum style style, size_t columns)
{
    const char *text;
    size_t used;

    buffer_clear(&p->clean);
    escape_append(&p->clean, ESCAPE_TERMINAL, buffer_text(&p->raw), ESCAPE_TEXT_MAX);
    buffer_clear(&p->raw);
    text = buffer_text(&p->clean);
    used = escape_columns(text);
    if (p->has_colour && style != STYLE_PLAIN)
        buffer_printf(p->out, "%s%s\x1b[0m", style_codes[style], text);
    else
        buffer_append_text(p->out, text);
    for (; used < columns; used++)
        buffer_append_byte(p->out, ' ');
    p->column += used;
}

void terminal_writer_put(struct terminal_writer *p, enum style style, const char *text,
                         size_t columns)
{
    buffer_append_text(&p->raw, text);
    terminal_writer_flush(p, style, columns);
}

void terminal_writer_newline(struct terminal_writer *p)
{
    while (p->out->len && p->out->data[p->out->len - 1] == ' ')
        p->out->len--;
    buffer_append_byte(p->out, '\n');
    p->column = 0;
}

void terminal_writer_indent(struct terminal_writer *p, size_t columns)
{
    for (; p->column < columns; p->column++)
        buffer_append_byte(p->out, ' ');
}

static size_t columns_of(const char *text, size_t len)
{
    size_t columns = 0;
    for (size_t i = 0; i < len; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

void terminal_writer_wrap(struct terminal_writer *p, size_t margin)
{
    const char *at;

    buffer_clear(&p->clean);
    escape_append(&p->clean, ESCAPE_TERMINAL, buffer_text(&p->raw), ESCAPE_TEXT_MAX);
    buffer_clear(&p->raw);
    for (at = buffer_text(&p->clean); *at;) {
        size_t gap = strspn(at, " "), len = strcspn(at + gap, " ");
        size_t columns = columns_of(at + gap, len);
        if (p->column > margin && p->column + gap + columns > p->width)
            terminal_writer_newline(p);
        terminal_writer_indent(p, p->column > margin ? p->column + gap : margin);
        buffer_append(p->out, bytes_of(at + gap, len));
        p->column += columns;
        at += gap + len;
    }
}

void terminal_writer_init(struct terminal_writer *p, const struct report_options *options,
                          struct buffer *out)
{
    *p = (struct terminal_writer){.out = out,
                                  .has_colour = options->has_colour,
                                  .width = options->width ? options->width : WIDTH_DEFAULT};
    buffer_init(&p->raw, RAW_MAX);
    buffer_init(&p->clean, RAW_MAX);
}

void terminal_writer_fini(struct terminal_writer *p)
{
    buffer_fini(&p->raw);
    buffer_fini(&p->clean);
}
