/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done on the server surface: clients of the harness dial the target, send to each other,
 * and misbehave. */
#include "run/verbs.h"

#include "run/server_context.h"
#include "wire/content.h"
#include "wire/frame.h"
#include "wire/signal.h"

#include <stddef.h>
#include <string.h>

#define TEXT_LEN 24u
#define UNKNOWN_ACCOUNT 999999u
#define DOCUMENT_MAX 1048576u

static struct server_client *client_of(struct context *s, const struct op *op)
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

static bool is_here(struct context *s, const struct server_client *l, struct step_result *out)
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
    struct server_client *l = client_of(s, op);
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
    bool is_turned_away = l->is_over && !l->is_let_in && !l->ended_by_itself;
    verb_take_relation(lets_in ? l->is_ready : is_turned_away, out);
    s->accepted += l->is_ready;
    s->refused += is_turned_away;
    if (out->seen == SEEN_RELATION_HOLDS)
        out->detail = "";
    else if (l->is_let_in && !lets_in)
        out->detail = "it was let in";
    else if (l->is_over)
        step_says(s, out, "%s: %.200s",
                  l->ended_by_itself ? "no connection was made" : "turned away", l->said);
    else
        out->detail = l->is_let_in ? "its prekeys were not taken" : "the server does not answer";
    return OK;
}

