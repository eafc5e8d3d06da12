/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/frame.h"

#include "wire/field.h"

static bool is_length_size(size_t length_size) { return length_size >= 2 && length_size <= 4; }

enum status frame_decode(struct bytes in, size_t length_size, size_t max_len,
                         struct bytes *out_payload, size_t *out_used)
{
    *out_payload = bytes_of(NULL, 0);
    *out_used = 0;
    if (!is_length_size(length_size))
        return E_LIMIT;
    if (in.len < length_size)
        return OK;
    size_t len = 0;
    for (size_t i = 0; i < length_size; i++)
        len = len << 8 | in.data[i];
    if (len > max_len)
        return E_LIMIT;
    if (in.len - length_size < len)
        return OK;
    *out_payload = bytes_of(in.data + length_size, len);
    *out_used = length_size + len;
    return OK;
}

enum status frame_encode(struct bytes payload, size_t length_size, struct buffer *out)
{
    if (!is_length_size(length_size) || payload.len > ((size_t)1 << (8 * length_size)) - 1)
        return E_LIMIT;
    if (out->max - out->len < length_size + payload.len)
        return E_LIMIT;
    for (size_t i = length_size; i-- > 0;)
        buffer_append_byte(out, (uint8_t)(payload.len >> (8 * i)));
    buffer_append(out, payload);
    return buffer_status(out);
}

/* ---- fields */

static const struct field fields[] = {
    FIELD("frame", OBJECT_FRAME, "one frame: its length and its payload"),
    {"frame.length", OBJECT_FRAME, 0, true, FIELD_SIZE_VARIES, 0,
     "the announced length, big-endian; the payload stays as it is"},
    FIELD("frame.payload", OBJECT_FRAME,
          "the bytes behind the length, which is written anew when they change"),
};
enum { FRAME_WHOLE = 0, FRAME_LENGTH, FRAME_PAYLOAD };

/* How many bytes of a whole frame are its length: no frame can be read in two ways. 0: it
 * is not whole. */
static size_t length_size_of(struct bytes in)
{
    struct bytes payload;
    size_t used;
    for (size_t size = 2; size <= 4; size++)
        if (!frame_decode(in, size, SIZE_MAX, &payload, &used) && used && used == in.len)
            return size;
    return 0;
}

static enum status read_field(const struct field *f, struct bytes in, struct buffer *out)
{
    size_t size = length_size_of(in);
    if (!size)
        return E_PARSE;
    if (f == &fields[FRAME_LENGTH])
        return buffer_append(out, bytes_slice(in, 0, size));
    return buffer_append(out,
                         f == &fields[FRAME_PAYLOAD] ? bytes_slice(in, size, in.len - size) : in);
}

static enum status replace_field(const struct field *f, struct bytes in,
                                 const struct bytes *content, struct buffer *out)
{
    size_t size = length_size_of(in);
    if (!size)
        return E_PARSE;
    struct bytes now = content ? *content : bytes_of(NULL, 0);
    if (f == &fields[FRAME_PAYLOAD])
        return frame_encode(now, size, out);
    enum status st = buffer_append(out, now);
    return st || f == &fields[FRAME_WHOLE]
               ? st
               : buffer_append(out, bytes_slice(in, size, in.len - size));
}

const struct field_table frame_fields = FIELD_TABLE(fields, read_field, replace_field);
