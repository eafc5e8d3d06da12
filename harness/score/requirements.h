/*
 * score/requirements.h - requirement by requirement: which cases, what was seen, and what follows.
 * Depends on: base, scenario/case, score/tally; jansson.
 */
#ifndef ASSAY_SCORE_REQUIREMENTS_H
#define ASSAY_SCORE_REQUIREMENTS_H

#include "score/score.h"

struct coverage {
    uint64_t testable;     /* requirements that can be seen from outside */
    uint64_t covered;      /* of them, those with a case that came to a verdict in this run */
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
 *   not-testable     it cannot be seen from outside, or not yet; "reason" says why
 *
 * |out| is given. E_NOMEM.
 */
MUST_USE enum status requirements_score(const json_t *cases, const struct score_inputs *in,
                                        struct coverage *out_coverage, json_t **out);

#endif
