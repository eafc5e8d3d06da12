/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of an app as bytes and back: protobuf in a form private to this file. */
#include "app/app_internal.h"

#include "base/crypto.h"
#include "wire/pb.h"

#include <stdlib.h>
#include <string.h>

#define STATE_MAX (64u * 1024u * 1024u)
#define MARK 0x63616c31u /* "cal1" */

enum {
    F_MARK = 1,
    F_NAME,
    F_DEVICE,
    F_PARTY,
    F_STATIC,
    F_PUBLISHED,
    F_NEXT_ID,
    F_NEXT_IQ,
    F_SEEN,
    F_OUTGOING,
    F_ROTATION,
    F_OWES_SIGNED
};

static void put_seen(const struct app *a, struct buffer *out, const struct seen_message *m)
{
    bool is_lost = app_lapses(a, APP_LAPSE_REFUSED_IS_SHOWN);
    struct buffer one;
    buffer_init(&one, 65536);
    pb_put_bytes(&one, 1, bytes_of_text(m->from));
    pb_put_bytes(&one, 2, bytes_of_text(m->id));
    pb_put_varint(&one, 3, m->is_shown || is_lost);
    pb_put_varint(&one, 4, m->is_read);
    pb_put_varint(&one, 5, app_lapses(a, APP_LAPSE_RETRIES_UNSAVED) ? 0 : m->retries);
    pb_put_varint(&one, 6, m->is_told && !app_lapses(a, APP_LAPSE_READS_UNSAVED));
    pb_put_bytes(out, F_SEEN, buffer_bytes(&one));
    buffer_fini(&one);
}

static void put_outgoing(const struct app *a, struct buffer *out, const struct outgoing *message)
{
    enum signal_kind kind =
        app_lapses(a, APP_LAPSE_KIND_UNSAVED) ? SIGNAL_KIND_MESSAGE : message->kind;
    struct buffer one;
    buffer_init(&one, STATE_MAX);
    pb_put_bytes(&one, 1, bytes_of_text(message->id));
    pb_put_bytes(&one, 2, bytes_of_text(message->name));
    pb_put_varint(&one, 3, app_lapses(a, APP_LAPSE_DEVICE_UNSAVED) ? 1 : message->device);
    pb_put_bytes(&one, 4, buffer_bytes(&message->content));
    pb_put_bytes(&one, 5, buffer_bytes(&message->body));
    pb_put_varint(&one, 6, message->is_acked);
    pb_put_varint(&one, 7, message->resent);
    pb_put_varint(&one, 8, (uint64_t)kind);
    pb_put_bytes(out, F_OUTGOING, buffer_bytes(&one));
    buffer_fini(&one);
}

static bool is_kept(const struct app *a, const struct outgoing *message)
{
    return !(message->is_acked && app_lapses(a, APP_LAPSE_FORGETS_ACKED)) &&
           (message->was_said || !app_lapses(a, APP_LAPSE_UNSENT_UNSAVED));
}

/* A client that goes on under v4 has to publish once more: it had no KEM prekeys. */
static uint64_t published_as(const struct app *a) { return app_is_of_v4(a) ? 2 : 1; }

enum status app_save(const struct app *a, struct buffer *out)
{
    struct buffer party;
    buffer_init(&party, STATE_MAX);
    enum status st = party_save(a->party, &party);
    pb_put_varint(out, F_MARK, MARK);
    pb_put_bytes(out, F_NAME, bytes_of_text(a->name));
    pb_put_varint(out, F_DEVICE, a->device);
    pb_put_bytes(out, F_PARTY, buffer_bytes(&party));
    if (a->has_static)
        pb_put_bytes(out, F_STATIC, bytes_of(a->static_private, 32));
    pb_put_varint(out, F_PUBLISHED, a->has_published ? published_as(a) : 0);
    pb_put_varint(out, F_NEXT_ID, a->next_id);
    pb_put_varint(out, F_NEXT_IQ, a->next_iq);
    pb_put_varint(out, F_ROTATION, a->wants_rotation);
    pb_put_varint(out, F_OWES_SIGNED, a->owes_signed);
    for (const struct seen_message *m = a->seen; m && !a->rules->delivery.loses_shown_on_restart;
         m = m->next)
        put_seen(a, out, m);
    for (const struct outgoing *message = a->outgoing; message; message = message->next)
        if (is_kept(a, message))
            put_outgoing(a, out, message);
    buffer_fini(&party);
    return st ? st : buffer_status(out);
}

/* ---- loading */

/* The state is a list of any length: read field by field, not into a struct pb_message. */
static bool next_field(struct bytes *in, struct pb_field *out)
{
    size_t at = 0;
    if (pb_take(*in, &at, out) || (out->type != PB_VARINT && out->type != PB_BYTES))
        return false;
    *in = bytes_slice(*in, at, in->len);
    return true;
}

static char *text_of(struct bytes in)
{
    char *text = malloc(in.len + 1);
    if (text && in.len)
        memcpy(text, in.data, in.len);
    if (text)
        text[in.len] = '\0';
    return text;
}

