/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <say>: several texts at once, of which the gatekeeper reads nothing until all are said; or while
 * the client is away; or before its connection is lost. <arrived>: what came of those that no <say>
 * waited for. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/exchange.h"
#include "wire/content.h"

#include <string.h>

#define GRACE_MS 60u
#define QUIET_MS 300u /* for so long a client that is away must not dial */

/* Somebody to whom something was said. */
struct side {
    struct case_party *who;
    const char *address;
    uint32_t n_said;
};

/* A party of the target that may tell that something could not be sent, after |since| events. */
struct teller {
    const struct case_party *at;
    size_t since;
};

struct text {
    struct artifact said;
    size_t side;
    uint32_t before; /* texts for the same side that were said before it */
};

struct saying {
    struct context *s;
    struct case_party *at; /* who said it last; who is there now */
    struct client_context_account *account;
    size_t since; /* stanzas that were observed before */
    struct side sides[CONTEXT_PARTIES_MAX];
    struct teller tellers[CONTEXT_PARTIES_MAX];
    size_t n_sides, n_tellers;
    uint32_t wanted;
    bool may_be_told; /* that a text could not be sent */
    struct text *texts;
};

/* ---- what came */

/* Of a message that comes again on a later connection the first is looked at. */
static bool came_before(const struct client_context *client, size_t since, size_t i)
{
    const struct observed_stanza *o = &client->observed[i];
    const char *id = stanza_get(o->stanza, "id");
    for (size_t k = since; id && k < i; k++) {
        const struct observed_stanza *other = &client->observed[k];
        if (other->account == o->account && other->connection != o->connection &&
            strcmp(other->stanza->name, "message") == 0 && stanza_has(other->stanza, "id", id))
            return true;
    }
    return false;
}

static bool is_one(const struct saying *w, size_t i, size_t side)
{
    const struct observed_stanza *o = &w->s->client->observed[i];
    return o->account == w->account->id && strcmp(o->stanza->name, "message") == 0 &&
           stanza_has(o->stanza, "to", w->sides[side].address) &&
           !came_before(w->s->client, w->since, i);
}

/* What came in the place of the |k|-th text, from 0: of those for the same side. NULL: so many did
 * not come. */
static const struct observed_stanza *find_message(const struct saying *w, uint32_t k)
{
    const struct client_context *client = w->s->client;
    uint32_t before = w->texts[k].before;
    for (size_t i = w->since; i < client->n_observed; i++)
        if (is_one(w, i, w->texts[k].side) && before-- == 0)
            return &client->observed[i];
    return NULL;
}

static uint32_t n_came(const struct saying *w)
{
    uint32_t n = 0;
    for (size_t i = w->since; i < w->s->client->n_observed; i++)
        for (size_t side = 0; side < w->n_sides; side++)
            n += is_one(w, i, side);
    return n;
}

/* Texts of which the person was told that they could not be sent. */
static uint32_t n_failed(const struct saying *w)
{
    uint32_t n = 0;
    for (size_t t = 0; t < w->n_tellers; t++)
        for (size_t i = w->tellers[t].since; i < w->tellers[t].at->n_events; i++)
            for (size_t side = 0; side < w->n_sides; side++) {
                const struct target_event *e = w->tellers[t].at->events[i];
                n += e->kind == TARGET_EVENT_FAILED &&
                     client_context_is_about(e, w->sides[side].who);
            }
    return n;
}

static bool are_there(void *context)
{
    const struct saying *w = context;
    return n_came(w) + n_failed(w) >= w->wanted;
}

/* ---- saying it */

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
    struct artifact *said = &w->texts[k].said;
    struct case_party *to = w->sides[w->texts[k].side].who;
    const struct target_conversation where = {.party = w->at->name, .peer = case_party_address(to)};
    struct bytes text = context_plaintext(s, size);
    if (!text.data)
        return E_NOMEM;
    said->name = "said";
    said->what = ARTIFACT_MESSAGE;
    said->author = w->at;
    said->addressee = to;
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
    struct artifact *said = &w->texts[k].said;
    const struct observed_stanza *o = find_message(w, k);
    if (!o || !take_body(s, o, said)) {
        out->seen = o ? SEEN_UNREADABLE : SEEN_RELATION_BROKEN;
        step_says(s, out,
                  o ? "message %u has no <enc> with base64 in it" : "message %u did not come",
                  k + 1);
        return OK;
    }
    client_context_take(s->client, o->stanza);
    enum status st = watch_look(&s->watch, s->cipher, said, s->arena);
    if (!st)
        st = exchange_deliver(s, said, said->addressee, w->at, out);
    if (st || out->seen == SEEN_PLAINTEXT)
        return st;
    step_shows(out, said);
    if (out->seen == SEEN_OTHER_PLAINTEXT) {
        out->seen = SEEN_RELATION_BROKEN;
        step_says(s, out, "message %u is not what was said as number %u", k + 1, k + 1);
    }
    return OK;
}

