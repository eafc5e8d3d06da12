/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "implementation.h"

#include "base/version.h"
#include "client_surface.h"
#include "flawed_state.h"
#include "policy.h"
#include "cipher/signal/party.h"

#include <stdlib.h>
#include <string.h>

#define IMPORTED_MAX 64u

int flawed_code(enum status st, enum refusal why)
{
    if (st == OK)
        return 0;
    return st == E_CRYPTO || st == E_PARSE ? 1 + (int)why : -(int)st;
}

static bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    if (code < 0) {
        *out_text = status_text((enum status) - code);
        return false;
    }
    /* enum refusal has the contract's numbers */
    *out_reason = (Assay__Target__V1__Reason)(code - 1);
    *out_text = refusal_name((enum refusal)(code - 1));
    return true;
}

static void *open_state(const void *configuration)
{
    struct flawed_state *s = calloc(1, sizeof(*s));
    if (!s)
        return NULL;
    s->configuration = configuration;
    s->provider = provider_service_new(&s->configuration->provider, &s->configuration->place);
    if (!s->provider) {
        free(s);
        return NULL;
    }
    return s;
}

static void *provider_of(void *state) { return ((struct flawed_state *)state)->provider; }

static void close_state(void *state)
{
    struct flawed_state *s = state;
    provider_service_free(s->provider);
    token_key_free(s->token_key);
    free(s);
}

/* ---- the provider's key */

#define KEY_ID "clients-1"

const struct token_key *flawed_token_key(struct flawed_state *s)
{
    uint8_t seed[32];
    struct random own;
    if (!s->token_key && random_fork(&s->random, "token key", &own) == OK &&
        random_fill(&own, seed, sizeof(seed)) == OK &&
        token_key_new(TOKEN_EDDSA, bytes_of(seed, sizeof(seed)), KEY_ID, &s->token_key))
        s->token_key = NULL;
    return s->token_key;
}

enum status flawed_key_set(struct flawed_state *s, struct buffer *out)
{
    const struct app_rules *wire = &s->configuration->wire;
    if (!flawed_token_key(s))
        return E_CRYPTO;
    struct token_key *keys[] = {s->token_key, s->token_key};
    return token_key_set(keys, wire->token.set_repeats_kid ? 2 : 1, wire->token.set_leaks_private,
                         out);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct flawed_state *s = state;
    token_key_free(s->token_key);
    s->token_key = NULL;
    if (random_init(&s->random, bytes_of(seed, 32), "flawed"))
        memset(&s->random, 0, sizeof(s->random));
    provider_service_reset(s->provider, seed);
}

/* ---- parties */

static struct address address_of(struct served_address a)
{
    return (struct address){a.name, a.device};
}

/* Copy |from| when it has exactly |len| bytes. */
static bool take(ProtobufCBinaryData from, uint8_t *out, size_t len)
{
    if (from.len != len)
        return false;
    memcpy(out, from.data, len);
    return true;
}

static bool take_prekeys(Assay__Target__V1__ImportedPreKey *const *list, size_t count,
                         bool is_signed, struct party_prekey *out)
{
    if (count > IMPORTED_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        const Assay__Target__V1__ImportedPreKey *k = list[i];
        out[i].id = k->id;
        if (!take(k->private_key, out[i].private_key, 32) ||
            !take(k->public_key, out[i].public_key, SIGNAL_KEY_LEN) ||
            (is_signed && !take(k->signature, out[i].signature, SIGNAL_SIGNATURE_LEN)))
            return false;
    }
    return true;
}

/* The long-term key pair as export_identity gives it: 33 bytes public, 32 private. */
#define IDENTITY_LEN (SIGNAL_KEY_LEN + 32u)

static bool take_identity(const ProtobufCBinaryData *from, struct party_keys *out)
{
    if (from->len != IDENTITY_LEN)
        return false;
    memcpy(out->identity_public, from->data, SIGNAL_KEY_LEN);
    memcpy(out->identity_private, from->data + SIGNAL_KEY_LEN, 32);
    out->registration_id = 1;
    return true;
}

/* |prekeys| has room for IMPORTED_MAX of each kind. */
static bool take_keys(const Assay__Target__V1__ImportedKeys *imported,
                      struct party_prekey prekeys[2][IMPORTED_MAX], struct party_keys *out)
{
    if (!take(imported->identity_private, out->identity_private, 32) ||
        !take(imported->identity_public, out->identity_public, SIGNAL_KEY_LEN) ||
        !take_prekeys(imported->signed_prekeys, imported->n_signed_prekeys, true, prekeys[0]) ||
        !take_prekeys(imported->one_time_prekeys, imported->n_one_time_prekeys, false, prekeys[1]))
        return false;
    out->registration_id = imported->registration_id;
    out->signed_prekeys = prekeys[0];
    out->n_signed_prekeys = imported->n_signed_prekeys;
    out->one_time_prekeys = prekeys[1];
    out->n_one_time_prekeys = imported->n_one_time_prekeys;
    return true;
}

/* The harness's party inside the one served. */
static struct party *inner(void *party) { return ((struct flawed_party *)party)->party; }

