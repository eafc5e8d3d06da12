/* Everything assay's own client keeps, as bytes and back: protobuf, private to this file. */
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
    F_LETTER
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

static void put_letter(struct buffer *out, const struct outgoing *l)
{
    struct buffer one;
    buffer_init(&one, STATE_MAX);
    pb_put_bytes(&one, 1, bytes_of_text(l->id));
    pb_put_bytes(&one, 2, bytes_of_text(l->name));
    pb_put_varint(&one, 3, l->device);
    pb_put_bytes(&one, 4, buffer_bytes(&l->content));
    pb_put_bytes(&one, 5, buffer_bytes(&l->body));
    pb_put_varint(&one, 6, l->is_acked);
    pb_put_varint(&one, 7, l->resent);
    pb_put_varint(&one, 8, (uint64_t)l->kind);
    pb_put_bytes(out, F_LETTER, buffer_bytes(&one));
    buffer_fini(&one);
}

enum status app_save(const struct app *c, struct buffer *out)
{
    struct buffer party;
    buffer_init(&party, STATE_MAX);
    enum status st = party_save(c->party, &party);
    pb_put_varint(out, F_MARK, MARK);
    pb_put_bytes(out, F_NAME, bytes_of_text(c->name));
    pb_put_varint(out, F_DEVICE, c->device);
    pb_put_bytes(out, F_PARTY, buffer_bytes(&party));
    if (c->has_static)
        pb_put_bytes(out, F_STATIC, bytes_of(c->static_private, 32));
    pb_put_varint(out, F_PUBLISHED, c->has_published);
    pb_put_varint(out, F_NEXT_ID, c->next_id);
    pb_put_varint(out, F_NEXT_IQ, c->next_iq);
    for (const struct seen_message *m = c->seen; m && !c->rules->mail.loses_shown_on_restart;
         m = m->next)
        put_seen(out, m);
    for (const struct outgoing *l = c->outgoing; l; l = l->next)
        put_letter(out, l);
    buffer_fini(&party);
    return st ? st : buffer_status(out);
}

/* ---- back */

/* The state is a list of any length: read field by field, not into a struct pb_message. */
static bool next_field(struct bytes *in, struct pb_message *one)
{
    /* a field is parsed alone by growing the slice until it is whole: fields here are few and known
     * to be sound */
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

static bool load_seen(struct app *c, struct bytes in)
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
    struct seen_message **end = &c->seen;
    while (*end)
        end = &(*end)->next;
    *end = s;
    return true;
}

static bool load_letter(struct app *c, struct bytes in)
{
    struct pb_message m;
    struct outgoing *l = calloc(1, sizeof(*l));
    if (!l)
        return false;
    buffer_init(&l->content, STATE_MAX);
    buffer_init(&l->body, STATE_MAX);
    bool is_good = !pb_parse(in, &m) && (l->id = text_from(&m, 1)) && (l->name = text_from(&m, 2));
    const struct pb_field *content = is_good ? pb_find(&m, 4) : NULL,
                          *body = is_good ? pb_find(&m, 5) : NULL;
    if (!content || !body || buffer_append(&l->content, content->body) ||
        buffer_append(&l->body, body->body)) {
        app_outgoing_free(l);
        return false;
    }
    l->device = (uint32_t)number_from(&m, 3);
    l->is_acked = number_from(&m, 6) != 0;
    l->resent = (uint32_t)number_from(&m, 7);
    l->kind = (enum signal_kind)number_from(&m, 8);
    struct outgoing **end = &c->outgoing;
    while (*end)
        end = &(*end)->next;
    *end = l;
    return true;
}

static bool load_field(struct app *c, const struct pb_field *f)
{
    switch (f->number) {
    case F_STATIC:
        if (f->body.len != 32)
            return false;
        memcpy(c->static_private, f->body.data, 32);
        c->has_static = crypto_x25519_public(c->static_private, c->static_public) == OK;
        return c->has_static;
    case F_PUBLISHED:
        c->has_published = f->value != 0;
        return true;
    case F_NEXT_ID:
        c->next_id = (uint32_t)f->value;
        return true;
    case F_NEXT_IQ:
        c->next_iq = (uint32_t)f->value;
        return true;
    case F_SEEN:
        return load_seen(c, f->body);
    case F_LETTER:
        return load_letter(c, f->body);
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
                             struct app_observer listener, struct app **out)
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
        st = app_new(&mine, listener, out);
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
                     struct app_observer listener, struct app **out)
{
    struct pb_message one;
    *out = NULL;
    enum status st = load_head(&state, options, listener, out);
    while (!st && state.len)
        if (!next_field(&state, &one) || !load_field(*out, &one.fields[0]))
            st = E_PARSE;
    if (st) {
        app_free(*out);
        *out = NULL;
    }
    return st;
}