/* Some did not come. Was it told, where that is enough? */
static void take_missing(const struct saying *w, uint32_t came, struct step_result *out)
{
    bool is_told = w->may_be_told && came + n_failed(w) >= w->wanted;
    verb_take_relation(is_told, out);
    if (is_told)
        return;
    out->violates = w->may_be_told ? "ST-29" : NULL;
    step_says(w->s, out, "%u of %u texts came%s", came, w->wanted,
              w->may_be_told ? ", and of the others nothing was told" : "");
}

static enum status read_all(struct saying *w, struct step_result *out)
{
    enum status st = OK;
    uint32_t came = n_came(w);
    if (came < w->wanted) {
        take_missing(w, came, out);
        return OK;
    }
    for (uint32_t k = 0; k < w->wanted && !st; k++) {
        st = read_one(w, k, out);
        if (out->seen != SEEN_PLAINTEXT)
            return st;
    }
    bool is_more = came > w->wanted;
    out->detail = is_more ? "more messages came than were said" : "";
    verb_take_relation(!is_more, out);
    return st;
}

/* ---- beginning, and going on */

static enum status add_side(struct saying *w, struct case_party *who, size_t *out)
{
    struct context *s = w->s;
    for (*out = 0; *out < w->n_sides; ++*out)
        if (w->sides[*out].who == who)
            return OK;
    if (!client_context_account(s->client, who) || w->n_sides == COUNT_OF(w->sides))
        return E_LIMIT;
    const char *address = stanza_address(s->arena, who->address_name, who->device,
                                         s->client->profile->stanza_user_domain);
    w->sides[w->n_sides++] = (struct side){.who = who, .address = address};
    return address ? OK : E_NOMEM;
}

/* From its first event on, where |is_new|: it was restored since. */
static enum status add_teller(struct saying *w, struct case_party *at, bool is_new)
{
    w->at = at;
    for (size_t i = 0; i < w->n_tellers; i++)
        if (w->tellers[i].at == at)
            return OK;
    if (w->n_tellers == COUNT_OF(w->tellers))
        return E_LIMIT;
    w->tellers[w->n_tellers++] = (struct teller){at, is_new ? 0 : at->n_events};
    return OK;
}

/* Room for |n| more texts. */
static enum status grow(struct saying *w, uint32_t n)
{
    struct text *texts = arena_array(w->s->arena, (size_t)w->wanted + n, sizeof(*texts));
    if (texts && w->wanted)
        memcpy(texts, w->texts, w->wanted * sizeof(*texts));
    w->texts = texts;
    return texts ? OK : E_NOMEM;
}

/* What the account said and nothing awaited, or the beginning of it. */
static enum status begin(struct context *s, struct case_party *at, struct saying **out)
{
    struct client_context_account *account = client_context_account(s->client, at);
    if (!account)
        return E_LIMIT;
    bool is_more = account->said != NULL;
    if (!is_more && !(account->said = arena_alloc(s->arena, sizeof(*account->said))))
        return E_NOMEM;
    struct saying *w = *out = account->said;
    if (!is_more)
        *w = (struct saying){.s = s, .account = account, .since = s->client->n_observed};
    return add_teller(w, at, is_more);
}

/* ---- said while it is away, or before its connection is lost */

/* False: it dialled, because something was said or because a pause was over; that is what was
 * seen. */
static enum status keep_quiet(struct saying *w, size_t lines_before, struct answer *answer,
                              struct step_result *out, bool *out_is_quiet)
{
    struct client_context *client = w->s->client;
    *out_is_quiet = false;
    enum status st = client_context_linger(client, w->at, QUIET_MS, answer);
    if (st || answer->seen != SEEN_DONE)
        return st;
    *out_is_quiet = !client_context_dials(client, lines_before);
    if (*out_is_quiet)
        return OK;
    verb_take_relation(false, out);
    out->detail = "it dialled, and its person had said something and not connected it";
    return OK;
}

