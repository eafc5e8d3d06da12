/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the gatekeeper keeps back, or does not take: <hold>, <release>, <decline>. */
#include "run/verbs.h"

#include "run/client_context.h"

struct letting_in {
    struct client_context *client;
    struct case_party *at;
};

static bool is_let_in(void *context)
{
    const struct letting_in *l = context;
    const struct target_event *connected = client_context_event(l->at, TARGET_EVENT_CONNECTED, 0);
    const struct target_event *closed = client_context_event(l->at, TARGET_EVENT_CLOSED, 0);
    return connected && (!closed || closed->number < connected->number) &&
           client_context_connection(l->client, l->at);
}

enum status verb_hold(struct context *s, const struct op *op, struct step_result *out)
{
    static const enum server_held held[N_HELD_WHAT] = {[HELD_SUCCESS] = SERVER_HOLDS_SUCCESS,
                                                       [HELD_UPLOADS] = SERVER_HOLDS_UPLOADS,
                                                       [HELD_KEYS] = SERVER_HOLDS_KEYS,
                                                       [HELD_ACKS] = SERVER_HOLDS_ACKS};
    uint32_t what = op_number(op, ATTR_WHAT, N_HELD_WHAT);
    if (what >= N_HELD_WHAT)
        return E_MISSING;
    s->client->has_held = true;
    server_hold(s->client->server, held[what]);
    out->seen = SEEN_DONE;
    return OK;
}

/* What was sent before must have been read, so that it is seen to have come too early. */
enum status verb_release(struct context *s, const struct op *op, struct step_result *out)
{
    struct letting_in l = {s->client, verb_party(s, op, ATTR_AT)};
    struct answer answer;
    enum status st = client_context_linger(s->client, l.at, CLIENT_CONTEXT_GRACE_MS, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = server_release(s->client->server);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_until(s->client, l.at, is_let_in, &l, s->client->timeout_ms, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE && out->seen != SEEN_SILENCE)
        return OK;
    out->detail = out->seen == SEEN_DONE ? "" : "it did not say that it is connected";
    verb_take_relation(out->seen == SEEN_DONE, out);
    return OK;
}

enum status verb_decline(struct context *s, const struct op *op, struct step_result *out)
{
    struct answer answer;
    enum status st = client_context_linger(s->client, verb_party(s, op, ATTR_AT),
                                           CLIENT_CONTEXT_GRACE_MS, &answer);
    server_decline_uploads(s->client->server, op_number(op, ATTR_TIMES, 1));
    if (!st)
        step_takes(out, &answer);
    return st;
}
