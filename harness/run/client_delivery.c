/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/client_delivery.h"

#include "run/client_context.h"
#include "wire/content.h"
#include "wire/stanza_mutation.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX (32u * 1024u * 1024u)

/* What a client did about one delivered stanza. */
struct reaction {
    struct client_context *client;
    struct case_party *to, *from;
    uint64_t account;
    const char *id, *ping;
    size_t observed_before, events_before;
    unsigned connection;
};

static bool line_is_over(const struct reaction *r)
{
    struct server_connection *connection = server_account_connection(r->client->server, r->account);
    return !connection || server_connection_number(connection) != r->connection;
}

static bool has_reacted(void *context)
{
    const struct reaction *r = context;
    return client_context_find(r->client, r->account, "ack", r->id, r->observed_before) ||
           line_is_over(r) ||
           (r->ping &&
            client_context_find(r->client, r->account, "iq", r->ping, r->observed_before));
}

static bool is_acked_or_over(void *context)
{
    const struct reaction *r = context;
    return client_context_find(r->client, r->account, "ack", r->id, r->observed_before) ||
           line_is_over(r);
}

static bool is_closed_told(void *context)
{
    const struct reaction *r = context;
    return client_context_event(r->to, TARGET_EVENT_CLOSED, r->events_before) ||
           client_context_event(r->to, TARGET_EVENT_GAVE_UP, r->events_before);
}

/* ---- what it came to */

/* The contract's reason for what stands on the wire. */
static uint32_t reason_of_retry(const struct stanza *receipt)
{
    static const uint32_t reasons[] = {0, 9, 6, 8, 1, 3, 5, 3, 9, 3};
    const struct stanza *retry = stanza_child(receipt, "retry");
    const char *error = retry ? stanza_get(retry, "error") : NULL;
    unsigned long n = error ? strtoul(error, NULL, 10) : 0;
    return n < COUNT_OF(reasons) ? reasons[n] : 0;
}

static const char *detail_of(struct context *s, const char *form, const char *value)
{
    const char *text = arena_printf(s->arena, form, value ? value : "?");
    return text ? text : "";
}

/* A refusal stated on the wire or told. False when there was none. */
static bool take_refusal(struct context *s, const struct reaction *r, struct answer *out)
{
    const struct observed_stanza *ack =
        client_context_find(r->client, r->account, "ack", r->id, r->observed_before);
    const struct observed_stanza *receipt =
        client_context_find(r->client, r->account, "receipt", r->id, r->observed_before);
    const char *error = ack ? stanza_get(ack->stanza, "error") : NULL;
    const char *type = receipt ? stanza_get(receipt->stanza, "type") : NULL;
    const struct target_event *refused =
        client_context_event(r->to, TARGET_EVENT_REFUSED, r->events_before);
    const struct target_event *closed =
        client_context_event(r->to, TARGET_EVENT_CLOSED, r->events_before);
    bool is_retry = type && strcmp(type, "retry") == 0;
    bool is_closed = closed && closed->by_self && closed->reason;
    if (!error && !is_retry && !refused && !is_closed)
        return false;
    out->seen = SEEN_REFUSAL;
    out->reason = refused     ? refused->reason
                  : is_closed ? closed->reason
                  : is_retry  ? reason_of_retry(receipt->stanza)
                              : 0;
    if (error && strcmp(error, "496") == 0)
        out->reason = REFUSAL_DUPLICATE;
    out->detail = refused && refused->detail[0] ? refused->detail
                  : is_retry                    ? "it asked for the message again"
                  : error                       ? detail_of(s, "it answered with error %s", error)
                  : is_closed ? detail_of(s, "it ended the connection: %s", closed->detail)
                              : "";
    return true;
}

static void conclude_open(struct context *s, const struct reaction *r,
                          const struct artifact *message, struct answer *out)
{
    const struct target_event *shown =
        client_context_event(r->to, TARGET_EVENT_SHOWN, r->events_before);
    bool is_silent = out->seen == SEEN_SILENCE;
    if (shown) {
        bool is_same = content_equal(shown->content, message->content) &&
                       client_context_is_about(shown, r->from);
        out->seen = is_same ? SEEN_PLAINTEXT : SEEN_OTHER_PLAINTEXT;
        out->detail = is_same ? "" : "the person was shown something that this sender did not say";
    } else if (!take_refusal(s, r, out)) {
        out->seen = is_silent ? SEEN_SILENCE : SEEN_ABSORBED;
        out->detail = is_silent ? "" : "nothing was shown, and nothing said why";
    }
}

