/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/verify_upload.h"

#include <string.h>

struct published_kem {
    struct cipher_prekey key;
    bool is_last_resort; /* else one-time */
};

struct published {
    /* Each has room for all that the uploads have. */
    uint32_t *ids;
    struct bytes *values;
    size_t n, in_last; /* in all uploads, and in the newest that has not KEM prekeys alone */
    struct published_kem *kems;
    size_t n_kems, most_kems; /* most: one-time ones in one upload */
    bool has_last_resort;     /* the newest that signs does */
    size_t n_uploads;
    struct bytes identity, signed_prekey, signature, registration, type, signed_id;
    /* Of the newest upload that signs: were its signed prekey and its last resort published before
     * it, and how many one-time prekeys of either kind came with it? */
    bool is_signed_again, is_last_resort_again;
    size_t with_signed;
    bool goes_back; /* one that signs has what another had replaced */
    struct bytes *signed_before, *last_resorts_before;
    size_t n_signed, n_last_resorts;
    bool is_malformed;
};

static struct bytes bytes_in(struct look *l, const struct stanza *parent, const char *name)
{
    struct bytes out = {0};
    const struct stanza *child = parent ? stanza_child(parent, name) : NULL;
    if (child && stanza_bytes(child, l->s->arena, &out))
        out = (struct bytes){0};
    return out;
}

/* False when it has not the profile's size. */
static bool take_id(struct look *l, const struct stanza *key, uint32_t *out)
{
    struct bytes id = bytes_in(l, key, "id");
    *out = 0;
    for (size_t i = 0; i < id.len; i++)
        *out = *out << 8 | id.data[i];
    return id.len == l->s->client->profile->prekey_id_size;
}

static void take_key(struct look *l, const struct stanza *key, struct published *p)
{
    struct bytes value = bytes_in(l, key, "value");
    uint32_t id;
    if (!take_id(l, key, &id) || value.len != 32) {
        p->is_malformed = true;
        return;
    }
    p->ids[p->n] = id;
    p->values[p->n++] = value;
}

/* Only where the cipher has a KEM: elsewhere it is an element that nobody knows. */
static void take_kem(struct look *l, const struct stanza *kem, bool is_last_resort,
                     struct published *p)
{
    struct cipher_prekey key = {.key = bytes_in(l, kem, "value"),
                                .signature = bytes_in(l, kem, "signature")};
    uint32_t len = l->s->cipher->kem_prekey_len;
    if (!len)
        return;
    if (!take_id(l, kem, &key.id) || key.key.len != len) {
        p->is_malformed = true;
        return;
    }
    p->kems[p->n_kems++] = (struct published_kem){key, is_last_resort};
}

/* Unknown children are ignored. */
static void take_one_time(struct look *l, const struct stanza *child, struct published *p)
{
    if (strcmp(child->name, "kem") == 0)
        take_kem(l, child, false, p);
    else if (strcmp(child->name, "key") == 0)
        take_key(l, child, p);
}

/* Add |key| to those that were published, in order. *out_again: it was among them. True when it was
 * replaced before. */
static bool comes_back(struct bytes *all, size_t *n, struct bytes key, bool *out_again)
{
    *out_again = false;
    for (size_t i = 0; i < *n; i++)
        *out_again |= bytes_equal(all[i], key);
    bool is_back = *out_again && !bytes_equal(all[*n - 1], key);
    if (!*out_again)
        all[(*n)++] = key;
    return is_back;
}

static void take_upload(struct look *l, const struct stanza *iq, struct published *p)
{
    const struct stanza *list = stanza_child(iq, "list"), *skey = stanza_child(iq, "skey"),
                        *kem = stanza_child(iq, "kem");
    size_t n_before = p->n, n_kems_before = p->n_kems;
    p->n_uploads++;
    for (size_t i = 0; list && i < list->n_children; i++)
        take_one_time(l, &list->children[i], p);
    if (p->n_kems - n_kems_before > p->most_kems)
        p->most_kems = p->n_kems - n_kems_before;
    if (p->n > n_before || p->n_kems == n_kems_before)
        p->in_last = p->n - n_before;
    if (kem)
        take_kem(l, kem, true, p);
    if (!skey)
        return;
    p->has_last_resort = kem != NULL;
    p->with_signed =
        p->n - n_before + p->n_kems - n_kems_before - (kem && l->s->cipher->kem_prekey_len);
    p->goes_back |=
        comes_back(p->signed_before, &p->n_signed, bytes_in(l, skey, "value"), &p->is_signed_again);
    if (kem && l->s->cipher->kem_prekey_len)
        p->goes_back |= comes_back(p->last_resorts_before, &p->n_last_resorts,
                                   bytes_in(l, kem, "value"), &p->is_last_resort_again);
    p->identity = bytes_in(l, iq, "identity");
    p->registration = bytes_in(l, iq, "registration");
    p->type = bytes_in(l, iq, "type");
    p->signed_prekey = bytes_in(l, skey, "value");
    p->signed_id = bytes_in(l, skey, "id");
    p->signature = bytes_in(l, skey, "signature");
}

