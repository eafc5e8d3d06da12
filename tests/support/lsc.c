/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/lsc_internal.h"

#include <signal/fingerprint.h>
#include <signal/group_cipher.h>
#include <signal/group_session_builder.h>
#include <signal/protocol.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <signal/session_pre_key.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static signal_protocol_address address_of(struct address a)
{
    signal_protocol_address out = {a.name, strlen(a.name), (int32_t)a.device};
    return out;
}

static int read_pair(struct lsc *l, const struct party_prekey *k, ec_key_pair **out)
{
    ec_public_key *public_key = NULL;
    ec_private_key *private_key = NULL;
    int result;

    if ((result = curve_decode_point(&public_key, k->public_key, SIGNAL_KEY_LEN, l->context)) ||
        (result = curve_decode_private_point(&private_key, k->private_key, 32, l->context)))
        goto out;
    result = ec_key_pair_create(out, public_key, private_key);
out:
    SIGNAL_UNREF(public_key);
    SIGNAL_UNREF(private_key);
    return result;
}

static int put_record(struct lsc *l, const char *kind, uint32_t id, signal_buffer *record)
{
    char key[LSC_KEY_MAX];

    snprintf(key, sizeof(key), "%s %u", kind, (unsigned)id);
    return lsc_put(l, key, signal_buffer_data(record), signal_buffer_len(record));
}

static int put_signed(struct lsc *l, const struct party_prekey *k)
{
    session_signed_pre_key *key = NULL;
    signal_buffer *record = NULL;
    ec_key_pair *pair = NULL;
    int result;

    if ((result = read_pair(l, k, &pair)) ||
        (result = session_signed_pre_key_create(&key, k->id, 0, pair, k->signature,
                                                SIGNAL_SIGNATURE_LEN)) ||
        (result = session_signed_pre_key_serialize(&record, key)))
        goto out;
    result = put_record(l, "signed", k->id, record);
out:
    SIGNAL_UNREF(pair);
    SIGNAL_UNREF(key);
    signal_buffer_free(record);
    return result;
}

static int put_one_time(struct lsc *l, const struct party_prekey *k)
{
    session_pre_key *key = NULL;
    signal_buffer *record = NULL;
    ec_key_pair *pair = NULL;
    int result;

    if ((result = read_pair(l, k, &pair)) || (result = session_pre_key_create(&key, k->id, pair)) ||
        (result = session_pre_key_serialize(&record, key)))
        goto out;
    result = put_record(l, "prekey", k->id, record);
out:
    SIGNAL_UNREF(pair);
    SIGNAL_UNREF(key);
    signal_buffer_free(record);
    return result;
}

static int set_up(struct lsc *l, const struct party_keys *keys)
{
    int result;

    memcpy(l->identity_private, keys->identity_private, 32);
    memcpy(l->identity_public, keys->identity_public, SIGNAL_KEY_LEN);
    l->registration_id = keys->registration_id;
    if ((result = signal_context_create(&l->context, l)) || (result = lsc_set_crypto(l)) ||
        (result = lsc_set_stores(l)))
        return result;
    for (size_t i = 0; i < keys->n_signed_prekeys && !result; i++)
        result = put_signed(l, &keys->signed_prekeys[i]);
    for (size_t i = 0; i < keys->n_one_time_prekeys && !result; i++)
        result = put_one_time(l, &keys->one_time_prekeys[i]);
    return result;
}

struct lsc *lsc_new(struct address self, struct random *random, const struct party_keys *keys)
{
    struct lsc *l = calloc(1, sizeof(*l));

    if (!l)
        return NULL;
    l->self = self;
    l->random = random;
    if (set_up(l, keys)) {
        lsc_free(l);
        return NULL;
    }
    return l;
}

void lsc_free(struct lsc *l)
{
    if (!l)
        return;
    if (l->store)
        signal_protocol_store_context_destroy(l->store);
    if (l->context)
        signal_context_destroy(l->context);
    for (size_t i = 0; i < l->n_entries; i++)
        free(l->entries[i].data);
    free(l->entries);
    free(l);
}

static int process_bundle(struct lsc *l, const signal_protocol_address *peer,
                          session_pre_key_bundle *bundle)
{
    session_builder *builder = NULL;
    int result = session_builder_create(&builder, l->store, peer, l->context);

    if (!result)
        result = session_builder_process_pre_key_bundle(builder, bundle);
    session_builder_free(builder);
    return result;
}

