/*
 * run/order.h - in which order several messages arrive.
 * Depends on: base.
 */
#ifndef ASSAY_RUN_ORDER_H
#define ASSAY_RUN_ORDER_H

#include "base/random.h"

#include <stddef.h>

/*
 * Fill |order| with the numbers 0 to n-1, each once.
 *
 * how     "as-listed", "reversed", "shuffled" (drawn from |random|, which nothing else needs), or a
 *         decimal number below n!: its digits in mixed radix pick one permutation, 0 the order
 *         listed, each number another one
 *
 * E_MISSING  |how| is none of these
 * E_CRYPTO   from |random|
 */
MUST_USE enum status order_arrange(const char *how, struct random *random, size_t *order, size_t n);

#endif
