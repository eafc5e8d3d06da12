/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/case_run.h - one case from Reset to verdict.
 * Depends on: run/context, run/verbs, run/tape, verdict.
 */
#ifndef ASSAY_RUN_CASE_RUN_H
#define ASSAY_RUN_CASE_RUN_H

#include "run/result.h"
#include "run/tape.h"

struct case_run {
    const char *id; /* the label all randomness of the case derives from */
    const struct op_list *ops;
    struct bytes run_seed;
    const char *vector_dir;
    struct driver *driver;
    const struct cipher *cipher; /* that the case is about */
    /* Of the client surface, or NULL for the library. */
    enum surface surface;
    const struct wire_profile *wire;
    struct capture *capture; /* or NULL */
    uint64_t timeout_ms;     /* for what a client of the target must do */
    struct clock clock;
    uint64_t case_ms; /* past it the target is taken to hang */
};

/*
 * Run it. Stops at the first step that does not pass. |tape| is cleared and holds the exchange
 * afterwards. The result and everything in it live in |arena|. What goes wrong on our side is in
 * the result, too: verdict error and why. So is a case without steps: nothing was shown. The digest
 * is all zeros when the exchange was too long for a tape.
 */
void case_run(const struct case_run *run, struct arena *arena, struct tape *tape,
              struct case_result *out);

/* The step as one line of XML, for reports. In |arena|; "" when it is full. */
const char *step_line(const struct step *step, struct arena *arena);

#endif
