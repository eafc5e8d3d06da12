/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/plan.h - which cases run, in which order, and which do not apply to this target and why.
 * Depends on: base, scenario, driver/driver (the profile).
 */
#ifndef ASSAY_RUN_PLAN_H
#define ASSAY_RUN_PLAN_H

#include "scenario/case.h"
#include "driver/driver.h"
#include "wire/profile.h"

struct plan_options {
    const char *const *suites; /* suite ids; NULL and 0 for all */
    size_t n_suites;
    const char *const *patterns; /* of full ids, "*" and "?" as in a shell; "ratchet/x" also means
                                    all its instances */
    size_t n_patterns;
    const char *const *excluded; /* patterns, too: what matches one is not in the plan */
    size_t n_excluded;
    enum level level;        /* the least binding level that runs; LEVEL_NONE for all */
    const char *requirement; /* only cases of this requirement; NULL for all */
    uint32_t sample; /* of a sweep, so many instances, evenly spread, and the last; 0 for all */
    bool is_quick;   /* of a sweep, the first instance that is selected, and no more; of generated
                        conversations as many as the case says */
    bool without_conversations; /* leave out the generated ones */
    enum surface surface; /* where cases run that may choose; SURFACE_NONE: the first in the order
                             of the enum that the target offers */
    enum surface only;    /* leave out the cases that can run elsewhere, too; SURFACE_NONE: none */
    const struct wire_profile *wire; /* NULL: the profile public */
};

struct plan_item {
    struct planned planned;
    const char *not_applicable; /* one sentence why, or NULL when it runs */
    size_t at;                  /* its place in the plan of all shards, from 0 */
};

struct plan {
    struct arena arena;
    struct plan_item *items;
    size_t count;
    size_t n_left_out; /* instances of sweeps that are not in it because it is quick */
};

/*
 * E_MISSING: a suite or pattern matches nothing, or everything that is selected is excluded;
 * *out_problem is one sentence with the nearest names. What is excluded need only be a case of the
 * catalogue. E_NOMEM. Views into |catalogue|. The caller frees with plan_free in every case.
 */
MUST_USE enum status plan_make(const struct catalogue *catalogue,
                               const struct plan_options *options,
                               const struct target_profile *profile, struct plan *out,
                               const char **out_problem);
void plan_free(struct plan *p);

/* Where |spec| touches a target with |profile|; |wanted| as plan_options.surface. */
enum surface plan_surface(const struct case_spec *spec, const struct target_profile *profile,
                          enum surface wanted);

/* Why |planned| does not apply to a target with |profile|, in |arena| or static;
 * NULL when it does. */
const char *plan_not_applicable(const struct planned *planned, const struct target_profile *profile,
                                const struct plan_options *options, struct arena *arena);

#endif
