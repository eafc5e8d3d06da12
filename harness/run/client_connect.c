/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client of the target connects, leaves, and comes back. */
#include "run/client_context_internal.h"

#include <string.h>

#define LEAVING_MS 10u /* for what the target tells after it has answered */

struct connecting {
    struct client_context *client;
    struct case_party *a;
    size_t events_before, lines_before;
};

static bool has_uploaded(const struct client_context *client, unsigned connection)
{
    for (size_t i = client->n_observed; i-- > 0;) {
        const struct observed_stanza *o = &client->observed[i];
        if (o->connection == connection && strcmp(o->stanza->name, "iq") == 0 &&
            stanza_has(o->stanza, "type", "set"))
            return true;
    }
    return false;
}

bool client_context_is_held(struct client_context *client, const struct case_party *a)
{
    unsigned holds = server_holds(client->server);
    const struct server_connection *connection = client_context_connection(client, a);
    if (!connection || server_connection_wants_end(connection))
        return false;
    return holds & SERVER_HOLDS_SUCCESS ||
           (holds & SERVER_HOLDS_UPLOADS &&
            has_uploaded(client, server_connection_number(connection)));
}

/* Told to be connected or not to be, where a closed attempt tells which of the two it was; or as
 * far as it can be, which a connection from before the attempt is not. */
static bool is_held_now(const struct connecting *c)
{
    const struct server_connection *connection = client_context_connection(c->client, c->a);
    return client_context_is_held(c->client, c->a) &&
           (!c->lines_before || server_connection_number(connection) >
                                    c->client->connections[c->lines_before - 1].number);
}

static bool is_decided(void *context)
{
    const struct connecting *c = context;
    return is_held_now(c) ||
           client_context_first_event(c->a, TARGET_EVENT_CONNECTED, c->events_before) ||
           client_context_first_event(c->a, TARGET_EVENT_CLOSED, c->events_before) ||
           client_context_first_event(c->a, TARGET_EVENT_GAVE_UP, c->events_before);
}

static enum status make_way(struct client_context *client, struct client_context_account *account,
                            struct case_party *a, struct answer *out)
{
    enum status st = OK;
    if (account->at && account->at != a && server_account_connection(client->server, account->id))
        st = driver_disconnect(client->context->driver, account->at->name, client->context->arena,
                               out);
    account->at = a;
    return st;
}

static enum status order_connect(struct client_context *client,
                                 const struct client_context_account *account, struct case_party *a,
                                 struct answer *out)
{
    struct target_connect how = {.party = a->name,
                                 .port = listener_port(client->listener),
                                 .account_id = account->id,
                                 .user = account->user,
                                 .issuer = CLIENT_CONTEXT_ISSUER,
                                 .audience = client->profile->stanza_server,
                                 .root_key = server_root(client->server),
                                 .profile = client->profile};
    return driver_connect(client->context->driver, &how, client->context->arena, out);
}

/* The gatekeeper itself ends the attempt: to say that it was lost is all a client can do. */
static bool ends_the_attempt(const struct client_context_connect *how)
{
    return word_is(&server_words[SERVER_MUTATIONS_HANDSHAKE], how->handshake, "closes") ||
           word_is(&server_words[SERVER_MUTATIONS_HANDSHAKE], how->handshake, "frame-too-long");
}

/* From what was told and what the gatekeeper saw of the first attempt. */
static void conclude_connect(const struct connecting *c, const struct client_context_connect *how,
                             struct answer *out)
{
    struct client_context *client = c->client;
    const struct target_event *closed =
        client_context_first_event(c->a, TARGET_EVENT_CLOSED, c->events_before);
    const struct target_event *connected =
        client_context_first_event(c->a, TARGET_EVENT_CONNECTED, c->events_before);
    const struct observed_connection *connection =
        client_context_first_attempt(client, c->lines_before);
    bool is_held = !closed && is_held_now(c);
    if (is_held || (connected && (!closed || connected->number < closed->number))) {
        out->seen = SEEN_DONE;
    } else if (connection && connection->trouble) {
        out->seen = SEEN_UNREADABLE;
        out->detail = connection->trouble;
    } else if (closed && (closed->by_self || ends_the_attempt(how))) {
        out->seen = SEEN_REFUSAL;
        out->reason = closed->reason;
        out->detail = closed->detail;
    } else if (closed) {
        out->seen = SEEN_CLOSE;
        out->detail = closed->detail;
    } else {
        out->seen = SEEN_SILENCE;
    }
}

/*
 * Each attempt is a new one: what is connected, or on its way back by itself, goes away first, so
 * that what is told of it is not taken for the attempt that follows. What it has dialled before it
 * answered waits at the gatekeeper's port, and is taken now, however late assay is.
 */
