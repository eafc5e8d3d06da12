/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/mutants_internal.h - what the forms of assay mutants share: a target with flaws, tried with
 * some cases.
 * Depends on: run/mutants.
 */
#ifndef ASSAY_RUN_MUTANTS_INTERNAL_H
#define ASSAY_RUN_MUTANTS_INTERNAL_H

#include "run/mutants.h"

#define ACCUSATIONS_MAX 16u

/* What a target is accused of that breaks nothing that must be. */
struct accusations {
    const char *ids[ACCUSATIONS_MAX]; /* executions of MUST cases, of a sweep the first */
    size_t n;
    size_t n_run, n_ended; /* as of struct honest_party */
};

struct trial {
    const struct mutants_options *options;
    struct mutants_outcome *out;
    struct mutant *mutant;
    const char *had; /* the options that give the target its flaws, each after a space; "": none */
    struct accusations *accusations; /* filled in unless NULL, but in the short form */
    int stop;                        /* set when the short form has seen enough */
};

/* Which cases one part of a trial runs. */
struct trial_part {
    const char *requirement;     /* NULL: of all */
    const char *const *patterns; /* NULL and 0: all */
    size_t n_patterns;
    bool is_quick; /* one execution of each sweep */
    bool is_must;  /* none of what only should be */
};

/* Run the cases of |part| against |trial|'s target, and see what that says of its mutant. E_IO: it
 * does not speak. E_NOMEM. */
MUST_USE enum status mutants_run_cases(struct trial *trial, struct trial_part part);

/* A flaw of what only should be, that is a choice, or that nobody can see violates nothing that
 * must be: a case that says otherwise accuses who made that choice. What else a flaw breaks is
 * listed. */
bool mutants_can_be_accused(const struct mutants_options *o, const struct mutant *m,
                            struct arena *arena);
/* LEVEL_NONE without such a requirement. */
enum level mutants_level_of(const struct catalogue *all, const char *id);
/* The sentence that a report says of requirement |id|; "" without. */
const char *mutants_harm_of(const struct catalogue *all, const char *id);
/* Are only some cases run, so that the flawless target is asked at the end, and only what says
 * something of a flaw? */
bool mutants_are_partial(const struct mutants_options *o);
size_t mutants_n_cases(const struct catalogue *c);
/* Has the case |case_id| caught it? */
bool mutants_is_caught(const struct mutant *m, const char *case_id);

/* The honest form, of the flaws in |out| that can be accused: the others are taken out. E_IO: the
 * target does not speak. E_NOMEM. */
MUST_USE enum status mutants_try_honest(const struct mutants_options *o,
                                        struct mutants_outcome *out);

#endif
