/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs about connections: <connect>, <disconnect>, <hang-up>, <turn-away>. */
#include "run/verbs.h"

#include "run/client_context.h"

#include <string.h>

#define QUIET_MS 300u /* for so long a client that stays away must not dial */

static void count(struct context *s, enum seen seen)
{
    s->accepted += seen == SEEN_DONE;
    s->refused += seen == SEEN_REFUSAL;
}

/* The connection it has now; of an attempt that failed, the first after |before| lines: others may
 * have followed. */
static const struct observed_connection *made_line(struct context *s, struct case_party *at,
                                                   size_t before, enum seen seen)
{
    const struct client_context_account *account = client_context_account(s->client, at);
    if (seen == SEEN_DONE)
        return account ? client_context_observed_connection(s->client, account->id) : NULL;
    return client_context_first_attempt(s->client, before);
}

static enum status name_connection(struct context *s, const struct op *op, struct case_party *at,
                                   const struct observed_connection *connection)
{
    if (!op_has(op, ATTR_AS))
        return OK;
    struct artifact *t = context_add_artifact(s, op_index(op, ATTR_AS), ARTIFACT_CONNECTION, at);
    if (!t)
        return E_NOMEM;
    /* the list of lines may move when it grows; a copy stays */
    struct observed_connection *copy = connection ? arena_alloc(s->arena, sizeof(*copy)) : NULL;
    if (connection && !copy)
        return E_NOMEM;
    if (copy)
        *copy = *connection;
    t->connection = copy;
    return OK;
}

/* The profile that clients are told, and are judged by, with another number. */
static bool take_upload_count(struct context *s, uint32_t count)
{
    struct wire_profile *p = arena_alloc(s->arena, sizeof(*p));
    if (!p)
        return false;
    *p = *s->client->profile;
    p->prekey_upload_count = count;
    s->client->profile = p;
    return true;
}

