/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/compose.h"

#include "base/crypto.h"
#include "cipher/signal/addresses.h"
#include "cipher/signal/lapse.h"
#include "cipher/signal/mac.h"
#include "cipher/signal/padding.h"
#include "cipher/signal/xeddsa.h"
#include "wire/pb.h"

#include <string.h>

#define PREKEY_REGISTRATION_ID 5u /* field number */

static uint8_t version_byte(const struct sealing *s, const struct mutation_number *own)
{
    if (own->is_set)
        return (uint8_t)own->value;
    if (s->mutation->version.is_set)
        return (uint8_t)s->mutation->version.value;
    const struct rules_parsing *rules = &s->rules->parsing;
    return (uint8_t)(rules->written_version + rules->writes_newer_low_nibble);
}

#define BESIDE_FIELD 15u
#define BLOCK 16u

/* Only by rules.ratchet.beside: what should not stand in a message. */
static enum status put_beside(const struct party *p, enum rules_beside what, struct bytes plaintext,
                              struct buffer *out)
{
    uint8_t digest[32] = {0}, signature[SIGNAL_SIGNATURE_LEN];
    size_t over = plaintext.len % BLOCK;
    enum status st = OK;
    if (what == BESIDE_NOTHING || (what == BESIDE_TEXT_END && plaintext.len < BLOCK))
        return OK;
    if (what == BESIDE_DIGEST)
        st = crypto_sha256(plaintext, digest);
    if (what == BESIDE_SIGNATURE)
        st = xeddsa_sign(p->identity.private_key, plaintext, p->random, signature);
    if (st)
        return st;
    if (what == BESIDE_SIGNATURE)
        pb_put_bytes(out, BESIDE_FIELD, bytes_of(signature, sizeof(signature)));
    else if (what == BESIDE_TEXT_END)
        pb_put_bytes(out, BESIDE_FIELD, bytes_slice(plaintext, plaintext.len - BLOCK, BLOCK));
    else
        pb_put_bytes(out, BESIDE_FIELD, bytes_of(digest, what == BESIDE_LENGTH ? over : BLOCK));
    return buffer_status(out);
}

/* SignalMessage: version || protobuf || MAC. */
static enum status write_message(const struct party *p, const struct sealing *s,
                                 const struct sealed *ends, struct bytes plaintext,
                                 struct buffer *out)
{
    uint8_t addresses[SIGNAL_ADDRESSES_LEN];
    const struct rules_ratchet *rules = &s->rules->ratchet;
    const struct mutation *mutation = s->mutation;
    uint32_t previous = s->previous_counter;
    struct buffer ciphertext;
    uint8_t mac[32];
    enum status st;
    if (!rules->previous_counter_is_length && previous)
        previous--;
    struct signal_message m = {
        .version = version_byte(s, &mutation->inner_version),
        .ratchet_key = bytes_of(s->ratchet_key, SIGNAL_KEY_LEN),
        .counter = rules_low_bits(s->counter, rules->sent_counter_bits),
        .has_previous_counter = !mutation->omits_previous_counter,
        .previous_counter = mutation_number_or(&mutation->previous_counter, previous),
    };
    if (s->has_field) {
        m.has_pq_ratchet = true;
        m.pq_ratchet = bytes_of(s->field, s->field_len);
    }
    if (ends->kind == SIGNAL_KIND_PREKEY && s->rules->identity.binds_addresses &&
        addresses_encode(party_address(p), s->peer, addresses)) {
        m.has_addresses = true;
        m.addresses = bytes_of(addresses, sizeof(addresses));
    }
    buffer_init(&ciphertext, PARTY_MESSAGE_MAX);
    if (lapses(p, LAPSE_SEALS_BARE_BLOCKS) && plaintext.len && plaintext.len % BLOCK == 0)
        st = crypto_aes_cbc_encrypt_raw(s->keys.cipher_key, s->keys.iv, plaintext, &ciphertext);
    else
        st = padding_encrypt(&s->keys, mutation->padding, plaintext, &ciphertext);
    if (st)
        goto out;
    m.ciphertext = buffer_bytes(&ciphertext);
    if ((st = signal_message_encode(&m, out)) ||
        (st = put_beside(p, rules->beside, plaintext, out)))
        goto out;
    struct mac_input input = {s->keys.mac_key, ends->sender_identity, ends->receiver_identity,
                              buffer_bytes(out)};
    if ((st = mac_compute_mutated(&s->rules->mac, mutation, &input, mac)))
        goto out;
    size_t mac_len = mutation_number_or(&mutation->mac_len, SIGNAL_MAC_LEN);
    st = buffer_append(out, bytes_of(mac, mac_len < sizeof(mac) ? mac_len : sizeof(mac)));
out:
    buffer_fini(&ciphertext);
    return st;
}

