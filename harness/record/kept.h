/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/kept.h - what of a scored run is kept beside its journal, which has everything: the steps
 * of what did not pass, and a few repro files.
 * Depends on: base, record/run.
 */
#ifndef ASSAY_RECORD_KEPT_H
#define ASSAY_RECORD_KEPT_H

#include "record/run.h"

#define KEPT_REPROS 40u /* files, unless all are asked for */

/* Are all repro files of |run| kept, however many there are? So it is when its command says
 * "--repro all", when it is one of several shards, and when it may go on. */
bool kept_all_repros(const struct record_run *run);

/*
 * Take the steps out of each case of |run| that passed; and, where there are more repro files than
 * KEPT_REPROS and not all are kept, the names of the others. Kept are those of the smallest example
 * of each cause, worst first, then of each cause of known failures, then the first ones. |run| has
 * a summary. E_NOMEM: |arena| is full.
 */
MUST_USE enum status kept_trim(struct record_run *run, struct arena *arena);

#endif
