/* Honest traffic, and whatever a game delivers besides. */
#include "base/hex.h"
#include "games/world_internal.h"

#include <string.h>

#define SHOWN_BYTES 24u

struct target_conversation world_where(const struct person *holder, const struct person *other,
                                       const struct message *m)
{
    return (struct target_conversation){
        .party = holder->handle, .peer = other->address, .group = m ? m->group : NULL};
}

/* The beginning of |b| in hex, for a story. */
static const char *shown(struct world *w, struct bytes b)
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

struct bundle world_publish(struct world *w, struct person *by, bool without_one_time_prekey)
{
    struct bundle bundle = {0};
    struct answer a;
    if (w->is_spoilt)
        return bundle;
    enum status st =
        client_get_bundle(by->where, by->handle, without_one_time_prekey, false, &w->arena, &a);
    if (world_must(w, by, st, &a, "a bundle to be published"))
        bundle = (struct bundle){a.kind, a.body};
    world_tell(w, "%s publishes a bundle of %zu bytes", by->name, bundle.body.len);
    return bundle;
}

bool world_start(struct world *w, struct person *by, const struct person *with,
                 struct bundle bundle)
{
    struct answer a;
    if (w->is_spoilt)
        return false;
    enum status st = client_start_session(by->where, by->handle, with->address, bundle.kind,
                                          bundle.body, &w->arena, &a);
    enum went went = world_went(w, by, st, &a, "a session to be started");
    world_tell(w, "%s %s a session with %s", by->name,
               went == WENT_WELL ? "starts" : "does not start", with->name);
    return went == WENT_WELL;
}

void world_introduce(struct world *w)
{
    if (!world_start(w, world_a(w), world_b(w), world_publish(w, world_b(w), false)))
        world_spoil(w, "A does not start a session from B's own bundle");
}

void world_establish(struct world *w)
{
    world_introduce(w);
    world_round_trips(w, 1);
}

/* ---- sealing */

struct message *world_outside(struct world *w, const struct person *from, const struct person *to,
                              uint32_t kind, struct bytes body, struct bytes plaintext)
{
    struct message *m = arena_alloc(&w->arena, sizeof(*m));
    struct bytes kept = arena_copy(&w->arena, body);
    if (!m || !kept.data) {
        world_spoil(w, "out of memory");
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

struct message *world_try_seal(struct world *w, struct person *from, const struct person *to,
                               struct bytes plaintext)
{
    struct target_conversation where = world_where(from, to, NULL);
    struct answer a;
    if (w->is_spoilt)
        return NULL;
    enum status st = client_seal(from->where, &where, plaintext, &w->arena, &a);
    enum went went = world_went(w, from, st, &a, "a message to be sealed");
    if (went != WENT_WELL) {
        world_tell(w, "%s does not seal to %s", from->name, to->name);
        return NULL;
    }
    struct message *m = world_outside(w, from, to, a.kind, a.body, plaintext);
    if (!m)
        return NULL;
    world_tell(w, "%s seals message %u to %s: %s", from->name, m->number, to->name,
               shown(w, m->body));
    world_shadows_say(w, m);
    return m;
}

struct message *world_no_message(struct world *w)
{
    static struct message nothing;
    struct message *m = arena_alloc(&w->arena, sizeof(*m));
    if (!m)
        return &nothing;
    m->from = world_a(w);
    m->to = world_b(w);
    return m;
}

struct message *world_seal_text(struct world *w, struct person *from, struct person *to,
                                struct bytes plaintext)
{
    struct message *m = world_try_seal(w, from, to, plaintext);
    if (m)
        return m;
    world_spoil(w, "%s could not seal an honest message to %s", from->name, to->name);
    return world_no_message(w);
}

struct message *world_seal(struct world *w, struct person *from, struct person *to)
{
    uint8_t *text = arena_alloc(&w->arena, WORLD_PLAINTEXT);
    if (!text || random_fill(&w->random, text, WORLD_PLAINTEXT)) {
        world_spoil(w, "out of memory");
        return world_no_message(w);
    }
    return world_seal_text(w, from, to, bytes_of(text, WORLD_PLAINTEXT));
}

/* ---- delivering */

enum opened world_offer(struct world *w, struct person *reader, const struct person *from,
                        const struct message *m, struct bytes body)
{
    static const char *const words[] = {
        [OPENED_NOTHING] = "nothing",
        [OPENED_EXACTLY] = "opens it",
        [OPENED_OTHERWISE] = "opens it to something else",
        [OPENED_SILENTLY] = "takes it",
        [OPENED_REFUSED] = "refuses it",
        [OPENED_BROKEN] = "breaks on it",
    };
    struct target_conversation where = world_where(reader, from, m);
    struct answer a;
    enum opened opened = OPENED_NOTHING;
    if (w->is_spoilt)
        return opened;
    enum status st = client_open_message(reader->where, &where, m->kind, body, &w->arena, &a);
    enum went went = world_went(w, reader, st, &a, "a message to be opened");
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
    world_tell(w, "message %u goes to %s as from %s, who %s", m->number, reader->name, from->name,
               words[opened]);
    return opened;
}

enum opened world_offer_again(struct world *w, struct person *reader, const struct message *m)
{
    return world_offer(w, reader, m->from, m, m->body);
}

bool world_opens(struct world *w, struct person *reader, const struct message *m)
{
    enum opened opened = world_offer_again(w, reader, m);
    if (opened == OPENED_BROKEN)
        world_spoil(w, "%s breaks on honest message %u", reader->name, m->number);
    return opened == OPENED_EXACTLY;
}

void world_deliver(struct world *w, struct message *m)
{
    struct person *to = world_at_home(w, m->to);
    if (w->is_spoilt)
        return;
    enum opened opened = world_offer_again(w, to, m);
    m->is_delivered = true;
    if (opened != OPENED_EXACTLY)
        world_spoil(w, "honest message %u from %s did not open", m->number, m->from->name);
    else
        world_shadows_hear(w, m, to);
}

struct message *world_send(struct world *w, struct person *from, struct person *to)
{
    struct message *m = world_seal(w, from, to);
    world_deliver(w, m);
    return m;
}

void world_converse(struct world *w, const struct schedule *s)
{
    for (size_t i = 0; i < s->n_flights && !w->is_spoilt; i++)
        for (unsigned k = 0; k < s->flights[i].n_messages; k++) {
            struct person *from = world_side(w, s->flights[i].from);
            (void)world_send(w, from, world_other(w, from));
        }
}

void world_round_trips(struct world *w, unsigned n)
{
    for (unsigned i = 0; i < n && !w->is_spoilt; i++) {
        (void)world_send(w, world_a(w), world_b(w));
        (void)world_send(w, world_b(w), world_a(w));
    }
}

void world_refresh(struct world *w, struct person *by)
{
    struct target_conversation where = world_where(by, world_other(w, by), NULL);
    struct answer a;
    if (w->is_spoilt)
        return;
    enum status st = client_refresh(by->where, &where, &w->arena, &a);
    world_tell(w, "%s takes the protocol's own healing step", by->name);
    (void)world_must(w, by, st, &a, "the protocol's own healing step");
}
