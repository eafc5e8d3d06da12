/* Honest traffic, and whatever a game delivers besides. */
#include "base/hex.h"
#include "experiments/experiment_internal.h"

#include <string.h>

#define SHOWN_BYTES 24u

struct target_conversation experiment_where(const struct experiment_party *holder,
                                            const struct experiment_party *other,
                                            const struct message *m)
{
    return (struct target_conversation){
        .party = holder->handle, .peer = other->address, .group = m ? m->group : NULL};
}

/* The beginning of |b| in hex, for a story. */
static const char *shown(struct experiment *w, struct bytes b)
{
    if (!w->options.tells)
        return "";
    const char *hex = hex_text(&w->arena, bytes_slice(b, 0, SHOWN_BYTES));
    if (!hex || b.len <= SHOWN_BYTES)
        return hex ? hex : "";
    const char *cut = arena_printf(&w->arena, "%s...", hex);
    return cut ? cut : hex;
}

/* ---- sessions */

struct bundle experiment_publish(struct experiment *w, struct experiment_party *by,
                                 bool without_one_time_prekey)
{
    struct bundle bundle = {0};
    struct answer a;
    if (w->is_void)
        return bundle;
    enum status st =
        driver_get_bundle(by->where, by->handle, without_one_time_prekey, false, &w->arena, &a);
    if (experiment_must(w, by, st, &a, "a bundle to be published"))
        bundle = (struct bundle){a.kind, a.body};
    experiment_tell(w, "%s publishes a bundle of %zu bytes", by->name, bundle.body.len);
    return bundle;
}

bool experiment_start(struct experiment *w, struct experiment_party *by,
                      const struct experiment_party *with, struct bundle bundle)
{
    struct answer a;
    if (w->is_void)
        return false;
    enum status st = driver_start_session(by->where, by->handle, with->address, bundle.kind,
                                          bundle.body, &w->arena, &a);
    enum went went = experiment_went(w, by, st, &a, "a session to be started");
    experiment_tell(w, "%s %s a session with %s", by->name,
                    went == WENT_WELL ? "starts" : "does not start", with->name);
    return went == WENT_WELL;
}

void experiment_introduce(struct experiment *w)
{
    if (!experiment_start(w, experiment_a(w), experiment_b(w),
                          experiment_publish(w, experiment_b(w), false)))
        experiment_void(w, "A does not start a session from B's own bundle");
}

void experiment_establish(struct experiment *w)
{
    experiment_introduce(w);
    experiment_round_trips(w, 1);
}

/* ---- sealing */

struct message *experiment_outside(struct experiment *w, const struct experiment_party *from,
                                   const struct experiment_party *to, uint32_t kind,
                                   struct bytes body, struct bytes plaintext)
{
    struct message *m = arena_alloc(&w->arena, sizeof(*m));
    struct bytes kept = arena_copy(&w->arena, body);
    if (!m || !kept.data) {
        experiment_void(w, "out of memory");
        return NULL;
    }
    *m = (struct message){.number = ++w->n_messages,
                          .from = from,
                          .to = to,
                          .kind = kind,
                          .body = kept,
                          .plaintext = plaintext};
    return m;
}

struct message *experiment_try_seal(struct experiment *w, struct experiment_party *from,
                                    const struct experiment_party *to, struct bytes plaintext)
{
    struct target_conversation where = experiment_where(from, to, NULL);
    struct answer a;
    if (w->is_void)
        return NULL;
    enum status st = driver_seal(from->where, &where, plaintext, &w->arena, &a);
    enum went went = experiment_went(w, from, st, &a, "a message to be sealed");
    if (went != WENT_WELL) {
        experiment_tell(w, "%s does not seal to %s", from->name, to->name);
        return NULL;
    }
    struct message *m = experiment_outside(w, from, to, a.kind, a.body, plaintext);
    if (!m)
        return NULL;
    experiment_tell(w, "%s seals message %u to %s: %s", from->name, m->number, to->name,
                    shown(w, m->body));
    experiment_clones_tell(w, m);
    return m;
}

struct message *experiment_no_message(struct experiment *w)
{
    static struct message nothing;
    struct message *m = arena_alloc(&w->arena, sizeof(*m));
    if (!m)
        return &nothing;
    m->from = experiment_a(w);
    m->to = experiment_b(w);
    return m;
}

struct message *experiment_seal_text(struct experiment *w, struct experiment_party *from,
                                     struct experiment_party *to, struct bytes plaintext)
{
    struct message *m = experiment_try_seal(w, from, to, plaintext);
    if (m)
        return m;
    experiment_void(w, "%s could not seal an honest message to %s", from->name, to->name);
    return experiment_no_message(w);
}