enum status verb_connect(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    const struct operand *handshake = op_operand(op, ATTR_HANDSHAKE);
    const struct operand *certificate = op_operand(op, ATTR_CERTIFICATE);
    const struct artifact *like = verb_artifact(s, op, ATTR_LIKE);
    struct client_context_connect how = {.certificate = 0, .edits = like ? &like->edits : NULL};
    struct answer answer;
    memset(&answer, 0, sizeof(answer));
    if (handshake)
        how.handshake = *handshake->word;
    if (certificate)
        how.certificate = certificate->number;
    size_t before = s->client->n_connections;
    if (op_has(op, ATTR_PREKEYS) && !take_upload_count(s, op_number(op, ATTR_PREKEYS, 0)))
        return E_NOMEM;
    enum status st = client_context_connect(s->client, at, &how, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    count(s, out->seen);
    out->field = handshake ? "handshake" : certificate ? "certificate" : like ? like->field : NULL;
    return name_connection(s, op, at, made_line(s, at, before, out->seen));
}

struct gone {
    struct client_context *client;
    struct case_party *at;
};

static bool is_gone(void *context)
{
    const struct gone *g = context;
    return !client_context_connection(g->client, g->at);
}

enum status verb_disconnect(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct gone gone = {s->client, at};
    struct answer answer;
    enum status st = driver_disconnect(s->driver, at->name, s->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_until(s->client, at, is_gone, &gone, s->client->timeout_ms, &answer);
    if (!st)
        step_takes(out, &answer);
    return st;
}

/* ---- what a client does after its connection ended */

struct returning {
    struct client_context *client;
    struct case_party *at;
    size_t events_before;
};

static bool has_returned(void *context)
{
    const struct returning *r = context;
    if (client_context_is_held(r->client, r->at))
        return true; /* the connection that was ended wants its end, and is none */
    return client_context_event(r->at, TARGET_EVENT_CONNECTED, r->events_before) &&
           client_context_connection(r->client, r->at);
}

static bool has_given_up(void *context)
{
    const struct returning *r = context;
    return client_context_event(r->at, TARGET_EVENT_GAVE_UP, r->events_before) != NULL;
}

/* How long a client that keeps to the profile's pauses may take. */
static uint64_t patience_ms(const struct client_context *client)
{
    return 2u * client->profile->reconnect_most_ms + client->timeout_ms;
}

enum status verb_await_return(struct context *s, struct case_party *at, size_t events_before,
                              struct step_result *out)
{
    struct returning r = {s->client, at, events_before};
    struct answer answer;
    enum status st =
        client_context_until(s->client, at, has_returned, &r, patience_ms(s->client), &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    out->detail = out->seen == SEEN_DONE ? "" : "it did not come back";
    verb_take_relation(out->seen == SEEN_DONE, out);
    return OK;
}

enum status verb_await_giving_up(struct context *s, struct case_party *at, size_t events_before,
                                 struct step_result *out)
{
    struct returning r = {s->client, at, events_before};
    struct answer answer;
    enum status st =
        client_context_until(s->client, at, has_given_up, &r, s->client->timeout_ms, &answer);
    if (!st && answer.seen == SEEN_DONE) {
        size_t before = s->client->n_connections;
        st = client_context_linger(s->client, at, QUIET_MS, &answer);
        if (!st && answer.seen == SEEN_DONE && client_context_dials(s->client, before)) {
            verb_take_relation(false, out);
            out->detail = "it said that it gave up, and dialled again";
            return OK;
        }
    }
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    out->detail = out->seen == SEEN_DONE ? "" : "it did not say that it gave up";
    verb_take_relation(out->seen == SEEN_DONE, out);
    return OK;
}

static enum status end_line(struct server_connection *connection, uint32_t how)
{
    static const enum server_end ends[] = {[HANG_UP_CLOSE] = SERVER_CLOSES,
                                           [HANG_UP_RESET] = SERVER_RESETS,
                                           [HANG_UP_HALF_CLOSE] = SERVER_HALF_CLOSES};
    struct word_use mutation = {0};
    if (how < COUNT_OF(ends)) {
        server_connection_hang_up(connection, ends[how]);
        return OK;
    }
    if (!word_parse(&server_words[SERVER_MUTATIONS_CHANNEL], "close-within", &mutation))
        return E_MISSING;
    if (how == HANG_UP_WITHIN_LENGTH)
        mutation.n = 1; /* a length has two bytes at least */
    return server_connection_push(connection, bytes_of_text("<ib/>"), &mutation);
}

void verb_limit_dials(struct context *s, const struct op *op, size_t before,
                      struct step_result *out)
{
    uint32_t most = op_number(op, ATTR_MOST_DIALS, UINT32_MAX);
    size_t dials = client_context_dials(s->client, before);
    if (out->seen != SEEN_RELATION_HOLDS || dials <= most)
        return;
    verb_take_relation(false, out);
    step_says(s, out, "it came back with its dial number %zu, and broke off those before", dials);
}

static bool has_lost(void *context)
{
    const struct returning *r = context;
    return client_context_event(r->at, TARGET_EVENT_CLOSED, r->events_before) != NULL;
}

/* Once it knows of its loss, its person has it connect. */
static enum status prompt(struct context *s, struct case_party *at, size_t events_before)
{
    struct returning r = {s->client, at, events_before};
    struct answer answer;
    enum status st =
        client_context_until(s->client, at, has_lost, &r, s->client->timeout_ms, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_be_connected(s->client, at, &answer);
    return st;
}

/* It knows that its connection is over, and is about to wait. */
static enum status await_loss(struct context *s, struct case_party *at, size_t events_before,
                              struct step_result *out)
{
    struct returning r = {s->client, at, events_before};
    struct answer answer;
    enum status st =
        client_context_until(s->client, at, has_lost, &r, s->client->timeout_ms, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    out->detail = out->seen == SEEN_DONE ? "" : "it did not say that its connection is over";
    verb_take_relation(out->seen == SEEN_DONE, out);
    return OK;
}

enum status verb_hang_up(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    size_t before = at->n_events, lines_before = s->client->n_connections;
    enum status st =
        end_line(client_context_connection(s->client, at), op_number(op, ATTR_HOW, HANG_UP_CLOSE));
    if (st)
        return st;
    uint32_t then = op_number(op, ATTR_THEN, AFTER_HANG_UP_RETURNS);
    if (then == AFTER_HANG_UP_PAUSES)
        return await_loss(s, at, before, out);
    if (then != AFTER_HANG_UP_RETURNS)
        return verb_await_giving_up(s, at, before, out);
    if (op_is_yes(op, ATTR_PROMPTED) && (st = prompt(s, at, before)))
        return st;
    st = verb_await_return(s, at, before, out);
    if (!st)
        verb_limit_dials(s, op, lines_before, out);
    return st;
}

/* ---- a gatekeeper that is out of service */

enum status verb_turn_away(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    uint32_t most = op_number(op, ATTR_MOST_DIALS, 12);
    struct answer answer;
    size_t events_before = at->n_events, before = s->client->n_connections;
    server_refuse_service(s->client->server, UINT32_MAX, op_number(op, ATTR_FAILURE, 0));
    server_connection_hang_up(client_context_connection(s->client, at), SERVER_CLOSES);
    enum status st =
        client_context_linger(s->client, at, op_number(op, ATTR_FOR_MS, 1000), &answer);
    server_refuse_service(s->client->server, 0, 0);
    size_t dials = client_context_dials(s->client, before);
    step_takes(out, &answer);
    if (st || out->seen != SEEN_DONE)
        return st;
    if (dials > most) {
        verb_take_relation(false, out);
        step_says(s, out, "it dialled %zu times in that time, and at most %u times are right",
                  dials, most);
        return OK;
    }
    uint32_t then = op_number(op, ATTR_THEN, AFTER_TURN_AWAY_RETURNS);
    if (then == AFTER_TURN_AWAY_PAUSES) {
        verb_take_relation(true, out);
        return OK;
    }
    if (then == AFTER_TURN_AWAY_GIVES_UP)
        return verb_await_giving_up(s, at, events_before, out);
    return verb_await_return(s, at, at->n_events, out);
}
