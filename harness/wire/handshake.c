/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/handshake.h"

#include "wire/pb.h"

#include <string.h>

#define PART_MAX 65600u

/* Field numbers of the parts inside ClientHello, ServerHello and ClientFinish; 0 for none. */
static const struct {
    uint32_t ephemeral, static_key, payload;
} numbers[] = {
    [CLIENT_HELLO] = {1, 2, 3},
    [SERVER_HELLO] = {1, 2, 3},
    [CLIENT_FINISH] = {0, 1, 2},
};

enum status handshake_wrap(enum handshake_form form, enum handshake_part part, size_t e_len,
                           size_t s_len, struct bytes m, struct buffer *out)
{
    struct buffer inner;
    if (form == HANDSHAKE_NOISE)
        return buffer_append(out, m);
    if (m.len < e_len + s_len)
        return E_PARSE;
    buffer_init(&inner, PART_MAX);
    if (e_len)
        pb_put_bytes(&inner, numbers[part].ephemeral, bytes_slice(m, 0, e_len));
    if (s_len)
        pb_put_bytes(&inner, numbers[part].static_key, bytes_slice(m, e_len, s_len));
    if (m.len > e_len + s_len)
        pb_put_bytes(&inner, numbers[part].payload, bytes_slice(m, e_len + s_len, m.len));
    enum status st = buffer_status(&inner);
    if (!st)
        pb_put_bytes(out, (uint32_t)part, buffer_bytes(&inner));
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}

/* The part of |m| with this number must have |len| bytes (0: any, and may be absent). */
static enum status take_part(const struct pb_message *m, uint32_t number, size_t len,
                             struct buffer *out)
{
    const struct pb_field *f = number ? pb_find(m, number) : NULL;
    if (!f)
        return len ? E_PARSE : OK;
    if (f->type != PB_BYTES || (len && f->body.len != len))
        return E_PARSE;
    return buffer_append(out, f->body);
}

enum status handshake_unwrap(enum handshake_form form, enum handshake_part part, size_t e_len,
                             size_t s_len, struct bytes frame, struct buffer *out)
{
    struct pb_message outer, inner;
    enum status st;
    if (form == HANDSHAKE_NOISE)
        return buffer_append(out, frame);
    if ((st = pb_parse(frame, &outer)))
        return st == E_LIMIT ? E_PARSE : st;
    const struct pb_field *f = pb_find(&outer, (uint32_t)part);
    if (!f || f->type != PB_BYTES || pb_parse(f->body, &inner))
        return E_PARSE;
    if (e_len && (st = take_part(&inner, numbers[part].ephemeral, e_len, out)))
        return st;
    if (s_len && (st = take_part(&inner, numbers[part].static_key, s_len, out)))
        return st;
    return take_part(&inner, numbers[part].payload, 0, out);
}

/* ---- ClientPayload */

#define PRODUCT 20u
#define INTEROP_DATA 38u

static enum status take_interop_data(struct bytes in, struct client_payload *out)
{
    struct pb_message m;
    uint64_t reads = 0;
    if (pb_parse(in, &m) || !pb_number(&m, 1, &out->account_id) || !pb_number(&m, 3, &reads) ||
        !pb_body(&m, 2, &out->token))
        return E_PARSE;
    out->reads_receipts = reads != 0;
    out->has_interop_data = true;
    return OK;
}

enum status client_payload_decode(struct bytes in, struct client_payload *out)
{
    struct pb_message m;
    uint64_t product = 0;
    struct bytes data;
    memset(out, 0, sizeof(*out));
    if (pb_parse(in, &m) || !pb_number(&m, PRODUCT, &product) || product > UINT32_MAX)
        return E_PARSE;
    out->product = (uint32_t)product;
    if (!pb_body(&m, INTEROP_DATA, &data))
        return E_PARSE;
    return pb_find(&m, INTEROP_DATA) ? take_interop_data(data, out) : OK;
}

void client_payload_encode(const struct client_payload *p, struct buffer *out)
{
    struct buffer inner;
    buffer_init(&inner, PART_MAX);
    pb_put_varint(&inner, 1, p->account_id);
    pb_put_bytes(&inner, 2, p->token);
    if (p->reads_receipts)
        pb_put_varint(&inner, 3, 1);
    pb_put_varint(out, PRODUCT, p->product);
    if (p->has_interop_data)
        pb_put_bytes(out, INTEROP_DATA, buffer_bytes(&inner));
    buffer_fini(&inner);
}
