/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Honest traffic: sessions, messages sealed and delivered. */
#include "base/hex.h"
#include "experiments/experiment_internal.h"

#define SHOWN_BYTES 24u

/* The beginning of |b| in hex, for the story. */
static const char *shown(struct experiment *e, struct bytes b)
{
    if (!e->options.keeps_story)
        return "";
    const char *hex = hex_text(&e->arena, bytes_slice(b, 0, SHOWN_BYTES));
    if (!hex || b.len <= SHOWN_BYTES)
        return hex ? hex : "";
    const char *cut = arena_printf(&e->arena, "%s...", hex);
    return cut ? cut : hex;
}

/* ---- sessions */

struct bundle experiment_publish(struct experiment *e, struct experiment_party *by,
                                 bool without_one_time_prekey)
{
    struct bundle bundle = {0};
    struct answer a;
    if (e->is_void)
        return bundle;
    enum status st =
        driver_get_bundle(by->driver, by->handle, without_one_time_prekey, false, &e->arena, &a);
    if (experiment_require(e, by, st, &a, "a bundle to be published"))
        bundle = (struct bundle){a.kind, a.body};
    experiment_tell(e, "%s publishes a bundle of %zu bytes", by->name, bundle.body.len);
    return bundle;
}

bool experiment_start(struct experiment *e, struct experiment_party *by,
                      const struct experiment_party *with, struct bundle bundle)
{
    struct answer a;
    if (e->is_void)
        return false;
    enum status st = driver_start_session(by->driver, by->handle, with->address, bundle.kind,
                                          bundle.body, &e->arena, &a);
    enum answer_kind got = experiment_take_answer(e, by, st, &a, "a session to be started");
    experiment_tell(e, "%s %s a session with %s", by->name,
                    got == ANSWER_DONE ? "starts" : "does not start", with->name);
    return got == ANSWER_DONE;
}

bool experiment_start_with(struct experiment *e, struct experiment_party *by,
                           struct experiment_party *with)
{
    return experiment_start(e, by, with, experiment_publish(e, with, false));
}

void experiment_must_start(struct experiment *e, struct experiment_party *by,
                           struct experiment_party *with)
{
    if (!experiment_start_with(e, by, with))
        experiment_void(e, "%s does not start a session with %s", by->name, with->name);
}

void experiment_introduce(struct experiment *e)
{
    if (!experiment_start_with(e, e->a, e->b))
        experiment_void(e, "A does not start a session from B's own bundle");
}

void experiment_establish(struct experiment *e)
{
    experiment_introduce(e);
    experiment_round_trips(e, 1);
}

void experiment_forget(struct experiment *e, struct experiment_party *by,
                       const struct experiment_party *with)
{
    struct target_conversation where = {.party = by->handle, .peer = with->address};
    struct answer a;
    if (e->is_void)
        return;
    enum status st = driver_forget_session(by->driver, &where, &e->arena, &a);
    (void)experiment_require(e, by, st, &a, "a session to be forgotten");
    experiment_tell(e, "%s loses its session with %s", by->name, with->name);
}

const char *experiment_fingerprint(struct experiment *e, struct experiment_party *of,
                                   const struct experiment_party *with)
{
    struct target_conversation where = {.party = of->handle, .peer = with->address};
    struct answer a;
    if (e->is_void)
        return "";
    enum status st =
        driver_fingerprint(of->driver, &where, of->address.name, with->address.name, &e->arena, &a);
    return experiment_require(e, of, st, &a, "a fingerprint") ? a.text : "";
}

/* ---- sealing */

struct message *experiment_try_seal(struct experiment *e, struct experiment_party *from,
                                    const struct experiment_party *to, struct bytes plaintext)
{
    struct target_conversation where = experiment_conversation(from, to, NULL);
    struct answer a;
    if (e->is_void)
        return NULL;
    enum status st = driver_seal(from->driver, &where, plaintext, &e->arena, &a);
    enum answer_kind got = experiment_take_answer(e, from, st, &a, "a message to be sealed");
    if (got != ANSWER_DONE) {
        experiment_tell(e, "%s does not seal to %s", from->name, to->name);
        return NULL;
    }
    struct message *m = experiment_add_message(e, from, to, a.kind, a.body, plaintext);
    if (!m)
        return NULL;
    experiment_tell(e, "%s seals message %u to %s: %s", from->name, m->number, to->name,
                    shown(e, m->body));
    experiment_clones_seal(e, m);
    return m;
}

struct message *experiment_seal_text(struct experiment *e, struct experiment_party *from,
                                     struct experiment_party *to, struct bytes plaintext)
{
    struct message *m = experiment_try_seal(e, from, to, plaintext);
    if (m)
        return m;
    experiment_void(e, "%s could not seal an honest message to %s", from->name, to->name);
    return experiment_no_message(e);
}

struct message *experiment_seal(struct experiment *e, struct experiment_party *from,
                                struct experiment_party *to)
{
    const uint8_t *text = experiment_random_bytes(e, EXPERIMENT_PLAINTEXT);
    return text ? experiment_seal_text(e, from, to, bytes_of(text, EXPERIMENT_PLAINTEXT))
                : experiment_no_message(e);
}

struct bytes experiment_first_message(struct experiment *e, const struct stolen_state *stolen,
                                      struct bundle bundle)
{
    static const char text[] = "what every copy says: 32 bytes..";
    struct experiment_party *copy = experiment_copy(e, stolen);
    if (!experiment_start(e, copy, e->a, bundle))
        experiment_void(e, "a copy does not start a session its owner could");
    struct message *m = experiment_try_seal(e, copy, e->a, bytes_of(text, 32));
    return m ? m->body : bytes_of(NULL, 0);
}

/* ---- delivering */

void experiment_deliver(struct experiment *e, struct message *m)
{
    struct experiment_party *to = experiment_honest_party(e, m->to);
    if (e->is_void)
        return;
    enum opened opened = experiment_offer_again(e, to, m);
    m->is_delivered = true;
    if (opened != OPENED_EXACTLY)
        experiment_void(e, "honest message %u from %s did not open", m->number, m->from->name);
    else
        experiment_clones_read(e, m, to);
}

struct message *experiment_send(struct experiment *e, struct experiment_party *from,
                                struct experiment_party *to)
{
    struct message *m = experiment_seal(e, from, to);
    experiment_deliver(e, m);
    return m;
}

void experiment_converse(struct experiment *e)
{
    const struct schedule *s = &e->schedule;
    for (size_t i = 0; i < s->n_flights && !e->is_void; i++)
        for (unsigned k = 0; k < s->flights[i].n_messages; k++) {
            struct experiment_party *from = experiment_party_at(e, s->flights[i].from);
            (void)experiment_send(e, from, experiment_other(e, from));
        }
}

void experiment_talk(struct experiment *e)
{
    experiment_establish(e);
    experiment_converse(e);
}

void experiment_round_trips(struct experiment *e, unsigned n)
{
    for (unsigned i = 0; i < n && !e->is_void; i++) {
        (void)experiment_send(e, e->a, e->b);
        (void)experiment_send(e, e->b, e->a);
    }
}

void experiment_refresh(struct experiment *e, struct experiment_party *by)
{
    struct target_conversation where = experiment_conversation(by, experiment_other(e, by), NULL);
    struct answer a;
    if (e->is_void)
        return;
    enum status st = driver_refresh(by->driver, &where, &e->arena, &a);
    experiment_tell(e, "%s takes the protocol's own healing step", by->name);
    (void)experiment_require(e, by, st, &a, "the protocol's own healing step");
}
