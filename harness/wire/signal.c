/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/signal.h"

#include "wire/pb.h"

#include <string.h>

/* Field numbers, as every deployed implementation has them. */
enum {
    SM_RATCHET_KEY = 1,
    SM_COUNTER,
    SM_PREVIOUS_COUNTER,
    SM_CIPHERTEXT,
    SM_PQ_RATCHET,
    SM_ADDRESSES
};
enum {
    PM_ONE_TIME_PREKEY_ID = 1,
    PM_BASE_KEY,
    PM_IDENTITY_KEY,
    PM_MESSAGE,
    PM_REGISTRATION_ID,
    PM_SIGNED_PREKEY_ID,
    PM_KEM_PREKEY_ID,
    PM_KEM_CIPHERTEXT
};
enum { SK_ID = 1, SK_ITERATION, SK_CIPHERTEXT };
enum { SD_ID = 1, SD_ITERATION, SD_CHAIN_KEY, SD_SIGNING_KEY };
enum {
    PB_REGISTRATION_ID = 1,
    PB_DEVICE,
    PB_IDENTITY_KEY,
    PB_SIGNED_PREKEY_ID,
    PB_SIGNED_PREKEY,
    PB_SIGNATURE,
    PB_ONE_TIME_PREKEY_ID,
    PB_ONE_TIME_PREKEY,
    PB_KEM_PREKEY_ID,
    PB_KEM_PREKEY,
    PB_KEM_SIGNATURE
};

static const char *const kind_names[] = {
    [SIGNAL_KIND_PREKEY] = "prekey",
    [SIGNAL_KIND_MESSAGE] = "message",
    [SIGNAL_KIND_SENDER_KEY] = "sender-key",
    [SIGNAL_KIND_DISTRIBUTION] = "distribution",
};

enum signal_kind signal_kind_from_name(const char *name)
{
    for (unsigned i = 1; name && i < COUNT_OF(kind_names); i++)
        if (strcmp(kind_names[i], name) == 0)
            return (enum signal_kind)i;
    return SIGNAL_KIND_NONE;
}

/*
 * Known fields are read by number; one of them with another wire type makes the message malformed,
 * as it does for protobuf-c. 32-bit numbers keep their low 32 bits.
 */
struct reader {
    struct pb_message fields;
    bool is_malformed;
};

static const struct pb_field *take(struct reader *r, uint32_t number, enum pb_type type)
{
    const struct pb_field *f = NULL;
    for (size_t i = 0; i < r->fields.count; i++) {
        if (r->fields.fields[i].number != number)
            continue;
        f = &r->fields.fields[i];
        if (f->type != type)
            r->is_malformed = true;
    }
    return f;
}

static bool take_number(struct reader *r, uint32_t number, uint32_t *out)
{
    const struct pb_field *f = take(r, number, PB_VARINT);
    *out = f ? (uint32_t)f->value : 0;
    return f != NULL;
}

static bool take_body(struct reader *r, uint32_t number, struct bytes *out)
{
    const struct pb_field *f = take(r, number, PB_BYTES);
    *out = f ? f->body : bytes_of(NULL, 0);
    return f != NULL;
}

static enum status read_fields(struct bytes protobuf, struct reader *r)
{
    r->is_malformed = false;
    return pb_parse(protobuf, &r->fields) ? E_PARSE : OK;
}

/* version || protobuf || authenticator, of |authenticator_len| bytes */
static enum status read_message(struct bytes in, size_t authenticator_len, uint8_t *out_version,
                                struct reader *r)
{
    if (in.len <= 1 + authenticator_len)
        return E_PARSE;
    *out_version = in.data[0];
    return read_fields(bytes_slice(in, 1, in.len - 1 - authenticator_len), r);
}

/* ---- SignalMessage */

enum status signal_message_decode(struct bytes in, struct signal_message *out)
{
    struct reader r;
    memset(out, 0, sizeof(*out));
    if (read_message(in, SIGNAL_MAC_LEN, &out->version, &r))
        return E_PARSE;
    out->authenticated = bytes_slice(in, 0, in.len - SIGNAL_MAC_LEN);
    out->mac = bytes_slice(in, in.len - SIGNAL_MAC_LEN, SIGNAL_MAC_LEN);
    bool has_key = take_body(&r, SM_RATCHET_KEY, &out->ratchet_key);
    bool has_counter = take_number(&r, SM_COUNTER, &out->counter);
    bool has_ciphertext = take_body(&r, SM_CIPHERTEXT, &out->ciphertext);
    out->has_previous_counter = take_number(&r, SM_PREVIOUS_COUNTER, &out->previous_counter);
    return has_key && has_counter && has_ciphertext && !r.is_malformed ? OK : E_PARSE;
}

