/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <push>: a stanza of the gatekeeper's own, and what the target must do about it. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "scenario/wire_words.h"
#include "wire/stanza_mutation.h"

#include <stdlib.h>
#include <string.h>

#define GRACE_MS 60u

struct pushed {
    struct context *s;
    const struct op *op;
    struct case_party *at;
    uint64_t account;
    enum service_stanza what;
    uint32_t code;
    const struct artifact *of;
    const struct case_party *from; /* of a receipt */
    const char *id;                /* of the stanza pushed; of a receipt, the message's */
    const char **ids;              /* of all, where several are pushed; the last is |id| */
    uint32_t times;
    size_t observed_before, events_before, lines_before;
    unsigned connection;
};

/* ---- writing one */

static void open_with_id(struct stanza_writer *w, const char *name, const struct pushed *p)
{
    STANZA_OPEN(w, name, {"id", p->id});
}

static void write_iq(struct stanza_writer *w, const struct pushed *p, const char *type,
                     const char *ns)
{
    open_with_id(w, "iq", p);
    stanza_attribute(w, "type", type);
    stanza_attribute(w, "xmlns", ns);
    stanza_attribute(w, "from", p->s->client->profile->stanza_server);
}

static void write_notification(struct stanza_writer *w, const struct pushed *p, const char *type)
{
    open_with_id(w, "notification", p);
    stanza_attribute(w, "type", type);
    stanza_attribute(w, "from", p->s->client->profile->stanza_server);
    if (p->what != SERVICE_FEW_PREKEYS)
        return;
    stanza_open(w, "count");
    stanza_attribute_number(w, "value", p->code);
}

/* What a receipt has in it that asks for a message: no keys. */
static void write_request(struct stanza_writer *w, const struct pushed *p)
{
    stanza_open(w, "retry");
    stanza_attribute_number(w, "count", p->code);
    stanza_attribute(w, "id", p->id);
    stanza_attribute_number(w, "t", 1700000000u);
    stanza_attribute(w, "v", "1");
    stanza_close(w);
    stanza_number_element(w, "registration", p->s->cipher->registration_id(p->from->party), 4);
}

static void write_receipt(struct stanza_writer *w, const struct pushed *p)
{
    open_with_id(w, "receipt", p);
    stanza_attribute(w, "from",
                     stanza_address(p->s->arena, p->from->address_name, p->from->device,
                                    p->s->client->profile->stanza_user_domain));
    stanza_attribute(w, "type",
                     p->what == SERVICE_READ        ? "read"
                     : p->what == SERVICE_ASKED_FOR ? "retry"
                                                    : NULL);
    stanza_attribute_number(w, "t", 1700000000u);
    if (p->what == SERVICE_ASKED_FOR)
        write_request(w, p);
}

static bool is_of_receipt(enum service_stanza what)
{
    return what == SERVICE_TAKEN_RECEIPT || what == SERVICE_NOT_TAKEN_RECEIPT;
}

/* Of the message |of|, or of a receipt that has its id. */
static void write_ack(struct stanza_writer *w, const struct pushed *p)
{
    open_with_id(w, "ack", p);
    stanza_attribute(w, "class", is_of_receipt(p->what) ? "receipt" : "message");
    stanza_attribute(w, "from",
                     stanza_address(p->s->arena, p->from->address_name, p->from->device,
                                    p->s->client->profile->stanza_user_domain));
    stanza_attribute_number(w, "t", 1700000000u);
    if (p->what == SERVICE_NOT_TAKEN || p->what == SERVICE_NOT_TAKEN_RECEIPT)
        stanza_attribute_number(w, "error", p->code);
}

static void write_stream_error(struct stanza_writer *w, const struct pushed *p)
{
    STANZA_OPEN(w, "stream:error",
                {"xmlns:stream", p->s->client->profile->stanza_namespace_stream});
    if (p->what == SERVICE_STREAM_ERROR) {
        stanza_attribute_number(w, "code", p->code);
        return;
    }
    STANZA_OPEN(w, "conflict", {"type", "replaced"});
}

