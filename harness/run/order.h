/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/order.h - in which order several messages arrive.
 * Depends on: base, scenario/op.
 */
#ifndef ASSAY_RUN_ORDER_H
#define ASSAY_RUN_ORDER_H

#include "base/random.h"
#include "scenario/op.h"

#include <stddef.h>

/*
 * Fill |order| with the numbers 0 to n-1, each once.
 *
 * how     an enum delivery_order; shuffled is drawn from |random|, which nothing else needs. From
 *         ORDER_PERMUTATION on, what is more is a number below n!: its digits in mixed radix pick
 *         one permutation, 0 the order listed, each number another one
 *
 * E_CRYPTO   from |random|
 */
MUST_USE enum status order_arrange(uint32_t how, struct random *random, size_t *order, size_t n);

#endif
