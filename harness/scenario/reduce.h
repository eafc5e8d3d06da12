/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/reduce.h - smaller versions of a case that still says what must happen.
 * Depends on: base, scenario/case, scenario/model.
 *
 * A candidate keeps its last step and that step's expectation; what depended on a left-out step
 * goes, too, and the expectations between are written anew. The model has to know what must happen
 * at every step of it, so that a case never becomes false by becoming small.
 */
#ifndef ASSAY_SCENARIO_REDUCE_H
#define ASSAY_SCENARIO_REDUCE_H

#include "scenario/model.h"

struct reduced {
    const struct step *steps; /* in the arena; attributes shared with the original */
    size_t n_steps;
    enum theme theme; /* of the last step */
    const struct cipher *cipher;
};

/*
 * The steps of |of| without the |count| from |from| on. False when no such case exists (the last
 * step cannot be left out, or no longer means the same) or |arena| is full.
 */
bool reduce_without(const struct reduced *of, size_t from, size_t count, struct arena *arena,
                    struct reduced *out);

/*
 * The steps of |of| with one attribute of one step simpler: sizes and counts smaller, bits lower,
 * turns fewer, a whole handshake for a session begun by hand, a turn
 * for a message delivered at once. |number| counts the possibilities from 0;
 * false past the last. *out_is_case says whether this one makes a case.
 */
bool reduce_simpler(const struct reduced *of, size_t number, struct arena *arena,
                    struct reduced *out, bool *out_is_case);

/*
 * The steps of |of|, and after them what shows that the refusals in it have the right reason: the
 * genuine message of each forged one opens, and whoever refused accepts something. Things are
 * numbered anew, from 1. False when the arena is full.
 */
bool reduce_complete(const struct reduced *of, struct arena *arena, struct reduced *out);

#endif
