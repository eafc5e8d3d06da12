/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <write>, <heard>, <acknowledge>: what a person says, while it is connected or not, and what came
 * of all of it, over losses and restarts. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/exchange.h"
#include "run/surface.h"

#include <string.h>

/* One look at what a client sent. */
struct hearing {
    struct context *s;
    struct case_party *at;
    struct client_context_account *account;
    bool may_fail;
    struct artifact *wanted[OP_LISTED_MAX]; /* in the order in which they were written */
    size_t came_at[OP_LISTED_MAX];          /* where it stands among what was observed; else none */
    size_t n_wanted;
    struct step_result *out;
};

#define NOT_COME SIZE_MAX

/* ---- write */

static bool is_of_account(const struct client_context_account *account, const struct case_party *p)
{
    return p->is_target && strcmp(p->address_name, account->name) == 0 &&
           p->device == account->device;
}

/* How often the person was told that an order for |to| (NULL: for anybody) could not be carried
 * out, by whoever was this account's client. */
static unsigned count_failed(const struct context *s, const struct client_context_account *account,
                             const struct case_party *to)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->n_parties; i++) {
        const struct case_party *p = &s->parties[i];
        for (size_t k = 0; p->name && is_of_account(account, p) && k < p->n_events; k++)
            n += p->events[k]->kind == TARGET_EVENT_FAILED &&
                 (!to || client_context_is_about(p->events[k], to));
    }
    return n;
}

enum status verb_write(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT), *to = verb_party(s, op, ATTR_PEER);
    struct client_context_account *account = client_context_account(s->client, at);
    const struct target_conversation where = verb_conversation(s, op, ATTR_PEER);
    const struct seal_what what = {
        .by = at, .to = to, .plaintext = context_plaintext(s, op_number(op, ATTR_SIZE, 24))};
    struct artifact *written = context_add_artifact(s, op_index(op, ATTR_AS), ARTIFACT_MESSAGE, at);
    struct answer answer;
    if (!account || !client_context_account(s->client, to))
        return E_LIMIT;
    if (!what.plaintext.data || !written)
        return E_NOMEM;
    written->addressee = to;
    written->plaintext = what.plaintext;
    written->is_written = true;
    enum status st = s->surface->make_content(s, &what, written);
    if (st)
        return st;
    if (!account->n_written++) {
        account->n_failed = count_failed(s, account, NULL);
        if (account->heard_from == 0)
            account->heard_from = s->client->n_observed;
    }
    account->n_orders++;
    st = driver_send_content(s->driver, &where, written->content, s->arena, &answer);
    if (!st)
        step_takes(out, &answer);
    return st;
}

enum status verb_acknowledge(struct context *s, const struct op *op, struct step_result *out)
{
    server_acknowledge(s->client->server, op_number(op, ATTR_WHAT, ACKNOWLEDGED_EVERYTHING) ==
                                              ACKNOWLEDGED_EVERYTHING);
    out->seen = SEEN_DONE;
    return OK;
}

/* ---- what came */

static bool is_message_of(const struct hearing *h, const struct observed_stanza *o)
{
    return o->account == h->account->id && strcmp(o->stanza->name, "message") == 0;
}

static bool has_id(const struct observed_stanza *o, const char *id)
{
    return id && stanza_has(o->stanza, "id", id);
}

/* Is it the first under its id? */
static bool is_first(const struct hearing *h, size_t at)
{
    const struct client_context *client = h->s->client;
    const char *id = stanza_get(client->observed[at].stanza, "id");
    for (size_t i = 0; i < at; i++)
        if (is_message_of(h, &client->observed[i]) && has_id(&client->observed[i], id))
            return false;
    return true;
}

static bool is_new(const struct hearing *h, size_t at)
{
    const struct observed_stanza *o = &h->s->client->observed[at];
    return is_message_of(h, o) && !o->is_taken && is_first(h, at);
}

/* Everything that is waited for came, or failed. */
static bool are_there(void *context)
{
    const struct hearing *h = context;
    size_t n_due = 0, n_came = 0;
    for (size_t i = 0; i < h->n_wanted; i++)
        n_due += h->wanted[i]->id == NULL;
    for (size_t i = h->account->heard_from; i < h->s->client->n_observed; i++)
        n_came += is_new(h, i);
    return n_came + count_failed(h->s, h->account, NULL) - h->account->n_failed >= n_due;
}

static bool breaks(struct hearing *h, const char *violates)
{
    h->out->seen = SEEN_RELATION_BROKEN;
    h->out->violates = violates;
    return false;
}

/* A party of the harness whom the stanza is for; NULL: nobody's. */
static struct case_party *addressee_of(const struct hearing *h, const struct observed_stanza *o)
{
    struct context *s = h->s;
    for (size_t i = 0; i < s->n_parties; i++) {
        struct case_party *p = &s->parties[i];
        const char *address = !p->name || !p->party
                                  ? NULL
                                  : stanza_address(s->arena, p->address_name, p->device,
                                                   s->client->profile->stanza_user_domain);
        if (address && stanza_has(o->stanza, "to", address))
            return p;
    }
    return NULL;
}

