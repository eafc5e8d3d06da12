/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <say>: several texts at once, of which the gatekeeper reads nothing until all are said. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/exchange.h"
#include "wire/content.h"

#include <string.h>

#define GRACE_MS 60u

struct saying {
    struct context *s;
    struct case_party *at, *to;
    struct client_context_account *account;
    const char *address; /* of |to| */
    size_t since;        /* stanzas that were observed before */
    uint32_t wanted;
    struct artifact *said; /* one for each text, in order */
};

static bool is_one(const struct saying *w, const struct observed_stanza *o)
{
    return o->account == w->account->id && strcmp(o->stanza->name, "message") == 0 &&
           stanza_has(o->stanza, "to", w->address);
}

/* The |k|-th of them that came, from 0; NULL: so many did not come. */
static const struct observed_stanza *find_message(const struct saying *w, uint32_t k)
{
    const struct client_context *client = w->s->client;
    for (size_t i = w->since; i < client->n_observed; i++)
        if (is_one(w, &client->observed[i]) && k-- == 0)
            return &client->observed[i];
    return NULL;
}

static bool are_there(void *context)
{
    const struct saying *w = context;
    return find_message(w, w->wanted - 1) != NULL;
}

/* Without a canary for each: there may be megabytes of them. */
static enum status make_content(struct context *s, struct artifact *said)
{
    struct buffer content;
    buffer_init(&content, s->cipher->limits.plaintext_max);
    enum status st = content_encode_text(said->plaintext, &content);
    if (!st)
        said->content = arena_copy(s->arena, buffer_bytes(&content));
    buffer_fini(&content);
    return st ? st : said->content.data ? OK : E_NOMEM;
}

/* While orders are given nobody reads what the client sends (run/client_context.h). */
static enum status order(struct saying *w, uint32_t k, size_t size, struct answer *out)
{
    struct context *s = w->s;
    struct artifact *said = &w->said[k];
    const struct target_conversation where = {.party = w->at->name,
                                              .peer = case_party_address(w->to)};
    struct bytes text = context_plaintext(s, size);
    if (!text.data)
        return E_NOMEM;
    said->name = "said";
    said->what = ARTIFACT_MESSAGE;
    said->author = w->at;
    said->addressee = w->to;
    said->plaintext = text;
    enum status st = make_content(s, said);
    if (st)
        return st;
    w->account->n_orders++;
    return driver_send_content(s->driver, &where, said->content, s->arena, out);
}

static bool take_body(struct context *s, const struct observed_stanza *o, struct artifact *said)
{
    const struct stanza *enc = stanza_child(o->stanza, "enc");
    said->id = stanza_get(o->stanza, "id");
    said->kind = context_kind_of_enc(s, enc ? stanza_get(enc, "type") : NULL);
    return enc && stanza_bytes(enc, s->arena, &said->body) == OK;
}

/* What came as number |k| is what was said as number |k|, and opens. */
static enum status read_one(struct saying *w, uint32_t k, struct step_result *out)
{
    struct context *s = w->s;
    struct artifact *said = &w->said[k];
    const struct observed_stanza *o = find_message(w, k);
    if (!o || !take_body(s, o, said)) {
        out->seen = o ? SEEN_UNREADABLE : SEEN_RELATION_BROKEN;
        step_says(s, out,
                  o ? "message %u has no <enc> with base64 in it" : "message %u did not come",
                  k + 1);
        return OK;
    }
    enum status st = watch_look(&s->watch, s->cipher, said, s->arena);
    if (!st)
        st = exchange_deliver(s, said, w->to, w->at, out);
    if (st || out->seen == SEEN_PLAINTEXT)
        return st;
    step_shows(out, said);
    if (out->seen == SEEN_OTHER_PLAINTEXT) {
        out->seen = SEEN_RELATION_BROKEN;
        step_says(s, out, "message %u is not what was said as number %u", k + 1, k + 1);
    }
    return OK;
}

static enum status read_all(struct saying *w, struct step_result *out)
{
    enum status st = OK;
    for (uint32_t k = 0; k < w->wanted && !st; k++) {
        st = read_one(w, k, out);
        if (out->seen != SEEN_PLAINTEXT)
            return st;
    }
    bool is_more = find_message(w, w->wanted) != NULL;
    out->detail = is_more ? "more messages came than were said" : "";
    verb_take_relation(!is_more, out);
    return st;
}

static enum status begin(struct context *s, const struct op *op, struct saying *w)
{
    w->account = client_context_account(s->client, w->at);
    w->address = stanza_address(s->arena, w->to->address_name, w->to->device,
                                s->client->profile->stanza_user_domain);
    w->wanted = op_number(op, ATTR_COUNT, 5);
    w->since = s->client->n_observed;
    w->said = arena_array(s->arena, w->wanted, sizeof(*w->said));
    if (!w->account || !client_context_account(s->client, w->to))
        return E_LIMIT;
    return w->address && w->said ? OK : E_NOMEM;
}

enum status verb_say(struct context *s, const struct op *op, struct step_result *out)
{
    struct saying w = {
        .s = s, .at = verb_party(s, op, ATTR_AT), .to = verb_party(s, op, ATTR_PEER)};
    struct answer answer;
    enum status st = client_context_be_connected(s->client, w.at, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = begin(s, op, &w);
    for (uint32_t k = 0; !st && answer.seen == SEEN_DONE && k < w.wanted; k++)
        st = order(&w, k, op_number(op, ATTR_SIZE, 24), &answer);
    bool is_said = !st && w.account && answer.seen == SEEN_DONE;
    if (is_said)
        st = client_context_until(s->client, w.at, are_there, &w, s->client->timeout_ms, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_barrier(s->client, w.at, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_linger(s->client, w.at, GRACE_MS, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    is_said = is_said && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE);
    return is_said ? read_all(&w, out) : OK;
}
