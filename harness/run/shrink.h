/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/shrink.h - a failing schedule made small on the live target.
 * Depends on: run/worker, scenario/reduce.
 */
#ifndef ASSAY_RUN_SHRINK_H
#define ASSAY_RUN_SHRINK_H

#include "run/worker.h"
#include "scenario/reduce.h"

/*
 * Look for the smallest version of |what| that fails as |failed| did (shrink_is_same): fewer
 * steps, then simpler fields and fewer bytes. Each candidate runs once, from its Reset on; at most
 * |trials| of them. The steps given when none is smaller. Everything in |out| lives in |arena|,
 * borrowed parts in |what|'s steps.
 */
void shrink_case(const struct worker_case *what, const struct case_result *failed, unsigned trials,
                 struct arena *arena, struct reduced *out);

/* Did |a| fail, with the signature of |b|, and violating the same? */
bool shrink_is_same(const struct case_result *a, const struct case_result *b);

#endif
