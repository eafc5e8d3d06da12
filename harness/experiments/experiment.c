#include "experiments/experiment_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_MAX 96

/* ---- spoilt */

static void spoil_as(struct experiment *w, enum played as, const char *because)
{
    if (w->is_void)
        return;
    w->is_void = true;
    w->void_as = as;
    w->void_because = because ? because : "out of memory";
    experiment_tell(w, "%s", w->void_because);
}

#define PRINT_INTO(to, w, format)                                                                  \
    va_list list;                                                                                  \
    char to[512];                                                                                  \
    va_start(list, format);                                                                        \
    (void)vsnprintf(to, sizeof(to), format, list);                                                 \
    va_end(list)

void experiment_void(struct experiment *w, const char *format, ...)
{
    PRINT_INTO(text, w, format);
    spoil_as(w, PLAYED_TROUBLE, arena_text(&w->arena, text));
}

void experiment_unable(struct experiment *w, const char *format, ...)
{
    PRINT_INTO(text, w, format);
    spoil_as(w, PLAYED_UNABLE, arena_text(&w->arena, text));
}

bool experiment_is_void(const struct experiment *w) { return w->is_void; }

enum played experiment_void_as(const struct experiment *w) { return w->void_as; }

const char *experiment_reason(const struct experiment *w) { return w->void_because; }

/* ---- the story */

void experiment_tell(struct experiment *w, const char *format, ...)
{
    if (!w->options.tells)
        return;
    if (w->n_story == EXPERIMENT_STORY_MAX) {
        w->n_untold++;
        return;
    }
    PRINT_INTO(text, w, format);
    const char *line = arena_text(&w->arena, text);
    if (line)
        w->story[w->n_story++] = line;
}

const char *const *experiment_story(const struct experiment *w, size_t *out_count)
{
    *out_count = w->n_story;
    return w->story;
}

/* ---- answers */

/* Carry what the protocol wants delivered to whoever at home has the address. */
static void carry(struct experiment *w, struct experiment_party *by,
                  const struct target_outgoing *o)
{
    struct experiment_party *to = experiment_at(w, o->to);
    if (!to || by->where != w->options.honest) {
        experiment_tell(w, "%s sends %zu bytes beside, to nobody here", by->name, o->body.len);
        return;
    }
    if (w->cascade == EXPERIMENT_CASCADE_MAX) {
        experiment_void(w, "messages that cause messages without end");
        return;
    }
    struct message *m = arena_alloc(&w->arena, sizeof(*m));
    if (!m) {
        experiment_void(w, "out of memory");
        return;
    }
    *m = (struct message){
        .number = ++w->n_messages, .from = by, .to = to, .kind = o->kind, .body = o->body};
    experiment_tell(w, "%s sends message %u beside, to %s", by->name, m->number, to->name);
    w->cascade++;
    (void)experiment_offer_again(w, to, m);
    m->is_delivered = true;
    experiment_clones_read(w, m, to);
    w->cascade--;
}

static void carry_all(struct experiment *w, struct experiment_party *by, const struct answer *a)
{
    for (size_t i = 0; i < a->n_outgoing && !w->is_void; i++)
        carry(w, by, &a->outgoing[i]);
}

