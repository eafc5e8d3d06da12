/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/noise.h"

#include "base/crypto.h"
#include "wire/noise_pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct noise {
    const struct noise_pattern_table *pattern;
    bool is_initiator, hashes_empty_payload, takes_low_order;
    bool is_broken;
    size_t next; /* message to come */

    /* SymmetricState, section 5.2 */
    uint8_t h[32], ck[32], k[32];
    bool has_key;
    uint64_t n;

    /* HandshakeState, section 5.3 */
    uint8_t s_private[32], s_public[32], e_private[32], e_public[32], rs[32], re[32];
    bool has_s, has_rs, has_re;
    bool lies_about_s, lies_about_e; /* the public key said is not the private one's */
};

/* ---- SymmetricState */

static enum status mix_hash(struct noise *n, struct bytes in)
{
    struct buffer joined;
    buffer_init(&joined, in.len + 32);
    buffer_append(&joined, bytes_of(n->h, 32));
    buffer_append(&joined, in);
    enum status st = buffer_status(&joined);
    if (!st)
        st = crypto_sha256(buffer_bytes(&joined), n->h);
    buffer_fini(&joined);
    return st;
}

/* HKDF(ck, input) with two outputs: HMAC chains, which is RFC 5869 with an empty info. */
static enum status mix_key(struct noise *n, const uint8_t secret[32])
{
    uint8_t out[64];
    enum status st = crypto_hkdf_sha256(bytes_of(secret, 32), bytes_of(n->ck, 32),
                                        bytes_of(NULL, 0), out, sizeof(out));
    if (!st) {
        memcpy(n->ck, out, 32);
        memcpy(n->k, out + 32, 32);
        n->has_key = true;
        n->n = 0;
    }
    crypto_wipe(out, sizeof(out));
    return st;
}

/* 4 bytes of zero and the counter, big-endian (section 12.3). */
static void nonce_of(uint64_t counter, uint8_t out[12])
{
    memset(out, 0, 4);
    for (int i = 0; i < 8; i++)
        out[4 + i] = (uint8_t)(counter >> (56 - 8 * i));
}

static enum status encrypt_and_hash(struct noise *n, struct bytes in, struct buffer *out)
{
    size_t start = out->len;
    uint8_t nonce[12];
    enum status st;
    nonce_of(n->n, nonce);
    st = n->has_key ? crypto_aes_gcm_seal(n->k, nonce, bytes_of(n->h, 32), in, out)
                    : buffer_append(out, in);
    if (st)
        return st;
    n->n += n->has_key;
    bool is_skipped = !n->has_key && in.len == 0 && !n->hashes_empty_payload;
    return is_skipped ? OK : mix_hash(n, bytes_slice(buffer_bytes(out), start, out->len - start));
}

static enum status decrypt_and_hash(struct noise *n, struct bytes in, struct buffer *out)
{
    uint8_t nonce[12];
    enum status st;
    nonce_of(n->n, nonce);
    st = n->has_key ? crypto_aes_gcm_open(n->k, nonce, bytes_of(n->h, 32), in, out)
                    : buffer_append(out, in);
    if (st)
        return st;
    n->n += n->has_key;
    bool is_skipped = !n->has_key && in.len == 0 && !n->hashes_empty_payload;
    return is_skipped ? OK : mix_hash(n, in);
}

/* ---- HandshakeState */

static enum status initialize(struct noise *n, struct bytes prologue)
{
    char name[64];
    enum status st = OK;
    int len = snprintf(name, sizeof(name), "Noise_%s_25519_AESGCM_SHA256", n->pattern->name);
    memset(n->h, 0, 32);
    if (len <= 32)
        memcpy(n->h, name, (size_t)len);
    else
        st = crypto_sha256(bytes_of(name, (size_t)len), n->h);
    memcpy(n->ck, n->h, 32);
    return st ? st : mix_hash(n, prologue);
}

/* The public key that |token| of the given side means, for the pre-messages. */
static struct bytes pre_key(const struct noise *n, enum noise_token token, bool of_initiator)
{
    bool is_own = of_initiator == n->is_initiator;
    if (token == TOKEN_S)
        return bytes_of(is_own ? n->s_public : n->rs, 32);
    return bytes_of(is_own ? n->e_public : n->re, 32);
}

static enum status take_keys(struct noise *n, const struct noise_options *o)
{
    enum status st = OK;
    if (o->static_private) {
        memcpy(n->s_private, o->static_private, 32);
        st = crypto_x25519_public(n->s_private, n->s_public);
        n->has_s = true;
    }
    if (!st && o->static_public) {
        memcpy(n->s_public, o->static_public, 32);
        n->lies_about_s = true;
    }
    if (!st && o->ephemeral_private) {
        memcpy(n->e_private, o->ephemeral_private, 32);
        st = crypto_x25519_public(n->e_private, n->e_public);
    }
    if (!st && o->ephemeral_public) {
        memcpy(n->e_public, o->ephemeral_public, 32);
        n->lies_about_e = true;
    }
    if (o->remote_static) {
        memcpy(n->rs, o->remote_static, 32);
        n->has_rs = true;
    }
    return st;
}

