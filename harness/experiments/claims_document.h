/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/claims_document.h - what a run of experiments came to under its claims, as it is
 * recorded.
 * Depends on: experiments/contest, experiments/judgement, record/claims.
 */
#ifndef ASSAY_EXPERIMENTS_CLAIMS_DOCUMENT_H
#define ASSAY_EXPERIMENTS_CLAIMS_DOCUMENT_H

#include "experiments/contest.h"
#include "experiments/judgement.h"

/*
 * Judge what |outcome| holds under |claims|, and complete |out|, in which the caller has said who
 * ran what (assay, started, seed, schedules, command, sides). Results of games whose preconditions
 * do not hold become invalid, in |outcome| too. Views into everything given, and into |arena|.
 * E_NOMEM.
 */
MUST_USE enum status claims_document(const struct claims *claims,
                                     const struct contest_options *options,
                                     const struct contest_outcome *outcome, struct arena *arena,
                                     struct record_claims *out);

#endif