enum went experiment_went(struct experiment *w, struct experiment_party *by, enum status st,
                          const struct answer *a, const char *what)
{
    if (w->is_void)
        return WENT_NOWHERE;
    if (st) {
        experiment_void(w, "assay could not do its part (%s: %s)", what, status_text(st));
        return WENT_NOWHERE;
    }
    switch (a->seen) {
    case SEEN_UNSUPPORTED:
        experiment_unable(w, "the target answered unsupported to: %s", what);
        return WENT_NOWHERE;
    case SEEN_DONE:
    case SEEN_NOTHING_YET:
    case SEEN_ABSORBED:
        if (a->warned && by->where == w->options.honest) {
            w->has_warned = true;
            experiment_tell(w, "%s is told of a changed key", by->name);
        }
        carry_all(w, by, a);
        return w->is_void ? WENT_NOWHERE : WENT_WELL;
    case SEEN_REFUSAL:
        w->last_reason = a->reason;
        if (a->warned && by->where == w->options.honest)
            w->has_warned = true;
        carry_all(w, by, a);
        return w->is_void ? WENT_NOWHERE : WENT_REFUSED;
    default:
        experiment_tell(w, "%s: %s %s", what, seen_name(a->seen), a->detail);
        /* what a broken target would have done is not known: neither a refusal nor a loss. A stated
         * fault is no acceptance, and the target is still there. */
        if (!w->copies_may_break && a->seen != SEEN_FAULT)
            experiment_void(w, "the target broke (%s): %s", what, seen_name(a->seen));
        return WENT_BROKEN;
    }
}

bool experiment_must(struct experiment *w, struct experiment_party *by, enum status st,
                     const struct answer *a, const char *what)
{
    enum went went = experiment_went(w, by, st, a, what);
    if (went == WENT_REFUSED || went == WENT_BROKEN)
        experiment_void(w, "%s: %s: %s%s%s", by->name, what, seen_name(a->seen),
                        a->detail[0] ? ": " : "", a->detail);
    return went == WENT_WELL;
}

/* ---- persons */

struct experiment_party *experiment_at(struct experiment *w, struct target_peer address)
{
    for (size_t i = 0; i < w->n_honest; i++)
        if (w->honest[i]->address.device == address.device &&
            strcmp(w->honest[i]->address.name, address.name) == 0)
            return w->honest[i];
    return NULL;
}

struct experiment_party *experiment_party(struct experiment *w, const char *name,
                                          struct target_peer address, struct driver *where)
{
    struct experiment_party *p = arena_alloc(&w->arena, sizeof(*p));
    const char *handle = arena_printf(&w->arena, "p%u", w->n_parties + 1);
    if (w->n_parties == EXPERIMENT_PARTIES_MAX) {
        experiment_void(w, "more copies than an adapter holds");
        return NULL;
    }
    if (!p || !handle || !(p->name = arena_text(&w->arena, name))) {
        experiment_void(w, "out of memory");
        return NULL;
    }
    w->n_parties++;
    p->handle = handle;
    p->address = address;
    p->where = where;
    return p;
}

/* |p| has been made at home, or not; it can be reached from now on. */
static struct experiment_party *arrive(struct experiment *w, struct experiment_party *p,
                                       enum status st, const struct answer *a)
{
    if (experiment_must(w, p, st, a, "a party to be made") &&
        w->n_honest < sizeof(w->honest) / sizeof(w->honest[0]) && !experiment_at(w, p->address))
        w->honest[w->n_honest++] = p;
    experiment_tell(w, "%s comes, %s device %u", p->name, p->address.name, p->address.device);
    return p;
}

struct experiment_party *experiment_newcomer(struct experiment *w, const char *name,
                                             struct target_peer address,
                                             const struct target_party_options *options)
{
    static const struct target_party_options no_options;
    struct answer a;
    struct experiment_party *p =
        w->is_void ? NULL : experiment_party(w, name, address, w->options.honest);
    if (!p)
        return w->sides[SIDE_A];
    enum status st = driver_create_party_as(p->where, p->handle, address,
                                            options ? options : &no_options, &w->arena, &a);
    return arrive(w, p, st, &a);
}

struct experiment_party *experiment_imported(struct experiment *w, const char *name,
                                             struct target_peer address,
                                             const struct target_import *keys)
{
    struct answer a;
    struct experiment_party *p =
        w->is_void ? NULL : experiment_party(w, name, address, w->options.honest);
    if (!p)
        return w->sides[SIDE_A];
    enum status st = driver_create_party(p->where, p->handle, address, keys, &w->arena, &a);
    return arrive(w, p, st, &a);
}

