/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The adversary: stolen state, copies of it in the adversary process, and what they read. */
#include "base/canary.h"
#include "experiments/experiment_internal.h"

struct stolen_state *experiment_steal(struct experiment *e, struct experiment_party *from)
{
    static struct stolen_state nothing;
    struct answer a;
    struct stolen_state *stolen = experiment_alloc(e, sizeof(*stolen));
    if (!stolen)
        return &nothing;
    stolen->owner = from;
    if (e->is_void)
        return stolen;
    enum status st = driver_snapshot(from->driver, from->handle, &e->arena, &a);
    if (experiment_require(e, from, st, &a, "a snapshot of its state"))
        stolen->state = a.body;
    experiment_tell(e, "the adversary copies %s's state, %zu bytes", from->name, stolen->state.len);
    return stolen;
}

struct bytes experiment_steal_identity(struct experiment *e, const struct experiment_party *from)
{
    struct answer a;
    if (e->is_void)
        return bytes_of(NULL, 0);
    enum status st = driver_export_identity(from->driver, from->handle, &e->arena, &a);
    struct experiment_party whose = *from; /* only its name is needed */
    if (!experiment_require(e, &whose, st, &a, "its long-term secret"))
        return bytes_of(NULL, 0);
    experiment_tell(e, "the adversary has %s's long-term secret, %zu bytes", from->name,
                    a.body.len);
    return a.body;
}

/* A copy behind |driver|; |post_quantum|: the state whose post-quantum secrets it has, empty for
 * its own. */
static struct experiment_party *restore_with(struct experiment *e,
                                             const struct stolen_state *stolen,
                                             struct bytes post_quantum, struct driver *driver,
                                             const char *name)
{
    struct answer a;
    struct experiment_party *copy =
        e->is_void || !stolen->owner
            ? NULL
            : experiment_party_new(e, name, stolen->owner->address, driver);
    if (!copy)
        return e->a;
    enum status st =
        driver_restore_split(driver, copy->handle, stolen->state, post_quantum, &e->arena, &a);
    (void)experiment_require(e, copy, st, &a, "its own snapshot to be restored");
    return copy;
}

struct experiment_party *experiment_restore(struct experiment *e, const struct stolen_state *stolen,
                                            struct driver *driver, const char *name)
{
    return restore_with(e, stolen, bytes_of(NULL, 0), driver, name);
}

struct experiment_party *experiment_split(struct experiment *e, const struct stolen_state *elliptic,
                                          const struct stolen_state *post_quantum)
{
    bool is_split = experiment_has(e, "split-state");
    const char *name = arena_printf(&e->arena, "copy %u of %s by a quantum computer", ++e->n_copies,
                                    elliptic->owner ? elliptic->owner->name : "?");
    return restore_with(e, elliptic, is_split ? post_quantum->state : bytes_of(NULL, 0),
                        e->options.adversary_driver, name ? name : "a copy");
}

struct experiment_party *experiment_copy(struct experiment *e, const struct stolen_state *stolen)
{
    const char *name = arena_printf(&e->arena, "copy %u of %s", ++e->n_copies,
                                    stolen->owner ? stolen->owner->name : "?");
    return experiment_restore(e, stolen, e->options.adversary_driver, name ? name : "a copy");
}

struct experiment_party *experiment_stand_in(struct experiment *e, struct experiment_party *of,
                                             const char *name)
{
    return experiment_restore(e, experiment_steal(e, of), e->options.honest_driver, name);
}

void experiment_reseed(struct experiment *e, struct bytes seed)
{
    struct answer a;
    if (e->is_void)
        return;
    e->n_clones = 0;
    enum status st = driver_reset(e->options.adversary_driver, seed, &e->arena, &a);
    if (st || a.seen != SEEN_DONE)
        experiment_void(e, "Reset: %s", st ? status_text(st) : seen_name(a.seen));
}

void experiment_randomise(struct experiment *e) { experiment_reseed(e, bytes_of(NULL, 0)); }

struct message *experiment_forge(struct experiment *e, struct experiment_party *by,
                                 const struct experiment_party *from, struct bytes plaintext)
{
    struct target_conversation where = {.party = by->handle, .peer = from->address};
    struct answer a;
    if (e->is_void)
        return NULL;
    enum status st = driver_forge(by->driver, &where, plaintext, &e->arena, &a);
    if (experiment_take_answer(e, by, st, &a, "a message to be forged") != ANSWER_DONE)
        return NULL;
    struct message *m = experiment_add_message(e, from, by, a.kind, a.body, plaintext);
    experiment_tell(e, "%s forges a message as from %s", by->name, from->name);
    return m;
}

/* ---- clones */

