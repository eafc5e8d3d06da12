/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/budget.h - a plan in another order: first what is worth most where time is short.
 * Depends on: base, run/plan.
 */
#ifndef ASSAY_RUN_BUDGET_H
#define ASSAY_RUN_BUDGET_H

#include "run/plan.h"

/*
 * Put the items of |plan| in this order, and number them anew:
 *
 *   1. what does not apply to the target, which costs nothing
 *   2. the cases |best|, in that order: full ids, of a sweep for its first instance in the plan; an
 *      id that is not in the plan is passed over
 *   3. of every other case one execution, MUST before should, hardening and measure
 *   4. all other executions of sweeps
 *
 * Within each, the order is that of |plan|, which is the same for the same inputs. E_NOMEM: |plan|
 * is unchanged.
 */
MUST_USE enum status budget_order(struct plan *plan, const char *const *best, size_t n_best);

#endif
