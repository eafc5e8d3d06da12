/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/offers.h"

#include "scenario/capability.h"

#include <string.h>

/* Does the target claim |name|, under |prefix|? */
static bool is_claimed(const struct record_run *run, struct arena *arena, const char *prefix,
                       const char *name)
{
    const char *claim = arena_printf(arena, "%s%s", prefix, name);
    for (size_t i = 0; claim && i < run->target.capabilities.n; i++)
        if (strcmp(run->target.capabilities.items[i], claim) == 0)
            return true;
    return false;
}

static void count_cases(const struct record_run *run, const char *why, struct record_missing *m)
{
    for (size_t i = 0; i < run->n_cases; i++) {
        const struct record_case *c = &run->cases[i];
        if (record_case_state(c) != STATE_NOT_APPLICABLE || strcmp(c->result.why, why) != 0)
            continue;
        m->cases++;
        m->must += c->level == LEVEL_MUST;
    }
}

static enum status find_one(const struct record_run *run, struct arena *arena,
                            const struct capability *c, const char *prefix,
                            struct record_summary *out)
{
    struct record_missing *m = &out->not_offered[out->n_not_offered];
    if (c->excused_by && is_claimed(run, arena, prefix, c->excused_by))
        return OK;
    const char *why = capability_not_claimed(arena, prefix, c->name);
    *m = (struct record_missing){.capability = arena_printf(arena, "%s%s", prefix, c->name),
                                 .reason = c->why_of_all};
    if (!why || !m->capability)
        return E_NOMEM;
    count_cases(run, why, m);
    out->n_not_offered += m->cases > 0;
    return OK;
}

enum status offers_find(const struct record_run *run, struct arena *arena,
                        struct record_summary *summary)
{
    static const char *const prefixes[] = {"", CAPABILITY_OF_CLIENT};
    size_t n = 0;
    const struct capability *all = capabilities(&n);
    enum status st = OK;
    summary->n_not_offered = 0;
    summary->not_offered = arena_array(arena, 2 * n + 1, sizeof(*summary->not_offered));
    if (!summary->not_offered)
        return E_NOMEM;
    for (size_t i = 0; i < n && !st; i++)
        for (size_t k = 0; k < 2 && all[i].why_of_all && !st; k++)
            st = find_one(run, arena, &all[i], prefixes[k], summary);
    return st;
}
