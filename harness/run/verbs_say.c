/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <say>: several texts at once, of which the gatekeeper reads nothing until all are said; or while
 * the client is away; or before its connection is lost. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/exchange.h"
#include "wire/content.h"

#include <string.h>

#define GRACE_MS 60u
#define QUIET_MS 300u /* for so long a client that is away must not dial */

struct saying {
    struct context *s;
    struct case_party *at;
    const struct case_party *said_by; /* what |at| was restored from; NULL: it said all itself */
    struct case_party *to[2];         /* in turns; the second NULL where there is one alone */
    const char *address[2];
    struct client_context_account *account;
    size_t since, events_before; /* stanzas that were observed before, and what was told */
    uint32_t wanted;
    bool is_connected;     /* all the while */
    struct artifact *said; /* one for each text, in order */
};

static size_t n_sides(const struct saying *w) { return w->to[1] ? 2 : 1; }

static bool is_one(const struct saying *w, const struct observed_stanza *o, size_t side)
{
    return o->account == w->account->id && strcmp(o->stanza->name, "message") == 0 &&
           stanza_has(o->stanza, "to", w->address[side]);
}

/* What came in the place of the |k|-th text, from 0: of those for the same side. NULL: so many did
 * not come. */
static const struct observed_stanza *find_message(const struct saying *w, uint32_t k)
{
    const struct client_context *client = w->s->client;
    size_t side = k % n_sides(w), before = k / n_sides(w);
    for (size_t i = w->since; i < client->n_observed; i++)
        if (is_one(w, &client->observed[i], side) && before-- == 0)
            return &client->observed[i];
    return NULL;
}

static uint32_t n_came(const struct saying *w)
{
    const struct client_context *client = w->s->client;
    uint32_t n = 0;
    for (size_t i = w->since; i < client->n_observed; i++)
        for (size_t side = 0; side < n_sides(w); side++)
            n += is_one(w, &client->observed[i], side);
    return n;
}

static uint32_t n_failed_at(const struct saying *w, const struct case_party *at, size_t since)
{
    uint32_t n = 0;
    for (size_t i = since; i < at->n_events; i++)
        for (size_t side = 0; side < n_sides(w); side++)
            n += at->events[i]->kind == TARGET_EVENT_FAILED &&
                 client_context_is_about(at->events[i], w->to[side]);
    return n;
}

/* Texts of which the person was told that they could not be sent: by who said them, or by what was
 * restored from it. */
static uint32_t n_failed(const struct saying *w)
{
    return w->said_by ? n_failed_at(w, w->said_by, w->events_before) + n_failed_at(w, w->at, 0)
                      : n_failed_at(w, w->at, w->events_before);
}

static bool are_there(void *context)
{
    const struct saying *w = context;
    return n_came(w) + n_failed(w) >= w->wanted;
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
    struct case_party *to = w->to[k % n_sides(w)];
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

/* Some did not come. Where there was a connection all the while none may be missing; else, was it
 * told? */
static void take_missing(const struct saying *w, uint32_t came, struct step_result *out)
{
    bool is_told = came + n_failed(w) >= w->wanted;
    verb_take_relation(is_told && !w->is_connected, out);
    if (is_told && !w->is_connected)
        return;
    out->violates = w->is_connected ? NULL : "ST-29";
    step_says(w->s, out, "%u of %u texts came%s", came, w->wanted,
              w->is_connected ? "" : ", and of the others nothing was told");
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

static enum status begin(struct context *s, const struct op *op, struct saying *w)
{
    w->account = client_context_account(s->client, w->at);
    w->wanted = op_number(op, ATTR_COUNT, 5);
    w->since = s->client->n_observed;
    w->events_before = w->at->n_events;
    w->said = arena_array(s->arena, w->wanted, sizeof(*w->said));
    for (size_t i = 0; i < n_sides(w); i++) {
        if (!client_context_account(s->client, w->to[i]))
            return E_LIMIT;
        w->address[i] = stanza_address(s->arena, w->to[i]->address_name, w->to[i]->device,
                                       s->client->profile->stanza_user_domain);
        if (!w->address[i])
            return E_NOMEM;
    }
    if (!w->account)
        return E_LIMIT;
    return w->said ? OK : E_NOMEM;
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
    enum status st = begin(w->s, op, w);
    for (uint32_t k = 0; !st && answer->seen == SEEN_DONE && k < w->wanted; k++)
        st = order(w, k, op_number(op, ATTR_SIZE, 24), answer);
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

/* All was said, and the connection is there that it was to arrive on: does it? */
static enum status look(struct saying *w, struct answer *answer, struct step_result *out)
{
    bool is_said = w->account && answer->seen == SEEN_DONE;
    enum status st = is_said ? await_all(w, answer) : OK;
    if (st)
        return st;
    step_takes(out, answer);
    is_said = is_said && (out->seen == SEEN_DONE || out->seen == SEEN_SILENCE);
    return is_said ? read_all(w, out) : OK;
}

/* For <arrived>. */
static enum status put_off(struct saying *w, size_t lines_before, struct answer *answer,
                           struct step_result *out)
{
    bool is_quiet = true;
    enum status st = OK;
    if (w->s->client->waiting)
        return E_MISSING; /* what was said before has not been looked for */
    if (!client_context_connection(w->s->client, w->at) && answer->seen == SEEN_DONE)
        st = keep_quiet(w, lines_before, answer, out, &is_quiet);
    if (st || !is_quiet)
        return st;
    step_takes(out, answer);
    if (out->seen == SEEN_DONE)
        verb_take_relation(true, out);
    w->s->client->waiting = w;
    return OK;
}

enum status verb_say(struct context *s, const struct op *op, struct step_result *out)
{
    uint32_t when = op_number(op, ATTR_WHEN, SAID_CONNECTED);
    struct saying *w = arena_alloc(s->arena, sizeof(*w));
    struct answer answer;
    size_t lines_before = s->client->n_connections;
    bool is_here = true;
    if (!w)
        return E_NOMEM;
    *w = (struct saying){.s = s,
                         .is_connected = when == SAID_CONNECTED,
                         .at = verb_party(s, op, ATTR_AT),
                         .to = {verb_party(s, op, ATTR_PEER), verb_party(s, op, ATTR_OTHER)}};
    enum status st = when == SAID_AWAY ? client_context_poll(s->client, w->at, &answer)
                                       : client_context_be_connected(s->client, w->at, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = order_all(w, op, &answer);
    if (!st && !op_number(op, ATTR_AWAITED, 1))
        return put_off(w, lines_before, &answer, out);
    if (!st && answer.seen == SEEN_DONE && when != SAID_CONNECTED)
        st = when == SAID_AWAY ? bring_back(w, lines_before, &answer, out, &is_here)
                               : lose(w, out, &is_here);
    if (st || (!is_here && out->seen != SEEN_NOTHING_YET))
        return st;
    return look(w, &answer, out);
}

enum status verb_arrived(struct context *s, const struct op *op, struct step_result *out)
{
    struct saying *w = s->client->waiting;
    struct case_party *at = verb_party(s, op, ATTR_AT);
    struct answer answer;
    if (!w || client_context_account(s->client, at) != w->account)
        return E_MISSING;
    s->client->waiting = NULL;
    w->is_connected = !op_has(op, ATTR_UNLESS);
    w->said_by = at == w->at ? NULL : w->at;
    w->at = at;
    enum status st = client_context_be_connected(s->client, at, &answer);
    return st ? st : look(w, &answer, out);
}
