/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pool with workers that act out what a test writes down, and what was committed of their jobs.
 */
#ifndef ASSAY_TESTS_UNIT_POOL_FIXTURE_H
#define ASSAY_TESTS_UNIT_POOL_FIXTURE_H

#include "pool/pool.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <cmocka.h>

#define N_JOBS_MAX 40u
#define RESULT_MAX 200000u /* bytes; several reads */
#define PATIENCE_MS 20000u /* for jobs that are done in time */
#define DEADLINE_MS 150u   /* for jobs that are not */
#define PROGRESS_MS 1000u  /* for jobs that are late and show progress */
#define TOIL_MS 200u       /* of processor time */
#define BOUNDED_MS 5000u   /* far below PATIENCE_MS */
#define ENDING_MS 300u
#define LIFE_S 60u /* of a worker, whatever becomes of the test */

/* What a worker does with a job. Each answers with its process id, so that a test sees who it was.
 * */
enum act {
    ANSWER = 0,
    ANSWER_SLOWLY,    /* after 200 ms */
    ANSWER_AT_LENGTH, /* as many bytes as a result may have */
    SHOW_PROGRESS,    /* for longer than the deadline, then answer */
    DIE,              /* by a signal */
    LEAVE,            /* with exit code 7 */
    TOIL,             /* for TOIL_MS, by itself */
    HAVE_TOILED,      /* the same, by a child */
    HANG,
    WRITE_HALF_AND_LEAVE,
    WRITE_HALF_AND_HANG,
    WRITE_CHUNK_AND_HANG, /* half a result, just as much as the pool reads at once */
    ANNOUNCE_TOO_MUCH,
    ANSWER_TWICE,
    LINGER, /* answer, and do not end when there is no job any more */
    SKIP    /* no worker's work */
};

struct misbehaviour {
    const char *sentence;
    enum act act;
    enum pool_fate fate;
    int signal;    /* that the worker died of, or 0 */
    int exit_code; /* that it left with, or 0 */
};

struct committed {
    size_t index;
    enum pool_fate fate;
    int wait_status;
    size_t len;
    pid_t who;
};

struct fixture {
    const struct misbehaviour *row; /* NULL in tests that are no row */
    struct pool_options options;
    struct pool *pool;
    enum act acts[N_JOBS_MAX];
    uint64_t allowed_ms; /* for jobs that take too long on purpose */
    struct committed log[N_JOBS_MAX];
    size_t n_log;
    unsigned deal_ms; /* that it takes to write a job */
    size_t furthest;  /* job dealt beyond the first that was not committed */
    size_t n_committed;
    enum pool_ending ending;
    volatile int interrupted;
    size_t note_at; /* the commit that is answered by |note|, and those after it */
    enum pool_note note;
    void (*at_commit)(struct fixture *f);
    size_t n_descriptors;
    struct rlimit limit;
};

/* Before and after each test. A row's |*state| is a struct misbehaviour, other tests' is NULL. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

void open_pool(struct fixture *f, size_t n_workers);
/* The first |n_jobs| of f->acts. */
void run_batch(struct fixture *f, size_t n_jobs);
/* Nothing is left behind, whatever the test was about. */
void close_pool(struct fixture *f);
uint64_t now_ms(void);

#endif
