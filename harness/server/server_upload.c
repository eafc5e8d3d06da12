/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client publishes, or sends with a retry (docs/wire.md, iq): read strictly, and kept whole
 * or not at all. */
#include "server/server_internal.h"

#include <stdlib.h>
#include <string.h>

static bool take(const struct stanza *parent, const char *name, struct arena *arena, uint8_t *out,
                 size_t len)
{
    struct bytes b;
    const struct stanza *child = parent ? stanza_child(parent, name) : NULL;
    if (!child || stanza_bytes(child, arena, &b) || b.len != len)
        return false;
    memcpy(out, b.data, len);
    return true;
}

static bool take_id(const struct server *s, const struct stanza *parent, struct arena *arena,
                    uint32_t *out)
{
    uint8_t bytes[4];
    size_t size = s->options.profile->prekey_id_size;
    *out = 0;
    if (!take(parent, "id", arena, bytes, size))
        return false;
    for (size_t i = 0; i < size; i++)
        *out = *out << 8 | bytes[i];
    return true;
}

struct upload {
    bool has_identity, has_last_resort;
    uint8_t registration[4], identity[32], signed_value[32], signature[64];
    uint32_t signed_id;
    struct server_kem_prekey last_resort;
    struct server_prekey *one_time; /* in the arena */
    struct server_kem_prekey *kem;  /* the same */
    size_t n_one_time, n_kem;
};

/* Signal v4. */
static bool read_kem(const struct server *s, const struct stanza *kem, struct arena *arena,
                     struct server_kem_prekey *out)
{
    return take_id(s, kem, arena, &out->id) &&
           take(kem, "value", arena, out->value, sizeof(out->value)) &&
           take(kem, "signature", arena, out->signature, sizeof(out->signature));
}

/* The identity and the signed prekey in |keys|. */
static bool read_keys(const struct server *s, const struct stanza *keys, struct arena *arena,
                      struct upload *out)
{
    const struct stanza *skey = stanza_child(keys, "skey");
    uint8_t type;
    return take(keys, "type", arena, &type, 1) && type == 5 &&
           take(keys, "identity", arena, out->identity, 32) &&
           take_id(s, skey, arena, &out->signed_id) &&
           take(skey, "value", arena, out->signed_value, 32) &&
           take(skey, "signature", arena, out->signature, 64);
}

static bool read_last_resort(const struct server *s, const struct stanza *keys, struct arena *arena,
                             struct upload *out)
{
    const struct stanza *kem = s->options.is_of_v3 ? NULL : stanza_child(keys, "kem");
    out->has_last_resort = kem != NULL;
    return !kem || read_kem(s, kem, arena, &out->last_resort);
}

static bool read_registration(const struct server *s, const struct stanza *in, struct arena *arena,
                              struct upload *out)
{
    return take(in, "registration", arena, out->registration,
                s->options.profile->prekey_registration_size);
}

static bool read_identity(const struct server_connection *c, const struct stanza *iq,
                          struct arena *arena, struct upload *out)
{
    if (!read_last_resort(c->server, iq, arena, out))
        return false;
    if (!stanza_child(iq, "skey"))
        return c->account->has_published;
    out->has_identity = true;
    return read_registration(c->server, iq, arena, out) && read_keys(c->server, iq, arena, out);
}

static bool is_called(const struct stanza *child, const struct stanza *list, const char *name)
{
    return strcmp(child->name, name) == 0 && strcmp(child->ns, list->ns) == 0;
}

static size_t count(const struct stanza *list, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n_children; i++)
        n += is_called(&list->children[i], list, name);
    return n;
}

static bool read_key(const struct server *s, const struct stanza *key, struct arena *arena,
                     struct server_prekey *out)
{
    return take_id(s, key, arena, &out->id) && take(key, "value", arena, out->value, 32);
}

