/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the gatekeeper hears, kept for as long as the case lasts. */
#include "run/client_context_internal.h"

#include <stdlib.h>
#include <string.h>

/* Where something was found, in the words of a report. */
#define IN_CLEAR "the bytes on the connection"
#define IN_STANZA "a stanza"
#define TOLD_ARENA_MAX (64u * 1024u * 1024u)

/* Room for one more in a list that lives in the arena. */
void *client_context_grown(struct client_context *client, void *items, size_t count, size_t *cap,
                           size_t size)
{
    if (count < *cap)
        return items;
    size_t more = *cap ? *cap * 2 : 32;
    void *copy = count < CLIENT_CONTEXT_OBSERVED_MAX
                     ? arena_array(client->context->arena, more, size)
                     : NULL;
    if (!copy) {
        client->is_flooded = true;
        return NULL;
    }
    if (count)
        memcpy(copy, items, count * size);
    *cap = more;
    return copy;
}

static struct observed_connection *line_of(struct client_context *client,
                                           const struct server_connection *l)
{
    unsigned number = server_connection_number(l);
    for (size_t i = client->n_connections; i-- > 0;)
        if (client->connections[i].number == number)
            return &client->connections[i];
    void *connections =
        client_context_grown(client, client->connections, client->n_connections,
                             &client->cap_connections, sizeof(struct observed_connection));
    if (!connections)
        return NULL;
    client->connections = connections;
    struct observed_connection *connection = &client->connections[client->n_connections++];
    memset(connection, 0, sizeof(*connection));
    connection->number = number;
    connection->at_ms = clock_now_ms(client->clock);
    return connection;
}

static struct bytes kept(struct client_context *client, struct bytes in)
{
    struct bytes copy = arena_copy(client->context->arena, in);
    if (!copy.data)
        client->is_flooded = true;
    return copy;
}

static void keep_introduction(struct client_context *client, struct observed_connection *connection,
                              const struct server_connection *l)
{
    connection->introduction = *server_connection_introduction(l);
    struct server_introduction *i = &connection->introduction;
    i->intro = kept(client, i->intro);
    i->header = kept(client, i->header);
    i->ephemeral = kept(client, i->ephemeral);
    i->static_key = kept(client, i->static_key);
    i->static_on_wire = kept(client, i->static_on_wire);
    i->raw_payload = kept(client, i->raw_payload);
    i->payload.token = kept(client, i->payload.token);
    /* its end, the signature: the front of a token is the same in all */
    struct bytes token = i->payload.token;
    if (token.len > CANARY_BYTES &&
        canaries_plant(&client->canaries, CLIENT_SECRET_TOKEN,
                       bytes_slice(token, token.len - CANARY_BYTES, CANARY_BYTES)))
        client->is_flooded = true;
}

static const struct stanza *parsed_again(struct client_context *client, struct bytes document)
{
    const struct stanza_limits limits = stanza_limits_of(client->profile);
    const struct stanza *stanza = NULL;
    if (stanza_parse(document, &limits, client->context->arena, &stanza, NULL) == E_NOMEM)
        client->is_flooded = true;
    return stanza;
}

static void keep_stanza(struct client_context *client, const struct server_event *e,
                        struct observed_connection *connection)
{
    struct bytes document = kept(client, e->document);
    const struct stanza *stanza = document.data ? parsed_again(client, document) : NULL;
    if (!stanza)
        return;
    void *observed = client_context_grown(client, client->observed, client->n_observed,
                                          &client->cap_observed, sizeof(struct observed_stanza));
    if (!observed)
        return;
    client->observed = observed;
    if (connection && !connection->is_authenticated)
        connection->stanzas_before++;
    client->observed[client->n_observed++] =
        (struct observed_stanza){server_connection_account(e->connection),
                                 server_connection_number(e->connection), stanza, document, false};
}

/* ---- what clients were sent */

static const char *kept_text(struct client_context *client, const char *text)
{
    const char *copy = text ? arena_text(client->context->arena, text) : NULL;
    if (text && !copy)
        client->is_flooded = true;
    return copy;
}

/* A count that cannot be read is taken for 0. */
static bool says_few(const struct wire_profile *profile, const struct stanza *s)
{
    const struct stanza *count = stanza_child(s, "count");
    const char *value = count ? stanza_get(count, "value") : NULL;
    return count && (!value || strtoul(value, NULL, 10) < profile->prekey_refill_below);
}

