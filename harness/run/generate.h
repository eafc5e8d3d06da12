/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/generate.h - many random schedules against a target, in constant memory.
 * Depends on: base, scenario, driver, pool, run/run.
 *
 * The workers of a pool, one target connection each, are dealt blocks of schedules. Their results
 * are counts, and the numbers of schedules that did not pass; blocks are committed in order, so the
 * outcome is the same with any number of workers. Of each signature the first failing schedule is
 * then shrunk on the live target, saved and run again.
 */
#ifndef ASSAY_RUN_GENERATE_H
#define ASSAY_RUN_GENERATE_H

#include "record/run.h"
#include "run/run.h"
#include "scenario/shape.h"

#define GENERATE_MAX 100000000u /* schedules in one run */

struct generate_options {
    const struct run_options *run; /* without plan and observer */
    const struct catalogue *catalogue;
    uint32_t count;       /* schedules, 1 to GENERATE_MAX */
    enum surface surface; /* SURFACE_LIBRARY, SURFACE_CLIENT */
    /* Called as blocks are committed; NULL for none. */
    void (*taken)(void *context, uint32_t done, uint32_t total, uint32_t failed);
    void *context;
};

struct generate_outcome {
    /* One for each theme that held, one for each failure; with all below in run->arena. */
    struct record_case *cases;
    size_t n_cases;
    struct record_generated *generated;
    struct shape shape;
    uint32_t n_run;
    uint32_t n_failed;
    char interrupted[256]; /* "" or one sentence */
    uint64_t target_cpu_us;
    uint64_t n_late; /* as of struct run_outcome */
    uint64_t harness_cpu_us;
    unsigned workers;
};

/* E_NOMEM, E_IO (no worker could be started). What targets do is in the outcome. */
MUST_USE enum status generate_run(const struct generate_options *options,
                                  struct generate_outcome *out);

#endif