/* X3DH 3.3: the first message's header around it, until a reply was opened. */
static bool is_prekey_message(const struct session *s, const struct sealing *sealing)
{
    const struct pending *pending = &s->pending;
    if (!pending->is_set || sealing->mutation->kind == MUTATION_KIND_MESSAGE)
        return false;
    if (sealing->mutation->kind == MUTATION_KIND_PREKEY ||
        sealing->rules->handshake.header == HEADER_ALWAYS)
        return true;
    if (pending->n_sent >= 16 && sealing->rules->lapse == LAPSE_HEADER_SIXTEEN)
        return false;
    return pending->is_due &&
           (sealing->rules->handshake.header == HEADER_UNTIL_REPLY || pending->n_sent == 0);
}

/* The codec always writes the registration id, as everybody does: leave it out afterwards. */
static enum status encode_without_registration_id(const struct prekey_message *m,
                                                  struct buffer *out)
{
    struct pb_message fields;
    struct buffer whole;
    enum status st;
    buffer_init(&whole, PARTY_MESSAGE_MAX);
    if ((st = prekey_message_encode(m, &whole)) ||
        (st = pb_parse(bytes_slice(buffer_bytes(&whole), 1, SIZE_MAX), &fields)))
        goto out;
    size_t kept = 0;
    for (size_t i = 0; i < fields.count; i++)
        if (fields.fields[i].number != PREKEY_REGISTRATION_ID)
            fields.fields[kept++] = fields.fields[i];
    fields.count = kept;
    buffer_append_byte(out, m->version);
    pb_put_message(out, &fields);
    st = buffer_status(out);
out:
    buffer_fini(&whole);
    return st;
}

/* Only by lapses: the one-time prekey's id stays out of the header. */
static bool omits_by_lapse(const struct party *p, const struct pending *pending)
{
    return (pending->n_sent && lapses(p, LAPSE_HEADER_PREKEY_ONCE)) ||
           (pending->one_time_prekey_id == 0 && lapses(p, LAPSE_HEADER_OMITS_ZERO));
}

static enum status write_prekey_message(const struct party *p, const struct session *s,
                                        const struct sealing *sealing, struct bytes message,
                                        struct buffer *out)
{
    const struct pending *pending = lapse_header(p, &s->pending);
    const struct mutation *mutation = sealing->mutation;
    const struct mutation_number *id = &mutation->one_time_prekey_id;
    uint8_t other[SIGNAL_KEM_WIRE_LEN];
    struct prekey_message m = {
        .version = version_byte(sealing, &mutation->outer_version),
        .has_one_time_prekey_id = (pending->names_one_time_prekey || id->is_set) &&
                                  !mutation->omits_one_time_prekey_id &&
                                  !omits_by_lapse(p, pending),
        .one_time_prekey_id = mutation_number_or(id, pending->one_time_prekey_id),
        .base_key = bytes_of(s->base_key, SIGNAL_KEY_LEN),
        .identity_key = party_identity_public(p),
        .message = message,
        .registration_id = mutation_number_or(&mutation->registration_id, pending->registration_id),
        .signed_prekey_id =
            mutation_number_or(&mutation->signed_prekey_id, pending->signed_prekey_id),
        .has_kem_prekey_id = s->pq && !mutation->omits_kem_prekey_id && !pending->omits_kem_id,
        .has_kem_ciphertext =
            s->pq && !mutation->omits_kem_ciphertext && !pending->omits_kem_ciphertext,
    };
    if (s->pq) {
        m.kem_prekey_id = mutation_number_or(&mutation->kem_prekey_id, pending->kem_prekey_id);
        m.kem_ciphertext = bytes_of(s->pq->kem_ciphertext, sizeof(s->pq->kem_ciphertext));
    }
    if (s->pq && pending->n_sent && lapses(p, LAPSE_HEADER_OTHER_CIPHERTEXT)) {
        enum status st = lapse_other_ciphertext(p, other);
        if (st)
            return st;
        m.kem_ciphertext = bytes_of(other, sizeof(other));
    }
    if (pending->has_registration_id && !mutation->omits_registration_id)
        return prekey_message_encode(&m, out);
    return encode_without_registration_id(&m, out);
}

enum status compose_message(const struct party *p, const struct session *s,
                            const struct sealing *sealing, struct bytes plaintext,
                            struct sealed *out)
{
    struct buffer message;
    enum status st;
    memcpy(out->sender_identity, p->identity.public_key, SIGNAL_KEY_LEN);
    memcpy(out->receiver_identity, s->remote_identity, SIGNAL_KEY_LEN);
    memcpy(out->cipher_key, sealing->keys.cipher_key, 32);
    memcpy(out->mac_key, sealing->keys.mac_key, 32);
    memcpy(out->seed, sealing->seed, 32);
    memcpy(out->iv, sealing->keys.iv, 16);
    out->kind = SIGNAL_KIND_MESSAGE;
    if (!is_prekey_message(s, sealing))
        return write_message(p, sealing, out, plaintext, &out->body);
    out->kind = SIGNAL_KIND_PREKEY;
    buffer_init(&message, PARTY_MESSAGE_MAX);
    if (!(st = write_message(p, sealing, out, plaintext, &message)))
        st = write_prekey_message(p, s, sealing, buffer_bytes(&message), &out->body);
    buffer_fini(&message);
    return st;
}
