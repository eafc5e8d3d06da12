/* SPDX-License-Identifier: 0BSD */
#include "party.h"

#include <signal/curve.h>
#include <signal/fingerprint.h>
#include <signal/protocol.h>
#include <signal/ratchet.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <signal/session_pre_key.h>
#include <stdlib.h>
#include <string.h>

#define FINGERPRINT_ITERATIONS 5200
#define SCANNABLE_VERSION 1

int party_new(struct provider *provider, struct served_address self, struct party **out)
{
    struct party *p = calloc(1, sizeof(*p));
    *out = NULL;
    if (!p)
        return SG_ERR_NOMEM;
    store_init(&p->store);
    p->provider = provider;
    p->context = provider->context;
    p->device = self.device;
    p->name = strdup(self.name);
    int result = p->name ? party_bind_stores(p) : SG_ERR_NOMEM;
    if (result) {
        party_free(p);
        return result;
    }
    *out = p;
    return 0;
}

/* The address a snapshot was taken under; NULL when these are not a party's records. */
static const char *saved_address(const struct store *store, uint32_t *out_device)
{
    const struct record *name = store_get(store, STORE_META, "name", 4);
    const struct record *device = store_get(store, STORE_META, "device", 6);
    if (!name || !device || name->value_len == 0 || name->value[name->value_len - 1] != 0 ||
        device->value_len != sizeof(*out_device))
        return NULL;
    memcpy(out_device, device->value, sizeof(*out_device));
    return (const char *)name->value;
}

int party_restore(struct provider *provider, const uint8_t *saved, size_t len, struct party **out)
{
    struct store loaded;
    struct served_address self = {0};
    struct party *p = NULL;
    store_init(&loaded);
    if (!store_load(&loaded, saved, len))
        self.name = saved_address(&loaded, &self.device);
    int result = self.name ? party_new(provider, self, &p) : PARTY_E_STATE;
    if (result)
        store_fini(&loaded);
    else
        p->store = loaded;
    *out = p;
    return result;
}

void party_free(struct party *p)
{
    if (!p)
        return;
    if (p->stores)
        signal_protocol_store_context_destroy(p->stores);
    store_fini(&p->store);
    free(p->name);
    free(p);
}

void party_begin(struct party *p)
{
    library_log_clear(&p->provider->log);
    store_begin(&p->store);
}

int party_finish(struct party *p, int result)
{
    if (result) {
        store_roll_back(&p->store);
        return library_log_explain(&p->provider->log, result);
    }
    return store_commit(&p->store) ? SG_ERR_NOMEM : 0;
}

int party_take_buffer(signal_buffer *buffer, struct served_bytes *out)
{
    if (!buffer)
        return SG_ERR_NOMEM;
    out->len = signal_buffer_len(buffer);
    out->data = malloc(out->len ? out->len : 1);
    if (out->data && out->len)
        memcpy(out->data, signal_buffer_data(buffer), out->len);
    signal_buffer_bzero_free(buffer);
    return out->data ? 0 : SG_ERR_NOMEM;
}

static signal_protocol_address address_of(struct served_address a)
{
    signal_protocol_address out = {
        .name = a.name, .name_len = strlen(a.name), .device_id = (int32_t)a.device};
    return out;
}

/* ---- publishing */

static ProtobufCBinaryData view_of(const signal_buffer *buffer)
{
    ProtobufCBinaryData view = {0};
    if (buffer) {
        view.len = signal_buffer_len(buffer);
        view.data = signal_buffer_data((signal_buffer *)(uintptr_t)buffer);
    }
    return view;
}