static bool is_upload(const struct look *l, const struct observed_stanza *o)
{
    return o->account == l->account->id && strcmp(o->stanza->name, "iq") == 0 &&
           stanza_has(o->stanza, "type", "set") && stanza_child(o->stanza, "list");
}

/* Did the gatekeeper take the |i|th stanza, for all it said? One that it did not may come again. */
static bool is_taken(const struct look *l, size_t i)
{
    const struct client_context *client = l->s->client;
    const struct observed_stanza *o = &client->observed[i];
    const char *id = stanza_get(o->stanza, "id");
    for (size_t k = 0; id && k < client->n_told; k++) {
        const struct told_stanza *t = &client->told[k];
        bool is_answer = t->connection == o->connection && t->before > i &&
                         strcmp(t->name, "iq") == 0 && t->id && strcmp(t->id, id) == 0 && t->type;
        if (is_answer && (strcmp(t->type, "result") == 0 || strcmp(t->type, "error") == 0))
            return strcmp(t->type, "result") == 0;
    }
    return !client->has_held;
}

/* Room for what all uploads have, and a signed prekey and a last resort of each. NULL: none. */
static struct published *published_new(struct look *l)
{
    struct arena *arena = l->s->arena;
    struct published *p = arena_alloc(arena, sizeof(*p));
    size_t n = 1;
    for (size_t i = 0; i < l->s->client->n_observed; i++)
        if (is_upload(l, &l->s->client->observed[i]))
            n += stanza_child(l->s->client->observed[i].stanza, "list")->n_children + (size_t)1;
    if (!p || !(p->ids = arena_array(arena, n, sizeof(*p->ids))) ||
        !(p->values = arena_array(arena, n, sizeof(*p->values))) ||
        !(p->kems = arena_array(arena, n, sizeof(*p->kems))) ||
        !(p->signed_before = arena_array(arena, n, sizeof(*p->signed_before))) ||
        !(p->last_resorts_before = arena_array(arena, n, sizeof(*p->last_resorts_before))))
        return NULL;
    return p;
}

static struct published *collect(struct look *l)
{
    struct published *p = published_new(l);
    for (size_t i = 0; p && i < l->s->client->n_observed; i++)
        if (is_upload(l, &l->s->client->observed[i]) && is_taken(l, i))
            take_upload(l, l->s->client->observed[i].stanza, p);
    if (!p)
        l->out->seen = SEEN_HARNESS_TROUBLE;
    return p;
}

bool verify_upload_shape(struct look *l)
{
    const struct wire_profile *w = l->s->client->profile;
    const struct published *p = collect(l);
    if (!p || p->n_uploads == 0)
        l->out->detail = "nothing was published";
    else if (p->is_malformed)
        l->out->detail = "a prekey's id or value has another size";
    else if (p->most_kems > CLIENT_CONTEXT_KEMS_AT_A_TIME)
        step_says(l->s, l->out, "%zu one-time KEM prekeys came in one upload, and %u may",
                  p->most_kems, CLIENT_CONTEXT_KEMS_AT_A_TIME);
    else if (p->n < w->prekey_upload_count)
        step_says(l->s, l->out, "%zu one-time prekeys were published, the profile wants %u", p->n,
                  w->prekey_upload_count);
    else if (p->identity.len != 32 || p->signed_prekey.len != 32 || p->signature.len != 64)
        l->out->detail = "identity, signed prekey or signature has another size";
    else if (p->registration.len != w->prekey_registration_size ||
             p->signed_id.len != w->prekey_id_size)
        l->out->detail = "the registration or the signed prekey's id has another size";
    else if (p->type.len != 1 || p->type.data[0] != 5)
        l->out->detail = "the key type is not 05";
    else if (l->s->cipher->has_post_quantum && !p->has_last_resort)
        l->out->detail = "there is no last-resort KEM prekey beside the signed prekey";
    else
        return true;
    return false;
}

