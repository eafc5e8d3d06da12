/* What the gatekeeper does with a client's stanzas (docs/wire.md, Stanza). */
#include "server/server_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 65536u
#define FORWARDED_MAX (16u * 1024u * 1024u)
#define RECEIPT_DEPTH 4u /* of elements copied in one */

/* ---- welcome */

static enum status refuse(struct server_connection *l)
{
    char text[64];
    snprintf(text, sizeof(text), "<failure reason=\"%u\"/>", l->g->refusal_reason);
    l->g->refusals_left--;
    l->state = LINE_READY;
    enum status st = server_connection_push(l, bytes_of_text(text), NULL);
    server_connection_hang_up(l, SERVER_CLOSES);
    return st;
}

/* Another connection of the same account: the older one is told, and ends. */
static void replace_older(struct server_connection *l)
{
    struct server_connection *older = l->account->connection;
    struct stanza_writer w;
    struct buffer text;
    if (!older || older == l)
        return;
    buffer_init(&text, 1024);
    stanza_begin(&w, &text);
    stanza_open(&w, "stream:error");
    stanza_attribute(&w, "xmlns:stream", l->g->options.profile->stanza_namespace_stream);
    stanza_open(&w, "conflict");
    stanza_attribute(&w, "type", "replaced");
    if (!stanza_end(&w) && !server_connection_push(older, buffer_bytes(&text), NULL))
        older->pace = (struct server_pace){0};
    buffer_fini(&text);
    server_connection_hang_up(older, SERVER_CLOSES);
}

enum status server_connection_welcome(struct server_connection *l)
{
    char text[64];
    struct server *g = l->g;
    const struct client_payload *p = &l->introduction.payload;
    if (g->refusals_left && g->refusal_reason)
        return refuse(l);
    l->account = p->has_interop_data ? server_account_of(g, p->account_id) : NULL;
    if (!l->account) {
        server_connection_fail(l, SERVER_TURNED_AWAY,
                               "the ClientPayload names no account of this gatekeeper");
        return OK;
    }
    replace_older(l);
    l->account->connection = l;
    l->state = LINE_READY;
    l->pace = (struct server_pace){0};
    snprintf(text, sizeof(text), "<success t=\"%llu\"/>", (unsigned long long)server_now(g));
    enum status st = server_connection_push(l, bytes_of_text(text), NULL);
    server_tell(l, SERVER_AUTHENTICATED, "");
    return st || !g->options.policy.queues ? st : server_outgoing_send_all(l->account);
}

/* ---- answers */

static enum status push_answer(struct server_connection *l, struct stanza_writer *w,
                               struct buffer *out)
{
    enum status st = stanza_end(w);
    if (!st)
        st = server_connection_push(l, buffer_bytes(out), NULL);
    buffer_fini(out);
    return st;
}

static enum status answer_ping(struct server_connection *l, const char *id)
{
    struct buffer out;
    struct stanza_writer w;
    buffer_init(&out, ANSWER_MAX);
    stanza_begin(&w, &out);
    stanza_open(&w, "iq");
    stanza_attribute(&w, "id", id);
    stanza_attribute(&w, "type", "result");
    stanza_attribute(&w, "from", l->g->options.profile->stanza_server);
    return push_answer(l, &w, &out);
}

static enum status answer_unknown(struct server_connection *l, const char *id)
{
    struct buffer out;
    struct stanza_writer w;
    buffer_init(&out, ANSWER_MAX);
    stanza_begin(&w, &out);
    stanza_open(&w, "iq");
    stanza_attribute(&w, "id", id);
    stanza_attribute(&w, "type", "error");
    stanza_attribute(&w, "from", l->g->options.profile->stanza_server);
    stanza_open(&w, "error");
    stanza_attribute(&w, "code", "400");
    stanza_attribute(&w, "text", "bad-request");
    return push_answer(l, &w, &out);
}

static enum status take_iq(struct server_connection *l, const struct stanza *iq)
{
    const char *type = stanza_get(iq, "type"), *id = stanza_get(iq, "id");
    struct arena arena;
    enum status st = OK;
    if (!type || !id || (strcmp(type, "get") != 0 && strcmp(type, "set") != 0))
        return OK; /* a result or an error: for whoever asked */
    if (strcmp(iq->ns, l->g->options.profile->stanza_namespace_ping) == 0)
        return l->g->options.policy.answers_pings ? answer_ping(l, id) : OK;
    arena_init(&arena, 16u * 1024u * 1024u);
    bool is_answered = server_prekeys_iq(l, iq, &arena, &st);
    arena_fini(&arena);
    return is_answered ? st : answer_unknown(l, id);
}

static enum status ack_message(struct server_connection *l, const struct stanza *m,
                               const char *error)
{
    struct buffer out;
    struct stanza_writer w;
    buffer_init(&out, ANSWER_MAX);
    stanza_begin(&w, &out);
    stanza_open(&w, "ack");
    stanza_attribute(&w, "class", "message");
    stanza_attribute(&w, "id", stanza_get(m, "id"));
    stanza_attribute(&w, "from", stanza_get(m, "to"));
    stanza_attribute_number(&w, "t", server_now(l->g));
    stanza_attribute(&w, "error", error);
    return push_answer(l, &w, &out);
}

