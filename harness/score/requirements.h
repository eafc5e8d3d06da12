/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score/requirements.h - requirement by requirement: which cases, what was seen, and what follows.
 * Depends on: base, record/run, score/score.
 */
#ifndef ASSAY_SCORE_REQUIREMENTS_H
#define ASSAY_SCORE_REQUIREMENTS_H

#include "score/score.h"

struct requirements_found {
    struct record_coverage coverage;
    uint64_t vacuous_must; /* MUST requirements whose status is vacuous */
};

/*
 * The table of requirements, in the catalogue's order. Status, from the cases at the requirement's
 * own level (from all of its cases when it has none at that level):
 *
 *   failed, inconclusive (or error), known, vacuous (score/score.h), passed
 *   not-applicable   every selected case is
 *   not-run          it has cases, none of them selected or reached
 *   not-covered      it could be tested and no case names it
 *   not-built        it can be seen from outside, and assay does not look yet; "reason" says why
 *   not-observable   it cannot be seen from outside; "reason" says why
 *
 * They go into |summary|, in |arena|. E_NOMEM.
 */
MUST_USE enum status requirements_score(const struct record_run *run, const struct score_inputs *in,
                                        struct arena *arena, struct requirements_found *out,
                                        struct record_summary *summary);

#endif
