/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_client_world.h"

#include "base/base64.h"
#include "wire/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_MAX ((size_t)64 * 1024 * 1024)
#define DOCUMENT_MAX ((size_t)1024 * 1024)
#define UNIX_NOW 1700000000u
#define STEPS_MAX 4000u
#define OWN_ACCOUNT 1000u
#define OWN_NAME "target"

void client_world_must(enum status st)
{
    if (st) {
        fprintf(stderr, "the test itself fails: %s\n", status_text(st));
        abort();
    }
}

/* ---- what is noted */

static uint64_t unix_now(void *context)
{
    const struct client_world *w = context;
    return UNIX_NOW + w->now_ms / 1000;
}

static void happened(void *context, const struct app_event *e)
{
    struct client_world *w = context;
    buffer_printf(&w->log, "[%llu: event %u, %u, %s:%u, %s: ", (unsigned long long)w->now_ms,
                  e->kind, e->reason, e->peer.name, (unsigned)e->peer.device, e->id);
    buffer_append(&w->log, e->content);
    buffer_append_text(&w->log, "]");
}

static void said(void *context, struct bytes document)
{
    struct client_world *w = context;
    buffer_append(&w->log, document);
}

static void noticed(void *context, const struct server_event *e)
{
    struct client_world *w = context;
    if (e->what == SERVER_CLIENT_HELLO)
        buffer_append(&w->log, server_connection_introduction(e->connection)->ephemeral);
    if (e->what == SERVER_AUTHENTICATED && w->loses_once_in)
        w->loses_sent = true;
    if (e->what == SERVER_AUTHENTICATED)
        buffer_append(&w->log, server_connection_introduction(e->connection)->payload.token);
    if (e->what == SERVER_UNREADABLE || e->what == SERVER_REFUSED)
        buffer_printf(&w->log, "[unreadable: %s]", e->detail);
}

/* ---- begun and ended */

static struct app_options options_of(struct client_world *w)
{
    return (struct app_options){.self = {OWN_NAME, 1},
                                .random = &w->random,
                                .rules = w->rules,
                                .wire = &w->wire,
                                .token_key = w->key,
                                .unix_now = unix_now,
                                .unix_context = w,
                                .said = said,
                                .saw_context = w};
}

void client_world_begin(struct client_world *w, bool acks)
{
    static const uint8_t seed[32] = {1};
    const struct server_account account = {OWN_ACCOUNT, OWN_NAME, 1};
    const struct server_options server = {.profile = &w->profile,
                                          .random = &w->servers_random,
                                          .unix_now = unix_now,
                                          .unix_context = w,
                                          .observer = {.happened = noticed, .context = w},
                                          .policy = {true, acks, true, true, true, true}};
    profile_defaults(&w->profile);
    buffer_init(&w->log, LOG_MAX);
    client_world_must(random_init(&w->random, bytes_of_text("target"), "blind"));
    client_world_must(random_init(&w->servers_random, bytes_of_text("server"), "blind"));
    client_world_must(random_init(&w->peers_random, bytes_of_text("peers"), "blind"));
    client_world_must(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), "k", &w->key));
    client_world_must(server_new(&server, &w->server));
    client_world_must(server_account_add(w->server, &account));
    const struct app_options options = options_of(w);
    client_world_must(app_new(&options, (struct app_observer){happened, w}, &w->app));
}

void client_world_end(struct client_world *w)
{
    app_free(w->app);
    server_free(w->server);
    token_key_free(w->key);
    for (size_t i = 0; i < w->n_peers; i++)
        party_free(w->peers[i].party);
}

/* ---- the connection */

static void hang_up(struct client_world *w)
{
    if (w->connection)
        server_connection_free(w->connection);
    w->connection = NULL;
    app_ended(w->app, w->now_ms);
}

static bool pass_up(struct client_world *w)
{
    struct buffer *out = app_output(w->app), sent;
    size_t n = w->first_write && w->first_write < out->len ? w->first_write : out->len;
    w->first_write = 0;
    if (!n)
        return false;
    buffer_init(&sent, n);
    client_world_must(buffer_append(&sent, bytes_slice(buffer_bytes(out), 0, n)));
    app_written(w->app, n);
    if (!w->loses_sent)
        client_world_must(server_connection_receive(w->connection, buffer_bytes(&sent)));
    buffer_fini(&sent);
    return true;
}

