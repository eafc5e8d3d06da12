/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/content_mutation_internal.h"

#include "wire/pb.h"

#define MUTATED_MAX (2u * 1024u * 1024u)
#define HONEST_PADDING 5u

/* ---- names */

const struct word_table content_words = {"content",
                                         '=',
                                         "Protocol Buffers, Encoding",
                                         {&content_mutations_kept, &content_mutations_broken}};

static const struct content_mutation_entry *entry_of(unsigned what)
{
    return (const struct content_mutation_entry *)word_at(&content_words, what);
}

/* ---- applying */

enum status content_mutation_with_inner(const struct content_mutation_job *job, struct bytes inner)
{
    buffer_append(job->out, job->before);
    pb_put_bytes(job->out, (uint32_t)job->kind, inner);
    buffer_append(job->out, job->after);
    return buffer_status(job->out);
}

enum status content_mutation_with_built(const struct content_mutation_job *job,
                                        struct buffer *inner)
{
    enum status st = buffer_status(inner);
    if (!st)
        st = content_mutation_with_inner(job, buffer_bytes(inner));
    buffer_fini(inner);
    return st;
}

/* Find the one field that says the kind. E_MISSING: no content, or its kind comes in pieces. */
static enum status take_apart(struct bytes in, struct content_mutation_job *out)
{
    struct content content;
    struct pb_message m;
    size_t n = 0;
    if (content_decode(in, &content) || pb_parse(in, &m))
        return E_MISSING;
    out->in = in;
    out->kind = content.kind;
    for (size_t i = 0; i < m.count; i++) {
        const struct pb_field *f = &m.fields[i];
        if (f->number != (uint32_t)content.kind)
            continue;
        out->before = bytes_slice(in, 0, f->at);
        out->inner = f->body;
        out->after = bytes_slice(in, f->end, in.len - f->end);
        n++;
    }
    return n == 1 ? OK : E_MISSING;
}

/* A receipt's first field is a number; in all other kinds it is a string. */
static uint32_t string_field(enum content_kind kind) { return kind == CONTENT_RECEIPT ? 2 : 1; }

static enum status put_raw(const struct content_mutation_entry *e,
                           const struct content_mutation_job *job)
{
    struct bytes raw = bytes_of(e->raw, e->raw_len);
    struct buffer inner;
    if (e->place == CONTENT_INSTEAD)
        return buffer_append(job->out, raw);
    if (e->place == CONTENT_BEHIND) {
        buffer_append(job->out, job->in);
        return buffer_append(job->out, raw);
    }
    buffer_init(&inner, MUTATED_MAX);
    if (e->place == CONTENT_INNER_BEHIND)
        buffer_append(&inner, job->inner);
    if (e->place == CONTENT_STRING)
        pb_put_bytes(&inner, string_field(job->kind), raw);
    else
        buffer_append(&inner, raw);
    return content_mutation_with_built(job, &inner);
}

static enum status apply(const struct content_mutation_entry *e,
                         const struct content_mutation_job *job)
{
    return e->make ? e->make(job) : e->place ? put_raw(e, job) : OK;
}

/* Does the plaintext end where its family says? No expectation rests on a mutation that
 * did nothing. */
static bool is_as_said(bool keeps, struct bytes plaintext, const struct content_mutation_job *job)
{
    struct bytes mutated;
    struct content content;
    if (content_unpad(plaintext, job->profile, &mutated) || content_decode(mutated, &content))
        return !keeps;
    return keeps && content_equal(mutated, job->in);
}

static enum status mutation(const struct content_mutation_entry *e,
                            struct content_mutation_job *job, struct buffer *plaintext)
{
    const struct wire_profile *p = job->profile;
    struct buffer mutated;
    uint32_t n = HONEST_PADDING < p->padding_min   ? p->padding_min
                 : HONEST_PADDING > p->padding_max ? p->padding_max
                                                   : HONEST_PADDING;
    buffer_init(&mutated, MUTATED_MAX);
    job->out = e->pads ? plaintext : &mutated;
    enum status st = apply(e, job);
    if (!st && !e->pads)
        st = bytes_equal(buffer_bytes(&mutated), job->in)
                 ? E_MISSING
                 : content_pad(buffer_bytes(&mutated), n, p, plaintext);
    job->out = NULL;
    buffer_fini(&mutated);
    return st;
}

enum status content_mutation_apply(const struct word_use *b, struct bytes content,
                                   const struct wire_profile *p, struct buffer *out)
{
    const struct content_mutation_entry *e = entry_of(b->what);
    struct content_mutation_job job = {.n = b->n, .profile = p};
    struct buffer plaintext;
    if (!e || take_apart(content, &job))
        return E_MISSING;
    buffer_init(&plaintext, MUTATED_MAX);
    enum status st = mutation(e, &job, &plaintext);
    if (!st && !is_as_said(e->word.is_tolerated, buffer_bytes(&plaintext), &job))
        st = E_MISSING;
    if (!st)
        st = buffer_append(out, buffer_bytes(&plaintext));
    buffer_fini(&plaintext);
    return st;
}
