/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/state.h - what a case came to, and what a run came to: one enum and one table of words for
 * each.
 * Depends on: verdict.
 */
#ifndef ASSAY_RECORD_STATE_H
#define ASSAY_RECORD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "verdict/oracle.h"

/* What a case came to, as far as the run is concerned; better before worse. */
enum state {
    STATE_NONE = 0,
    STATE_PASSED,
    STATE_NOT_APPLICABLE,
    STATE_NOT_RUN,
    STATE_UNSCORED, /* failed or inconclusive, at a level that does not fail this run */
    STATE_KNOWN,    /* failed, and a line of the known-failures file that is in force says so */
    STATE_BLOCKED,  /* its setup failed, and a failure that is counted elsewhere says why */
    STATE_INCONCLUSIVE,
    STATE_FAILED,
    STATE_ERROR, /* also a verdict that nobody knows */
    N_STATE
};

/* "known failure": for a person. */
const char *state_name(enum state s);
/* The word in a case's "verdict": "pass", "not-run"; "?" for what is none: unscored and known are a
 * failure, or inconclusive, there. */
const char *state_verdict(enum state s);
enum state state_of_verdict(enum verdict v);
/* Something a reader has to look at: worse than known. */
bool state_is_trouble(enum state s);

/* Cases, by what they came to. */
struct counts {
    uint64_t of[N_STATE];
    uint64_t applicable; /* of a level: cases that came to a verdict, or could have */
};

/* Cases that came to a verdict. */
uint64_t counts_executed(const struct counts *c);
/* Cases that could have come to one: executed or not run. */
uint64_t counts_applicable(const struct counts *c);

/*
 * Two answers about a run that are never mixed. Regression: did it come out as the known-failures
 * file says? It decides the exit code; the worse, the later. Conformance: does the target do what
 * every MUST asks? Known failures are failures there.
 */
enum run_state {
    RUN_NONE = 0,
    RUN_AS_LISTED, /* everything that decides passed, or failed as listed */
    RUN_VACUOUS,
    RUN_INCONCLUSIVE,
    RUN_FAILED,
    RUN_UNREACHABLE,
    RUN_INTERRUPTED,
    RUN_ERROR,
    N_RUN_STATE
};

enum conformance {
    CONFORMANCE_NONE = 0,
    CONFORMANCE_UNDECIDED, /* not all of it was seen */
    CONFORMANCE_NO,
    CONFORMANCE_YES,
    N_CONFORMANCE
};

/* "as-listed"; "error" also for RUN_NONE. */
const char *run_state_name(enum run_state s);
/* The first word about a run whose conformance is undecided: "VACUOUS". */
const char *run_state_stamp(enum run_state s);
/* The exit code of the run, docs/architecture.md. */
int run_state_exit(enum run_state s);
/* "not-conformant"; "undecided" also for CONFORMANCE_NONE. */
const char *conformance_name(enum conformance c);

#endif