/* A last resort comes with each upload until it is replaced; nothing else comes twice. */
static bool is_again(const struct published_kem *a, const struct published_kem *b)
{
    return a->is_last_resort && b->is_last_resort && a->key.id == b->key.id &&
           bytes_equal(a->key.key, b->key.key);
}

/* 0 is no id, and the largest has 3 bytes (docs/wire.md, iq). */
static bool is_id(uint32_t id) { return id > 0 && id < 1u << 24; }

static bool kem_ids(struct look *l, const struct published *p)
{
    for (size_t i = 0; i < p->n_kems; i++) {
        if (!is_id(p->kems[i].key.id)) {
            l->out->detail = "a KEM prekey's id is 0 or does not fit 3 bytes";
            return false;
        }
        for (size_t j = 0; j < i; j++)
            if (p->kems[i].key.id == p->kems[j].key.id && !is_again(&p->kems[i], &p->kems[j])) {
                step_says(l->s, l->out, "KEM prekey %u was published twice", p->kems[i].key.id);
                return false;
            }
    }
    return true;
}

static bool kem_keys(struct look *l, const struct published *p)
{
    for (size_t i = 0; i < p->n_kems; i++)
        for (size_t j = 0; j < i; j++)
            if (bytes_equal(p->kems[i].key.key, p->kems[j].key.key) &&
                !is_again(&p->kems[i], &p->kems[j])) {
                step_says(l->s, l->out, "KEM prekeys %u and %u have one and the same key",
                          p->kems[j].key.id, p->kems[i].key.id);
                return false;
            }
    return true;
}

bool verify_upload_ids(struct look *l)
{
    const struct published *p = collect(l);
    if (p && p->goes_back) {
        l->out->detail = "a signed prekey or a last resort that had been replaced came again";
        return false;
    }
    for (size_t i = 0; p && i < p->n; i++) {
        if (!is_id(p->ids[i])) {
            l->out->detail = "an id is 0 or does not fit 3 bytes";
            return false;
        }
        for (size_t j = 0; j < i; j++)
            if (p->ids[i] == p->ids[j]) {
                step_says(l->s, l->out, "id %u was published twice", p->ids[i]);
                return false;
            }
    }
    return p && p->n && !p->is_malformed && kem_ids(l, p);
}

bool verify_upload_keys(struct look *l)
{
    const struct published *p = collect(l);
    for (size_t i = 0; p && i < p->n; i++)
        for (size_t j = 0; j < i; j++)
            if (bytes_equal(p->values[i], p->values[j])) {
                step_says(l->s, l->out, "ids %u and %u have one and the same key", p->ids[j],
                          p->ids[i]);
                return false;
            }
    return p && p->n && !p->is_malformed && kem_keys(l, p);
}

bool verify_upload_signature(struct look *l)
{
    const struct published *p = collect(l);
    const struct cipher *cipher = l->s->cipher;
    for (size_t i = 0; p && i < p->n_kems; i++)
        if (!cipher->prekey_verifies(p->identity, p->kems[i].key.key, p->kems[i].key.signature)) {
            step_says(l->s, l->out, "the signature of KEM prekey %u does not verify",
                      p->kems[i].key.id);
            l->out->violates = "P-04";
            return false;
        }
    return p && cipher->prekey_verifies(p->identity, p->signed_prekey, p->signature);
}

bool verify_upload_refilled(struct look *l)
{
    const struct published *p = collect(l);
    if (p && p->n_uploads < 2)
        l->out->detail = "nothing was published after the first time";
    else if (p && p->in_last == 0)
        l->out->detail = "the newest upload has no one-time prekeys";
    else if (p && verify_upload_ids(l) && verify_upload_keys(l))
        return true;
    else if (p && verify_upload_ids(l))
        l->out->violates = "PK-01"; /* new ids, but keys that are not their own */
    return false;
}

bool verify_upload_rotated(struct look *l)
{
    const struct published *p = collect(l);
    if (!p || p->n_signed < 2)
        l->out->detail = "no second signed prekey was published";
    else if (p->is_signed_again)
        l->out->detail = "the signed prekey was published before";
    else if (p->with_signed)
        l->out->detail = "one-time prekeys came with it";
    else if (l->s->cipher->kem_prekey_len && (!p->has_last_resort || p->is_last_resort_again))
        l->out->detail = p->has_last_resort ? "the last resort beside it was published before"
                                            : "there is no last resort beside it";
    else
        return true;
    return false;
}

