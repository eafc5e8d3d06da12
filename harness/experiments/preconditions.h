/*
 * experiments/preconditions.h - the validity gates V1 to V5: whether a target's copies of its state are what
 * games take them for.
 * Depends on: experiments/experiment, experiments/disk.
 *
 * An adapter that leaves keys out of its snapshots would win every game of theft. So before a
 * game's outcome counts, the gates it stands on must hold; where one does not, the game is invalid,
 * by name, whatever came of it (spec: validity gates of the games).
 */
#ifndef ASSAY_EXPERIMENTS_PRECONDITIONS_H
#define ASSAY_EXPERIMENTS_PRECONDITIONS_H

#include "experiments/experiment.h"

struct precondition {
    const char *id;    /* "V1" */
    const char *title; /* what holds, when it holds */
    unsigned bit;      /* GATE_... */
};

/* N_PRECONDITION of them, in order. */
const struct precondition *preconditions(void);

/*
 * Play precondition |index| (below N_PRECONDITION). The detail says why it does not hold, in |arena|. V5 starts a process of its own with |options->address|, in a
 * private folder it removes again.
 */
void precondition_play(size_t index, const struct experiment_options *options, struct arena *arena,
                       struct claims_holding *out);

#endif
