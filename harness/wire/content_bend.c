#include "wire/content.h"

#include "wire/pb.h"

#include <stdlib.h>
#include <string.h>

#define BENT_MAX (2u * 1024u * 1024u)
#define HONEST_PADDING 5u
#define NESTING_MAX 100000u

/* A bend of the content gets the honest encoding and writes another; a bend of the padding writes
 * the padded plaintext. */
struct entry {
    const char *name;
    bool has_number, keeps, pads;
    void (*apply)(uint32_t n, struct bytes in, struct buffer *out);
    const char *explanation;
};

/* ---- helpers */

/* Everything of |in| and then the bytes of |text|. */
static void with_tail(struct bytes in, const char *tail, size_t len, struct buffer *out)
{
    buffer_append(out, in);
    buffer_append(out, bytes_of(tail, len));
}

/* The single field of an honest content: its number and the inner message. */
static bool split(struct bytes in, uint32_t *number, struct bytes *inner)
{
    struct pb_message m;
    if (pb_parse(in, &m) || m.count == 0 || m.fields[0].type != PB_BYTES)
        return false;
    *number = m.fields[0].number;
    *inner = m.fields[0].body;
    return true;
}

static void around(struct bytes in, const char *inner, size_t len, struct buffer *out)
{
    uint32_t number;
    struct bytes old;
    if (split(in, &number, &old))
        pb_put_bytes(out, number, bytes_of(inner, len));
}

/* ---- what must be taken */

static void unknown_varint(uint32_t n, struct bytes in, struct buffer *out)
{
    buffer_append(out, in);
    pb_put_varint(out, n, 1234567890123u);
}

static void unknown_bytes(uint32_t n, struct bytes in, struct buffer *out)
{
    pb_put_bytes(out, n, bytes_of_text("a field of a later version"));
    buffer_append(out, in);
}

static void unknown_fixed32(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\x85\x02\x01\x02\x03\x04", 6, out); /* field 32 */
}

static void unknown_fixed64(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\x81\x02\x01\x02\x03\x04\x05\x06\x07\x08", 10, out);
}

static void unknown_inside(uint32_t n, struct bytes in, struct buffer *out)
{
    struct buffer inner;
    uint32_t number;
    struct bytes old;
    (void)n;
    buffer_init(&inner, BENT_MAX);
    if (split(in, &number, &old)) {
        buffer_append(&inner, old);
        pb_put_bytes(&inner, 999, bytes_of_text("unknown"));
        pb_put_bytes(out, number, buffer_bytes(&inner));
    }
    buffer_fini(&inner);
}

static void duplicate_inside(uint32_t n, struct bytes in, struct buffer *out)
{
    struct buffer inner;
    uint32_t number;
    struct bytes old;
    (void)n;
    buffer_init(&inner, BENT_MAX);
    if (split(in, &number, &old)) {
        pb_put_bytes(&inner, 1, bytes_of_text("overruled by what follows"));
        buffer_append(&inner, old);
        pb_put_bytes(out, number, buffer_bytes(&inner));
    }
    buffer_fini(&inner);
}

/* The inner message in two pieces that merge: an empty one and the whole. */
static void split_message(uint32_t n, struct bytes in, struct buffer *out)
{
    uint32_t number;
    struct bytes old;
    (void)n;
    if (!split(in, &number, &old))
        return;
    pb_put_bytes(out, number, (struct bytes){0});
    pb_put_bytes(out, number, old);
}

static void long_length(uint32_t n, struct bytes in, struct buffer *out)
{
    uint32_t number;
    struct bytes old;
    if (!split(in, &number, &old))
        return;
    buffer_append_byte(out, (uint8_t)(number << 3 | 2));
    pb_put_raw_varint(out, old.len, n);
    buffer_append(out, old);
}

static void long_tag(uint32_t n, struct bytes in, struct buffer *out)
{
    uint32_t number;
    struct bytes old;
    if (!split(in, &number, &old))
        return;
    pb_put_raw_varint(out, number << 3 | 2, n);
    pb_put_raw_varint(out, old.len, 1);
    buffer_append(out, old);
}

static void padding_of(uint32_t n, struct bytes in, struct buffer *out)
{
    buffer_append(out, in);
    for (uint32_t i = 0; i < n; i++)
        buffer_append_byte(out, (uint8_t)n);
}

/* ---- what must not */

static void truncate(uint32_t n, struct bytes in, struct buffer *out)
{
    buffer_append(out, bytes_slice(in, 0, in.len > n ? in.len - n : 0));
}

