/* SPDX-License-Identifier: 0BSD */
/* A party's own keys: made fresh, or imported. */
#include "party.h"

#include <signal/curve.h>
#include <signal/key_helper.h>
#include <signal/ratchet.h>
#include <signal/session_pre_key.h>
#include <stdlib.h>
#include <string.h>

#define IMPORTED_MAX 1024u /* one-time prekeys */
#define WAITING "waiting"  /* a record of parties with imported keys */

/* ---- numbers of the party's own */

uint32_t party_number(struct party *p, const char *name)
{
    uint32_t value = 0;
    const struct record *r = store_get(&p->store, STORE_META, name, strlen(name));
    if (r && r->value_len == sizeof(value))
        memcpy(&value, r->value, sizeof(value));
    return value;
}

static int put_number(struct party *p, const char *name, uint32_t value)
{
    return store_put(&p->store, STORE_META, name, strlen(name), &value, sizeof(value))
               ? SG_ERR_NOMEM
               : 0;
}

static int put_text(struct party *p, const char *name, const char *value)
{
    return store_put(&p->store, STORE_META, name, strlen(name), value, strlen(value) + 1)
               ? SG_ERR_NOMEM
               : 0;
}

/* ---- making keys */

static int keep_identity(struct party *p, signal_buffer *public_key, signal_buffer *private_key)
{
    int result = SG_ERR_NOMEM;
    if (public_key && private_key &&
        !store_put(&p->store, STORE_META, "public", 6, signal_buffer_data(public_key),
                   signal_buffer_len(public_key)) &&
        !store_put(&p->store, STORE_META, "private", 7, signal_buffer_data(private_key),
                   signal_buffer_len(private_key)))
        result = 0;
    signal_buffer_free(public_key);
    signal_buffer_bzero_free(private_key);
    return result;
}

static int make_identity(struct party *p)
{
    ratchet_identity_key_pair *pair = NULL;
    signal_buffer *public_key = NULL, *private_key = NULL;
    uint32_t registration_id = 0;
    int result = signal_protocol_key_helper_generate_identity_key_pair(&pair, p->context);
    if (!result)
        result = ec_public_key_serialize(&public_key, ratchet_identity_key_pair_get_public(pair));
    if (!result)
        result =
            ec_private_key_serialize(&private_key, ratchet_identity_key_pair_get_private(pair));
    if (!result)
        result = keep_identity(p, public_key, private_key);
    if (!result)
        result =
            signal_protocol_key_helper_generate_registration_id(&registration_id, 0, p->context);
    if (!result)
        result = put_number(p, "registration", registration_id);
    SIGNAL_UNREF(pair);
    return result;
}

int party_rotate(struct party *p)
{
    ratchet_identity_key_pair *identity = NULL;
    session_signed_pre_key *prekey = NULL;
    uint32_t id = party_number(p, "signed-prekey") + 1;
    int result = signal_protocol_identity_get_key_pair(p->stores, &identity);
    if (!result)
        result = signal_protocol_key_helper_generate_signed_pre_key(&prekey, identity, id, 0,
                                                                    p->context);
    if (!result)
        result = signal_protocol_signed_pre_key_store_key(p->stores, prekey);
    if (!result)
        result = put_number(p, "signed-prekey", id);
    SIGNAL_UNREF(prekey);
    SIGNAL_UNREF(identity);
    return result;
}

/* The imported one-time prekeys that no bundle has carried yet, by id. */
static int put_waiting(struct party *p, const uint32_t *ids, size_t count)
{
    return store_put(&p->store, STORE_META, WAITING, strlen(WAITING), ids, count * sizeof(*ids))
               ? SG_ERR_NOMEM
               : 0;
}

static int make_prekey(struct party *p, uint32_t *out_id)
{
    ec_key_pair *pair = NULL;
    session_pre_key *prekey = NULL;
    uint32_t id = party_number(p, "prekey") + 1;
    int result = curve_generate_key_pair(p->context, &pair);
    if (!result)
        result = session_pre_key_create(&prekey, id, pair);
    if (!result)
        result = signal_protocol_pre_key_store_key(p->stores, prekey);
    if (!result)
        result = put_number(p, "prekey", id);
    SIGNAL_UNREF(prekey);
    SIGNAL_UNREF(pair);
    *out_id = id;
    return result;
}

int party_next_prekey(struct party *p, bool *out_is_there, uint32_t *out_id)
{
    const struct record *waiting = store_get(&p->store, STORE_META, WAITING, strlen(WAITING));
    uint32_t ids[IMPORTED_MAX];
    *out_is_there = true;
    if (!waiting)
        return make_prekey(p, out_id);
    size_t len = waiting->value_len < sizeof(ids) ? waiting->value_len : sizeof(ids);
    *out_is_there = len >= sizeof(ids[0]);
    *out_id = 0;
    if (!*out_is_there)
        return 0;
    memcpy(ids, waiting->value, len);
    *out_id = ids[0];
    return put_waiting(p, ids + 1, len / sizeof(ids[0]) - 1);
}

/* ---- importing keys */

static int import_pair(struct party *p, ProtobufCBinaryData public_key,
                       ProtobufCBinaryData private_key, ec_key_pair **out)
{
    ec_public_key *public_point = NULL;
    ec_private_key *private_scalar = NULL;
    int result = curve_decode_point(&public_point, public_key.data, public_key.len, p->context);
    if (!result)
        result = curve_decode_private_point(&private_scalar, private_key.data, private_key.len,
                                            p->context);
    if (!result)
        result = ec_key_pair_create(out, public_point, private_scalar);
    SIGNAL_UNREF(public_point);
    SIGNAL_UNREF(private_scalar);
    return result ? PARTY_E_IMPORT : 0;
}

