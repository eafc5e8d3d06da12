/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/generate_worker.h - the body of a worker that runs generated conversations.
 * Depends on: pool/channel, run/generate, run/conversation.
 *
 * A job is one struct generate_order, its result JSON, a struct generate_report. Each run of a
 * schedule is told to the pool as progress, so the deadline of a job is that of one run.
 */
#ifndef ASSAY_RUN_GENERATE_WORKER_H
#define ASSAY_RUN_GENERATE_WORKER_H

#include "pool/channel.h"
#include "run/generate.h"

/* GENERATE_SHOW: a schedule that failed, again, as it was generated. */
enum generate_task { GENERATE_BLOCK = 1, GENERATE_SHRINK, GENERATE_SHOW };

struct generate_order {
    uint32_t task;
    uint32_t first; /* the schedule's number */
    uint32_t count; /* of a block */
};

/* A schedule that did not pass. */
struct generate_failed {
    uint32_t number;
    const char *signature; /* verdict and cause */
};

struct generate_report {
    /* of a block */
    struct bytes shape; /* a struct shape */
    const struct generate_failed *failed;
    size_t n_failed;
    bool is_down;
    /* of one schedule that was shrunk or shown; NULL when that could not be done */
    struct record_case *result;
    uint64_t target_cpu_us; /* that the target took since the result before */
    uint64_t n_late;        /* as of struct worker_report */
};

extern const struct form generate_report_form;

/* A worker's body, as of pool/pool.h, with |context| a const struct generate_options *. The exit
 * code: 0, or 1 when a result cannot be made or sent. */
int generate_worker_serve(struct channel *channel, const void *context);

/*
 * A case of suite "generated" to put a result under: |id| without the suite's, about |r|, so
 * binding (LEVEL_NONE: as |r| is). In |arena|; NULL when it is full or |r| is NULL.
 */
const struct planned *generate_planned(const struct generate_options *options, const char *id,
                                       const struct requirement *r, enum level level,
                                       struct arena *arena);

#endif