/* ---- on its way */

static enum status mutated_document(struct context *s, const struct artifact *message,
                                    struct buffer *honest, const char *other, struct buffer *out)
{
    struct stanza_mutation_context context = {.other_address = other,
                                              .canary = client_context_bait(s->client)};
    if (!message->delivery.stanza_mutation)
        return buffer_append(out, buffer_bytes(honest));
    return stanza_mutation_apply(message->delivery.stanza_mutation, buffer_bytes(honest), &context,
                                 out);
}

/* The message as a document of this profile, mutated as its delivery says. */
static enum status write_document(struct context *s, const struct artifact *message, uint64_t to,
                                  uint64_t from, struct buffer *out)
{
    struct buffer honest;
    const struct server_message m = {.id = message->id,
                                     .from = from,
                                     .to = to,
                                     .type = "text",
                                     .enc_type = artifact_enc_type(message),
                                     .body = message->body};
    const char *other =
        stanza_address(s->arena, "somebody-else", 1, s->client->profile->stanza_user_domain);
    buffer_init(&honest, DOCUMENT_MAX);
    enum status st = server_message_write(s->client->server, &m, &honest);
    if (!st)
        st = mutated_document(s, message, &honest, other, out);
    if (!st)
        st = field_edits_apply(&message->edits, OBJECT_STANZA, out);
    buffer_fini(&honest);
    return st;
}

static enum status push(struct context *s, struct reaction *r, const struct artifact *message,
                        struct server_connection *connection)
{
    const struct word_use *channel = message->delivery.channel_mutation;
    struct buffer document;
    uint64_t from = client_context_account(s->client, r->from)->id;
    buffer_init(&document, DOCUMENT_MAX);
    enum status st = write_document(s, message, r->account, from, &document);
    server_edit_channel(s->client->server, &message->edits);
    if (!st)
        st = server_connection_push(connection, buffer_bytes(&document), channel);
    server_edit_channel(s->client->server, NULL);
    buffer_fini(&document);
    /* after a mutation of the channel a ping would be part of what is changed */
    bool is_intact = !channel && !field_edits_has(&message->edits, OBJECT_TRANSPORT) &&
                     !field_edits_has(&message->edits, OBJECT_FRAME);
    if (!st && is_intact && !line_is_over(r))
        st = (r->ping = client_context_new_id(s->client))
                 ? client_context_push_ping(s->client, connection, r->ping)
                 : E_NOMEM;
    return st;
}

static enum status wait_for_reaction(struct reaction *r, struct answer *out)
{
    enum status st =
        client_context_until(r->client, r->to, has_reacted, r, r->client->timeout_ms, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    bool is_over = line_is_over(r);
    if (!is_over && !is_acked_or_over(r)) {
        if ((st = client_context_until(r->client, r->to, is_acked_or_over, r,
                                       CLIENT_CONTEXT_GRACE_MS, out)))
            return st;
        is_over = line_is_over(r);
    }
    if (is_over && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        st = client_context_until(r->client, r->to, is_closed_told, r, CLIENT_CONTEXT_GRACE_MS * 5,
                                  out);
    else if (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE)
        st = client_context_poll(r->client, r->to, out);
    if (!st && out->seen == SEEN_SILENCE)
        out->seen = SEEN_DONE; /* the line spoke, or ended: that is no silence */
    return st;
}

enum status client_delivery_do(struct context *s, struct artifact *message, struct case_party *to,
                               struct case_party *from, struct answer *out)
{
    struct client_context *client = s->client;
    struct reaction r = {.client = client, .to = to, .from = from};
    enum status st = client_context_account(client, from)
                         ? client_context_be_connected(client, to, out)
                         : E_LIMIT;
    if (st || out->seen != SEEN_DONE)
        return st;
    r.account = client_context_account(client, to)->id;
    if (!message->id || !message->delivery.has_same_id)
        message->id = client_context_new_id(client);
    struct server_connection *connection = client_context_connection(client, to);
    if (!message->id || !connection)
        return message->id ? E_IO : E_NOMEM;
    r.id = message->id;
    r.connection = server_connection_number(connection);
    message->observed_before = r.observed_before = client->n_observed;
    r.events_before = to->n_events;
    if ((st = push(s, &r, message, connection)))
        return st;
    st = wait_for_reaction(&r, out);
    if (!st && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE))
        conclude_open(s, &r, message, out);
    return st;
}
