/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/resolve.h - steps to ops: every word of a case is looked up here, and nowhere later.
 * Depends on: base, scenario/op, scenario/scope, scenario/value.
 */
#ifndef ASSAY_SCENARIO_RESOLVE_H
#define ASSAY_SCENARIO_RESOLVE_H

#include "scenario/op.h"
#include "scenario/scope.h"
#include "scenario/value.h"

/*
 * Resolve |step| in |scope|, which holds what the steps before it made. A sweep stays a series:
 * resolve_planned puts a value in its place.
 *
 * E_MISSING  no such verb, party, artifact or word; |*out_mistake|, which may be NULL, says which
 * E_LIMIT    a case has no room for what the step makes
 * E_NOMEM    |arena| is full
 */
MUST_USE enum status resolve_step(const struct scope *scope, const struct step *step,
                                  struct arena *arena, struct op *out, struct mistake *out_mistake);

/* The names in |scope|, once all its steps are there, for |out|. E_NOMEM. */
MUST_USE enum status resolve_names(const struct scope *scope, struct arena *arena,
                                   struct op_list *out);

/* All of a case without a sweep and without recordings that no loader has seen: one that was
 * generated or made smaller; about |cipher|. As resolve_step. */
MUST_USE enum status resolve_steps(const struct step *steps, size_t n_steps,
                                   const struct cipher *cipher, struct arena *arena,
                                   struct op_list *out);

/* The ops of |p|: those of its spec, with the swept attribute's value. |steps|: planned_steps of
 * it; kept. E_NOMEM, E_MISSING. */
MUST_USE enum status resolve_planned(const struct planned *p, const struct step *steps,
                                     struct arena *arena, struct op_list *out);

#endif
