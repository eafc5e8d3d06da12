/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score/offers.h - what every client has and this target did not offer.
 * Depends on: base, record/run.
 */
#ifndef ASSAY_SCORE_OFFERS_H
#define ASSAY_SCORE_OFFERS_H

#include "record/run.h"

/*
 * Each capability that every client must have (scenario/capability.h), that the target does not
 * claim, and for want of which cases of |run| are not applicable: into |summary|, in |arena|.
 * They change no outcome: a report says them before it says conformant. E_NOMEM.
 */
MUST_USE enum status offers_find(const struct record_run *run, struct arena *arena,
                                 struct record_summary *summary);

#endif
