/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mutations after which the content still says the same. */
#include "wire/content_mutation_internal.h"

#include "wire/pb.h"

#define MUTATED_MAX (2u * 1024u * 1024u)
#define FIELD_LAST ((1u << 29) - 1)
/* As long as protobuf's own parsers, and protobuf-c, take a tag and a length. */
#define TAG_LONGEST 5u
#define VARINT_LONGEST 10u

static enum status padding(const struct content_mutation_job *job)
{
    return content_pad(job->in, job->n, job->profile, job->out);
}

/* ---- unknown fields */

static enum status unknown_varint(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->in);
    pb_put_varint(job->out, job->n, 1234567890123u);
    return buffer_status(job->out);
}

static enum status unknown_bytes(const struct content_mutation_job *job)
{
    pb_put_bytes(job->out, job->n, bytes_of_text("a field of a later version"));
    return buffer_append(job->out, job->in);
}

/* ---- fields within the kind's message */

/* Its first field, or the first of |type|. E_MISSING: none. */
static enum status first_field(const struct content_mutation_job *job, bool is_varint_wanted,
                               struct pb_field *out)
{
    for (size_t at = 0; at < job->inner.len;) {
        if (pb_take(job->inner, &at, out))
            return E_MISSING;
        if (!is_varint_wanted || out->type == PB_VARINT)
            return OK;
    }
    return E_MISSING;
}

/* The field |f| with another value, and then the whole message: the last one counts. */
static enum status overruled(const struct content_mutation_job *job, const struct pb_field *f)
{
    struct buffer inner;
    buffer_init(&inner, MUTATED_MAX);
    if (f->type == PB_VARINT)
        pb_put_varint(&inner, f->number, f->value == 1 ? 2 : 1);
    else
        pb_put_bytes(&inner, f->number, bytes_of_text("overruled by what follows"));
    buffer_append(&inner, job->inner);
    return content_mutation_with_built(job, &inner);
}

static enum status duplicate_inside(const struct content_mutation_job *job)
{
    struct pb_field f;
    enum status st = first_field(job, false, &f);
    return st ? st : overruled(job, &f);
}

static enum status duplicate_number(const struct content_mutation_job *job)
{
    struct pb_field f;
    enum status st = first_field(job, true, &f);
    return st ? st : overruled(job, &f);
}

static enum status reverse_order(const struct content_mutation_job *job)
{
    struct pb_message m;
    struct buffer inner;
    if (pb_parse(job->inner, &m))
        return E_MISSING;
    buffer_init(&inner, MUTATED_MAX);
    for (size_t i = m.count; i-- > 0;)
        buffer_append(&inner,
                      bytes_slice(job->inner, m.fields[i].at, m.fields[i].end - m.fields[i].at));
    return content_mutation_with_built(job, &inner);
}

static enum status long_number(const struct content_mutation_job *job)
{
    struct pb_field f;
    struct buffer inner;
    enum status st = first_field(job, true, &f);
    if (st)
        return st;
    buffer_init(&inner, MUTATED_MAX);
    buffer_append(&inner, bytes_slice(job->inner, 0, f.body_at));
    pb_put_raw_varint(&inner, f.value, job->n);
    buffer_append(&inner, bytes_slice(job->inner, f.end, job->inner.len - f.end));
    return content_mutation_with_built(job, &inner);
}

/* ---- the kind's message as a whole */

static enum status in_pieces(const struct content_mutation_job *job, size_t at)
{
    buffer_append(job->out, job->before);
    pb_put_bytes(job->out, (uint32_t)job->kind, bytes_slice(job->inner, 0, at));
    pb_put_bytes(job->out, (uint32_t)job->kind, bytes_slice(job->inner, at, job->inner.len - at));
    return buffer_append(job->out, job->after);
}

static enum status split_message(const struct content_mutation_job *job)
{
    return in_pieces(job, 0);
}