/* Does this side need a static key of its own, and the other's beforehand? */
static bool has_needed_keys(const struct noise *n, const struct noise_options *o)
{
    const struct noise_pattern_table *p = n->pattern;
    bool needs_s = (n->is_initiator ? p->initiator_pre : p->responder_pre) == TOKEN_S;
    bool needs_rs = (n->is_initiator ? p->responder_pre : p->initiator_pre) == TOKEN_S;
    for (size_t m = 0; m < p->n_messages; m++)
        for (size_t t = 0; t < NOISE_TOKENS_MAX; t++)
            needs_s |= p->messages[m][t] == TOKEN_S &&
                       (m % 2 == 0) == (n->is_initiator != p->responder_begins);
    return o->ephemeral_private && (n->has_s || !needs_s) && (n->has_rs || !needs_rs);
}

enum status noise_new(const struct noise_options *o, struct noise **out)
{
    *out = NULL;
    const struct noise_pattern_table *pattern = noise_pattern_table(o->pattern);
    struct noise *n = pattern ? calloc(1, sizeof(*n)) : NULL;
    if (!n)
        return pattern ? E_NOMEM : E_MISSING;
    n->pattern = pattern;
    n->is_initiator = o->is_initiator;
    n->hashes_empty_payload = o->hashes_empty_payload;
    n->takes_low_order = o->takes_low_order;
    enum status st = take_keys(n, o);
    if (!st && o->pattern == NOISE_XXFALLBACK && !n->is_initiator && o->remote_ephemeral) {
        memcpy(n->re, o->remote_ephemeral, 32);
        n->has_re = true;
    }
    if (!st && (!has_needed_keys(n, o) ||
                (o->pattern == NOISE_XXFALLBACK && !n->is_initiator && !n->has_re)))
        st = E_MISSING;
    if (!st)
        st = initialize(n, o->prologue);
    if (!st && pattern->initiator_pre)
        st = mix_hash(n, pre_key(n, pattern->initiator_pre, true));
    if (!st && pattern->responder_pre)
        st = mix_hash(n, pre_key(n, pattern->responder_pre, false));
    if (st)
        noise_free(n);
    else
        *out = n;
    return st;
}

void noise_free(struct noise *n)
{
    if (n)
        crypto_wipe(n, sizeof(*n));
    free(n);
}

bool noise_is_done(const struct noise *n)
{
    return !n->is_broken && n->next == n->pattern->n_messages;
}

static bool is_own_turn(const struct noise *n)
{
    return (n->next % 2 == 0) == (n->is_initiator != n->pattern->responder_begins);
}

bool noise_may_write(const struct noise *n)
{
    return !n->is_broken && n->next < n->pattern->n_messages && is_own_turn(n);
}

bool noise_may_read(const struct noise *n)
{
    return !n->is_broken && n->next < n->pattern->n_messages && !is_own_turn(n);
}

/*
 * DH(own, their) as |token| says it, then MixKey. Who lies about a key with a point of low order
 * knows what the other side gets: what any private key makes of that point, zeros.
 */
static enum status mix_dh(struct noise *n, enum noise_token token)
{
    static const uint8_t zeros[32];
    bool own_is_e = token == TOKEN_EE || token == (n->is_initiator ? TOKEN_ES : TOKEN_SE);
    bool their_is_e = token == TOKEN_EE || token == (n->is_initiator ? TOKEN_SE : TOKEN_ES);
    uint8_t secret[32];
    bool is_lie = own_is_e ? n->lies_about_e : n->lies_about_s;
    const uint8_t *said = own_is_e ? n->e_public : n->s_public, *their = their_is_e ? n->re : n->rs;
    enum status st =
        crypto_x25519(own_is_e ? n->e_private : n->s_private, is_lie ? said : their, secret);
    if (!st && !n->takes_low_order && memcmp(secret, zeros, 32) == 0)
        st = E_CRYPTO;
    if (!st)
        st = mix_key(n, secret);
    crypto_wipe(secret, sizeof(secret));
    return st;
}

static enum status write_token(struct noise *n, enum noise_token token, struct buffer *out)
{
    enum status st;
    switch (token) {
    case TOKEN_E:
        st = buffer_append(out, bytes_of(n->e_public, 32));
        return st ? st : mix_hash(n, bytes_of(n->e_public, 32));
    case TOKEN_S:
        return encrypt_and_hash(n, bytes_of(n->s_public, 32), out);
    default:
        return mix_dh(n, token);
    }
}

