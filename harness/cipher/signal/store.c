/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/store.h"

#include "base/crypto.h"
#include "cipher/signal/lapse.h"

#include <stdlib.h>
#include <string.h>

const struct rules *party_rules_in(const struct party *p, const struct session *session,
                                   uint32_t counter)
{
    if (session && session->is_carried)
        return rules_honest_carried();
    struct situation now = {
        .is_restored = p->is_restored,
        .is_initiator = session && session->is_initiator,
        .is_archived = session && session->is_archived,
        .session = session ? session->number : p->n_sessions + 1,
        .counter = counter,
        .turns = session ? session->turns : 0,
        .epoch = session && session->pq && session->pq->has_spqr
                     ? (uint32_t)session->pq->spqr.braid.epoch
                     : 0,
        .refusals = p->n_refusals,
    };
    return rules_in(p->rules, &now);
}

const struct rules *party_rules_starting(const struct party *p)
{
    const struct session next = {.number = p->n_sessions + 1, .is_initiator = true};
    return party_rules_in(p, &next, 0);
}

bool address_is_valid(struct address a)
{
    if (!a.name)
        return false;
    size_t len = strnlen(a.name, PARTY_NAME_MAX + 1);
    return len >= 1 && len <= PARTY_NAME_MAX;
}

enum status prekeys_add(struct prekeys *k, const struct prekey *key)
{
    void *items = k->items;
    enum status st = keys_grow(&items, k->count, 1, sizeof(*k->items), &k->cap);
    k->items = items;
    if (st)
        return st;
    for (size_t i = 0; i < k->count; i++)
        if (k->items[i].id == key->id)
            prekeys_remove(k, &k->items[i]);
    k->items[k->count++] = *key;
    return OK;
}

struct prekey *prekeys_find(struct prekeys *k, uint32_t id)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->items[i].id == id && !k->items[i].is_used)
            return &k->items[i];
    return NULL;
}

void prekeys_remove(struct prekeys *k, struct prekey *key)
{
    size_t after = k->count - (size_t)(key - k->items) - 1;
    memmove(key, key + 1, after * sizeof(*key));
    k->count--;
    crypto_wipe(&k->items[k->count], sizeof(*key));
}

void prekeys_fini(struct prekeys *k)
{
    if (k->items)
        crypto_wipe(k->items, k->cap * sizeof(*k->items));
    free(k->items);
    memset(k, 0, sizeof(*k));
}

enum status kem_prekeys_add(struct kem_prekeys *k, const struct kem_prekey *key)
{
    void *items = k->items;
    enum status st = keys_grow(&items, k->count, 1, sizeof(*k->items), &k->cap);
    k->items = items;
    if (st)
        return st;
    for (size_t i = 0; i < k->count; i++)
        if (k->items[i].id == key->id)
            kem_prekeys_remove(k, &k->items[i]);
    k->items[k->count++] = *key;
    return OK;
}

struct kem_prekey *kem_prekeys_find(struct kem_prekeys *k, uint32_t id)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->items[i].id == id && !k->items[i].is_used)
            return &k->items[i];
    return NULL;
}

void kem_prekeys_remove(struct kem_prekeys *k, struct kem_prekey *key)
{
    size_t after = k->count - (size_t)(key - k->items) - 1;
    memmove(key, key + 1, after * sizeof(*key));
    k->count--;
    crypto_wipe(&k->items[k->count], sizeof(*key));
}

void kem_prekeys_fini(struct kem_prekeys *k)
{
    if (k->items)
        crypto_wipe(k->items, k->cap * sizeof(*k->items));
    free(k->items);
    free(k->uses);
    memset(k, 0, sizeof(*k));
}

bool kem_prekeys_was_used(const struct kem_prekeys *k, const struct kem_use *use)
{
    for (size_t i = 0; i < k->n_uses; i++)
        if (k->uses[i].kem_prekey_id == use->kem_prekey_id &&
            k->uses[i].signed_prekey_id == use->signed_prekey_id &&
            memcmp(k->uses[i].base_key, use->base_key, SIGNAL_KEY_LEN) == 0)
            return true;
    return false;
}

enum status kem_prekeys_reserve_use(struct kem_prekeys *k)
{
    void *uses = k->uses;
    enum status st = keys_grow(&uses, k->n_uses, 1, sizeof(*k->uses), &k->uses_cap);
    k->uses = uses;
    return st;
}

void kem_prekeys_use(struct kem_prekeys *k, const struct kem_use *use)
{
    k->uses[k->n_uses++] = *use;
}

struct record *store_find(const struct party *p, struct address peer)
{
    if (!address_is_valid(peer))
        return NULL;
    for (size_t i = 0; i < p->n_records; i++)
        if (p->records[i]->device == peer.device && strcmp(p->records[i]->name, peer.name) == 0)
            return p->records[i];
    return lapse_find(p, peer);
}