int lsc_start(struct lsc *l, struct address peer, struct bytes bundle)
{
    ec_public_key *identity = NULL, *signed_key = NULL, *one_time = NULL;
    session_pre_key_bundle *read = NULL;
    signal_protocol_address address = address_of(peer);
    struct signal_bundle b;
    int result = SG_ERR_INVALID_MESSAGE;

    if (signal_bundle_decode(bundle, &b))
        return result;
    if ((result =
             curve_decode_point(&identity, b.identity_key.data, b.identity_key.len, l->context)) ||
        (result = curve_decode_point(&signed_key, b.signed_prekey.data, b.signed_prekey.len,
                                     l->context)) ||
        (b.has_one_time_prekey &&
         (result = curve_decode_point(&one_time, b.one_time_prekey.data, b.one_time_prekey.len,
                                      l->context))) ||
        (result = session_pre_key_bundle_create(
             &read, b.registration_id, (int)b.device, b.one_time_prekey_id, one_time,
             b.signed_prekey_id, signed_key, b.signature.data, b.signature.len, identity)))
        goto out;
    result = process_bundle(l, &address, read);
out:
    SIGNAL_UNREF(identity);
    SIGNAL_UNREF(signed_key);
    SIGNAL_UNREF(one_time);
    SIGNAL_UNREF(read);
    return result;
}

static int append(struct buffer *out, const signal_buffer *in)
{
    struct bytes b = bytes_of(signal_buffer_const_data(in), signal_buffer_len(in));
    return buffer_append(out, b) ? SG_ERR_NOMEM : 0;
}

int lsc_seal(struct lsc *l, struct address peer, struct bytes plaintext, enum signal_kind *out_kind,
             struct buffer *out)
{
    signal_protocol_address address = address_of(peer);
    ciphertext_message *message = NULL;
    session_cipher *cipher = NULL;
    int result;

    if ((result = session_cipher_create(&cipher, l->store, &address, l->context)) ||
        (result = session_cipher_encrypt(cipher, plaintext.data, plaintext.len, &message)))
        goto out;
    *out_kind = ciphertext_message_get_type(message) == CIPHERTEXT_PREKEY_TYPE
                    ? SIGNAL_KIND_PREKEY
                    : SIGNAL_KIND_MESSAGE;
    result = append(out, ciphertext_message_get_serialized(message));
out:
    SIGNAL_UNREF(message);
    session_cipher_free(cipher);
    return result;
}

static int decrypt(struct lsc *l, session_cipher *cipher, enum signal_kind kind, struct bytes body,
                   signal_buffer **plain)
{
    pre_key_signal_message *first = NULL;
    signal_message *message = NULL;
    int result;

    if (kind == SIGNAL_KIND_PREKEY) {
        result = pre_key_signal_message_deserialize(&first, body.data, body.len, l->context);
        if (!result)
            result = session_cipher_decrypt_pre_key_signal_message(cipher, first, NULL, plain);
    } else {
        result = signal_message_deserialize(&message, body.data, body.len, l->context);
        if (!result)
            result = session_cipher_decrypt_signal_message(cipher, message, NULL, plain);
    }
    SIGNAL_UNREF(first);
    SIGNAL_UNREF(message);
    return result;
}

int lsc_open(struct lsc *l, struct address from, enum signal_kind kind, struct bytes body,
             struct buffer *out)
{
    signal_protocol_address address = address_of(from);
    session_cipher *cipher = NULL;
    signal_buffer *plain = NULL;
    int result;

    if (!(result = session_cipher_create(&cipher, l->store, &address, l->context)) &&
        !(result = decrypt(l, cipher, kind, body, &plain)))
        result = append(out, plain);
    signal_buffer_free(plain);
    session_cipher_free(cipher);
    return result;
}

static signal_protocol_sender_key_name group_name(const char *group, struct address sender)
{
    signal_protocol_sender_key_name out = {group, strlen(group), address_of(sender)};
    return out;
}

