/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb <answered>: what a client answered to a message, how often, and whether it is right. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/verify_upload.h"

#include <stdlib.h>
#include <string.h>

#define GRACE_MS 60u

struct answers {
    struct context *s;
    struct case_party *at;
    uint64_t account;
    const char *id;
    uint32_t by; /* an enum answered_by */
    uint32_t code;
    uint32_t count; /* of a retry; 0: any */
    size_t since;
    uint32_t wanted;
};

static bool has_code(const struct stanza *ack, uint32_t code)
{
    const char *error = stanza_get(ack, "error");
    return error && (!code || strtoul(error, NULL, 10) == code);
}

/* A receipt may name several messages. */
static bool names_message(const struct stanza *stanza, const char *id)
{
    const struct stanza *list = stanza_child(stanza, "list");
    bool is_named = stanza_has(stanza, "id", id);
    for (size_t i = 0; list && i < list->n_children && !is_named; i++)
        is_named = stanza_has(&list->children[i], "id", id);
    return is_named;
}

/* A request without its parts is none: whoever gets it cannot tell which device asks,
 * or how often. */
static bool is_retry(const struct answers *a, const struct stanza *receipt)
{
    const struct stanza *retry = stanza_child(receipt, "retry");
    const char *count = retry ? stanza_get(retry, "count") : NULL;
    return stanza_has(receipt, "type", "retry") && count &&
           (!a->count || strtoul(count, NULL, 10) == a->count) &&
           stanza_child(receipt, "registration");
}

/* NULL, or which part of a retry receipt is not as it has to be (docs/wire.md, Stanza). */
static const char *wrong_in_retry(const struct answers *a, const struct stanza *receipt)
{
    const struct stanza *retry = stanza_child(receipt, "retry");
    const struct stanza *registration = stanza_child(receipt, "registration");
    const char *error = stanza_get(retry, "error"), *t = stanza_get(retry, "t");
    struct bytes id;
    if (!stanza_has(retry, "id", a->id))
        return "<retry> has another id than the message";
    if (!stanza_has(retry, "v", "1"))
        return "<retry> has not the version 1";
    if (!t || !*t || strspn(t, "0123456789") != strlen(t))
        return "<retry> has no time";
    if (error &&
        (!*error || strspn(error, "0123456789") != strlen(error) || strtoul(error, NULL, 10) > 13))
        return "<retry> has an error that is none of 0 to 13";
    if (stanza_bytes(registration, a->s->arena, &id) ||
        id.len != a->s->client->profile->prekey_registration_size)
        return "<registration> has another size";
    return NULL;
}

/* With all that a session can be begun from; whether they are right is looked at in the end. */
static bool has_keys(const struct answers *a, const struct stanza *receipt)
{
    const struct stanza *keys = stanza_child(receipt, "keys");
    return keys && (!a->s->cipher->has_post_quantum || stanza_child(keys, "kem"));
}

static bool is_the_answer(const struct answers *a, const struct stanza *stanza)
{
    bool is_ack = strcmp(stanza->name, "ack") == 0;
    if (!names_message(stanza, a->id) || (!is_ack && strcmp(stanza->name, "receipt") != 0))
        return false;
    if (is_ack && !stanza_has(stanza, "class", "message"))
        return false;
    if (a->by == ANSWERED_BY_ACK)
        return is_ack && !stanza_get(stanza, "error");
    if (a->by == ANSWERED_BY_ERROR)
        return is_ack && has_code(stanza, a->code);
    if (is_ack)
        return false;
    if (a->by == ANSWERED_BY_DELIVERY_RECEIPT)
        return stanza_has(stanza, "type", NULL);
    if (a->by == ANSWERED_BY_READ_RECEIPT)
        return stanza_has(stanza, "type", "read");
    return is_retry(a, stanza) && (a->by == ANSWERED_BY_RETRY || has_keys(a, stanza));
}

/* How many came; where the first stands among what was observed goes to |*out_at|. */
static uint32_t count_answers(const struct answers *a, size_t *out_at)
{
    const struct client_context *client = a->s->client;
    uint32_t n = 0;
    for (size_t i = a->since; i < client->n_observed; i++)
        if (client->observed[i].account == a->account &&
            is_the_answer(a, client->observed[i].stanza) && !n++)
            *out_at = i;
    return n;
}

static bool has_enough(void *context)
{
    size_t at;
    const struct answers *a = context;
    return count_answers(a, &at) >= a->wanted;
}

/* Was a message that should be asked for again, or answered with an error, confirmed instead? */
static bool is_confirmed_instead(const struct answers *a)
{
    struct answers receipt = *a;
    size_t at;
    receipt.by = ANSWERED_BY_DELIVERY_RECEIPT;
    return (a->by == ANSWERED_BY_RETRY || a->by == ANSWERED_BY_ERROR) &&
           count_answers(&receipt, &at) > 0;
}

/*
 * Requests for one message count from 1, each one more than the one before it on its connection:
 * who is asked tells by it when to give up. NULL, or what is wrong with those to whom the one that
 * stands at |at| goes, and what it violates. After a reconnect a client may say again what it said.
 */