enum status store_get(struct party *p, struct address peer, struct record **out)
{
    void *records = p->records;
    enum status st;
    *out = store_find(p, peer);
    if (*out)
        return OK;
    if (!address_is_valid(peer))
        return E_LIMIT;
    st = keys_grow(&records, p->n_records, 1, sizeof(struct record *), &p->records_cap);
    p->records = records;
    if (st)
        return st;
    struct record *made = calloc(1, sizeof(*made));
    if (!made)
        return E_NOMEM;
    memcpy(made->name, peer.name, strlen(peer.name) + 1);
    made->device = peer.device;
    lapse_new_record(p);
    p->records[p->n_records++] = made;
    *out = made;
    return OK;
}

void store_drop_empty(struct party *p, struct record *r)
{
    if (!r || r->is_pinned || r->current || r->n_archived)
        return;
    for (size_t i = 0; i < p->n_records; i++) {
        if (p->records[i] != r)
            continue;
        p->n_records--;
        memmove(p->records + i, p->records + i + 1, (p->n_records - i) * sizeof(struct record *));
        record_free(r);
        return;
    }
}

void record_free(struct record *r)
{
    if (!r)
        return;
    record_drop_sessions(r);
    free(r->archived);
    free(r);
}

enum status record_reserve(struct record *r)
{
    void *archived = r->archived;
    enum status st =
        keys_grow(&archived, r->n_archived, 1, sizeof(struct session *), &r->archived_cap);
    r->archived = archived;
    return st;
}

void record_archive(struct record *r, struct session *s, const struct rules_storage *rules)
{
    memmove(r->archived + 1, r->archived, r->n_archived * sizeof(struct session *));
    r->archived[0] = s;
    r->n_archived++;
    s->is_archived = true;
    while (r->n_archived > rules->archived_max)
        session_free(r->archived[--r->n_archived]);
}

void record_archive_current(struct record *r, const struct rules_storage *rules)
{
    struct session *s = r->current;
    r->current = NULL;
    if (s)
        record_archive(r, s, rules);
}

void record_put_current(struct record *r, struct session *s, const struct rules_storage *rules)
{
    if (rules->archives_on_new)
        record_archive_current(r, rules);
    else
        record_drop_current(r);
    s->is_archived = false;
    r->current = s;
}

void record_promote(struct record *r, struct session *s)
{
    size_t at = 0;
    if (r->current == s)
        return;
    while (at < r->n_archived && r->archived[at] != s)
        at++;
    if (at == r->n_archived)
        return;
    if (r->current) {
        /* its place is the newest; those between move up by one */
        memmove(r->archived + 1, r->archived, at * sizeof(struct session *));
        r->archived[0] = r->current;
        r->current->is_archived = true;
    } else {
        r->n_archived--;
        memmove(r->archived + at, r->archived + at + 1,
                (r->n_archived - at) * sizeof(struct session *));
    }
    s->is_archived = false;
    r->current = s;
}

void record_drop_current(struct record *r)
{
    session_free(r->current);
    r->current = NULL;
}

void record_drop_sessions(struct record *r)
{
    record_drop_current(r);
    while (r->n_archived)
        session_free(r->archived[--r->n_archived]);
}

const struct session *record_current(const struct record *r)
{
    return r && r->current && !r->current->is_carried ? r->current : NULL;
}

struct session *record_find_carried(const struct record *r)
{
    if (r->current && r->current->is_carried)
        return r->current;
    for (size_t i = 0; i < r->n_archived; i++)
        if (r->archived[i]->is_carried)
            return r->archived[i];
    return NULL;
}

/* Bit 255 is no part of the point (RFC 7748, section 5): another spelling is no other handshake. */
static bool is_named(const struct session *s, const uint8_t *base_key, bool masks)
{
    uint8_t mask = masks ? 0x7f : 0xff;
    size_t last = SIGNAL_KEY_LEN - 1;
    return s && memcmp(s->base_key, base_key, last) == 0 &&
           (s->base_key[last] & mask) == (base_key[last] & mask);
}

struct session *record_find_session(const struct record *r, const uint8_t *base_key, bool masks)
{
    if (is_named(r->current, base_key, masks))
        return r->current;
    for (size_t i = 0; i < r->n_archived; i++)
        if (is_named(r->archived[i], base_key, masks))
            return r->archived[i];
    return NULL;
}

bool record_trusts(const struct record *r, const uint8_t *identity,
                   const struct rules_identity *rules)
{
    size_t len = rules->compared_bytes < SIGNAL_KEY_LEN ? rules->compared_bytes : SIGNAL_KEY_LEN;
    size_t from = rules->compared_from < len ? rules->compared_from : len;
    return !r || !r->is_pinned || rules->accepts_new || r->is_accepted_for_ever ||
           memcmp(r->identity + from, identity + from, len - from) == 0;
}

bool store_trusts(const struct party *p, struct address peer, const struct record *r,
                  const uint8_t *identity, const struct rules_identity *rules)
{
    for (size_t i = 0; rules->is_of_user && i < p->n_records; i++)
        if (strcmp(p->records[i]->name, peer.name) == 0 &&
            !record_trusts(p->records[i], identity, rules))
            return false;
    return record_trusts(r, identity, rules) ||
           (lapses(p, LAPSE_TRUSTS_OF_DEVICES) && lapse_is_of_other_device(p, peer, identity));
}

void record_pin(struct record *r, const uint8_t *identity)
{
    memcpy(r->identity, identity, SIGNAL_KEY_LEN);
    r->is_pinned = true;
}