static void write_one(struct stanza_writer *w, const struct pushed *p)
{
    switch (p->what) {
    case SERVICE_PING:
        write_iq(w, p, "get", p->s->client->profile->stanza_namespace_ping);
        break;
    case SERVICE_UNKNOWN_GET:
        write_iq(w, p, "get", "urn:assay:nobody-knows-this");
        break;
    case SERVICE_UNKNOWN_SET:
        write_iq(w, p, "set", "urn:assay:nobody-knows-this");
        break;
    case SERVICE_SET_OF_PREKEYS:
        write_iq(w, p, "set", p->s->client->profile->stanza_namespace_prekeys);
        break;
    case SERVICE_UNASKED_RESULT:
        write_iq(w, p, "result", p->s->client->profile->stanza_namespace_prekeys);
        break;
    case SERVICE_UNKNOWN_STANZA:
        open_with_id(w, "weather", p);
        stanza_attribute(w, "from", p->s->client->profile->stanza_server);
        break;
    case SERVICE_UNKNOWN_NOTIFICATION:
        write_notification(w, p, "weather");
        break;
    case SERVICE_FEW_PREKEYS:
        write_notification(w, p, "encrypt");
        break;
    case SERVICE_INFORMATION:
        stanza_open(w, "ib");
        break;
    case SERVICE_DELIVERED:
    case SERVICE_READ:
    case SERVICE_ASKED_FOR:
        write_receipt(w, p);
        break;
    case SERVICE_TAKEN:
    case SERVICE_NOT_TAKEN:
    case SERVICE_TAKEN_RECEIPT:
    case SERVICE_NOT_TAKEN_RECEIPT:
        write_ack(w, p);
        break;
    case SERVICE_UNKNOWN_ACK:
        open_with_id(w, "ack", p);
        stanza_attribute(w, "class", "message");
        break;
    case SERVICE_SUCCESS_AGAIN:
        stanza_open(w, "success");
        stanza_attribute_number(w, "t", 1700000000u);
        break;
    case SERVICE_FAILURE:
        stanza_open(w, "failure");
        stanza_attribute_number(w, "reason", p->code);
        break;
    default:
        write_stream_error(w, p);
        break;
    }
}

static enum status write_document(const struct pushed *p, struct buffer *out)
{
    struct buffer honest;
    struct stanza_writer w;
    const struct operand *mutation = op_operand(p->op, ATTR_BEND);
    const struct stanza_mutation_context context = {.other_address =
                                                        "somebody-else:1@example.invalid",
                                                    .canary = client_context_bait(p->s->client)};
    buffer_init(&honest, 65536);
    stanza_begin(&w, &honest);
    write_one(&w, p);
    enum status st = stanza_end(&w);
    if (!st)
        st = mutation ? stanza_mutation_apply(mutation->word, buffer_bytes(&honest), &context, out)
                      : buffer_append(out, buffer_bytes(&honest));
    buffer_fini(&honest);
    return st;
}

static enum status send_it(struct pushed *p)
{
    const struct operand *channel = op_operand(p->op, ATTR_CHANNEL);
    struct buffer document;
    struct server_connection *connection = client_context_connection(p->s->client, p->at);
    if (!connection)
        return E_IO;
    p->connection = server_connection_number(connection);
    buffer_init(&document, 32u * 1024u * 1024u);
    enum status st = OK;
    for (uint32_t i = 0; !st && i < p->times; i++) {
        p->id = p->ids[i];
        buffer_clear(&document);
        st = write_document(p, &document);
        if (!st)
            st = server_connection_push(connection, buffer_bytes(&document),
                                        channel ? channel->word : NULL);
    }
    buffer_fini(&document);
    bool ends = p->what == SERVICE_FAILURE || p->what == SERVICE_STREAM_ERROR ||
                p->what == SERVICE_REPLACED;
    if (!st && ends)
        server_connection_hang_up(connection, SERVER_CLOSES);
    return st;
}

/* ---- what must follow */

/* To the last that was pushed, where there is one for each; else NULL. */
static const struct observed_stanza *answer_of(const struct pushed *p, const char *name)
{
    const struct observed_stanza *found = NULL;
    for (uint32_t i = 0; i < p->times; i++) {
        found = client_context_find(p->s->client, p->account, name, p->ids[i], p->observed_before);
        if (!found)
            return NULL;
    }
    return found;
}

static bool has_type(const struct observed_stanza *h, const char *type)
{
    return h && stanza_has(h->stanza, "type", type);
}

static bool answers(void *context) { return has_type(answer_of(context, "iq"), "result"); }

