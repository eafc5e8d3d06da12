/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of the snapshots that the target gives. */
#include "run/watch.h"

#include "base/canary.h"
#include "run/context.h"

/* A message that was opened, and its keys. */
struct watched_opening {
    struct watched_opening *next;
    const struct case_party *by;
    size_t at, step, n_secrets;
    bool is_of_group;
    struct bytes secrets[CIPHER_SECRETS_MAX];
};

/* A snapshot, and what its party had done by then. */
struct watched_state {
    struct watched_state *next;
    const struct case_party *of;
    size_t n, step, len;
    unsigned accepted, refused;
};

enum status watch_opened(struct watch *w, const struct cipher *cipher,
                         const struct artifact *message, const struct case_party *by,
                         struct arena *arena)
{
    struct bytes secrets[CIPHER_SECRETS_MAX];
    struct watched_opening *opening = arena_alloc(arena, sizeof(*opening));
    if (!opening)
        return E_NOMEM;
    *opening = (struct watched_opening){
        .by = by, .at = ++w->n, .step = w->step, .is_of_group = message->group != NULL};
    if (message->sealed && cipher->insider)
        opening->n_secrets = cipher->insider->secrets(message->sealed, secrets);
    for (size_t i = 0; i < opening->n_secrets; i++) {
        opening->secrets[i] = arena_copy(arena, secrets[i]);
        if (!opening->secrets[i].data)
            return E_NOMEM;
    }
    opening->next = w->openings;
    w->openings = opening;
    return OK;
}

/* A group's message has no MAC key: all zeros are no secret. */
static bool is_secret(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++)
        if (b.data[i])
            return true;
    return false;
}

/* Double Ratchet, section 3.5: the key of a message is deleted once the message is decrypted. Of a
 * group's messages G-04 says so. */
static enum status look_for_keys(struct watch *w, const struct artifact *snapshot, bool of_groups,
                                 struct arena *arena)
{
    struct canaries used;
    enum status st = OK;
    canaries_init(&used, arena);
    for (const struct watched_opening *o = w->openings; o && !st; o = o->next) {
        if (o->is_of_group != of_groups || !watch_remembers(snapshot->author, o->by, o->at))
            continue;
        const char *what =
            arena_printf(arena, "a key of the message opened in step %lu", (unsigned long)o->step);
        if (!what)
            return E_NOMEM;
        for (size_t i = 0; i < o->n_secrets && !st; i++)
            if (is_secret(o->secrets[i]))
                st = canaries_plant(&used, what, o->secrets[i]);
    }
    if (st)
        return st;
    canaries_look(&used, "the snapshot", snapshot->body);
    return used.found ? watch_tell(w, of_groups ? "G-04" : "D-14", used.found) : OK;
}

static const struct watched_state *state_before(const struct watch *w, const struct case_party *of)
{
    const struct watched_state *s = w->states;
    while (s && s->of != of)
        s = s->next;
    return s;
}

/*
 * Double Ratchet, section 3.5: what a discarded message changed is discarded. A client keeps how
 * often it asked for which message, and makes prekeys by itself: nothing is said of its size.
 */
static enum status compare_sizes(struct watch *w, const struct watched_state *now,
                                 struct arena *arena)
{
    const struct watched_state *before = state_before(w, now->of);
    if (w->is_client || !before || before->n != now->n || before->accepted != now->accepted ||
        before->refused == now->refused)
        return OK;
    unsigned refusals = now->refused - before->refused;
    size_t bound = before->len + WATCH_GROWTH_MAX + WATCH_GROWTH_EACH * (size_t)refusals;
    if (now->len <= bound)
        return OK;
    return watch_tell(
        w, "D-12",
        arena_printf(arena,
                     "the state of step %lu has %lu bytes, and %lu in step %lu, after "
                     "%u refusals and nothing else",
                     (unsigned long)before->step, (unsigned long)before->len,
                     (unsigned long)now->len, (unsigned long)now->step, refusals));
}

enum status watch_snapshot(struct watch *w, const struct artifact *snapshot, unsigned accepted,
                           unsigned refused, struct arena *arena)
{
    struct watched_state *now = arena_alloc(arena, sizeof(*now));
    if (!now)
        return E_NOMEM;
    *now = (struct watched_state){.of = snapshot->author,
                                  .n = w->n,
                                  .step = w->step,
                                  .len = snapshot->body.len,
                                  .accepted = accepted,
                                  .refused = refused};
    enum status st = look_for_keys(w, snapshot, false, arena);
    if (!st)
        st = look_for_keys(w, snapshot, true, arena);
    if (!st)
        st = compare_sizes(w, now, arena);
    now->next = w->states;
    w->states = now;
    return st;
}
