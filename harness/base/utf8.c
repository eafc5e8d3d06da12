#include "base/utf8.h"

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
