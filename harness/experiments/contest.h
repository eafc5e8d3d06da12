/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/contest.h - all preconditions and games, against a target and against Signal v3 and
 * v4, in one run.
 * Depends on: experiments/play, experiments/preconditions, driver, pool; jansson.
 *
 * The workers of a pool are dealt one precondition or game of one side at a time, each with
 * processes of the target of its own. Results are committed in the order of the table, so they are
 * the same with any number of workers. A worker that dies or hangs costs its game, which is trouble
 * then.
 */
#ifndef ASSAY_EXPERIMENTS_CONTEST_H
#define ASSAY_EXPERIMENTS_CONTEST_H

#include "experiments/game.h"
#include "driver/driver.h"

struct contestant {
    const struct target_address *address; /* NULL: nobody on this side */
    const struct target_profile *profile;
};

struct contest_options {
    struct contestant sides[N_CLAIMS_SIDE];
    const struct game *const *games; /* which to play */
    size_t n_games;
    struct bytes seed;
    unsigned n_schedules; /* of each game that draws schedules */
    unsigned jobs;        /* workers, at least 1 */
    uint64_t timeout_ms;  /* for one reply */
    uint64_t start_ms;    /* for a start and the reply to Hello; 0: as for one reply */
    uint64_t game_ms;     /* for one game on one side; past it the target is taken to hang */
    struct arena *arena;  /* for the results */
    /* Called as results are committed; NULL for none. */
    void (*taken)(void *context, const struct claims_line *line, size_t done, size_t total);
    void *context;
    const volatile int *interrupted; /* becomes non-zero on Ctrl-C: stop dealing, collect, return */
};

struct contest_outcome {
    /* N_PRECONDITION, and as many games as were to be played; in the arena. */
    struct claims_precondition *preconditions;
    struct claims_game *games;
    char interrupted[256]; /* "" or one sentence */
};

/* E_NOMEM, E_IO (no worker could be started). What targets do is in the outcome. */
MUST_USE enum status contest_run(const struct contest_options *options,
                                 struct contest_outcome *out);

#endif