/* Unknown children are ignored. */
static bool read_list(const struct server_connection *c, const struct stanza *iq,
                      struct arena *arena, struct upload *out)
{
    const struct stanza *list = stanza_child(iq, "list");
    bool is_sound = true;
    if (!list || list->n_children == 0)
        return true;
    out->one_time = arena_array(arena, count(list, "key") + 1, sizeof(*out->one_time));
    out->kem = arena_array(arena, count(list, "kem") + 1, sizeof(*out->kem));
    if (!out->one_time || !out->kem)
        return false;
    for (size_t i = 0; is_sound && i < list->n_children; i++) {
        const struct stanza *child = &list->children[i];
        if (is_called(child, list, "key"))
            is_sound = read_key(c->server, child, arena, &out->one_time[out->n_one_time++]);
        else if (!c->server->options.is_of_v3 && is_called(child, list, "kem"))
            is_sound = read_kem(c->server, child, arena, &out->kem[out->n_kem++]);
    }
    return is_sound && c->account->n_one_time + out->n_one_time <= SERVER_ONE_TIME_KEYS_MAX &&
           c->account->n_kem + out->n_kem <= SERVER_ONE_TIME_KEYS_MAX;
}

/* ---- keeping */

/* |items|, with room for one more than |n|; NULL without memory, and |items| as they were. */
static void *grown(void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return items;
    size_t more = *cap ? *cap * 2 : 16;
    void *all = realloc(items, more * size);
    if (all)
        *cap = more;
    return all;
}

/* A known id gets the new key: a client restored from an older state publishes its ids again. */
static enum status add_one_time(struct account *a, const struct server_prekey *key)
{
    size_t i = 0;
    while (i < a->n_one_time && a->one_time[i].id != key->id)
        i++;
    struct server_prekey *keys = grown(a->one_time, i, &a->cap_one_time, sizeof(*keys));
    if (!keys)
        return E_NOMEM;
    a->one_time = keys;
    a->one_time[i] = *key;
    a->n_one_time += i == a->n_one_time;
    return OK;
}

static enum status add_kem(struct account *a, const struct server_kem_prekey *key)
{
    size_t i = 0;
    while (i < a->n_kem && a->kem[i].id != key->id)
        i++;
    struct server_kem_prekey *keys = grown(a->kem, i, &a->cap_kem, sizeof(*keys));
    if (!keys)
        return E_NOMEM;
    a->kem = keys;
    a->kem[i] = *key;
    a->n_kem += i == a->n_kem;
    return OK;
}

static enum status keep(struct account *a, const struct upload *u)
{
    enum status st = OK;
    if (u->has_identity) {
        memcpy(a->registration, u->registration, sizeof(a->registration));
        memcpy(a->identity, u->identity, sizeof(a->identity));
        memcpy(a->signed_value, u->signed_value, sizeof(a->signed_value));
        memcpy(a->signature, u->signature, sizeof(a->signature));
        a->signed_id = u->signed_id;
        a->has_published = true;
    }
    if (u->has_last_resort) {
        a->last_resort = u->last_resort;
        a->has_last_resort = true;
    }
    for (size_t i = 0; !st && i < u->n_one_time; i++)
        st = add_one_time(a, &u->one_time[i]);
    for (size_t i = 0; !st && i < u->n_kem; i++)
        st = add_kem(a, &u->kem[i]);
    return st;
}

enum status server_upload(struct server_connection *c, const struct stanza *iq, struct arena *arena)
{
    struct upload *upload = arena_alloc(arena, sizeof(*upload));
    if (!upload)
        return E_NOMEM;
    if (!read_identity(c, iq, arena, upload) || !read_list(c, iq, arena, upload))
        return E_PARSE;
    return keep(c->account, upload);
}

/* ---- with a retry */

enum status server_read_retry(const struct server *s, const struct stanza *receipt,
                              struct arena *arena, struct account *out)
{
    const struct stanza *keys = stanza_child(receipt, "keys");
    const struct stanza *key = keys ? stanza_child(keys, "key") : NULL;
    struct upload *u = arena_alloc(arena, sizeof(*u));
    if (!u || !(out->one_time = arena_alloc(arena, sizeof(*out->one_time))))
        return E_NOMEM;
    if (!keys || !read_registration(s, receipt, arena, u) || !read_keys(s, keys, arena, u) ||
        !read_last_resort(s, keys, arena, u) || (key && !read_key(s, key, arena, out->one_time)))
        return E_PARSE;
    u->has_identity = true;
    out->n_one_time = key != NULL;
    return keep(out, u);
}
