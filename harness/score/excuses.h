/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score/excuses.h - what is wrong with the known-failures file, seen from the results of a run.
 * Depends on: base, record/run, scenario/known, score/score.
 *
 * The list can only shrink: a line that has run out, or all of whose executions pass, fails the
 * run. A line of which not everything was executed is out of this run's scope, and right.
 */
#ifndef ASSAY_SCORE_EXCUSES_H
#define ASSAY_SCORE_EXCUSES_H

#include "score/score.h"

/* Has a line with this last day ("2027-03-01"; NULL or "" for none) run out? */
bool excuse_is_expired(const char *until, const char *today);

/* The problems of in->known, which may be NULL, go into |summary|, in |arena|, in the order of the
 * file. E_NOMEM. */
MUST_USE enum status excuses_check(const struct record_run *run, const struct score_inputs *in,
                                   struct arena *arena, struct record_summary *summary);

#endif