static void bad_utf8(const char *text, size_t len, struct bytes in, struct buffer *out)
{
    char inner[32];
    inner[0] = 0x0a;
    inner[1] = (char)len;
    memcpy(inner + 2, text, len);
    around(in, inner, len + 2, out);
}

static void utf8_overlong(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    bad_utf8("a\xc0\xafz", 4, in, out);
}

static void utf8_surrogate(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    bad_utf8("a\xed\xa0\x80z", 5, in, out);
}

static void utf8_continuation(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    bad_utf8("a\x80z", 3, in, out);
}

static void utf8_truncated(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    bad_utf8("a\xe2\x82", 3, in, out);
}

static void utf8_too_high(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    bad_utf8("a\xf4\x90\x80\x80", 5, in, out);
}

static void two_kinds(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\x3a\x00", 2, out); /* a reaction beside it */
}

static void no_kind(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    (void)in;
    buffer_append(out,
                  bytes_of("\x7a\x04\x0a\x02id", 6)); /* a reply to something, and nothing said */
}

static void empty(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    (void)in;
    (void)out;
}

static void garbage(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    (void)in;
    buffer_append_text(out, "\xff\xfe\xfd this is no protobuf");
}

static void wrong_type(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    (void)in;
    buffer_append(out, bytes_of("\x08\x01", 2)); /* field 1 as a number */
}

static void wrong_type_inside(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    around(in, "\x08\x01", 2, out);
}

static void field_zero(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\x02\x00", 2, out);
}

static void wire_type(uint32_t n, struct bytes in, struct buffer *out)
{
    char tag = (char)(20 << 3 | (n & 7));
    buffer_append(out, in);
    buffer_append(out, bytes_of(&tag, 1));
    buffer_append_text(out, "\x01");
}

static void end_group(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\xa4\x01", 2, out); /* the end of a group 20 that never began */
}

static void open_group(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\xa3\x01", 2, out);
}

static void length_beyond(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)in;
    buffer_append_byte(out, 0x0a);
    pb_put_raw_varint(out, n, 1);
    buffer_append_text(out, "short");
}

static void negative_length(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    (void)in;
    buffer_append_byte(out, 0x0a);
    pb_put_raw_varint(out, UINT64_MAX, 10);
    buffer_append_text(out, "short");
}

static void long_varint(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\xa0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13,
              out); /* eleven bytes */
}

static void nesting(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)in;
    for (uint32_t i = 0; i < n && i < NESTING_MAX; i++)
        buffer_append_byte(out, 0x0b); /* groups within groups, never closed */
}

static void padding_zero(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    with_tail(in, "\x00", 1, out);
}

static void padding_longer(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    (void)in;
    buffer_append(out, bytes_of("\x10\x10\x10", 3));
}

/* Eight bytes of padding, the one at |n| of another value (7 is the last, which tells the length).
 */
static void padding_inconsistent(uint32_t n, struct bytes in, struct buffer *out)
{
    buffer_append(out, in);
    for (uint32_t i = 0; i < 8; i++)
        buffer_append_byte(out, i == n % 7 ? 9 : 8);
}

static void padding_only(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)in;
    for (uint32_t i = 0; i < n; i++)
        buffer_append_byte(out, (uint8_t)n);
}

static void nothing(uint32_t n, struct bytes in, struct buffer *out)
{
    (void)n;
    (void)in;
    (void)out;
}

