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
    json_t *result; /* NULL until it is committed */
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
        for (uint32_t side = 0; side < N_CONTEST_SIDE; side++)
            if (c->options->sides[side].address)
                c->items[c->n_items++].order =
                    (struct contest_order){side, is_precondition, (uint32_t)i};
}

static const char *item_id(const struct contest *c, const struct item *i)
{
    return i->order.is_precondition ? preconditions()[i->order.index].id
                                    : c->options->games[i->order.index]->id;
}

static json_t *lost(const struct item *i, const char *why)
{
    if (i->order.is_precondition)
        return json_pack("{s:b, s:s}", "holds", 0, "detail", why);
    return json_pack("{s:s, s:i, s:i, s:n, s:s, s:[], s:[], s:n}", "state", "trouble", "schedules",
                     0, "wins", 0, "measure", "detail", why, "flights", "series", "counterexample");
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

static json_t *read_result(const struct item *item, const struct pool_result *result)
{
    json_error_t error;
    json_t *read = NULL;
    if (result->fate == POOL_DONE)
        read = json_loadb((const char *)result->bytes.data, result->bytes.len, 0, &error);
    if (read)
        return read;
    return lost(item, result->fate == POOL_LATE ? "it took longer than a game may take"
                                                : "assay's worker died");
}

static enum pool_note commit(void *context, size_t index, const struct pool_result *result)
{
    const struct contest *c = context;
    struct item *item = &c->items[index];
    item->result = read_result(item, result);
    if (c->options->taken && item->result)
        c->options->taken(c->options->context, item_id(c, item),
                          (enum contest_side)item->order.side, item->result, index + 1, c->n_items);
    return POOL_ANSWERED;
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

static json_t *result_of(struct contest *c, bool is_precondition, size_t index,
                         enum contest_side side)
{
    for (size_t i = 0; i < c->n_items; i++) {
        const struct contest_order *o = &c->items[i].order;
        if (o->is_precondition != (uint32_t)is_precondition || o->index != index ||
            o->side != (uint32_t)side)
            continue;
        return c->items[i].result ? json_incref(c->items[i].result)
                                  : lost(&c->items[i], "the run was broken off before it");
    }
    return json_null();
}

static json_t *row(struct contest *c, bool is_precondition, size_t index, const char *id)
{
    return json_pack("{s:s, s:o, s:o}", "id", id, "target",
                     result_of(c, is_precondition, index, CONTEST_TARGET), "baseline",
                     result_of(c, is_precondition, index, CONTEST_BASELINE));
}

static enum status fill_outcome(struct contest *c)
{
    enum status st = OK;
    for (size_t i = 0; i < N_PRECONDITION && !st; i++)
        if (json_array_append_new(c->out->preconditions, row(c, true, i, preconditions()[i].id)))
            st = E_NOMEM;
    for (size_t i = 0; i < c->options->n_games && !st; i++)
        if (json_array_append_new(c->out->games, row(c, false, i, c->options->games[i]->id)))
            st = E_NOMEM;
    return st;
}

enum status contest_run(const struct contest_options *options, struct contest_outcome *out)
{
    struct contest c = {.options = options, .out = out};
    enum status st = E_NOMEM;
    memset(out, 0, sizeof(*out));
    out->preconditions = json_array();
    out->games = json_array();
    c.items = calloc((options->n_games + N_PRECONDITION) * N_CONTEST_SIDE, sizeof(*c.items));
    if (!c.items || !out->preconditions || !out->games)
        goto out;
    add_items(&c, true, N_PRECONDITION);
    add_items(&c, false, options->n_games);
    if (!(st = play_all(&c)))
        st = fill_outcome(&c);
out:
    for (size_t i = 0; i < c.n_items; i++)
        json_decref(c.items[i].result);
    free(c.items);
    return st;
}

void contest_free(struct contest_outcome *out)
{
    json_decref(out->preconditions);
    json_decref(out->games);
    memset(out, 0, sizeof(*out));
}
