/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/stanza_mutation_internal.h"

#include <string.h>

/* ---- names */

const struct word_table stanza_words = {"stanza",
                                        '=',
                                        "docs/wire.md, What a client answers",
                                        {&stanza_mutation_documents, &stanza_mutation_messages}};

static const struct stanza_mutation_entry *entry_of(unsigned what)
{
    return (const struct stanza_mutation_entry *)word_at(&stanza_words, what);
}

/* ---- places */

/* Where |text| stands first at or after |from|; in.len when nowhere. */
static size_t find(struct bytes in, size_t from, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = from; at + len <= in.len; at++)
        if (memcmp(in.data + at, text, len) == 0)
            return at;
    return in.len;
}

/* Behind the ">" of the start tag whose attributes begin at |at|; 0 when it does not end. */
static size_t behind_tag(struct bytes in, size_t at)
{
    uint8_t quote = 0;
    for (; at < in.len; at++) {
        uint8_t c = in.data[at];
        if (!quote && c == '>')
            return at + 1;
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? 0 : c;
    }
    return 0;
}

enum status mutation_locate(struct bytes in, size_t places[N_MUTATION_PLACE])
{
    size_t root = find(in, 0, "<message "), close = in.len, next;
    if (root == in.len)
        return E_MISSING;
    places[MUTATION_START] = root;
    places[MUTATION_ROOT_ATTRIBUTES] = root + strlen("<message");
    places[MUTATION_FIRST_CHILD] = behind_tag(in, places[MUTATION_ROOT_ATTRIBUTES]);
    if (places[MUTATION_FIRST_CHILD] == 0)
        return E_MISSING;
    size_t enc = find(in, places[MUTATION_FIRST_CHILD], "<enc ");
    if (enc == in.len)
        return E_MISSING;
    places[MUTATION_ENC_ATTRIBUTES] = enc + strlen("<enc");
    places[MUTATION_ENC_FRONT] = behind_tag(in, places[MUTATION_ENC_ATTRIBUTES]);
    if (places[MUTATION_ENC_FRONT] == 0)
        return E_MISSING;
    places[MUTATION_ENC_BACK] = find(in, places[MUTATION_ENC_FRONT], "</enc>");
    for (next = find(in, places[MUTATION_ENC_BACK], "</message>"); next < in.len;
         next = find(in, next + 1, "</message>"))
        close = next;
    places[MUTATION_LAST_CHILD] = close;
    places[MUTATION_END] = close + strlen("</message>");
    return close < in.len ? OK : E_MISSING;
}

enum status mutation_find_attribute(struct bytes in, size_t at, const char *name,
                                    struct mutation_span *out_value,
                                    struct mutation_span *out_whole)
{
    size_t end = behind_tag(in, at), len = strlen(name);
    while (at < end) {
        size_t from = at;
        while (at < end && in.data[at] == ' ')
            at++;
        size_t name_at = at, equals = find(in, at, "=");
        if (at == from || equals + 2 >= end)
            return E_MISSING;
        const char quote[] = {(char)in.data[equals + 1], '\0'};
        size_t value_end = find(in, equals + 2, quote);
        if (value_end >= end)
            return E_MISSING;
        at = value_end + 1;
        if (equals - name_at != len || memcmp(in.data + name_at, name, len) != 0)
            continue;
        *out_value = (struct mutation_span){equals + 2, value_end};
        *out_whole = (struct mutation_span){from, at};
        return OK;
    }
    return E_MISSING;
}

/* ---- applying */

static enum status append_escaped(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&' || *text == '<' || *text == '"' || *text == '\'')
            buffer_printf(out, "&#%u;", (unsigned)(uint8_t)*text);
        else
            buffer_append_byte(out, (uint8_t)*text);
    }
    return buffer_status(out);
}

enum status mutation_copy(const struct mutation_job *job, size_t from, size_t to)
{
    return buffer_append(job->out, bytes_slice(job->in, from, to - from));
}

