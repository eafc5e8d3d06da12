#include "cipher/signal3/signal3.h"

#include "base/crypto.h"
#include "cipher/signal3/xeddsa.h"

#include <stdlib.h>
#include <string.h>

#define BUNDLE_MAX 4096u
#define FINGERPRINT_DIGITS 60u

/* ---- the types of Signal v3 behind those of cipher.h */

static struct party *own(struct cipher_party *p) { return (struct party *)p; }
static const struct party *own_const(const struct cipher_party *p)
{
    return (const struct party *)p;
}

static const struct mutation *mutation_of(const struct cipher_mutation *m)
{
    return (const struct mutation *)m;
}

const struct sealed *signal3_sealed(const struct cipher_sealed *s)
{
    return (const struct sealed *)s;
}

static void sealed_free(struct cipher_sealed *s)
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
        sealed_free((struct cipher_sealed *)s);
    return st;
}

/* ---- parties */

static enum status new_party(const struct cipher_party_options *options, struct cipher_party **out)
{
    struct party_options o = {.self = options->self, .random = options->random};
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

static void free_party(struct cipher_party *p) { party_free(own(p)); }

static struct bytes identity_key(const struct cipher_party *p)
{
    return party_identity_public(own_const(p));
}

static uint32_t registration_id(const struct cipher_party *p)
{
    return party_registration_id(own_const(p));
}

static enum status save(const struct cipher_party *p, struct buffer *out)
{
    return party_save(own_const(p), out);
}

static enum status load(struct bytes state, struct random *random, struct cipher_party **out)
{
    struct party *made;
    enum status st = party_load(state, random, NULL, &made);
    *out = st ? NULL : (struct cipher_party *)made;
    return st;
}

static void forget(struct cipher_party *p, struct address peer) { party_forget(own(p), peer); }

static enum status accept_identity(struct cipher_party *p, struct address peer, struct bytes key)
{
    return party_accept_identity(own(p), peer, key);
}

static enum status fingerprint(const struct cipher_party *p, struct address peer,
                               struct bytes own_id, struct bytes peer_id,
                               char out[CIPHER_FINGERPRINT_MAX], enum refusal *why)
{
    return party_fingerprint(own_const(p), peer, own_id, peer_id, out, why);
}

/* ---- bundles */

static enum status publish(struct cipher_party *p, const struct publish_options *options,
                           struct buffer *out)
{
    return party_publish(own(p), options, out);
}

static enum status bundle_read(struct bytes body, struct cipher_bundle *out)
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
    return OK;
}

static bool prekey_verifies(struct bytes identity, struct bytes prekey, struct bytes signature)
{
    uint8_t signer[SIGNAL_KEY_LEN] = {5}, message[SIGNAL_KEY_LEN] = {5};
    if (identity.len != SIGNAL_KEY_LEN - 1 || prekey.len != SIGNAL_KEY_LEN - 1)
        return false;
    memcpy(signer + 1, identity.data, identity.len);
    memcpy(message + 1, prekey.data, prekey.len);
    return xeddsa_verifies(signer, bytes_of(message, sizeof(message)), signature);
}

/* ---- messages */

static enum status start(struct cipher_party *p, struct address peer, struct bytes bundle,
                         const struct cipher_mutation *mutation, enum refusal *why)
{
    return party_start(own(p), peer, bundle, mutation_of(mutation), why);
}

static enum status seal(struct cipher_party *p, struct address peer, struct bytes plaintext,
                        const struct cipher_mutation *mutation, struct cipher_sealed **out,
                        enum refusal *why)
{
    struct sealed *s = sealed_new();
    return hand_over(
        s ? party_seal(own(p), peer, plaintext, mutation_of(mutation), s, why) : E_NOMEM, s, out);
}

static enum status open(struct cipher_party *p, struct address from, uint32_t kind,
                        struct bytes body, struct buffer *out, enum refusal *why)
{
    return party_open(own(p), from, (enum signal_kind)kind, body, out, why);
}

static uint32_t sealed_kind(const struct cipher_sealed *s)
{
    return (uint32_t)signal3_sealed(s)->kind;
}

static struct bytes sealed_body(const struct cipher_sealed *s)
{
    return buffer_bytes(&signal3_sealed(s)->body);
}

/* The keys of |s| with another |body|. NULL without memory. */
static struct sealed *copy_with(const struct cipher_sealed *s, struct bytes body)
{
    struct sealed *copy = sealed_new();
    if (!copy)
        return NULL;
    *copy = *signal3_sealed(s);
    buffer_init(&copy->body, PARTY_MESSAGE_MAX + body.len);
    if (!buffer_append(&copy->body, body))
        return copy;
    sealed_free((struct cipher_sealed *)copy);
    return NULL;
}

static enum status sealed_with(const struct cipher_sealed *s, struct bytes body, bool is_resealed,
                               struct cipher_sealed **out)
{
    struct sealed *copy = copy_with(s, body);
    enum status st = copy ? OK : E_NOMEM;
    return hand_over(!st && is_resealed ? sealed_reseal(copy) : st, copy, out);
}

static enum status sealed_around(const struct cipher_sealed *s, struct bytes plaintext,
                                 struct cipher_sealed **out)
{
    struct sealed *copy = copy_with(s, sealed_body(s));
    return hand_over(copy ? sealed_replace_plaintext(copy, plaintext) : E_NOMEM, copy, out);
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

static const struct cipher_groups groups = {
    .distribute = distribute, .absorb = absorb, .seal = seal_group, .open = open_group};

/* ---- the cipher */

static const struct cipher_kind kinds[] = {
    {SIGNAL_KIND_PREKEY, "prekey", CIPHER_FIRST_MESSAGE},
    {SIGNAL_KIND_MESSAGE, "message", CIPHER_MESSAGE},
    {SIGNAL_KIND_SENDER_KEY, "sender-key", CIPHER_GROUP_MESSAGE},
    {SIGNAL_KIND_DISTRIBUTION, "distribution", CIPHER_DISTRIBUTION},
};

const struct cipher cipher_signal3 = {
    .name = "signal-v3",
    .is_baseline = true,
    .bundle_kind = 1,
    .bundle_form = "an assay.signal.v1.PreKeyBundle with identity key, signed prekey and its id",
    .kinds = kinds,
    .n_kinds = sizeof(kinds) / sizeof(kinds[0]),
    .limits = {.plaintext_max = PARTY_PLAINTEXT_MAX,
               .message_max = PARTY_MESSAGE_MAX,
               .bundle_max = BUNDLE_MAX,
               .fingerprint_digits = FINGERPRINT_DIGITS},
    .fields = &signal3_fields,
    .mutations = &signal3_mutations,
    .groups = &groups,
    .insider = &signal3_insider,
    .party_new = new_party,
    .party_free = free_party,
    .identity_key = identity_key,
    .registration_id = registration_id,
    .save = save,
    .load = load,
    .publish = publish,
    .bundle_read = bundle_read,
    .prekey_verifies = prekey_verifies,
    .start = start,
    .seal = seal,
    .open = open,
    .sealed_kind = sealed_kind,
    .sealed_body = sealed_body,
    .sealed_with = sealed_with,
    .sealed_around = sealed_around,
    .sealed_free = sealed_free,
    .forget = forget,
    .accept_identity = accept_identity,
    .fingerprint = fingerprint,
};
