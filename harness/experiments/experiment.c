/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An experiment from beginning to end: both processes reset, and the honest parties made. */
#include "experiments/experiment_internal.h"

#include <stdio.h>
#include <stdlib.h>

#define LABEL_MAX 96

/* ---- honest parties */

struct experiment_party *experiment_add_party(struct experiment *e, const char *name,
                                              struct address address,
                                              const struct target_party_options *options)
{
    struct answer a;
    struct experiment_party *p =
        e->is_void ? NULL : experiment_party_new(e, name, address, e->options.honest_driver);
    if (!p)
        return e->a;
    enum status st = driver_create_party(p->driver, p->handle, address, options, &e->arena, &a);
    if (experiment_require(e, p, st, &a, "a party to be made") &&
        e->n_reachable < EXPERIMENT_REACHABLE_MAX && !experiment_reachable(e, p->address))
        e->reachable[e->n_reachable++] = p;
    experiment_tell(e, "%s comes, %s device %u", p->name, p->address.name, p->address.device);
    return p;
}

/* ---- begin and end */

/* Reset the target, over a new connection when it broke in the experiment before. */
static void reset_driver(struct experiment *e, struct driver *d, const char *label)
{
    struct buffer detail;
    struct random random;
    uint8_t seed[RANDOM_SEED_LEN];
    struct answer a = {.seen = SEEN_NOTHING_YET};
    buffer_init(&detail, 1024);
    enum status st = driver_is_broken(d) ? driver_reopen(d, &detail) : OK;
    if (!st && !(st = random_fork(&e->random, label, &random)) &&
        !(st = random_fill(&random, seed, sizeof(seed))))
        st = driver_reset(d, bytes_of(seed, sizeof(seed)), &e->arena, &a);
    if (st || a.seen != SEEN_DONE)
        experiment_void(e, "Reset: %s", st ? status_text(st) : seen_name(a.seen));
    buffer_fini(&detail);
}

enum status experiment_begin(const struct experiment_options *options, const char *game,
                             unsigned number, struct experiment **out)
{
    char label[LABEL_MAX];
    *out = NULL;
    struct experiment *e = (struct experiment *)calloc(1, sizeof(*e));
    if (!e)
        return E_NOMEM;
    e->options = *options;
    e->void_reason = e->outcome.detail = "";
    arena_init(&e->arena, EXPERIMENT_ARENA_MAX);
    (void)snprintf(label, sizeof(label), "game/%s/%u", game, number);
    enum status st = random_init(&e->random, options->seed, label);
    if (st) {
        experiment_end(e);
        return st;
    }
    /* what operations of a void experiment give in place of a party */
    e->a = experiment_party_new(e, "A", (struct address){"alice", 1}, options->honest_driver);
    if (!e->a) {
        experiment_end(e);
        return E_NOMEM;
    }
    /* these labels seed the processes: other words would change every result */
    reset_driver(e, options->honest_driver, "home");
    reset_driver(e, options->adversary_driver, "den");
    e->b = e->a;
    e->a = experiment_add_party(e, "A", (struct address){"alice", 1}, NULL);
    e->b = experiment_add_party(e, "B", (struct address){"bob", 1}, NULL);
    *out = e;
    return OK;
}

void experiment_end(struct experiment *e)
{
    if (!e)
        return;
    arena_fini(&e->arena);
    free(e);
}
