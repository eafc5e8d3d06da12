/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/field_internal.h"

#define WORK_MAX (4u * 1024u * 1024u)
#define LONG_VARINT_MAX 10u /* bytes, by protobuf's rules */

/* Each edit writes the whole changed object of the field's own kind. */
struct editing {
    const struct field_entry *e;
    struct bytes in;
    const struct edit *edit;
    struct buffer *out;
};

static void put(struct editing *b, size_t from, size_t to)
{
    buffer_append(b->out, bytes_slice(b->in, from, to - from));
}

static enum status splice_region(struct editing *b, size_t at, size_t len, struct bytes content)
{
    put(b, 0, at);
    buffer_append(b->out, content);
    put(b, at + len, b->in.len);
    return buffer_status(b->out);
}

/* The field's number in the object; as it stands in the table where that does not parse. */
static uint32_t number_of(const struct editing *b)
{
    const struct field *f = &b->e->field;
    struct pb_message m;
    return field_parse_protobuf(f->object, b->in, &m) ? f->number : field_number_here(f, &m);
}

/* Replace a field, tag and all, by one with |content|. */
static enum status splice_field(struct editing *b, struct bytes content)
{
    struct pb_field f;
    enum status st = field_locate_protobuf(&b->e->field, b->in, &f);
    if (st)
        return st;
    put(b, 0, f.at);
    pb_put_bytes(b->out, number_of(b), content);
    put(b, f.end, b->in.len);
    return buffer_status(b->out);
}

/* The bytes |at| to |at| + |len|, which are within field 5, become |content|. */
static enum status splice_spqr(struct editing *b, size_t at, size_t len, struct bytes content)
{
    struct editing whole = *b;
    struct buffer changed;
    struct pb_field f;
    whole.e = field_entry_of(field_find("signal.pq-ratchet"));
    enum status st = field_locate_protobuf(&whole.e->field, b->in, &f);
    if (st)
        return st;
    buffer_init(&changed, WORK_MAX);
    buffer_append(&changed, bytes_slice(b->in, f.body_at, at - f.body_at));
    buffer_append(&changed, content);
    buffer_append(&changed, bytes_slice(b->in, at + len, f.end - at - len));
    if (!(st = buffer_status(&changed)))
        st = splice_field(&whole, buffer_bytes(&changed));
    buffer_fini(&changed);
    return st;
}

/* Put |content| where the field's content was: a region raw, a field with its length. */
static enum status replace(struct editing *b, struct bytes content)
{
    size_t at, len;
    if (!b->e->region)
        return b->e->field.is_number ? E_MISSING : splice_field(b, content);
    enum status st = field_locate_region(b->e, b->in, &at, &len);
    if (st)
        return st;
    return field_region_is_of_spqr(b->e->region) ? splice_spqr(b, at, len, content)
                                                 : splice_region(b, at, len, content);
}

static enum status content_of(struct editing *b, struct bytes *out)
{
    size_t at, len;
    enum status st = field_locate_in_place(b->e, b->in, &at, &len);
    *out = st ? bytes_of(NULL, 0) : bytes_slice(b->in, at, len);
    return st;
}

static enum status edit_flip(struct editing *b)
{
    size_t at, len;
    enum status st = field_locate_in_place(b->e, b->in, &at, &len);
    if (st)
        return st;
    if (b->edit->n / 8 >= len)
        return E_MISSING;
    put(b, 0, b->in.len);
    if (!buffer_status(b->out))
        b->out->data[at + b->edit->n / 8] ^= (uint8_t)(1u << (b->edit->n % 8));
    return buffer_status(b->out);
}

/* An absent field is put at the end, where encoders in number order need not have it. */
static enum status edit_set(struct editing *b)
{
    enum status st = replace(b, b->edit->bytes);
    if (st != E_MISSING || b->e->region || b->e->field.is_number)
        return st;
    size_t end = b->in.len - field_framing_of(b->e->field.object).authenticator_len;
    put(b, 0, end);
    pb_put_bytes(b->out, number_of(b), b->edit->bytes);
    put(b, end, b->in.len);
    return buffer_status(b->out);
}

/* A number within field 5; the type is a byte. */
static enum status put_spqr_number(struct editing *b, uint64_t value, size_t min_len)
{
    struct buffer content;
    buffer_init(&content, LONG_VARINT_MAX);
    if (b->e->region == REGION_SPQR_TYPE)
        buffer_append_byte(&content, (uint8_t)value);
    else
        pb_put_raw_varint(&content, value, min_len);
    enum status st = buffer_status(&content);
    if (!st)
        st = replace(b, buffer_bytes(&content));
    buffer_fini(&content);
    return st;
}

