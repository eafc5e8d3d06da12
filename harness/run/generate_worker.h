/*
 * run/generate_worker.h - one worker process of generated conversations.
 * Depends on: run/generate, run/shrink.
 *
 * An order is one struct generate_order over a socket pair, the answer one line of JSON, a struct
 * generate_report.
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
    /* of one schedule that was shrunk; NULL when that could not be done */
    struct record_case *result;
    uint64_t target_cpu_us; /* of the process the worker owns, so far */
};

extern const struct form generate_report_form;

/* Run until |fd| is closed. The exit code of the process. */
int generate_worker_main(int fd, const struct generate_options *options);

/* What a schedule may use of this target. */
struct generator_claims;
void generate_claims(const struct target_profile *profile, struct generator_claims *out);

/*
 * A case of suite "generated" to put a result under: |id| without the suite's, about |theme|. In
 * |arena|; NULL when it is full or the catalogue lacks the requirement.
 */
const struct planned *generate_planned(const struct catalogue *catalogue, const char *id,
                                       enum theme theme, struct arena *arena);

#endif
