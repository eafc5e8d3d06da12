/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of a plaintext: proto/content.proto, and the padding behind it. */
#include "wire/content.h"
#include "wire/field.h"
#include "wire/pb.h"

#define WORK_MAX (2u * 1024u * 1024u)
#define REPLY_FIELD 15u

enum part { PART_WHOLE = 0, PART_PROTOBUF, PART_PADDING };

#define PART(name, part, text) TABLE_ROW(FIELD(name, OBJECT_CONTENT, text), part, 0, 0)
#define INSIDE(name, outer, inner, text)                                                           \
    TABLE_ROW(FIELD(name, OBJECT_CONTENT, text), PART_PROTOBUF, outer, inner)

static const struct content_field {
    struct field field;
    enum part part;
    uint32_t outer, inner; /* field numbers: in Content, and in the message there; 0 for none */
} rows[] = {
    PART("content", PART_WHOLE, "the whole plaintext, padding included"),
    PART("content.padding", PART_PADDING, "the padding"),
    PART("content.protobuf", PART_PROTOBUF, "the encoded Content, without padding"),
    INSIDE("content.text", CONTENT_TEXT, 0, "the message Text"),
    INSIDE("content.text.body", CONTENT_TEXT, 1, "what a text says"),
    INSIDE("content.image", CONTENT_IMAGE, 0, "the message Media of an image"),
    INSIDE("content.image.url", CONTENT_IMAGE, 1, "where the encrypted image is"),
    INSIDE("content.image.media-key", CONTENT_IMAGE, 5, "the key of the encrypted image"),
    INSIDE("content.image.sha256", CONTENT_IMAGE, 7, "the hash of the encrypted image"),
    INSIDE("content.receipt", CONTENT_RECEIPT, 0, "the message Receipt"),
    INSIDE("content.reaction", CONTENT_REACTION, 0, "the message Reaction"),
    INSIDE("content.reaction.message-id", CONTENT_REACTION, 1, "the message that is reacted to"),
    INSIDE("content.reaction.emoji", CONTENT_REACTION, 2, "the reaction itself"),
    INSIDE("content.reply", REPLY_FIELD, 0, "the message Reply"),
    INSIDE("content.reply.message-id", REPLY_FIELD, 1, "the message that is replied to"),
};

/* The padding as its last byte says; none where that cannot be. */
static size_t padding_len(struct bytes in)
{
    size_t n = in.len ? in.data[in.len - 1] : 0;
    return n <= in.len ? n : 0;
}

static enum status find(struct bytes message, uint32_t number, struct pb_message *m,
                        const struct pb_field **out)
{
    *out = NULL;
    if (pb_parse(message, m))
        return E_PARSE;
    *out = pb_find(m, number);
    return !*out ? E_MISSING : (*out)->type == PB_BYTES ? OK : E_PARSE;
}

static enum status read_field(const struct field *f, struct bytes in, struct buffer *out)
{
    const struct content_field *row = (const struct content_field *)f;
    size_t n = padding_len(in);
    struct bytes at = row->part == PART_WHOLE     ? in
                      : row->part == PART_PADDING ? bytes_slice(in, in.len - n, n)
                                                  : bytes_slice(in, 0, in.len - n);
    const uint32_t path[] = {row->outer, row->inner};
    for (size_t i = 0; i < 2 && path[i]; i++) {
        struct pb_message m;
        const struct pb_field *found;
        enum status st = find(at, path[i], &m, &found);
        if (st)
            return st;
        at = found->body;
    }
    return buffer_append(out, at);
}

/* |message| with another field |number|; one that is not there joins the end. */
static enum status replace_in(struct bytes message, uint32_t number, const struct bytes *content,
                              struct buffer *out)
{
    struct pb_message m;
    const struct pb_field *found;
    enum status st = find(message, number, &m, &found);
    if (st && (st != E_MISSING || !content))
        return st;
    size_t at = found ? found->at : message.len, end = found ? found->end : message.len;
    buffer_append(out, bytes_slice(message, 0, at));
    if (content)
        pb_put_bytes(out, number, *content);
    return buffer_append(out, bytes_slice(message, end, message.len - end));
}

static enum status replace_inner(const struct content_field *row, struct bytes protobuf,
                                 const struct bytes *content, struct buffer *out)
{
    struct pb_message m;
    const struct pb_field *found;
    struct buffer inner;
    enum status st = find(protobuf, row->outer, &m, &found);
    if (st)
        return st;
    buffer_init(&inner, WORK_MAX);
    st = replace_in(found->body, row->inner, content, &inner);
    if (!st)
        st = replace_in(protobuf, row->outer, &(struct bytes){inner.data, inner.len}, out);
    buffer_fini(&inner);
    return st;
}

static enum status replace_field(const struct field *f, struct bytes in,
                                 const struct bytes *content, struct buffer *out)
{
    const struct content_field *row = (const struct content_field *)f;
    size_t n = padding_len(in);
    struct bytes protobuf = bytes_slice(in, 0, in.len - n), none = {NULL, 0};
    enum status st = OK;
    if (row->part == PART_WHOLE)
        return buffer_append(out, content ? *content : none);
    if (row->inner)
        st = replace_inner(row, protobuf, content, out);
    else if (row->outer)
        st = replace_in(protobuf, row->outer, content, out);
    else
        st = buffer_append(out, row->part == PART_PADDING ? protobuf : content ? *content : none);
    if (st)
        return st;
    if (row->part == PART_PADDING)
        return buffer_append(out, content ? *content : none);
    return buffer_append(out, bytes_slice(in, in.len - n, n));
}

const struct field_table content_fields = FIELD_TABLE(rows, read_field, replace_field);
