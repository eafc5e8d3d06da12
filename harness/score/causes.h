/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score/causes.h - which failures are probably one bug, and which cases only follow from others.
 * Depends on: base, record/run, scenario/case.
 *
 * A failure has a signature (what was done, expected, different and seen; run/case_run.c) and
 * violates a requirement. Failures with the same signature are one cause, and so are failures of
 * one requirement: a bug that is seen in many ways, and one that many requirements notice, is one
 * thing to mend. What fails although something harmless is different belongs to what fails without
 * that, and a failure of a requirement that is part of another (part-of="D-16") to that one's. An
 * inconclusive case or an error without a signature is grouped by its reason.
 * What a failure violates is what trials show (score/blame.h), and a cause says what they show of
 * its smallest example. Known failures in force have causes of their own, found in the same way.
 * What both block counts among those that are not known.
 *
 * Worst first: by level, then failures before errors before inconclusive, then by reach
 * (executions, with those that are blocked by it), then in the order of the run.
 */
#ifndef ASSAY_SCORE_CAUSES_H
#define ASSAY_SCORE_CAUSES_H

#include "record/run.h"
#include "scenario/case.h"

/*
 * A failure binds as much as the requirement that it violates, and no more than its case: where a
 * case that must pass cannot go on because of what only should be, nothing that must be is
 * violated. Each failed case gets that level; |requirements| have those that count.
 */
void causes_set_levels(struct record_run *run, const struct requirement *requirements,
                       size_t n_requirements);

/*
 * A failed case whose setup did not get through becomes STATE_BLOCKED where another case failed for
 * that: one that violates the requirement that the setup speaks for, else one with the same
 * signature. Where none did, it stays failed: it is all that is known. E_NOMEM.
 */
MUST_USE enum status causes_find_blocked(struct record_run *run, struct arena *arena);

/*
 * Both lists go into |summary|, in |arena|. A cause's requirement is that which most of its cases
 * violate, with those that it blocks (of two with equally many, by level, then by executions), or
 * the one that this is part of when none of that one's cases passes in all its instances. The text
 * is that requirement's impact; the smallest example violates it: of the most binding level, then
 * one of that requirement's own cases, then with the fewest steps, the fewest bytes, the first.
 * E_NOMEM.
 */
MUST_USE enum status causes_find(const struct record_run *run,
                                 const struct requirement *requirements, size_t n_requirements,
                                 struct arena *arena, struct record_summary *summary);

#endif
