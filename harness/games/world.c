#include "games/world_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_MAX 96

/* ---- spoilt */

static void spoil_as(struct world *w, enum played as, const char *because)
{
    if (w->is_spoilt)
        return;
    w->is_spoilt = true;
    w->spoilt_as = as;
    w->spoilt_because = because ? because : "out of memory";
    world_tell(w, "%s", w->spoilt_because);
}

#define PRINT_INTO(to, w, format)                                                                  \
    va_list list;                                                                                  \
    char to[512];                                                                                  \
    va_start(list, format);                                                                        \
    (void)vsnprintf(to, sizeof(to), format, list);                                                 \
    va_end(list)

void world_spoil(struct world *w, const char *format, ...)
{
    PRINT_INTO(text, w, format);
    spoil_as(w, PLAYED_TROUBLE, arena_text(&w->arena, text));
}

void world_unable(struct world *w, const char *format, ...)
{
    PRINT_INTO(text, w, format);
    spoil_as(w, PLAYED_UNABLE, arena_text(&w->arena, text));
}

bool world_is_spoilt(const struct world *w) { return w->is_spoilt; }

enum played world_spoilt_as(const struct world *w) { return w->spoilt_as; }

const char *world_reason(const struct world *w) { return w->spoilt_because; }

/* ---- the story */

void world_tell(struct world *w, const char *format, ...)
{
    if (!w->options.tells)
        return;
    if (w->n_story == WORLD_STORY_MAX) {
        w->n_untold++;
        return;
    }
    PRINT_INTO(text, w, format);
    const char *line = arena_text(&w->arena, text);
    if (line)
        w->story[w->n_story++] = line;
}

const char *const *world_story(const struct world *w, size_t *out_count)
{
    *out_count = w->n_story;
    return w->story;
}

/* ---- answers */

/* Carry what the protocol wants delivered to whoever at home has the address. */
static void carry(struct world *w, struct person *by, const struct target_outgoing *o)
{
    struct person *to = world_at(w, o->to);
    if (!to || by->where != w->options.home) {
        world_tell(w, "%s sends %zu bytes beside, to nobody here", by->name, o->body.len);
        return;
    }
    if (w->cascade == WORLD_CASCADE_MAX) {
        world_spoil(w, "messages that cause messages without end");
        return;
    }
    struct message *m = arena_alloc(&w->arena, sizeof(*m));
    if (!m) {
        world_spoil(w, "out of memory");
        return;
    }
    *m = (struct message){
        .number = ++w->n_messages, .from = by, .to = to, .kind = o->kind, .body = o->body};
    world_tell(w, "%s sends message %u beside, to %s", by->name, m->number, to->name);
    w->cascade++;
    (void)world_offer_again(w, to, m);
    m->is_delivered = true;
    world_shadows_hear(w, m, to);
    w->cascade--;
}

static void carry_all(struct world *w, struct person *by, const struct answer *a)
{
    for (size_t i = 0; i < a->n_outgoing && !w->is_spoilt; i++)
        carry(w, by, &a->outgoing[i]);
}

enum went world_went(struct world *w, struct person *by, enum status st, const struct answer *a,
                     const char *what)
{
    if (w->is_spoilt)
        return WENT_NOWHERE;
    if (st) {
        world_spoil(w, "assay could not do its part (%s: %s)", what, status_text(st));
        return WENT_NOWHERE;
    }
    switch (a->seen) {
    case SEEN_UNSUPPORTED:
        world_unable(w, "the target answered unsupported to: %s", what);
        return WENT_NOWHERE;
    case SEEN_DONE:
    case SEEN_NOTHING_YET:
    case SEEN_ABSORBED:
        if (a->warned && by->where == w->options.home) {
            w->has_warned = true;
            world_tell(w, "%s is told of a changed key", by->name);
        }
        carry_all(w, by, a);
        return w->is_spoilt ? WENT_NOWHERE : WENT_WELL;
    case SEEN_REFUSAL:
        w->last_reason = a->reason;
        if (a->warned && by->where == w->options.home)
            w->has_warned = true;
        carry_all(w, by, a);
        return w->is_spoilt ? WENT_NOWHERE : WENT_REFUSED;
    default:
        world_tell(w, "%s: %s %s", what, seen_name(a->seen), a->detail);
        /* what a broken target would have done is not known: neither a refusal nor a loss. A stated
         * fault is no acceptance, and the target is still there. */
        if (!w->copies_may_break && a->seen != SEEN_FAULT)
            world_spoil(w, "the target broke (%s): %s", what, seen_name(a->seen));
        return WENT_BROKEN;
    }
}

bool world_must(struct world *w, struct person *by, enum status st, const struct answer *a,
                const char *what)
{
    enum went went = world_went(w, by, st, a, what);
    if (went == WENT_REFUSED || went == WENT_BROKEN)
        world_spoil(w, "%s: %s: %s%s%s", by->name, what, seen_name(a->seen),
                    a->detail[0] ? ": " : "", a->detail);
    return went == WENT_WELL;
}

/* ---- persons */

struct person *world_at(struct world *w, struct target_peer address)
{
    for (size_t i = 0; i < w->n_home; i++)
        if (w->home[i]->address.device == address.device &&
            strcmp(w->home[i]->address.name, address.name) == 0)
            return w->home[i];
    return NULL;
}

