#include "wire/frame.h"

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
