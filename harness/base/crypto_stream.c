/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crypto_stream.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define BLOCK_LEN 16u
#define PART_MAX (1u << 20) /* EVP counts in int */

/* The opaque types are OpenSSL's own, under a name that says what they are for. */
static EVP_MD_CTX *digest_of(struct crypto_hash *h) { return (EVP_MD_CTX *)h; }

static EVP_MAC_CTX *mac_of(struct crypto_mac *m) { return (EVP_MAC_CTX *)m; }

static EVP_CIPHER_CTX *cipher_of(struct crypto_cbc *c) { return (EVP_CIPHER_CTX *)c; }

static enum status good(int result) { return result == 1 ? OK : E_CRYPTO; }

enum status crypto_hash_new(struct crypto_hash **out)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    *out = NULL;
    if (!context)
        return E_NOMEM;
    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return E_NOMEM;
    }
    *out = (struct crypto_hash *)context;
    return OK;
}

enum status crypto_hash_add(struct crypto_hash *h, struct bytes in)
{
    return good(EVP_DigestUpdate(digest_of(h), in.data, in.len));
}

enum status crypto_hash_end(struct crypto_hash *h, uint8_t out[32])
{
    return good(EVP_DigestFinal_ex(digest_of(h), out, NULL));
}

void crypto_hash_free(struct crypto_hash *h) { EVP_MD_CTX_free(digest_of(h)); }

enum status crypto_mac_new(struct bytes key, struct crypto_mac **out)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac);
    *out = NULL;
    if (!context)
        return E_NOMEM;
    if (EVP_MAC_init(context, key.data, key.len, params) != 1) {
        EVP_MAC_CTX_free(context);
        return E_NOMEM;
    }
    *out = (struct crypto_mac *)context;
    return OK;
}

enum status crypto_mac_add(struct crypto_mac *m, struct bytes in)
{
    return good(EVP_MAC_update(mac_of(m), in.data, in.len));
}

enum status crypto_mac_end(struct crypto_mac *m, uint8_t out[32])
{
    size_t len = 0;
    return good(EVP_MAC_final(mac_of(m), out, &len, 32));
}

void crypto_mac_free(struct crypto_mac *m) { EVP_MAC_CTX_free(mac_of(m)); }

enum status crypto_cbc_new(bool is_encrypting, const uint8_t key[32], const uint8_t iv[16],
                           struct crypto_cbc **out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    *out = NULL;
    if (!context)
        return E_NOMEM;
    if (EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv, is_encrypting) != 1) {
        EVP_CIPHER_CTX_free(context);
        return E_NOMEM;
    }
    *out = (struct crypto_cbc *)context;
    return OK;
}

enum status crypto_cbc_add(struct crypto_cbc *c, struct bytes in, struct buffer *out)
{
    for (size_t at = 0; at < in.len; at += PART_MAX) {
        struct bytes part = bytes_slice(in, at, PART_MAX);
        size_t before = out->len;
        int len = 0;
        uint8_t *room = buffer_extend(out, part.len + BLOCK_LEN);
        if (!room)
            return buffer_status(out);
        if (EVP_CipherUpdate(cipher_of(c), room, &len, part.data, (int)part.len) != 1)
            return E_CRYPTO;
        out->len = before + (size_t)len;
    }
    return OK;
}

enum status crypto_cbc_end(struct crypto_cbc *c, struct buffer *out)
{
    size_t before = out->len;
    int len = 0;
    uint8_t *room = buffer_extend(out, BLOCK_LEN);
    if (!room)
        return buffer_status(out);
    int result = EVP_CipherFinal_ex(cipher_of(c), room, &len);
    out->len = before + (result == 1 ? (size_t)len : 0);
    return good(result);
}

void crypto_cbc_free(struct crypto_cbc *c) { EVP_CIPHER_CTX_free(cipher_of(c)); }