static void keep_told(struct client_context *client, const struct server_connection *connection,
                      const struct stanza *s)
{
    void *told = client_context_grown(client, client->told, client->n_told, &client->cap_told,
                                      sizeof(struct told_stanza));
    const char *name = kept_text(client, s->name);
    if (!told || !name)
        return;
    client->told = told;
    client->told[client->n_told++] =
        (struct told_stanza){.account = server_connection_account(connection),
                             .connection = server_connection_number(connection),
                             .before = client->n_observed,
                             .name = name,
                             .id = kept_text(client, stanza_get(s, "id")),
                             .type = kept_text(client, stanza_get(s, "type")),
                             .from = kept_text(client, stanza_get(s, "from")),
                             .class = kept_text(client, stanza_get(s, "class")),
                             .is_error = stanza_get(s, "error") != NULL,
                             .says_few = says_few(client->profile, s)};
}

/* A hostile document may be none. */
static void note_told(struct client_context *client, const struct server_connection *connection,
                      struct bytes document)
{
    const struct stanza_limits limits = stanza_limits_of(client->profile);
    const struct stanza *stanza;
    struct arena arena;
    arena_init(&arena, TOLD_ARENA_MAX);
    if (stanza_parse(document, &limits, &arena, &stanza, NULL))
        client->is_unsure = true;
    else
        keep_told(client, connection, stanza);
    arena_fini(&arena);
}

/* ---- the gatekeeper's observer */

void client_context_happened(void *context, const struct server_event *e)
{
    struct client_context *client = context;
    struct observed_connection *connection = line_of(client, e->connection);
    if (!connection)
        return;
    switch (e->what) {
    case SERVER_CLIENT_HELLO:
        connection->said_hello = true;
        connection->introduction.ephemeral =
            kept(client, server_connection_introduction(e->connection)->ephemeral);
        break;
    case SERVER_TURNED_AWAY:
        keep_introduction(client, connection, e->connection);
        break;
    case SERVER_AUTHENTICATED:
        connection->is_authenticated = true;
        connection->account = server_connection_account(e->connection);
        keep_introduction(client, connection, e->connection);
        break;
    case SERVER_STANZA:
        keep_stanza(client, e, connection);
        break;
    case SERVER_REFUSED:
    case SERVER_UNREADABLE:
        connection->is_over = true;
        connection->trouble = arena_text(client->context->arena, e->detail);
        break;
    case SERVER_ENDED:
        connection->is_over = connection->ended_by_client = true;
        break;
    default:
        break;
    }
}

void client_context_came(void *context, const struct server_connection *connection, int fd)
{
    struct client_context *client = context;
    struct observed_connection *observed = line_of(client, connection);
    if (observed)
        observed->whose = peer_of(fd, driver_process(client->context->driver));
}

void client_context_saw_bytes(void *context, const struct server_connection *connection,
                              bool from_client, struct bytes raw)
{
    struct client_context *client = context;
    (void)connection;
    if (from_client)
        canaries_look(&client->canaries, IN_CLEAR, raw);
}

void client_context_saw_document(void *context, const struct server_connection *connection,
                                 bool from_client, struct bytes clear)
{
    struct client_context *client = context;
    if (client->listener)
        listener_note(client->listener, connection, from_client, clear);
    if (from_client)
        canaries_look(&client->canaries, IN_STANZA, clear);
    else
        note_told(client, connection, clear);
}

/* A text that crosses readable: instead of its encryption, where there can be none; when it is
 * asked for again; or beside its encryption. */
static const char *text_violates(const struct op *op)
{
    if (op->expect == EXPECT_REFUSES)
        return "LK-05";
    return op->verb == VERB_RETRY ? "RT-07" : "LK-01";
}

void client_context_look_for_leak(const struct context *s, const struct op *op,
                                  struct step_result *out)
{
    const struct canaries *c = &s->client->canaries;
    if (!c->found)
        return;
    out->seen = SEEN_LEAK;
    out->detail = c->found;
    if (strcmp(c->found_what, CLIENT_SECRET_TEXT) == 0)
        out->violates = text_violates(op);
    else if (strcmp(c->found_what, CLIENT_SECRET_FETCH) == 0)
        out->violates = "XM-03";
    else if (strcmp(c->found_what, CLIENT_SECRET_USER) == 0 &&
             strcmp(c->found_where, IN_STANZA) == 0)
        out->violates = "LK-03";
    else
        out->violates = "LK-02";
}
