/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/claims_mutants.h - do the games find flaws? Each protocol flaw of the flawed target,
 * which both of its ends have, against the games.
 * Depends on: experiments/claims_document.
 *
 * A flaw is caught when the property it names is refuted, or found weaker than claimed or than
 * Signal, and no other property is. Where it names a precondition, that one must fail instead, and
 * no property be refuted. The flawless target must come out equivalent.
 */
#ifndef ASSAY_EXPERIMENTS_CLAIMS_MUTANTS_H
#define ASSAY_EXPERIMENTS_CLAIMS_MUTANTS_H

#include "experiments/claims_document.h"

struct claims_mutant {
    const char *name, *property, *text; /* as assay-flawed --list-protocol-flaws says */
    bool is_caught;
    const char *seen; /* what was found: properties and preconditions */
};

struct claims_mutants_options {
    const char *program;     /* path of assay-flawed */
    const char *how;         /* what follows it on the command line: "", " --cipher v4" */
    const char *list;        /* its option that lists the flaws */
    enum claims_side signal; /* the Signal of |contest| that is compared with */
    const char *const *only; /* names of flaws; NULL and 0 for all */
    size_t n_only;
    const struct claims *claims;           /* of the flawed target */
    const struct contest_options *contest; /* games, seed, schedules, jobs; side |signal| */
    void (*tried)(void *context, const struct claims_mutant *m);
    void *context;
};

struct claims_mutants_outcome {
    size_t n_tried, n_caught;
    bool is_flawless_equivalent;
    char interrupted[256];
};

/* E_IO: |program| cannot be run, or lists nothing. E_MISSING: a name in |only| is no protocol flaw.
 * E_NOMEM. */
MUST_USE enum status claims_mutants_try(const struct claims_mutants_options *options,
                                        struct claims_mutants_outcome *out);

#endif
