/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server does with a client's stanzas (docs/wire.md, Stanza). */
#include "server/server_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 65536u
#define FORWARDED_MAX (16u * 1024u * 1024u)
#define RECEIPT_DEPTH 4u /* of elements copied in one */

/* ---- authenticated */

#define NOT_ADMITTED 401u

static enum status refuse(struct server_connection *c, unsigned reason)
{
    char text[64];
    snprintf(text, sizeof(text), "<failure reason=\"%u\"/>", reason);
    c->state = CONNECTION_READY;
    server_tell(c, SERVER_TURNED_AWAY, "");
    enum status st = server_connection_push(c, bytes_of_text(text), NULL);
    server_connection_hang_up(c, c->server->options.rules.stays_after_failure ? SERVER_STAYS
                                                                              : SERVER_CLOSES);
    return st;
}

/* A second connection of the same account: the older one gets a stream error and ends. */
static void replace_older(struct server_connection *c)
{
    struct server_connection *older = c->account->connection;
    struct stanza_writer w;
    if (!older || older == c || c->server->options.rules.keeps_older)
        return;
    stanza_begin_own(&w, 1024);
    STANZA_OPEN(&w, "stream:error",
                {"xmlns:stream", c->server->options.profile->stanza_namespace_stream});
    STANZA_OPEN(&w, "conflict", {"type", "replaced"});
    if (!server_connection_send(older, &w))
        older->pace = (struct server_pace){0};
    server_connection_hang_up(older, c->server->options.rules.stays_after_replaced ? SERVER_STAYS
                                                                                   : SERVER_CLOSES);
}

enum status server_authenticated(struct server_connection *c)
{
    char text[64];
    struct server *s = c->server;
    const struct client_payload *p = &c->introduction.payload;
    if (s->refusals_left && s->refusal_reason) {
        s->refusals_left--;
        return refuse(c, s->refusal_reason);
    }
    c->account = p->has_interop_data ? server_account_of(s, p->account_id) : NULL;
    if (!c->account) {
        server_connection_fail(c, SERVER_REFUSED,
                               "the ClientPayload names no account of this gatekeeper");
        return OK;
    }
    if (s->options.admits && !s->options.admits(s->options.admits_context, &c->introduction)) {
        c->account = NULL;
        return refuse(c, NOT_ADMITTED);
    }
    replace_older(c);
    c->account->connection = c;
    c->state = CONNECTION_READY;
    c->pace = (struct server_pace){0};
    c->is_held = s->holds & SERVER_HOLDS_SUCCESS;
    snprintf(text, sizeof(text), "<success t=\"%llu\"/>", (unsigned long long)server_now(s));
    enum status st = server_connection_push(c, bytes_of_text(text), NULL);
    server_tell(c, SERVER_AUTHENTICATED, "");
    return st || !s->options.policy.queues ? st : server_send_waiting(c->account);
}

/* ---- answers */

/* To a ping, or |is_unknown|: the iq is none that the server knows. */
static enum status answer_iq(struct server_connection *c, const char *id, bool is_unknown)
{
    struct stanza_writer w;
    stanza_begin_own(&w, ANSWER_MAX);
    STANZA_OPEN(&w, "iq", {"id", id}, {"type", is_unknown ? "error" : "result"},
                {"from", c->server->options.profile->stanza_server});
    if (is_unknown)
        STANZA_OPEN(&w, "error", {"code", "400"}, {"text", "bad-request"});
    return server_connection_send(c, &w);
}

static enum status take_iq(struct server_connection *c, const struct stanza *iq)
{
    const char *type = stanza_get(iq, "type"), *id = stanza_get(iq, "id");
    struct arena arena;
    enum status st = OK;
    if (!type || !id || (strcmp(type, "get") != 0 && strcmp(type, "set") != 0))
        return OK; /* an answer to an iq that a case sent */
    if (strcmp(iq->ns, c->server->options.profile->stanza_namespace_ping) == 0)
        return c->server->options.policy.answers_pings ? answer_iq(c, id, false) : OK;
    arena_init(&arena, 16u * 1024u * 1024u);
    bool is_answered = server_prekeys_iq(c, iq, &arena, &st);
    arena_fini(&arena);
    if (!is_answered && c->server->options.rules.ends_on_unknown)
        return E_PARSE;
    return is_answered ? st : answer_iq(c, id, true);
}

static enum status ack_message(struct server_connection *c, const struct stanza *m,
                               const char *error)
{
    struct stanza_writer w;
    stanza_begin_own(&w, ANSWER_MAX);
    STANZA_OPEN(&w, "ack", {"class", "message"}, {"id", stanza_get(m, "id")},
                {"from", stanza_get(m, "to")});
    stanza_attribute_number(&w, "t", server_now(c->server));
    stanza_attribute(&w, "error", error);
    return server_connection_answer(c, &w, SERVER_HOLDS_ACKS);
}

/* The number in an attribute, 0 for anything else. */
static unsigned number_of(const char *text)
{
    unsigned long n = text && text[0] >= '1' && text[0] <= '9' ? strtoul(text, NULL, 10) : 0;
    return n <= 1000000 ? (unsigned)n : 0;
}

