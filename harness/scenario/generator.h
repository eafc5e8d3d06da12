/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/generator.h - random conversations as cases: a seed and a number to a list of steps.
 * Depends on: scenario/draft, scenario/case, scenario/model.
 *
 * A schedule is written in the vocabulary of suites, so it can be saved, read by a person and run
 * like any case. What must happen at each step is known from the model (scenario/model.h) while
 * it is generated; a step whose outcome sound implementations may choose is not taken. Each
 * schedule has a temper of its own (how likely each kind of event is), so that rare events also
 * come often and together.
 */
#ifndef ASSAY_SCENARIO_GENERATOR_H
#define ASSAY_SCENARIO_GENERATOR_H

#include "scenario/model.h"

#define SCHEDULE_STEPS_MAX 160u

/* What the target claims, and a schedule may therefore use. */
struct generator_claims {
    const struct cipher *cipher;
    const char *const *capabilities; /* their names (scenario/capability.h) */
    size_t n_capabilities;
    /* SURFACE_CLIENT: what happens to a whole client; else what happens to a library. What stands
     * before a capability's name in a claim, and one that nobody has to claim; NULL for none. */
    enum surface surface;
    const char *claimed_under, *granted;
};

struct generated_schedule {
    const struct step *steps; /* in the arena; line numbers are their places, from 1 */
    size_t n_steps;
};

/*
 * Schedule |number| under |seed|: the same for equal arguments. Its label, from which all its
 * randomness derives, is what generator_label gives.
 * E_NOMEM  the arena is full
 * E_CRYPTO OpenSSL failed
 */
MUST_USE enum status generator_make(struct bytes seed, uint32_t number,
                                    const struct generator_claims *claims, struct arena *arena,
                                    struct generated_schedule *out);

/* "generated/schedule-17": suite and case id. In |arena|; NULL when it is full. */
const char *generator_label(uint32_t number, struct arena *arena);

#endif