enum status signal_message_decode_v4(struct bytes in, struct signal_message *out)
{
    struct reader r;
    enum status st = signal_message_decode(in, out);
    if (st || (st = read_message(in, SIGNAL_MAC_LEN, &out->version, &r)))
        return st;
    out->has_pq_ratchet = take_body(&r, SM_PQ_RATCHET, &out->pq_ratchet) && out->pq_ratchet.len;
    out->has_addresses = take_body(&r, SM_ADDRESSES, &out->addresses);
    return r.is_malformed ? E_PARSE : OK;
}

enum status signal_message_encode(const struct signal_message *m, struct buffer *out)
{
    buffer_append_byte(out, m->version);
    pb_put_bytes(out, SM_RATCHET_KEY, m->ratchet_key);
    pb_put_varint(out, SM_COUNTER, m->counter);
    if (m->has_previous_counter)
        pb_put_varint(out, SM_PREVIOUS_COUNTER, m->previous_counter);
    pb_put_bytes(out, SM_CIPHERTEXT, m->ciphertext);
    if (m->has_pq_ratchet)
        pb_put_bytes(out, SM_PQ_RATCHET, m->pq_ratchet);
    if (m->has_addresses)
        pb_put_bytes(out, SM_ADDRESSES, m->addresses);
    return buffer_status(out);
}

/* ---- PreKeySignalMessage */

enum status prekey_message_decode(struct bytes in, struct prekey_message *out)
{
    struct reader r;
    memset(out, 0, sizeof(*out));
    if (read_message(in, 0, &out->version, &r))
        return E_PARSE;
    out->has_one_time_prekey_id = take_number(&r, PM_ONE_TIME_PREKEY_ID, &out->one_time_prekey_id);
    take_number(&r, PM_REGISTRATION_ID, &out->registration_id);
    bool has_base = take_body(&r, PM_BASE_KEY, &out->base_key);
    bool has_identity = take_body(&r, PM_IDENTITY_KEY, &out->identity_key);
    bool has_message = take_body(&r, PM_MESSAGE, &out->message);
    bool has_signed = take_number(&r, PM_SIGNED_PREKEY_ID, &out->signed_prekey_id);
    return has_base && has_identity && has_message && has_signed && !r.is_malformed ? OK : E_PARSE;
}

enum status prekey_message_decode_v4(struct bytes in, struct prekey_message *out)
{
    struct reader r;
    enum status st = prekey_message_decode(in, out);
    if (st || (st = read_message(in, 0, &out->version, &r)))
        return st;
    out->has_kem_prekey_id = take_number(&r, PM_KEM_PREKEY_ID, &out->kem_prekey_id);
    out->has_kem_ciphertext = take_body(&r, PM_KEM_CIPHERTEXT, &out->kem_ciphertext);
    return r.is_malformed ? E_PARSE : OK;
}

enum status prekey_message_encode(const struct prekey_message *m, struct buffer *out)
{
    buffer_append_byte(out, m->version);
    if (m->has_one_time_prekey_id)
        pb_put_varint(out, PM_ONE_TIME_PREKEY_ID, m->one_time_prekey_id);
    pb_put_bytes(out, PM_BASE_KEY, m->base_key);
    pb_put_bytes(out, PM_IDENTITY_KEY, m->identity_key);
    pb_put_bytes(out, PM_MESSAGE, m->message);
    pb_put_varint(out, PM_REGISTRATION_ID, m->registration_id);
    pb_put_varint(out, PM_SIGNED_PREKEY_ID, m->signed_prekey_id);
    if (m->has_kem_prekey_id)
        pb_put_varint(out, PM_KEM_PREKEY_ID, m->kem_prekey_id);
    if (m->has_kem_ciphertext)
        pb_put_bytes(out, PM_KEM_CIPHERTEXT, m->kem_ciphertext);
    return buffer_status(out);
}

/* ---- SenderKeyMessage, SenderKeyDistributionMessage */

/* The distribution id, where field 1 is bytes, and how much further the other numbers are then. */
static uint32_t take_distribution_id(struct reader *r, struct bytes *out)
{
    const struct pb_field *f = pb_find(&r->fields, SK_ID);
    *out = bytes_of(NULL, 0);
    if (!f || f->type != PB_BYTES)
        return 0;
    take_body(r, SK_ID, out);
    if (out->len != SIGNAL_DISTRIBUTION_ID_LEN)
        r->is_malformed = true;
    return 1;
}

/* Writes it where there is one; by how much the other numbers are further. */
static uint32_t put_distribution_id(struct buffer *out, struct bytes id)
{
    if (id.len)
        pb_put_bytes(out, SK_ID, id);
    return id.len ? 1 : 0;
}

