/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/frame.h"

#include "client/codes.h"

int frame_read(const uint8_t *in, size_t len, size_t length_size, size_t max,
               const uint8_t **out_payload, size_t *out_len, size_t *out_used)
{
    size_t announced = 0;
    *out_payload = NULL;
    *out_len = *out_used = 0;
    if (len < length_size)
        return 0;
    for (size_t i = 0; i < length_size; i++)
        announced = announced << 8 | in[i];
    if (announced == 0 || announced > max)
        return CLIENT_E_FRAME;
    if (len - length_size < announced)
        return 0;
    *out_payload = in + length_size;
    *out_len = announced;
    *out_used = length_size + announced;
    return 0;
}

int frame_write(const uint8_t *payload, size_t len, size_t length_size, size_t max,
                struct octets *out)
{
    uint64_t limit = length_size < 8 ? ((uint64_t)1 << (8 * length_size)) - 1 : UINT64_MAX;
    if (len == 0 || len > max || len > limit)
        return CLIENT_E_FRAME;
    octets_put_number(out, len, length_size);
    octets_put(out, payload, len);
    return out->is_broken ? CLIENT_E_NOMEM : 0;
}
