/*
 * score/tally.h - one case result put into one of a few classes, and counts of them.
 * Depends on: base; jansson.
 */
#ifndef ASSAY_SCORE_TALLY_H
#define ASSAY_SCORE_TALLY_H

#include "base/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum tally_class {
    TALLY_NONE = 0,
    TALLY_PASSED,
    TALLY_KNOWN, /* failed, and a known-failures line in force says so */
    TALLY_FAILED,
    TALLY_INCONCLUSIVE,
    TALLY_ERROR, /* also a verdict nobody has heard of */
    TALLY_NOT_APPLICABLE,
    TALLY_NOT_RUN,
    N_TALLY
};

struct tally {
    uint64_t of[N_TALLY];
};

/* The class of a case object of results.json; |today| as in score/score.h. */
enum tally_class tally_class_of(const json_t *result, const char *today);

/* Has a known-failures line with this last day ("2027-03-01", or NULL for none) run out? */
bool tally_is_expired(const char *until, const char *today);

/* Cases that came to a verdict. */
uint64_t tally_executed(const struct tally *t);
/* Cases that could have come to one: executed or not run. */
uint64_t tally_applicable(const struct tally *t);

/* Set "passed", "known", ... "not_run" in |object|. E_NOMEM. */
MUST_USE enum status tally_write(const struct tally *t, json_t *object);

/* The text member |key| of |object|, "" when there is none. */
const char *tally_text(const json_t *object, const char *key);
/* The integer member |key| of |object|, 0 when there is none or it is negative. */
uint64_t tally_number(const json_t *object, const char *key);

#endif