static int import_signed(struct party *p, const Assay__Target__V1__ImportedPreKey *k)
{
    ec_key_pair *pair = NULL;
    session_signed_pre_key *prekey = NULL;
    /* without a signature the library would abort */
    int result =
        k->signature.len ? import_pair(p, k->public_key, k->private_key, &pair) : PARTY_E_IMPORT;
    if (!result)
        result = session_signed_pre_key_create(&prekey, k->id, 0, pair, k->signature.data,
                                               k->signature.len);
    if (!result)
        result = signal_protocol_signed_pre_key_store_key(p->stores, prekey);
    if (!result)
        result = put_number(p, "signed-prekey", k->id);
    SIGNAL_UNREF(prekey);
    SIGNAL_UNREF(pair);
    return result;
}

static int import_prekey(struct party *p, const Assay__Target__V1__ImportedPreKey *k)
{
    ec_key_pair *pair = NULL;
    session_pre_key *prekey = NULL;
    int result = import_pair(p, k->public_key, k->private_key, &pair);
    if (!result)
        result = session_pre_key_create(&prekey, k->id, pair);
    if (!result)
        result = signal_protocol_pre_key_store_key(p->stores, prekey);
    SIGNAL_UNREF(prekey);
    SIGNAL_UNREF(pair);
    return result;
}

static int import_keys(struct party *p, const Assay__Target__V1__ImportedKeys *keys)
{
    ec_key_pair *identity = NULL;
    int result = import_pair(p, keys->identity_public, keys->identity_private, &identity);
    SIGNAL_UNREF(identity);
    if (!result)
        result = keep_identity(
            p, signal_buffer_create(keys->identity_public.data, keys->identity_public.len),
            signal_buffer_create(keys->identity_private.data, keys->identity_private.len));
    if (!result)
        result = put_number(p, "registration", keys->registration_id);
    for (size_t i = 0; !result && i < keys->n_signed_prekeys; i++)
        result = import_signed(p, keys->signed_prekeys[i]);
    uint32_t ids[IMPORTED_MAX];
    if (!result && keys->n_one_time_prekeys > IMPORTED_MAX)
        result = PARTY_E_IMPORT;
    for (size_t i = 0; !result && i < keys->n_one_time_prekeys; i++) {
        ids[i] = keys->one_time_prekeys[i]->id;
        result = import_prekey(p, keys->one_time_prekeys[i]);
    }
    return result ? result : put_waiting(p, ids, keys->n_one_time_prekeys);
}

/* ---- a long-term key pair alone, as party_export_identity gives it */

#define IDENTITY_PUBLIC_LEN 33u
#define IDENTITY_LEN 65u

static int take_identity(struct party *p, const ProtobufCBinaryData *identity)
{
    uint32_t registration_id = 0;
    ec_key_pair *pair = NULL;
    if (identity->len != IDENTITY_LEN)
        return PARTY_E_IMPORT;
    ProtobufCBinaryData public_key = {IDENTITY_PUBLIC_LEN, identity->data};
    ProtobufCBinaryData private_key = {IDENTITY_LEN - IDENTITY_PUBLIC_LEN,
                                       identity->data + IDENTITY_PUBLIC_LEN};
    int result = import_pair(p, public_key, private_key, &pair);
    SIGNAL_UNREF(pair);
    if (!result)
        result = keep_identity(p, signal_buffer_create(public_key.data, public_key.len),
                               signal_buffer_create(private_key.data, private_key.len));
    if (!result)
        result =
            signal_protocol_key_helper_generate_registration_id(&registration_id, 0, p->context);
    return result ? result : put_number(p, "registration", registration_id);
}

int party_export_identity(struct party *p, struct served_bytes *out)
{
    const struct record *public_key = store_get(&p->store, STORE_META, "public", 6);
    const struct record *private_key = store_get(&p->store, STORE_META, "private", 7);
    if (!public_key || !private_key || public_key->value_len != IDENTITY_PUBLIC_LEN ||
        private_key->value_len != IDENTITY_LEN - IDENTITY_PUBLIC_LEN)
        return PARTY_E_STATE;
    out->data = malloc(IDENTITY_LEN);
    if (!out->data)
        return SG_ERR_NOMEM;
    out->len = IDENTITY_LEN;
    memcpy(out->data, public_key->value, IDENTITY_PUBLIC_LEN);
    memcpy(out->data + IDENTITY_PUBLIC_LEN, private_key->value, IDENTITY_LEN - IDENTITY_PUBLIC_LEN);
    return 0;
}

static int make_all(struct party *p, const Assay__Target__V1__CreateParty *options)
{
    const Assay__Target__V1__ImportedKeys *keys = options ? options->keys : NULL;
    int result = options && options->identity.len ? take_identity(p, &options->identity)
                 : keys                           ? import_keys(p, keys)
                                                  : make_identity(p);
    if (!result && (!keys || keys->n_signed_prekeys == 0))
        result = party_rotate(p);
    return result;
}

int party_make_keys(struct party *p, const Assay__Target__V1__CreateParty *options)
{
    party_begin(p);
    int result = put_text(p, "name", p->name);
    if (!result)
        result = put_number(p, "device", p->device);
    if (!result)
        result = make_all(p, options);
    return party_finish(p, result);
}