static char *text_from(const struct pb_message *m, uint32_t number)
{
    const struct pb_field *f = pb_find(m, number);
    return f && f->type == PB_BYTES ? text_of(f->body) : NULL;
}

static uint64_t number_from(const struct pb_message *m, uint32_t number)
{
    uint64_t n;
    return pb_number(m, number, &n) ? n : 0;
}

static bool load_seen(struct app *a, struct bytes in)
{
    struct pb_message m;
    struct seen_message *s = calloc(1, sizeof(*s));
    if (!s || pb_parse(in, &m) || !(s->from = text_from(&m, 1)) || !(s->id = text_from(&m, 2))) {
        if (s)
            app_seen_free(s);
        return false;
    }
    s->is_shown = number_from(&m, 3) != 0;
    s->is_read = number_from(&m, 4) != 0;
    s->retries = (uint32_t)number_from(&m, 5);
    s->is_told = number_from(&m, 6) != 0;
    struct seen_message **end = &a->seen;
    while (*end)
        end = &(*end)->next;
    *end = s;
    return true;
}

static bool load_outgoing(struct app *a, struct bytes in)
{
    struct pb_message m;
    struct outgoing *message = calloc(1, sizeof(*message));
    if (!message)
        return false;
    buffer_init(&message->content, STATE_MAX);
    buffer_init(&message->body, STATE_MAX);
    bool is_good =
        !pb_parse(in, &m) && (message->id = text_from(&m, 1)) && (message->name = text_from(&m, 2));
    const struct pb_field *content = is_good ? pb_find(&m, 4) : NULL,
                          *body = is_good ? pb_find(&m, 5) : NULL;
    if (!content || !body || buffer_append(&message->content, content->body) ||
        buffer_append(&message->body, body->body)) {
        app_outgoing_free(message);
        return false;
    }
    message->device = (uint32_t)number_from(&m, 3);
    message->is_acked = number_from(&m, 6) != 0;
    message->resent = (uint32_t)number_from(&m, 7);
    message->kind = (enum signal_kind)number_from(&m, 8);
    message->was_said = true;
    struct outgoing **end = &a->outgoing;
    while (*end)
        end = &(*end)->next;
    *end = message;
    return true;
}

static bool load_field(struct app *a, const struct pb_field *f)
{
    switch (f->number) {
    case F_STATIC:
        if (f->body.len != 32)
            return false;
        memcpy(a->static_private, f->body.data, 32);
        a->has_static = crypto_x25519_public(a->static_private, a->static_public) == OK;
        return a->has_static;
    case F_PUBLISHED:
        a->has_published = f->value == published_as(a);
        return true;
    case F_NEXT_ID:
        a->next_id = (uint32_t)f->value;
        return true;
    case F_NEXT_IQ:
        a->next_iq = (uint32_t)f->value;
        return true;
    case F_SEEN:
        return load_seen(a, f->body);
    case F_OUTGOING:
        return load_outgoing(a, f->body);
    case F_ROTATION:
        a->wants_rotation = f->value != 0;
        return true;
    case F_OWES_SIGNED:
        a->owes_signed = f->value != 0;
        return true;
    default:
        return true;
    }
}

bool app_is_saved(struct bytes state)
{
    struct pb_field mark;
    return next_field(&state, &mark) && mark.number == F_MARK && mark.type == PB_VARINT &&
           mark.value == MARK;
}

/* The name, the device and the party come before everything else. */
static enum status load_head(struct bytes *state, const struct app_options *options,
                             struct app_observer observer, struct app **out)
{
    struct pb_field mark, name, device, party;
    struct app_options mine = *options;
    if (!next_field(state, &mark) || !next_field(state, &name) || !next_field(state, &device) ||
        !next_field(state, &party) || mark.value != MARK || name.number != F_NAME ||
        name.type != PB_BYTES || device.number != F_DEVICE || party.number != F_PARTY)
        return E_PARSE;
    char *text = text_of(name.body);
    if (!text)
        return E_NOMEM;
    mine.self = (struct address){text, (uint32_t)device.value};
    struct party *loaded = NULL;
    enum status st = party_load(party.body, options->random, options->rules, &loaded);
    if (!st)
        st = app_new(&mine, observer, out);
    if (!st) {
        party_free((*out)->party);
        (*out)->party = loaded;
        (*out)->options.self = (struct address){(*out)->name, (*out)->device};
    } else {
        party_free(loaded);
    }
    free(text);
    return st;
}

enum status app_load(struct bytes state, const struct app_options *options,
                     struct app_observer observer, struct app **out)
{
    struct pb_field one;
    *out = NULL;
    enum status st = load_head(&state, options, observer, out);
    while (!st && state.len)
        if (!next_field(&state, &one) || !load_field(*out, &one))
            st = E_PARSE;
    if (st) {
        app_free(*out);
        *out = NULL;
    }
    return st;
}
