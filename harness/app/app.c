/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the owner of an app may order. */
#include "app/app_internal.h"

#include "base/crypto.h"
#include "wire/content.h"

#include <stdio.h>
#include <string.h>

struct party *app_party(struct app *a) { return a->party; }

static enum status make_static(struct app *a)
{
    if (a->has_static)
        return OK;
    enum status st = random_fill(a->options.random, a->static_private, 32);
    if (!st)
        st = crypto_x25519_public(a->static_private, a->static_public);
    a->has_static = !st;
    return st;
}

enum status app_connect(struct app *a, const struct app_connect *how, uint64_t now_ms)
{
    if (a->state != APP_OFFLINE)
        app_disconnect(a);
    a->profile = *how->profile;
    a->account_id = how->account_id;
    snprintf(a->user, sizeof(a->user), "%s", how->user);
    snprintf(a->issuer, sizeof(a->issuer), "%s", how->issuer);
    snprintf(a->audience, sizeof(a->audience), "%s", how->audience);
    memcpy(a->root_key, how->root_key, 32);
    a->wants_connection = true;
    a->dial_at_ms = a->now_ms = now_ms;
    a->pause_ms = 0;
    a->past.has_given_up = false;
    a->past.connect_unix = a->options.unix_now(a->options.unix_context);
    return make_static(a);
}

void app_disconnect(struct app *a)
{
    if (a->state == APP_OFFLINE && app_lapses(a, APP_LAPSE_PAUSE_STAYS_ONLINE))
        return;
    a->wants_connection = false;
    if (a->state == APP_OFFLINE)
        return;
    a->state = APP_OFFLINE;
    a->wants_end = true;
    app_forget_connection(a);
    app_tell(a, &(struct app_event){.kind = EVENT_CLOSED, .by_self = true});
}

enum status app_send(struct app *a, struct address peer, struct bytes content)
{
    struct content decoded;
    if (content_decode(content, &decoded))
        return E_PARSE;
    if (a->past.has_given_up && app_lapses(a, APP_LAPSE_RETURNS_TO_SEND)) {
        a->wants_connection = true;
        a->dial_at_ms = a->now_ms;
    }
    if (app_outgoing_waits(a, peer) && app_lapses(a, APP_LAPSE_ONE_WAITS))
        return OK;
    enum status st = app_outgoing_post(a, peer, content);
    return st || !app_outgoing_waits(a, peer) ? st : app_fetch(a, peer, false);
}

enum status app_prepare(struct app *a, struct address peer) { return app_fetch(a, peer, true); }

enum status app_mark_read(struct app *a, struct address peer)
{
    struct arena arena;
    arena_init(&arena, 65536);
    const char *jid = stanza_address(&arena, peer.name, peer.device, a->profile.stanza_user_domain);
    for (struct seen_message *m = a->seen; jid && m; m = m->next) {
        bool is_of_peer = strcmp(m->from, jid) == 0 ||
                          (app_lapses(a, APP_LAPSE_READS_OF_NAME) && app_is_of_user(m->from, jid));
        if (m->is_shown && is_of_peer)
            m->is_read = true;
    }
    enum status st = jid ? app_tell_read(a) : E_NOMEM;
    arena_fini(&arena);
    return st;
}
