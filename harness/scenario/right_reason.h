/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/right_reason.h - a refusal proves something only beside an acceptance that differs in
 * one thing.
 * Depends on: base, scenario/reading.
 *
 * The rule, as suites/README.md tells it to authors. For every step that expects a refusal:
 *
 *   what was tampered with   what it was made from is accepted somewhere in the case
 *   anything else            it was accepted before (a replay), or is accepted somewhere at another
 *                            place or under another name (a reflection), or something honest of the
 *                            same kind, from the same party to the same party, is accepted
 *   or                       the case names a sibling="" of the same suite that accepts
 *
 * And a refusal is not the end: after it, who refused (or was restored from a snapshot of who did)
 * accepts something, unless costs="session".
 */
#ifndef ASSAY_SCENARIO_RIGHT_REASON_H
#define ASSAY_SCENARIO_RIGHT_REASON_H

#include "scenario/reading.h"

struct judged_case {
    const struct op_list *ops;
    bool has_sibling;
};

/* Check a case whose scope is |r|->scope. False after a complaint. */
bool right_reason_check(struct reading *r, const struct judged_case *c);

/* Does any of |ops| accept what a refusal of |verb| would refuse? For siblings. */
bool right_reason_accepts(const struct op_list *ops, enum verb verb);

/* The verb of the first refusal in |ops|; VERB_NONE when nothing is refused. */
enum verb right_reason_refuses(const struct op_list *ops);

#endif
