/* The thief: what was stolen, copies of it in the den, and what they read. */
#include "base/canary.h"
#include "games/world_internal.h"

struct loot *world_steal(struct world *w, struct person *from)
{
    static struct loot nothing;
    struct answer a;
    struct loot *loot = arena_alloc(&w->arena, sizeof(*loot));
    if (!loot) {
        world_spoil(w, "out of memory");
        return &nothing;
    }
    loot->of = from;
    if (w->is_spoilt)
        return loot;
    enum status st = client_snapshot(from->where, from->handle, &w->arena, &a);
    if (world_must(w, from, st, &a, "a snapshot of its state"))
        loot->state = a.body;
    world_tell(w, "the thief copies %s's state, %zu bytes", from->name, loot->state.len);
    return loot;
}

struct bytes world_identity(struct world *w, const struct person *from)
{
    struct answer a;
    if (w->is_spoilt)
        return bytes_of(NULL, 0);
    enum status st = client_export_identity(from->where, from->handle, &w->arena, &a);
    /* a person of the caller's is enough to say whose answer it was */
    struct person whose = *from;
    if (!world_must(w, &whose, st, &a, "its long-term secret"))
        return bytes_of(NULL, 0);
    world_tell(w, "the thief has %s's long-term secret, %zu bytes", from->name, a.body.len);
    return a.body;
}

struct person *world_restore(struct world *w, const struct loot *loot, struct client *where,
                             const char *name)
{
    struct answer a;
    struct person *copy =
        w->is_spoilt || !loot->of ? NULL : world_person(w, name, loot->of->address, where);
    if (!copy)
        return world_a(w);
    enum status st = client_restore(where, copy->handle, loot->state, &w->arena, &a);
    (void)world_must(w, copy, st, &a, "its own snapshot to be restored");
    return copy;
}

struct person *world_copy(struct world *w, const struct loot *loot)
{
    const char *name =
        arena_printf(&w->arena, "copy %u of %s", ++w->n_copies, loot->of ? loot->of->name : "?");
    return world_restore(w, loot, w->options.den, name ? name : "a copy");
}

void world_reseed(struct world *w, struct bytes seed)
{
    struct answer a;
    if (w->is_spoilt)
        return;
    w->n_shadows = 0;
    enum status st = client_reset(w->options.den, seed, &w->arena, &a);
    if (st || a.seen != SEEN_DONE)
        world_spoil(w, "Reset: %s", st ? status_text(st) : seen_name(a.seen));
}

void world_randomise(struct world *w) { world_reseed(w, bytes_of(NULL, 0)); }

struct client *world_home(struct world *w) { return w->options.home; }

void world_forget(struct world *w, struct person *by, const struct person *with)
{
    struct target_conversation where = {.party = by->handle, .peer = with->address};
    struct answer a;
    if (w->is_spoilt)
        return;
    enum status st = client_forget_session(by->where, &where, &w->arena, &a);
    (void)world_must(w, by, st, &a, "a session to be forgotten");
    world_tell(w, "%s loses its session with %s", by->name, with->name);
}

struct message *world_forge(struct world *w, struct person *by, const struct person *from,
                            struct bytes plaintext)
{
    struct target_conversation where = {.party = by->handle, .peer = from->address};
    struct answer a;
    if (w->is_spoilt)
        return NULL;
    enum status st = client_forge(by->where, &where, plaintext, &w->arena, &a);
    if (world_went(w, by, st, &a, "a message to be forged") != WENT_WELL)
        return NULL;
    struct message *m = world_outside(w, from, by, a.kind, a.body, plaintext);
    world_tell(w, "%s forges a message as from %s", by->name, from->name);
    return m;
}

const char *world_fingerprint(struct world *w, struct person *of, const struct person *with)
{
    struct target_conversation where = {.party = of->handle, .peer = with->address};
    struct answer a;
    if (w->is_spoilt)
        return "";
    enum status st =
        client_fingerprint(of->where, &where, of->address.name, with->address.name, &w->arena, &a);
    return world_must(w, of, st, &a, "a fingerprint") ? a.text : "";
}

/* ---- shadows */

