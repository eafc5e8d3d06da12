/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/primitives.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <string.h>

int x25519_public(const uint8_t secret[KEY_LEN], uint8_t out[KEY_LEN])
{
    size_t len = KEY_LEN;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, KEY_LEN);
    int ok = key && EVP_PKEY_get_raw_public_key(key, out, &len) == 1 && len == KEY_LEN;
    EVP_PKEY_free(key);
    return ok ? 0 : -1;
}

int x25519_shared(const uint8_t secret[KEY_LEN], const uint8_t peer[KEY_LEN], uint8_t out[KEY_LEN])
{
    static const uint8_t zeros[KEY_LEN];
    size_t len = KEY_LEN;
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, KEY_LEN);
    EVP_PKEY *other = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, peer, KEY_LEN);
    EVP_PKEY_CTX *ctx = own ? EVP_PKEY_CTX_new(own, NULL) : NULL;
    int ok = ctx && other && EVP_PKEY_derive_init(ctx) == 1 &&
             EVP_PKEY_derive_set_peer(ctx, other) == 1 && EVP_PKEY_derive(ctx, out, &len) == 1 &&
             len == KEY_LEN && CRYPTO_memcmp(out, zeros, KEY_LEN) != 0;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(other);
    EVP_PKEY_free(own);
    return ok ? 0 : -1;
}

int sha256(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[HASH_LEN])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
             (a_len == 0 || EVP_DigestUpdate(ctx, a, a_len) == 1) &&
             (b_len == 0 || EVP_DigestUpdate(ctx, b, b_len) == 1) &&
             EVP_DigestFinal_ex(ctx, out, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return ok ? 0 : -1;
}

int hmac_sha256(const uint8_t *key, size_t key_len, const void *in, size_t in_len,
                uint8_t out[HASH_LEN])
{
    unsigned int len = 0;
    if (key_len > INT_MAX || !HMAC(EVP_sha256(), key, (int)key_len, in, in_len, out, &len))
        return -1;
    return len == HASH_LEN ? 0 : -1;
}

int hkdf_pair(const uint8_t chaining_key[HASH_LEN], const uint8_t *in, size_t in_len,
              uint8_t first[HASH_LEN], uint8_t second[HASH_LEN])
{
    static const uint8_t none[1];
    const uint8_t one = 1;
    uint8_t temporary[HASH_LEN], more[HASH_LEN + 1], fresh[HASH_LEN];
    int result = hmac_sha256(chaining_key, HASH_LEN, in_len ? in : none, in_len, temporary);
    if (!result)
        result = hmac_sha256(temporary, HASH_LEN, &one, 1, fresh);
    if (!result) {
        memcpy(more, fresh, HASH_LEN);
        more[HASH_LEN] = 2;
        memcpy(first, fresh, HASH_LEN);
        result = hmac_sha256(temporary, HASH_LEN, more, sizeof(more), second);
    }
    OPENSSL_cleanse(temporary, sizeof(temporary));
    OPENSSL_cleanse(more, sizeof(more));
    OPENSSL_cleanse(fresh, sizeof(fresh));
    return result;
}

static bool gcm_begin(EVP_CIPHER_CTX *ctx, const uint8_t key[KEY_LEN], uint64_t n, int seals,
                      const uint8_t *ad, size_t ad_len)
{
    uint8_t nonce[12] = {0};
    int len;
    for (int i = 0; i < 8; i++)
        nonce[4 + i] = (uint8_t)(n >> (56 - 8 * i));
    return ctx && EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce, seals) == 1 &&
           ad_len <= INT_MAX &&
           (ad_len == 0 || EVP_CipherUpdate(ctx, NULL, &len, ad, (int)ad_len) == 1);
}

int gcm_seal(const uint8_t key[KEY_LEN], uint64_t n, const uint8_t *ad, size_t ad_len,
             const uint8_t *in, size_t len, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int done = 0, rest = 0;
    bool ok = len <= INT_MAX - TAG_LEN && gcm_begin(ctx, key, n, 1, ad, ad_len) &&
              (len == 0 || EVP_CipherUpdate(ctx, out, &done, in, (int)len) == 1) &&
              EVP_CipherFinal_ex(ctx, out + done, &rest) == 1 &&
              (size_t)done + (size_t)rest == len &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_LEN, out + len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return ok ? 0 : -1;
}

int gcm_open(const uint8_t key[KEY_LEN], uint64_t n, const uint8_t *ad, size_t ad_len,
             const uint8_t *in, size_t len, uint8_t *out)
{
    if (len < TAG_LEN || len > INT_MAX)
        return -1;
    uint8_t tag[TAG_LEN], unused[TAG_LEN];
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int done = 0, rest = 0;
    memcpy(tag, in + len - TAG_LEN, TAG_LEN);
    len -= TAG_LEN;
    bool ok = gcm_begin(ctx, key, n, 0, ad, ad_len) &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_LEN, tag) == 1 &&
              (len == 0 || EVP_CipherUpdate(ctx, out, &done, in, (int)len) == 1) &&
              (size_t)done == len && EVP_CipherFinal_ex(ctx, unused, &rest) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!ok && len)
        OPENSSL_cleanse(out, len);
    return ok ? 0 : -1;
}