struct message *experiment_seal(struct experiment *w, struct experiment_party *from,
                                struct experiment_party *to)
{
    uint8_t *text = arena_alloc(&w->arena, EXPERIMENT_PLAINTEXT);
    if (!text || random_fill(&w->random, text, EXPERIMENT_PLAINTEXT)) {
        experiment_void(w, "out of memory");
        return experiment_no_message(w);
    }
    return experiment_seal_text(w, from, to, bytes_of(text, EXPERIMENT_PLAINTEXT));
}

/* ---- delivering */

enum opened experiment_offer(struct experiment *w, struct experiment_party *reader,
                             const struct experiment_party *from, const struct message *m,
                             struct bytes body)
{
    static const char *const words[] = {
        [OPENED_NOTHING] = "nothing",
        [OPENED_EXACTLY] = "opens it",
        [OPENED_OTHERWISE] = "opens it to something else",
        [OPENED_SILENTLY] = "takes it",
        [OPENED_REFUSED] = "refuses it",
        [OPENED_BROKEN] = "breaks on it",
    };
    struct target_conversation where = experiment_where(reader, from, m);
    struct answer a;
    enum opened opened = OPENED_NOTHING;
    if (w->is_void)
        return opened;
    enum status st = driver_open_message(reader->where, &where, m->kind, body, &w->arena, &a);
    enum went went = experiment_went(w, reader, st, &a, "a message to be opened");
    if (went == WENT_REFUSED)
        opened = OPENED_REFUSED;
    else if (went == WENT_BROKEN)
        opened = OPENED_BROKEN;
    else if (went == WENT_WELL && a.seen == SEEN_ABSORBED)
        opened = OPENED_SILENTLY;
    else if (went == WENT_WELL)
        opened = bytes_equal(a.body, m->plaintext) ? OPENED_EXACTLY : OPENED_OTHERWISE;
    if (opened == OPENED_EXACTLY || opened == OPENED_OTHERWISE)
        w->last_plaintext = a.body;
    experiment_tell(w, "message %u goes to %s as from %s, who %s", m->number, reader->name,
                    from->name, words[opened]);
    return opened;
}

enum opened experiment_offer_again(struct experiment *w, struct experiment_party *reader,
                                   const struct message *m)
{
    return experiment_offer(w, reader, m->from, m, m->body);
}

bool experiment_opens(struct experiment *w, struct experiment_party *reader,
                      const struct message *m)
{
    enum opened opened = experiment_offer_again(w, reader, m);
    if (opened == OPENED_BROKEN)
        experiment_void(w, "%s breaks on honest message %u", reader->name, m->number);
    return opened == OPENED_EXACTLY;
}

void experiment_deliver(struct experiment *w, struct message *m)
{
    struct experiment_party *to = experiment_honest(w, m->to);
    if (w->is_void)
        return;
    enum opened opened = experiment_offer_again(w, to, m);
    m->is_delivered = true;
    if (opened != OPENED_EXACTLY)
        experiment_void(w, "honest message %u from %s did not open", m->number, m->from->name);
    else
        experiment_clones_read(w, m, to);
}

struct message *experiment_send(struct experiment *w, struct experiment_party *from,
                                struct experiment_party *to)
{
    struct message *m = experiment_seal(w, from, to);
    experiment_deliver(w, m);
    return m;
}

void experiment_converse(struct experiment *w, const struct schedule *s)
{
    for (size_t i = 0; i < s->n_flights && !w->is_void; i++)
        for (unsigned k = 0; k < s->flights[i].n_messages; k++) {
            struct experiment_party *from = experiment_side(w, s->flights[i].from);
            (void)experiment_send(w, from, experiment_other(w, from));
        }
}

void experiment_round_trips(struct experiment *w, unsigned n)
{
    for (unsigned i = 0; i < n && !w->is_void; i++) {
        (void)experiment_send(w, experiment_a(w), experiment_b(w));
        (void)experiment_send(w, experiment_b(w), experiment_a(w));
    }
}

void experiment_refresh(struct experiment *w, struct experiment_party *by)
{
    struct target_conversation where = experiment_where(by, experiment_other(w, by), NULL);
    struct answer a;
    if (w->is_void)
        return;
    enum status st = driver_refresh(by->where, &where, &w->arena, &a);
    experiment_tell(w, "%s takes the protocol's own healing step", by->name);
    (void)experiment_must(w, by, st, &a, "the protocol's own healing step");
}
