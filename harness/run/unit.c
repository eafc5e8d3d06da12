/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/unit.h"

#include "scenario/sharing.h"

#include <string.h>

/* Does |b|, which follows |a| in the plan, share what |a| has? What does not follow it in the whole
 * does not. */
static bool shares_with(const struct plan_item *a, const struct plan_item *b)
{
    return b->planned.spec == a->planned.spec && b->planned.surface == a->planned.surface &&
           b->at - a->at == (size_t)(b - a) && !b->not_applicable;
}

/* How many items from |first| on share a session. */
static uint32_t count_of(const struct plan *plan, size_t first)
{
    const struct plan_item *item = &plan->items[first];
    uint32_t n = 1;
    if (item->not_applicable || !item->planned.spec->can_share ||
        item->planned.surface != SURFACE_LIBRARY)
        return 1;
    while (n < SHARING_MAX && first + n < plan->count && shares_with(item, item + n))
        n++;
    return n;
}

enum status units_make(const struct plan *plan, bool shares, struct arena *arena, struct units *out)
{
    memset(out, 0, sizeof(*out));
    out->items = arena_array(arena, plan->count + 1, sizeof(*out->items));
    for (size_t i = 0; out->items && i < plan->count; i += out->items[out->count++].count) {
        uint32_t count = shares ? count_of(plan, i) : 1;
        out->items[out->count] = (struct unit){(uint32_t)i, count};
        out->n_applicable += !plan->items[i].not_applicable;
    }
    return out->items ? OK : E_NOMEM;
}

enum status units_keep_shard(struct plan *plan, bool shares, uint32_t k, uint32_t n,
                             struct arena *arena)
{
    struct units all;
    size_t kept = 0;
    enum status st = units_make(plan, shares, arena, &all);
    if (st)
        return st;
    for (size_t i = k - 1; i < all.count; i += n)
        for (size_t item = all.items[i].first, j = 0; j < all.items[i].count; j++)
            plan->items[kept++] = plan->items[item + j];
    plan->count = kept;
    return OK;
}
