/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done on the server surface: clients of the harness dial the target and send to each
 * other. */
#include "run/verbs.h"

#include "run/proxy_context.h"
#include "run/server_push.h"
#include "wire/content.h"

#include <stddef.h>
#include <string.h>

#define TEXT_LEN 24u
#define UNKNOWN_ACCOUNT 999999u
#define DOCUMENT_MAX 1048576u

struct server_client *verb_client(struct context *s, const struct op *op)
{
    return &s->server->clients[op_number(op, ATTR_CLIENT, SERVER_SIDE_ALICE)];
}

/* The name of whom |a| means, who may be nobody. */
static const char *name_of(const struct context *s, const struct op *op, enum attr a)
{
    uint32_t side = op_number(op, a, SERVER_SIDE_BOB);
    return side == SERVER_SIDE_NOBODY ? "nobody" : s->server->clients[side].name;
}

/* A relation; when it is broken, |why| says how. */
static void conclude(bool holds, const char *why, struct step_result *out)
{
    verb_take_relation(holds, out);
    out->detail = holds ? "" : why;
}

bool verb_client_is_here(struct context *s, const struct server_client *l, struct step_result *out)
{
    if (l->fd >= 0)
        return true;
    verb_take_relation(false, out);
    step_says(s, out, "%s is not connected any more: %.200s", l->name, l->said);
    return false;
}

/* ---- <sign-in>, <sign-out> */

/* The decision of a client that each mutation makes wrong. */
#define WRONG(member) offsetof(struct app_rules, member)
static const size_t wrong_flags[N_CLIENT_MUTATION] = {
    [CLIENT_NO_TOKEN] = WRONG(payload.has_no_token),
    [CLIENT_UNKNOWN_KEY] = WRONG(token.names_unknown_key),
    [CLIENT_BAD_SIGNATURE] = WRONG(token.has_bad_signature),
    [CLIENT_OTHER_ISSUER] = WRONG(token.has_other_issuer),
    [CLIENT_OTHER_AUDIENCE] = WRONG(token.has_other_audience),
    [CLIENT_OTHER_SUBJECT] = WRONG(token.has_other_subject),
    [CLIENT_EXPIRED] = WRONG(token.is_expired),
    [CLIENT_EARLY] = WRONG(token.is_from_the_future),
    [CLIENT_LONG_LIVED] = WRONG(token.lives_too_long),
    [CLIENT_WITHOUT_ID] = WRONG(token.has_no_jti),
    [CLIENT_TOKEN_AGAIN] = WRONG(token.is_reused),
    [CLIENT_UNBOUND] = WRONG(token.is_unbound),
    [CLIENT_OTHER_PRODUCT] = WRONG(payload.has_other_product),
    [CLIENT_BAD_STATIC] = WRONG(channel.spoils_static),
    [CLIENT_BAD_PAYLOAD] = WRONG(channel.spoils_payload),
    [CLIENT_STANZA_EARLY] = WRONG(channel.sends_early),
    [CLIENT_WITHOUT_ACKS] = WRONG(delivery.never_acks),
    [CLIENT_ONE_PREKEY] = WRONG(prekeys.uploads_few),
};

static struct server_dial dial_of(const struct context *s, const struct server_client *l,
                                  enum client_mutation what)
{
    struct server_dial how = {.rules = *app_rules_honest(), .account = l->account};
    const bool wrong = true;
    if (what == CLIENT_ALG_NONE)
        how.rules.token.forgery = TOKEN_ALG_NONE;
    else if (what == CLIENT_ALG_HMAC)
        how.rules.token.forgery = TOKEN_ALG_HMAC;
    else if (what == CLIENT_OTHER_ACCOUNT)
        how.account = s->server->clients[SERVER_SIDE_ALICE].account;
    else if (what == CLIENT_REPLAYED)
        how.is_replay = true;
    else if (what == CLIENT_UNKNOWN_ACCOUNT)
        how.account = UNKNOWN_ACCOUNT;
    else if (what != CLIENT_SOUND)
        memcpy((char *)&how.rules + wrong_flags[what], &wrong, sizeof(wrong));
    /* a server that does not ask for kid is still to find that no published key signed it */
    how.rules.token.has_bad_signature |= what == CLIENT_UNKNOWN_KEY;
    return how;
}

