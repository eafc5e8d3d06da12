/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "primitives.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

bool primitive_public(const uint8_t private_key[PRIMITIVE_KEY_LEN], uint8_t out[PRIMITIVE_KEY_LEN])
{
    size_t len = PRIMITIVE_KEY_LEN;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, len);
    bool is_made = key && EVP_PKEY_get_raw_public_key(key, out, &len) == 1;
    EVP_PKEY_free(key);
    return is_made;
}

bool primitive_agree(const uint8_t private_key[PRIMITIVE_KEY_LEN],
                     const uint8_t public_key[PRIMITIVE_KEY_LEN], uint8_t out[PRIMITIVE_KEY_LEN])
{
    size_t len = PRIMITIVE_KEY_LEN;
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, len);
    EVP_PKEY *other = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public_key, len);
    EVP_PKEY_CTX *context = own ? EVP_PKEY_CTX_new(own, NULL) : NULL;
    bool is_made = other && context && EVP_PKEY_derive_init(context) == 1 &&
                   EVP_PKEY_derive_set_peer(context, other) == 1 &&
                   EVP_PKEY_derive(context, out, &len) == 1;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(other);
    EVP_PKEY_free(own);
    return is_made;
}

bool primitive_derive(const uint8_t *secret, size_t secret_len, const char *info, uint8_t *out,
                      size_t out_len)
{
    char digest[] = "SHA256";
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)secret,
                                          secret_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info,
                                          strlen(info)),
        OSSL_PARAM_construct_end(),
    };
    bool is_made = context && EVP_KDF_derive(context, out, out_len, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return is_made;
}

bool primitive_mac(const uint8_t key[PRIMITIVE_KEY_LEN], const uint8_t *data, size_t len,
                   uint8_t out[PRIMITIVE_KEY_LEN])
{
    unsigned out_len = PRIMITIVE_KEY_LEN;
    return HMAC(EVP_sha256(), key, PRIMITIVE_KEY_LEN, data, len, out, &out_len) != NULL;
}

bool primitive_encrypt(const uint8_t key[PRIMITIVE_KEY_LEN], const uint8_t iv[PRIMITIVE_BLOCK_LEN],
                       const uint8_t *data, size_t len, uint8_t *out, size_t *out_len)
{
    int first = 0, last = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool is_made = context && len <= INT_MAX - PRIMITIVE_BLOCK_LEN &&
                   EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv) == 1 &&
                   EVP_EncryptUpdate(context, out, &first, data, (int)len) == 1 &&
                   EVP_EncryptFinal_ex(context, out + first, &last) == 1;
    EVP_CIPHER_CTX_free(context);
    *out_len = is_made ? (size_t)first + (size_t)last : 0;
    return is_made;
}
