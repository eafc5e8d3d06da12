/* The thief: what was stolen, copies of it in the den, and what they read. */
#include "base/canary.h"
#include "experiments/experiment_internal.h"

struct stolen_state *experiment_steal(struct experiment *w, struct experiment_party *from)
{
    static struct stolen_state nothing;
    struct answer a;
    struct stolen_state *stolen = arena_alloc(&w->arena, sizeof(*stolen));
    if (!stolen) {
        experiment_void(w, "out of memory");
        return &nothing;
    }
    stolen->of = from;
    if (w->is_void)
        return stolen;
    enum status st = driver_snapshot(from->where, from->handle, &w->arena, &a);
    if (experiment_must(w, from, st, &a, "a snapshot of its state"))
        stolen->state = a.body;
    experiment_tell(w, "the thief copies %s's state, %zu bytes", from->name, stolen->state.len);
    return stolen;
}

struct bytes experiment_identity(struct experiment *w, const struct experiment_party *from)
{
    struct answer a;
    if (w->is_void)
        return bytes_of(NULL, 0);
    enum status st = driver_export_identity(from->where, from->handle, &w->arena, &a);
    /* a person of the caller's is enough to say whose answer it was */
    struct experiment_party whose = *from;
    if (!experiment_must(w, &whose, st, &a, "its long-term secret"))
        return bytes_of(NULL, 0);
    experiment_tell(w, "the thief has %s's long-term secret, %zu bytes", from->name, a.body.len);
    return a.body;
}

struct experiment_party *experiment_restore(struct experiment *w, const struct stolen_state *stolen,
                                            struct driver *where, const char *name)
{
    struct answer a;
    struct experiment_party *copy =
        w->is_void || !stolen->of ? NULL : experiment_party(w, name, stolen->of->address, where);
    if (!copy)
        return experiment_a(w);
    enum status st = driver_restore(where, copy->handle, stolen->state, &w->arena, &a);
    (void)experiment_must(w, copy, st, &a, "its own snapshot to be restored");
    return copy;
}

struct experiment_party *experiment_copy(struct experiment *w, const struct stolen_state *stolen)
{
    const char *name = arena_printf(&w->arena, "copy %u of %s", ++w->n_copies,
                                    stolen->of ? stolen->of->name : "?");
    return experiment_restore(w, stolen, w->options.adversary_driver, name ? name : "a copy");
}

void experiment_reseed(struct experiment *w, struct bytes seed)
{
    struct answer a;
    if (w->is_void)
        return;
    w->n_clones = 0;
    enum status st = driver_reset(w->options.adversary_driver, seed, &w->arena, &a);
    if (st || a.seen != SEEN_DONE)
        experiment_void(w, "Reset: %s", st ? status_text(st) : seen_name(a.seen));
}

void experiment_randomise(struct experiment *w) { experiment_reseed(w, bytes_of(NULL, 0)); }

struct driver *experiment_honest_driver(struct experiment *w) { return w->options.honest; }

void experiment_forget(struct experiment *w, struct experiment_party *by,
                       const struct experiment_party *with)
{
    struct target_conversation where = {.party = by->handle, .peer = with->address};
    struct answer a;
    if (w->is_void)
        return;
    enum status st = driver_forget_session(by->where, &where, &w->arena, &a);
    (void)experiment_must(w, by, st, &a, "a session to be forgotten");
    experiment_tell(w, "%s loses its session with %s", by->name, with->name);
}

struct message *experiment_forge(struct experiment *w, struct experiment_party *by,
                                 const struct experiment_party *from, struct bytes plaintext)
{
    struct target_conversation where = {.party = by->handle, .peer = from->address};
    struct answer a;
    if (w->is_void)
        return NULL;
    enum status st = driver_forge(by->where, &where, plaintext, &w->arena, &a);
    if (experiment_went(w, by, st, &a, "a message to be forged") != WENT_WELL)
        return NULL;
    struct message *m = experiment_outside(w, from, by, a.kind, a.body, plaintext);
    experiment_tell(w, "%s forges a message as from %s", by->name, from->name);
    return m;
}

const char *experiment_fingerprint(struct experiment *w, struct experiment_party *of,
                                   const struct experiment_party *with)
{
    struct target_conversation where = {.party = of->handle, .peer = with->address};
    struct answer a;
    if (w->is_void)
        return "";
    enum status st =
        driver_fingerprint(of->where, &where, of->address.name, with->address.name, &w->arena, &a);
    return experiment_must(w, of, st, &a, "a fingerprint") ? a.text : "";
}