static enum status forward_message(struct server_connection *c, const struct stanza *m,
                                   const struct account *to, const struct stanza *enc)
{
    struct bytes body;
    struct arena arena;
    struct buffer document;
    const struct server_rules *rules = &c->server->options.rules;
    const char *id = stanza_get(m, "id"), *type = stanza_get(m, "type");
    const struct account *said =
        rules->trusts_from ? server_account_at(c->server, stanza_get(m, "from")) : NULL;
    arena_init(&arena, FORWARDED_MAX);
    buffer_init(&document, FORWARDED_MAX);
    enum status st = stanza_bytes(enc, &arena, &body);
    if (!st && rules->alters_bodies && body.len)
        body.len--;
    const struct server_message out = {
        .id = id ? id : "",
        .from = said ? said->id : c->account->id,
        .to = to->id,
        .type = type && !rules->calls_all_text ? type : "text",
        .enc_type = stanza_get(enc, "type"),
        .mediatype = rules->drops_media_types ? NULL : stanza_get(enc, "mediatype"),
        .body = body,
        .count = number_of(stanza_get(enc, "count")),
        .was_queued = !to->connection};
    if (!st)
        st = server_message_write(c->server, &out, &document);
    if (!st)
        st = server_deliver(c->server, to->id, out.id, buffer_bytes(&document));
    buffer_fini(&document);
    arena_fini(&arena);
    return st;
}

/* Whom |jid| names and who may be written to; NULL: nobody. */
static const struct account *addressee(const struct server_connection *c, const char *jid)
{
    const struct server_options *o = &c->server->options;
    const struct account *a = server_account_at(c->server, jid);
    return a && o->reaches && !o->reaches(o->reaches_context, a->id) ? NULL : a;
}

/* Forward a message. *out_error: the error its sender's ack carries; NULL for none. */
static enum status route(struct server_connection *c, const struct stanza *m,
                         const char **out_error)
{
    const struct account *to = addressee(c, stanza_get(m, "to"));
    const struct stanza *enc = stanza_child(m, "enc");
    const struct server_rules *rules = &c->server->options.rules;
    *out_error = !to && !rules->acks_lost ? "404" : to && !enc && !rules->acks_empty ? "488" : NULL;
    if (!to || !enc)
        return OK;
    enum status st = forward_message(c, m, to, enc);
    if (st != E_PARSE && st != E_LIMIT)
        return st;
    *out_error = "479";
    return OK;
}

static enum status take_message(struct server_connection *c, const struct stanza *m)
{
    const char *error = NULL;
    enum status st = c->server->options.policy.routes ? route(c, m, &error) : OK;
    bool is_acked = error || c->server->options.policy.acks_messages;
    return st || !is_acked ? st : ack_message(c, m, error);
}

/* ---- receipts */

/* Copy an element with its attributes and children. */
static void copy_element(struct stanza_writer *w, const struct stanza *s, unsigned depth)
{
    stanza_open(w, s->name);
    for (size_t i = 0; i < s->n_attributes; i++)
        stanza_attribute(w, s->attributes[i].name, s->attributes[i].value);
    if (s->n_children == 0)
        stanza_text(w, s->text);
    for (size_t i = 0; depth && i < s->n_children; i++)
        if (s->children[i].ns[0] == 0)
            copy_element(w, &s->children[i], depth - 1);
    stanza_close(w);
}

/* Send a receipt on to its addressee. One without addressee or too long is dropped: receipts may be
 * lost. */
static enum status forward_receipt(struct server_connection *c, const struct stanza *r)
{
    const struct account *to = server_account_at(c->server, stanza_get(r, "to"));
    const char *id = stanza_get(r, "id");
    struct stanza_writer w;
    if (!to || !to->connection || !id)
        return OK;
    stanza_begin_own(&w, ANSWER_MAX);
    STANZA_OPEN(&w, "receipt", {"id", id}, {"from", c->account->address}, {"to", to->address},
                {"type", stanza_get(r, "type")});
    stanza_attribute_number(&w, "t", server_now(c->server));
    for (size_t i = 0; i < r->n_children; i++)
        if (r->children[i].ns[0] == 0)
            copy_element(&w, &r->children[i], RECEIPT_DEPTH);
    enum status st = stanza_end(&w);
    if (!st)
        st = server_deliver(c->server, to->id, id, buffer_bytes(&w.own));
    buffer_fini(&w.own);
    return st == E_PARSE || st == E_LIMIT ? OK : st;
}

static enum status ack_receipt(struct server_connection *c, const struct stanza *receipt)
{
    struct stanza_writer w;
    const char *id = stanza_get(receipt, "id");
    if (!id)
        return OK;
    stanza_begin_own(&w, ANSWER_MAX);
    STANZA_OPEN(&w, "ack", {"class", "receipt"}, {"id", id}, {"from", stanza_get(receipt, "to")});
    return server_connection_send(c, &w);
}

static enum status take_receipt(struct server_connection *c, const struct stanza *s)
{
    enum status st = c->server->options.policy.routes ? forward_receipt(c, s) : OK;
    return st || !c->server->options.policy.acks_messages ? st : ack_receipt(c, s);
}

enum status server_stanza(struct server_connection *c, const struct stanza *s,
                          struct bytes document)
{
    (void)document;
    if (!c->account || c->server->options.only_tells)
        return OK;
    if (stanza_is(s, "iq"))
        return take_iq(c, s);
    if (stanza_is(s, "message"))
        return take_message(c, s);
    if (stanza_is(s, "receipt"))
        return take_receipt(c, s);
    const char *id = stanza_get(s, "id");
    if (stanza_is(s, "ack") && id)
        server_take_ack(c->account, id, stanza_get(s, "class"));
    return !stanza_is(s, "ack") && c->server->options.rules.ends_on_unknown ? E_PARSE : OK;
}
