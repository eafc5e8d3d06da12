/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of Noise messages: the server's message of XX (e, ee, s, es), and transport messages. */
#include "wire/field.h"
#include "wire/noise.h"

#define SEALED_KEY_LEN (32u + NOISE_TAG_LEN)

static const struct noise_field {
    struct field field;
    size_t at;        /* bytes from the front */
    size_t from_back; /* the field ends so many bytes before the end; with |len| it is ignored */
    size_t len;       /* 0: up to there */
} rows[] = {
    {FIELD_FIXED("noise.e", OBJECT_HANDSHAKE, 32, "the server's ephemeral key"), 0, 0, 32},
    {FIELD_FIXED("noise.s", OBJECT_HANDSHAKE, SEALED_KEY_LEN,
                 "the server's static key, encrypted, with its tag"),
     32, 0, SEALED_KEY_LEN},
    {FIELD("noise.payload", OBJECT_HANDSHAKE, "the certificate chain, encrypted, with its tag"),
     32 + SEALED_KEY_LEN, 0, 0},
    {FIELD("noise.ciphertext", OBJECT_TRANSPORT, "the encrypted stanza of a transport message"), 0,
     NOISE_TAG_LEN, 0},
    {FIELD_FIXED("noise.tag", OBJECT_TRANSPORT, NOISE_TAG_LEN, "the tag of a transport message"), 0,
     0, NOISE_TAG_LEN},
};

static enum status locate(const struct field *f, struct bytes in, size_t *out_at, size_t *out_len)
{
    const struct noise_field *row = (const struct noise_field *)f;
    bool is_tag = f->object == OBJECT_TRANSPORT && row->len;
    size_t around = row->at + row->from_back + row->len;
    *out_at = *out_len = 0;
    if (in.len < around)
        return E_PARSE;
    *out_at = is_tag ? in.len - row->len : row->at;
    *out_len = row->len ? row->len : in.len - row->at - row->from_back;
    return OK;
}

static enum status read_field(const struct field *f, struct bytes in, struct buffer *out)
{
    size_t at, len;
    enum status st = locate(f, in, &at, &len);
    return st ? st : buffer_append(out, bytes_slice(in, at, len));
}

static enum status replace_field(const struct field *f, struct bytes in,
                                 const struct bytes *content, struct buffer *out)
{
    size_t at, len;
    enum status st = locate(f, in, &at, &len);
    if (st)
        return st;
    buffer_append(out, bytes_slice(in, 0, at));
    if (content)
        buffer_append(out, *content);
    return buffer_append(out, bytes_slice(in, at + len, in.len - at - len));
}

const struct field_table noise_fields = FIELD_TABLE(rows, read_field, replace_field);
