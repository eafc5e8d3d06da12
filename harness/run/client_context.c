/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/client_context_internal.h"

#include <string.h>
#include <time.h>

#define FIRST_ACCOUNT 1000u
#define WHILE_MS 1000u /* in which a client does what it has to do, once it answers pings */
#define SLICE_MS 2u    /* between two questions for events */
#define ALL_HABITS                                                                                 \
    {                                                                                              \
        true, true, true, true, false, true                                                        \
    }

/* ---- beginning and end */

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

enum status client_context_open(struct context *s, const struct context_options *options,
                                struct client_context **out)
{
    enum status st;
    struct client_context *client = arena_alloc(s->arena, sizeof(*client));
    *out = NULL;
    if (!client)
        return E_NOMEM;
    client->context = s;
    client->profile = options->profile;
    client->clock = options->clock;
    client->timeout_ms = options->timeout_ms;
    canaries_init(&client->canaries, s->arena);
    if ((st = canaries_plant(&client->canaries, CLIENT_SECRET_FETCH,
                             bytes_of_text(CLIENT_CONTEXT_NEVER_FETCHED))))
        return st;
    if ((st = random_fork(&s->random, "gatekeeper", &client->random)))
        return st;
    struct server_options serving = {.profile = client->profile,
                                     .random = &client->random,
                                     .unix_now = unix_now,
                                     .observer = {client_context_happened, client_context_saw_bytes,
                                                  client_context_saw_document, client},
                                     .policy = ALL_HABITS,
                                     .is_of_v3 = !s->cipher->has_post_quantum};
    if ((st = server_new(&serving, &client->server)))
        return st;
    struct listener_options listener = {.server = client->server,
                                        .clock = client->clock,
                                        .capture = options->capture,
                                        .came = client_context_came,
                                        .context = client};
    if ((st = listener_open(&listener, &client->listener))) {
        server_free(client->server);
        return st;
    }
    *out = client;
    return OK;
}

void client_context_close(struct client_context *client)
{
    if (!client)
        return;
    listener_close(client->listener);
    server_free(client->server);
    client->listener = NULL;
    client->server = NULL;
}

const char *client_context_bait(const struct client_context *client)
{
    return arena_printf(client->context->arena, "http://127.0.0.1:%u%s",
                        (unsigned)listener_port(client->listener), CLIENT_CONTEXT_NEVER_FETCHED);
}

/* ---- accounts */

static const char *unguessable_user(struct client_context *client)
{
    uint8_t bytes[12];
    if (random_fill(&client->random, bytes, sizeof(bytes)))
        return NULL;
    uint64_t high = 0;
    uint32_t low = 0;
    memcpy(&high, bytes, sizeof(high));
    memcpy(&low, bytes + sizeof(high), sizeof(low));
    return arena_printf(client->context->arena, "user-%016llx%08lx", (unsigned long long)high,
                        (unsigned long)low);
}

struct client_context_account *client_context_account(struct client_context *client,
                                                      struct case_party *a)
{
    for (size_t i = 0; i < client->n_accounts; i++)
        if (strcmp(client->accounts[i].name, a->address_name) == 0 &&
            client->accounts[i].device == a->device)
            return &client->accounts[i];
    if (client->n_accounts == CONTEXT_PARTIES_MAX)
        return NULL;
    struct client_context_account *account = &client->accounts[client->n_accounts];
    *account = (struct client_context_account){.id = FIRST_ACCOUNT + client->n_accounts,
                                               .name = a->address_name,
                                               .device = a->device,
                                               .user = unguessable_user(client)};
    struct server_account registered = {account->id, account->name, account->device};
    if (!account->user || server_account_add(client->server, &registered) ||
        canaries_plant(&client->canaries, CLIENT_SECRET_USER, bytes_of_text(account->user + 5)))
        return NULL;
    client->n_accounts++;
    return account;
}

enum status client_context_create(struct client_context *client, struct case_party *a,
                                  struct answer *out)
{
    if (!client_context_account(client, a))
        return E_LIMIT;
    struct address self = {a->address_name, a->device};
    return driver_create_client(client->context->driver, a->name, self, client->context->arena,
                                out);
}

