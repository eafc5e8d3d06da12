/* SPDX-License-Identifier: 0BSD */
/* Sender keys: the party's operations in a group. */
#include "party.h"

#include <signal/group_cipher.h>
#include <signal/group_session_builder.h>
#include <signal/protocol.h>
#include <signal/sender_key_record.h>
#include <string.h>

static signal_protocol_sender_key_name name_of(const char *group, const char *sender,
                                               uint32_t device)
{
    signal_protocol_sender_key_name out = {.group_id = group, .group_id_len = strlen(group)};
    out.sender.name = sender;
    out.sender.name_len = strlen(sender);
    out.sender.device_id = (int32_t)device;
    return out;
}

/* The library makes a key only where there is none, so a fresh one needs an empty record. */
static int forget_own_key(struct party *p, const signal_protocol_sender_key_name *name)
{
    sender_key_record *empty = NULL;
    int result = sender_key_record_create(&empty, p->context);
    if (!result)
        result = signal_protocol_sender_key_store_key(p->stores, name, empty);
    SIGNAL_UNREF(empty);
    return result;
}

int party_distribute(struct party *p, const char *group, bool is_fresh, struct served_bytes *out)
{
    signal_protocol_sender_key_name name = name_of(group, p->name, p->device);
    group_session_builder *builder = NULL;
    sender_key_distribution_message *message = NULL;
    party_begin(p);
    int result = is_fresh ? forget_own_key(p, &name) : 0;
    if (!result)
        result = group_session_builder_create(&builder, p->stores, p->context);
    if (!result)
        result = group_session_builder_create_session(builder, &message, &name);
    if (!result)
        result = party_take_buffer(signal_buffer_copy(ciphertext_message_get_serialized(
                                       (const ciphertext_message *)message)),
                                   out);
    SIGNAL_UNREF(message);
    group_session_builder_free(builder);
    return party_finish(p, result);
}

int party_absorb(struct party *p, const char *group, struct served_address from,
                 const uint8_t *body, size_t len)
{
    signal_protocol_sender_key_name name = name_of(group, from.name, from.device);
    group_session_builder *builder = NULL;
    sender_key_distribution_message *message = NULL;
    party_begin(p);
    int result = sender_key_distribution_message_deserialize(&message, body, len, p->context);
    if (!result)
        result = group_session_builder_create(&builder, p->stores, p->context);
    if (!result)
        result = group_session_builder_process_session(builder, &name, message);
    SIGNAL_UNREF(message);
    group_session_builder_free(builder);
    return party_finish(p, result);
}

int party_seal_group(struct party *p, const char *group, const uint8_t *plaintext, size_t len,
                     struct served_bytes *out)
{
    signal_protocol_sender_key_name name = name_of(group, p->name, p->device);
    group_cipher *cipher = NULL;
    ciphertext_message *message = NULL;
    party_begin(p);
    int result = group_cipher_create(&cipher, p->stores, &name, p->context);
    if (!result)
        result = group_cipher_encrypt(cipher, plaintext, len, &message);
    if (!result)
        result =
            party_take_buffer(signal_buffer_copy(ciphertext_message_get_serialized(message)), out);
    SIGNAL_UNREF(message);
    group_cipher_free(cipher);
    return party_finish(p, result);
}

int party_open_group(struct party *p, const char *group, struct served_address from,
                     const uint8_t *body, size_t len, struct served_bytes *out)
{
    signal_protocol_sender_key_name name = name_of(group, from.name, from.device);
    group_cipher *cipher = NULL;
    sender_key_message *message = NULL;
    signal_buffer *plaintext = NULL;
    party_begin(p);
    int result = sender_key_message_deserialize(&message, body, len, p->context);
    if (!result)
        result = group_cipher_create(&cipher, p->stores, &name, p->context);
    if (!result)
        result = group_cipher_decrypt(cipher, message, NULL, &plaintext);
    SIGNAL_UNREF(message);
    group_cipher_free(cipher);
    result = party_finish(p, result);
    if (result) {
        signal_buffer_bzero_free(plaintext);
        return result;
    }
    return party_take_buffer(plaintext, out);
}
