/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/content.h"

static enum status append_padding(struct buffer *out, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buffer_append_byte(out, (uint8_t)n);
    return buffer_status(out);
}

enum status content_pad(struct bytes in, uint32_t n, const struct wire_profile *p,
                        struct buffer *out)
{
    if (n < p->padding_min || n > p->padding_max)
        return E_LIMIT;
    buffer_append(out, in);
    return append_padding(out, n);
}

enum status content_unpad(struct bytes in, const struct wire_profile *p, struct bytes *out)
{
    *out = (struct bytes){0};
    if (in.len == 0)
        return E_PARSE;
    uint8_t n = in.data[in.len - 1];
    if (n < p->padding_min || n > p->padding_max || n > in.len)
        return E_PARSE;
    for (size_t i = in.len - n; i < in.len; i++)
        if (in.data[i] != n)
            return E_PARSE;
    *out = bytes_slice(in, 0, in.len - n);
    return OK;
}
