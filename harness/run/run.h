/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/run.h - the supervisor: has the plan's cases run by a pool of workers.
 * Depends on: base, record, scenario, driver, pool, run/plan.
 *
 * Each worker has a target connection of its own. A worker that dies or hangs costs its case
 * (verdict error). Results are committed in plan order, so results are the same with any number of
 * workers. All randomness derives from (seed, case id). So a run that was broken off can go on
 * where its journal ends, and comes to the same results.
 */
#ifndef ASSAY_RUN_RUN_H
#define ASSAY_RUN_RUN_H

#include "base/clock.h"
#include "record/run.h"
#include "run/plan.h"
#include "scenario/known.h"

#include <stdio.h>

#define RUN_START_MS 30000u /* for a start, where nothing else is asked for */

struct capture;

struct run_observer {
    void (*committed)(void *context, const struct record_case *result, size_t done, size_t total);
    void (*tick)(void *context); /* several times a second; NULL: nobody is told */
    void *context;
};

struct run_options {
    const struct plan *plan;
    const struct target_address *address;
    const struct target_profile *profile;
    const struct wire_profile *wire; /* of the client surface */
    struct capture *capture;         /* of what crosses there; NULL for none */
    uint8_t seed[32];
    unsigned jobs;       /* at least 1 */
    uint64_t timeout_ms; /* for one reply */
    uint64_t start_ms;   /* for a start and the reply to Hello; 0: as for one reply */
    uint64_t case_ms;    /* for one case; past it the target is taken to hang */
    uint64_t max_ms;     /* after it no case is begun; 0: no such time */
    const char *vector_dir;
    const struct known_failures *known; /* whose lines excuse failures; NULL for none */
    bool shares;                        /* instances of a sweep one session, where they can */
    bool trusts_once;                   /* a non-pass is not confirmed from a fresh start */
    const char *out_dir;                /* with a repro/ folder in it; NULL: no repro files */
    struct arena *arena;                /* for the results */
    FILE *journal;                      /* results.jsonl; NULL for none; each line is flushed */
    const struct record_line *done;     /* what its journal has already (run_count_done); they are
                                           in the outcome, and the observer is told of them, too */
    size_t n_done;
    struct run_observer observer;
    const volatile int *interrupted; /* becomes non-zero on Ctrl-C: stop dealing, collect, return */
};

struct run_outcome {
    struct record_case *cases; /* in plan order, in the arena */
    size_t n_cases;
    uint64_t *took_us;       /* each of them, confirmed where it was; 0: it did not run */
    char interrupted[256];   /* "" or one sentence */
    uint64_t target_cpu_us;  /* of owned target processes */
    uint64_t harness_cpu_us; /* supervisor and workers */
    unsigned workers;        /* that had a target */
    uint64_t n_late;         /* executions done again because assay or the target was late */
};

/* E_NOMEM, E_IO (no worker could be started). What targets do is in the results, never in the
 * status. */
MUST_USE enum status run_plan(const struct run_options *options, struct run_outcome *out);

/*
 * How many of the |n| |lines| of the journal of a run of |plan| stand when the run goes on: all up
 * to the first that was not run, and only whole units (run/unit.h); without errors of assay at the
 * end, since what ended the run may have ended its workers first.
 *
 * E_MISSING  *out_done is the first line, from 0, that is not about its item of |plan|
 * E_NOMEM
 */
MUST_USE enum status run_count_done(const struct plan *plan, bool shares,
                                    const struct record_line *lines, size_t n, size_t *out_done);

/* When |options| ask to begin no more cases, if it is now that the run begins; 0: never. */
uint64_t run_until_ms(const struct run_options *options, struct clock clock);
/* That time is over, in one sentence. */
void run_say_out_of_time(const struct run_options *options, char *text, size_t len);

#endif
