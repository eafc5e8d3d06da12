/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mutations that write the attributes of message and enc otherwise: order, quotes, white space,
 * references.
 */
#include "wire/stanza_mutation_internal.h"

#include <string.h>

#define ATTRIBUTES_MAX 32u

struct attribute {
    struct bytes name, value; /* the value as it is in the document, escaped */
    char quote;
};

struct tag {
    struct attribute attributes[ATTRIBUTES_MAX];
    size_t n;
    size_t end; /* offset of its ">" or "/>" */
};

/* Read the attributes from |at| on. The document is our own: a space, a name, "=", a quote. */
static enum status read_tag(struct bytes in, size_t at, struct tag *out)
{
    out->n = 0;
    while (at < in.len && in.data[at] == ' ' && out->n < ATTRIBUTES_MAX) {
        struct attribute *a = &out->attributes[out->n];
        size_t name = ++at;
        while (at < in.len && in.data[at] != '=' && in.data[at] != '>')
            at++;
        if (at + 2 >= in.len || in.data[at] != '=' ||
            (in.data[at + 1] != '"' && in.data[at + 1] != '\''))
            return E_MISSING;
        a->name = bytes_of(in.data + name, at - name);
        a->quote = (char)in.data[at + 1];
        size_t value = at + 2;
        for (at = value; at < in.len && in.data[at] != (uint8_t)a->quote;)
            at++;
        if (at == in.len)
            return E_MISSING;
        a->value = bytes_of(in.data + value, at - value);
        at++;
        out->n++;
    }
    out->end = at;
    return at < in.len && (in.data[at] == '>' || in.data[at] == '/') ? OK : E_MISSING;
}

/* ASCII characters as references; what is one already, and what is not ASCII, stays. */
static void write_references(struct buffer *out, struct bytes value)
{
    bool is_reference = false;
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.data[i];
        is_reference = is_reference || c == '&';
        if (is_reference || c >= 0x80)
            buffer_append_byte(out, c);
        else
            buffer_printf(out, "&#x%x;", (unsigned)c);
        is_reference = is_reference && c != ';';
    }
}

static void write_attribute(struct buffer *out, const struct attribute *a,
                            const struct mutation_style *style)
{
    const char quote[] = {a->quote, '\0'};
    const char *wanted = style->quote ? style->quote : quote;
    /* The other quote may stand in the value unescaped. */
    if (*wanted && bytes_contains(a->value, bytes_of_text(wanted)))
        wanted = quote;
    buffer_append_text(out, style->before ? style->before : " ");
    buffer_append(out, a->name);
    buffer_append_text(out, style->equals ? style->equals : "=");
    buffer_append_text(out, wanted);
    if (style->has_references)
        write_references(out, a->value);
    else
        buffer_append(out, a->value);
    buffer_append_text(out, wanted);
}

/* Copy from |from| to the attributes at |at|, write them, and give where to go on. */
static enum status rewrite_tag(const struct mutation_job *job, size_t from, size_t at,
                               const struct mutation_style *style, size_t *out_end)
{
    struct tag tag;
    enum status st = read_tag(job->in, at, &tag);
    *out_end = at;
    if (st)
        return st;
    buffer_append(job->out, bytes_slice(job->in, from, at - from));
    for (size_t i = 0; i < tag.n; i++)
        write_attribute(job->out, &tag.attributes[style->is_reversed ? tag.n - 1 - i : i], style);
    buffer_append_text(job->out, style->end ? style->end : "");
    *out_end = tag.end;
    return buffer_status(job->out);
}

enum status mutation_rewrite(const struct mutation_job *job, const struct mutation_style *style)
{
    const size_t *places = job->places;
    size_t end = 0;
    enum status st = rewrite_tag(job, 0, places[MUTATION_ROOT_ATTRIBUTES], style, &end);
    if (!st)
        st = rewrite_tag(job, end, places[MUTATION_ENC_ATTRIBUTES], style, &end);
    if (st)
        return st;
    buffer_append(job->out, bytes_slice(job->in, end, places[MUTATION_LAST_CHILD] - end));
    buffer_append_text(job->out, "</message");
    buffer_append_text(job->out, style->end ? style->end : "");
    size_t tail = places[MUTATION_END] - 1;
    return buffer_append(job->out, bytes_slice(job->in, tail, job->in.len - tail));
}
