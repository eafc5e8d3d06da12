/*
 * scenario/sharing.h - instances of a sweep that can share one session.
 * Depends on: base, scenario/op.
 *
 * A sweep can share when its case has this form:
 *
 *   whatever prepares                                done once
 *   <tamper ... as="x" flip="each-bit"/>             the sweep: a copy with one change
 *   <deliver message="x" expect="refuses"/>          or <start bundle="x" expect="refuses"/>
 *   whatever comes after, without x, and in which    done once
 *   a message must open; nothing is measured
 *
 * Nothing in it says that each copy needs a session of its own: they come one after another, each
 * has to be refused, and what comes after has to work as if none had come.
 */
#ifndef ASSAY_SCENARIO_SHARING_H
#define ASSAY_SCENARIO_SHARING_H

#include "scenario/op.h"

#define SHARING_MAX 64u /* instances in one session */

/* Has |spec|, with its ops and its sweep, that form? */
bool sharing_is_possible(const struct case_spec *spec);

/*
 * The ops of |n| (1 to SHARING_MAX) instances of a sweep that can share, in one session: each
 * instance's copy is kept in the place of the one before. |members| are of one spec.
 * E_NOMEM, E_MISSING as resolve_planned.
 */
MUST_USE enum status sharing_ops(const struct planned *const *members, size_t n,
                                 struct arena *arena, struct op_list *out);

#endif
