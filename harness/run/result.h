/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/result.h - what came of a planned case, as it is recorded.
 * Depends on: base, record/case, scenario; cipher for the reasons of a refusal.
 */
#ifndef ASSAY_RUN_RESULT_H
#define ASSAY_RUN_RESULT_H

#include "cipher/refusal.h"
#include "record/case.h"
#include "scenario/case.h"

/*
 * Make |step|, which is done, fit to be kept: its shown bytes, cut, are copied into |arena|, and a
 * refusal's reason gets its name.
 */
void result_keep_step(struct step_result *step, struct arena *arena);

/*
 * |result| of |planned|. Views into both and into |arena|. |with_steps| false leaves the steps out
 * (a passing instance of a sweep). |repro| as in struct record_case.
 */
void result_record(const struct planned *planned, const struct case_result *result, bool with_steps,
                   const char *repro, struct arena *arena, struct record_case *out);

/* A case that was not run: STATE_NOT_APPLICABLE, STATE_NOT_RUN or STATE_ERROR. |why| is copied into
 * |arena|. */
void result_unrun(const struct planned *planned, enum state state, const char *why,
                  struct arena *arena, struct record_case *out);

#endif
