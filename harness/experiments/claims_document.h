/*
 * experiments/claims_document.h - claims.json: claims, preconditions ("gates" there), games,
 * findings and the conclusion.
 * Depends on: experiments/contest, experiments/judgement; jansson. Schema: reports/schema/claims.schema.json.
 */
#ifndef ASSAY_EXPERIMENTS_CLAIMS_DOCUMENT_H
#define ASSAY_EXPERIMENTS_CLAIMS_DOCUMENT_H

#include "experiments/contest.h"
#include "experiments/judgement.h"

/*
 * Judge what |outcome| holds under |claims|, and write everything down. Results of games whose
 * preconditions do not hold become invalid, in |outcome| too. |header| (an object: assay, started,
 * seed, schedules, target, baseline ...) is taken over as it is. The caller json_decref()s *out.
 * E_NOMEM.
 */
MUST_USE enum status claims_document(const struct claims *claims,
                                     const struct contest_options *options,
                                     struct contest_outcome *outcome, const json_t *header,
                                     json_t **out, enum conclusion *out_conclusion);

#endif
