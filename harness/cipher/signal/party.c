/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/lapse.h"

#include <stdlib.h>
#include <string.h>

#define REGISTRATION_IDS 16380u /* 1 to this */

static enum status add_imported(struct prekeys *to, const struct party_prekey *keys, size_t count,
                                uint32_t *next_id)
{
    struct prekey key;
    enum status st = OK;
    for (size_t i = 0; i < count && !st; i++) {
        memset(&key, 0, sizeof(key));
        key.id = keys[i].id;
        memcpy(key.pair.private_key, keys[i].private_key, 32);
        memcpy(key.pair.public_key, keys[i].public_key, SIGNAL_KEY_LEN);
        memcpy(key.signature, keys[i].signature, SIGNAL_SIGNATURE_LEN);
        st = prekeys_add(to, &key);
        if (key.id >= *next_id)
            *next_id = key.id + 1;
    }
    crypto_wipe(&key, sizeof(key));
    return st;
}

static enum status add_imported_kem(struct kem_prekeys *to, const struct party_kem_prekey *keys,
                                    size_t count)
{
    struct kem_prekey key;
    enum status st = OK;
    for (size_t i = 0; i < count && !st; i++) {
        memset(&key, 0, sizeof(key));
        key.id = keys[i].id;
        key.is_last_resort = keys[i].is_last_resort;
        if (keys[i].public_key.len != sizeof(key.ek) || keys[i].private_key.len != sizeof(key.dk))
            return E_CRYPTO;
        memcpy(key.ek, keys[i].public_key.data, sizeof(key.ek));
        memcpy(key.dk, keys[i].private_key.data, sizeof(key.dk));
        memcpy(key.signature, keys[i].signature, SIGNAL_SIGNATURE_LEN);
        st = kem_prekeys_add(to, &key);
        if (key.id >= to->next_id)
            to->next_id = key.id + 1;
    }
    crypto_wipe(&key, sizeof(key));
    return st;
}

static enum status take_keys(struct party *p, const struct party_keys *keys)
{
    enum status st;
    memcpy(p->identity.private_key, keys->identity_private, 32);
    memcpy(p->identity.public_key, keys->identity_public, SIGNAL_KEY_LEN);
    p->registration_id = keys->registration_id;
    p->makes_prekeys = keys->n_signed_prekeys == 0 && keys->n_one_time_prekeys == 0;
    if ((st = add_imported(&p->signed_prekeys, keys->signed_prekeys, keys->n_signed_prekeys,
                           &p->next_signed_prekey_id)) ||
        (st = add_imported_kem(&p->kem_prekeys, keys->kem_prekeys, keys->n_kem_prekeys)))
        return st;
    return add_imported(&p->one_time_prekeys, keys->one_time_prekeys, keys->n_one_time_prekeys,
                        &p->next_one_time_prekey_id);
}

static enum status make_keys(struct party *p)
{
    uint32_t id;
    enum status st;
    p->makes_prekeys = true;
    if ((st = keys_generate(p->random, &p->identity)) ||
        (st = random_below(p->random, REGISTRATION_IDS, &id)))
        return st;
    p->registration_id = id + 1;
    return OK;
}

enum status party_new(const struct party_options *options, struct party **out)
{
    enum status st;
    *out = NULL;
    if (!address_is_valid(options->self))
        return E_LIMIT;
    struct party *p = calloc(1, sizeof(*p));
    if (!p)
        return E_NOMEM;
    memcpy(p->name, options->self.name, strlen(options->self.name) + 1);
    p->device = options->self.device;
    p->random = options->random;
    p->rules = options->rules ? options->rules : rules_honest();
    p->next_signed_prekey_id = p->next_one_time_prekey_id = p->kem_prekeys.next_id = 1;
    buffer_init(&p->last_plaintext, PARTY_PLAINTEXT_MAX);
    buffer_init(&p->refused, PARTY_PLAINTEXT_MAX);
    if ((st = options->keys ? take_keys(p, options->keys) : make_keys(p))) {
        party_free(p);
        return st;
    }
    *out = p;
    return OK;
}

void party_free(struct party *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n_records; i++)
        record_free(p->records[i]);
    free(p->records);
    prekeys_fini(&p->signed_prekeys);
    prekeys_fini(&p->one_time_prekeys);
    kem_prekeys_fini(&p->kem_prekeys);
    groups_fini(&p->groups);
    buffer_fini(&p->last_plaintext);
    buffer_fini(&p->refused);
    crypto_wipe(p, sizeof(*p));
    free(p);
}

struct bytes party_identity_public(const struct party *p)
{
    return bytes_of(p->identity.public_key, SIGNAL_KEY_LEN);
}

struct bytes party_identity_private(const struct party *p)
{
    return bytes_of(p->identity.private_key, 32);
}

uint32_t party_registration_id(const struct party *p) { return p->registration_id; }

struct address party_address(const struct party *p)
{
    struct address a = {p->name, p->device};
    return a;
}

void party_forget(struct party *p, struct address peer)
{
    struct record *r = store_find(p, peer);
    if (r && lapses(p, LAPSE_FORGETS_ONLY_CURRENT))
        record_drop_current(r);
    else if (r)
        record_drop_sessions(r);
    if (r && lapses(p, LAPSE_FORGETS_PIN))
        r->is_pinned = false;
    if (lapses(p, LAPSE_FORGETS_DEVICES))
        lapse_forget_others(p, peer);
    store_drop_empty(p, r);
}

enum status party_accept_identity(struct party *p, struct address peer, struct bytes identity_key)
{
    uint8_t key[SIGNAL_KEY_LEN];
    struct record *r;
    enum status st;
    if (!keys_read_public(&p->rules->honest->parsing, identity_key, key))
        return E_CRYPTO;
    if (lapses(p, LAPSE_ACCEPTS_ONLY_KNOWN) && !store_find(p, peer))
        return OK;
    if ((st = store_get(p, peer, &r)))
        return st;
    if (lapses(p, LAPSE_ACCEPTANCE_OF_KNOWN_FORGETS) && r->is_pinned &&
        memcmp(r->identity, key, sizeof(key)) == 0)
        record_drop_sessions(r);
    record_pin(r, key);
    r->is_accepted_for_ever = lapses(p, LAPSE_ACCEPTS_FOR_EVER);
    r->was_accepted = true;
    if (lapses(p, LAPSE_ACCEPTANCE_FORGETS_DEVICES))
        lapse_forget_others(p, peer);
    if (lapses(p, LAPSE_ACCEPTS_FOR_DEVICES) || p->rules->identity.is_of_user)
        lapse_pin_others(p, peer, key);
    return OK;
}

bool party_has_session(const struct party *p, struct address peer)
{
    const struct record *r = store_find(p, peer);
    return r && r->current;
}