/* One placeholder at the front of |text|; its length, 0 when there is none. */
static size_t fill_in(const struct mutation_job *job, struct bytes text, enum status *out_st)
{
    static const char other[] = "{other}", canary[] = "{canary}", enc[] = "{text}";
    bool is_other = find(text, 0, other) == 0, is_canary = find(text, 0, canary) == 0;
    if (is_other || is_canary) {
        const char *value = is_other ? job->context->other_address : job->context->canary;
        *out_st = value ? append_escaped(job->out, value) : E_MISSING;
        return is_other ? sizeof(other) - 1 : sizeof(canary) - 1;
    }
    if (find(text, 0, enc) != 0)
        return 0;
    *out_st = mutation_copy(job, job->places[MUTATION_ENC_FRONT], job->places[MUTATION_ENC_BACK]);
    return sizeof(enc) - 1;
}

enum status mutation_append(const struct mutation_job *job, struct mutation_text text)
{
    enum status st = OK;
    for (size_t i = 0; i < text.len && !st;) {
        struct bytes rest = bytes_of(text.data + i, text.len - i);
        size_t len = text.data[i] == '{' ? fill_in(job, rest, &st) : 0;
        if (!len)
            st = buffer_append_byte(job->out, rest.data[0]);
        i += len ? len : 1;
    }
    return st;
}

/* One stretch of the message that is replaced. */
struct change {
    struct mutation_span span;
    struct mutation_text by;
};

static enum status plan_attribute(const struct mutation_job *job, size_t at,
                                  const struct mutation_attribute *a, struct change *out)
{
    struct mutation_span value, whole;
    *out = (struct change){{job->in.len, job->in.len}, {NULL, 0}};
    if (!a->name)
        return OK;
    enum status st = mutation_find_attribute(job->in, at, a->name, &value, &whole);
    if (!st)
        *out = (struct change){a->value.data ? value : whole, a->value};
    return st;
}

/* |in| from |from| up to |to|, with those of |changes| that begin there. */
static enum status copy(const struct mutation_job *job, size_t from, size_t to,
                        const struct change changes[3])
{
    enum status st = OK;
    for (size_t i = 0; i < 3 && !st; i++) {
        if (changes[i].span.from < from || changes[i].span.from >= to)
            continue;
        st = mutation_copy(job, from, changes[i].span.from);
        if (!st)
            st = mutation_append(job, changes[i].by);
        from = changes[i].span.to;
    }
    return st ? st : mutation_copy(job, from, to);
}

static enum status apply_table(const struct stanza_mutation_entry *e,
                               const struct mutation_job *job)
{
    const size_t *places = job->places;
    size_t from = 0;
    struct change changes[3] = {{{job->in.len, job->in.len}, {NULL, 0}}};
    enum status st = plan_attribute(job, places[MUTATION_ROOT_ATTRIBUTES], &e->root, &changes[0]);
    if (!st)
        st = plan_attribute(job, places[MUTATION_ENC_ATTRIBUTES], &e->enc, &changes[1]);
    if (st)
        return st;
    changes[2] = (struct change){{job->in.len, job->in.len}, e->enc_text};
    if (e->enc_text.data)
        changes[2].span =
            (struct mutation_span){places[MUTATION_ENC_FRONT], places[MUTATION_ENC_BACK]};
    for (size_t i = 0; i < N_MUTATION_PLACE && !st; i++) {
        st = copy(job, from, places[i], changes);
        if (!st)
            st = mutation_append(job, e->insert[i]);
        from = places[i];
    }
    return st ? st : copy(job, from, job->in.len, changes);
}

enum status stanza_mutation_apply(const struct word_use *b, struct bytes in,
                                  const struct stanza_mutation_context *context, struct buffer *out)
{
    const struct stanza_mutation_entry *e = entry_of(b->what);
    struct mutation_job job = {.in = in, .n = b->n, .context = context, .out = out};
    buffer_clear(out);
    if (!e)
        return b->what == 0 ? buffer_append(out, in) : E_MISSING;
    enum status st = mutation_locate(in, job.places);
    if (st)
        return st;
    st = e->make    ? e->make(&job)
         : e->style ? mutation_rewrite(&job, e->style)
                    : apply_table(e, &job);
    return st ? st : buffer_status(out);
}
