/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/hex_word.h"

#include "base/hex.h"

#include <stdio.h>
#include <string.h>

bool hex_word_read(const char *word, size_t max, struct buffer *out)
{
    buffer_init(out, max);
    return strcmp(word, "-") == 0 || hex_decode(word, strlen(word), out) == OK;
}

void hex_word_print(struct bytes in)
{
    if (in.len == 0)
        putchar('-');
    for (size_t i = 0; i < in.len; i++)
        printf("%02x", in.data[i]);
}
