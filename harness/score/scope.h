/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score/scope.h - what a run speaks of: which layers, and which requirements did not apply, and
 * why.
 * Depends on: base, record/run, score/score.
 */
#ifndef ASSAY_SCORE_SCOPE_H
#define ASSAY_SCORE_SCOPE_H

#include "score/score.h"

/*
 * Everything in summary->scope, in |arena|; summary->requirements is filled in already. Reasons
 * stand with the most requirements first; a requirement has the reason of its first case. A run is
 * partial when not every suite, case and level was selected, it is one shard of several, or the
 * release has suites that were not found. E_NOMEM.
 */
MUST_USE enum status scope_find(const struct record_run *run, const struct score_inputs *in,
                                struct arena *arena, struct record_summary *summary);

#endif