enum status noise_write(struct noise *n, struct bytes payload, struct buffer *out)
{
    if (!noise_may_write(n))
        return E_CRYPTO;
    const enum noise_token *tokens = n->pattern->messages[n->next];
    enum status st = OK;
    for (size_t i = 0; !st && i < NOISE_TOKENS_MAX && tokens[i]; i++)
        st = write_token(n, tokens[i], out);
    if (!st)
        st = encrypt_and_hash(n, payload, out);
    n->is_broken = st != OK;
    n->next++;
    return st;
}

static enum status read_static(struct noise *n, struct bytes in)
{
    struct buffer clear;
    buffer_init(&clear, 64);
    enum status st = decrypt_and_hash(n, in, &clear);
    if (!st) {
        memcpy(n->rs, clear.data, 32);
        n->has_rs = true;
    }
    buffer_fini(&clear);
    return st;
}

static enum status read_token(struct noise *n, enum noise_token token, struct bytes *in)
{
    size_t len = token == TOKEN_E   ? 32
                 : token == TOKEN_S ? 32 + (n->has_key ? NOISE_TAG_LEN : 0)
                                    : 0;
    if (in->len < len)
        return E_PARSE;
    struct bytes part = bytes_slice(*in, 0, len);
    *in = bytes_slice(*in, len, in->len);
    switch (token) {
    case TOKEN_E:
        memcpy(n->re, part.data, 32);
        n->has_re = true;
        return mix_hash(n, part);
    case TOKEN_S:
        return read_static(n, part);
    default:
        return mix_dh(n, token);
    }
}

enum status noise_read(struct noise *n, struct bytes message, struct buffer *out)
{
    if (!noise_may_read(n))
        return E_CRYPTO;
    const enum noise_token *tokens = n->pattern->messages[n->next];
    enum status st = OK;
    for (size_t i = 0; !st && i < NOISE_TOKENS_MAX && tokens[i]; i++)
        st = read_token(n, tokens[i], &message);
    if (!st)
        st = decrypt_and_hash(n, message, out);
    n->is_broken = st != OK;
    n->next++;
    return st;
}

void noise_shape(const struct noise *n, size_t *out_e_len, size_t *out_s_len)
{
    bool has_key = n->has_key;
    *out_e_len = *out_s_len = 0;
    if (n->next >= n->pattern->n_messages)
        return;
    const enum noise_token *tokens = n->pattern->messages[n->next];
    for (size_t i = 0; i < NOISE_TOKENS_MAX && tokens[i]; i++) {
        if (tokens[i] == TOKEN_E)
            *out_e_len = 32;
        else if (tokens[i] == TOKEN_S)
            *out_s_len = 32 + (has_key ? NOISE_TAG_LEN : 0);
        else
            has_key = true;
    }
}

struct bytes noise_remote_static(const struct noise *n)
{
    return bytes_of(n->rs, n->has_rs ? 32 : 0);
}
struct bytes noise_remote_ephemeral(const struct noise *n)
{
    return bytes_of(n->re, n->has_re ? 32 : 0);
}
struct bytes noise_hash(const struct noise *n) { return bytes_of(n->h, 32); }

/* ---- after the handshake */

enum status noise_split(struct noise *n, struct noise_cipher *out_send,
                        struct noise_cipher *out_receive)
{
    uint8_t keys[64];
    memset(out_send, 0, sizeof(*out_send));
    memset(out_receive, 0, sizeof(*out_receive));
    if (!noise_is_done(n))
        return E_CRYPTO;
    enum status st = crypto_hkdf_sha256(bytes_of(NULL, 0), bytes_of(n->ck, 32), bytes_of(NULL, 0),
                                        keys, sizeof(keys));
    if (!st) {
        memcpy(n->is_initiator ? out_send->key : out_receive->key, keys, 32);
        memcpy(n->is_initiator ? out_receive->key : out_send->key, keys + 32, 32);
    }
    crypto_wipe(keys, sizeof(keys));
    return st;
}

void noise_cipher_fini(struct noise_cipher *c) { crypto_wipe(c, sizeof(*c)); }

enum status noise_seal(struct noise_cipher *c, struct bytes plaintext, struct buffer *out)
{
    uint8_t nonce[12];
    if (c->counter > UINT32_MAX)
        return E_LIMIT;
    nonce_of(c->counter, nonce);
    enum status st = crypto_aes_gcm_seal(c->key, nonce, bytes_of(NULL, 0), plaintext, out);
    c->counter += !st;
    return st;
}

enum status noise_open(struct noise_cipher *c, struct bytes message, struct buffer *out)
{
    uint8_t nonce[12];
    if (c->counter > UINT32_MAX)
        return E_LIMIT;
    nonce_of(c->counter, nonce);
    enum status st = crypto_aes_gcm_open(c->key, nonce, bytes_of(NULL, 0), message, out);
    c->counter += !st;
    return st;
}