/* The number of an attribute, 0 where it is none. */
static unsigned number_of(const char *text)
{
    unsigned long n = text && text[0] >= '1' && text[0] <= '9' ? strtoul(text, NULL, 10) : 0;
    return n <= 1000000 ? (unsigned)n : 0;
}

static enum status forward_message(struct server_connection *l, const struct stanza *m,
                                   const struct account *to, const struct stanza *enc)
{
    struct bytes body;
    struct arena arena;
    struct buffer document;
    const char *id = stanza_get(m, "id"), *type = stanza_get(m, "type");
    arena_init(&arena, FORWARDED_MAX);
    buffer_init(&document, FORWARDED_MAX);
    enum status st = stanza_bytes(enc, &arena, &body);
    const struct server_message out = {.id = id ? id : "",
                                       .from = l->account->id,
                                       .to = to->id,
                                       .type = type ? type : "text",
                                       .enc_type = stanza_get(enc, "type"),
                                       .mediatype = stanza_get(enc, "mediatype"),
                                       .body = body,
                                       .count = number_of(stanza_get(enc, "count")),
                                       .was_queued = !to->connection};
    if (!st)
        st = server_message_write(l->g, &out, &document);
    if (!st)
        st = server_deliver(l->g, to->id, out.id, buffer_bytes(&document));
    buffer_fini(&document);
    arena_fini(&arena);
    return st;
}

/* What is wrong with it for its sender, as the error of an ack; NULL for nothing. */
static enum status route(struct server_connection *l, const struct stanza *m,
                         const char **out_error)
{
    const struct account *to = server_account_at(l->g, stanza_get(m, "to"));
    const struct stanza *enc = stanza_child(m, "enc");
    *out_error = !to ? "404" : !enc ? "488" : NULL;
    if (*out_error)
        return OK;
    enum status st = forward_message(l, m, to, enc);
    if (st != E_PARSE && st != E_LIMIT)
        return st;
    *out_error = "479";
    return OK;
}

static enum status take_message(struct server_connection *l, const struct stanza *m)
{
    const char *error = NULL;
    enum status st = l->g->options.policy.routes ? route(l, m, &error) : OK;
    bool is_acked = error || l->g->options.policy.acks_messages;
    return st || !is_acked ? st : ack_message(l, m, error);
}

/* ---- receipts */

/* An element and what is in it, as it was. */
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

/* To whom it is for, with its sender's address; to nobody here, or too long: it is lost, as
 * receipts may be. */
static enum status forward_receipt(struct server_connection *l, const struct stanza *r)
{
    const struct account *to = server_account_at(l->g, stanza_get(r, "to"));
    const char *id = stanza_get(r, "id");
    struct buffer document;
    struct stanza_writer w;
    if (!to || !to->connection || !id)
        return OK;
    buffer_init(&document, ANSWER_MAX);
    stanza_begin(&w, &document);
    stanza_open(&w, "receipt");
    stanza_attribute(&w, "id", id);
    stanza_attribute(&w, "from", l->account->address);
    stanza_attribute(&w, "to", to->address);
    stanza_attribute(&w, "type", stanza_get(r, "type"));
    stanza_attribute_number(&w, "t", server_now(l->g));
    for (size_t i = 0; i < r->n_children; i++)
        if (r->children[i].ns[0] == 0)
            copy_element(&w, &r->children[i], RECEIPT_DEPTH);
    enum status st = stanza_end(&w);
    if (!st)
        st = server_deliver(l->g, to->id, id, buffer_bytes(&document));
    buffer_fini(&document);
    return st == E_PARSE || st == E_LIMIT ? OK : st;
}

static enum status ack_receipt(struct server_connection *l, const struct stanza *receipt)
{
    struct buffer out;
    struct stanza_writer w;
    const char *id = stanza_get(receipt, "id");
    if (!id)
        return OK;
    buffer_init(&out, ANSWER_MAX);
    stanza_begin(&w, &out);
    stanza_open(&w, "ack");
    stanza_attribute(&w, "class", "receipt");
    stanza_attribute(&w, "id", id);
    stanza_attribute(&w, "from", stanza_get(receipt, "to"));
    return push_answer(l, &w, &out);
}

static enum status take_receipt(struct server_connection *l, const struct stanza *s)
{
    enum status st = l->g->options.policy.routes ? forward_receipt(l, s) : OK;
    return st || !l->g->options.policy.acks_messages ? st : ack_receipt(l, s);
}

enum status server_stanza(struct server_connection *l, const struct stanza *s,
                          struct bytes document)
{
    (void)document;
    if (!l->account)
        return OK;
    if (stanza_is(s, "iq"))
        return take_iq(l, s);
    if (stanza_is(s, "message"))
        return take_message(l, s);
    if (stanza_is(s, "receipt"))
        return take_receipt(l, s);
    const char *id = stanza_get(s, "id");
    if (stanza_is(s, "ack") && id)
        server_outgoing_acked(l->account, id, stanza_get(s, "class"));
    return OK;
}