static bool is_decided(const void *about)
{
    const struct server_client *l = about;
    return l->is_ready || l->is_over;
}

enum status verb_sign_in(struct context *s, const struct op *op, struct step_result *out)
{
    struct server_client *l = verb_client(s, op);
    const struct operand *o = op_operand(op, ATTR_HOW);
    bool lets_in = op_number(op, ATTR_THEN, AFTER_SIGN_IN_LETS_IN) == AFTER_SIGN_IN_LETS_IN;
    const struct server_dial how =
        dial_of(s, l, o ? (enum client_mutation)o->word->what : CLIENT_SOUND);
    bool is_told;
    enum status st = server_client_dial(l, &how);
    if (!st)
        st = server_context_until(s->server, is_decided, l, s->server->timeout_ms, &is_told);
    if (st)
        return st;
    out->field = op_text(op, ATTR_HOW);
    bool is_same_key = how.is_replay && server_client_met_the_same_key(l);
    bool is_turned_away = l->is_over && !l->is_let_in && !l->ended_by_itself && !is_same_key;
    verb_take_relation(lets_in ? l->is_ready : is_turned_away, out);
    s->accepted += l->is_ready;
    s->refused += is_turned_away;
    if (out->seen == SEEN_RELATION_HOLDS)
        out->detail = "";
    else if (l->is_let_in && !lets_in)
        out->detail = "it was let in";
    else if (is_same_key)
        out->detail = "the server's ephemeral key is that of the connection before";
    else if (l->is_over)
        step_says(s, out, "%s: %.200s",
                  l->ended_by_itself ? "no connection was made" : "turned away", l->said);
    else if (*l->said)
        step_says(s, out, "%.200s, and the connection stays", l->said);
    else
        out->detail = l->is_let_in ? "its prekeys were not taken" : "the server does not answer";
    return OK;
}

enum status verb_sign_out(struct context *s, const struct op *op, struct step_result *out)
{
    server_client_leave(verb_client(s, op));
    out->seen = SEEN_DONE;
    return OK;
}

/* ---- <post>, <received> */

struct posting {
    const struct server_client *from;
    size_t n_answers;
};

static size_t n_answers(const struct server_client *l)
{
    return l->n_acked + l->n_refused + l->n_given_up;
}

static bool is_answered_or_over(const void *about)
{
    const struct posting *p = about;
    return n_answers(p->from) > p->n_answers || p->from->is_over;
}

/* What |op| says, in the arena. */
static enum status make_content(struct context *s, const struct op *op, struct bytes *out)
{
    static const enum content_kind kinds[] = {[POSTED_TEXT] = CONTENT_TEXT,
                                              [POSTED_IMAGE] = CONTENT_IMAGE,
                                              [POSTED_VOICE] = CONTENT_VOICE,
                                              [POSTED_VIDEO] = CONTENT_VIDEO,
                                              [POSTED_FILE] = CONTENT_FILE};
    enum content_kind kind = kinds[op_number(op, ATTR_KIND, POSTED_TEXT)];
    struct buffer content;
    struct bytes text = context_plaintext(s, TEXT_LEN);
    if (!text.data)
        return E_NOMEM;
    buffer_init(&content, 4096);
    enum status st = s->server->proxy ? proxy_context_plant(s->server->proxy, "a text", text) : OK;
    if (!st && s->server->push)
        st = canaries_plant(&s->server->push->canaries, "a text", text);
    if (!st)
        st = kind == CONTENT_TEXT ? content_encode_text(text, &content)
                                  : content_encode_example(kind, text, &content);
    *out = arena_copy(s->arena, buffer_bytes(&content));
    buffer_fini(&content);
    return st ? st : out->data ? OK : E_NOMEM;
}

