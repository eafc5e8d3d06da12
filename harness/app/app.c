#include "app/app_internal.h"

#include "base/crypto.h"
#include "wire/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTENT_MAX (2u * 1024u * 1024u)

const struct app_rules *app_rules_honest(void)
{
    static const struct app_rules honest;
    return &honest;
}

void app_tell(struct app *c, const struct app_event *event)
{
    struct app_event e = *event;
    e.detail = e.detail ? e.detail : "";
    e.id = e.id ? e.id : "";
    e.peer.name = e.peer.name ? e.peer.name : "";
    if (c->listener.happened)
        c->listener.happened(c->listener.context, &e);
}

char *app_text(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

struct address app_self(const struct app *c) { return (struct address){c->name, c->device}; }

bool app_address(const struct app *c, const char *jid, struct arena *arena, struct address *out)
{
    const char *domain;
    return stanza_address_parse(jid, arena, &out->name, &out->device, &domain) &&
           strcmp(domain, c->profile.stanza_user_domain) == 0;
}

/* ---- beginning and end */

static enum status make(const struct app_options *options, struct app_observer listener,
                        struct app **out)
{
    *out = NULL;
    struct app *c = calloc(1, sizeof(*c));
    if (!c)
        return E_NOMEM;
    c->options = *options;
    c->rules = options->wire ? options->wire : app_rules_honest();
    c->listener = listener;
    c->device = options->self.device;
    snprintf(c->name, sizeof(c->name), "%s", options->self.name);
    profile_defaults(&c->profile);
    buffer_init(&c->in, 32u * 1024u * 1024u);
    buffer_init(&c->out, 32u * 1024u * 1024u);
    buffer_init(&c->uploaded, 1024u * 1024u);
    *out = c;
    return OK;
}

enum status app_new(const struct app_options *options, struct app_observer listener,
                    struct app **out)
{
    enum status st = make(options, listener, out);
    if (st)
        return st;
    const struct party_options party = {
        .self = options->self, .random = options->random, .rules = options->rules};
    if ((st = party_new(&party, &(*out)->party))) {
        app_free(*out);
        *out = NULL;
    }
    return st;
}

void app_free(struct app *c)
{
    if (!c)
        return;
    for (struct seen_message *m = c->seen, *next; m; m = next) {
        next = m->next;
        app_seen_free(m);
    }
    for (struct outgoing *l = c->outgoing, *next; l; l = next) {
        next = l->next;
        app_outgoing_free(l);
    }
    for (struct fetch *f = c->fetches, *next; f; f = next) {
        next = f->next;
        app_fetch_free(f);
    }
    party_free(c->party);
    noise_free(c->noise);
    buffer_fini(&c->in);
    buffer_fini(&c->out);
    buffer_fini(&c->uploaded);
    free(c->token);
    crypto_wipe(c, sizeof(*c));
    free(c);
}

struct party *app_party(struct app *c) { return c->party; }

/* ---- orders */

static enum status make_static(struct app *c)
{
    if (c->has_static)
        return OK;
    enum status st = random_fill(c->options.random, c->static_private, 32);
    if (!st)
        st = crypto_x25519_public(c->static_private, c->static_public);
    c->has_static = !st;
    return st;
}

enum status app_connect(struct app *c, const struct app_connect *how, uint64_t now_ms)
{
    if (c->state != APP_AWAY)
        app_disconnect(c);
    c->profile = *how->profile;
    c->account_id = how->account_id;
    snprintf(c->user, sizeof(c->user), "%s", how->user);
    snprintf(c->issuer, sizeof(c->issuer), "%s", how->issuer);
    snprintf(c->audience, sizeof(c->audience), "%s", how->audience);
    memcpy(c->root_key, how->root_key, 32);
    c->wants_connection = true;
    c->dial_at_ms = c->now_ms = now_ms;
    c->pause_ms = 0;
    return make_static(c);
}

void app_disconnect(struct app *c)
{
    c->wants_connection = false;
    if (c->state == APP_AWAY)
        return;
    c->state = APP_AWAY;
    c->wants_end = true;
    app_forget_connection(c);
    app_tell(c, &(struct app_event){.kind = TELL_CLOSED, .by_self = true});
}

enum status app_send(struct app *c, struct address peer, struct bytes content)
{
    struct content decoded;
    if (content_decode(content, &decoded))
        return E_PARSE;
    if (party_has_session(c->party, peer))
        return app_outgoing_post(c, peer, content);
    return app_fetch(c, peer, content, false);
}

enum status app_prepare(struct app *c, struct address peer)
{
    return app_fetch(c, peer, (struct bytes){0}, true);
}

enum status app_mark_read(struct app *c, struct address peer)
{
    struct arena arena;
    arena_init(&arena, 65536);
    const char *jid = stanza_address(&arena, peer.name, peer.device, c->profile.stanza_user_domain);
    enum status st = jid ? OK : E_NOMEM;
    for (struct seen_message *m = c->seen; !st && m; m = m->next) {
        struct buffer document;
        struct stanza_writer w;
        if (!m->is_shown || m->is_read || strcmp(m->from, jid) != 0)
            continue;
        buffer_init(&document, 65536);
        stanza_begin(&w, &document);
        stanza_open(&w, "receipt");
        stanza_attribute(&w, "id", m->id);
        stanza_attribute(&w, "to", m->from);
        stanza_attribute(&w, "type", "read");
        st = app_push(c, &w, &document);
        m->is_read = !st;
    }
    arena_fini(&arena);
    return st;
}
