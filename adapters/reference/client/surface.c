/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/surface.h"

#include "client/client.h"
#include "client/content.h"

#include <stdlib.h>
#include <string.h>

#define CONTENT_MAX (1024u * 1024u + 64u)

#define KEY_SET_MAX 65536u

/* The provider publishes over HTTPS the keys that its clients' tokens are signed with. */
static bool publish_keys(struct state *s)
{
    struct octets text;
    octets_init(&text, KEY_SET_MAX);
    bool is_published = issuer_key_set(&s->issuer, &text) == 0 &&
                        provider_service_publish(s->service, (const char *)text.data);
    octets_fini(&text);
    return is_published;
}

static int give(struct state *s, int result, struct client *c, void **out_client)
{
    if (!result && !publish_keys(s)) {
        client_free(c);
        result = CLIENT_E_NOMEM;
    }
    *out_client = result ? NULL : c;
    return result;
}

static int make(void *state, struct served_address self, struct event_log *log, void **out_client)
{
    struct client *c = NULL;
    int result = client_new(state, self, log, &c);
    return give(state, result, c, out_client);
}

static int restore(void *state, const uint8_t *saved, size_t len, struct event_log *log,
                   void **out_client)
{
    struct client *c = NULL;
    int result = client_restore(state, saved, len, log, &c);
    return give(state, result, c, out_client);
}

static void end(void *client) { client_free(client); }

static int do_connect(void *client, const Assay__Target__V1__Connect *how, uint64_t now_ms)
{
    struct client *c = client;
    c->now_ms = now_ms;
    return client_connect(c, how);
}

static int disconnect(void *client)
{
    client_disconnect(client);
    return 0;
}

static int send_text(void *client, struct served_address peer, const char *text)
{
    struct octets content;
    octets_init(&content, CONTENT_MAX);
    int result = content_of_text(text, &content);
    if (!result)
        result = client_send(client, peer, content.data, content.len);
    octets_fini(&content);
    return result;
}

static int send_content(void *client, struct served_address peer, const uint8_t *content,
                        size_t len)
{
    return client_send(client, peer, content, len);
}

static int prepare(void *client, struct served_address peer)
{
    return client_prepare(client, peer);
}

static int rotate(void *client) { return client_rotate(client); }

static int mark_read(void *client, struct served_address peer)
{
    return client_mark_read(client, peer);
}

/* The provider has a key even before there is a client. */
static int make_issuer(struct state *s)
{
    uint8_t seed[KEY_LEN];
    if (s->issuer.count)
        return 0;
    if (random_stream_fill(&s->provider.random, seed, sizeof(seed)))
        return CLIENT_E_NOMEM;
    issuer_add(&s->issuer, seed);
    return 0;
}

static int key_set(void *state, struct served_bytes *out_json)
{
    struct state *s = state;
    struct octets text;
    octets_init(&text, KEY_SET_MAX);
    int result = make_issuer(s);
    if (!result && issuer_key_set(&s->issuer, &text))
        result = CLIENT_E_NOMEM;
    out_json->data = result ? NULL : malloc(text.len);
    if (!result && !out_json->data)
        result = CLIENT_E_NOMEM;
    if (!result) {
        memcpy(out_json->data, text.data, text.len);
        out_json->len = text.len;
    }
    octets_fini(&text);
    return result;
}

static int save(void *client, struct served_bytes *out)
{
    struct client *c = client;
    return store_save(&c->party->store, &out->data, &out->len) ? CLIENT_E_NOMEM : 0;
}

static int show_fingerprint(void *client, struct served_address peer, const char *own_id,
                            const char *peer_id, char out_text[SERVE_DIGITS],
                            struct served_bytes *out_scannable)
{
    struct client *c = client;
    return party_fingerprint(c->party, peer, own_id, peer_id, out_text, out_scannable);
}

static int forget(void *client, struct served_address peer)
{
    struct client *c = client;
    return party_forget(c->party, peer);
}

static int accept_identity(void *client, struct served_address peer, const uint8_t *key, size_t len)
{
    struct client *c = client;
    return party_accept(c->party, peer, key, len);
}

static int poll_connection(void *client, short *events, int64_t *out_timeout_ms, uint64_t now_ms)
{
    struct client *c = client;
    c->now_ms = now_ms;
    return connection_poll(c, events, out_timeout_ms);
}

static void ready(void *client, short revents, uint64_t now_ms)
{
    struct client *c = client;
    c->now_ms = now_ms;
    connection_ready(c, revents);
}

static const char *const capabilities[] = {"client/snapshot",
                                           "client/forget-session",
                                           "client/accept-identity",
                                           "client/fingerprint",
                                           "client/rotate-signed-prekey",
                                           "client/read-receipts",
                                           "client/seed",
                                           NULL};

static const char *const layers[] = {"content", "stanza", "channel", NULL};

const struct client_implementation reference_client_surface = {
    .capabilities = capabilities,
    .layers = layers,
    .client_new = make,
    .is_saved = client_is_saved,
    .restore = restore,
    .client_free = end,
    .connect = do_connect,
    .disconnect = disconnect,
    .send_text = send_text,
    .send_content = send_content,
    .prepare = prepare,
    .rotate = rotate,
    .mark_read = mark_read,
    .key_set = key_set,
    .save = save,
    .fingerprint = show_fingerprint,
    .forget = forget,
    .accept = accept_identity,
    .poll_fd = poll_connection,
    .ready = ready,
};
