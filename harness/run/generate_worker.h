/*
 * run/generate_worker.h - the body of a worker that runs generated conversations.
 * Depends on: pool/channel, run/generate, run/shrink.
 *
 * A job is one struct generate_order, its result JSON:
 *     { "shape": [...], "failed": [[number, verdict, cause], ...], "is_down": bool,
 *       "target_cpu_us": n }                       for a block
 *     { "case": {...}, "target_cpu_us": n }        for one schedule to be shrunk
 * with the processor time that the target took since the result before. Each run of a schedule is
 * told to the pool as progress, so the deadline of a job is that of one run.
 */
#ifndef ASSAY_RUN_GENERATE_WORKER_H
#define ASSAY_RUN_GENERATE_WORKER_H

#include "pool/channel.h"
#include "run/generate.h"

enum generate_task { GENERATE_BLOCK = 1, GENERATE_SHRINK };

struct generate_order {
    uint32_t task;
    uint32_t first; /* the schedule's number */
    uint32_t count; /* of a block */
};

/* A worker's body, as of pool/pool.h, with |context| a const struct generate_options *. The exit
 * code: 0, or 1 when a result cannot be made or sent. */
int generate_worker_serve(struct channel *channel, const void *context);

/* What a schedule may use of this target. */
struct generator_claims;
void generate_claims(const struct target_profile *profile, struct generator_claims *out);

/* A shape as a flat array of numbers, and back. NULL; false when it is not one. */
json_t *generate_shape_json(const struct shape *s);
bool generate_shape_from(const json_t *numbers, struct shape *out);

/*
 * A case of suite "generated" to put a result under: |id| without the suite's, about |theme|. In
 * |arena|; NULL when it is full or the catalogue lacks the requirement.
 */
const struct planned *generate_planned(const struct catalogue *catalogue, const char *id,
                                       enum theme theme, struct arena *arena);

#endif