/* What its <message> and <enc> say that it is (docs/wire.md, Stanza). */
static const char *type_of(const struct op *op)
{
    static const char *const types[] = {[POSTED_TEXT] = "text",
                                        [POSTED_IMAGE] = "media image",
                                        [POSTED_VOICE] = "media ptt",
                                        [POSTED_VIDEO] = "media video",
                                        [POSTED_FILE] = "media document"};
    return types[op_number(op, ATTR_KIND, POSTED_TEXT)];
}

static enum status post_one(struct context *s, const struct op *op, struct server_client *l,
                            bool *out_taken)
{
    struct server_context *c = s->server;
    struct bytes content;
    struct posting p = {l, n_answers(l)};
    size_t acked = l->n_acked;
    bool is_told = false;
    enum status st = make_content(s, op, &content);
    if (!st)
        st = app_send(l->app, (struct address){name_of(s, op, ATTR_TO), 1}, content);
    if (!st)
        st = server_context_until(c, is_answered_or_over, &p, c->timeout_ms, &is_told);
    *out_taken = l->n_acked > acked;
    if (*out_taken && c->n_posts < SERVER_CONTEXT_TEXTS_MAX)
        c->posts[c->n_posts++] = (struct server_post){
            .to = op_number(op, ATTR_TO, SERVER_SIDE_BOB), .content = content, .type = type_of(op)};
    return st;
}

enum status verb_post(struct context *s, const struct op *op, struct step_result *out)
{
    struct server_client *l = verb_client(s, op);
    bool takes = op_number(op, ATTR_THEN, AFTER_POST_TAKES) == AFTER_POST_TAKES, holds = true;
    uint32_t count = op_number(op, ATTR_COUNT, 1);
    for (uint32_t i = 0; holds && i < count; i++) {
        size_t refused = l->n_refused;
        bool is_taken = false;
        if (!verb_client_is_here(s, l, out))
            return OK;
        enum status st = post_one(s, op, l, &is_taken);
        if (st)
            return st;
        holds = takes ? is_taken : l->n_refused > refused;
        conclude(holds,
                 is_taken                 ? "the server took it"
                 : l->n_refused > refused ? "it was refused"
                                          : "neither an ack came nor an error, nor keys",
                 out);
    }
    s->accepted += holds && takes;
    s->refused += holds && !takes;
    return OK;
}

struct receiving {
    const struct server_client *at;
    size_t n_shown;
    uint32_t n_again;
};

static bool has_come(const void *about)
{
    const struct receiving *r = about;
    return r->at->n_shown >= r->n_shown && r->at->n_again >= r->n_again;
}

/* Did the |n|-th message since the last look come as this type? */
static bool has_type(const struct server_client *l, size_t n, const char *type)
{
    size_t at = l->n_messages_looked + n;
    return at < l->n_messages && strcmp(l->types[at], type) == 0;
}

/* Compare what was shown from number |first| on with the posts that were not looked at, and mark
 * those. How many of them came as they should; *out_count: how many there are. */
static size_t compare_posts(struct server_context *c, const struct server_client *l, size_t first,
                            size_t *out_count)
{
    unsigned side = (unsigned)(l - c->clients);
    size_t n = 0, same = 0;
    for (size_t i = 0; i < c->n_posts; i++) {
        struct server_post *p = &c->posts[i];
        if (p->to != side || p->was_looked_at)
            continue;
        p->was_looked_at = true;
        same += same == n && first + n < l->n_shown &&
                bytes_equal(l->shown[first + n], p->content) && has_type(l, n, p->type);
        n++;
    }
    *out_count = n;
    return same;
}

static size_t count_posts(const struct server_context *c, const struct server_client *l)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_posts; i++)
        n += c->posts[i].to == (unsigned)(l - c->clients) && !c->posts[i].was_looked_at;
    return n;
}

