/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/preconditions.h - the preconditions V1 to V5 of games: a target's copies of its state
 * are complete and independent, and its randomness is fresh.
 * Depends on: experiments/experiment, experiments/disk.
 *
 * An adapter that leaves keys out of its snapshots would win every game in which state is stolen.
 * So a game's outcome counts only when the preconditions it names hold; else the game is invalid,
 * and its detail says which does not (docs/spec/games.md, Preconditions).
 */
#ifndef ASSAY_EXPERIMENTS_PRECONDITIONS_H
#define ASSAY_EXPERIMENTS_PRECONDITIONS_H

#include "experiments/experiment.h"

struct precondition {
    const char *id;    /* "V1" */
    const char *title; /* what holds, when it holds */
    unsigned bit;      /* PRECONDITION_... */
};

/* N_PRECONDITION of them, in order. */
const struct precondition *preconditions(void);

/*
 * Try precondition |index| (below N_PRECONDITION). The detail is a sentence on why it does not
 * hold, "" when it does, in |arena|. V5 starts the target once more, in a private
 * folder that it removes again.
 */
void precondition_play(size_t index, const struct experiment_options *options, struct arena *arena,
                       struct claims_holding *out);

#endif
