/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mutations after which nothing may be shown. */
#include "wire/content_mutation_internal.h"

#include "wire/pb.h"

#define NESTING_MAX 100000u
/* Deeper than the deepest limit of a known protobuf parser (10000). */
#define NESTING_TOO_DEEP 10001u
#define GROUP_START "\x0b"

/* ---- the content */

static enum status truncate(const struct content_mutation_job *job)
{
    size_t len = job->in.len > job->n ? job->in.len - job->n : 0;
    return buffer_append(job->out, bytes_slice(job->in, 0, len));
}

/* An empty message of another kind, which its own kind could not merge with. */
static void put_other_kind(const struct content_mutation_job *job)
{
    bool is_reaction = job->kind == CONTENT_REACTION;
    pb_put_bytes(job->out, is_reaction ? CONTENT_TEXT : CONTENT_REACTION, (struct bytes){0});
}

static enum status two_kinds(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->in);
    put_other_kind(job);
    return buffer_status(job->out);
}

static enum status two_kinds_before(const struct content_mutation_job *job)
{
    put_other_kind(job);
    return buffer_append(job->out, job->in);
}

/* Its first field as what it is not: a receipt's is a number, all others' are strings. */
static enum status wrong_type_inside(const struct content_mutation_job *job)
{
    bool is_number = job->kind == CONTENT_RECEIPT;
    return content_mutation_with_inner(job, bytes_of(is_number ? "\x0a\x00" : "\x08\x01", 2));
}

static enum status kind_as_group(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->before);
    pb_put_tag(job->out, (uint32_t)job->kind, PB_GROUP_START);
    buffer_append(job->out, job->inner);
    pb_put_tag(job->out, (uint32_t)job->kind, PB_GROUP_END);
    return buffer_append(job->out, job->after);
}

static enum status wire_type(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->in);
    pb_put_raw_varint(job->out, 20u << 3 | job->n, 1);
    return buffer_append_byte(job->out, 1);
}

static enum status length_beyond(const struct content_mutation_job *job)
{
    pb_put_tag(job->out, CONTENT_TEXT, PB_BYTES);
    pb_put_raw_varint(job->out, job->n, 1);
    return buffer_append_text(job->out, "short");
}

static enum status nesting(const struct content_mutation_job *job)
{
    for (uint32_t i = 0; i < job->n; i++)
        buffer_append_text(job->out, GROUP_START);
    return buffer_status(job->out);
}

/* All of it is skipped and balanced: only its depth is wrong. */
static enum status nesting_closed(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->in);
    for (uint32_t i = 0; i < 2 * job->n; i++)
        pb_put_tag(job->out, 20, i < job->n ? PB_GROUP_START : PB_GROUP_END);
    return buffer_status(job->out);
}

/* ---- the padding */

static void put_bytes_of(struct buffer *out, uint32_t n, uint32_t value)
{
    for (uint32_t i = 0; i < n; i++)
        buffer_append_byte(out, (uint8_t)value);
}

static enum status padding_over(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->in);
    put_bytes_of(job->out, job->n, job->n);
    return buffer_status(job->out);
}

/* Eight bytes, or sixteen where the place is none of the first seven; the last tells the length. */
static enum status padding_inconsistent(const struct content_mutation_job *job)
{
    uint32_t len = job->n < 7 ? 8 : 16;
    buffer_append(job->out, job->in);
    for (uint32_t i = 0; i < len; i++)
        put_bytes_of(job->out, 1, i == job->n ? len + 1 : len);
    return buffer_status(job->out);
}

static enum status padding_only(const struct content_mutation_job *job)
{
    put_bytes_of(job->out, job->n, job->n);
    return buffer_status(job->out);
}