struct person *world_person(struct world *w, const char *name, struct target_peer address,
                            struct client *where)
{
    struct person *p = arena_alloc(&w->arena, sizeof(*p));
    const char *handle = arena_printf(&w->arena, "p%u", w->n_persons + 1);
    if (w->n_persons == WORLD_PERSONS_MAX) {
        world_spoil(w, "more copies than an adapter holds");
        return NULL;
    }
    if (!p || !handle || !(p->name = arena_text(&w->arena, name))) {
        world_spoil(w, "out of memory");
        return NULL;
    }
    w->n_persons++;
    p->handle = handle;
    p->address = address;
    p->where = where;
    return p;
}

/* |p| has been made at home, or not; it can be reached from now on. */
static struct person *arrive(struct world *w, struct person *p, enum status st,
                             const struct answer *a)
{
    if (world_must(w, p, st, a, "a party to be made") &&
        w->n_home < sizeof(w->home) / sizeof(w->home[0]) && !world_at(w, p->address))
        w->home[w->n_home++] = p;
    world_tell(w, "%s comes, %s device %u", p->name, p->address.name, p->address.device);
    return p;
}

struct person *world_newcomer(struct world *w, const char *name, struct target_peer address,
                              const struct target_party_wish *wish)
{
    static const struct target_party_wish no_wish;
    struct answer a;
    struct person *p = w->is_spoilt ? NULL : world_person(w, name, address, w->options.home);
    if (!p)
        return w->sides[SIDE_A];
    enum status st =
        client_create_party_as(p->where, p->handle, address, wish ? wish : &no_wish, &w->arena, &a);
    return arrive(w, p, st, &a);
}

struct person *world_imported(struct world *w, const char *name, struct target_peer address,
                              const struct target_import *keys)
{
    struct answer a;
    struct person *p = w->is_spoilt ? NULL : world_person(w, name, address, w->options.home);
    if (!p)
        return w->sides[SIDE_A];
    enum status st = client_create_party(p->where, p->handle, address, keys, &w->arena, &a);
    return arrive(w, p, st, &a);
}

/* ---- begin and end */

/* Of a client that broke in the world before, a new connection; then forget everything. */
static void reset_client(struct world *w, struct client *c, const char *label)
{
    struct buffer detail;
    struct random random;
    uint8_t seed[RANDOM_SEED_LEN];
    struct answer a = {.seen = SEEN_NOTHING_YET};
    buffer_init(&detail, 1024);
    enum status st = client_is_broken(c) ? client_reopen(c, &detail) : OK;
    if (!st && !(st = random_fork(&w->random, label, &random)) &&
        !(st = random_fill(&random, seed, sizeof(seed))))
        st = client_reset(c, bytes_of(seed, sizeof(seed)), &w->arena, &a);
    if (st || a.seen != SEEN_DONE)
        world_spoil(w, "Reset: %s", st ? status_text(st) : seen_name(a.seen));
    buffer_fini(&detail);
}

enum status world_begin(const struct world_options *options, const char *game, unsigned number,
                        struct world **out)
{
    char label[LABEL_MAX];
    *out = NULL;
    struct world *w = (struct world *)calloc(1, sizeof(*w));
    if (!w)
        return E_NOMEM;
    w->options = *options;
    w->spoilt_because = "";
    arena_init(&w->arena, WORLD_ARENA_MAX);
    (void)snprintf(label, sizeof(label), "game/%s/%u", game, number);
    enum status st = random_init(&w->random, options->seed, label);
    if (st) {
        world_end(w);
        return st;
    }
    /* the fallback of every operation in a spoilt world: somebody is always there */
    w->sides[SIDE_A] = world_person(w, "A", (struct target_peer){"alice", 1}, options->home);
    if (!w->sides[SIDE_A]) {
        world_end(w);
        return E_NOMEM;
    }
    reset_client(w, options->home, "home");
    reset_client(w, options->den, "den");
    w->sides[SIDE_B] = w->sides[SIDE_A];
    w->sides[SIDE_A] = world_newcomer(w, "A", (struct target_peer){"alice", 1}, NULL);
    w->sides[SIDE_B] = world_newcomer(w, "B", (struct target_peer){"bob", 1}, NULL);
    *out = w;
    return OK;
}

void world_end(struct world *w)
{
    if (!w)
        return;
    arena_fini(&w->arena);
    free(w);
}

struct arena *world_arena(struct world *w) { return &w->arena; }
struct random *world_random(struct world *w) { return &w->random; }
const struct target_profile *world_profile(const struct world *w) { return w->options.profile; }
bool world_has(const struct world *w, const char *capability)
{
    return target_profile_has(w->options.profile, capability);
}

struct person *world_a(struct world *w) { return w->sides[SIDE_A]; }
struct person *world_b(struct world *w) { return w->sides[SIDE_B]; }
struct person *world_side(struct world *w, enum side side) { return w->sides[side]; }
struct person *world_other(struct world *w, const struct person *p)
{
    return w->sides[p == w->sides[SIDE_A] ? SIDE_B : SIDE_A];
}
struct person *world_at_home(struct world *w, const struct person *p)
{
    struct person *at = world_at(w, p->address);
    return at ? at : world_a(w);
}

uint64_t world_now_us(struct world *w) { return clock_now_us(w->options.how->clock); }

bool world_has_warned(const struct world *w) { return w->has_warned; }
struct bytes world_last_plaintext(const struct world *w) { return w->last_plaintext; }
uint32_t world_last_reason(const struct world *w) { return w->last_reason; }