/* Imported keys may run out; then the bundle has none (X3DH 3.2). */
static int add_one_time_prekey(struct party *p, Assay__Signal__V1__PreKeyBundle *bundle,
                               signal_buffer **out_public)
{
    session_pre_key *prekey = NULL;
    uint32_t id = 0;
    bool is_there = false;
    int result = party_next_prekey(p, &is_there, &id);
    if (result || !is_there)
        return result;
    result = signal_protocol_pre_key_load_key(p->stores, &prekey, id);
    if (!result)
        result = ec_public_key_serialize(
            out_public, ec_key_pair_get_public(session_pre_key_get_key_pair(prekey)));
    bundle->has_one_time_prekey_id = bundle->has_one_time_prekey = 1;
    bundle->one_time_prekey_id = id;
    bundle->one_time_prekey = view_of(*out_public);
    SIGNAL_UNREF(prekey);
    return result;
}

static int pack_bundle(const Assay__Signal__V1__PreKeyBundle *bundle, struct served_bytes *out)
{
    out->len = assay__signal__v1__pre_key_bundle__get_packed_size(bundle);
    out->data = malloc(out->len ? out->len : 1);
    if (!out->data)
        return SG_ERR_NOMEM;
    assay__signal__v1__pre_key_bundle__pack(bundle, out->data);
    return 0;
}

static int write_bundle(struct party *p, bool with_one_time_prekey, struct served_bytes *out)
{
    Assay__Signal__V1__PreKeyBundle bundle = ASSAY__SIGNAL__V1__PRE_KEY_BUNDLE__INIT;
    session_signed_pre_key *prekey = NULL;
    signal_buffer *signed_public = NULL, *one_time_public = NULL;
    const struct record *identity = store_get(&p->store, STORE_META, "public", 6);
    int result = identity ? signal_protocol_signed_pre_key_load_key(
                                p->stores, &prekey, party_number(p, "signed-prekey"))
                          : SG_ERR_UNKNOWN;
    if (!result)
        result = ec_public_key_serialize(
            &signed_public, ec_key_pair_get_public(session_signed_pre_key_get_key_pair(prekey)));
    if (!result && with_one_time_prekey)
        result = add_one_time_prekey(p, &bundle, &one_time_public);
    if (!result) {
        /* records may have moved: look the identity up again */
        identity = store_get(&p->store, STORE_META, "public", 6);
        bundle.has_registration_id = bundle.has_device = bundle.has_identity_key = 1;
        bundle.has_signed_prekey_id = bundle.has_signed_prekey = 1;
        bundle.has_signed_prekey_signature = 1;
        bundle.registration_id = party_number(p, "registration");
        bundle.device = p->device;
        bundle.identity_key.data = identity->value;
        bundle.identity_key.len = identity->value_len;
        bundle.signed_prekey_id = session_signed_pre_key_get_id(prekey);
        bundle.signed_prekey = view_of(signed_public);
        bundle.signed_prekey_signature.data =
            (uint8_t *)(uintptr_t)session_signed_pre_key_get_signature(prekey);
        bundle.signed_prekey_signature.len = session_signed_pre_key_get_signature_len(prekey);
        result = pack_bundle(&bundle, out);
    }
    signal_buffer_free(signed_public);
    signal_buffer_free(one_time_public);
    SIGNAL_UNREF(prekey);
    return result;
}

int party_publish(struct party *p, bool with_one_time_prekey, bool rotates,
                  struct served_bytes *out)
{
    party_begin(p);
    int result = rotates ? party_rotate(p) : 0;
    if (!result)
        result = write_bundle(p, with_one_time_prekey, out);
    return party_finish(p, result);
}

/* ---- starting a session */

struct bundle_keys {
    ec_public_key *identity;
    ec_public_key *signed_prekey;
    ec_public_key *one_time_prekey;
};

static int decode_bundle_keys(struct party *p, const Assay__Signal__V1__PreKeyBundle *b,
                              struct bundle_keys *out)
{
    int result =
        curve_decode_point(&out->identity, b->identity_key.data, b->identity_key.len, p->context);
    if (!result)
        result = curve_decode_point(&out->signed_prekey, b->signed_prekey.data,
                                    b->signed_prekey.len, p->context);
    if (!result && b->has_one_time_prekey)
        result = curve_decode_point(&out->one_time_prekey, b->one_time_prekey.data,
                                    b->one_time_prekey.len, p->context);
    return result;
}