/* What the account's clients wrote and, where |id| is not NULL, sent under it; the next after
 * |*at|. */
static struct artifact *next_written(const struct hearing *h, const char *id, size_t *at)
{
    for (; *at < N_SLOT; ++*at) {
        struct artifact *a = h->s->artifacts[*at];
        if (a && a->is_written && is_of_account(h->account, a->author) &&
            (!id || (a->id && strcmp(a->id, id) == 0)))
            return h->s->artifacts[(*at)++];
    }
    return NULL;
}

static bool is_what_was_written(const struct hearing *h, const struct artifact *opened,
                                const struct artifact *written)
{
    const char *unwanted = NULL;
    return opened->addressee == written->addressee &&
           h->s->surface->is_what_was_sealed(h->s, written, opened->opened, &unwanted);
}

/* What stands in |o|, opened by whom it is for. False: it is no message that they can open. */
static bool open_stanza(struct hearing *h, const struct observed_stanza *o, struct artifact *opened,
                        enum status *st)
{
    const struct stanza *enc = stanza_child(o->stanza, "enc");
    const char *id = stanza_get(o->stanza, "id");
    *opened = (struct artifact){.name = "written",
                                .what = ARTIFACT_MESSAGE,
                                .author = h->at,
                                .addressee = addressee_of(h, o),
                                .id = id};
    opened->kind = context_kind_of_enc(h->s, enc ? stanza_get(enc, "type") : NULL);
    if (!opened->addressee || !id || !enc || stanza_bytes(enc, h->s->arena, &opened->body)) {
        step_says(h->s, h->out, "a message came without an id, an <enc>, or to nobody");
        return breaks(h, "ST-01");
    }
    *st = exchange_deliver(h->s, opened, opened->addressee, h->at, h->out);
    if (*st || (h->out->seen != SEEN_PLAINTEXT && h->out->seen != SEEN_OTHER_PLAINTEXT))
        return false;
    h->out->seen = SEEN_NOTHING_YET;
    return true;
}

/* The one that was written for them first and says this: which; or that nobody wrote it. */
static bool recognise(struct hearing *h, const struct artifact *opened, struct artifact **out)
{
    struct artifact *a;
    *out = NULL;
    for (size_t at = 0; (a = next_written(h, NULL, &at));)
        if (is_what_was_written(h, opened, a)) {
            *out = a;
            if (!a->id)
                return true;
        }
    if (*out)
        step_says(h->s, h->out, "what was written as %s came under two ids", (*out)->name);
    else
        step_says(h->s, h->out, "a message came that nobody wrote");
    return breaks(h, *out ? "RC-10" : "ST-24");
}

/* The first message under its id. */
static enum status take_new(struct hearing *h, size_t at)
{
    struct context *s = h->s;
    const struct observed_stanza *o = &s->client->observed[at];
    struct artifact opened, *written;
    enum status st = OK;
    struct observed_stanza *copy = arena_alloc(s->arena, sizeof(*copy));
    if (!copy)
        return E_NOMEM;
    *copy = *o;
    if (!open_stanza(h, copy, &opened, &st) || !recognise(h, &opened, &written))
        return st;
    written->id = opened.id;
    written->body = opened.body;
    written->kind = opened.kind;
    written->opened = opened.opened;
    written->observed = copy;
    for (size_t i = 0; i < h->n_wanted; i++)
        if (h->wanted[i] == written)
            h->came_at[i] = at;
    return watch_look(&s->watch, s->cipher, written, s->arena);
}

/* Did the same bytes come before, in this message or when it was asked for? */
static bool is_known_body(const struct hearing *h, size_t at)
{
    const struct client_context *client = h->s->client;
    const struct stanza *enc = stanza_child(client->observed[at].stanza, "enc");
    for (size_t i = 0; enc && i < at; i++) {
        const struct observed_stanza *o = &client->observed[i];
        const struct stanza *before = is_message_of(h, o) ? stanza_child(o->stanza, "enc") : NULL;
        if (before && strcmp(before->text, enc->text) == 0)
            return true;
    }
    return false;
}

/* What comes again is the same: in its bytes, or newly encrypted. */
static enum status take_again(struct hearing *h, size_t at)
{
    const struct observed_stanza o = h->s->client->observed[at];
    const char *id = stanza_get(o.stanza, "id");
    struct artifact opened;
    enum status st = OK;
    size_t from = 0;
    const struct artifact *written = next_written(h, id, &from);
    if (!written || is_known_body(h, at) || !open_stanza(h, &o, &opened, &st))
        return st;
    if (!is_what_was_written(h, &opened, written)) {
        step_says(h->s, h->out, "another message than %s came under its id", written->name);
        breaks(h, "ST-02");
    }
    return st;
}

