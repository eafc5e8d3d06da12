/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile client sends, below its stanzas and in them, and what the server made of it. */
#include "run/verbs.h"

#include "run/server_context.h"
#include "wire/frame.h"
#include "wire/signal.h"

#include <string.h>

#define DOCUMENT_MAX 1048576u

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
        return server_client_await_answer(u->l);
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
    struct server_client *l = verb_client(s, op);
    struct server_client *bob = &s->server->clients[SERVER_SIDE_BOB];
    enum after_utter then = (enum after_utter)op_number(op, ATTR_THEN, AFTER_UTTER_ANSWERS);
    struct passing_on p = {bob, l, bob->n_messages};
    if (!l->app)
        return E_MISSING;
    enum utterance what = (enum utterance)op_operand(op, ATTR_WHAT)->word->what;
    /* only what takes the connection away needs no connection that is there before */
    bool may_be_gone = then == AFTER_UTTER_ENDS && what == UTTERANCE_PING;
    if (!may_be_gone && !verb_client_is_here(s, l, out))
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
