/*
 * experiments/result.h - what came of one game on one side, read out of its OUTCOME.
 * Depends on: experiments/game; jansson.
 */
#ifndef ASSAY_EXPERIMENTS_RESULT_H
#define ASSAY_EXPERIMENTS_RESULT_H

#include <jansson.h>

#include "experiments/game.h"

enum result_state {
    RESULT_NONE = 0, /* nobody played: no baseline */
    RESULT_HELD,
    RESULT_WON,
    RESULT_MEASURED,
    RESULT_UNABLE,  /* a capability is missing */
    RESULT_INVALID, /* a precondition does not hold */
    RESULT_TROUBLE, /* honest traffic failed */
    N_RESULT_STATE
};

struct game_result {
    enum result_state state;
    unsigned n_schedules, n_wins;
    long measured;      /* with RESULT_MEASURED, and of a report that yields a number; else -1 */
    const char *detail; /* borrowed from the JSON; never NULL */
};

/* "held" ...; "none" for RESULT_NONE. */
const char *result_state_name(enum result_state s);
/* |outcome| may be null or NULL: RESULT_NONE. What is no OUTCOME is RESULT_TROUBLE. */
struct game_result result_of(const json_t *outcome);

#endif
