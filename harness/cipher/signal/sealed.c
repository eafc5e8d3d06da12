/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/mac.h"
#include "cipher/signal/xeddsa.h"

#include <string.h>

void sealed_init(struct sealed *s)
{
    memset(s, 0, sizeof(*s));
    buffer_init(&s->body, PARTY_MESSAGE_MAX);
}

void sealed_fini(struct sealed *s)
{
    buffer_fini(&s->body);
    crypto_wipe(s, sizeof(*s));
    buffer_init(&s->body, PARTY_MESSAGE_MAX);
}

/* The SignalMessage in |s|: all of it, or the one inside a prekey message. */
static enum status find_message(const struct sealed *s, struct bytes *out)
{
    struct prekey_message outer;
    enum status st;
    *out = buffer_bytes(&s->body);
    if (s->kind != SIGNAL_KIND_PREKEY)
        return OK;
    if ((st = prekey_message_decode(*out, &outer)))
        return st;
    *out = outer.message;
    return OK;
}

static enum status authenticate(const struct sealed *s, struct bytes authenticated, uint8_t out[32])
{
    struct mac_input in = {s->mac_key, s->sender_identity, s->receiver_identity, authenticated};
    return mac_compute(&rules_honest()->mac, &in, out);
}

/* A signature whose nonce comes from what is signed, so that sealing again needs no randomness and
 * repeats. */
static enum status sign(const struct sealed *s, struct bytes authenticated, uint8_t *out)
{
    struct random nonce;
    uint8_t digest[32];
    enum status st;
    if ((st = crypto_sha256(authenticated, digest)) ||
        (st = random_init(&nonce, bytes_of(digest, sizeof(digest)), "sealed")))
        return st;
    return xeddsa_sign(s->signing_key, authenticated, &nonce, out);
}

enum status sealed_reseal(struct sealed *s)
{
    bool is_signed = s->kind == SIGNAL_KIND_SENDER_KEY;
    size_t tag_len = is_signed ? SIGNAL_SIGNATURE_LEN : SIGNAL_MAC_LEN;
    uint8_t tag[SIGNAL_SIGNATURE_LEN];
    struct bytes message;
    enum status st;
    if (s->kind == SIGNAL_KIND_DISTRIBUTION)
        return OK;
    if ((st = find_message(s, &message)))
        return st;
    if (message.len <= tag_len)
        return E_PARSE;
    struct bytes authenticated = bytes_slice(message, 0, message.len - tag_len);
    st = is_signed ? sign(s, authenticated, tag) : authenticate(s, authenticated, tag);
    if (st)
        return st;
    size_t at = (size_t)(message.data - s->body.data) + authenticated.len;
    memcpy(s->body.data + at, tag, tag_len);
    return OK;
}

/* The authenticated part of |message| again, around another ciphertext, and a place for the tag. */
static enum status rewrite_message(enum signal_kind kind, struct bytes message,
                                   struct bytes ciphertext, struct buffer *out)
{
    static const uint8_t no_tag[SIGNAL_SIGNATURE_LEN] = {0};
    struct signal_message m;
    struct sender_key_message of_group;
    bool is_of_group = kind == SIGNAL_KIND_SENDER_KEY;
    enum status st = is_of_group ? sender_key_message_decode(message, &of_group)
                                 : signal_message_decode_v4(message, &m);
    if (st)
        return st;
    m.ciphertext = of_group.ciphertext = ciphertext;
    st = is_of_group ? sender_key_message_encode(&of_group, out) : signal_message_encode(&m, out);
    size_t tag_len = is_of_group ? SIGNAL_SIGNATURE_LEN : SIGNAL_MAC_LEN;
    return st ? st : buffer_append(out, bytes_of(no_tag, tag_len));
}

static enum status rewrite_prekey(struct bytes body, struct bytes message, struct buffer *out)
{
    struct prekey_message m;
    enum status st = prekey_message_decode_v4(body, &m);
    if (st)
        return st;
    m.message = message;
    return prekey_message_encode(&m, out);
}

static enum status rewrite(const struct sealed *s, struct bytes ciphertext, struct buffer *out)
{
    struct buffer inner;
    struct bytes message;
    enum status st;
    if ((st = find_message(s, &message)))
        return st;
    if (s->kind != SIGNAL_KIND_PREKEY)
        return rewrite_message(s->kind, message, ciphertext, out);
    buffer_init(&inner, PARTY_MESSAGE_MAX);
    if (!(st = rewrite_message(SIGNAL_KIND_MESSAGE, message, ciphertext, &inner)))
        st = rewrite_prekey(buffer_bytes(&s->body), buffer_bytes(&inner), out);
    buffer_fini(&inner);
    return st;
}

enum status sealed_replace_plaintext(struct sealed *s, struct bytes plaintext)
{
    struct buffer ciphertext, body;
    enum status st;
    if (s->kind == SIGNAL_KIND_DISTRIBUTION)
        return E_PARSE;
    buffer_init(&ciphertext, PARTY_MESSAGE_MAX);
    buffer_init(&body, PARTY_MESSAGE_MAX);
    if ((st = crypto_aes_cbc_encrypt(s->cipher_key, s->iv, plaintext, &ciphertext)) ||
        (st = rewrite(s, buffer_bytes(&ciphertext), &body)))
        goto out;
    buffer_fini(&s->body);
    s->body = body;
    buffer_init(&body, PARTY_MESSAGE_MAX);
    st = sealed_reseal(s);
out:
    buffer_fini(&ciphertext);
    buffer_fini(&body);
    return st;
}
