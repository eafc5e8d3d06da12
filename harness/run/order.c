/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/order.h"

#include <string.h>

static void as_listed(size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
}

static void reversed(size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = n - 1 - i;
}

/* Fisher and Yates: every order is as likely as another. */
static enum status shuffled(struct random *random, size_t *order, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        uint32_t j;
        enum status st = random_below(random, (uint32_t)i, &j);
        if (st)
            return st;
        size_t kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    return OK;
}

/* The first digit, below n, says which comes first; the next, below n-1, which of those left. */
static void permuted(size_t number, size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t pick = i + number % (n - i);
        number /= n - i;
        size_t kept = order[pick];
        memmove(order + i + 1, order + i, (pick - i) * sizeof(*order));
        order[i] = kept;
    }
}

enum status order_arrange(uint32_t how, struct random *random, size_t *order, size_t n)
{
    as_listed(order, n);
    if (how == ORDER_SHUFFLED)
        return shuffled(random, order, n);
    if (how == ORDER_REVERSED)
        reversed(order, n);
    if (how >= ORDER_PERMUTATION)
        permuted(how - ORDER_PERMUTATION, order, n);
    return OK;
}
