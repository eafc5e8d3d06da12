/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/escape.h"

#include "base/utf8.h"

#include <string.h>

static const struct {
    char c;
    const char *reference;
} xml_references[] = {
    {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

/* Decode one character of |text| (not empty). 0 when its first byte starts no sound UTF-8. */
static size_t decode(const unsigned char *text, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = text[0] < 0x80   ? 1
                 : text[0] < 0xc0 ? 0
                 : text[0] < 0xe0 ? 2
                 : text[0] < 0xf0 ? 3
                 : text[0] < 0xf8 ? 4
                                  : 0;

    *out = len == 1 ? text[0] : text[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        *out = *out << 6 | (text[i] & 0x3f);
    }
    return len > 1 && *out < least[len] ? 0 : len;
}

static bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/*
 * Does |c| between its neighbours (0 at an end of the text) mean nothing in Markdown, wherever the
 * text stands? A hyphen may begin a list or underline a heading, unless it joins two words; a full
 * stop may number a list or make a link of "www.", a colon a link or an emoji, unless what follows
 * is neither; a closing bracket may number a list.
 */
static bool is_plain_in_markdown(char before, char c, char after)
{
    bool is_word = is_letter(before) || is_digit(before);

    if (c == '-')
        return is_word && (is_letter(after) || is_digit(after));
    if (c == '.')
        return is_digit(before) ? is_digit(after)
                                : is_letter(before) && before != 'w' && before != 'W';
    if (c == ':')
        return is_word && (after == ' ' || after == '\0');
    if (c == ')')
        return !is_digit(before) && before != '\0';
    return is_letter(c) || is_digit(c) || (c != '\0' && strchr(" ,;?'\"%/(", c));
}

struct neighbours {
    char before, after;
};

static void append_ascii(struct buffer *out, enum escape_form form, char c,
                         struct neighbours beside)
{
    if (form == ESCAPE_MARKDOWN && !is_plain_in_markdown(beside.before, c, beside.after)) {
        buffer_printf(out, "&#%d;", c);
        return;
    }
    for (size_t i = 0; form == ESCAPE_XML && i < sizeof xml_references / sizeof xml_references[0];
         i++)
        if (c == xml_references[i].c) {
            buffer_append_text(out, xml_references[i].reference);
            return;
        }
    buffer_append_byte(out, (uint8_t)c);
}

/* The mark that begins what stands for something unseen. */
static void append_backslash(struct buffer *out, enum escape_form form)
{
    append_ascii(out, form, '\\', (struct neighbours){0, 0});
}

static void append_visible(struct buffer *out, enum escape_form form, const char *kind, uint32_t c)
{
    append_backslash(out, form);
    buffer_printf(out, c > 0xff ? "%s%04x" : "%s%02x", kind, (unsigned)c);
}

/* Append the character at |text| and say how many bytes it took. */
static size_t append_character(struct buffer *out, enum escape_form form, const unsigned char *text,
                               char before)
{
    uint32_t c;
    size_t len = decode(text, &c);

    if (len == 0) {
        append_visible(out, form, "x", text[0]);
        return 1;
    }
    if (c == '\n') {
        append_backslash(out, form);
        buffer_append_byte(out, 'n');
    } else if (is_control(c)) {
        append_visible(out, form, "x", c);
    } else if (utf8_is_unseen(c)) {
        append_visible(out, form, "u", c);
    } else if (c < 0x80) {
        append_ascii(out, form, (char)c, (struct neighbours){before, (char)text[1]});
    } else {
        buffer_append(out, bytes_of(text, len));
    }
    return len;
}

void escape_append(struct buffer *out, enum escape_form form, const char *text, size_t max_chars)
{
    const unsigned char *at = (const unsigned char *)(text ? text : "");

    char before = '\0';

    for (size_t n = 0; *at && n < max_chars; n++) {
        size_t used = append_character(out, form, at, before);
        at += used;
        before = (char)at[-1];
    }
    if (*at && form == ESCAPE_TERMINAL)
        buffer_append_text(out, "...");
    else if (*at)
        buffer_printf(out, "... (%zu more bytes)", strlen((const char *)at));
}

void escape_attribute(struct buffer *out, const char *name, const char *text, size_t max_chars)
{
    buffer_printf(out, " %s=\"", name);
    escape_append(out, ESCAPE_XML, text, max_chars);
    buffer_append_text(out, "\"");
}

size_t escape_columns(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}