static bool pass_down(struct client_world *w)
{
    struct buffer *out = server_connection_output(w->connection), sent;
    size_t n = w->piece && w->piece < out->len ? w->piece : out->len;
    if (!n)
        return false;
    buffer_init(&sent, n);
    client_world_must(buffer_append(&sent, bytes_slice(buffer_bytes(out), 0, n)));
    buffer_consume(out, n);
    client_world_must(app_receive(w->app, buffer_bytes(&sent), w->now_ms));
    buffer_fini(&sent);
    return true;
}

static bool step(struct client_world *w)
{
    if (!w->connection) {
        if (app_wants_end(w->app))
            app_ended(w->app, w->now_ms);
        if (!app_wants_dial(w->app, w->now_ms))
            return false;
        buffer_printf(&w->log, "[%llu: dials]", (unsigned long long)w->now_ms);
        client_world_must(server_connection_open(w->server, &w->connection));
        app_dialled(w->app, true, w->now_ms);
        return true;
    }
    bool moved = pass_up(w);
    moved |= pass_down(w);
    bool ends = app_wants_end(w->app) || server_connection_wants_end(w->connection) != SERVER_STAYS;
    if (!moved && ends)
        hang_up(w);
    return moved || ends;
}

void client_world_settle(struct client_world *w)
{
    for (unsigned i = 0; i < STEPS_MAX; i++)
        if (!step(w))
            return;
    buffer_append_text(&w->log, "[never rests]");
}

void client_world_connect(struct client_world *w)
{
    struct app_connect how = {.profile = &w->profile,
                              .account_id = OWN_ACCOUNT,
                              .user = "user",
                              .issuer = "https://provider.example",
                              .audience = "https://gatekeeper.example"};
    memcpy(how.root_key, server_root(w->server).data, 32);
    client_world_must(app_connect(w->app, &how, w->now_ms));
    client_world_settle(w);
}

void client_world_wait(struct client_world *w)
{
    uint64_t due = app_due_ms(w->app);
    if (due == UINT64_MAX)
        return;
    w->now_ms = due > w->now_ms ? due : w->now_ms;
    app_tick(w->app, w->now_ms);
    client_world_settle(w);
}

void client_world_lose(struct client_world *w)
{
    hang_up(w);
    client_world_wait(w);
}

void client_world_restart(struct client_world *w)
{
    const struct app_options options = options_of(w);
    struct buffer state;
    buffer_init(&state, LOG_MAX);
    client_world_must(app_save(w->app, &state));
    hang_up(w);
    app_free(w->app);
    client_world_must(
        app_load(buffer_bytes(&state), &options, (struct app_observer){happened, w}, &w->app));
    buffer_fini(&state);
    client_world_connect(w);
}

/* ---- peers */

struct client_peer *client_world_peer(struct client_world *w, const char *name, uint32_t device)
{
    struct client_peer *p = &w->peers[w->n_peers++];
    const struct publish_options publish = {0};
    const struct party_options options = {
        .self = {name, device}, .random = &w->peers_random, .rules = w->rules};
    struct buffer bundle;
    *p = (struct client_peer){.account = OWN_ACCOUNT + w->n_peers, .name = name, .device = device};
    const struct server_account account = {p->account, name, device};
    buffer_init(&bundle, 65536);
    client_world_must(party_new(&options, &p->party));
    client_world_must(server_account_add(w->server, &account));
    client_world_must(party_publish(p->party, &publish, &bundle));
    client_world_must(server_bundle_put(w->server, p->account, buffer_bytes(&bundle)));
    buffer_fini(&bundle);
    return p;
}

void client_world_start(struct client_world *w, struct client_peer *p)
{
    struct buffer bundle;
    enum refusal why;
    buffer_init(&bundle, 65536);
    client_world_must(server_bundle_take(w->server, OWN_ACCOUNT, true, &bundle));
    client_world_must(
        party_start(p->party, (struct address){OWN_NAME, 1}, buffer_bytes(&bundle), NULL, &why));
    buffer_fini(&bundle);
}

/* |p| seals |m|'s text, as content with padding. */
static void seal(struct client_world *w, struct client_peer *p, const struct client_message *m,
                 struct sealed *out)
{
    const char *text = m->text ? m->text : "";
    struct buffer content, padded;
    enum refusal why;
    buffer_init(&content, DOCUMENT_MAX);
    buffer_init(&padded, DOCUMENT_MAX);
    client_world_must(content_encode_text(bytes_of_text(text), &content));
    client_world_must(
        content_pad(buffer_bytes(&content), m->padding ? m->padding : 7, &w->profile, &padded));
    client_world_must(party_seal(p->party, (struct address){OWN_NAME, 1}, buffer_bytes(&padded),
                                 NULL, out, &why));
    buffer_fini(&content);
    buffer_fini(&padded);
}