int lsc_distribute(struct lsc *l, const char *group, struct buffer *out)
{
    signal_protocol_sender_key_name name = group_name(group, l->self);
    sender_key_distribution_message *message = NULL;
    group_session_builder *builder = NULL;
    int result;

    if (!(result = group_session_builder_create(&builder, l->store, l->context)) &&
        !(result = group_session_builder_create_session(builder, &message, &name)))
        result = append(out, ciphertext_message_get_serialized((ciphertext_message *)message));
    SIGNAL_UNREF(message);
    group_session_builder_free(builder);
    return result;
}

int lsc_absorb(struct lsc *l, const char *group, struct address from, struct bytes body)
{
    signal_protocol_sender_key_name name = group_name(group, from);
    sender_key_distribution_message *message = NULL;
    group_session_builder *builder = NULL;
    int result;

    if (!(result = group_session_builder_create(&builder, l->store, l->context)) &&
        !(result = sender_key_distribution_message_deserialize(&message, body.data, body.len,
                                                               l->context)))
        result = group_session_builder_process_session(builder, &name, message);
    SIGNAL_UNREF(message);
    group_session_builder_free(builder);
    return result;
}

int lsc_seal_group(struct lsc *l, const char *group, struct bytes plaintext, struct buffer *out)
{
    signal_protocol_sender_key_name name = group_name(group, l->self);
    ciphertext_message *message = NULL;
    group_cipher *cipher = NULL;
    int result;

    if (!(result = group_cipher_create(&cipher, l->store, &name, l->context)) &&
        !(result = group_cipher_encrypt(cipher, plaintext.data, plaintext.len, &message)))
        result = append(out, ciphertext_message_get_serialized(message));
    SIGNAL_UNREF(message);
    group_cipher_free(cipher);
    return result;
}

int lsc_open_group(struct lsc *l, const char *group, struct address from, struct bytes body,
                   struct buffer *out)
{
    signal_protocol_sender_key_name name = group_name(group, from);
    sender_key_message *message = NULL;
    group_cipher *cipher = NULL;
    signal_buffer *plain = NULL;
    int result;

    if (!(result = group_cipher_create(&cipher, l->store, &name, l->context)) &&
        !(result = sender_key_message_deserialize(&message, body.data, body.len, l->context)) &&
        !(result = group_cipher_decrypt(cipher, message, NULL, &plain)))
        result = append(out, plain);
    SIGNAL_UNREF(message);
    signal_buffer_free(plain);
    group_cipher_free(cipher);
    return result;
}

int lsc_fingerprint(struct lsc *l, const uint8_t *own_key, const char *own_id,
                    const uint8_t *peer_key, const char *peer_id, int iterations, char out[61])
{
    fingerprint_generator *generator = NULL;
    ec_public_key *own = NULL, *peer = NULL;
    fingerprint *made = NULL;
    int result;

    if ((result = curve_decode_point(&own, own_key, SIGNAL_KEY_LEN, l->context)) ||
        (result = curve_decode_point(&peer, peer_key, SIGNAL_KEY_LEN, l->context)) ||
        (result = fingerprint_generator_create(&generator, iterations, 1, l->context)) ||
        (result = fingerprint_generator_create_for(generator, own_id, own, peer_id, peer, &made)))
        goto out;
    snprintf(out, 61, "%s", displayable_fingerprint_text(fingerprint_get_displayable(made)));
out:
    SIGNAL_UNREF(own);
    SIGNAL_UNREF(peer);
    SIGNAL_UNREF(made);
    fingerprint_generator_free(generator);
    return result;
}

int lsc_sign(struct lsc *l, const uint8_t private_key[32], struct bytes message, uint8_t *out)
{
    ec_private_key *key = NULL;
    signal_buffer *signature = NULL;
    int result = curve_decode_private_point(&key, private_key, 32, l->context);

    if (!result)
        result = curve_calculate_signature(l->context, &signature, key, message.data, message.len);
    if (!result)
        memcpy(out, signal_buffer_data(signature), SIGNAL_SIGNATURE_LEN);
    SIGNAL_UNREF(key);
    signal_buffer_free(signature);
    return result;
}

int lsc_verify(struct lsc *l, const uint8_t *public_key, struct bytes message,
               struct bytes signature)
{
    ec_public_key *key = NULL;
    int result = curve_decode_point(&key, public_key, SIGNAL_KEY_LEN, l->context);

    if (!result)
        result =
            curve_verify_signature(key, message.data, message.len, signature.data, signature.len);
    SIGNAL_UNREF(key);
    return result;
}