void experiment_clone(struct experiment *e, const struct stolen_state *stolen)
{
    if (e->n_clones == EXPERIMENT_CLONES_MAX) {
        experiment_void(e, "more clones than an experiment holds");
        return;
    }
    struct experiment_party *copy = experiment_copy(e, stolen);
    if (!e->is_void)
        e->clones[e->n_clones++] = (struct clone){.owner = stolen->owner, .copy = copy};
}

/* Has |copy|, sealing the same plaintext, made the very same ciphertext? */
static bool seals_the_same(struct experiment *e, struct experiment_party *copy,
                           const struct message *m)
{
    struct target_conversation where = experiment_conversation(copy, m->to, m);
    struct answer a;
    enum status st = driver_seal(copy->driver, &where, m->plaintext, &e->arena, &a);
    return experiment_take_answer(e, copy, st, &a, "a copy to seal the same") == ANSWER_DONE &&
           bytes_equal(a.body, m->body);
}

/* Does |copy|, whose owner is the author, open its own message? */
static bool opens_own(struct experiment *e, struct experiment_party *copy, const struct message *m)
{
    struct target_conversation where = experiment_conversation(copy, m->to, m);
    struct answer a;
    enum status st = driver_open_own(copy->driver, &where, m->kind, m->body, &e->arena, &a);
    return experiment_take_answer(e, copy, st, &a, "a copy to open its owner's message") ==
               ANSWER_DONE &&
           a.seen == SEEN_NOTHING_YET && bytes_equal(a.body, m->plaintext);
}

void experiment_clones_seal(struct experiment *e, struct message *m)
{
    e->copies_may_break = true;
    for (size_t i = 0; i < e->n_clones && !e->is_void; i++) {
        struct clone *c = &e->clones[i];
        if (c->owner != m->from || c->has_died)
            continue;
        /* read before sealing: sealing uses the key up */
        bool has_it = (experiment_has(e, "open-own") && opens_own(e, c->copy, m)) ||
                      experiment_offer(e, c->copy, m->to, m, m->body) == OPENED_EXACTLY ||
                      seals_the_same(e, c->copy, m);
        if (has_it) {
            m->is_read = true;
            experiment_tell(e, "%s has message %u", c->copy->name, m->number);
        }
        c->has_died = driver_is_broken(c->copy->driver);
    }
    e->copies_may_break = false;
}

/* ---- READ and KNOW */

bool experiment_reads(struct experiment *e, const struct stolen_state *stolen,
                      const struct message *m)
{
    bool is_author = stolen->owner == m->from, reads = false;
    if (e->is_void || !m->plaintext.len)
        return false;
    if (!is_author)
        reads = experiment_offer_again(e, experiment_copy(e, stolen), m) == OPENED_EXACTLY;
    if (is_author && experiment_has(e, "open-own"))
        reads = opens_own(e, experiment_copy(e, stolen), m);
    if (is_author && !reads)
        reads =
            experiment_offer(e, experiment_copy(e, stolen), m->to, m, m->body) == OPENED_EXACTLY;
    if (is_author && !reads)
        reads = seals_the_same(e, experiment_copy(e, stolen), m);
    if (driver_is_broken(e->options.adversary_driver))
        experiment_void(e, "a copy broke on a message: what it could have read is not known");
    if (reads)
        experiment_tell(e, "the adversary reads message %u with %s's stolen state", m->number,
                        stolen->owner->name);
    return reads && !e->is_void;
}

void experiment_try_reading(struct experiment *e, const struct stolen_state *stolen,
                            struct message *const *messages, size_t count)
{
    for (size_t i = 0; i < count && e->outcome.played != PLAYED_WON; i++) {
        const struct message *m = messages[i];
        if (!experiment_reads(e, stolen, m))
            continue;
        outcome_prove(
            e, m->group ? "the message to the group" : "the message, recorded on the network",
            m->body);
        outcome_prove(e, "its text, read after the theft", m->plaintext);
        outcome_win(e,
                    "message %u%s had been delivered before %s's state was stolen, and the "
                    "adversary reads it",
                    m->number, m->group ? " to the group" : "", stolen->owner->name);
    }
}

bool experiment_shows(struct experiment *e, struct bytes body, struct bytes secret)
{
    struct canaries canaries;
    canaries_init(&canaries, &e->arena);
    if (e->is_void || secret.len < CANARY_BYTES)
        return false;
    if (canaries_plant(&canaries, "a secret", secret)) {
        experiment_void(e, "out of memory");
        return false;
    }
    canaries_look(&canaries, "bytes", body);
    return canaries.found != NULL;
}

bool experiment_finds(struct experiment *e, const struct stolen_state *stolen, struct bytes secret)
{
    return experiment_shows(e, stolen->state, secret);
}
