/* Fields of a plaintext: proto/content.proto, and the padding behind it. */
#include "wire/content.h"
#include "wire/field.h"
#include "wire/pb.h"

#define WORK_MAX (2u * 1024u * 1024u)
#define REPLY_FIELD 15u
#define FIELD(name, text)                                                                          \
    {                                                                                              \
        name, OBJECT_CONTENT, 0, false, FIELD_SIZE_VARIES, 0, text                                 \
    }

enum part { PART_WHOLE = 0, PART_PROTOBUF, PART_PADDING };

static const struct content_field {
    struct field field;
    enum part part;
    uint32_t outer, inner; /* field numbers: in Content, and in the message there; 0 for none */
} rows[] = {
    {FIELD("content", "the whole plaintext, padding included"), PART_WHOLE, 0, 0},
    {FIELD("content.padding", "the padding"), PART_PADDING, 0, 0},
    {FIELD("content.protobuf", "the encoded Content, without padding"), PART_PROTOBUF, 0, 0},
    {FIELD("content.text", "the message Text"), PART_PROTOBUF, CONTENT_TEXT, 0},
    {FIELD("content.text.body", "what a text says"), PART_PROTOBUF, CONTENT_TEXT, 1},
    {FIELD("content.image", "the message Media of an image"), PART_PROTOBUF, CONTENT_IMAGE, 0},
    {FIELD("content.image.url", "where the encrypted image is"), PART_PROTOBUF, CONTENT_IMAGE, 1},
    {FIELD("content.image.media-key", "the key of the encrypted image"), PART_PROTOBUF,
     CONTENT_IMAGE, 5},
    {FIELD("content.image.sha256", "the hash of the encrypted image"), PART_PROTOBUF, CONTENT_IMAGE,
     7},
    {FIELD("content.receipt", "the message Receipt"), PART_PROTOBUF, CONTENT_RECEIPT, 0},
    {FIELD("content.reaction", "the message Reaction"), PART_PROTOBUF, CONTENT_REACTION, 0},
    {FIELD("content.reaction.message-id", "the message that is reacted to"), PART_PROTOBUF,
     CONTENT_REACTION, 1},
    {FIELD("content.reaction.emoji", "the reaction itself"), PART_PROTOBUF, CONTENT_REACTION, 2},
    {FIELD("content.reply", "the message Reply"), PART_PROTOBUF, REPLY_FIELD, 0},
    {FIELD("content.reply.message-id", "the message that is replied to"), PART_PROTOBUF,
     REPLY_FIELD, 1},
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

const struct field_table content_fields = {rows, sizeof(rows[0]), sizeof(rows) / sizeof(rows[0]),
                                           read_field, replace_field};