static enum status put_number(struct editing *b, uint64_t value, size_t min_len)
{
    struct pb_field f;
    if (!b->e->field.is_number)
        return E_MISSING;
    if (b->e->region)
        return put_spqr_number(b, value, min_len);
    enum status st = field_locate_protobuf(&b->e->field, b->in, &f);
    size_t end = b->in.len - field_framing_of(b->e->field.object).authenticator_len;
    if (st && st != E_MISSING)
        return st;
    put(b, 0, st ? end : f.at);
    pb_put_raw_varint(b->out, (uint64_t)number_of(b) << 3, 1);
    pb_put_raw_varint(b->out, value, min_len);
    put(b, st ? end : f.end, b->in.len);
    return buffer_status(b->out);
}

static enum status edit_set_number(struct editing *b) { return put_number(b, b->edit->n, 1); }

static enum status edit_long_varint(struct editing *b)
{
    struct pb_field f;
    uint32_t number = 0;
    enum status st = b->e->region ? field_number(&b->e->field, b->e->field.object, b->in, &number)
                                  : field_locate_protobuf(&b->e->field, b->in, &f);
    if (st || b->edit->n > LONG_VARINT_MAX)
        return st ? st : E_MISSING;
    return put_number(b, b->e->region ? number : f.value, (size_t)b->edit->n);
}

static enum status edit_remove(struct editing *b)
{
    struct pb_field f;
    if (b->e->region)
        return replace(b, bytes_of(NULL, 0));
    enum status st = field_locate_protobuf(&b->e->field, b->in, &f);
    return st ? st : splice_region(b, f.at, f.end - f.at, bytes_of(NULL, 0));
}

static enum status keep_bytes(struct editing *b, bool is_cut)
{
    struct bytes content;
    enum status st = content_of(b, &content);
    if (st)
        return st;
    if (b->edit->n > content.len)
        return E_MISSING;
    size_t kept = is_cut ? content.len - (size_t)b->edit->n : (size_t)b->edit->n;
    return replace(b, bytes_slice(content, 0, kept));
}

static enum status edit_cut(struct editing *b) { return keep_bytes(b, true); }

static enum status edit_keep(struct editing *b) { return keep_bytes(b, false); }

static enum status edit_append(struct editing *b)
{
    struct bytes content;
    struct buffer longer;
    enum status st = content_of(b, &content);
    if (st)
        return st;
    buffer_init(&longer, WORK_MAX);
    buffer_append(&longer, content);
    buffer_append(&longer, b->edit->bytes);
    st = buffer_status(&longer);
    if (!st)
        st = replace(b, buffer_bytes(&longer));
    buffer_fini(&longer);
    return st;
}

static enum status edit_duplicate(struct editing *b)
{
    struct pb_field f;
    if (b->e->region)
        return E_MISSING;
    enum status st = field_locate_protobuf(&b->e->field, b->in, &f);
    if (st)
        return st;
    put(b, 0, f.end);
    if (b->e->field.is_number)
        pb_put_varint(b->out, number_of(b), b->edit->n);
    else
        pb_put_bytes(b->out, number_of(b), b->edit->bytes);
    put(b, f.end, b->in.len);
    return buffer_status(b->out);
}

static enum status edit_unknown(struct editing *b)
{
    struct field_framing around = field_framing_of(b->e->field.object);
    if (b->edit->n == 0 || b->edit->n > UINT32_MAX >> 3)
        return E_MISSING;
    if (b->in.len < around.version_len + around.authenticator_len)
        return E_PARSE;
    size_t end = b->in.len - around.authenticator_len;
    put(b, 0, end);
    pb_put_bytes(b->out, (uint32_t)b->edit->n, b->edit->bytes);
    put(b, end, b->in.len);
    return buffer_status(b->out);
}

static enum status edit_reverse(struct editing *b)
{
    enum object object = b->e->field.object;
    struct pb_message m;
    enum status st = field_parse_protobuf(object, b->in, &m);
    if (st)
        return st;
    size_t version = field_framing_of(object).version_len;
    put(b, 0, version);
    for (size_t i = m.count; i-- > 0;)
        put(b, version + m.fields[i].at, version + m.fields[i].end);
    put(b, b->in.len - field_framing_of(object).authenticator_len, b->in.len);
    return buffer_status(b->out);
}

static enum status (*const protobuf_edits[])(struct editing *) = {
    [EDIT_FLIP_BIT] = edit_flip,
    [EDIT_SET] = edit_set,
    [EDIT_SET_NUMBER] = edit_set_number,
    [EDIT_REMOVE] = edit_remove,
    [EDIT_CUT] = edit_cut,
    [EDIT_KEEP] = edit_keep,
    [EDIT_APPEND] = edit_append,
    [EDIT_DUPLICATE] = edit_duplicate,
    [EDIT_UNKNOWN] = edit_unknown,
    [EDIT_REVERSE] = edit_reverse,
    [EDIT_LONG_VARINT] = edit_long_varint,
};