static const struct content_mutation_entry rows[] = {
    {WORD_NUMBER("truncate", 1, 1u << 24,
                 "so many bytes are missing at the end: a parser that does not check reads past "
                 "it, or shows a part as the whole"),
     .make = truncate},
    {WORD_BY("utf8-overlong", "RFC 3629, 3",
             "a string with an overlong form: a filter that compares bytes does not see the "
             "character it stands for"),
     RAW(STRING, "a\xc0\xafz")},
    {WORD_BY("utf8-surrogate", "RFC 3629, 3",
             "a string with a surrogate: a program that turns it into UTF-16 fails or shows "
             "another text"),
     RAW(STRING, "a\xed\xa0\x80z")},
    {WORD_BY("utf8-continuation", "RFC 3629, 3",
             "a string with a continuation byte alone: a decoder that trusts lead bytes loses its "
             "place"),
     RAW(STRING, "a\x80z")},
    {WORD_BY("utf8-truncated", "RFC 3629, 3",
             "a string that ends within a character: a decoder that trusts the lead byte reads "
             "past it"),
     RAW(STRING, "a\xe2\x82")},
    {WORD_BY("utf8-too-high", "RFC 3629, 3",
             "a string with a character past U+10FFFF: a table indexed by character is read past "
             "its end"),
     RAW(STRING, "a\xf4\x90\x80\x80")},
    {WORD_BY("two-kinds", "docs/wire.md, Content",
             "two kinds at once: one lax parser shows the first, another the second"),
     .make = two_kinds},
    {WORD_BY("two-kinds-before", "docs/wire.md, Content",
             "another kind stands before it: a parser that takes the last shows it, one that takes "
             "the first shows nothing"),
     .make = two_kinds_before},
    {WORD_BY("no-kind", "docs/wire.md, Content",
             "a reply, and nothing said: a program that does not check for a kind shows an empty "
             "message"),
     RAW(INSTEAD, "\x7a\x04\x0a\x02id")},
    {WORD_BY("empty", "docs/wire.md, Content",
             "no bytes: for protobuf that is a message, and a program that does not check for a "
             "kind shows an empty one"),
     RAW(INSTEAD, "")},
    {WORD("garbage", "no protobuf at all: a program that falls back to plain text shows it"),
     RAW(INSTEAD, "\xff\xfe\xfd this is no protobuf")},
    {WORD("garbage-behind", "behind it are bytes that are no field: a parser that stops at the "
                            "first error shows what came before"),
     RAW(BEHIND, "\xff\xff\xff")},
    {WORD("wrong-type", "the text as a number: a parser that goes by the field's number alone "
                        "takes 1 for a pointer"),
     RAW(INSTEAD, "\x08\x01")},
    {WORD(
         "wrong-type-inside",
         "its first field in another wire type: a parser that skips it shows a message without it"),
     .make = wrong_type_inside},
    {WORD("kind-as-group",
          "the kind's message as a group: a parser that skips it shows an empty message"),
     .make = kind_as_group},
    {WORD("field-zero", "a field with the number 0, which does not exist: a table indexed by "
                        "number is read before its start, or 0 is taken for the end"),
     RAW(BEHIND, "\x02\x00")},
    {WORD("field-too-high", "a field with the number 2^29, which does not exist: a parser that "
                            "cuts the tag to 32 bits reads 0"),
     RAW(BEHIND, "\x82\x80\x80\x80\x10\x00")},
    {WORD_NUMBER("wire-type", 6, 7,
                 "a field of a wire type that does not exist (6 or 7): a parser that skips it "
                 "cannot know how long it is"),
     .make = wire_type},
    {WORD("end-group", "the end of a group that never began: a parser that takes it for the end of "
                       "the message shows what came before"),
     RAW(BEHIND, "\xa4\x01")},
    {WORD("open-group", "a group that never ends: a parser that skips it reads past the end, or "
                        "shows what came before"),
     RAW(BEHIND, "\xa3\x01")},
    {WORD("crossed-group",
          "a group that ends with another number: a parser that only counts levels takes it"),
     RAW(BEHIND, "\xa3\x01\xac\x01")},
    {WORD_NUMBER("length-beyond", 6, UINT32_MAX,
                 "a length beyond the end: a parser that allocates it runs out of memory, one that "
                 "trusts it reads past the end"),
     .make = length_beyond},
    {WORD("length-sign-bit",
          "a length of 2^63: a parser that takes it for a signed number goes backwards"),
     RAW(INSTEAD, "\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01short")},
    {WORD("negative-length",
          "a length of 2^64 - 1: added to a position it wraps to one byte before it"),
     RAW(INSTEAD, "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01short")},
    {WORD("length-escapes", "a field in its message is longer than the message: a parser that "
                            "checks against the whole plaintext reads the padding"),
     RAW(INNER_INSTEAD, "\xa2\x06\x03x")},
    {WORD("long-varint",
          "a varint of eleven bytes: a parser that goes on shifting overflows, or does not stop"),
     RAW(BEHIND, "\xa0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")},
    {WORD("long-tag-varint",
          "a tag of eleven bytes: a parser that goes on shifting takes it for another field"),
     RAW(BEHIND, "\xa0\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00\x01")},
    {WORD_NUMBER("nesting", 1, NESTING_MAX,
                 "so many groups within each other, never closed: a parser that recurses runs out "
                 "of stack"),
     .make = nesting},
    {WORD_NUMBER("nesting-closed", NESTING_TOO_DEEP, NESTING_MAX,
                 "behind it so many unknown groups within each other, all closed: a parser that "
                 "recurses to skip them runs out of stack"),
     .make = nesting_closed},
    {WORD_BY("padding-zero", "docs/wire.md, Content",
             "padding of length 0: a receiver that removes no byte shows what follows the content, "
             "one that counts down from 0 wraps"),
     .pads = true, RAW(BEHIND, "\0")},
    {WORD_NUMBER("padding-over", 2, 255,
                 "consistent padding over the profile's maximum: a receiver that only compares the "
                 "bytes shows it",
                 "docs/wire.md, Content"),
     .pads = true, .make = padding_over},
    {WORD_BY("padding-longer", "docs/wire.md, Content",
             "padding longer than the plaintext: the subtraction wraps to an enormous length"),
     .pads = true, RAW(INSTEAD, "\x10\x10\x10")},
    {WORD_NUMBER("padding-inconsistent", 0, 14,
                 "the padding's byte at this place, from 0, differs: a receiver that only looks at "
                 "the last one shows it",
                 "docs/wire.md, Content"),
     .pads = true, .make = padding_inconsistent},
    {WORD_NUMBER("padding-only", 1, 255,
                 "so many bytes of padding and nothing else: a receiver that does not check for a "
                 "kind shows an empty message",
                 "docs/wire.md, Content"),
     .pads = true, .make = padding_only},
    {WORD_BY("no-padding", "docs/wire.md, Content",
             "the content without padding: a receiver that removes what its last byte says cuts "
             "it, a lenient one shows it"),
     .pads = true, RAW(BEHIND, "")},
    {WORD_BY("no-plaintext", "docs/wire.md, Content",
             "no bytes at all, not even padding: a receiver that looks at the last byte reads "
             "before the first"),
     .pads = true},
};
const struct word_part content_mutations_broken = WORD_PART(rows);
