/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/trials.h - the smallest failure of each signature, played again without what was refused:
 * what then comes of it says what is to blame (score/blame.h).
 * Depends on: record, scenario/without, score/blame, run/run, run/worker, pool.
 */
#ifndef ASSAY_RUN_TRIALS_H
#define ASSAY_RUN_TRIALS_H

#include "run/run.h"

/*
 * |run|'s cases are what came of options->plan, in its order; what is to be played and is fills
 * run->trials, in options->arena. Each trial is an execution with the seed and the id of its case,
 * at most two for a case. None is begun when the run was broken off, nor once options->max_ms are
 * over or a person interrupts: then nothing is known, and nothing new is said. What a trial shows
 * never changes a verdict. |out| gets the processor time. E_NOMEM, E_IO (no worker).
 */
MUST_USE enum status trials_play(const struct run_options *options, struct record_run *run,
                                 struct run_outcome *out);

#endif