static const char *wrong_count(const struct answers *a, size_t at, const char **out_violates)
{
    const struct client_context *client = a->s->client;
    const char *to = stanza_get(client->observed[at].stanza, "to");
    struct answers request = *a;
    unsigned long before = 0;
    unsigned connection = 0;
    request.by = ANSWERED_BY_RETRY;
    request.count = 0;
    for (size_t i = 0; i < client->n_observed; i++) {
        const struct observed_stanza *o = &client->observed[i];
        if (o->account != a->account || !is_the_answer(&request, o->stanza) ||
            !stanza_has(o->stanza, "to", to))
            continue;
        const char *text = stanza_get(stanza_child(o->stanza, "retry"), "count");
        unsigned long count = strtoul(text, NULL, 10);
        bool follows = connection == 0 || o->connection == connection;
        *out_violates = before ? "RT-04" : "RT-01";
        if (follows && count != before + 1)
            return arena_printf(a->s->arena,
                                "the request says that it is number %s, and it is number %lu", text,
                                before + 1);
        before = count;
        connection = o->connection;
    }
    return NULL;
}

static bool stands_before_ack(const struct answers *a, size_t at)
{
    struct answers ack = *a;
    size_t ack_at = 0;
    ack.by = ANSWERED_BY_ACK;
    return count_answers(&ack, &ack_at) > 0 && at < ack_at;
}

/* The keys of the first answer, which stands at |at|: are they what they have to be? They become
 * the bundle that the step names, if it does. */
static enum status take_keys(const struct answers *a, const struct op *op, size_t at,
                             bool *out_are_sound, struct step_result *out)
{
    const struct stanza *receipt = a->s->client->observed[at].stanza;
    struct look l = {
        .s = a->s, .at = a->at, .account = client_context_account(a->s->client, a->at), .out = out};
    struct bytes bundle;
    *out_are_sound = verify_retry_keys(&l, receipt, &bundle);
    if (!*out_are_sound || !op_has(op, ATTR_AS))
        return OK;
    struct artifact *t = context_add_artifact(a->s, op_index(op, ATTR_AS), ARTIFACT_BUNDLE, a->at);
    if (!t)
        return E_NOMEM;
    t->body = bundle;
    step_shows(out, t);
    return OK;
}

enum status verb_answered(struct context *s, const struct op *op, struct step_result *out)
{
    struct artifact *message = verb_artifact(s, op, ATTR_MESSAGE);
    struct answer answer;
    if (!message->id || !message->addressee || !message->addressee->is_target)
        return E_MISSING;
    struct answers a = {.s = s,
                        .at = message->addressee,
                        .account = client_context_account(s->client, message->addressee)->id,
                        .id = message->id,
                        .by = op_number(op, ATTR_BY, ANSWERED_BY_ACK),
                        .code = op_number(op, ATTR_CODE, 0),
                        .count = op_number(op, ATTR_COUNT, 0),
                        .since = message->observed_before,
                        .wanted = op_number(op, ATTR_TIMES, 1)};
    /* a restored copy answers in the place of the one it was made from */
    for (size_t i = 0; i < s->client->n_accounts; i++)
        if (s->client->accounts[i].id == a.account && s->client->accounts[i].at)
            a.at = s->client->accounts[i].at;
    bool lingers = op_is_yes(op, ATTR_LINGER);
    enum status st = lingers ? client_context_until(s->client, a.at, has_enough, &a,
                                                    s->client->timeout_ms, &answer)
                             : client_context_await(s->client, a.at, has_enough, &a, &answer);
    if (!st && answer.seen == SEEN_DONE && client_context_connection(s->client, a.at))
        st = client_context_barrier(s->client, a.at, &answer);
    if (!st &&
        (answer.seen == SEEN_DONE || answer.seen == SEEN_CLOSE || answer.seen == SEEN_SILENCE))
        st = client_context_linger(s->client, a.at, lingers ? GRACE_MS : 0, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE)
        return OK;
    size_t at = 0;
    uint32_t n = count_answers(&a, &at);
    if (n > a.wanted && op_is_yes(op, ATTR_OR_MORE))
        a.wanted = n;
    bool is_in_order = !op_has(op, ATTR_BEFORE) || stands_before_ack(&a, at);
    bool has_sound_keys = true;
    if (n && n == a.wanted && a.by == ANSWERED_BY_RETRY_WITH_KEYS &&
        (st = take_keys(&a, op, at, &has_sound_keys, out)))
        return st;
    if (out->seen != SEEN_DONE)
        return OK;
    bool is_request = n && (a.by == ANSWERED_BY_RETRY || a.by == ANSWERED_BY_RETRY_WITH_KEYS);
    const char *violates = "RT-01";
    const char *wrong = is_request ? wrong_in_retry(&a, s->client->observed[at].stanza) : NULL;
    if (is_request && !wrong && n == a.wanted)
        wrong = wrong_count(&a, at, &violates);
    verb_take_relation(n == a.wanted && is_in_order && has_sound_keys && !wrong, out);
    bool is_confirmed = n < a.wanted && is_confirmed_instead(&a);
    if (is_confirmed)
        out->violates = "ST-04";
    if (n != a.wanted)
        step_says(s, out, "%s came %u times, expected %u%s", op_text(op, ATTR_BY), n, a.wanted,
                  is_confirmed ? "; a delivery receipt came" : "");
    else if (!is_in_order)
        out->detail = "it came after the ack";
    else if (wrong) {
        out->violates = violates;
        out->detail = wrong;
    }
    return OK;
}