/* ---- begin and end */

/* Of a client that broke in the world before, a new connection; then forget everything. */
static void reset_driver(struct experiment *w, struct driver *c, const char *label)
{
    struct buffer detail;
    struct random random;
    uint8_t seed[RANDOM_SEED_LEN];
    struct answer a = {.seen = SEEN_NOTHING_YET};
    buffer_init(&detail, 1024);
    enum status st = driver_is_broken(c) ? driver_reopen(c, &detail) : OK;
    if (!st && !(st = random_fork(&w->random, label, &random)) &&
        !(st = random_fill(&random, seed, sizeof(seed))))
        st = driver_reset(c, bytes_of(seed, sizeof(seed)), &w->arena, &a);
    if (st || a.seen != SEEN_DONE)
        experiment_void(w, "Reset: %s", st ? status_text(st) : seen_name(a.seen));
    buffer_fini(&detail);
}

enum status experiment_begin(const struct experiment_options *options, const char *game,
                             unsigned number, struct experiment **out)
{
    char label[LABEL_MAX];
    *out = NULL;
    struct experiment *w = (struct experiment *)calloc(1, sizeof(*w));
    if (!w)
        return E_NOMEM;
    w->options = *options;
    w->void_because = "";
    arena_init(&w->arena, EXPERIMENT_ARENA_MAX);
    (void)snprintf(label, sizeof(label), "game/%s/%u", game, number);
    enum status st = random_init(&w->random, options->seed, label);
    if (st) {
        experiment_end(w);
        return st;
    }
    /* the fallback of every operation in a spoilt world: somebody is always there */
    w->sides[SIDE_A] = experiment_party(w, "A", (struct target_peer){"alice", 1}, options->honest);
    if (!w->sides[SIDE_A]) {
        experiment_end(w);
        return E_NOMEM;
    }
    reset_driver(w, options->honest, "home");
    reset_driver(w, options->adversary_driver, "den");
    w->sides[SIDE_B] = w->sides[SIDE_A];
    w->sides[SIDE_A] = experiment_newcomer(w, "A", (struct target_peer){"alice", 1}, NULL);
    w->sides[SIDE_B] = experiment_newcomer(w, "B", (struct target_peer){"bob", 1}, NULL);
    *out = w;
    return OK;
}

void experiment_end(struct experiment *w)
{
    if (!w)
        return;
    arena_fini(&w->arena);
    free(w);
}

struct arena *experiment_arena(struct experiment *w) { return &w->arena; }
struct random *experiment_random(struct experiment *w) { return &w->random; }
const struct target_profile *experiment_profile(const struct experiment *w)
{
    return w->options.profile;
}
bool experiment_has(const struct experiment *w, const char *capability)
{
    return target_profile_has(w->options.profile, capability);
}

struct experiment_party *experiment_a(struct experiment *w) { return w->sides[SIDE_A]; }
struct experiment_party *experiment_b(struct experiment *w) { return w->sides[SIDE_B]; }
struct experiment_party *experiment_side(struct experiment *w, enum side side)
{
    return w->sides[side];
}
struct experiment_party *experiment_other(struct experiment *w, const struct experiment_party *p)
{
    return w->sides[p == w->sides[SIDE_A] ? SIDE_B : SIDE_A];
}
struct experiment_party *experiment_honest(struct experiment *w, const struct experiment_party *p)
{
    struct experiment_party *at = experiment_at(w, p->address);
    return at ? at : experiment_a(w);
}

uint64_t experiment_now_us(struct experiment *w) { return clock_now_us(w->options.how->clock); }

bool experiment_has_warned(const struct experiment *w) { return w->has_warned; }
struct bytes experiment_last_plaintext(const struct experiment *w) { return w->last_plaintext; }
uint32_t experiment_last_reason(const struct experiment *w) { return w->last_reason; }
