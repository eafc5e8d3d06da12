/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/without.h - a case up to the step that failed, with something of it left out: what a
 * trial plays.
 * Depends on: base, record/run, scenario/op.
 *
 * What is left, and the step that is asked about, is done by the same parties with the same
 * messages: places in the case's lists of parties and artifacts stay what they were.
 *
 *   refusals   every step that waits for a refusal
 *   forgeries  the same, but what was opened before and comes again stays
 *   others     the conversations of peers at other addresses, or on other devices, with whom the
 *              last step has nothing to do
 *   restart    snapshots and restores; who went on after them is who was there before
 */
#ifndef ASSAY_SCENARIO_WITHOUT_H
#define ASSAY_SCENARIO_WITHOUT_H

#include "record/run.h"
#include "scenario/op.h"

/*
 * The first |n_ops| of |of|, of which the last stays in any case, without |what|.
 *
 * E_MISSING  there is nothing of the kind before the last, or not without changing what it means
 * E_NOMEM
 */
MUST_USE enum status op_list_without(const struct op_list *of, size_t n_ops, enum without what,
                                     struct arena *arena, struct op_list *out);

#endif
