/*
 * games/contest_worker.h - the process that plays: one order in, one JSON object out.
 * Depends on: games/contest.
 */
#ifndef ASSAY_GAMES_CONTEST_WORKER_H
#define ASSAY_GAMES_CONTEST_WORKER_H

#include "games/contest.h"

struct contest_order {
    uint32_t side; /* enum contest_side */
    uint32_t is_gate;
    uint32_t index; /* of gates(), or of options->games */
};

/* Serve orders on |fd| until it closes. The process's exit code. */
int contest_worker_main(int fd, const struct contest_options *options);

#endif
