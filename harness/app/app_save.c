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
    F_OUTGOING
};

static void put_seen(struct buffer *out, const struct seen_message *m)
{
    struct buffer one;
    buffer_init(&one, 65536);
    pb_put_bytes(&one, 1, bytes_of_text(m->from));
    pb_put_bytes(&one, 2, bytes_of_text(m->id));
    pb_put_varint(&one, 3, m->is_shown);
    pb_put_varint(&one, 4, m->is_read);
    pb_put_varint(&one, 5, m->retries);
    pb_put_bytes(out, F_SEEN, buffer_bytes(&one));
    buffer_fini(&one);
}

static void put_outgoing(struct buffer *out, const struct outgoing *message)
{
    struct buffer one;
    buffer_init(&one, STATE_MAX);
    pb_put_bytes(&one, 1, bytes_of_text(message->id));
    pb_put_bytes(&one, 2, bytes_of_text(message->name));
    pb_put_varint(&one, 3, message->device);
    pb_put_bytes(&one, 4, buffer_bytes(&message->content));
    pb_put_bytes(&one, 5, buffer_bytes(&message->body));
    pb_put_varint(&one, 6, message->is_acked);
    pb_put_varint(&one, 7, message->resent);
    pb_put_varint(&one, 8, (uint64_t)message->kind);
    pb_put_bytes(out, F_OUTGOING, buffer_bytes(&one));
    buffer_fini(&one);
}

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
    pb_put_varint(out, F_PUBLISHED, a->has_published);
    pb_put_varint(out, F_NEXT_ID, a->next_id);
    pb_put_varint(out, F_NEXT_IQ, a->next_iq);
    for (const struct seen_message *m = a->seen; m && !a->rules->delivery.loses_shown_on_restart;
         m = m->next)
        put_seen(out, m);
    for (const struct outgoing *message = a->outgoing; message; message = message->next)
        put_outgoing(out, message);
    buffer_fini(&party);
    return st ? st : buffer_status(out);
}

/* ---- loading */

/* The state is a list of any length: read field by field, not into a struct pb_message. */
static bool next_field(struct bytes *in, struct pb_message *one)
{
    /* its end is found by hand, then the field is parsed alone */
    size_t at = 0;
    uint64_t tag = 0, len = 0;
    int shift = 0;
    while (at < in->len && shift < 63) {
        tag |= (uint64_t)(in->data[at] & 0x7f) << shift;
        shift += 7;
        if (!(in->data[at++] & 0x80))
            break;
    }
    if (at == 0)
        return false;
    size_t start = at;
    shift = 0;
    while (at < in->len && shift < 63) {
        len |= (uint64_t)(in->data[at] & 0x7f) << shift;
        shift += 7;
        if (!(in->data[at++] & 0x80))
            break;
    }
    size_t end = (tag & 7) == PB_BYTES ? (len <= in->len - at ? at + (size_t)len : SIZE_MAX) : at;
    if (at == start || end > in->len || pb_parse(bytes_slice(*in, 0, end), one) || one->count != 1)
        return false;
    *in = bytes_slice(*in, end, in->len);
    return true;
}

static char *text_from(const struct pb_message *m, uint32_t number)
{
    const struct pb_field *f = pb_find(m, number);
    if (!f || f->type != PB_BYTES)
        return NULL;
    char *text = malloc(f->body.len + 1);
    if (!text)
        return NULL;
    if (f->body.len)
        memcpy(text, f->body.data, f->body.len);
    text[f->body.len] = '\0';
    return text;
}

static uint64_t number_from(const struct pb_message *m, uint32_t number)
{
    const struct pb_field *f = pb_find(m, number);
    return f && f->type == PB_VARINT ? f->value : 0;
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
        a->has_published = f->value != 0;
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
    default:
        return true;
    }
}

bool app_is_saved(struct bytes state)
{
    struct pb_message one;
    return next_field(&state, &one) && one.fields[0].number == F_MARK &&
           one.fields[0].type == PB_VARINT && one.fields[0].value == MARK;
}

/* The name, the device and the party come before everything else. */
static enum status load_head(struct bytes *state, const struct app_options *options,
                             struct app_observer observer, struct app **out)
{
    struct pb_message mark, name, device, party;
    struct app_options mine = *options;
    if (!next_field(state, &mark) || !next_field(state, &name) || !next_field(state, &device) ||
        !next_field(state, &party) || mark.fields[0].value != MARK ||
        name.fields[0].number != F_NAME || device.fields[0].number != F_DEVICE ||
        party.fields[0].number != F_PARTY)
        return E_PARSE;
    char *text = text_from(&name, F_NAME);
    if (!text)
        return E_NOMEM;
    mine.self = (struct address){text, (uint32_t)device.fields[0].value};
    struct party *loaded = NULL;
    enum status st = party_load(party.fields[0].body, options->random, options->rules, &loaded);
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
    struct pb_message one;
    *out = NULL;
    enum status st = load_head(&state, options, observer, out);
    while (!st && state.len)
        if (!next_field(&state, &one) || !load_field(*out, &one.fields[0]))
            st = E_PARSE;
    if (st) {
        app_free(*out);
        *out = NULL;
    }
    return st;
}
