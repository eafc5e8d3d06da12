/*
 * run/generate_worker.h - one worker process of generated conversations.
 * Depends on: run/generate, run/shrink.
 *
 * An order is one struct generate_order over a socket pair, the answer one line of JSON:
 *     { "shape": [...], "failed": [[number, verdict, cause], ...], "is_down": bool,
 *       "target_cpu_us": n }                       for a block
 *     { "case": {...}, "target_cpu_us": n }        for one schedule to be shrunk
 */
#ifndef ASSAY_RUN_GENERATE_WORKER_H
#define ASSAY_RUN_GENERATE_WORKER_H

#include "run/generate.h"

enum generate_task { GENERATE_BLOCK = 1, GENERATE_SHRINK };

struct generate_order {
    uint32_t task;
    uint32_t first; /* the schedule's number */
    uint32_t count; /* of a block */
};

/* Run until |fd| is closed. The exit code of the process. */
int generate_worker_main(int fd, const struct generate_options *options);

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
