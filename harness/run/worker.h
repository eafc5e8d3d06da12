/*
 * run/worker.h - one worker process: a target connection, and cases run on it one after another.
 * Depends on: run/case_run, run/plan, run/run.
 *
 * The supervisor and a worker speak over a socket pair: the supervisor sends a case's number in the
 * plan as four bytes, big-endian; the worker answers with a frame (four bytes of length,
 * big-endian) of JSON:
 *     { "case": {...}, "is_hang": bool, "target_cpu_us": n }
 * A worker ends when the supervisor closes the pair.
 */
#ifndef ASSAY_RUN_WORKER_H
#define ASSAY_RUN_WORKER_H

#include "run/case_run.h"
#include "run/run.h"

#define WORKER_REPORT_MAX (64u * 1024u * 1024u)

/* Run until |fd| is closed. The exit code of the process: 0, or 1 when the supervisor cannot be
 * written to. */
int worker_main(int fd, const struct run_options *options);

/*
 * Run one planned case on |driver|, a non-pass a second time from a fresh start (DESIGN section 9).
 * |steps| concrete; |tape| holds the exchange of the run that counts. *out_is_hang: the target was
 * silent or could not be reached, twice. Everything in |out| lives in |arena|.
 */
struct worker_case {
    const struct run_options *options;
    const char *id;
    const struct step *steps;
    size_t n_steps;
    bool is_client;
    const struct cipher *cipher;
    struct driver *driver; /* NULL when the target cannot be reached: the case is an error */
};
void worker_run_case(const struct worker_case *what, struct arena *arena, struct tape *tape,
                     struct case_result *out, bool *out_is_hang);

/* The same once, without a fresh start and a second run:
 * a trial while something is narrowed down. */
void worker_try_case(const struct worker_case *what, struct arena *arena, struct tape *tape,
                     struct case_result *out);

/* A target that said Hello; NULL when there is none. The caller driver_close()s. */
struct driver *worker_connect(const struct run_options *options);

#endif
