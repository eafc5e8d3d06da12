/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/worker.h - what workers have in common: a target connection, and cases run on it, again where
 * that is needed.
 * Depends on: pool/channel, run/case_run, run/plan, run/run.
 */
#ifndef ASSAY_RUN_WORKER_H
#define ASSAY_RUN_WORKER_H

#include "pool/channel.h"
#include "run/case_run.h"
#include "scenario/op.h"
#include "run/run.h"

#define WORKER_WHY_MAX 16384u
#define WORKER_REPORT_MAX (64u * 1024u * 1024u)

/* How long a worker may take for one case, its second run included, before it is killed. */
uint64_t worker_allowed_ms(const struct run_options *options);

/* Send |report| as the result of a job; false when it cannot be made or sent. */
MUST_USE bool worker_send(const struct channel *channel, const struct form *form,
                          const void *report);

/* The processor time of |driver|'s target since the last call, in microseconds; |told_us| is where
 * the caller keeps the sum, 0 at first. |driver| NULL: 0. */
uint64_t worker_target_cpu_us(const struct driver *driver, uint64_t *told_us);

/*
 * Run one planned case on |driver|, a non-pass a second time, after a fresh start when the target
 * does not answer Ping (docs/architecture.md). |steps| concrete; |tape| holds the exchange of the
 * run that counts. *out_is_hang: the target was silent twice and answers no Ping, or it could not
 * be reached. Everything in |out| lives in |arena|.
 */
struct worker_case {
    const struct run_options *options;
    const char *id;
    const struct step *steps; /* as they are saved when the case fails */
    size_t n_steps;
    struct op_list ops; /* the same, resolved */
    enum surface surface;
    const struct cipher *cipher;
    struct driver *driver; /* NULL when the target cannot be reached: the case is inconclusive */
    const char *why_no_driver;     /* then; of worker_connect, as what follows */
    bool is_own_trouble;           /* assay could not, and the case is its error */
    const struct channel *channel; /* told of progress before each run or trial; NULL: nobody */
    uint64_t *n_late; /* counts executions done again because assay was late; NULL: nobody counts */
    bool *has_hung;   /* set when the target gave no answer any more; NULL: nobody asks */
};
void worker_run_case(const struct worker_case *what, struct arena *arena, struct tape *tape,
                     struct case_result *out, bool *out_is_hang);

/* Let |what|, which has its cipher, be the case of |steps|, which no loader has seen. Of
 * resolve_steps. */
MUST_USE enum status worker_case_resolve(struct worker_case *what, const struct step *steps,
                                         size_t n_steps, struct arena *arena);

/* The same, without a second run: a trial while something is narrowed down. */
void worker_try_case(const struct worker_case *what, struct arena *arena, struct tape *tape,
                     struct case_result *out);

/* Does what was seen stand whatever the time it took? An opened forgery, another plaintext, a leak
 * and a death are the target's, however late it was. */
bool worker_is_beyond_doubt(const struct case_result *r);

/* A target that said Hello; NULL when there is none, and |why| (WORKER_WHY_MAX) holds the reason.
 * *out_is_own_trouble: it is not the target, assay has no memory. The caller driver_close()s. */
struct driver *worker_connect(const struct run_options *options, struct buffer *why,
                              bool *out_is_own_trouble);

#endif