static enum status leave(struct client_context *client, struct case_party *a, struct answer *out)
{
    enum status st =
        driver_disconnect(client->context->driver, a->name, client->context->arena, out);
    return st ? st : client_context_linger(client, a, LEAVING_MS, out);
}

enum status client_context_connect(struct client_context *client, struct case_party *a,
                                   const struct client_context_connect *how, struct answer *out)
{
    struct connecting c = {.client = client, .a = a};
    struct client_context_account *account = client_context_account(client, a);
    if (!account)
        return E_LIMIT;
    enum status st = make_way(client, account, a, out);
    if (!st && a->n_events)
        st = leave(client, a, out);
    if (!st)
        st = client_context_poll(client, a, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    c.events_before = a->n_events;
    c.lines_before = client->n_connections;
    server_set_handshake_mutation(client->server, how->handshake);
    server_set_certificate_mutation(client->server, how->certificate);
    server_edit_handshake(client->server, how->edits);
    if ((st = order_connect(client, account, a, out)) || out->seen != SEEN_DONE)
        return st;
    uint64_t wait = client->timeout_ms + client->profile->handshake_timeout_ms;
    if ((st = client_context_until(client, a, is_decided, &c, wait, out)) ||
        (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE))
        return st;
    server_set_handshake_mutation(client->server, (struct word_use){0});
    server_set_certificate_mutation(client->server, 0);
    server_edit_handshake(client->server, NULL);
    conclude_connect(&c, how, out);
    return OK;
}

/*
 * An honest handshake failed. If the target goes on when the gatekeeper hashes the empty payload
 * the other way, its transcript is stock Noise where the profile wants the other, or the reverse:
 * said by name, for it is the commonest mistake.
 */
static enum status diagnose(struct client_context *client, struct case_party *a, struct answer *out)
{
    struct client_context_connect other = {.certificate = 0};
    struct answer second;
    memset(&second, 0, sizeof(second));
    if (!word_parse(&server_words[SERVER_MUTATIONS_HANDSHAKE], "other-transcript",
                    &other.handshake))
        return E_MISSING;
    enum status st = client_context_connect(client, a, &other, &second);
    if (!st && second.seen == SEEN_DONE)
        out->detail =
            client->profile->noise_hashes_empty_payload
                ? "the target's transcript skips the empty payload; the profile wants stock Noise "
                  "(noise.empty-payload is hashed)"
                : "stock-Noise transcript: the target hashes the empty payload, which the profile "
                  "skips "
                  "(noise.empty-payload is skipped)";
    return st;
}

static bool is_connected(struct client_context *client, const struct case_party *a)
{
    uint64_t last = 0;
    bool is_up = false;
    if (client_context_is_held(client, a))
        return true;
    for (size_t i = a->n_events; i-- > 0 && !last;)
        if (a->events[i]->kind == TARGET_EVENT_CONNECTED ||
            a->events[i]->kind == TARGET_EVENT_CLOSED ||
            a->events[i]->kind == TARGET_EVENT_GAVE_UP) {
            last = a->events[i]->number;
            is_up = a->events[i]->kind == TARGET_EVENT_CONNECTED;
        }
    for (size_t i = 0; is_up && i < client->n_accounts; i++)
        if (client->accounts[i].at == a)
            return server_account_connection(client->server, client->accounts[i].id) != NULL;
    return false;
}

struct coming_back {
    struct client_context *client;
    const struct case_party *a;
};

static bool is_back(void *context)
{
    const struct coming_back *c = context;
    return is_connected(c->client, c->a);
}

enum status client_context_be_connected(struct client_context *client, struct case_party *a,
                                        struct answer *out)
{
    static const struct client_context_connect honest = {.certificate = 0};
    struct coming_back c = {client, a};
    struct client_context_account *account = client_context_account(client, a);
    if (!account)
        return E_LIMIT;
    enum status st = client_context_poll(client, a, out);
    if (st || out->seen != SEEN_DONE || (account->at == a && is_connected(client, a)))
        return st;
    bool was_connected = account->at == a && client_context_event(a, TARGET_EVENT_CONNECTED, 0);
    if (!was_connected) {
        st = client_context_connect(client, a, &honest, out);
        return st || out->seen == SEEN_DONE ? st : diagnose(client, a, out);
    }
    /* it may be on its way back by itself; told again, it dials at once */
    if ((st = order_connect(client, account, a, out)) || out->seen != SEEN_DONE)
        return st;
    return client_context_until(client, a, is_back, &c,
                                client->timeout_ms + client->profile->handshake_timeout_ms, out);
}
