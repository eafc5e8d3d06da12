/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/verify_upload.h"

#include <string.h>

#define PREKEYS_MAX 2048u

struct published_kem {
    struct cipher_prekey key;
    bool is_last_resort; /* else one-time */
};

struct published {
    uint32_t ids[PREKEYS_MAX];
    struct bytes values[PREKEYS_MAX];
    size_t n, in_last; /* in all uploads, and in the newest that has not KEM prekeys alone */
    struct published_kem kems[PREKEYS_MAX];
    size_t n_kems;
    bool has_last_resort; /* the newest that signs does */
    size_t n_uploads;
    struct bytes identity, signed_prekey, signature, registration, type, signed_id;
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
    if (!take_id(l, key, &id) || value.len != 32 || p->n == PREKEYS_MAX) {
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
    if (!l->s->cipher->has_post_quantum)
        return;
    if (!take_id(l, kem, &key.id) || key.key.len == 0 || p->n_kems == PREKEYS_MAX) {
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

static void take_upload(struct look *l, const struct stanza *iq, struct published *p)
{
    const struct stanza *list = stanza_child(iq, "list"), *skey = stanza_child(iq, "skey"),
                        *kem = stanza_child(iq, "kem");
    size_t n_before = p->n, n_kems_before = p->n_kems;
    p->n_uploads++;
    for (size_t i = 0; list && i < list->n_children; i++)
        take_one_time(l, &list->children[i], p);
    if (p->n > n_before || p->n_kems == n_kems_before)
        p->in_last = p->n - n_before;
    if (kem)
        take_kem(l, kem, true, p);
    if (!skey)
        return;
    p->has_last_resort = kem != NULL;
    p->identity = bytes_in(l, iq, "identity");
    p->registration = bytes_in(l, iq, "registration");
    p->type = bytes_in(l, iq, "type");
    p->signed_prekey = bytes_in(l, skey, "value");
    p->signed_id = bytes_in(l, skey, "id");
    p->signature = bytes_in(l, skey, "signature");
}

static struct published *collect(struct look *l)
{
    struct published *p = arena_alloc(l->s->arena, sizeof(*p));
    for (size_t i = 0; p && i < l->s->client->n_observed; i++) {
        const struct observed_stanza *h = &l->s->client->observed[i];
        if (h->account == l->account->id && strcmp(h->stanza->name, "iq") == 0 &&
            stanza_has(h->stanza, "type", "set") && stanza_child(h->stanza, "list"))
            take_upload(l, h->stanza, p);
    }
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
        l->out->detail = "a one-time prekey's id or value has another size";
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

static bool kem_ids(struct look *l, const struct published *p)
{
    for (size_t i = 0; i < p->n_kems; i++)
        for (size_t j = 0; j < i; j++)
            if (p->kems[i].key.id == p->kems[j].key.id && !is_again(&p->kems[i], &p->kems[j])) {
                step_says(l->s, l->out, "KEM prekey %u was published twice", p->kems[i].key.id);
                return false;
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
    for (size_t i = 0; p && i < p->n; i++) {
        if (p->ids[i] == 0 || p->ids[i] >= 1u << 24) {
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