/* ---- shadows */

void experiment_clone(struct experiment *w, const struct stolen_state *stolen)
{
    if (w->n_clones == EXPERIMENT_CLONES_MAX) {
        experiment_void(w, "more shadows than a world holds");
        return;
    }
    struct experiment_party *copy = experiment_copy(w, stolen);
    if (!w->is_void)
        w->clones[w->n_clones++] = (struct clone){.of = stolen->of, .copy = copy};
}

void experiment_clones_read(struct experiment *w, struct message *m,
                            const struct experiment_party *reader)
{
    w->copies_may_break = true;
    for (size_t i = 0; i < w->n_clones && !w->is_void; i++) {
        struct clone *s = &w->clones[i];
        if (s->of != reader || s->has_died)
            continue;
        enum opened opened = experiment_offer(w, s->copy, m->from, m, m->body);
        s->has_died = opened == OPENED_BROKEN;
        if (opened == OPENED_EXACTLY && m->plaintext.len)
            m->is_read = true;
    }
    w->copies_may_break = false;
}

/* Has |copy|, sealing the same plaintext, made the very same ciphertext? */
static bool seals_the_same(struct experiment *w, struct experiment_party *copy,
                           const struct message *m)
{
    struct target_conversation where = experiment_where(copy, m->to, m);
    struct answer a;
    enum status st = driver_seal(copy->where, &where, m->plaintext, &w->arena, &a);
    return experiment_went(w, copy, st, &a, "a copy to seal the same") == WENT_WELL &&
           bytes_equal(a.body, m->body);
}

/* Has a copy of the author opened its own message? */
static bool opens_own(struct experiment *w, struct experiment_party *copy, const struct message *m)
{
    struct target_conversation where = experiment_where(copy, m->to, m);
    struct answer a;
    enum status st = driver_open_own(copy->where, &where, m->kind, m->body, &w->arena, &a);
    return experiment_went(w, copy, st, &a, "a copy to open its owner's message") == WENT_WELL &&
           a.seen == SEEN_NOTHING_YET && bytes_equal(a.body, m->plaintext);
}

void experiment_clones_tell(struct experiment *w, struct message *m)
{
    w->copies_may_break = true;
    for (size_t i = 0; i < w->n_clones && !w->is_void; i++) {
        struct clone *s = &w->clones[i];
        if (s->of != m->from || s->has_died)
            continue;
        /* reading before sealing: to seal uses the key up */
        bool has_it = (experiment_has(w, "open-own") && opens_own(w, s->copy, m)) ||
                      experiment_offer(w, s->copy, m->to, m, m->body) == OPENED_EXACTLY ||
                      seals_the_same(w, s->copy, m);
        if (has_it) {
            m->is_read = true;
            experiment_tell(w, "%s has message %u", s->copy->name, m->number);
        }
        s->has_died = driver_is_broken(s->copy->where);
    }
    w->copies_may_break = false;
}

/* ---- probes */

bool experiment_reads(struct experiment *w, const struct stolen_state *stolen,
                      const struct message *m)
{
    bool is_author = stolen->of == m->from, reads = false;
    if (w->is_void || !m->plaintext.len)
        return false;
    if (!is_author)
        reads = experiment_offer_again(w, experiment_copy(w, stolen), m) == OPENED_EXACTLY;
    if (is_author && experiment_has(w, "open-own"))
        reads = opens_own(w, experiment_copy(w, stolen), m);
    if (is_author && !reads)
        reads =
            experiment_offer(w, experiment_copy(w, stolen), m->to, m, m->body) == OPENED_EXACTLY;
    if (is_author && !reads)
        reads = seals_the_same(w, experiment_copy(w, stolen), m);
    if (driver_is_broken(w->options.adversary_driver))
        experiment_void(w, "a copy broke on a message: what it could have read is not known");
    if (reads)
        experiment_tell(w, "the thief reads message %u with %s's stolen state", m->number,
                        stolen->of->name);
    return reads && !w->is_void;
}

bool experiment_finds(struct experiment *w, const struct stolen_state *stolen, struct bytes secret)
{
    struct canaries canaries;
    canaries_init(&canaries, &w->arena);
    if (w->is_void || secret.len < CANARY_BYTES)
        return false;
    if (canaries_plant(&canaries, "a secret", secret)) {
        experiment_void(w, "out of memory");
        return false;
    }
    canaries_look(&canaries, "the stolen state", stolen->state);
    return canaries.found != NULL;
}