void client_world_write(struct client_world *w, struct client_peer *p,
                        const struct client_message *m, struct buffer *out)
{
    struct sealed s;
    sealed_init(&s);
    seal(w, p, m, &s);
    if (!m->text)
        s.body.data[s.body.len - 1] ^= 1;
    buffer_printf(out, "<message id=\"%s\" from=\"%s:%u@%s\" to=\"" OWN_NAME ":1@%s\" t=\"1\"",
                  m->id, p->name, (unsigned)p->device, w->profile.stanza_user_domain,
                  w->profile.stanza_user_domain);
    buffer_printf(out, " type=\"text\" %s>%s<enc v=\"2\" type=\"%s\">",
                  m->attributes ? m->attributes : "", m->before ? m->before : "",
                  s.kind == SIGNAL_KIND_PREKEY ? "pkmsg" : "msg");
    client_world_must(base64_encode(buffer_bytes(&s.body), BASE64_STANDARD, out));
    client_world_must(buffer_append_text(out, "</enc></message>"));
    sealed_fini(&s);
}

void client_world_tell(struct client_world *w, struct client_peer *p,
                       const struct client_message *m)
{
    struct buffer document;
    buffer_init(&document, DOCUMENT_MAX);
    client_world_write(w, p, m, &document);
    client_world_push(w, buffer_text(&document));
    buffer_fini(&document);
}

void client_world_push(struct client_world *w, const char *document)
{
    if (w->connection)
        client_world_must(server_connection_push(w->connection, bytes_of_text(document), NULL));
    client_world_settle(w);
}

void client_world_say(struct client_world *w, const struct client_peer *to, const char *text)
{
    struct buffer content;
    buffer_init(&content, DOCUMENT_MAX);
    client_world_must(content_encode_text(bytes_of_text(text), &content));
    client_world_must(
        app_send(w->app, (struct address){to->name, to->device}, buffer_bytes(&content)));
    buffer_fini(&content);
}

/* ---- retry receipts */

static void write_keys(struct client_world *w, struct party *keys, struct stanza_writer *out)
{
    static const uint8_t type[] = {5};
    const struct publish_options publish = {0};
    size_t id_size = w->profile.prekey_id_size;
    struct signal_bundle b;
    struct buffer bundle;
    buffer_init(&bundle, 65536);
    client_world_must(party_publish(keys, &publish, &bundle));
    client_world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    const struct stanza_prekey one_time = {.id = b.one_time_prekey_id,
                                           .id_size = id_size,
                                           .value = bytes_slice(b.one_time_prekey, 1, 32)};
    const struct stanza_prekey of_identity = {b.signed_prekey_id, id_size,
                                              bytes_slice(b.signed_prekey, 1, 32), b.signature};
    stanza_open(out, "keys");
    stanza_bytes_element(out, "type", bytes_of(type, 1));
    stanza_bytes_element(out, "identity", bytes_slice(b.identity_key, 1, 32));
    stanza_prekey_element(out, "key", &one_time);
    stanza_prekey_element(out, "skey", &of_identity);
    stanza_close(out);
    buffer_fini(&bundle);
}

void client_world_ask(struct client_world *w, const struct client_peer *p, const char *id,
                      unsigned count, struct party *keys)
{
    struct arena arena;
    struct stanza_writer out;
    const char *domain = w->profile.stanza_user_domain;
    arena_init(&arena, 65536);
    stanza_begin_own(&out, DOCUMENT_MAX);
    STANZA_OPEN(&out, "receipt", {"id", id},
                {"from", stanza_address(&arena, p->name, p->device, domain)},
                {"to", stanza_address(&arena, OWN_NAME, 1, domain)}, {"type", "retry"});
    STANZA_OPEN(&out, "retry", {"count", arena_printf(&arena, "%u", count)}, {"id", id}, {"t", "1"},
                {"v", "1"});
    stanza_close(&out);
    stanza_number_element(&out, "registration", party_registration_id(p->party),
                          w->profile.prekey_registration_size);
    if (keys)
        write_keys(w, keys, &out);
    client_world_must(stanza_end(&out));
    client_world_push(w, buffer_text(&out.own));
    buffer_fini(&out.own);
    arena_fini(&arena);
}