static enum status split_halves(const struct content_mutation_job *job)
{
    struct pb_message m;
    if (pb_parse(job->inner, &m) || m.count == 0)
        return E_MISSING;
    return in_pieces(job, m.fields[(m.count - 1) / 2].end);
}

static enum status long_length(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->before);
    pb_put_tag(job->out, (uint32_t)job->kind, PB_BYTES);
    pb_put_raw_varint(job->out, job->inner.len, job->n);
    buffer_append(job->out, job->inner);
    return buffer_append(job->out, job->after);
}

static enum status long_tag(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->before);
    pb_put_raw_varint(job->out, (uint64_t)job->kind << 3 | PB_BYTES, job->n);
    pb_put_raw_varint(job->out, job->inner.len, 1);
    buffer_append(job->out, job->inner);
    return buffer_append(job->out, job->after);
}

static enum status long_value(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->in);
    pb_put_tag(job->out, 32, PB_VARINT);
    pb_put_raw_varint(job->out, 1, job->n);
    return buffer_status(job->out);
}

static const struct content_mutation_entry rows[] = {
    {WORD_TOLERATED_NUMBER("padding", 1, 255,
                           "so many bytes of padding, within the range of the profile",
                           "docs/wire.md, Content"),
     .pads = true, .make = padding},
    {WORD_TOLERATED_NUMBER("unknown-varint", 8, FIELD_LAST,
                           "an unknown number field with this field number, to be ignored"),
     .make = unknown_varint},
    {WORD_TOLERATED_NUMBER(
         "unknown-bytes", 8, FIELD_LAST,
         "an unknown field of bytes with this field number stands first, to be ignored"),
     .make = unknown_bytes},
    {WORD_TOLERATED("unknown-fixed32", "an unknown field of 4 bytes, to be ignored"),
     RAW(BEHIND, "\x85\x02\x01\x02\x03\x04")},
    {WORD_TOLERATED("unknown-fixed64", "an unknown field of 8 bytes, to be ignored"),
     RAW(BEHIND, "\x81\x02\x01\x02\x03\x04\x05\x06\x07\x08")},
    {WORD_TOLERATED(
         "unknown-group",
         "an unknown group with three fields, which protobuf skips as any unknown field"),
     RAW(BEHIND, "\xa3\x01\x08\x01\x12\x01x\x1d\x01\x02\x03\x04\xa4\x01")},
    {WORD_TOLERATED("unknown-inside", "an unknown field inside the kind's message, to be ignored"),
     RAW(INNER_BEHIND, "\xba\x3e\x07unknown")},
    {WORD_TOLERATED("duplicate-inside", "its first field occurs twice: the last one counts"),
     .make = duplicate_inside},
    {WORD_TOLERATED("duplicate-number", "a number in it occurs twice: the last one counts"),
     .make = duplicate_number},
    {WORD_TOLERATED("split-message",
                    "the kind's message comes in two pieces, the first empty, which merge"),
     .make = split_message},
    {WORD_TOLERATED("split-halves", "the kind's message comes in two pieces, each with a part of "
                                    "its fields (of one field the second is empty), which merge"),
     .make = split_halves},
    {WORD_TOLERATED(
         "reverse-order",
         "the fields of the kind's message stand in reverse order, which has no meaning"),
     .make = reverse_order},
    {WORD_TOLERATED_NUMBER(
         "long-length", 2, TAG_LONGEST,
         "the length of the kind's message is written over-long, with so many bytes"),
     .make = long_length},
    {WORD_TOLERATED_NUMBER(
         "long-tag", 2, TAG_LONGEST,
         "the tag of the kind's message is written over-long, with so many bytes"),
     .make = long_tag},
    {WORD_TOLERATED_NUMBER(
         "long-value", 2, VARINT_LONGEST,
         "the value of an unknown number is written over-long, with so many bytes"),
     .make = long_value},
    {WORD_TOLERATED_NUMBER(
         "long-number", 2, VARINT_LONGEST,
         "the first number in the kind's message is written over-long, with so many bytes"),
     .make = long_number},
};
const struct word_part content_mutations_kept = WORD_PART(rows);