static int process_bundle(struct party *p, const signal_protocol_address *peer,
                          const Assay__Signal__V1__PreKeyBundle *b, const struct bundle_keys *keys)
{
    session_pre_key_bundle *bundle = NULL;
    session_builder *builder = NULL;
    int result = session_pre_key_bundle_create(
        &bundle, b->registration_id, (int)peer->device_id, b->one_time_prekey_id,
        keys->one_time_prekey, b->signed_prekey_id, keys->signed_prekey,
        b->signed_prekey_signature.data, b->signed_prekey_signature.len, keys->identity);
    if (!result)
        result = session_builder_create(&builder, p->stores, peer, p->context);
    if (!result)
        result = session_builder_process_pre_key_bundle(builder, bundle);
    /* the keys were decoded above, so an invalid key or argument is about the signature */
    if (result == SG_ERR_INVALID_KEY || result == SG_ERR_INVAL)
        result = PARTY_E_SIGNATURE;
    session_builder_free(builder);
    SIGNAL_UNREF(bundle);
    return result;
}

/* The library must not be called without a signature: it asserts that there is one. */
static int check_presence(const Assay__Signal__V1__PreKeyBundle *b)
{
    if (!b || !b->has_identity_key || !b->has_signed_prekey || !b->has_signed_prekey_id ||
        b->has_one_time_prekey != b->has_one_time_prekey_id)
        return PARTY_E_BUNDLE;
    return b->signed_prekey_signature.len ? 0 : PARTY_E_UNSIGNED;
}

int party_start(struct party *p, struct served_address peer, const uint8_t *bundle,
                size_t bundle_len)
{
    struct bundle_keys keys = {0};
    signal_protocol_address address = address_of(peer);
    Assay__Signal__V1__PreKeyBundle *b =
        assay__signal__v1__pre_key_bundle__unpack(NULL, bundle_len, bundle);
    int result = check_presence(b);
    party_begin(p);
    if (!result)
        result = decode_bundle_keys(p, b, &keys);
    if (!result)
        result = process_bundle(p, &address, b, &keys);
    SIGNAL_UNREF(keys.identity);
    SIGNAL_UNREF(keys.signed_prekey);
    SIGNAL_UNREF(keys.one_time_prekey);
    if (b)
        assay__signal__v1__pre_key_bundle__free_unpacked(b, NULL);
    return party_finish(p, result);
}

/* ---- messages */

int party_seal(struct party *p, struct served_address peer, const uint8_t *plaintext, size_t len,
               Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    signal_protocol_address address = address_of(peer);
    session_cipher *cipher = NULL;
    ciphertext_message *message = NULL;
    /* the library would make an empty session and fail on it later */
    if (!signal_protocol_session_contains_session(p->stores, &address))
        return SG_ERR_NO_SESSION;
    party_begin(p);
    int result = session_cipher_create(&cipher, p->stores, &address, p->context);
    if (!result)
        result = session_cipher_encrypt(cipher, plaintext, len, &message);
    if (!result) {
        *out_kind = ciphertext_message_get_type(message) == CIPHERTEXT_PREKEY_TYPE
                        ? ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY
                        : ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL;
        result =
            party_take_buffer(signal_buffer_copy(ciphertext_message_get_serialized(message)), out);
    }
    SIGNAL_UNREF(message);
    session_cipher_free(cipher);
    return party_finish(p, result);
}

static int open_prekey(struct party *p, session_cipher *cipher, const uint8_t *body, size_t len,
                       signal_buffer **plaintext)
{
    pre_key_signal_message *message = NULL;
    int result = pre_key_signal_message_deserialize(&message, body, len, p->context);
    if (!result)
        result = session_cipher_decrypt_pre_key_signal_message(cipher, message, NULL, plaintext);
    SIGNAL_UNREF(message);
    return result;
}