/* ---- waiting */

static bool keep_event(struct client_context *client, struct case_party *a,
                       const struct target_event *e)
{
    const struct target_event **events = client_context_grown(
        client, a->events, a->n_events, &a->cap_events, sizeof(struct target_event *));
    if (!events)
        return false;
    a->events = events;
    a->events[a->n_events++] = e;
    return true;
}

enum status client_context_poll(struct client_context *client, struct case_party *a,
                                struct answer *out)
{
    uint64_t since = a->n_events ? a->events[a->n_events - 1]->number : 0;
    enum status st =
        driver_events(client->context->driver, a->name, since, client->context->arena, out);
    if (st == E_NOMEM)
        client->is_flooded = true;
    for (size_t i = 0; !st && out->seen == SEEN_DONE && i < out->n_events; i++) {
        if (out->events[i].number != since + 1 + i) {
            out->seen = SEEN_GARBAGE;
            out->detail = "events were asked for from a number on, and others came";
            break;
        }
        if (!keep_event(client, a, &out->events[i]))
            break;
    }
    if (!client->is_flooded)
        return st;
    out->seen = SEEN_OVERSIZE;
    out->detail = "more events, stanzas and connections than a case has room for";
    return OK;
}

enum status client_context_until(struct client_context *client, struct case_party *a,
                                 bool (*is_enough)(void *context), void *context, uint64_t for_ms,
                                 struct answer *out)
{
    uint64_t end = clock_now_ms(client->clock) + for_ms;
    for (bool is_over = false;;) {
        enum status st = client_context_poll(client, a, out);
        if (st || out->seen != SEEN_DONE || (is_enough && is_enough(context)))
            return st;
        if (is_over) {
            out->seen = SEEN_SILENCE;
            out->detail = "";
            return OK;
        }
        uint64_t now = clock_now_ms(client->clock);
        is_over = now >= end; /* what came in time is looked at, however late that is */
        uint64_t slice = now + SLICE_MS < end ? now + SLICE_MS : end;
        st = listener_run(client->listener, is_enough, context, slice);
        if (st && st != E_TIMEOUT)
            return st;
    }
}

enum status client_context_linger(struct client_context *client, struct case_party *a,
                                  uint64_t for_ms, struct answer *out)
{
    enum status st = client_context_until(client, a, NULL, NULL, for_ms, out);
    if (!st && out->seen == SEEN_SILENCE)
        out->seen = SEEN_DONE;
    return st;
}

bool client_context_is_about(const struct target_event *e, const struct case_party *who)
{
    return strcmp(e->peer, who->address_name) == 0 && e->device == who->device;
}

const struct target_event *client_context_event(const struct case_party *a,
                                                enum target_event_kind kind, size_t since)
{
    for (size_t i = a->n_events; i-- > since;)
        if (a->events[i]->kind == kind)
            return a->events[i];
    return NULL;
}

const struct target_event *client_context_first_event(const struct case_party *a,
                                                      enum target_event_kind kind, size_t since)
{
    for (size_t i = since; i < a->n_events; i++)
        if (a->events[i]->kind == kind)
            return a->events[i];
    return NULL;
}

struct server_connection *client_context_connection(struct client_context *client,
                                                    const struct case_party *a)
{
    for (size_t i = 0; i < client->n_accounts; i++)
        if (client->accounts[i].at == a)
            return server_account_connection(client->server, client->accounts[i].id);
    return NULL;
}

static bool is_dial(const struct observed_connection *c)
{
    return c->is_authenticated || c->whose == PEER_TARGET ||
           (c->whose == PEER_UNKNOWN && c->said_hello);
}

size_t client_context_dials(const struct client_context *client, size_t since)
{
    size_t n = 0;
    for (size_t i = since; i < client->n_connections; i++)
        n += is_dial(&client->connections[i]);
    return n;
}

