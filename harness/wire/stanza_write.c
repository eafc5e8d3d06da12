/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/stanza.h"

#include "base/base64.h"
#include "wire/stanza_scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX (sizeof(((struct stanza_writer *)0)->names) / sizeof(char *))

/* ---- writing */

static void fail(struct stanza_writer *w, enum status st)
{
    if (!w->st)
        w->st = st;
}

/* What stands for |c| in a text or an attribute, or NULL for itself. Parsers make a space of white
 * space in attributes, and a line feed of a carriage return anywhere. */
static const char *escape_of(uint8_t c, bool is_attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;";
    case '"':
        return is_attribute ? "&quot;" : NULL;
    case '\t':
        return is_attribute ? "&#9;" : NULL;
    case '\n':
        return is_attribute ? "&#10;" : NULL;
    default:
        return NULL;
    }
}

static void write_escaped(struct stanza_writer *w, struct bytes text, bool is_attribute)
{
    if (!stanza_is_text(text)) {
        fail(w, E_PARSE);
        return;
    }
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *escape = escape_of(text.data[i], is_attribute);
        if (!escape)
            continue;
        buffer_append(w->out, bytes_slice(text, from, i - from));
        buffer_append_text(w->out, escape);
        from = i + 1;
    }
    buffer_append(w->out, bytes_slice(text, from, text.len - from));
}

static void end_start_tag(struct stanza_writer *w)
{
    if (w->is_open)
        buffer_append_byte(w->out, '>');
    w->is_open = false;
}

void stanza_begin(struct stanza_writer *w, struct buffer *out)
{
    *w = (struct stanza_writer){.out = out};
}

void stanza_begin_own(struct stanza_writer *w, size_t max)
{
    *w = (struct stanza_writer){.out = &w->own};
    buffer_init(&w->own, max);
}

void stanza_open(struct stanza_writer *w, const char *name)
{
    if (w->depth == NAMES_MAX)
        fail(w, E_LIMIT);
    if (w->st)
        return;
    end_start_tag(w);
    buffer_append_byte(w->out, '<');
    buffer_append_text(w->out, name);
    w->names[w->depth++] = name;
    w->is_open = true;
}

void stanza_attribute(struct stanza_writer *w, const char *name, const char *value)
{
    if (!w->is_open)
        fail(w, E_PARSE);
    if (w->st || !value)
        return;
    buffer_append_byte(w->out, ' ');
    buffer_append_text(w->out, name);
    buffer_append_text(w->out, "=\"");
    write_escaped(w, bytes_of_text(value), true);
    buffer_append_byte(w->out, '"');
}

void stanza_attribute_number(struct stanza_writer *w, const char *name, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, value);
    stanza_attribute(w, name, text);
}

void stanza_open_with(struct stanza_writer *w, const char *name, const struct stanza_attribute *all,
                      size_t n)
{
    stanza_open(w, name);
    for (size_t i = 0; i < n; i++)
        stanza_attribute(w, all[i].name, all[i].value);
}

void stanza_text(struct stanza_writer *w, const char *text)
{
    if (w->depth == 0)
        fail(w, E_PARSE);
    if (w->st)
        return;
    end_start_tag(w);
    write_escaped(w, bytes_of_text(text), false);
}

void stanza_base64(struct stanza_writer *w, struct bytes body)
{
    if (w->depth == 0)
        fail(w, E_PARSE);
    if (w->st)
        return;
    end_start_tag(w);
    enum status st = base64_encode(body, BASE64_STANDARD, w->out);
    if (st)
        fail(w, st);
}

void stanza_close(struct stanza_writer *w)
{
    if (w->depth == 0)
        fail(w, E_PARSE);
    if (w->st)
        return;
    const char *name = w->names[--w->depth];
    if (w->is_open)
        buffer_append_text(w->out, "/>");
    else
        buffer_printf(w->out, "</%s>", name);
    w->is_open = false;
}

void stanza_bytes_element(struct stanza_writer *w, const char *name, struct bytes body)
{
    stanza_open(w, name);
    stanza_base64(w, body);
    stanza_close(w);
}

void stanza_number_element(struct stanza_writer *w, const char *name, uint32_t value, size_t size)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < size && i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(size - i > 4 ? 0 : value >> (8 * (size - 1 - i)));
    stanza_bytes_element(w, name, bytes_of(bytes, size));
}

void stanza_prekey_element(struct stanza_writer *w, const char *name,
                           const struct stanza_prekey *key)
{
    stanza_open(w, name);
    stanza_number_element(w, "id", key->id, key->id_size);
    stanza_bytes_element(w, "value", key->value);
    if (key->signature.len)
        stanza_bytes_element(w, "signature", key->signature);
    stanza_close(w);
}

enum status stanza_end(struct stanza_writer *w)
{
    while (w->depth && !w->st)
        stanza_close(w);
    return buffer_status(w->out) ? buffer_status(w->out) : w->st;
}

/* ---- addresses */

/* Decimal, without leading zeros, up to 32 bits. */
static bool take_number(struct bytes in, uint32_t *out)
{
    uint64_t n = 0;
    if (in.len == 0 || in.len > 10 || (in.len > 1 && in.data[0] == '0'))
        return false;
    for (size_t i = 0; i < in.len; i++) {
        if (in.data[i] < '0' || in.data[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(in.data[i] - '0');
    }
    *out = (uint32_t)n;
    return n <= UINT32_MAX;
}

/* Where |c| stands last before |end|; |end| when nowhere. */
static size_t last_before(const char *text, size_t end, char c)
{
    for (size_t i = end; i > 0; i--)
        if (text[i - 1] == c)
            return i - 1;
    return end;
}

bool stanza_address_parse(const char *text, struct arena *arena, const char **name,
                          uint32_t *device, const char **domain)
{
    size_t len = strlen(text), at = last_before(text, len, '@');
    size_t colon = last_before(text, at, ':');
    *name = *domain = NULL;
    *device = 0;
    if (at == len || at + 1 == len || colon == at || colon == 0)
        return false;
    if (!take_number(bytes_of(text + colon + 1, at - colon - 1), device))
        return false;
    char *copy = arena_alloc(arena, colon + 1);
    if (copy)
        memcpy(copy, text, colon);
    *name = copy;
    *domain = arena_text(arena, text + at + 1);
    return *name && *domain;
}

const char *stanza_address(struct arena *arena, const char *name, uint32_t device,
                           const char *domain)
{
    return arena_printf(arena, "%s:%" PRIu32 "@%s", name, device, domain);
}
