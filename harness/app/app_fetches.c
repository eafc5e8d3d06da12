/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of others: asked for once by all that wait for them, and answered (docs/wire.md, iq). */
#include "app/app_internal.h"

#include <stdlib.h>
#include <string.h>

static struct fetch *fetch_of(const struct app *a, struct address peer)
{
    for (struct fetch *f = a->fetches; f; f = f->next)
        if (f->device == peer.device && strcmp(f->name, peer.name) == 0)
            return f;
    return NULL;
}

static struct fetch *new_fetch(struct app *a, struct address peer)
{
    struct fetch *f = calloc(1, sizeof(*f));
    if (!f)
        return NULL;
    f->name = app_text(peer.name);
    f->device = peer.device;
    if (!f->name) {
        app_fetch_free(f);
        return NULL;
    }
    f->next = a->fetches;
    a->fetches = f;
    return f;
}

static enum status ask_keys(struct app *a, struct fetch *f)
{
    char iq[32];
    struct arena arena;
    struct stanza_writer w;
    app_new_iq(a, iq);
    f->iq = app_text(iq);
    if (!f->iq)
        return E_NOMEM;
    arena_init(&arena, 65536);
    app_begin_iq(a, &w, iq, "get");
    stanza_open(&w, "key");
    STANZA_OPEN(&w, "user",
                {"jid", stanza_address(&arena, f->name, f->device, a->profile.stanza_user_domain)});
    enum status st = app_push(a, &w);
    arena_fini(&arena);
    return st;
}

enum status app_fetch(struct app *a, struct address peer, bool is_prepare)
{
    struct fetch *f = fetch_of(a, peer);
    if (!f && !(f = new_fetch(a, peer)))
        return E_NOMEM;
    f->is_prepare |= is_prepare;
    return f->iq || !app_is_in(a) ? OK : ask_keys(a, f);
}

/* An order to prepare and texts that wait have failed. */
static void fail(struct app *a, const struct fetch *f, unsigned reason, const char *detail)
{
    struct address peer = {f->name, f->device};
    if (f->is_prepare)
        app_tell(a, &(struct app_event){
                        .kind = EVENT_FAILED, .peer = peer, .reason = reason, .detail = detail});
    app_outgoing_fail(a, peer, reason, detail);
}

static const struct stanza *user_of(const struct app *a, const struct stanza *iq,
                                    const struct fetch *f, struct arena *arena)
{
    const struct stanza *list = stanza_child(iq, "list");
    const char *jid = stanza_address(arena, f->name, f->device, a->profile.stanza_user_domain);
    for (size_t i = 0; jid && list && i < list->n_children; i++) {
        const struct stanza *user = &list->children[i];
        if (strcmp(user->name, "user") == 0 &&
            (a->rules->prekeys.takes_other_user || stanza_has(user, "jid", jid)))
            return user;
    }
    return NULL;
}

static enum status take_user(struct app *a, const struct stanza *iq, const struct fetch *f,
                             struct arena *arena)
{
    struct buffer bundle;
    enum refusal why = REFUSAL_NONE;
    struct address peer = {f->name, f->device};
    if (!f->is_prepare && !app_outgoing_waits(a, peer))
        return OK; /* they went out in a session that the peer began */
    const struct stanza *user = stanza_has(iq, "type", "result") ? user_of(a, iq, f, arena) : NULL;
    buffer_init(&bundle, 65536);
    enum status st =
        user && !stanza_child(user, "error") ? app_bundle(a, user, arena, &bundle) : E_MISSING;
    const struct mutation unsigned_mutation = {.skips_signature_check = true};
    if (!st)
        st = party_start(a->party, peer, buffer_bytes(&bundle),
                         a->rules->prekeys.takes_unsigned ? &unsigned_mutation : NULL, &why);
    buffer_fini(&bundle);
    if (st == E_NOMEM)
        return st;
    if (st && a->rules->prekeys.sends_clear_without_keys && !f->is_prepare)
        return app_outgoing_in_clear(a, peer);
    if (st && why == REFUSAL_UNTRUSTED_IDENTITY)
        app_tell(a, &(struct app_event){.kind = EVENT_WARNED, .peer = peer});
    if (st) {
        fail(a, f,
             why               ? (unsigned)why
             : st == E_MISSING ? REASON_SERVER
                               : REFUSAL_MALFORMED,
             "no usable keys");
        return OK;
    }
    if (f->is_prepare)
        app_tell(a, &(struct app_event){.kind = EVENT_PREPARED, .peer = peer});
    return app_outgoing_continue(a, peer);
}

static struct fetch *take_fetch(struct app *a, const char *id)
{
    for (struct fetch **at = &a->fetches; *at; at = &(*at)->next)
        if ((*at)->iq && (strcmp((*at)->iq, id) == 0 || app_lapses(a, APP_LAPSE_ANSWER_TO_LAST))) {
            struct fetch *f = *at;
            *at = f->next;
            return f;
        }
    return NULL;
}

enum status app_fetch_answer(struct app *a, const struct stanza *iq, struct arena *arena,
                             bool *out_is_one)
{
    struct fetch *f = take_fetch(a, stanza_get(iq, "id"));
    *out_is_one = f != NULL;
    if (!f)
        return OK;
    enum status st = take_user(a, iq, f, arena);
    app_fetch_free(f);
    return st;
}

enum status app_fetches_ask(struct app *a)
{
    enum status st = OK;
    for (struct fetch *f = a->fetches; !st && f; f = f->next)
        st = f->iq ? OK : ask_keys(a, f);
    for (struct outgoing *message = a->outgoing; !st && message; message = message->next)
        if (message->body.len == 0)
            st = app_fetch(a, (struct address){message->name, message->device}, false);
    return st;
}

uint64_t app_fetches_due_ms(const struct app *a)
{
    uint64_t due = UINT64_MAX;
    for (const struct fetch *f = a->fetches; f; f = f->next)
        due = f->iq && f->due_ms < due ? f->due_ms : due;
    return due;
}

void app_fetches_tick(struct app *a)
{
    for (struct fetch **at = &a->fetches; *at;) {
        struct fetch *f = *at;
        /* app_send and app_prepare do not take the time: the deadline begins at the next tick */
        if (!f->due_ms)
            f->due_ms = a->now_ms + a->profile.handshake_timeout_ms;
        if (!f->iq || a->now_ms < f->due_ms) {
            at = &f->next;
            continue;
        }
        *at = f->next;
        fail(a, f, REASON_LOST, "the gatekeeper does not say the keys");
        app_fetch_free(f);
    }
}
