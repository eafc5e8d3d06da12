/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/memory.h"

#include <string.h>

#define KEY_MAX (ADDRESS_MAX + STANZA_ID_MAX + 2u)

/* ---- numbers */

uint64_t memory_number(const struct client *c, const char *name)
{
    uint64_t value = 0;
    const struct record *r = store_get(&c->party->store, STORE_CLIENT, name, strlen(name));
    if (r && r->value_len == sizeof(value))
        memcpy(&value, r->value, sizeof(value));
    return value;
}

int memory_set_number(struct client *c, const char *name, uint64_t value)
{
    struct store *s = &c->party->store;
    int result = value ? store_put(s, STORE_CLIENT, name, strlen(name), &value, sizeof(value))
                       : store_delete(s, STORE_CLIENT, name, strlen(name));
    return result ? CLIENT_E_NOMEM : 0;
}

/* The number of a new record: counts up. */
static uint64_t next_number(struct client *c)
{
    uint64_t n = memory_number(c, "number") + 1;
    return memory_set_number(c, "number", n) ? 0 : n;
}

/* ---- received messages */

/* Sender, NUL, id. 0 when it is too long. */
static size_t key_of(const char *from, const char *id, uint8_t out[KEY_MAX])
{
    size_t from_len = strlen(from), id_len = strlen(id);
    if (from_len >= ADDRESS_MAX || id_len > STANZA_ID_MAX)
        return 0;
    memcpy(out, from, from_len + 1);
    memcpy(out + from_len + 1, id, id_len);
    return from_len + 1 + id_len;
}

static uint64_t number_in(const struct record *r)
{
    uint64_t n = 0;
    if (r->value_len >= sizeof(n))
        memcpy(&n, r->value, sizeof(n));
    return n;
}

/* The oldest record of |kind| (of |from|, where that is not NULL), and how many there are. */
static const struct record *oldest(const struct client *c, enum store_kind kind, const char *from,
                                   size_t *out_count)
{
    const struct record *best = NULL, *r;
    size_t at = 0;
    *out_count = 0;
    while ((r = store_next(&c->party->store, kind, &at))) {
        ++*out_count;
        if (from && strncmp((const char *)r->key + 1, from, r->key_len - 1) != 0)
            continue;
        if (!best || number_in(r) < number_in(best))
            best = r;
    }
    return best;
}

static void forget(struct client *c, const struct record *r)
{
    uint8_t key[STORE_KEY_MAX];
    enum store_kind kind = (enum store_kind)r->key[0];
    size_t len = r->key_len - 1;
    memcpy(key, r->key + 1, len);
    (void)store_delete(&c->party->store, kind, key, len);
}

/* Store |value| with its number, and delete the oldest over the maximum. */
static int put(struct client *c, enum store_kind kind, const char *from, const char *id,
               uint32_t value)
{
    uint8_t key[KEY_MAX], stored[sizeof(uint64_t) + sizeof(uint32_t)];
    size_t count, key_len = key_of(from, id, key);
    uint64_t number = next_number(c);
    memcpy(stored, &number, sizeof(number));
    memcpy(stored + sizeof(number), &value, sizeof(value));
    if (!key_len || !number ||
        store_put(&c->party->store, kind, key, key_len, stored, sizeof(stored)))
        return CLIENT_E_NOMEM;
    const struct record *old = oldest(c, kind, NULL, &count);
    if (old && count > SHOWN_MAX)
        forget(c, old);
    return 0;
}

bool memory_was_shown(const struct client *c, const char *from, const char *id)
{
    uint8_t key[KEY_MAX];
    size_t len = key_of(from, id, key);
    return len && store_get(&c->party->store, STORE_SHOWN, key, len);
}

int memory_show(struct client *c, const char *from, const char *id)
{
    uint8_t key[KEY_MAX];
    size_t len = key_of(from, id, key);
    int result = put(c, STORE_SHOWN, from, id, 0);
    if (!result)
        result = put(c, STORE_UNREAD, from, id, 0);
    if (!result)
        result = put(c, STORE_OWED, from, id, 0);
    if (!result)
        (void)store_delete(&c->party->store, STORE_FAILED, key, len);
    return result;
}

int memory_read(struct client *c, const char *from, const char *id)
{
    return put(c, STORE_READ, from, id, 0);
}

int memory_fail(struct client *c, const char *from, const char *id, unsigned *out_count)
{
    uint8_t key[KEY_MAX];
    uint32_t count = 0;
    size_t len = key_of(from, id, key);
    const struct record *r = len ? store_get(&c->party->store, STORE_FAILED, key, len) : NULL;
    if (r && r->value_len == sizeof(uint64_t) + sizeof(count))
        memcpy(&count, r->value + sizeof(uint64_t), sizeof(count));
    *out_count = ++count;
    return put(c, STORE_FAILED, from, id, count);
}

/* Sender and id from a record's key; false when it is malformed. */
static bool read_key(const struct record *r, char out_from[ADDRESS_MAX],
                     char out_id[STANZA_ID_MAX + 1])
{
    const uint8_t *key = r->key + 1;
    size_t len = r->key_len - 1;
    const uint8_t *end = memchr(key, 0, len);
    size_t from_len = end ? (size_t)(end - key) : 0, id_len = end ? len - from_len - 1 : 0;
    if (!end || from_len >= ADDRESS_MAX || id_len > STANZA_ID_MAX)
        return false;
    memcpy(out_from, key, from_len + 1);
    memcpy(out_id, end + 1, id_len);
    out_id[id_len] = '\0';
    return true;
}

bool memory_take(struct client *c, enum store_kind kind, const char *from,
                 char out_from[ADDRESS_MAX], char out_id[STANZA_ID_MAX + 1])
{
    size_t count;
    const struct record *r = oldest(c, kind, from, &count);
    bool is_read = r && read_key(r, out_from, out_id);
    if (r)
        forget(c, r);
    return is_read;
}

void memory_owed(struct client *c, void (*each)(struct client *, const char *to, const char *id))
{
    char from[ADDRESS_MAX], id[STANZA_ID_MAX + 1];
    const struct record *r;
    size_t at = 0;
    while ((r = store_next(&c->party->store, STORE_OWED, &at)))
        if (read_key(r, from, id))
            each(c, from, id);
}

void memory_forget_owed(struct client *c)
{
    size_t at = 0;
    const struct record *r;
    while ((r = store_next(&c->party->store, STORE_OWED, &at))) {
        forget(c, r);
        at = 0;
    }
}