const struct observed_connection *client_context_first_attempt(const struct client_context *client,
                                                               size_t since)
{
    const struct observed_connection *perhaps = NULL;
    for (size_t i = since; i < client->n_connections; i++) {
        const struct observed_connection *c = &client->connections[i];
        if (is_dial(c))
            return c;
        if (!perhaps && (c->whose != PEER_OTHER || c->said_hello))
            perhaps = c;
    }
    return perhaps;
}

struct observed_connection *client_context_observed_connection(struct client_context *client,
                                                               uint64_t account)
{
    for (size_t i = client->n_connections; i-- > 0;)
        if (!account || client->connections[i].account == account)
            return &client->connections[i];
    return NULL;
}

/* ---- barriers and looking */

struct waiting_answer {
    struct client_context *client;
    struct case_party *a;
    uint64_t account;
    const char *id;
    size_t since;
    unsigned connection;
};

static bool is_answered_or_over(void *context)
{
    const struct waiting_answer *w = context;
    struct server_connection *connection = server_account_connection(w->client->server, w->account);
    return client_context_find(w->client, w->account, "iq", w->id, w->since) || !connection ||
           server_connection_number(connection) != w->connection;
}

enum status client_context_push_ping(struct client_context *client,
                                     struct server_connection *connection, const char *id)
{
    struct stanza_writer w;
    stanza_begin_own(&w, 1024);
    STANZA_OPEN(&w, "iq", {"id", id}, {"type", "get"},
                {"xmlns", client->profile->stanza_namespace_ping},
                {"from", client->profile->stanza_server});
    return server_connection_send(connection, &w);
}

enum status client_context_barrier(struct client_context *client, struct case_party *a,
                                   struct answer *out)
{
    struct server_connection *connection = client_context_connection(client, a);
    struct client_context_account *account = client_context_account(client, a);
    struct waiting_answer w = {.client = client, .a = a, .since = client->n_observed};
    if (!account)
        return E_LIMIT;
    if (!connection) {
        out->seen = SEEN_CLOSE;
        return OK;
    }
    w.account = account->id;
    w.connection = server_connection_number(connection);
    w.id = client_context_new_id(client);
    enum status st = w.id ? client_context_push_ping(client, connection, w.id) : E_NOMEM;
    if (!st)
        st = client_context_until(client, a, is_answered_or_over, &w, client->timeout_ms, out);
    if (!st && out->seen == SEEN_DONE)
        out->seen =
            client_context_find(client, w.account, "iq", w.id, w.since) ? SEEN_DONE : SEEN_CLOSE;
    return st;
}

enum status client_context_await(struct client_context *client, struct case_party *a,
                                 bool (*is_enough)(void *context), void *context,
                                 struct answer *out)
{
    uint64_t while_ms = client->timeout_ms / 4 < WHILE_MS ? client->timeout_ms / 4 : WHILE_MS;
    enum status st =
        client_context_until(client, a, is_enough, context, CLIENT_CONTEXT_GRACE_MS, out);
    if (!st && out->seen == SEEN_SILENCE)
        st = client_context_barrier(client, a, out);
    if (!st && (out->seen == SEEN_DONE || out->seen == SEEN_CLOSE))
        st = client_context_until(client, a, is_enough, context, while_ms, out);
    return st;
}

void client_context_take(struct client_context *client, const struct stanza *stanza)
{
    for (size_t i = client->n_observed; i-- > 0;)
        if (client->observed[i].stanza == stanza) {
            client->observed[i].is_taken = true;
            return;
        }
}

const char *client_context_new_id(struct client_context *client)
{
    return arena_printf(client->context->arena, "assay-%u", ++client->next_id);
}

const struct observed_stanza *client_context_find(const struct client_context *client,
                                                  uint64_t account, const char *name,
                                                  const char *id, size_t since)
{
    for (size_t i = since; i < client->n_observed; i++) {
        const struct observed_stanza *h = &client->observed[i];
        if (h->account == account && strcmp(h->stanza->name, name) == 0 &&
            (!id || stanza_has(h->stanza, "id", id)))
            return h;
    }
    return NULL;
}
