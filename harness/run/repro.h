/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/repro.h - one failure as a file: the case, its seed and its tape; done again, or judged
 * again.
 * Depends on: base, record, scenario, driver, run/run.
 */
#ifndef ASSAY_RUN_REPRO_H
#define ASSAY_RUN_REPRO_H

#include "run/worker.h"
#include "scenario/loader.h"
#include "driver/driver.h"

struct repro_outcome {
    struct record_case result;
    struct arena arena;   /* where it lives; the caller arena_fini()s */
    const char *recorded; /* the verdict in the file, "fail"; in the catalogue's arena */
    bool is_same;         /* the same verdict and cause as recorded */
};

/*
 * Write the repro file of |result| into options->out_dir/repro. Gives its path relative to out_dir,
 * in |arena|; NULL when it could not be written.
 */
const char *repro_write(const struct run_options *options, const struct planned *planned,
                        const struct worker_case *what, const struct case_result *result,
                        const struct tape *tape, struct arena *arena);

struct repro_where {
    const struct target_address *address;
    uint64_t timeout_ms, start_ms; /* as of struct run_options */
    const struct wire_profile
        *wire; /* for a case on the client surface; NULL: the one in the file */
};

/*
 * Drive the case of |path| |where| again (fresh start).
 * E_INPUT with |diags|; E_IO with a diagnostic when the target is not reachable; E_NOMEM.
 */
MUST_USE enum status repro_run(const char *path, struct catalogue *catalogue,
                               const struct loader_options *loader, const struct repro_where *where,
                               struct diags *diags, struct repro_outcome *out);

/* Judge the tape in |path| again, without a target. E_INPUT also when requests no longer match the
 * tape. */
MUST_USE enum status repro_judge(const char *path, struct catalogue *catalogue,
                                 const struct loader_options *loader, struct diags *diags,
                                 struct repro_outcome *out);

#endif
