/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/utf8.h"

#include <string.h>

/* They hide, reorder or break what stands around them. */
static const struct {
    uint32_t first;
    uint32_t last;
} unseen[] = {
    {0x0000, 0x001f},   /* C0 */
    {0x007f, 0x009f},   /* delete, C1 */
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x034f, 0x034f},   /* combining grapheme joiner */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x17b4, 0x17b5},   /* Khmer inherent vowels */
    {0x180b, 0x180f},   /* Mongolian variation selectors */
    {0x200b, 0x200f},   /* zero width, direction marks */
    {0x2028, 0x202e},   /* line and paragraph separators, direction embeddings and overrides */
    {0x2060, 0x206f},   /* word joiner, direction isolates, deprecated controls */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xd800, 0xdfff},   /* surrogates */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xfff0, 0xffff},   /* specials and non-characters */
    {0x1d173, 0x1d17a}, /* musical controls */
    {0xe0000, 0x10ffff} /* tags, variation selectors, private planes */
};

size_t utf8_take(struct bytes in, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = in.len ? in.data[0] : 0x80;
    size_t len = lead < 0x80   ? 1
                 : lead < 0xc0 ? 0
                 : lead < 0xe0 ? 2
                 : lead < 0xf0 ? 3
                 : lead < 0xf8 ? 4
                               : 0;
    uint32_t c = len == 1 ? lead : lead & (0x7fu >> len);
    if (len == 0 || len > in.len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((in.data[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (in.data[i] & 0x3fu);
    }
    *out = c;
    return c < least[len] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff ? 0 : len;
}

size_t utf8_length(const char *text)
{
    struct bytes in = bytes_of_text(text);
    size_t n = 0, at = 0;
    for (; at < in.len; n++) {
        uint32_t character;
        size_t len = utf8_take(bytes_slice(in, at, in.len - at), &character);
        at += len ? len : 1;
    }
    return n;
}

bool utf8_is_unseen(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(unseen); i++)
        if (c >= unseen[i].first && c <= unseen[i].last)
            return true;
    return false;
}