enum status verb_sign_out(struct context *s, const struct op *op, struct step_result *out)
{
    server_client_leave(client_of(s, op));
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

static enum status post_one(struct context *s, const struct op *op, struct server_client *l,
                            bool *out_taken)
{
    struct server_context *c = s->server;
    struct buffer content;
    struct bytes text = context_plaintext(s, TEXT_LEN);
    struct posting p = {l, n_answers(l)};
    size_t acked = l->n_acked;
    bool is_told = false;
    if (!text.data)
        return E_NOMEM;
    buffer_init(&content, 4096);
    enum status st = content_encode_text(text, &content);
    if (!st)
        st = app_send(l->app, (struct address){name_of(s, op, ATTR_TO), 1}, buffer_bytes(&content));
    buffer_fini(&content);
    if (!st)
        st = server_context_until(c, is_answered_or_over, &p, c->timeout_ms, &is_told);
    *out_taken = l->n_acked > acked;
    if (*out_taken && c->n_posts < SERVER_CONTEXT_TEXTS_MAX)
        c->posts[c->n_posts++] =
            (struct server_post){.to = op_number(op, ATTR_TO, SERVER_SIDE_BOB), .text = text};
    return st;
}

enum status verb_post(struct context *s, const struct op *op, struct step_result *out)
{
    struct server_client *l = client_of(s, op);
    bool takes = op_number(op, ATTR_THEN, AFTER_POST_TAKES) == AFTER_POST_TAKES, holds = true;
    uint32_t count = op_number(op, ATTR_COUNT, 1);
    for (uint32_t i = 0; holds && i < count; i++) {
        size_t refused = l->n_refused;
        bool is_taken = false;
        if (!is_here(s, l, out))
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
        same += same == n && first + n < l->n_shown && bytes_equal(l->shown[first + n], p->text);
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
    struct server_client *l = client_of(s, op);
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

/* ---- asking */

static bool has_answer_or_is_over(const void *about)
{
    const struct server_client *l = about;
    return l->answer.came || l->is_over;
}

static enum status await_answer(struct context *s, struct server_client *l)
{
    bool is_told;
    return server_context_until(s->server, has_answer_or_is_over, l, s->server->timeout_ms,
                                &is_told);
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
    struct server_client *l = client_of(s, op);
    const char *name = name_of(s, op, ATTR_OF);
    enum after_fetch then = (enum after_fetch)op_number(op, ATTR_THEN, AFTER_FETCH_NEW_KEY);
    bool is_new = false;
    if (!is_here(s, l, out))
        return OK;
    enum status st = ask_keys(l, name);
    if (!st)
        st = await_answer(s, l);
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

/* ---- <utter> */

struct uttering {
    struct context *s;
    struct server_client *l;
    const char *id;
    struct buffer document;
};

/* Write |format|, in which $ is the stanza's id, @ is |first| and # is |second|. */
static void put(struct uttering *u, const char *format, const char *first, const char *second)
{
    for (const char *at = format; *at; at++) {
        if (*at == '$')
            buffer_append_text(&u->document, u->id);
        else if (*at == '@' || *at == '#')
            buffer_append_text(&u->document, *at == '@' ? first : second);
        else
            buffer_append_byte(&u->document, (uint8_t)*at);
    }
}

#define PING "<iq id='$' type='get' xmlns='@' to='#'/>"
#define ENC "<enc v='2' type='msg'>AAAAAAAAAAAAAAAAAAAAAAAA</enc>"

static void write_ping(struct uttering *u, const char *before, const char *after)
{
    const struct wire_profile *p = &u->l->context->profile;
    buffer_append_text(&u->document, before);
    put(u, PING, p->stanza_namespace_ping, p->stanza_server);
    buffer_append_text(&u->document, after);
}

static void write_deep(struct uttering *u)
{
    uint32_t depth = u->l->context->profile.stanza_max_depth + 1;
    for (uint32_t i = 0; i < depth; i++)
        buffer_append_text(&u->document, "<a>");
    for (uint32_t i = 0; i < depth; i++)
        buffer_append_text(&u->document, "</a>");
}

static void write_message(struct uttering *u, const char *name, const char *format)
{
    const struct server_context *c = u->l->context;
    const char *to = server_context_address(c, name);
    const char *alice = server_context_address(c, "alice");
    if (to && alice)
        put(u, format, to, alice);
}

/* Its own keys once more; the signed prekey is a byte too short, and nothing else is wrong. */
static enum status write_bad_upload(struct uttering *u)
{
    const struct wire_profile *p = &u->l->context->profile;
    const struct publish_options options = {0};
    struct signal_bundle b;
    struct stanza_writer w;
    struct buffer bundle;
    buffer_init(&bundle, DOCUMENT_MAX);
    enum status st = party_publish(app_party(u->l->app), &options, &bundle);
    if (!st)
        st = signal_bundle_decode(buffer_bytes(&bundle), &b);
    if (!st) {
        stanza_begin(&w, &u->document);
        STANZA_OPEN(&w, "iq", {"id", u->id}, {"type", "set"},
                    {"xmlns", p->stanza_namespace_prekeys}, {"to", p->stanza_server});
        stanza_number_element(&w, "registration", b.registration_id, p->prekey_registration_size);
        stanza_bytes_element(&w, "type", bytes_slice(b.identity_key, 0, 1));
        stanza_bytes_element(&w, "identity", bytes_slice(b.identity_key, 1, 32));
        stanza_open(&w, "list");
        stanza_close(&w);
        stanza_open(&w, "skey");
        stanza_number_element(&w, "id", b.signed_prekey_id, p->prekey_id_size);
        stanza_bytes_element(&w, "value", bytes_slice(b.signed_prekey, 1, 31));
        stanza_bytes_element(&w, "signature", b.signature);
        st = stanza_end(&w);
    }
    buffer_fini(&bundle);
    return st;
}

static enum status write_document(struct uttering *u, enum utterance what)
{
    const struct wire_profile *p = &u->l->context->profile;
    switch (what) {
    case UTTERANCE_NO_XML:
        buffer_append_text(&u->document, "this is no XML");
        break;
    case UTTERANCE_DOCTYPE:
        write_ping(u, "<!DOCTYPE iq [<!ENTITY a \"b\">]>", "");
        break;
    case UTTERANCE_COMMENT:
        write_ping(u, "<!-- a comment -->", "");
        break;
    case UTTERANCE_TWO_ROOTS:
        write_ping(u, "<presence/>", "");
        break;
    case UTTERANCE_TOO_DEEP:
        write_deep(u);
        break;
    case UTTERANCE_UNKNOWN_IQ:
        put(u, PING, "urn:assay:nobody-knows-this", p->stanza_server);
        break;
    case UTTERANCE_TO_NOBODY:
        write_message(u, "nobody", "<message id='$' to='@' type='text'>" ENC "</message>");
        break;
    case UTTERANCE_EMPTY:
        write_message(u, "bob", "<message id='$' to='@' type='text'/>");
        break;
    case UTTERANCE_FROM_ALICE:
        write_message(u, "bob", "<message id='$' to='@' from='#' type='text'>" ENC "</message>");
        break;
    case UTTERANCE_BAD_UPLOAD:
        return write_bad_upload(u);
    default:
        write_ping(u, "", "");
        break;
    }
    return buffer_status(&u->document);
}

/* Bytes that are no transport message. */
static enum status send_frame(struct uttering *u, enum utterance what)
{
    const uint8_t zeros[4] = {0}, ones[4] = {0xff, 0xff, 0xff, 0xff};
    size_t size = u->l->context->profile.frame_length_size;
    struct buffer *out = app_output(u->l->app);
    struct bytes garbage = context_plaintext(u->s, 48);
    if (what == UTTERANCE_FRAME_OF_ZERO)
        return buffer_append(out, bytes_of(zeros, size));
    if (what == UTTERANCE_FRAME_TOO_LONG)
        return buffer_append(out, bytes_of(ones, size));
    if (what == UTTERANCE_IN_CLEAR)
        return frame_encode(buffer_bytes(&u->document), size, out);
    return garbage.data ? frame_encode(garbage, size, out) : E_NOMEM;
}

/* The last frame once more. */
static enum status send_again(struct uttering *u, size_t from)
{
    struct buffer frame, *out = app_output(u->l->app);
    buffer_init(&frame, DOCUMENT_MAX);
    enum status st = buffer_append(&frame, bytes_slice(buffer_bytes(out), from, out->len));
    if (!st)
        st = buffer_append(out, buffer_bytes(&frame));
    buffer_fini(&frame);
    return st;
}

static enum status send_all(struct uttering *u, enum utterance what)
{
    bool is_frame = what >= UTTERANCE_FRAME_OF_ZERO && what <= UTTERANCE_IN_CLEAR;
    size_t before = app_output(u->l->app)->len;
    enum status st = write_document(u, what);
    if (!st && what == UTTERANCE_CROWD)
        st = server_context_crowd(u->s->server);
    if (st == E_IO) /* not all of them were taken, which is none of this client's business */
        st = OK;
    if (!st && what == UTTERANCE_UNKNOWN_STANZA)
        st = app_say(u->l->app, bytes_of_text("<weather id=\"fair\"/>"));
    if (!st)
        st = is_frame ? send_frame(u, what) : app_say(u->l->app, buffer_bytes(&u->document));
    if (!st && what == UTTERANCE_TWICE)
        st = send_again(u, before);
    return st == E_CLOSED ? OK : st; /* it ended meanwhile: what follows shows it */
}

static bool is_over(const void *about) { return ((const struct server_client *)about)->is_over; }

struct passing_on {
    const struct server_client *bob, *sender;
    size_t n_messages;
};

static bool is_passed_on(const void *about)
{
    const struct passing_on *p = about;
    return p->bob->n_messages > p->n_messages;
}

static bool is_refused(const struct server_client *l)
{
    return l->answer.came && l->answer.is_error;
}

static bool is_passed_on_or_refused(const void *about)
{
    const struct passing_on *p = about;
    return is_passed_on(p) || is_refused(p->sender) || p->sender->is_over;
}

static bool has_ended(const struct server_client *l) { return l->is_over && !l->ended_by_itself; }

static enum status await(struct uttering *u, enum after_utter then, const struct passing_on *p)
{
    struct server_context *c = u->s->server;
    bool is_told;
    if (then == AFTER_UTTER_ENDS)
        return server_context_until(c, is_over, u->l, c->timeout_ms, &is_told);
    if (then != AFTER_UTTER_NAMES_SENDER)
        return await_answer(u->s, u->l);
    enum status st = server_context_until(c, is_passed_on_or_refused, p, c->timeout_ms, &is_told);
    /* an error is no reason for the message not to come as well */
    return st || is_passed_on(p)
               ? st
               : server_context_until(c, is_passed_on, p, SERVER_CONTEXT_GONE_MS, &is_told);
}

static void judge(const struct uttering *u, enum after_utter then, const struct passing_on *p,
                  struct step_result *out)
{
    const struct server_client *l = u->l;
    const char *own = server_context_address(l->context, l->name);
    bool is_own = own && strcmp(p->bob->last_sender, own) == 0;
    const bool holds[] = {[AFTER_UTTER_ANSWERS] = l->answer.came && !l->answer.is_error,
                          [AFTER_UTTER_ANSWERS_ERROR] = is_refused(l),
                          [AFTER_UTTER_ENDS] = has_ended(l),
                          [AFTER_UTTER_NAMES_SENDER] = is_passed_on(p) ? is_own : is_refused(l)};
    verb_take_relation(holds[then], out);
    if (holds[then])
        out->detail = "";
    else if (then == AFTER_UTTER_NAMES_SENDER && is_passed_on(p))
        step_says(u->s, out, "it came to bob as from %.100s", p->bob->last_sender);
    else if (l->answer.came)
        out->detail = l->answer.is_error ? "an error was answered" : "an answer came, no error";
    else
        out->detail = has_ended(l) ? "the connection was ended" : "nothing came of it";
}

enum status verb_utter(struct context *s, const struct op *op, struct step_result *out)
{
    struct server_client *l = client_of(s, op);
    struct server_client *bob = &s->server->clients[SERVER_SIDE_BOB];
    enum after_utter then = (enum after_utter)op_number(op, ATTR_THEN, AFTER_UTTER_ANSWERS);
    struct passing_on p = {bob, l, bob->n_messages};
    if (!l->app)
        return E_MISSING;
    enum utterance what = (enum utterance)op_operand(op, ATTR_WHAT)->word->what;
    /* only what takes the connection away needs no connection that is there before */
    bool may_be_gone = then == AFTER_UTTER_ENDS && what == UTTERANCE_PING;
    if (!may_be_gone && !is_here(s, l, out))
        return OK;
    struct uttering u = {.s = s, .l = l, .id = server_client_new_id(l)};
    if (!u.id)
        return E_NOMEM;
    buffer_init(&u.document, DOCUMENT_MAX);
    enum status st = send_all(&u, what);
    if (!st)
        st = await(&u, then, &p);
    buffer_fini(&u.document);
    if (st)
        return st;
    out->field = op_text(op, ATTR_WHAT);
    judge(&u, then, &p, out);
    bob->n_messages_looked += then == AFTER_UTTER_NAMES_SENDER && is_passed_on(&p);
    s->accepted += out->seen == SEEN_RELATION_HOLDS && then == AFTER_UTTER_ANSWERS;
    s->refused += out->seen == SEEN_RELATION_HOLDS && then != AFTER_UTTER_ANSWERS;
    return OK;
}
