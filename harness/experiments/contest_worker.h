/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/contest_worker.h - the body of a worker that plays: a job is one struct
 * contest_order, its result one JSON object.
 * Depends on: experiments/contest, pool/channel.
 */
#ifndef ASSAY_EXPERIMENTS_CONTEST_WORKER_H
#define ASSAY_EXPERIMENTS_CONTEST_WORKER_H

#include "experiments/contest.h"
#include "pool/channel.h"

struct contest_order {
    uint32_t side; /* enum claims_side */
    uint32_t is_precondition;
    uint32_t index; /* of preconditions(), or of options->games */
};

/* A worker's body, as of pool/pool.h, with |context| a const struct contest_options *. The exit
 * code: 0, or 1 when a result cannot be made or sent. */
int contest_worker_serve(struct channel *channel, const void *context);

#endif