static const struct entry entries[] = {
    {"padding", true, true, true, padding_of, "so many bytes of padding, as the profile allows"},
    {"unknown-varint", true, true, false, unknown_varint,
     "an unknown number field with this number"},
    {"unknown-bytes", true, true, false, unknown_bytes,
     "an unknown field of bytes with this number, first"},
    {"unknown-fixed32", false, true, false, unknown_fixed32, "an unknown field of 4 bytes"},
    {"unknown-fixed64", false, true, false, unknown_fixed64, "an unknown field of 8 bytes"},
    {"unknown-inside", false, true, false, unknown_inside,
     "an unknown field inside the kind's message"},
    {"duplicate-inside", false, true, false, duplicate_inside,
     "its first field occurs twice: the last one counts"},
    {"split-message", false, true, false, split_message,
     "the kind's message comes in two pieces, which merge"},
    {"long-length", true, true, false, long_length,
     "its length is written over-long, with so many bytes"},
    {"long-tag", true, true, false, long_tag, "its tag is written over-long, with so many bytes"},
    {"truncate", true, false, false, truncate, "so many bytes are missing at the end"},
    {"utf8-overlong", false, false, false, utf8_overlong,
     "a string with an overlong form: filters see another text"},
    {"utf8-surrogate", false, false, false, utf8_surrogate, "a string with a surrogate"},
    {"utf8-continuation", false, false, false, utf8_continuation,
     "a string with a continuation byte alone"},
    {"utf8-truncated", false, false, false, utf8_truncated,
     "a string that ends within a character"},
    {"utf8-too-high", false, false, false, utf8_too_high,
     "a string with a character past U+10FFFF"},
    {"two-kinds", false, false, false, two_kinds, "two kinds at once: two readers show two things"},
    {"no-kind", false, false, false, no_kind, "a reply, and nothing said"},
    {"empty", false, false, false, empty, "no bytes: there is no such message"},
    {"garbage", false, false, false, garbage, "no protobuf at all"},
    {"wrong-type", false, false, false, wrong_type, "the text as a number"},
    {"wrong-type-inside", false, false, false, wrong_type_inside, "its body as a number"},
    {"field-zero", false, false, false, field_zero, "a field with the number 0"},
    {"wire-type", true, false, false, wire_type,
     "a field of a wire type that does not exist (6 or 7)"},
    {"end-group", false, false, false, end_group, "the end of a group that never began"},
    {"open-group", false, false, false, open_group, "a group that never ends"},
    {"length-beyond", true, false, false, length_beyond,
     "a length beyond the end: who allocates it falls"},
    {"negative-length", false, false, false, negative_length, "a length of 2^64 - 1"},
    {"long-varint", false, false, false, long_varint, "a varint of eleven bytes"},
    {"nesting", true, false, false, nesting,
     "so many groups within each other: who recurses falls"},
    {"padding-zero", false, false, true, padding_zero, "padding of length 0"},
    {"padding-over", true, false, true, padding_of,
     "consistent padding over the profile's maximum"},
    {"padding-longer", false, false, true, padding_longer, "padding longer than the plaintext"},
    {"padding-inconsistent", true, false, true, padding_inconsistent,
     "the padding's byte at this place differs"},
    {"padding-only", true, false, true, padding_only, "so many bytes of padding and nothing else"},
    {"no-plaintext", false, false, true, nothing, "no bytes at all, not even padding"},
};

#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

static const struct entry *entry_of(unsigned what)
{
    return what && what <= N_ENTRIES ? &entries[what - 1] : NULL;
}

bool content_bend_parse(const char *text, struct content_bend *out)
{
    const char *sign = text ? strchr(text, '=') : NULL;
    size_t len = sign ? (size_t)(sign - text) : text ? strlen(text) : 0;
    char *end = NULL;
    unsigned long n = sign ? strtoul(sign + 1, &end, 10) : 0;
    *out = (struct content_bend){0};
    if (sign && (sign[1] < '0' || sign[1] > '9' || *end || n > UINT32_MAX))
        return false;
    for (unsigned i = 0; len && i < N_ENTRIES; i++)
        if (strlen(entries[i].name) == len && strncmp(entries[i].name, text, len) == 0 &&
            entries[i].has_number == (sign != NULL)) {
            *out = (struct content_bend){i + 1, (uint32_t)n};
            return true;
        }
    return false;
}

const char *content_bend_name(unsigned what)
{
    const struct entry *e = entry_of(what);
    return e ? e->name : NULL;
}

const char *content_bend_explanation(unsigned what)
{
    const struct entry *e = entry_of(what);
    return e ? e->explanation : "";
}

bool content_bend_keeps(unsigned what)
{
    const struct entry *e = entry_of(what);
    return e && e->keeps;
}

enum status content_bend_apply(const struct content_bend *b, struct bytes content,
                               const struct wire_profile *p, struct buffer *out)
{
    const struct entry *e = entry_of(b->what);
    struct buffer bent;
    if (!e)
        return E_MISSING;
    if (e->pads) {
        e->apply(b->n, content, out);
        return buffer_status(out);
    }
    buffer_init(&bent, BENT_MAX);
    e->apply(b->n, content, &bent);
    enum status st = buffer_status(&bent);
    uint32_t n = HONEST_PADDING < p->padding_max ? HONEST_PADDING : p->padding_max;
    if (!st)
        st = content_pad(buffer_bytes(&bent), n, p, out);
    buffer_fini(&bent);
    return st;
}