/* A party with what its application keeps; |st|: the status of making it. */
static int keep(struct flawed_state *s, enum status st, struct party *p, enum refusal why,
                void **out_party)
{
    struct flawed_party *f = st ? NULL : policy_party(s, p);
    if (!st && !f) {
        party_free(p);
        st = E_NOMEM;
    }
    *out_party = f;
    return flawed_code(st, why);
}

static int make_party(void *state, struct served_address self,
                      const Assay__Target__V1__CreateParty *options, void **out_party)
{
    struct flawed_state *s = state;
    struct party_prekey prekeys[2][IMPORTED_MAX];
    struct party_keys keys;
    bool has_keys = options->keys || options->identity.len;
    struct party_options made = {.self = address_of(self),
                                 .random = &s->random,
                                 .rules = &s->configuration->rules,
                                 .keys = has_keys ? &keys : NULL};
    struct party *p = NULL;
    memset(&keys, 0, sizeof(keys));
    if (has_keys && !(options->keys ? take_keys(options->keys, prekeys, &keys)
                                    : take_identity(&options->identity, &keys)))
        return flawed_code(E_CRYPTO, REFUSAL_INVALID_KEY);
    enum status st = party_new(&made, &p);
    return keep(s, st, p, REFUSAL_INVALID_KEY, out_party);
}

static int export_identity(void *party, struct served_bytes *out)
{
    struct buffer identity;
    buffer_init(&identity, IDENTITY_LEN);
    enum status st = buffer_append(&identity, party_identity_public(inner(party)));
    if (!st)
        st = buffer_append(&identity, party_identity_private(inner(party)));
    return flawed_code(flawed_give(st, &identity, out), REFUSAL_NONE);
}

static int restore(void *state, const uint8_t *saved, size_t len, void **out_party)
{
    struct flawed_state *s = state;
    struct party *p = NULL;
    enum status st =
        party_load(policy_state(bytes_of(saved, len)), &s->random, &s->configuration->rules, &p);
    return keep(s, st, p, REFUSAL_MALFORMED, out_party);
}

static int restore_split(void *state, const uint8_t *saved, size_t len, const uint8_t *other,
                         size_t other_len, void **out_party)
{
    struct flawed_state *s = state;
    const struct rules *rules = &s->configuration->rules;
    struct party *p = NULL, *from = NULL;
    enum status st = party_load(policy_state(bytes_of(other, other_len)), &s->random, rules, &from);
    if (!st)
        st = party_load(policy_state(bytes_of(saved, len)), &s->random, rules, &p);
    if (!st)
        party_take_post_quantum(p, from);
    party_free(from);
    return keep(s, st, p, REFUSAL_MALFORMED, out_party);
}

static void free_party(void *party) { policy_free(party); }

/* ---- bytes out */

/* Hand |buffer|'s contents over and release it. */
enum status flawed_give(enum status st, struct buffer *buffer, struct served_bytes *out)
{
    if (!st) {
        out->len = buffer->len;
        out->data = malloc(buffer->len ? buffer->len : 1);
        if (out->data && buffer->len)
            memcpy(out->data, buffer->data, buffer->len);
        st = out->data ? OK : E_NOMEM;
    }
    buffer_fini(buffer);
    return st;
}

static enum status give_sealed(enum status st, struct sealed *sealed, struct served_bytes *out)
{
    st = flawed_give(st, &sealed->body, out);
    sealed_fini(sealed);
    return st;
}

/* ---- operations */

static int publish(void *party, bool with_one_time_prekey, bool rotates, struct served_bytes *out)
{
    struct publish_options options = {.without_one_time_prekey = !with_one_time_prekey,
                                      .rotate_signed_prekey = rotates};
    struct buffer body;
    buffer_init(&body, 4096);
    return flawed_code(flawed_give(party_publish(inner(party), &options, &body), &body, out),
                       REFUSAL_NONE);
}

static int start(void *party, struct served_address peer, const uint8_t *bundle, size_t len)
{
    enum refusal why = REFUSAL_NONE;
    enum status st = party_start(inner(party), address_of(peer), bytes_of(bundle, len), NULL, &why);
    return flawed_code(st, why);
}

static int seal(void *party, struct served_address peer, const uint8_t *plaintext, size_t len,
                Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    return policy_seal(party, peer, bytes_of(plaintext, len), out_kind, out);
}

static int open_message(void *party, struct served_address from,
                        Assay__Target__V1__MessageKind kind, const uint8_t *body, size_t len,
                        struct served_bytes *out)
{
    return policy_open(party, from, kind, bytes_of(body, len), out);
}

static int save(void *party, struct served_bytes *out)
{
    struct buffer state;
    buffer_init(&state, (size_t)16 * 1024 * 1024);
    enum status st = party_save(inner(party), &state);
    if (!st)
        st = policy_save(party, &state);
    return flawed_code(flawed_give(st, &state, out), REFUSAL_NONE);
}