/* An ack says of what class the stanza was. */
static bool acks(void *context)
{
    const struct pushed *p = context;
    const struct observed_stanza *ack = answer_of(p, "ack");
    bool is_receipt =
        p->what == SERVICE_DELIVERED || p->what == SERVICE_READ || p->what == SERVICE_ASKED_FOR;
    return ack && stanza_has(ack->stanza, "class", is_receipt ? "receipt" : "notification") &&
           !stanza_get(ack->stanza, "error");
}

static bool answers_error(void *context)
{
    const struct observed_stanza *ack = answer_of(context, "ack");
    return (ack && stanza_get(ack->stanza, "error")) || has_type(answer_of(context, "iq"), "error");
}

static bool publishes(void *context)
{
    const struct pushed *p = context;
    for (size_t i = p->observed_before; i < p->s->client->n_observed; i++) {
        const struct observed_stanza *h = &p->s->client->observed[i];
        if (h->account == p->account && strcmp(h->stanza->name, "iq") == 0 && has_type(h, "set") &&
            stanza_child(h->stanza, "list"))
            return true;
    }
    return false;
}

static bool is_closed(void *context)
{
    const struct pushed *p = context;
    const struct target_event *e =
        client_context_event(p->at, TARGET_EVENT_CLOSED, p->events_before);
    return e && e->by_self;
}

static enum target_event_kind word_of_it(const struct pushed *p)
{
    switch (p->what) {
    case SERVICE_READ:
        return TARGET_EVENT_READ;
    case SERVICE_TAKEN:
        return TARGET_EVENT_SENT;
    case SERVICE_NOT_TAKEN:
        return TARGET_EVENT_FAILED;
    default:
        return TARGET_EVENT_DELIVERED;
    }
}

/* A failure is of an order, and need not name the message's id. */
static bool tells(void *context)
{
    const struct pushed *p = context;
    const struct target_event *e = client_context_event(p->at, word_of_it(p), p->events_before);
    if (!e || !p->of || !p->of->id)
        return false;
    return p->what == SERVICE_NOT_TAKEN ? client_context_is_about(e, p->of->addressee)
                                        : strcmp(e->id, p->of->id) == 0;
}

