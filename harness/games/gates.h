/*
 * games/gates.h - the validity gates V1 to V5: whether a target's copies of its state are what
 * games take them for.
 * Depends on: games/world, games/disk.
 *
 * An adapter that leaves keys out of its snapshots would win every game of theft. So before a
 * game's outcome counts, the gates it stands on must hold; where one does not, the game is invalid,
 * by name, whatever came of it (spec: validity gates of the games).
 */
#ifndef ASSAY_GAMES_GATES_H
#define ASSAY_GAMES_GATES_H

#include "games/world.h"

struct gate {
    const char *id;    /* "V1" */
    const char *title; /* what holds, when it holds */
    unsigned bit;      /* GATE_... */
};

struct gate_result {
    bool holds;
    const char *detail; /* why not, one sentence; "" when it holds; in |arena| */
};

/* N_GATE of them, in order. */
const struct gate *gates(void);

/*
 * Play gate |index| (below N_GATE). V5 starts a process of its own with |options->address|, in a
 * private folder it removes again.
 */
void gate_play(size_t index, const struct world_options *options, struct arena *arena,
               struct gate_result *out);

#endif
