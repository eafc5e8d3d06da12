/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/contest.h"

#include "experiments/contest_worker.h"
#include "experiments/preconditions.h"
#include "pool/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 64u
#define RESULT_MAX (64u * 1024u * 1024u) /* bytes of JSON */
#define ENDING_MS 10000u                 /* for an idle worker to close its targets */

/* One precondition or game of one side. */
struct item {
    struct contest_order order;
    struct claims_line line; /* without an id until it is committed */
};

struct contest {
    const struct contest_options *options;
    struct contest_outcome *out;
    struct item *items;
    size_t n_items;
};

/* ---- items */

static void add_items(struct contest *c, bool is_precondition, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (uint32_t side = 0; side < N_CLAIMS_SIDE; side++)
            if (c->options->sides[side].address)
                c->items[c->n_items++].order =
                    (struct contest_order){side, is_precondition, (uint32_t)i};
}

static const char *item_id(const struct contest *c, const struct item *i)
{
    return i->order.is_precondition ? preconditions()[i->order.index].id
                                    : c->options->games[i->order.index]->id;
}

/* What an item that was lost came to; NULL when memory is short. */
static struct claims_line lost(const struct contest *c, const struct item *i, const char *why)
{
    struct claims_holding *holding = arena_alloc(c->options->arena, sizeof(*holding));
    struct game_result *result = arena_alloc(c->options->arena, sizeof(*result));
    if (!holding || !result)
        return (struct claims_line){.id = NULL};
    *holding = (struct claims_holding){.detail = why};
    *result = (struct game_result){.state = RESULT_TROUBLE, .measured = -1, .detail = why};
    return i->order.is_precondition ? (struct claims_line){.holding = holding}
                                    : (struct claims_line){.result = result};
}

/* ---- items as jobs of the pool */

static bool write_job(void *context, size_t index, struct pool_job *out)
{
    const struct contest *c = context;
    const struct contest_order *order = &c->items[index].order;
    memcpy(out->bytes, order, sizeof(*order));
    out->len = sizeof(*order);
    out->allowed_ms = c->options->game_ms;
    return true;
}

static struct claims_line read_result(const struct contest *c, const struct item *item,
                                      const struct pool_result *result)
{
    struct claims_line line;
    if (result->fate == POOL_DONE &&
        !form_read(&claims_result_form, result->bytes, c->options->arena, NULL, &line) &&
        (item->order.is_precondition ? line.holding != NULL : line.result != NULL))
        return line;
    return lost(c, item,
                result->fate == POOL_LATE ? "it took longer than a game may take"
                                          : "assay's worker died");
}

static enum pool_note commit(void *context, size_t index, const struct pool_result *result)
{
    const struct contest *c = context;
    struct item *item = &c->items[index];
    item->line = read_result(c, item, result);
    item->line.id = item_id(c, item);
    item->line.side = claims_side_name((enum claims_side)item->order.side);
    if (c->options->taken)
        c->options->taken(c->options->context, &item->line, index + 1, c->n_items);
    return POOL_GO_ON;
}

static enum status play_all(struct contest *c)
{
    size_t wanted = c->options->jobs < JOBS_MAX ? c->options->jobs : JOBS_MAX;
    const struct pool_options options = {.n_workers = wanted < c->n_items ? wanted : c->n_items,
                                         .result_max = RESULT_MAX,
                                         .ahead_max = c->n_items,
                                         .ending_ms = ENDING_MS,
                                         .clock = clock_monotonic(),
                                         .interrupted = c->options->interrupted,
                                         .work = contest_worker_serve,
                                         .context = c->options};
    const struct pool_batch batch = {
        .n_jobs = c->n_items, .job = write_job, .commit = commit, .context = c};
    struct pool *pool;
    size_t n_committed;
    uint64_t cpu_us;
    const char *why = "";
    enum status st = pool_open(&options, &pool);
    if (st)
        return st;
    enum pool_ending ending = pool_run(pool, &batch, &n_committed);
    if (ending == POOL_INTERRUPTED)
        why = "interrupted by a signal";
    else if (ending == POOL_STRANDED)
        why = "a worker was lost and no other could be started";
    (void)snprintf(c->out->interrupted, sizeof(c->out->interrupted), "%s", why);
    pool_close(pool, &cpu_us);
    return OK;
}

/* ---- the outcome */

static enum status fill_outcome(struct contest *c)
{
    for (size_t i = 0; i < N_PRECONDITION; i++)
        c->out->preconditions[i] = (struct claims_precondition){.id = preconditions()[i].id,
                                                                .title = preconditions()[i].title};
    for (size_t i = 0; i < c->options->n_games; i++) {
        const struct game *g = c->options->games[i];
        c->out->games[i] =
            (struct claims_game){.id = g->id,
                                 .title = g->title,
                                 .property = g->property,
                                 .sentence = g->sentence,
                                 .kind = g->kind,
                                 .measure = g->measure ? measure_entry(g->measure)->name : ""};
    }
    for (size_t i = 0; i < c->n_items; i++) {
        struct item *item = &c->items[i];
        const struct contest_order *o = &item->order;
        if (!item->line.id)
            item->line = lost(c, item, "the run was broken off before it");
        if (o->is_precondition)
            c->out->preconditions[o->index].sides[o->side] = item->line.holding;
        else
            c->out->games[o->index].results[o->side] = item->line.result;
        if (!item->line.holding && !item->line.result)
            return E_NOMEM;
    }
    return OK;
}

enum status contest_run(const struct contest_options *options, struct contest_outcome *out)
{
    struct contest c = {.options = options, .out = out};
    enum status st = E_NOMEM;
    memset(out, 0, sizeof(*out));
    out->preconditions = arena_array(options->arena, N_PRECONDITION, sizeof(*out->preconditions));
    out->games = arena_array(options->arena, options->n_games + 1, sizeof(*out->games));
    c.items = calloc((options->n_games + N_PRECONDITION) * N_CLAIMS_SIDE, sizeof(*c.items));
    if (!c.items || !out->preconditions || !out->games)
        goto out;
    add_items(&c, true, N_PRECONDITION);
    add_items(&c, false, options->n_games);
    if (!(st = play_all(&c)))
        st = fill_outcome(&c);
out:
    free(c.items);
    return st;
}
