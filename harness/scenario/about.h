/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/about.h - which requirement each step of a case speaks for.
 * Depends on: base, scenario/case, op and scope.
 *
 * A case is about one requirement, but not each of its steps is. When a step fails, the one that it
 * speaks for is said to be violated:
 *
 *   - A step that names a requirement speaks for that one (requirement="D-11"; "none": setup).
 *   - What only has to work before the case begins is setup, and speaks for the requirement that
 *     says that it works: what makes parties, bundles, sessions and connections at the beginning of
 *     a case and, in a case that asks for a refusal only, all that is honest before the refusal. A
 *     setup step that belongs to the case's own requirement is no setup.
 *   - A requirement that asks for a refusal only names the one that what is accepted after it
 *     speaks for (after-refusal="D-11"), and one that asks only what a refusal costs names the one
 *     of the refusal (refusal="D-16"). Of a first message it is X-21 instead of D-11.
 *   - A message that was opened and must be refused when it comes again speaks for the requirement
 *     about replays, unless the case's first refusal is of that kind and asked for by its own.
 *   - A ping of the gatekeeper's speaks for ST-10, an answer that every message has for the
 *     requirement that says so (ack ST-03, receipts ST-04 and ST-05), and traffic after a replay
 *     for V-05, and what comes after a refused first message for X-21.
 *   - An honest step after a refusal speaks alone, where that is not to blame (score/blame.h), for
 *     D-05 or D-06 when it opens what is late (G-07 in a group), else for what the parts of its
 *     situation say, or for what its kind does: D-03 of a check (G-13), X-03 of a first message,
 *     D-04 or G-02 of others. In a combination of parts, setup speaks for the same, and all that
 *     comes before the probe and before a refusal is setup.
 *   - A message between two that must be refused speaks for D-10 where the target breaks, ends or
 *     hangs on it: nothing was opened.
 *   - Everything else speaks for the case's requirement.
 */
#ifndef ASSAY_SCENARIO_ABOUT_H
#define ASSAY_SCENARIO_ABOUT_H

#include "scenario/case.h"
#include "scenario/op.h"
#include "scenario/scope.h"

/*
 * Give each of the |n_ops| |ops| its requirement, the one it has alone, the one of who breaks on
 * it, whether it is setup, and what is different in it.
 * |scope| is that of the case, whole; |spec| has suite and requirement; |all| has the requirements.
 */
void about_mark(struct op *ops, size_t n_ops, const struct scope *scope,
                const struct case_spec *spec, const struct catalogue *all);

#endif