void world_shadow(struct world *w, const struct loot *loot)
{
    if (w->n_shadows == WORLD_SHADOWS_MAX) {
        world_spoil(w, "more shadows than a world holds");
        return;
    }
    struct person *copy = world_copy(w, loot);
    if (!w->is_spoilt)
        w->shadows[w->n_shadows++] = (struct shadow){.of = loot->of, .copy = copy};
}

void world_shadows_hear(struct world *w, struct message *m, const struct person *reader)
{
    w->copies_may_break = true;
    for (size_t i = 0; i < w->n_shadows && !w->is_spoilt; i++) {
        struct shadow *s = &w->shadows[i];
        if (s->of != reader || s->has_died)
            continue;
        enum opened opened = world_offer(w, s->copy, m->from, m, m->body);
        s->has_died = opened == OPENED_BROKEN;
        if (opened == OPENED_EXACTLY && m->plaintext.len)
            m->is_read = true;
    }
    w->copies_may_break = false;
}

/* Has |copy|, sealing the same plaintext, made the very same ciphertext? */
static bool seals_the_same(struct world *w, struct person *copy, const struct message *m)
{
    struct target_conversation where = world_where(copy, m->to, m);
    struct answer a;
    enum status st = client_seal(copy->where, &where, m->plaintext, &w->arena, &a);
    return world_went(w, copy, st, &a, "a copy to seal the same") == WENT_WELL &&
           bytes_equal(a.body, m->body);
}

/* Has a copy of the author opened its own message? */
static bool opens_own(struct world *w, struct person *copy, const struct message *m)
{
    struct target_conversation where = world_where(copy, m->to, m);
    struct answer a;
    enum status st = client_open_own(copy->where, &where, m->kind, m->body, &w->arena, &a);
    return world_went(w, copy, st, &a, "a copy to open its owner's message") == WENT_WELL &&
           a.seen == SEEN_NOTHING_YET && bytes_equal(a.body, m->plaintext);
}

void world_shadows_say(struct world *w, struct message *m)
{
    w->copies_may_break = true;
    for (size_t i = 0; i < w->n_shadows && !w->is_spoilt; i++) {
        struct shadow *s = &w->shadows[i];
        if (s->of != m->from || s->has_died)
            continue;
        /* reading before sealing: to seal uses the key up */
        bool has_it = (world_has(w, "open-own") && opens_own(w, s->copy, m)) ||
                      world_offer(w, s->copy, m->to, m, m->body) == OPENED_EXACTLY ||
                      seals_the_same(w, s->copy, m);
        if (has_it) {
            m->is_read = true;
            world_tell(w, "%s has message %u", s->copy->name, m->number);
        }
        s->has_died = client_is_broken(s->copy->where);
    }
    w->copies_may_break = false;
}

/* ---- probes */

bool world_reads(struct world *w, const struct loot *loot, const struct message *m)
{
    bool is_author = loot->of == m->from, reads = false;
    if (w->is_spoilt || !m->plaintext.len)
        return false;
    if (!is_author)
        reads = world_offer_again(w, world_copy(w, loot), m) == OPENED_EXACTLY;
    if (is_author && world_has(w, "open-own"))
        reads = opens_own(w, world_copy(w, loot), m);
    if (is_author && !reads)
        reads = world_offer(w, world_copy(w, loot), m->to, m, m->body) == OPENED_EXACTLY;
    if (is_author && !reads)
        reads = seals_the_same(w, world_copy(w, loot), m);
    if (client_is_broken(w->options.den))
        world_spoil(w, "a copy broke on a message: what it could have read is not known");
    if (reads)
        world_tell(w, "the thief reads message %u with %s's stolen state", m->number,
                   loot->of->name);
    return reads && !w->is_spoilt;
}

bool world_finds(struct world *w, const struct loot *loot, struct bytes secret)
{
    struct canaries canaries;
    canaries_init(&canaries, &w->arena);
    if (w->is_spoilt || secret.len < CANARY_BYTES)
        return false;
    if (canaries_plant(&canaries, "a secret", secret)) {
        world_spoil(w, "out of memory");
        return false;
    }
    canaries_look(&canaries, "the stolen state", loot->state);
    return canaries.found != NULL;
}