/* False: it dialled, or could not come back; that is what was seen. */
static enum status bring_back(struct saying *w, size_t lines_before, struct answer *answer,
                              struct step_result *out, bool *out_is_back)
{
    static const struct client_context_connect honest = {.certificate = 0};
    enum status st = keep_quiet(w, lines_before, answer, out, out_is_back);
    if (st || !*out_is_back)
        return st;
    st = client_context_connect(w->s->client, w->at, &honest, answer);
    *out_is_back = !st && answer->seen == SEEN_DONE;
    return st;
}

static enum status lose(struct saying *w, struct step_result *out, bool *out_is_back)
{
    size_t before = w->at->n_events;
    struct server_connection *connection = client_context_connection(w->s->client, w->at);
    *out_is_back = false;
    if (!connection)
        return E_IO;
    server_connection_hang_up(connection, SERVER_RESETS);
    enum status st = verb_await_return(w->s, w->at, before, out);
    *out_is_back = !st && out->seen == SEEN_RELATION_HOLDS;
    return st;
}

static enum status order_all(struct saying *w, const struct op *op, struct answer *answer)
{
    struct case_party *to[] = {verb_party(w->s, op, ATTR_PEER), verb_party(w->s, op, ATTR_OTHER)};
    uint32_t n = op_number(op, ATTR_COUNT, 5), n_to = to[1] ? 2 : 1;
    enum status st = grow(w, n);
    for (uint32_t i = 0; !st && answer->seen == SEEN_DONE && i < n; i++) {
        struct text *text = &w->texts[w->wanted];
        memset(text, 0, sizeof(*text));
        if ((st = add_side(w, to[i % n_to], &text->side)))
            return st;
        text->before = w->sides[text->side].n_said++;
        st = order(w, w->wanted++, op_number(op, ATTR_SIZE, 24), answer);
    }
    return st;
}

static enum status await_all(struct saying *w, struct answer *answer)
{
    struct client_context *client = w->s->client;
    enum status st = client_context_until(client, w->at, are_there, w, client->timeout_ms, answer);
    if (!st && answer->seen == SEEN_DONE)
        st = client_context_barrier(client, w->at, answer);
    if (!st && answer->seen == SEEN_DONE)
        st = client_context_linger(client, w->at, GRACE_MS, answer);
    return st;
}

/* All that was said is looked at, and nothing is awaited any more. */
static enum status conclude(struct saying *w, struct answer *answer, struct step_result *out)
{
    enum status st = await_all(w, answer);
    w->account->said = NULL;
    if (st)
        return st;
    step_takes(out, answer);
    return out->seen == SEEN_DONE || out->seen == SEEN_SILENCE ? read_all(w, out) : OK;
}

enum status verb_say(struct context *s, const struct op *op, struct step_result *out)
{
    uint32_t when = op_number(op, ATTR_WHEN, SAID_CONNECTED);
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct saying *w = NULL;
    struct answer answer;
    size_t lines_before = s->client->n_connections;
    bool is_here = true, is_awaited = op_number(op, ATTR_AWAITED, 1);
    enum status st = when == SAID_AWAY ? client_context_poll(s->client, at, &answer)
                                       : client_context_be_connected(s->client, at, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = begin(s, at, &w);
    if (!st && w)
        st = order_all(w, op, &answer);
    if (w)
        w->may_be_told |= when != SAID_CONNECTED;
    if (!st && answer.seen == SEEN_DONE && when != SAID_CONNECTED)
        st = when == SAID_LOST ? lose(w, out, &is_here)
             : is_awaited      ? bring_back(w, lines_before, &answer, out, &is_here)
                               : keep_quiet(w, lines_before, &answer, out, &is_here);
    if (st || (!is_here && out->seen != SEEN_NOTHING_YET))
        return st;
    if (w && answer.seen == SEEN_DONE && is_awaited)
        return conclude(w, &answer, out);
    step_takes(out, &answer);
    if (out->seen == SEEN_DONE)
        verb_take_relation(true, out);
    return OK;
}

enum status verb_arrived(struct context *s, const struct op *op, struct step_result *out)
{
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct client_context_account *account = client_context_account(s->client, at);
    struct saying *w = account ? account->said : NULL;
    struct answer answer = {.seen = SEEN_DONE};
    if (!w)
        return E_MISSING;
    enum status st = add_teller(w, at, true);
    if (!st)
        st = client_context_poll(s->client, at, &answer);
    if (st)
        return st;
    w->may_be_told |= op_has(op, ATTR_UNLESS);
    return conclude(w, &answer, out);
}
