/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/pb.h"

#include <string.h>

#define VARINT_LEN_MAX 10u

/* Read a varint at |*at|; bits past the 64th are dropped, as every known decoder does. */
static enum status take_varint(struct bytes in, size_t *at, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < VARINT_LEN_MAX; i++) {
        if (*at >= in.len)
            return E_PARSE;
        uint8_t byte = in.data[(*at)++];
        if (7 * i < 64)
            *out |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80))
            return OK;
    }
    return E_PARSE;
}

static enum status take_fixed(struct bytes in, size_t *at, size_t len, uint64_t *out)
{
    *out = 0;
    if (in.len - *at < len)
        return E_PARSE;
    for (size_t i = len; i-- > 0;)
        *out = *out << 8 | in.data[*at + i];
    *at += len;
    return OK;
}

static enum status take_bytes(struct bytes in, size_t *at, struct pb_field *f)
{
    uint64_t len;
    enum status st = take_varint(in, at, &len);
    if (st)
        return st;
    if (len > in.len - *at)
        return E_PARSE;
    f->body_at = *at;
    f->body = bytes_of(in.data + *at, (size_t)len);
    *at += (size_t)len;
    return OK;
}

enum status pb_take(struct bytes in, size_t *at, struct pb_field *f)
{
    uint64_t tag;
    memset(f, 0, sizeof(*f));
    f->at = *at;
    enum status st = take_varint(in, at, &tag);
    if (st)
        return st;
    if (tag >> 3 == 0 || tag >> 3 > UINT32_MAX >> 3)
        return E_PARSE;
    f->number = (uint32_t)(tag >> 3);
    f->type = (enum pb_type)(tag & 7);
    f->body_at = *at;
    switch (f->type) {
    case PB_VARINT:
        st = take_varint(in, at, &f->value);
        break;
    case PB_FIXED64:
        st = take_fixed(in, at, 8, &f->value);
        break;
    case PB_FIXED32:
        st = take_fixed(in, at, 4, &f->value);
        break;
    case PB_BYTES:
        st = take_bytes(in, at, f);
        break;
    case PB_GROUP_START:
    case PB_GROUP_END:
        break;
    default:
        st = E_PARSE;
    }
    f->end = *at;
    return st;
}

enum status pb_parse(struct bytes in, struct pb_message *out)
{
    out->count = 0;
    for (size_t at = 0; at < in.len;) {
        if (out->count == PB_FIELDS_MAX)
            return E_LIMIT;
        struct pb_field *f = &out->fields[out->count];
        enum status st = pb_take(in, &at, f);
        if (st)
            return st;
        if (f->type == PB_GROUP_START || f->type == PB_GROUP_END)
            return E_PARSE;
        out->count++;
    }
    return OK;
}

const struct pb_field *pb_find(const struct pb_message *m, uint32_t number)
{
    for (size_t i = m->count; i-- > 0;)
        if (m->fields[i].number == number)
            return &m->fields[i];
    return NULL;
}

bool pb_number(const struct pb_message *m, uint32_t number, uint64_t *out)
{
    const struct pb_field *f = pb_find(m, number);
    *out = f ? f->value : 0;
    return !f || f->type == PB_VARINT;
}

bool pb_body(const struct pb_message *m, uint32_t number, struct bytes *out)
{
    const struct pb_field *f = pb_find(m, number);
    *out = f ? f->body : bytes_of(NULL, 0);
    return !f || f->type == PB_BYTES;
}

void pb_put_raw_varint(struct buffer *out, uint64_t value, size_t min_len)
{
    if (min_len > VARINT_LEN_MAX)
        min_len = VARINT_LEN_MAX;
    for (size_t written = 1;; written++) {
        uint8_t byte = value & 0x7f;
        value >>= 7;
        bool is_last = value == 0 && written >= min_len;
        buffer_append_byte(out, is_last ? byte : (uint8_t)(byte | 0x80));
        if (is_last)
            return;
    }
}

void pb_put_tag(struct buffer *out, uint32_t number, enum pb_type type)
{
    pb_put_raw_varint(out, (uint64_t)number << 3 | (uint64_t)type, 1);
}

void pb_put_varint(struct buffer *out, uint32_t number, uint64_t value)
{
    pb_put_tag(out, number, PB_VARINT);
    pb_put_raw_varint(out, value, 1);
}

void pb_put_bytes(struct buffer *out, uint32_t number, struct bytes body)
{
    pb_put_tag(out, number, PB_BYTES);
    pb_put_raw_varint(out, body.len, 1);
    buffer_append(out, body);
}

static void put_fixed(struct buffer *out, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buffer_append_byte(out, (uint8_t)(value >> (8 * i)));
}

void pb_put_message(struct buffer *out, const struct pb_message *m)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct pb_field *f = &m->fields[i];
        if (f->type == PB_VARINT) {
            pb_put_varint(out, f->number, f->value);
        } else if (f->type == PB_BYTES) {
            pb_put_bytes(out, f->number, f->body);
        } else {
            pb_put_tag(out, f->number, f->type);
            put_fixed(out, f->value, f->type == PB_FIXED64 ? 8 : 4);
        }
    }
}
