/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/terminal_writer.h"

#include "reports/escape.h"

#include <string.h>

#define WIDTH_DEFAULT 100u
#define WIDTH_LEAST 20u /* nobody reads a report on fewer columns */
#define CONTINUED 6u    /* columns */
#define TEXT_MAX 1500u  /* characters */
#define RAW_MAX ((size_t)64 * 1024 * 1024)

static const char *const style_codes[N_STYLE] = {
    [STYLE_PLAIN] = "",        [STYLE_STRONG] = "\x1b[1m", [STYLE_FAINT] = "\x1b[2m",
    [STYLE_GOOD] = "\x1b[32m", [STYLE_BAD] = "\x1b[1;31m", [STYLE_DOUBT] = "\x1b[33m",
};

/* Escape pen->raw into pen->clean, and empty it. */
static const char *take(struct terminal_writer *p)
{
    buffer_clear(&p->clean);
    escape_append(&p->clean, ESCAPE_TERMINAL, buffer_text(&p->raw), TEXT_MAX);
    buffer_clear(&p->raw);
    return buffer_text(&p->clean);
}

static size_t columns_of(const char *text, size_t len)
{
    size_t columns = 0;
    for (size_t i = 0; i < len; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

/* Bytes of the first |columns| characters of |text|. */
static size_t bytes_of_columns(const char *text, size_t columns)
{
    size_t len = 0;
    while (text[len] && columns_of(text, len + 1) <= columns)
        len++;
    return len;
}

static void append_styled(struct terminal_writer *p, enum style style, const char *text, size_t len)
{
    bool is_styled = p->has_colour && style != STYLE_PLAIN;
    if (is_styled)
        buffer_append_text(p->out, style_codes[style]);
    buffer_append(p->out, bytes_of(text, len));
    if (is_styled)
        buffer_append_text(p->out, "\x1b[0m");
    p->column += columns_of(text, len);
}

/* Where a line goes on that had no room. */
static void break_line(struct terminal_writer *p)
{
    terminal_writer_newline(p);
    terminal_writer_indent(p, p->width > 2 * CONTINUED ? CONTINUED : 0);
}

/* Bytes of |text| that the line has room for, up to a space where there is one. */
static size_t piece_of(const struct terminal_writer *p, const char *text)
{
    size_t len = bytes_of_columns(text, p->width > p->column ? p->width - p->column : 1);
    size_t at_space = len;
    while (at_space > 0 && text[at_space] != ' ')
        at_space--;
    return at_space ? at_space : len;
}

/* Write of |text| what whole lines take; the rest is for the line that was begun. */
static const char *write_pieces(struct terminal_writer *p, enum style style, const char *text)
{
    if (p->column + escape_columns(text) > p->width && p->column > CONTINUED) {
        break_line(p);
        text += strspn(text, " ");
    }
    while (p->column + escape_columns(text) > p->width) {
        size_t len = piece_of(p, text);
        append_styled(p, style, text, len);
        text += len + strspn(text + len, " ");
        break_line(p);
    }
    return text;
}

void terminal_writer_flush(struct terminal_writer *p, enum style style, size_t columns)
{
    const char *text = take(p);
    size_t used = escape_columns(text);

    if (p->is_bound)
        text = write_pieces(p, style, text);
    append_styled(p, style, text, strlen(text));
    for (; used < columns; used++, p->column++)
        buffer_append_byte(p->out, ' ');
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

/* A word that no line has room for, cut where the line ends. */
static void write_long_word(struct terminal_writer *p, size_t margin, const char *word, size_t len)
{
    while (p->column + columns_of(word, len) > p->width && p->width > margin) {
        size_t part = bytes_of_columns(word, p->width - p->column);
        buffer_append(p->out, bytes_of(word, part));
        terminal_writer_newline(p);
        terminal_writer_indent(p, margin);
        word += part;
        len -= part;
    }
    buffer_append(p->out, bytes_of(word, len));
    p->column += columns_of(word, len);
}

/* Where a bound line has hardly any room behind |margin|, lines begin further left. */
static size_t margin_within(const struct terminal_writer *p, size_t margin)
{
    return p->is_bound && margin + WIDTH_LEAST > p->width ? 0 : margin;
}

void terminal_writer_wrap(struct terminal_writer *p, size_t margin)
{
    margin = margin_within(p, margin);
    for (const char *at = take(p); *at;) {
        size_t gap = strspn(at, " "), len = strcspn(at + gap, " ");
        size_t columns = columns_of(at + gap, len);
        if (p->column > margin && p->column + gap + columns > p->width)
            terminal_writer_newline(p);
        terminal_writer_indent(p, p->column > margin ? p->column + gap : margin);
        if (p->is_bound) {
            write_long_word(p, margin, at + gap, len);
        } else {
            buffer_append(p->out, bytes_of(at + gap, len));
            p->column += columns;
        }
        at += gap + len;
    }
}

/* Bytes of the first word of a command: up to a space that is not quoted. */
static size_t word_len(const char *text)
{
    bool is_quoted = false;
    size_t len = 0;
    for (; text[len] && (is_quoted || text[len] != ' '); len++) {
        if (text[len] == '\'')
            is_quoted = !is_quoted;
        else if (text[len] == '\\' && !is_quoted && text[len + 1])
            len++;
    }
    return len;
}

void terminal_writer_command(struct terminal_writer *p, size_t margin)
{
    const char *at = take(p);
    margin = margin_within(p, margin);
    for (bool is_first = true; *at; is_first = false) {
        size_t len = word_len(at), columns = columns_of(at, len);
        bool is_last = !at[len];
        if (!is_first && p->is_bound && p->column + 1 + columns + (is_last ? 0 : 2) > p->width) {
            buffer_append_text(p->out, " \\\n");
            p->column = 0;
            terminal_writer_indent(p, margin);
        } else if (!is_first) {
            buffer_append_byte(p->out, ' ');
            p->column++;
        }
        buffer_append(p->out, bytes_of(at, len));
        p->column += columns;
        at += len + strspn(at + len, " ");
    }
}

void terminal_writer_init(struct terminal_writer *p, const struct report_options *options,
                          struct buffer *out)
{
    *p = (struct terminal_writer){.out = out,
                                  .has_colour = options->has_colour,
                                  .is_bound = options->width > WIDTH_LEAST,
                                  .width = options->width ? options->width : WIDTH_DEFAULT};
    buffer_init(&p->raw, RAW_MAX);
    buffer_init(&p->clean, RAW_MAX);
}

void terminal_writer_fini(struct terminal_writer *p)
{
    buffer_fini(&p->raw);
    buffer_fini(&p->clean);
}
