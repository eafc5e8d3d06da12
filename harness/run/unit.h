/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/unit.h - what a worker is dealt at once: one case, or instances of a sweep of which all but
 * the first share a session (scenario/sharing.h).
 * Depends on: base, run/plan.
 *
 * The first of a unit has a session of its own, and the others share one only when it passes: what
 * one copy does to the target by itself is seen before several come together.
 */
#ifndef ASSAY_RUN_UNIT_H
#define ASSAY_RUN_UNIT_H

#include "run/plan.h"

struct unit {
    uint32_t first, count; /* items of the plan */
};

struct units {
    struct unit *items;
    size_t count;
    size_t n_applicable;
};

/* All items of |plan| in order, in |arena|; |shares|: those that can share do. E_NOMEM. */
MUST_USE enum status units_make(const struct plan *plan, bool shares, struct arena *arena,
                                struct units *out);

/* Keep of |plan|, which is whole, the |k|th of |n| shards, from 1: each |n|th unit, so that each is
 * in exactly one of them, and the same as in the whole. E_NOMEM: |arena| is full. */
MUST_USE enum status units_keep_shard(struct plan *plan, bool shares, uint32_t k, uint32_t n,
                                      struct arena *arena);

#endif