enum status sender_key_message_decode(struct bytes in, struct sender_key_message *out)
{
    struct reader r;
    memset(out, 0, sizeof(*out));
    if (read_message(in, SIGNAL_SIGNATURE_LEN, &out->version, &r))
        return E_PARSE;
    out->authenticated = bytes_slice(in, 0, in.len - SIGNAL_SIGNATURE_LEN);
    out->signature = bytes_slice(in, in.len - SIGNAL_SIGNATURE_LEN, SIGNAL_SIGNATURE_LEN);
    uint32_t further = take_distribution_id(&r, &out->distribution_id);
    bool has_id = take_number(&r, SK_ID + further, &out->id);
    bool has_iteration = take_number(&r, SK_ITERATION + further, &out->iteration);
    bool has_ciphertext = take_body(&r, SK_CIPHERTEXT + further, &out->ciphertext);
    return has_id && has_iteration && has_ciphertext && !r.is_malformed ? OK : E_PARSE;
}

enum status sender_key_message_encode(const struct sender_key_message *m, struct buffer *out)
{
    buffer_append_byte(out, m->version);
    uint32_t further = put_distribution_id(out, m->distribution_id);
    pb_put_varint(out, SK_ID + further, m->id);
    pb_put_varint(out, SK_ITERATION + further, m->iteration);
    pb_put_bytes(out, SK_CIPHERTEXT + further, m->ciphertext);
    return buffer_status(out);
}

enum status distribution_message_decode(struct bytes in, struct distribution_message *out)
{
    struct reader r;
    memset(out, 0, sizeof(*out));
    if (read_message(in, 0, &out->version, &r))
        return E_PARSE;
    uint32_t further = take_distribution_id(&r, &out->distribution_id);
    bool has_id = take_number(&r, SD_ID + further, &out->id);
    bool has_iteration = take_number(&r, SD_ITERATION + further, &out->iteration);
    bool has_chain = take_body(&r, SD_CHAIN_KEY + further, &out->chain_key);
    bool has_signing = take_body(&r, SD_SIGNING_KEY + further, &out->signing_key);
    return has_id && has_iteration && has_chain && has_signing && !r.is_malformed ? OK : E_PARSE;
}

enum status distribution_message_encode(const struct distribution_message *m, struct buffer *out)
{
    buffer_append_byte(out, m->version);
    uint32_t further = put_distribution_id(out, m->distribution_id);
    pb_put_varint(out, SD_ID + further, m->id);
    pb_put_varint(out, SD_ITERATION + further, m->iteration);
    pb_put_bytes(out, SD_CHAIN_KEY + further, m->chain_key);
    pb_put_bytes(out, SD_SIGNING_KEY + further, m->signing_key);
    return buffer_status(out);
}

/* ---- bundles */

enum status signal_bundle_decode(struct bytes in, struct signal_bundle *out)
{
    struct reader r;
    memset(out, 0, sizeof(*out));
    if (read_fields(in, &r))
        return E_PARSE;
    take_number(&r, PB_REGISTRATION_ID, &out->registration_id);
    take_number(&r, PB_DEVICE, &out->device);
    take_body(&r, PB_SIGNATURE, &out->signature);
    bool has_identity = take_body(&r, PB_IDENTITY_KEY, &out->identity_key);
    bool has_id = take_number(&r, PB_SIGNED_PREKEY_ID, &out->signed_prekey_id);
    bool has_signed = take_body(&r, PB_SIGNED_PREKEY, &out->signed_prekey);
    bool has_one_time_id = take_number(&r, PB_ONE_TIME_PREKEY_ID, &out->one_time_prekey_id);
    out->has_one_time_prekey =
        take_body(&r, PB_ONE_TIME_PREKEY, &out->one_time_prekey) && has_one_time_id;
    bool has_kem_id = take_number(&r, PB_KEM_PREKEY_ID, &out->kem_prekey_id);
    out->has_kem_prekey = take_body(&r, PB_KEM_PREKEY, &out->kem_prekey) && has_kem_id;
    take_body(&r, PB_KEM_SIGNATURE, &out->kem_signature);
    return has_identity && has_id && has_signed && !r.is_malformed ? OK : E_PARSE;
}

enum status signal_bundle_encode(const struct signal_bundle *b, struct buffer *out)
{
    pb_put_varint(out, PB_REGISTRATION_ID, b->registration_id);
    pb_put_varint(out, PB_DEVICE, b->device);
    pb_put_bytes(out, PB_IDENTITY_KEY, b->identity_key);
    pb_put_varint(out, PB_SIGNED_PREKEY_ID, b->signed_prekey_id);
    pb_put_bytes(out, PB_SIGNED_PREKEY, b->signed_prekey);
    pb_put_bytes(out, PB_SIGNATURE, b->signature);
    if (b->has_one_time_prekey) {
        pb_put_varint(out, PB_ONE_TIME_PREKEY_ID, b->one_time_prekey_id);
        pb_put_bytes(out, PB_ONE_TIME_PREKEY, b->one_time_prekey);
    }
    if (b->has_kem_prekey) {
        pb_put_varint(out, PB_KEM_PREKEY_ID, b->kem_prekey_id);
        pb_put_bytes(out, PB_KEM_PREKEY, b->kem_prekey);
        pb_put_bytes(out, PB_KEM_SIGNATURE, b->kem_signature);
    }
    return buffer_status(out);
}
