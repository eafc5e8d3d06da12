/* Bends after which nothing may be shown. */
#include "wire/content_mutation_internal.h"

#include "wire/pb.h"

#define NESTING_MAX 100000u
/* Deeper than the deepest limit of a known protobuf parser (10000). */
#define NESTING_TOO_DEEP 10001u
#define GROUP_START "\x0b"
#define GROUP_END "\x0c"

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

static enum status length_of(const struct content_mutation_job *job, uint64_t len,
                             size_t varint_len)
{
    pb_put_tag(job->out, CONTENT_TEXT, PB_BYTES);
    pb_put_raw_varint(job->out, len, varint_len);
    return buffer_append_text(job->out, "short");
}

static enum status length_beyond(const struct content_mutation_job *job)
{
    return length_of(job, job->n, 1);
}

static enum status length_sign_bit(const struct content_mutation_job *job)
{
    return length_of(job, (uint64_t)1 << 63, 10);
}

static enum status negative_length(const struct content_mutation_job *job)
{
    return length_of(job, UINT64_MAX, 10);
}

/* The kind's message ends within a field whose length goes on into the padding. */
static enum status length_escapes(const struct content_mutation_job *job)
{
    return content_mutation_with_inner(job, bytes_of("\xa2\x06\x03x", 4));
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

static enum status padding_zero(const struct content_mutation_job *job)
{
    buffer_append(job->out, job->in);
    return buffer_append_byte(job->out, 0);
}

static enum status no_padding(const struct content_mutation_job *job)
{
    return buffer_append(job->out, job->in);
}

const struct content_mutation_entry content_mutations_broken[] = {
    {"truncate", .least = 1, .most = 1u << 24, .make = truncate,
     .explanation = "so many bytes are missing at the end: who does not check reads past it, or "
                    "shows a part as the whole"},
    {"utf8-overlong", .place = CONTENT_STRING, CONTENT_RAW("a\xc0\xafz"),
     .explanation = "a string with an overlong form: filters see another text than who shows it"},
    {"utf8-surrogate", .place = CONTENT_STRING, CONTENT_RAW("a\xed\xa0\x80z"),
     .explanation =
         "a string with a surrogate: who turns it into UTF-16 falls or shows another text"},
    {"utf8-continuation", .place = CONTENT_STRING, CONTENT_RAW("a\x80z"),
     .explanation =
         "a string with a continuation byte alone: who steps by first bytes loses count"},
    {"utf8-truncated", .place = CONTENT_STRING, CONTENT_RAW("a\xe2\x82"),
     .explanation =
         "a string that ends within a character: who trusts its first byte reads past it"},
    {"utf8-too-high", .place = CONTENT_STRING, CONTENT_RAW("a\xf4\x90\x80\x80"),
     .explanation = "a string with a character past U+10FFFF: who has a table by character reads "
                    "past it"},
    {"two-kinds", .make = two_kinds,
     .explanation = "two kinds at once: of two careless readers each shows another one"},
    {"two-kinds-before", .make = two_kinds_before,
     .explanation =
         "another kind stands before it: who takes the last shows it, who takes the first "
         "shows nothing"},
    {"no-kind", .place = CONTENT_INSTEAD, CONTENT_RAW("\x7a\x04\x0a\x02id"),
     .explanation = "a reply, and nothing said: who does not look shows an empty message"},
    {"empty", .place = CONTENT_INSTEAD, CONTENT_RAW(""),
     .explanation =
         "no bytes: to protobuf that is a message, and who does not look shows an empty one"},
    {"garbage", .place = CONTENT_INSTEAD, CONTENT_RAW("\xff\xfe\xfd this is no protobuf"),
     .explanation = "no protobuf at all: who falls back to plain text shows it"},
    {"garbage-behind", .place = CONTENT_BEHIND, CONTENT_RAW("\xff\xff\xff"),
     .explanation =
         "behind it are bytes that are no field: who stops at the first error shows what "
         "came before"},
    {"wrong-type", .place = CONTENT_INSTEAD, CONTENT_RAW("\x08\x01"),
     .explanation = "the text as a number: who trusts the field's number takes 1 for a pointer"},
    {"wrong-type-inside", .make = wrong_type_inside,
     .explanation = "its first field in another type: who skips it shows a message without it"},
    {"kind-as-group", .make = kind_as_group,
     .explanation = "the kind's message as a group: who skips it shows an empty message"},
    {"field-zero", .place = CONTENT_BEHIND, CONTENT_RAW("\x02\x00"),
     .explanation = "a field with the number 0, which is none: who has a table by number reads "
                    "before it, or takes it for the end"},
    {"field-too-high", .place = CONTENT_BEHIND, CONTENT_RAW("\x82\x80\x80\x80\x10\x00"),
     .explanation =
         "a field with the number 2^29, which is none: who cuts the tag to 32 bits reads 0"},
    {"wire-type", .least = 6, .most = 7, .make = wire_type,
     .explanation = "a field of a wire type that does not exist (6 or 7): who skips it cannot know "
                    "how far"},
    {"end-group", .place = CONTENT_BEHIND, CONTENT_RAW("\xa4\x01"),
     .explanation = "the end of a group that never began: who takes it for the end of the message "
                    "shows what came before"},
    {"open-group", .place = CONTENT_BEHIND, CONTENT_RAW("\xa3\x01"),
     .explanation = "a group that never ends: who skips it reads past the end, or shows what came "
                    "before"},
    {"crossed-group", .place = CONTENT_BEHIND, CONTENT_RAW("\xa3\x01\xac\x01"),
     .explanation = "a group that ends with another number: who counts levels alone takes it"},
    {"length-beyond", .least = 6, .most = UINT32_MAX, .make = length_beyond,
     .explanation = "a length beyond the end: who allocates it falls, who trusts it reads past it"},
    {"length-sign-bit", .make = length_sign_bit,
     .explanation = "a length of 2^63: who takes it for a signed number goes backwards"},
    {"negative-length", .make = negative_length,
     .explanation =
         "a length of 2^64 - 1: who adds it to where he stands wraps to one byte before"},
    {"length-escapes", .make = length_escapes,
     .explanation =
         "a field in its message is longer than the message: who checks against the whole "
         "plaintext reads the padding"},
    {"long-varint", .place = CONTENT_BEHIND,
     CONTENT_RAW("\xa0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
     .explanation = "a varint of eleven bytes: who shifts on loses count, or does not stop"},
    {"long-tag-varint", .place = CONTENT_BEHIND,
     CONTENT_RAW("\xa0\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00\x01"),
     .explanation = "a tag of eleven bytes: who shifts on loses count, or does not stop"},
    {"nesting", .least = 1, .most = NESTING_MAX, .make = nesting,
     .explanation = "so many groups within each other, never closed: who recurses falls"},
    {"nesting-closed", .least = NESTING_TOO_DEEP, .most = NESTING_MAX, .make = nesting_closed,
     .explanation =
         "behind it so many unknown groups within each other, all closed: who recurses to "
         "skip them falls"},
    {"padding-zero", .pads = true, .make = padding_zero,
     .explanation =
         "padding of length 0: who takes off no byte shows what follows the content, who "
         "counts down from 0 wraps"},
    {"padding-over", .least = 2, .most = 255, .pads = true, .make = padding_over,
     .explanation = "consistent padding over the profile's maximum: who only looks that the bytes "
                    "agree shows it"},
    {"padding-longer", .pads = true, .place = CONTENT_INSTEAD, CONTENT_RAW("\x10\x10\x10"),
     .explanation = "padding longer than the plaintext: who subtracts wraps to an enormous length"},
    {"padding-inconsistent", .least = 0, .most = 14, .pads = true, .make = padding_inconsistent,
     .explanation = "the padding's byte at this place, from 0, differs: who only looks at the last "
                    "one shows it"},
    {"padding-only", .least = 1, .most = 255, .pads = true, .make = padding_only,
     .explanation = "so many bytes of padding and nothing else: who does not look shows an empty "
                    "message"},
    {"no-padding", .pads = true, .make = no_padding,
     .explanation =
         "the content without padding: who takes off what its last byte says cuts it, who "
         "forgives shows it"},
    {"no-plaintext", .pads = true,
     .explanation = "no bytes at all, not even padding: who looks at the last one reads before the "
                    "first"},
};
const size_t content_mutations_n_broken =
    sizeof(content_mutations_broken) / sizeof(content_mutations_broken[0]);
