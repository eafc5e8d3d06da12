/*
 * experiments/contest_worker.h - the process that plays: one order in, one JSON object out.
 * Depends on: experiments/contest.
 */
#ifndef ASSAY_EXPERIMENTS_CONTEST_WORKER_H
#define ASSAY_EXPERIMENTS_CONTEST_WORKER_H

#include "experiments/contest.h"

struct contest_order {
    uint32_t side; /* enum contest_side */
    uint32_t is_precondition;
    uint32_t index; /* of gates(), or of options->games */
};

/* Serve orders on |fd| until it closes. The process's exit code. */
int contest_worker_main(int fd, const struct contest_options *options);

#endif
