/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/mutants.h - do the suites bite? Every named flaw of the flawed target against the cases.
 * Depends on: base, scenario, run/plan, run/run, scenario/known, score/causes.
 *
 * A flaw is caught when at least one case fails for it; a case is proven when it fails for at least
 * one flaw. The flawless target must pass everything.
 */
#ifndef ASSAY_RUN_MUTANTS_H
#define ASSAY_RUN_MUTANTS_H

#include "run/run.h"
#include "scenario/known.h"
#include "scenario/loader.h"

struct mutant {
    const char *name; /* "" is the flawless target */
    const char *requirement;
    const char *harm; /* that its requirement says: what a report has to say first */
    const char *text;
    const char *unobservable; /* "" or why no case can catch it */
    const char *decides;      /* numbers of decisions, comma between: two flaws that have none in
                                 common can be had together. "": with no other */
    enum surface surface;     /* the flaw is seen there; else than on the library, only cases that
                                 need this surface are tried. Of the flawless: the one that all
                                 flaws have, else SURFACE_NONE */
    const char **caught_by;   /* ids of the cases that failed, without #n, each once */
    size_t n_caught_by;
    const char *execution; /* the first that failed, with #n of a sweep; NULL: none */
    const char *trouble;   /* "" or why it could not be tried */
    /* Of a flaw whose requirement is no MUST, or that no case is said to see, and that is not
     * listed to break another: the first MUST case that failed for a requirement that is; "" for
     * none. It accuses who made a choice. */
    const char *accused_by;
    /* What a report would say first (score/causes.h); "" for the flawless and in the short form. */
    const char *first_requirement, *first_text;
    size_t n_causes;
};

struct mutants_options {
    const char *program;  /* path of assay-flawed, or of another with flaws */
    const char *protocol; /* of the target, as suites name it: "signal-v3" */
    const char *how;      /* the options of |program| that make it speak that; "" for none */
    const char *list;     /* the option by which it lists the flaws of that */
    const char *also;     /* the one that lists flaws of another protocol that it can have besides:
                                in the honest form those of the library; NULL for none */
    const char *const *only; /* names of flaws; NULL and 0 for all */
    size_t n_only;
    const char *const *best; /* cases that catch most, in their order; NULL and 0 for none */
    size_t n_best;
    bool is_short;   /* stop at the first case that catches: its own requirement's first, then
                        |best|, then one execution of each sweep, then all (run/budget.h). What no
                        case can see is tried with those of its requirement alone; and the
                        flawless target, at the end, with the executions that caught, so that what
                        it is known to fail catches nothing */
    bool is_honest;  /* only flaws that can be accused, as many at once as can be had together:
                        choices apart from what should be. Each such party against one execution of
                        each MUST case; where one accuses it, each of its flaws alone against that;
                        and the flawless target at the end, with the executions that accused */
    uint32_t sample; /* instances of a sweep that run */
    unsigned jobs;
    uint64_t timeout_ms;
    uint8_t seed[32];
    const char *vector_dir;
    const struct wire_profile *wire;
    const struct catalogue *catalogue;
    /* What the flawless target is known to fail; NULL for nothing. */
    const struct known_failures *known;
    const struct known_failures *unproven; /* cases no flaw is expected to fail; NULL for none */
    /* "flaw/name" of flaws that are not named rightly, with the requirement that the first cause
     * names instead as the line's cause; NULL for none */
    const struct known_failures *misnamed;
    const struct known_failures *also_misnamed; /* the same of the flaws of |also|; NULL for none */
    const volatile int *interrupted;
    void (*progress)(void *context, const struct mutant *done, size_t n_done, size_t n_all);
    void *context;
};

/* A party that makes several choices at once, in the honest form. */
struct honest_party {
    struct mutant of; /* name: those of its flaws, ", " between; accused_by: "" or what accuses it
                         and none of its flaws alone */
    struct mutant **flaws;
    size_t n_flaws;
    size_t n_run, n_ended; /* executions, and those that ended at what only should be */
};

struct mutants_outcome {
    struct arena arena;
    struct mutant flawless; /* what it fails proves nothing, and catches no flaw */
    size_t n_unexcused;     /* cases the flawless target fails and that are not known */
    struct mutant *mutants;
    size_t count, n_tried; /* fewer are tried when it is interrupted */
    size_t n_caught, n_survived, n_unobservable, n_untried;
    size_t n_misnamed;   /* caught, and neither named rightly nor listed; 0 in the short form */
    size_t n_accused;    /* with a MUST case that accuses a choice; parties, too */
    size_t n_wrong_rows; /* caught, although the flaw is said to be seen by no case */
    /* Of |misnamed|: lines of flaws that are named rightly, or that there are not. */
    const struct known_failure **stale;
    size_t n_stale;
    const char **unproven; /* MUST cases that no flaw failed and that are not listed; empty in the
                              short form */
    size_t n_unproven;
    size_t n_must_cases;
    size_t n_listed; /* MUST cases that no flaw failed and that are listed with a reason */
    struct honest_party *parties; /* of the honest form */
    size_t n_parties;
};

/* E_IO: |program| cannot be run, or lists no flaws. E_MISSING: a name in |only| is no flaw.
 * E_NOMEM. */
MUST_USE enum status mutants_try(const struct mutants_options *options,
                                 struct mutants_outcome *out);
/* What the tried ones come to: the counts, and which lines of |misnamed| are not true. mutants_try
 * does it. E_NOMEM. */
MUST_USE enum status mutants_judge(const struct mutants_options *options,
                                   struct mutants_outcome *out);
/* Does the first root cause name the flaw's own requirement, in its words, and are there two at
 * most? */
bool mutant_is_named(const struct mutant *m);
void mutants_free(struct mutants_outcome *o);

#endif