/* Everything was seen to, and no word of a receipt. */
static enum status await_no_word(struct pushed *p, struct step_result *out)
{
    struct answer answer;
    enum status st = client_context_barrier(p->s->client, p->at, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_linger(p->s->client, p->at,
                                   op_is_yes(p->op, ATTR_LINGER) ? GRACE_MS : 0, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE)
        return OK;
    bool is_told = client_context_event(p->at, TARGET_EVENT_DELIVERED, p->events_before) ||
                   client_context_event(p->at, TARGET_EVENT_READ, p->events_before) ||
                   client_context_event(p->at, TARGET_EVENT_SENT, p->events_before) ||
                   client_context_event(p->at, TARGET_EVENT_FAILED, p->events_before);
    p->s->refused += !is_told;
    out->detail = is_told ? "the person was told what became of a message" : "";
    verb_take_relation(!is_told, out);
    return OK;
}

static const struct {
    bool (*is_done)(void *context); /* NULL: it is no event that could be waited for */
    const char *otherwise;
} consequences[N_AFTER_PUSH] = {
    [AFTER_PUSH_ANSWERS] = {answers, "no result came for it"},
    [AFTER_PUSH_ACKS] = {acks, "no ack of its class and without an error came for it"},
    [AFTER_PUSH_ANSWERS_ERROR] = {answers_error, "no error came for it"},
    [AFTER_PUSH_PUBLISHES] = {publishes, "no new prekeys were published"},
    [AFTER_PUSH_CLOSES] = {is_closed, "it did not end the connection and say so"},
    [AFTER_PUSH_TELLS] = {tells, "the person was not told"},
};

static enum status await_consequence(struct pushed *p, uint32_t which, struct step_result *out)
{
    struct answer answer;
    bool (*is_done)(void *) = consequences[which].is_done;
    enum status st = op_is_yes(p->op, ATTR_LINGER)
                         ? client_context_until(p->s->client, p->at, is_done, p,
                                                p->s->client->timeout_ms, &answer)
                         : client_context_await(p->s->client, p->at, is_done, p, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    bool holds = out->seen == SEEN_DONE;
    p->s->accepted += holds && which != AFTER_PUSH_CLOSES;
    p->s->refused += holds && which == AFTER_PUSH_CLOSES;
    out->detail = holds ? "" : consequences[which].otherwise;
    if (which == AFTER_PUSH_PUBLISHES && !acks(p)) {
        out->violates = "ST-03";
        out->detail = holds ? "" : "no new prekeys were published, and no ack came for it either";
    }
    verb_take_relation(holds, out);
    return OK;
}

/* It goes on as if nothing had come: the same connection answers, nothing is shown. */
static enum status await_nothing(struct pushed *p, struct step_result *out)
{
    struct answer answer;
    enum status st = client_context_barrier(p->s->client, p->at, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_linger(p->s->client, p->at,
                                   op_is_yes(p->op, ATTR_LINGER) ? GRACE_MS : 0, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE && out->seen != SEEN_CLOSE && out->seen != SEEN_SILENCE)
        return OK;
    struct server_connection *connection = client_context_connection(p->s->client, p->at);
    bool stays = out->seen == SEEN_DONE && connection &&
                 server_connection_number(connection) == p->connection;
    bool is_shown = client_context_event(p->at, TARGET_EVENT_SHOWN, p->events_before) != NULL;
    p->s->accepted += stays && !is_shown;
    out->detail = is_shown ? "something was shown to the person"
                  : stays  ? ""
                           : "the connection ended";
    verb_take_relation(stays && !is_shown, out);
    return OK;
}

static enum status await(struct pushed *p, struct step_result *out)
{
    uint32_t then = op_number(p->op, ATTR_THEN, N_AFTER_PUSH);
    if (then >= N_AFTER_PUSH)
        return E_MISSING;
    if (consequences[then].is_done)
        return await_consequence(p, then, out);
    if (then == AFTER_PUSH_STAYS)
        return await_nothing(p, out);
    if (then == AFTER_PUSH_TELLS_NOTHING)
        return await_no_word(p, out);
    if (then != AFTER_PUSH_RETURNS)
        return verb_await_giving_up(p->s, p->at, p->events_before, out);
    enum status st = verb_await_return(p->s, p->at, p->events_before, out);
    if (!st)
        verb_limit_dials(p->s, p->op, p->lines_before, out);
    return st;
}

/* One id for each; of a receipt and an ack, always the message's. */
static enum status take_ids(struct pushed *p, bool is_of_message)
{
    p->ids = arena_array(p->s->arena, p->times, sizeof(*p->ids));
    for (uint32_t i = 0; p->ids && i < p->times; i++) {
        p->ids[i] = is_of_message ? p->of->id : client_context_new_id(p->s->client);
        if (!p->ids[i])
            return E_NOMEM;
    }
    return p->ids ? OK : E_NOMEM;
}

enum status verb_push(struct context *s, const struct op *op, struct step_result *out)
{
    struct pushed p = {.s = s,
                       .op = op,
                       .at = verb_party(s, op, ATTR_AT),
                       .what = (enum service_stanza)op_number(op, ATTR_STANZA, SERVICE_NONE),
                       .of = verb_artifact(s, op, ATTR_OF),
                       .code = op_number(op, ATTR_CODE, 0)};
    bool is_of_message = p.what == SERVICE_DELIVERED || p.what == SERVICE_READ ||
                         p.what == SERVICE_ASKED_FOR || p.what == SERVICE_TAKEN ||
                         p.what == SERVICE_NOT_TAKEN || is_of_receipt(p.what);
    if (!p.what || (op_has(op, ATTR_OF) && !p.of) || (is_of_message && (!p.of || !p.of->id)))
        return E_MISSING;
    if (is_of_message)
        p.from = op_has(op, ATTR_FROM) ? verb_party(s, op, ATTR_FROM) : p.of->addressee;
    if (is_of_message && !p.from)
        return E_MISSING;
    p.account = client_context_account(s->client, p.at)->id;
    p.times = op_number(op, ATTR_TIMES, 1);
    p.observed_before = s->client->n_observed;
    p.events_before = p.at->n_events;
    p.lines_before = s->client->n_connections;
    if (op_has(op, ATTR_BEND) || op_has(op, ATTR_CHANNEL))
        out->field = op_has(op, ATTR_BEND) ? "stanza" : "channel";
    enum status st = take_ids(&p, is_of_message);
    if (!st)
        st = send_it(&p);
    return st ? st : await(&p, out);
}
