/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/words.h"

#include "cipher/cipher.h"
#include "scenario/wire_words.h"

const struct word_table *words_table(size_t k)
{
    size_t n_wire = 0, n_ciphers = 0;
    while (wire_word_table(n_wire))
        n_wire++;
    while (ciphers[n_ciphers])
        n_ciphers++;
    if (k < n_wire)
        return wire_word_table(k);
    return k - n_wire < n_ciphers ? ciphers[k - n_wire]->mutations->words : NULL;
}

bool words_has_earlier(size_t k, unsigned i)
{
    const struct word *w = word_at(words_table(k), i);
    for (size_t j = 0; w && j < k; j++)
        if (word_at(words_table(j), i) == w)
            return true;
    return false;
}
