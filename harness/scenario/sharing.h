/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/sharing.h - instances of a sweep that can share one session.
 * Depends on: base, scenario/op.
 *
 * A sweep can share when its case has this form:
 *
 *   <establish/>, or a group's key, and a message  done once
 *   <tamper ... as="x" flip="each-bit"/>           the sweep: a copy with one bit changed
 *   <deliver message="x" expect="refuses"/>        by the target
 *   whatever comes after, without x, and in which  done once
 *   a message must open; nothing is measured
 *
 * or, of a bundle that the target is to refuse, <start bundle="x" expect="refuses"/> after nothing
 * but <publish>.
 *
 * The copies come one after another, each has to be refused, and what comes after has to work as if
 * none had come. A copy that was refused must not hide what the next would have shown. So:
 *
 *   - the bit is one of a MAC, a signature or a ciphertext, and all copies are alike in what a
 *     receiver could keep, keys, numbers, lengths: what a target wrongly keeps of one is what it
 *     keeps of the next, and none undoes what another did;
 *   - the message is not the first of its session, and nothing was restored, forgotten or restarted
 *     before: a target that is careless at such a moment only is seen by sweeps that do not share.
 *
 * It still says less than a session for each: each would have its own keys and conversation.
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
