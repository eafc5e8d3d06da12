/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool/pool.h - worker processes: jobs in, results out in order.
 * Depends on: base, pool/channel.
 *
 * A pool forks workers and gives each one job at a time. Jobs and results are bytes that the pool
 * does not understand. Jobs are dealt in order and their results are committed in order, whatever
 * the order in which they arrive; so what is committed does not depend on the number of workers.
 * The commit is the one place where a result counts: what was not committed was not done.
 *
 * A worker that dies, misses its deadline or breaks the protocol of pool/channel.h costs its job,
 * which is committed without a result, and is replaced when there is another job to deal. The pool
 * never blocks on a worker: it reads what there is, and kills what is late.
 *
 * When pool_close() returns, no worker and no descriptor is left.
 */
#ifndef ASSAY_POOL_POOL_H
#define ASSAY_POOL_POOL_H

#include "base/bytes.h"
#include "base/clock.h"
#include "base/status.h"
#include "pool/channel.h"

#define POOL_WORKERS_MAX 256u

struct pool_options {
    size_t n_workers;   /* at least 1; above POOL_WORKERS_MAX the maximum is taken */
    size_t result_max;  /* bytes of one result, below CHANNEL_PROGRESS */
    size_t ahead_max;   /* jobs dealt from the first that is not committed on, at least 1 */
    uint64_t ending_ms; /* for an idle worker to end by itself before it is killed */
    struct clock clock;
    const volatile int *interrupted; /* becomes non-zero: deal no more; NULL for none */
    uint64_t until_ms;               /* deal no more from then on, by |clock|; 0: no such time */
    /*
     * The body of a worker, run in the child: serve channel_receive() and channel_send() until
     * there is no job any more, release what it holds and return the exit code of the process.
     * SIGINT is ignored in the child and SIGTERM has its default action.
     */
    int (*work)(struct channel *channel, const void *context);
    const void *context; /* of |work| */
};

struct pool_job {
    uint8_t bytes[CHANNEL_JOB_MAX];
    size_t len;
    uint64_t allowed_ms; /* for the job, or from one sign of progress to the next; at least 1 */
};

enum pool_fate {
    POOL_DONE = 0, /* |bytes| is the result */
    POOL_SKIPPED,  /* the job needed no worker */
    POOL_DIED,     /* the worker ended before its result was whole; |wait_status| says how */
    POOL_LATE,     /* the deadline passed and the worker was killed */
    POOL_BROKEN    /* what the worker sent is longer than a result may be, or more than one result,
                    * or memory for it was lacking; the worker was killed */
};

struct pool_result {
    enum pool_fate fate;
    struct bytes bytes; /* borrowed for the commit; none unless POOL_DONE */
    int wait_status;    /* as of waitpid(2); 0 unless POOL_DIED */
};

/* What a commit says. */
enum pool_note {
    POOL_GO_ON = 0,
    POOL_ENOUGH /* end the batch here */
};

struct pool_batch {
    size_t n_jobs;
    /* Write job |index|. False when it needs no worker: it is committed in its place as skipped. */
    bool (*job)(void *context, size_t index, struct pool_job *out);
    /* Called once for each job from 0 on. */
    enum pool_note (*commit)(void *context, size_t index, const struct pool_result *result);
    void (*tick)(void *context); /* several times a second, whatever is committed; NULL: nobody */
    void *context;
    bool is_last_word; /* its jobs are dealt although the user has interrupted, or time is over */
};

enum pool_ending {
    POOL_COMPLETE = 0, /* all jobs are committed */
    POOL_INTERRUPTED,  /* all that had been dealt are committed */
    POOL_OUT_OF_TIME,  /* the same */
    POOL_STRANDED,     /* a worker was lost and no other could be started; the same */
    POOL_STOPPED       /* a commit said POOL_ENOUGH; what was dealt beyond it is dropped, since with
                        * fewer workers it would not have run */
};

struct pool;

/*
 * Start the workers. Everything in |options| is copied, what it points to is kept. The caller
 * pool_close()s *out, which is NULL on error.
 *
 * OK       at least one worker was started
 * E_NOMEM
 * E_IO     none could be started
 */
MUST_USE enum status pool_open(const struct pool_options *options, struct pool **out);

/* How many workers could be started. */
size_t pool_n_workers(const struct pool *p);

/*
 * Have the jobs of |batch| done. Returns when no worker is busy any more. *out_committed: jobs 0 to
 * this, without it, were committed. A pool can run one batch after another.
 */
enum pool_ending pool_run(struct pool *p, const struct pool_batch *batch, size_t *out_committed);

/* End all workers and wait for them. *out_cpu_us: the processor time they took themselves, without
 * their children. |p| may be NULL: then 0. */
void pool_close(struct pool *p, uint64_t *out_cpu_us);

/* KiB of the largest process so far: this one, a worker that has ended, or what such a one waited
 * for. */
uint64_t pool_peak_memory_kb(void);

#endif