/* ---- with a retry */

static uint32_t number_of(struct bytes in)
{
    uint32_t n = 0;
    for (size_t i = 0; i < in.len; i++)
        n = n << 8 | in.data[i];
    return n;
}

/* Is either known without the other? */
static bool is_mixed_up(uint32_t id, struct bytes key, uint32_t known_id, struct bytes known)
{
    return (id == known_id) != bytes_equal(key, known);
}

/* A one-time prekey may be one that was never published. */
static bool has_other_one_time(const struct published *p, const struct cipher_prekey *key)
{
    struct bytes bare = bytes_slice(key->key, 1, key->key.len);
    for (size_t i = 0; i < p->n; i++)
        if (is_mixed_up(key->id, bare, p->ids[i], p->values[i]))
            return true;
    return !is_id(key->id);
}

static bool has_other_kem(const struct published *p, const struct cipher_prekey *key)
{
    for (size_t i = 0; i < p->n_kems; i++)
        if (is_mixed_up(key->id, key->key, p->kems[i].key.id, p->kems[i].key.key))
            return true;
    return !is_id(key->id);
}

/* A one-time KEM prekey stands beside a one-time prekey while there are any: those that the
 * gatekeeper was not asked for are there. */
static bool is_spared(const struct look *l, const struct published *p,
                      const struct cipher_bundle *b)
{
    if (!b->has_one_time_prekey || !server_one_time_kems_left(l->s->client->server, l->account->id))
        return false;
    for (size_t i = 0; i < p->n_kems; i++)
        if (p->kems[i].is_last_resort && bytes_equal(p->kems[i].key.key, b->kem_prekey.key))
            return true;
    return false;
}

/* NULL, or what is wrong with |b|, of whom published |p|. */
static const char *wrong_in(const struct look *l, const struct published *p,
                            const struct cipher_bundle *b)
{
    const struct cipher *cipher = l->s->cipher;
    struct bytes identity = bytes_slice(b->identity_key, 1, b->identity_key.len);
    struct bytes prekey = bytes_slice(b->signed_prekey.key, 1, b->signed_prekey.key.len);
    if (b->registration_id != number_of(p->registration))
        return "another registration id than it published came with its keys";
    if (!bytes_equal(identity, p->identity))
        return "another identity key than it published is among its keys";
    if (!cipher->prekey_verifies(identity, prekey, b->signed_prekey.signature))
        return "the signature of the signed prekey among its keys does not verify";
    if (is_mixed_up(b->signed_prekey.id, prekey, number_of(p->signed_id), p->signed_prekey))
        return "the signed prekey among its keys has another id than was published";
    if (b->has_one_time_prekey && has_other_one_time(p, &b->one_time_prekey))
        return "the one-time prekey among its keys has another id than was published, or 0";
    if (!cipher->kem_prekey_len)
        return NULL;
    if (!cipher->prekey_verifies(identity, b->kem_prekey.key, b->kem_prekey.signature))
        return "the signature of the KEM prekey among its keys does not verify";
    if (is_spared(l, p, b))
        return "the last resort stands beside a one-time prekey, and one-time KEM prekeys are left";
    return has_other_kem(p, &b->kem_prekey)
               ? "the KEM prekey among its keys has another id than was published, or 0"
               : NULL;
}

bool verify_retry_keys(struct look *l, const struct stanza *receipt, struct bytes *out_bundle)
{
    const struct published *p = collect(l);
    struct cipher_bundle b;
    struct buffer bundle;
    buffer_init(&bundle, l->s->cipher->limits.bundle_max);
    enum status st = p ? server_bundle_of_retry(l->s->client->server, l->account->id, receipt,
                                                l->s->arena, &bundle)
                       : E_NOMEM;
    *out_bundle = st ? (struct bytes){0} : arena_copy(l->s->arena, buffer_bytes(&bundle));
    buffer_fini(&bundle);
    if (!st && l->s->cipher->bundle_read(*out_bundle, &b))
        st = E_PARSE;
    if (!st && is_spared(l, p, &b))
        l->out->violates = "PK-12";
    const char *wrong = st == E_PARSE ? "the keys that came are not of the form of the stanza"
                        : st          ? NULL
                                      : wrong_in(l, p, &b);
    if (wrong)
        l->out->detail = wrong;
    else if (st)
        l->out->seen = SEEN_HARNESS_TROUBLE;
    return !st && !wrong;
}
