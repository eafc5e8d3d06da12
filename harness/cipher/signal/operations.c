/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/operations.h"

#include "base/crypto.h"
#include "cipher/signal/xeddsa.h"

#include <stdlib.h>
#include <string.h>

/* ---- the types of Signal behind those of cipher.h */

static struct party *own(struct cipher_party *p) { return (struct party *)p; }
static const struct party *own_const(const struct cipher_party *p)
{
    return (const struct party *)p;
}

static const struct mutation *mutation_of(const struct cipher_mutation *m)
{
    return (const struct mutation *)m;
}

static const struct sealed *sealed_of(const struct cipher_sealed *s)
{
    return (const struct sealed *)s;
}

void operations_sealed_free(struct cipher_sealed *s)
{
    if (!s)
        return;
    sealed_fini((struct sealed *)s);
    free(s);
}

static struct sealed *sealed_new(void)
{
    struct sealed *s = malloc(sizeof(*s));
    if (s)
        sealed_init(s);
    return s;
}

/* Give |s| to the caller when |st| is OK, else free it. */
static enum status hand_over(enum status st, struct sealed *s, struct cipher_sealed **out)
{
    *out = st ? NULL : (struct cipher_sealed *)s;
    if (st)
        operations_sealed_free((struct cipher_sealed *)s);
    return st;
}

/* ---- parties */

enum status operations_party_new(const struct cipher_party_options *options,
                                 const struct rules *rules, struct cipher_party **out)
{
    struct party_options o = {.self = options->self, .random = options->random, .rules = rules};
    struct party_keys keys = {0};
    struct party *made;
    if (options->identity_of) {
        const struct party *twin = own_const(options->identity_of);
        memcpy(keys.identity_private, party_identity_private(twin).data, 32);
        memcpy(keys.identity_public, party_identity_public(twin).data, SIGNAL_KEY_LEN);
        keys.registration_id = party_registration_id(twin);
        o.keys = &keys;
    }
    enum status st = party_new(&o, &made);
    crypto_wipe(&keys, sizeof(keys));
    *out = (struct cipher_party *)made;
    return st;
}

void operations_party_free(struct cipher_party *p) { party_free(own(p)); }

struct bytes operations_identity_key(const struct cipher_party *p)
{
    return party_identity_public(own_const(p));
}

uint32_t operations_registration_id(const struct cipher_party *p)
{
    return party_registration_id(own_const(p));
}

enum status operations_save(const struct cipher_party *p, struct buffer *out)
{
    return party_save(own_const(p), out);
}

enum status operations_load(struct bytes state, struct random *random, const struct rules *rules,
                            struct cipher_party **out)
{
    struct party *made;
    enum status st = party_load(state, random, rules, &made);
    *out = st ? NULL : (struct cipher_party *)made;
    return st;
}

void operations_forget(struct cipher_party *p, struct address peer) { party_forget(own(p), peer); }

enum status operations_accept_identity(struct cipher_party *p, struct address peer,
                                       struct bytes key)
{
    return party_accept_identity(own(p), peer, key);
}

enum status operations_fingerprint(const struct cipher_party *p, struct address peer,
                                   struct bytes own_id, struct bytes peer_id,
                                   char out[CIPHER_FINGERPRINT_MAX], enum refusal *why)
{
    return party_fingerprint(own_const(p), peer, own_id, peer_id, out, why);
}

/* ---- bundles */

enum status operations_publish(struct cipher_party *p, const struct publish_options *options,
                               struct buffer *out)
{
    return party_publish(own(p), options, out);
}

enum status operations_bundle_signed(struct cipher_party *p, struct bytes bundle,
                                     struct buffer *out)
{
    return party_sign_bundle(own(p), bundle, out);
}

enum status operations_bundle_read(struct bytes body, struct cipher_bundle *out)
{
    struct signal_bundle b;
    memset(out, 0, sizeof(*out));
    enum status st = signal_bundle_decode(body, &b);
    if (st)
        return st;
    out->registration_id = b.registration_id;
    out->identity_key = b.identity_key;
    out->signed_prekey = (struct cipher_prekey){b.signed_prekey_id, b.signed_prekey, b.signature};
    out->has_one_time_prekey = b.has_one_time_prekey;
    out->one_time_prekey =
        (struct cipher_prekey){.id = b.one_time_prekey_id, .key = b.one_time_prekey};
    out->has_kem_prekey = b.has_kem_prekey;
    out->kem_prekey = (struct cipher_prekey){b.kem_prekey_id, b.kem_prekey, b.kem_signature};
    return OK;
}

bool operations_prekey_verifies(struct bytes identity, struct bytes prekey, struct bytes signature)
{
    uint8_t signer[SIGNAL_KEY_LEN] = {5}, message[SIGNAL_KEY_LEN] = {5};
    if (identity.len != SIGNAL_KEY_LEN - 1)
        return false;
    memcpy(signer + 1, identity.data, identity.len);
    if (prekey.len == SIGNAL_KEM_WIRE_LEN)
        return xeddsa_verifies(signer, prekey, signature);
    if (prekey.len != SIGNAL_KEY_LEN - 1)
        return false;
    memcpy(message + 1, prekey.data, prekey.len);
    return xeddsa_verifies(signer, bytes_of(message, sizeof(message)), signature);
}