static bool is_known_edit(enum edit_what what)
{
    return (size_t)what < COUNT_OF(protobuf_edits) && protobuf_edits[what];
}

/* Put a changed SignalMessage back into its prekey message, with the length written anew. */
static enum status wrap(struct bytes in, struct bytes inner, struct buffer *out)
{
    struct editing outer = {
        .e = field_entry_of(field_find("prekey.message")), .in = in, .out = out};
    return splice_field(&outer, inner);
}

/* ---- other codecs, which read and replace */

/* As many bytes as it had, big-endian. */
static enum status set_number(struct buffer *content, uint64_t n)
{
    if (content->len < 8 && n >> (8 * content->len))
        return E_MISSING;
    for (size_t i = content->len; i-- > 0; n >>= 8)
        content->data[i] = (uint8_t)n;
    return OK;
}

static enum status change_content(const struct field *f, const struct edit *edit,
                                  struct buffer *content)
{
    switch (edit->what) {
    case EDIT_FLIP_BIT:
        if (edit->n / 8 >= content->len)
            return E_MISSING;
        content->data[edit->n / 8] ^= (uint8_t)(1u << (edit->n % 8));
        return OK;
    case EDIT_SET_NUMBER:
        return f->is_number ? set_number(content, edit->n) : E_MISSING;
    case EDIT_CUT:
    case EDIT_KEEP:
        if (f->is_number || edit->n > content->len)
            return E_MISSING;
        content->len = edit->what == EDIT_KEEP ? (size_t)edit->n : content->len - (size_t)edit->n;
        return OK;
    case EDIT_APPEND:
        return f->is_number ? E_MISSING : buffer_append(content, edit->bytes);
    default:
        return E_MISSING;
    }
}

static enum status edit_by_table(const struct field_table *t, const struct field *f,
                                 struct bytes in, const struct edit *edit, struct buffer *out)
{
    struct buffer content;
    if (edit->what == EDIT_SET)
        return f->is_number ? E_MISSING : t->replace(f, in, &edit->bytes, out);
    if (edit->what == EDIT_REMOVE)
        return t->replace(f, in, NULL, out);
    buffer_init(&content, WORK_MAX);
    enum status st = t->read(f, in, &content);
    if (!st)
        st = change_content(f, edit, &content);
    if (!st)
        st = t->replace(f, in, &(struct bytes){content.data, content.len}, out);
    buffer_fini(&content);
    return st;
}

enum status field_edit(const struct field *f, enum object object, struct bytes in,
                       const struct edit *edit, struct buffer *out)
{
    struct field_place place;
    struct buffer mutated;
    const struct field_entry *e = field_entry_of(f);
    const struct field_table *t = field_table_of(f);
    buffer_clear(out);
    if (t && t->replace)
        return f->object == object ? edit_by_table(t, f, in, edit, out) : E_MISSING;
    if (!e || !is_known_edit(edit->what))
        return E_MISSING;
    enum status st = field_find_place(f, object, in, &place);
    if (st)
        return st;
    buffer_init(&mutated, WORK_MAX);
    struct editing b = {.e = e, .in = place.bytes, .edit = edit, .out = &mutated};
    st = protobuf_edits[edit->what](&b);
    if (!st && f->object == object)
        st = buffer_append(out, buffer_bytes(&mutated));
    else if (!st)
        st = wrap(in, buffer_bytes(&mutated), out);
    buffer_fini(&mutated);
    return st;
}

bool field_edits_has(const struct field_edits *edits, enum object object)
{
    for (size_t i = 0; edits && i < edits->count; i++)
        if (edits->items[i].field->object == object)
            return true;
    return false;
}

enum status field_edits_apply(const struct field_edits *edits, enum object object,
                              struct buffer *bytes)
{
    struct buffer changed;
    enum status st = OK;
    for (size_t i = 0; edits && !st && i < edits->count; i++) {
        if (edits->items[i].field->object != object)
            continue;
        buffer_init(&changed, bytes->len + WORK_MAX);
        st = field_edit(edits->items[i].field, object, buffer_bytes(bytes), &edits->items[i].edit,
                        &changed);
        if (!st && bytes_equal(buffer_bytes(&changed), buffer_bytes(bytes)))
            st = E_MISSING;
        if (st) {
            buffer_fini(&changed);
        } else {
            buffer_fini(bytes);
            *bytes = changed;
        }
    }
    return st;
}
