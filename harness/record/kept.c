/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/kept.h"

#include "base/text_index.h"

#include <string.h>

bool kept_all_repros(const struct record_run *run)
{
    const struct record_texts *words = &run->command;
    for (size_t i = 0; i + 1 < words->n; i++)
        if (strcmp(words->items[i], "--repro") == 0 && strcmp(words->items[i + 1], "all") == 0)
            return true;
    return run->selection.shards || (run->interrupted[0] && !record_is_budget_spent(run));
}

static size_t count_repros(const struct record_run *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n_cases; i++)
        n += run->cases[i].repro[0] != 0;
    return n;
}

/* The cases whose files are kept. */
struct chosen {
    struct text_index ids;
    struct arena *arena;
};

/* Case |at| of the run, by its id, unless as many are chosen as are kept. */
static enum status choose(struct chosen *c, const struct record_run *run, size_t at)
{
    const struct record_case *one = &run->cases[at];
    if (!one->repro[0] || c->ids.count == KEPT_REPROS)
        return OK;
    return text_index_add(&c->ids, c->arena, one->id, at);
}

static enum status choose_smallest(struct chosen *c, const struct record_run *run,
                                   const struct text_index *cases,
                                   const struct record_cause *causes, size_t n)
{
    enum status st = OK;
    for (size_t i = 0; i < n && !st; i++) {
        size_t at = text_index_find(cases, causes[i].smallest);
        if (at != TEXT_INDEX_NONE)
            st = choose(c, run, at);
    }
    return st;
}

static enum status choose_all(struct chosen *c, const struct record_run *run)
{
    const struct record_summary *s = run->summary;
    struct text_index cases = {0};
    enum status st = OK;
    for (size_t i = 0; i < run->n_cases && !st; i++)
        st = text_index_add(&cases, c->arena, run->cases[i].id, i);
    if (!st)
        st = choose_smallest(c, run, &cases, s->causes, s->n_causes);
    if (!st)
        st = choose_smallest(c, run, &cases, s->known_causes, s->n_known_causes);
    text_index_fini(&cases);
    for (size_t i = 0; i < run->n_cases && !st; i++)
        st = choose(c, run, i);
    return st;
}

static enum status trim_repros(struct record_run *run, struct arena *arena)
{
    struct chosen c = {.arena = arena};
    enum status st = choose_all(&c, run);
    for (size_t i = 0; i < run->n_cases && !st; i++)
        if (text_index_find(&c.ids, run->cases[i].id) == TEXT_INDEX_NONE)
            run->cases[i].repro = "";
    text_index_fini(&c.ids);
    return st;
}

enum status kept_trim(struct record_run *run, struct arena *arena)
{
    for (size_t i = 0; i < run->n_cases; i++)
        if (run->cases[i].state == STATE_PASSED)
            run->cases[i].result.n_steps = 0;
    if (kept_all_repros(run) || count_repros(run) <= KEPT_REPROS)
        return OK;
    return trim_repros(run, arena);
}