static enum status take_all(struct hearing *h)
{
    struct client_context *client = h->s->client;
    enum status st = OK;
    size_t i = h->account->heard_from;
    for (; !st && h->out->seen == SEEN_NOTHING_YET && i < client->n_observed; i++) {
        if (!is_message_of(h, &client->observed[i]) || client->observed[i].is_taken)
            continue;
        st = is_first(h, i) ? take_new(h, i) : take_again(h, i);
        client->observed[i].is_taken = true;
    }
    h->account->heard_from = i;
    return st;
}

/* ---- what has to hold */

static bool is_failure_told(const struct hearing *h, const struct case_party *to)
{
    unsigned n_missing = 0;
    for (size_t i = 0; i < h->n_wanted; i++)
        n_missing += !h->wanted[i]->id && h->wanted[i]->addressee == to;
    return n_missing <= count_failed(h->s, h->account, to);
}

static bool all_came(struct hearing *h)
{
    for (size_t i = 0; i < h->n_wanted; i++) {
        const struct artifact *a = h->wanted[i];
        bool is_told = !a->id && is_failure_told(h, a->addressee);
        if (a->id || (is_told && h->may_fail))
            continue;
        step_says(h->s, h->out, "%s did not come%s", a->name,
                  is_told       ? "; the person was told that it failed"
                  : h->may_fail ? ", and nothing was told of it"
                                : "");
        return breaks(h, h->may_fail ? "ST-29" : NULL);
    }
    return true;
}

/* For each side. */
static bool is_in_order(struct hearing *h)
{
    for (size_t i = 0; i < h->n_wanted; i++)
        for (size_t k = 0; k < i; k++) {
            if (h->wanted[i]->addressee != h->wanted[k]->addressee || h->came_at[i] == NOT_COME ||
                h->came_at[k] == NOT_COME || h->came_at[k] < h->came_at[i])
                continue;
            step_says(h->s, h->out, "%s came after %s, which was written later", h->wanted[k]->name,
                      h->wanted[i]->name);
            return breaks(h, "ST-26");
        }
    return true;
}

static bool was_told_sent(const struct hearing *h, const char *id)
{
    for (size_t i = 0; i < h->s->n_parties; i++) {
        const struct case_party *p = &h->s->parties[i];
        for (size_t k = 0; p->name && is_of_account(h->account, p) && k < p->n_events; k++)
            if (p->events[k]->kind == TARGET_EVENT_SENT && strcmp(p->events[k]->id, id) == 0)
                return true;
    }
    return false;
}

/* A message that the gatekeeper acknowledged on the connection that there is, of which the person
 * was never told that it was sent; NULL for none. */
static const struct artifact *sent_untold(const struct hearing *h)
{
    const struct client_context *client = h->s->client;
    struct server_connection *connection = client_context_connection(h->s->client, h->at);
    for (size_t i = 0; connection && i < client->n_told; i++) {
        const struct told_stanza *t = &client->told[i];
        bool is_ack = t->account == h->account->id && strcmp(t->name, "ack") == 0 && t->id &&
                      t->class && strcmp(t->class, "message") == 0 && !t->is_error &&
                      t->connection == server_connection_number(connection);
        size_t from = 0;
        const struct artifact *a = is_ack ? next_written(h, t->id, &from) : NULL;
        if (a && !was_told_sent(h, t->id))
            return a;
    }
    return NULL;
}

static bool is_all_told(void *context) { return sent_untold(context) == NULL; }

static enum status await_told(struct hearing *h)
{
    struct answer answer;
    enum status st = client_context_await(h->s->client, h->at, is_all_told, h, &answer);
    const struct artifact *untold = st ? NULL : sent_untold(h);
    if (st || (answer.seen != SEEN_DONE && answer.seen != SEEN_SILENCE)) {
        step_takes(h->out, &answer);
        return st;
    }
    if (untold) {
        step_says(h->s, h->out, "%s was acknowledged, and the person was not told that it was sent",
                  untold->name);
        breaks(h, "ST-28");
        return OK;
    }
    verb_take_relation(true, h->out);
    return OK;
}

enum status verb_heard(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct hearing h = {.s = s,
                        .at = at,
                        .account = client_context_account(s->client, at),
                        .may_fail = op_is_yes(op, ATTR_MAY_FAIL),
                        .out = out};
    struct answer answer;
    enum status st = verb_artifacts(s, op, ATTR_MESSAGES, h.wanted, &h.n_wanted);
    for (size_t i = 0; !st && i < h.n_wanted; i++) {
        h.came_at[i] = NOT_COME;
        st = h.wanted[i]->is_written ? OK : E_MISSING;
    }
    if (!st)
        st = client_context_await(s->client, at, are_there, &h, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = client_context_barrier(s->client, at, &answer);
    if (st || (answer.seen != SEEN_DONE && answer.seen != SEEN_SILENCE)) {
        step_takes(out, &answer);
        return st;
    }
    out->seen = SEEN_NOTHING_YET;
    if ((st = take_all(&h)) || out->seen != SEEN_NOTHING_YET || !all_came(&h) || !is_in_order(&h))
        return st;
    h.account->n_written = 0;
    return await_told(&h);
}