enum status verb_received(struct context *s, const struct op *op, struct step_result *out)
{
    struct server_context *c = s->server;
    struct server_client *l = verb_client(s, op);
    size_t first = l->n_looked, n;
    uint32_t again = op_number(op, ATTR_TIMES, 0);
    struct receiving r = {l, first + count_posts(c, l), again};
    bool has_all;
    enum status st = server_context_until(c, has_come, &r, c->timeout_ms, &has_all);
    if (!st)
        st = server_context_until(c, NULL, NULL, SERVER_CONTEXT_GONE_MS, &has_all);
    if (st)
        return st;
    size_t same = compare_posts(c, l, first, &n), came = l->n_messages - l->n_messages_looked;
    verb_take_relation(same == n && came == n && l->n_shown - first == n && l->n_again == again,
                       out);
    if (out->seen != SEEN_RELATION_HOLDS)
        step_says(s, out,
                  "of %zu messages %zu came, of which %zu opened, the first %zu of them as they "
                  "were sent; %u came again",
                  n, came, l->n_shown - first, same, l->n_again);
    s->accepted += out->seen == SEEN_RELATION_HOLDS;
    l->n_looked = l->n_shown;
    l->n_messages_looked = l->n_messages;
    l->n_again = 0;
    return OK;
}

/* ---- <look-up> */

static enum status ask_keys(struct server_client *l, const char *name)
{
    const struct wire_profile *p = &l->context->profile;
    const char *id = server_client_new_id(l), *jid = server_context_address(l->context, name);
    struct stanza_writer w;
    if (!id || !jid)
        return E_NOMEM;
    stanza_begin_own(&w, DOCUMENT_MAX);
    STANZA_OPEN(&w, "iq", {"id", id}, {"type", "get"}, {"xmlns", p->stanza_namespace_prekeys},
                {"to", p->stanza_server});
    stanza_open(&w, "key");
    STANZA_OPEN(&w, "user", {"jid", jid});
    enum status st = stanza_end(&w);
    if (!st)
        st = app_say(l->app, buffer_bytes(&w.own));
    buffer_fini(&w.own);
    return st == E_CLOSED ? OK : st;
}

/* Is it one that was never given out in this case? Then it is kept. */
static enum status keep_key(struct server_context *c, const char *name, const char *key,
                            bool *out_new)
{
    const char *both = arena_printf(c->context->arena, "%s %s", name, key);
    *out_new = true;
    for (size_t i = 0; both && i < c->n_keys; i++)
        if (strcmp(c->keys[i], both) == 0)
            *out_new = false;
    if (both && c->n_keys < SERVER_CONTEXT_TEXTS_MAX)
        c->keys[c->n_keys++] = both;
    return both ? OK : E_NOMEM;
}

enum status verb_look_up(struct context *s, const struct op *op, struct step_result *out)
{
    struct server_client *l = verb_client(s, op);
    const char *name = name_of(s, op, ATTR_OF);
    enum after_fetch then = (enum after_fetch)op_number(op, ATTR_THEN, AFTER_FETCH_NEW_KEY);
    bool is_new = false;
    if (!verb_client_is_here(s, l, out))
        return OK;
    enum status st = ask_keys(l, name);
    if (!st)
        st = server_client_await_answer(l);
    const struct server_answer *a = &l->answer;
    const char *jid = server_context_address(s->server, name);
    if (!st && a->key)
        st = keep_key(s->server, name, a->key, &is_new);
    if (st || !jid)
        return st ? st : E_NOMEM;
    bool is_theirs = a->user && strcmp(a->user, jid) == 0, has_theirs = is_theirs && a->has_keys;
    bool holds = then == AFTER_FETCH_NOT_FOUND     ? is_theirs && a->is_not_found
                 : then == AFTER_FETCH_WITHOUT_KEY ? has_theirs && !a->key
                                                   : has_theirs && is_new;
    conclude(holds,
             !a->came          ? "no answer came"
             : !is_theirs      ? "the answer is not about who was asked for"
             : a->is_not_found ? "the answer is that there is no such user, or no keys"
             : !a->has_keys    ? "the answer has no identity and signed prekey"
             : !a->key         ? "the keys come without a one-time prekey"
             : is_new          ? "the keys come, with a one-time prekey"
                               : "a one-time prekey comes that was given out before",
             out);
    s->accepted += holds && then != AFTER_FETCH_NOT_FOUND;
    s->refused += holds && then == AFTER_FETCH_NOT_FOUND;
    return OK;
}