static int open_message(struct party *p, session_cipher *cipher, const uint8_t *body, size_t len,
                        signal_buffer **plaintext)
{
    signal_message *message = NULL;
    int result = signal_message_deserialize(&message, body, len, p->context);
    if (!result)
        result = session_cipher_decrypt_signal_message(cipher, message, NULL, plaintext);
    SIGNAL_UNREF(message);
    return result;
}

int party_open(struct party *p, struct served_address from, Assay__Target__V1__MessageKind kind,
               const uint8_t *body, size_t len, struct served_bytes *out)
{
    signal_protocol_address address = address_of(from);
    session_cipher *cipher = NULL;
    signal_buffer *plaintext = NULL;
    party_begin(p);
    int result = session_cipher_create(&cipher, p->stores, &address, p->context);
    if (!result && kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY)
        result = open_prekey(p, cipher, body, len, &plaintext);
    else if (!result && kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL)
        result = open_message(p, cipher, body, len, &plaintext);
    else if (!result)
        result = PARTY_E_KIND;
    session_cipher_free(cipher);
    result = party_finish(p, result);
    if (result) {
        signal_buffer_bzero_free(plaintext);
        return result;
    }
    return party_take_buffer(plaintext, out);
}

/* ---- identities */

int party_fingerprint(struct party *p, struct served_address peer, const char *own_id,
                      const char *peer_id, char *out_text, struct served_bytes *out_scannable)
{
    uint8_t key[STORE_KEY_MAX];
    fingerprint_generator *generator = NULL;
    fingerprint *both = NULL;
    ec_public_key *own = NULL, *their = NULL;
    signal_buffer *scannable = NULL;
    size_t key_len = party_address_key(peer.name, strlen(peer.name), (int32_t)peer.device, key);
    const struct record *identity = store_get(&p->store, STORE_META, "public", 6);
    const struct record *pinned = store_get(&p->store, STORE_IDENTITY, key, key_len);
    if (!identity || !pinned)
        return SG_ERR_NO_SESSION;
    int result = curve_decode_point(&own, identity->value, identity->value_len, p->context);
    if (!result)
        result = curve_decode_point(&their, pinned->value, pinned->value_len, p->context);
    if (!result)
        result = fingerprint_generator_create(&generator, FINGERPRINT_ITERATIONS, SCANNABLE_VERSION,
                                              p->context);
    if (!result)
        result = fingerprint_generator_create_for(generator, own_id, own, peer_id, their, &both);
    if (!result) {
        const char *text = displayable_fingerprint_text(fingerprint_get_displayable(both));
        size_t text_len = strlen(text) < 60 ? strlen(text) : 60;
        memcpy(out_text, text, text_len);
        out_text[text_len] = 0;
        result = scannable_fingerprint_serialize(&scannable, fingerprint_get_scannable(both));
    }
    if (!result)
        result = party_take_buffer(scannable, out_scannable);
    SIGNAL_UNREF(both);
    SIGNAL_UNREF(own);
    SIGNAL_UNREF(their);
    fingerprint_generator_free(generator);
    return result;
}

int party_forget(struct party *p, struct served_address peer)
{
    signal_protocol_address address = address_of(peer);
    int result = signal_protocol_session_delete_session(p->stores, &address);
    return result < 0 ? result : 0;
}

int party_accept(struct party *p, struct served_address peer, const uint8_t *key, size_t len)
{
    signal_protocol_address address = address_of(peer);
    ec_public_key *identity = NULL;
    int result = curve_decode_point(&identity, key, len, p->context);
    if (!result)
        result = signal_protocol_identity_save_identity(p->stores, &address, identity);
    SIGNAL_UNREF(identity);
    return result;
}
