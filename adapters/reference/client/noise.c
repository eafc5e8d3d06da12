/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/noise.h"

#include <openssl/crypto.h>
#include <string.h>

/* ---- section 5.1 and 5.2: cipher and symmetric state */

static int mix_hash(struct noise *s, const void *data, size_t len)
{
    return sha256(s->hash, HASH_LEN, data, len, s->hash);
}

static int mix_key(struct noise *s, const uint8_t secret[KEY_LEN], const uint8_t public[KEY_LEN])
{
    uint8_t shared[KEY_LEN] = {0};
    int result = x25519_shared(secret, public, shared);
    if (!result)
        result = hkdf_pair(s->chaining_key, shared, sizeof(shared), s->chaining_key, s->key);
    s->n = 0;
    s->has_key = true;
    OPENSSL_cleanse(shared, sizeof(shared));
    return result;
}

/* Appends to |out|; a message before the first key is not encrypted, only hashed. */
static int encrypt_and_hash(struct noise *s, const uint8_t *in, size_t len, struct octets *out)
{
    size_t sealed_len = len + (s->has_key ? TAG_LEN : 0);
    uint8_t *at = octets_extend(out, sealed_len);
    if (!at)
        return -1;
    if (!s->has_key)
        memcpy(at, in, len);
    else if (gcm_seal(s->key, s->n++, s->hash, HASH_LEN, in, len, at))
        return -1;
    return mix_hash(s, at, sealed_len);
}

/* All that is decrypted in XX and IK comes after the first key. */
static int decrypt_and_hash(struct noise *s, const uint8_t *in, size_t len, struct octets *out)
{
    uint8_t *at = len < TAG_LEN ? NULL : octets_extend(out, len - TAG_LEN);
    if (len < TAG_LEN || out->is_broken || gcm_open(s->key, s->n++, s->hash, HASH_LEN, in, len, at))
        return -1;
    return mix_hash(s, in, len);
}

static int encrypt_key(struct noise *s, uint8_t out[SEALED_KEY_LEN])
{
    struct octets sealed;
    octets_init(&sealed, SEALED_KEY_LEN);
    int result = encrypt_and_hash(s, s->fixed_public, KEY_LEN, &sealed);
    if (!result)
        memcpy(out, sealed.data, SEALED_KEY_LEN);
    octets_fini(&sealed);
    return result;
}

/* ---- section 5.3 and 7: the patterns */

int noise_start(struct noise *s, const struct noise_keys *keys, const uint8_t *prologue,
                size_t prologue_len, bool hashes_empty_payload)
{
    static const char xx[HASH_LEN] = "Noise_XX_25519_AESGCM_SHA256";
    static const char ik[HASH_LEN] = "Noise_IK_25519_AESGCM_SHA256";
    memset(s, 0, sizeof(*s));
    s->is_ik = keys->remote_fixed != NULL;
    s->hashes_empty_payload = hashes_empty_payload;
    memcpy(s->hash, s->is_ik ? ik : xx, HASH_LEN);
    memcpy(s->chaining_key, s->hash, HASH_LEN);
    memcpy(s->fixed, keys->fixed, KEY_LEN);
    memcpy(s->ephemeral, keys->ephemeral, KEY_LEN);
    if (x25519_public(s->fixed, s->fixed_public) ||
        x25519_public(s->ephemeral, s->ephemeral_public) || mix_hash(s, prologue, prologue_len))
        return -1;
    if (!s->is_ik)
        return 0;
    memcpy(s->remote_fixed, keys->remote_fixed, KEY_LEN);
    return mix_hash(s, s->remote_fixed, KEY_LEN);
}

void noise_wipe(struct noise *s) { OPENSSL_cleanse(s, sizeof(*s)); }

int noise_write_hello(struct noise *s)
{
    int result = mix_hash(s, s->ephemeral_public, KEY_LEN);
    if (!result && s->hashes_empty_payload)
        result = mix_hash(s, NULL, 0);
    return result;
}

int noise_write_hello_ik(struct noise *s, const uint8_t *payload, size_t len,
                         uint8_t sealed_key[SEALED_KEY_LEN], struct octets *out_payload)
{
    if (mix_hash(s, s->ephemeral_public, KEY_LEN) || mix_key(s, s->ephemeral, s->remote_fixed) ||
        encrypt_key(s, sealed_key) || mix_key(s, s->fixed, s->remote_fixed))
        return -1;
    return encrypt_and_hash(s, payload, len, out_payload);
}

/* The rest of XX's second message after e, ee: s, es. */
static int read_fixed(struct noise *s, const uint8_t sealed_key[SEALED_KEY_LEN])
{
    struct octets opened;
    octets_init(&opened, KEY_LEN);
    int result = decrypt_and_hash(s, sealed_key, SEALED_KEY_LEN, &opened);
    if (!result)
        memcpy(s->remote_fixed, opened.data, KEY_LEN);
    octets_fini(&opened);
    return result ? result : mix_key(s, s->ephemeral, s->remote_fixed);
}

int noise_read_reply(struct noise *s, const uint8_t ephemeral[KEY_LEN],
                     const uint8_t sealed_key[SEALED_KEY_LEN], const uint8_t *payload, size_t len,
                     struct octets *out_payload)
{
    memcpy(s->remote_ephemeral, ephemeral, KEY_LEN);
    if (mix_hash(s, ephemeral, KEY_LEN) || mix_key(s, s->ephemeral, s->remote_ephemeral))
        return -1;
    int result = s->is_ik ? mix_key(s, s->fixed, s->remote_ephemeral) : read_fixed(s, sealed_key);
    return result ? result : decrypt_and_hash(s, payload, len, out_payload);
}

int noise_write_finish(struct noise *s, const uint8_t *payload, size_t len,
                       uint8_t sealed_key[SEALED_KEY_LEN], struct octets *out_payload)
{
    if (encrypt_key(s, sealed_key) || mix_key(s, s->fixed, s->remote_ephemeral))
        return -1;
    return encrypt_and_hash(s, payload, len, out_payload);
}

int noise_split(const struct noise *s, struct channel *out)
{
    memset(out, 0, sizeof(*out));
    return hkdf_pair(s->chaining_key, NULL, 0, out->send_key, out->receive_key);
}

/* ---- after the handshake */

int channel_seal(struct channel *c, const uint8_t *in, size_t len, struct octets *out)
{
    uint8_t *at = octets_extend(out, len + TAG_LEN);
    return at ? gcm_seal(c->send_key, c->n_sent++, NULL, 0, in, len, at) : -1;
}

int channel_open(struct channel *c, const uint8_t *in, size_t len, struct octets *out)
{
    uint8_t *at = len < TAG_LEN ? NULL : octets_extend(out, len - TAG_LEN);
    if (len < TAG_LEN || out->is_broken)
        return -1;
    return gcm_open(c->receive_key, c->n_received++, NULL, 0, in, len, at);
}
