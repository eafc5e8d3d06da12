/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outgoing messages, each a record: numbers first, then name, content and body. */
#include "client/memory.h"

#include <string.h>

/* number 8, state, was_sent, count, n_resends, kind 1 each, device 4, three lengths of 4 */
#define HEAD_LEN 29u
#define STATE_AT 8u

void outgoing_init(struct outgoing *o)
{
    memset(o, 0, sizeof(*o));
    octets_init(&o->content, OUTGOING_BYTES_MAX);
    octets_init(&o->body, OUTGOING_BYTES_MAX);
}

void outgoing_fini(struct outgoing *o)
{
    octets_fini(&o->content);
    octets_fini(&o->body);
}

static uint64_t number_at(const uint8_t *in, size_t size)
{
    uint64_t n = 0;
    for (size_t i = 0; i < size; i++)
        n = n << 8 | in[i];
    return n;
}

static bool decode(const struct record *r, struct outgoing *o)
{
    const uint8_t *in = r->value;
    if (r->value_len < HEAD_LEN || r->key_len - 1 > STANZA_ID_MAX)
        return false;
    size_t name_len = (size_t)number_at(in + 17, 4), content_len = (size_t)number_at(in + 21, 4);
    size_t body_len = (size_t)number_at(in + 25, 4);
    if (name_len > NAME_MAX_LEN || r->value_len != HEAD_LEN + name_len + content_len + body_len)
        return false;
    memcpy(o->id, r->key + 1, r->key_len - 1);
    o->id[r->key_len - 1] = '\0';
    o->number = number_at(in, 8);
    o->state = in[STATE_AT];
    o->was_sent = in[9];
    o->count = in[10];
    o->n_resends = in[11];
    o->kind = in[12];
    o->device = (uint32_t)number_at(in + 13, 4);
    in += HEAD_LEN;
    memcpy(o->name, in, name_len);
    o->name[name_len] = '\0';
    octets_put(&o->content, in + name_len, content_len);
    octets_put(&o->body, in + name_len + content_len, body_len);
    return !o->content.is_broken && !o->body.is_broken;
}

bool outgoing_load(const struct client *c, const char *id, struct outgoing *out)
{
    const struct record *r = store_get(&c->party->store, STORE_OUTGOING, id, strlen(id));
    outgoing_init(out);
    return r && decode(r, out);
}

bool outgoing_next(const struct client *c, uint8_t state, uint64_t after, struct outgoing *out)
{
    const struct record *best = NULL, *r;
    size_t at = 0;
    outgoing_init(out);
    while ((r = store_next(&c->party->store, STORE_OUTGOING, &at))) {
        if (r->value_len < HEAD_LEN || r->value[STATE_AT] != state ||
            number_at(r->value, 8) <= after)
            continue;
        if (!best || number_at(r->value, 8) < number_at(best->value, 8))
            best = r;
    }
    return best && decode(best, out);
}

/* Make room for a new record of |len| bytes: the oldest acknowledged ones are deleted. */
static int make_room(struct client *c, size_t len)
{
    for (;;) {
        size_t at = 0, count = 0, bytes = len;
        const struct record *best = NULL, *r;
        while ((r = store_next(&c->party->store, STORE_OUTGOING, &at))) {
            count++;
            bytes += r->value_len;
            if (r->value_len >= HEAD_LEN && r->value[STATE_AT] >= OUTGOING_TAKEN &&
                (!best || number_at(r->value, 8) < number_at(best->value, 8)))
                best = r;
        }
        if (count < OUTGOING_MAX && bytes <= OUTGOING_BYTES_MAX)
            return 0;
        if (!best)
            return CLIENT_E_TOO_LONG;
        uint8_t key[STORE_KEY_MAX];
        size_t key_len = best->key_len - 1;
        memcpy(key, best->key + 1, key_len);
        (void)store_delete(&c->party->store, STORE_OUTGOING, key, key_len);
    }
}

static int take_number(struct client *c, struct outgoing *o)
{
    o->number = memory_number(c, "outgoing") + 1;
    return memory_set_number(c, "outgoing", o->number);
}

int outgoing_save(struct client *c, struct outgoing *o)
{
    struct octets value;
    int result = 0;
    octets_init(&value, OUTGOING_BYTES_MAX);
    if (o->number == 0)
        result = make_room(c, o->content.len + HEAD_LEN);
    if (!result && o->number == 0)
        result = take_number(c, o);
    octets_put_number(&value, o->number, 8);
    octets_put_number(&value, o->state, 1);
    octets_put_number(&value, o->was_sent, 1);
    octets_put_number(&value, o->count, 1);
    octets_put_number(&value, o->n_resends, 1);
    octets_put_number(&value, o->kind, 1);
    octets_put_number(&value, o->device, 4);
    octets_put_number(&value, strlen(o->name), 4);
    octets_put_number(&value, o->content.len, 4);
    octets_put_number(&value, o->body.len, 4);
    octets_put_text(&value, o->name);
    octets_put(&value, o->content.data, o->content.len);
    octets_put(&value, o->body.data, o->body.len);
    if (!result && (value.is_broken || store_put(&c->party->store, STORE_OUTGOING, o->id,
                                                 strlen(o->id), value.data, value.len)))
        result = CLIENT_E_NOMEM;
    octets_fini(&value);
    return result;
}

void outgoing_forget(struct client *c, const char *id)
{
    (void)store_delete(&c->party->store, STORE_OUTGOING, id, strlen(id));
}
