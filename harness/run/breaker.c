/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/breaker.h"

#include <stdio.h>

bool breaker_count(struct breaker *b, bool is_hang, bool has_hung)
{
    b->n_ran++;
    b->n_hung += is_hang || has_hung;
    b->n_in_a_row = is_hang ? b->n_in_a_row + 1 : 0;
    return b->n_in_a_row >= BREAKER_IN_A_ROW ||
           (b->n_hung >= BREAKER_MANY && b->n_hung * BREAKER_SHARE >= b->n_ran);
}

void breaker_say(const struct breaker *b, char *text, size_t len)
{
    if (b->n_in_a_row >= BREAKER_IN_A_ROW)
        snprintf(text, len, "%zu cases in a row without an answer", b->n_in_a_row);
    else
        snprintf(text, len, "%zu of %zu cases without an answer", b->n_hung, b->n_ran);
}
