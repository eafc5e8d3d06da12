/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score/blame.h - is a refusal to blame for what failed after it? What trials showed.
 * Depends on: base, record/run.
 *
 * An honest step that fails after a refusal speaks for "a refusal costs nothing"
 * (scenario/about.h), but it may have failed without one. Of all failures with one signature the
 * smallest is played again without the refusals (run/trials.h), and what comes of it holds for all
 * of them:
 *
 *   passes without the refusals         a refusal is to blame, as it says; where it fails without
 *                                       the forgeries, it is that of what came again: V-05
 *   fails without them                  none is: each violates what its step speaks for alone
 *   fails, and passes without others    another's conversation is to blame: S-01
 *   anything else                       nothing new is said
 */
#ifndef ASSAY_SCORE_BLAME_H
#define ASSAY_SCORE_BLAME_H

#include "record/run.h"

#define BLAME_MAX 40u /* cases that are played again for one run */

/*
 * The places in run->cases of those to play again: of each signature of failures that may not be
 * what they say, the smallest, in the order of the run, in |arena|. E_NOMEM.
 */
MUST_USE enum status blame_candidates(const struct record_run *run, struct arena *arena,
                                      size_t **out, size_t *out_count);

/* Let the failures of |run| violate what run->trials show, and run->trials be those that this is
 * seen from, in the order of the candidates: shards have more. E_NOMEM. */
MUST_USE enum status blame_apply(struct record_run *run, struct arena *arena);

/* What the trials show about |c|, in one sentence; "" for nothing. */
const char *blame_shown(const struct record_run *run, const struct record_case *c);

#endif
