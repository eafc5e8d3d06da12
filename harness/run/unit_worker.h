/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/unit_worker.h - the body of a run's worker: units of the plan, one after another.
 * Depends on: pool/channel, run/run, run/unit, run/worker.
 *
 * A job is a unit's number, a uint32_t as this machine has it. Its result has a line for each item
 * of the unit, JSON, a struct case_report; fewer when the target was silent for so many of them in
 * a row that the run ends there (run/breaker.h).
 */
#ifndef ASSAY_RUN_UNIT_WORKER_H
#define ASSAY_RUN_UNIT_WORKER_H

#include "pool/channel.h"
#include "run/run.h"
#include "run/unit.h"

struct unit_work {
    const struct run_options *options;
    const struct units *units;
};

struct case_report {
    struct record_case result;
    bool is_hang;           /* as of worker_run_case */
    bool has_hung;          /* the target was silent and gave no answer any more, at least once */
    uint64_t n_late;        /* executions that were done again because assay was late */
    uint64_t target_cpu_us; /* that the target took since the report before */
    uint64_t took_us;       /* the case, with what was done again; its part of what was shared */
};

extern const struct form case_report_form;

/* A worker's body, as of pool/pool.h, with |context| a const struct unit_work *. The exit code: 0,
 * or 1 when a result cannot be made or sent. */
int unit_worker_serve(struct channel *channel, const void *context);

#endif
