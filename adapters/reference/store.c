/* SPDX-License-Identifier: 0BSD */
#include "store.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define SAVED_MAGIC "assay-reference-1"

void store_init(struct store *s) { memset(s, 0, sizeof(*s)); }

static void record_clear(struct record *r)
{
    if (r->value)
        OPENSSL_cleanse(r->value, r->value_len);
    free(r->value);
    free(r->key);
    memset(r, 0, sizeof(*r));
}

static void records_clear(struct records *all)
{
    for (size_t i = 0; i < all->count; i++)
        record_clear(&all->items[i]);
    free(all->items);
    memset(all, 0, sizeof(*all));
}

void store_fini(struct store *s)
{
    records_clear(&s->kept);
    records_clear(&s->changes);
    store_init(s);
}

static struct record *find(const struct records *all, const uint8_t *key, size_t key_len)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].key_len == key_len && memcmp(all->items[i].key, key, key_len) == 0)
            return &all->items[i];
    return NULL;
}

static void *copy_of(const void *data, size_t len)
{
    void *copy = malloc(len ? len : 1);
    if (copy && len)
        memcpy(copy, data, len);
    return copy;
}

/* Room for |more| records beyond those there. 0, or -1 when memory is short. */
static int reserve(struct records *all, size_t more)
{
    if (all->cap - all->count >= more)
        return 0;
    size_t cap = 2 * (all->count + more) + 16;
    struct record *items = realloc(all->items, cap * sizeof(*items));
    if (!items)
        return -1;
    all->items = items;
    all->cap = cap;
    return 0;
}

static struct record *add(struct records *all, const uint8_t *key, size_t key_len)
{
    if (reserve(all, 1))
        return NULL;
    struct record *r = &all->items[all->count];
    memset(r, 0, sizeof(*r));
    r->key = copy_of(key, key_len);
    if (!r->key)
        return NULL;
    r->key_len = key_len;
    all->count++;
    return r;
}

static void drop(struct records *all, struct record *r)
{
    record_clear(r);
    *r = all->items[--all->count];
}

/* |value| NULL keeps the record as a deletion. */
static int set(struct records *all, const uint8_t *key, size_t key_len, const void *value,
               size_t value_len)
{
    void *copy = value ? copy_of(value, value_len) : NULL;
    if (value && !copy)
        return -1;
    struct record *r = find(all, key, key_len);
    if (!r && !(r = add(all, key, key_len))) {
        free(copy);
        return -1;
    }
    if (r->value)
        OPENSSL_cleanse(r->value, r->value_len);
    free(r->value);
    r->value = copy;
    r->value_len = value ? value_len : 0;
    return 0;
}

/* ---- transactions */

void store_begin(struct store *s)
{
    records_clear(&s->changes);
    s->is_open = true;
}

void store_roll_back(struct store *s)
{
    records_clear(&s->changes);
    s->is_open = false;
}

/* Move |change| to the kept records. Cannot fail: there is room, and nothing is allocated. */
static void keep(struct records *kept, struct record *change)
{
    struct record *old = find(kept, change->key, change->key_len);
    if (old)
        drop(kept, old);
    if (change->value) {
        kept->items[kept->count++] = *change;
        memset(change, 0, sizeof(*change));
    }
}

int store_commit(struct store *s)
{
    int result = reserve(&s->kept, s->changes.count);
    for (size_t i = 0; !result && i < s->changes.count; i++)
        keep(&s->kept, &s->changes.items[i]);
    store_roll_back(s);
    return result;
}

/* ---- reading and writing */

static size_t full_key(uint8_t *out, enum store_kind kind, const void *key, size_t key_len)
{
    if (key_len == 0 || key_len > STORE_KEY_MAX)
        return 0;
    out[0] = (uint8_t)kind;
    memcpy(out + 1, key, key_len);
    return key_len + 1;
}

const struct record *store_get(const struct store *s, enum store_kind kind, const void *key,
                               size_t key_len)
{
    uint8_t full[STORE_KEY_MAX + 1];
    size_t len = full_key(full, kind, key, key_len);
    const struct record *r = len ? find(&s->changes, full, len) : NULL;
    if (r)
        return r->value ? r : NULL;
    return len ? find(&s->kept, full, len) : NULL;
}

int store_put(struct store *s, enum store_kind kind, const void *key, size_t key_len,
              const void *value, size_t value_len)
{
    uint8_t full[STORE_KEY_MAX + 1];
    size_t len = full_key(full, kind, key, key_len);
    if (!len)
        return -1;
    return set(s->is_open ? &s->changes : &s->kept, full, len, value, value_len);
}

int store_delete(struct store *s, enum store_kind kind, const void *key, size_t key_len)
{
    uint8_t full[STORE_KEY_MAX + 1];
    size_t len = full_key(full, kind, key, key_len);
    if (!len)
        return -1;
    if (s->is_open)
        return set(&s->changes, full, len, NULL, 0);
    struct record *kept = find(&s->kept, full, len);
    if (kept)
        drop(&s->kept, kept);
    return 0;
}

const struct record *store_next(const struct store *s, enum store_kind kind, size_t *at)
{
    while (*at < s->kept.count) {
        const struct record *r = &s->kept.items[(*at)++];
        if (r->key[0] == (uint8_t)kind)
            return r;
    }
    return NULL;
}

/* ---- snapshots: the magic, then for each record two 32-bit big-endian lengths, key, value */

static void put_length(uint8_t *out, size_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static size_t get_length(const uint8_t *in)
{
    return (size_t)in[0] << 24 | (size_t)in[1] << 16 | (size_t)in[2] << 8 | in[3];
}

int store_save(const struct store *s, uint8_t **out, size_t *out_len)
{
    size_t magic = strlen(SAVED_MAGIC), len = magic;
    for (size_t i = 0; i < s->kept.count; i++)
        len += 8 + s->kept.items[i].key_len + s->kept.items[i].value_len;
    uint8_t *at = *out = malloc(len);
    *out_len = len;
    if (!at)
        return -1;
    memcpy(at, SAVED_MAGIC, magic);
    at += magic;
    for (size_t i = 0; i < s->kept.count; i++) {
        const struct record *r = &s->kept.items[i];
        put_length(at, r->key_len);
        put_length(at + 4, r->value_len);
        memcpy(at + 8, r->key, r->key_len);
        if (r->value_len)
            memcpy(at + 8 + r->key_len, r->value, r->value_len);
        at += 8 + r->key_len + r->value_len;
    }
    return 0;
}

int store_load(struct store *s, const uint8_t *in, size_t in_len)
{
    size_t at = strlen(SAVED_MAGIC);
    if (in_len < at || memcmp(in, SAVED_MAGIC, at) != 0)
        return -1;
    while (at < in_len) {
        if (in_len - at < 8)
            return -1;
        size_t key_len = get_length(in + at), value_len = get_length(in + at + 4);
        at += 8;
        if (key_len == 0 || key_len > STORE_KEY_MAX + 1 || key_len > in_len - at ||
            value_len > in_len - at - key_len)
            return -1;
        if (set(&s->kept, in + at, key_len, in + at + key_len, value_len))
            return -1;
        at += key_len + value_len;
    }
    return 0;
}
