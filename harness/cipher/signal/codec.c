/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/codec.h"

#include <string.h>

bool codec_is_writing(const struct codec *c) { return c->out != NULL; }

void codec_raw(struct codec *c, uint8_t *data, size_t len)
{
    if (c->st)
        return;
    if (codec_is_writing(c)) {
        c->st = buffer_append(c->out, bytes_of(data, len));
    } else if (c->in.len < len) {
        c->st = E_PARSE;
    } else {
        memcpy(data, c->in.data, len);
        c->in = bytes_slice(c->in, len, SIZE_MAX);
    }
}

void codec_number(struct codec *c, uint32_t *value)
{
    uint8_t raw[4];
    for (int i = 0; i < 4; i++)
        raw[i] = (uint8_t)(*value >> (8 * i));
    codec_raw(c, raw, sizeof(raw));
    if (!codec_is_writing(c) && !c->st)
        *value = (uint32_t)raw[3] << 24 | (uint32_t)raw[2] << 16 | (uint32_t)raw[1] << 8 | raw[0];
}

void codec_flag(struct codec *c, bool *flag)
{
    uint8_t raw = *flag;
    codec_raw(c, &raw, 1);
    if (raw > 1)
        c->st = E_PARSE;
    *flag = raw == 1;
}

void codec_count(struct codec *c, size_t *count, size_t item_len)
{
    uint32_t n = (uint32_t)*count;
    codec_number(c, &n);
    if (!codec_is_writing(c) && !c->st && n > c->in.len / item_len)
        c->st = E_PARSE;
    *count = c->st ? 0 : n;
}