/* ---- messages */

enum status operations_start(struct cipher_party *p, struct address peer, struct bytes bundle,
                             const struct cipher_mutation *mutation, enum refusal *why)
{
    return party_start(own(p), peer, bundle, mutation_of(mutation), why);
}

enum status operations_seal(struct cipher_party *p, struct address peer, struct bytes plaintext,
                            const struct cipher_mutation *mutation, struct cipher_sealed **out,
                            enum refusal *why)
{
    struct sealed *s = sealed_new();
    return hand_over(
        s ? party_seal(own(p), peer, plaintext, mutation_of(mutation), s, why) : E_NOMEM, s, out);
}

enum status operations_open(struct cipher_party *p, struct address from, uint32_t kind,
                            struct bytes body, struct buffer *out, enum refusal *why)
{
    return party_open(own(p), from, (enum signal_kind)kind, body, out, why);
}

uint32_t operations_sealed_kind(const struct cipher_sealed *s)
{
    return (uint32_t)sealed_of(s)->kind;
}

struct bytes operations_sealed_body(const struct cipher_sealed *s)
{
    return buffer_bytes(&sealed_of(s)->body);
}

/* The keys of |s| with another |body|. NULL without memory. */
static struct sealed *copy_with(const struct cipher_sealed *s, struct bytes body)
{
    struct sealed *copy = sealed_new();
    if (!copy)
        return NULL;
    *copy = *sealed_of(s);
    buffer_init(&copy->body, PARTY_MESSAGE_MAX + body.len);
    if (!buffer_append(&copy->body, body))
        return copy;
    operations_sealed_free((struct cipher_sealed *)copy);
    return NULL;
}

enum status operations_sealed_with(const struct cipher_sealed *s, struct bytes body,
                                   bool is_resealed, struct cipher_sealed **out)
{
    struct sealed *copy = copy_with(s, body);
    enum status st = copy ? OK : E_NOMEM;
    return hand_over(!st && is_resealed ? sealed_reseal(copy) : st, copy, out);
}

enum status operations_sealed_around(const struct cipher_sealed *s, struct bytes plaintext,
                                     struct cipher_sealed **out)
{
    struct sealed *copy = copy_with(s, operations_sealed_body(s));
    return hand_over(copy ? sealed_replace_plaintext(copy, plaintext) : E_NOMEM, copy, out);
}

/* ---- an insider */

size_t operations_secrets(const struct cipher_sealed *s, struct bytes *out)
{
    const struct sealed *sealed = sealed_of(s);
    out[0] = bytes_of(sealed->cipher_key, sizeof(sealed->cipher_key));
    out[1] = bytes_of(sealed->mac_key, sizeof(sealed->mac_key));
    out[2] = bytes_of(sealed->seed, sizeof(sealed->seed));
    return 3;
}

struct bytes operations_distributed_secret(struct bytes distribution)
{
    struct distribution_message m;
    if (distribution_message_decode(distribution, &m))
        return bytes_of(NULL, 0);
    return m.chain_key;
}

bool operations_verifies(struct bytes public_key, struct bytes message, struct bytes signature)
{
    return public_key.len == SIGNAL_KEY_LEN && xeddsa_verifies(public_key.data, message, signature);
}

/* ---- groups */

static enum status distribute(struct cipher_party *p, const char *group, bool is_fresh,
                              struct cipher_sealed **out)
{
    struct sealed *s = sealed_new();
    return hand_over(s ? party_distribute(own(p), group, is_fresh, NULL, s) : E_NOMEM, s, out);
}

static enum status absorb(struct cipher_party *p, const char *group, struct address from,
                          struct bytes body, enum refusal *why)
{
    return party_absorb(own(p), group, from, body, why);
}

static enum status seal_group(struct cipher_party *p, const char *group, struct bytes plaintext,
                              const struct cipher_mutation *mutation, struct cipher_sealed **out,
                              enum refusal *why)
{
    struct sealed *s = sealed_new();
    return hand_over(s ? party_seal_group(own(p), group, plaintext, mutation_of(mutation), s, why)
                       : E_NOMEM,
                     s, out);
}

static enum status open_group(struct cipher_party *p, const char *group, struct address from,
                              struct bytes body, struct buffer *out, enum refusal *why)
{
    return party_open_group(own(p), group, from, body, out, why);
}

const struct cipher_kind operations_kinds[SIGNAL_KINDS] = {
    {SIGNAL_KIND_PREKEY, "prekey", CIPHER_FIRST_MESSAGE},
    {SIGNAL_KIND_MESSAGE, "message", CIPHER_MESSAGE},
    {SIGNAL_KIND_SENDER_KEY, "sender-key", CIPHER_GROUP_MESSAGE},
    {SIGNAL_KIND_DISTRIBUTION, "distribution", CIPHER_DISTRIBUTION},
};

const struct cipher_groups operations_groups = {
    .distribute = distribute, .absorb = absorb, .seal = seal_group, .open = open_group};
