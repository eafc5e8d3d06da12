/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/content.h"

#include "client/codes.h"

#include <string.h>

#define KIND_FIRST 1u
#define KIND_LAST 7u
#define WIRE_LENGTH_DELIMITED 2u

/* ---- how many kinds are on the wire */

static bool read_varint(const uint8_t *in, size_t len, size_t *at, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < 64 && *at < len; shift += 7) {
        uint8_t byte = in[(*at)++];
        *out |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

/* Step over a field's value. */
static bool skip_value(const uint8_t *in, size_t len, size_t *at, unsigned wire_type)
{
    uint64_t n = 0;
    if (wire_type == 0)
        return read_varint(in, len, at, &n);
    if (wire_type == WIRE_LENGTH_DELIMITED && !read_varint(in, len, at, &n))
        return false;
    if (wire_type == 1 || wire_type == 5)
        n = wire_type == 1 ? 8 : 4;
    else if (wire_type != WIRE_LENGTH_DELIMITED)
        return false;
    if (n > len - *at)
        return false;
    *at += (size_t)n;
    return true;
}

/* The one kind's field number; 0 when there is none, when there are several, or this is no message.
 * The same kind twice is one: protobuf merges them. */
static unsigned only_kind(const uint8_t *in, size_t len)
{
    unsigned kind = 0;
    for (size_t at = 0; at < len;) {
        uint64_t tag;
        if (!read_varint(in, len, &at, &tag) || tag >> 3 == 0 ||
            !skip_value(in, len, &at, (unsigned)(tag & 7)))
            return 0;
        uint64_t field = tag >> 3;
        if (field < KIND_FIRST || field > KIND_LAST)
            continue;
        if ((kind && kind != field) || (tag & 7) != WIRE_LENGTH_DELIMITED)
            return 0;
        kind = (unsigned)field;
    }
    return kind;
}

/* ---- UTF-8 in every text, by the generated descriptors */

static bool is_text_right(const char *text)
{
    return !text || is_utf8((const uint8_t *)text, strlen(text));
}

static bool are_texts_right(const ProtobufCMessage *m);

static bool is_field_right(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    const char *at = (const char *)m + f->offset;
    bool is_oneof = (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    bool is_repeated = f->label == PROTOBUF_C_LABEL_REPEATED;
    const void *value;
    if (is_oneof &&
        *(const uint32_t *)(const void *)((const char *)m + f->quantifier_offset) != f->id)
        return true;
    if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    memcpy(&value, at, sizeof(value));
    if (!is_repeated && f->type == PROTOBUF_C_TYPE_STRING)
        return is_text_right(value);
    if (!is_repeated)
        return !value || are_texts_right(value);
    size_t count;
    memcpy(&count, (const char *)m + f->quantifier_offset, sizeof(count));
    const char *const *texts = value;
    for (size_t i = 0; f->type == PROTOBUF_C_TYPE_STRING && i < count; i++)
        if (!is_text_right(texts[i]))
            return false;
    return true;
}

static bool are_texts_right(const ProtobufCMessage *m)
{
    for (unsigned i = 0; i < m->descriptor->n_fields; i++)
        if (!is_field_right(m, &m->descriptor->fields[i]))
            return false;
    return true;
}

/* ---- one content */

static const struct content_label labels[] = {
    [0] = {"text", NULL},   [1] = {"text", NULL},     [2] = {"media", "image"},
    [3] = {"media", "ptt"}, [4] = {"media", "video"}, [5] = {"media", "document"},
    [6] = {"text", NULL},   [7] = {"reaction", NULL},
};

int content_check(const uint8_t *in, size_t len, struct content_label *out_label)
{
    unsigned kind = only_kind(in, len);
    if (kind == 0)
        return CLIENT_E_CONTENT;
    Assay__Content__V1__Content *c = assay__content__v1__content__unpack(NULL, len, in);
    int result = c && are_texts_right(&c->base) ? 0 : CLIENT_E_CONTENT;
    if (out_label)
        *out_label = labels[kind];
    if (c)
        assay__content__v1__content__free_unpacked(c, NULL);
    return result;
}

int content_of_text(const char *text, struct octets *out)
{
    Assay__Content__V1__Content c = ASSAY__CONTENT__V1__CONTENT__INIT;
    Assay__Content__V1__Text t;
    if (!is_text_right(text))
        return CLIENT_E_CONTENT;
    assay__content__v1__text__init(&t);
    t.body = (char *)(uintptr_t)text;
    c.kind_case = ASSAY__CONTENT__V1__CONTENT__KIND_TEXT;
    c.text = &t;
    uint8_t *at = octets_extend(out, assay__content__v1__content__get_packed_size(&c));
    if (at)
        assay__content__v1__content__pack(&c, at);
    return at ? 0 : CLIENT_E_CONTENT;
}

void padding_add(struct octets *content, uint8_t n)
{
    uint8_t *at = octets_extend(content, n);
    if (at)
        memset(at, n, n);
}

int padding_check(const uint8_t *in, size_t len, uint32_t most, size_t *out_len)
{
    *out_len = 0;
    if (len == 0)
        return CLIENT_E_PADDING;
    uint8_t n = in[len - 1];
    if (n == 0 || n > most || n > len)
        return CLIENT_E_PADDING;
    for (size_t i = len - n; i < len; i++)
        if (in[i] != n)
            return CLIENT_E_PADDING;
    *out_len = len - n;
    return 0;
}