static int fingerprint(void *party, struct served_address peer, const char *own_id,
                       const char *peer_id, char out_text[SERVE_DIGITS],
                       struct served_bytes *out_scannable)
{
    enum refusal why = REFUSAL_NONE;
    (void)out_scannable;
    if (policy_fingerprint(party, out_text))
        return 0;
    enum status st = party_fingerprint(inner(party), address_of(peer), bytes_of_text(own_id),
                                       bytes_of_text(peer_id), out_text, &why);
    return flawed_code(st, why);
}

static int forget(void *party, struct served_address peer)
{
    party_forget(inner(party), address_of(peer));
    return 0;
}

static int accept_identity(void *party, struct served_address peer, const uint8_t *key, size_t len)
{
    return flawed_code(party_accept_identity(inner(party), address_of(peer), bytes_of(key, len)),
                       REFUSAL_INVALID_KEY);
}

static int distribute(void *party, const char *group, bool is_fresh, struct served_bytes *out)
{
    struct sealed sealed;
    sealed_init(&sealed);
    enum status st = party_distribute(inner(party), group, is_fresh, NULL, &sealed);
    return flawed_code(give_sealed(st, &sealed, out), REFUSAL_NONE);
}

static int absorb(void *party, const char *group, struct served_address from, const uint8_t *body,
                  size_t len)
{
    enum refusal why = REFUSAL_NONE;
    enum status st = party_absorb(inner(party), group, address_of(from), bytes_of(body, len), &why);
    return flawed_code(st, why);
}

static int seal_group(void *party, const char *group, const uint8_t *plaintext, size_t len,
                      struct served_bytes *out)
{
    enum refusal why = REFUSAL_NONE;
    struct sealed sealed;
    sealed_init(&sealed);
    enum status st =
        party_seal_group(inner(party), group, bytes_of(plaintext, len), NULL, &sealed, &why);
    return flawed_code(give_sealed(st, &sealed, out), why);
}

static int open_group(void *party, const char *group, struct served_address from,
                      const uint8_t *body, size_t len, struct served_bytes *out)
{
    enum refusal why = REFUSAL_NONE;
    struct buffer plaintext;
    buffer_init(&plaintext, PARTY_MESSAGE_MAX);
    enum status st = party_open_group(inner(party), group, address_of(from), bytes_of(body, len),
                                      &plaintext, &why);
    return flawed_code(flawed_give(st, &plaintext, out), why);
}

/* |prekeys|: a policy about one-time prekeys. Who refuses what has none makes no bundle without. */
#define CAPABILITIES(prekeys)                                                                      \
    {                                                                                              \
        "seed", "import-keys", prekeys, "rotate-signed-prekey", "snapshot", "fingerprint",         \
            "forget-session", "accept-identity", "sender-keys", "wide-device-ids",                 \
            "export-identity", NULL                                                                \
    }

/* No KEM keys to import; what a provider serves over HTTP has nothing of a cipher, and is served
 * with v3. */
#define CAPABILITIES_V4(prekeys)                                                                   \
    {                                                                                              \
        "seed", prekeys, "rotate-signed-prekey", "snapshot", "fingerprint", "forget-session",      \
            "accept-identity", "sender-keys", "export-identity", "spends-kem-prekeys",             \
            "split-state", NULL                                                                    \
    }

#define WITHOUT "without-one-time-prekey"
#define REQUIRED "requires-one-time-prekey"
static const char *const capabilities[] = CAPABILITIES(WITHOUT);
static const char *const capabilities_of_policy[] = CAPABILITIES(REQUIRED);
static const char *const capabilities_v4[] = CAPABILITIES_V4(WITHOUT);
static const char *const capabilities_of_policy_v4[] = CAPABILITIES_V4(REQUIRED);

/* What it says of itself, and what it does alike in v3 and v4. */
#define OPERATIONS                                                                                 \
    .program = "assay-flawed", .name = "assay's own party", .version = ASSAY_VERSION,              \
    .adapter_version = "1", .export_identity = export_identity, .open = open_state,                \
    .close = close_state, .reset = reset, .party_new = make_party, .party_restore = restore,       \
    .party_free = free_party, .publish = publish, .start = start, .seal = seal,                    \
    .open_message = open_message, .save = save, .fingerprint = fingerprint, .forget = forget,      \
    .accept = accept_identity, .distribute = distribute, .absorb = absorb,                         \
    .seal_group = seal_group, .open_group = open_group, .reason_of = reason_of

static const struct implementation implementation = {
    .protocol = "signal-v3",
    .capabilities = capabilities,
    .bundle_kind = ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_SIGNAL_V3,
    .clients = &flawed_client_surface,
    .service = &provider_service_operations,
    .provider = provider_of,
    OPERATIONS,
};

static const struct implementation implementation_v4 = {
    .protocol = "signal-v4",
    .capabilities = capabilities_v4,
    .bundle_kind = ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_SIGNAL_V4,
    .clients = &flawed_client_surface_v4,
    .party_restore_split = restore_split,
    OPERATIONS,
};

struct implementation flawed_implementation(const struct rules *rules)
{
    struct implementation it = rules->kem.is_used ? implementation_v4 : implementation;
    if (rules->handshake.claims_that_policy)
        it.capabilities = rules->kem.is_used ? capabilities_of_policy_v4 : capabilities_of_policy;
    return it;
}
