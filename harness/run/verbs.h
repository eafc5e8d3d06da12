/*
 * run/verbs.h - what each verb of a case does. One function a verb, found in one table.
 * Depends on: run/exchange, scenario/verb.
 */
#ifndef ASSAY_RUN_VERBS_H
#define ASSAY_RUN_VERBS_H

#include "run/stage.h"

/*
 * Do one step: |out|->seen and detail say what was seen. Not OK is trouble of the harness: E_NOMEM,
 * E_LIMIT, E_CRYPTO, E_MISSING (a name the loader should have caught, or a sweep past the end of a
 * field).
 */
MUST_USE enum status verb_do(struct stage *s, const struct step *step, struct step_result *out);

/* The verbs kept in files of their own. */
MUST_USE enum status verb_tamper(struct stage *s, const struct step *step, struct step_result *out);
MUST_USE enum status verb_check(struct stage *s, const struct step *step, struct step_result *out);
MUST_USE enum status verb_measure(struct stage *s, const struct step *step,
                                  struct step_result *out);
MUST_USE enum status verb_recorded(struct stage *s, const struct step *step,
                                   struct step_result *out);

/* Every verb has its function; for the test of the table. */
bool verb_is_known(enum verb verb);

#endif
