/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <limits.h>
#include <string.h>

static enum status digest(const EVP_MD *md, struct bytes in, uint8_t *out)
{
    return EVP_Digest(in.len ? in.data : (const uint8_t *)"", in.len, out, NULL, md, NULL) == 1
               ? OK
               : E_NOMEM;
}

enum status crypto_sha256(struct bytes in, uint8_t out[32])
{
    memset(out, 0, 32);
    return digest(EVP_sha256(), in, out);
}

enum status crypto_sha512(struct bytes in, uint8_t out[64])
{
    memset(out, 0, 64);
    return digest(EVP_sha512(), in, out);
}

enum status crypto_sha3_256(struct bytes in, uint8_t out[32])
{
    memset(out, 0, 32);
    return digest(EVP_sha3_256(), in, out);
}

enum status crypto_sha3_512(struct bytes in, uint8_t out[64])
{
    memset(out, 0, 64);
    return digest(EVP_sha3_512(), in, out);
}

static enum status shake(const EVP_MD *md, struct bytes in, uint8_t *out, size_t out_len)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    memset(out, 0, out_len);
    int good = context && EVP_DigestInit_ex(context, md, NULL) == 1 &&
               EVP_DigestUpdate(context, in.data, in.len) == 1 &&
               EVP_DigestFinalXOF(context, out, out_len) == 1;
    EVP_MD_CTX_free(context);
    return good ? OK : E_NOMEM;
}

enum status crypto_shake128(struct bytes in, uint8_t *out, size_t out_len)
{
    return shake(EVP_shake128(), in, out, out_len);
}

enum status crypto_shake256(struct bytes in, uint8_t *out, size_t out_len)
{
    return shake(EVP_shake256(), in, out, out_len);
}

enum status crypto_hmac_sha256(struct bytes key, struct bytes in, uint8_t out[32])
{
    static const uint8_t none[1] = {0};
    unsigned len = 32;
    memset(out, 0, 32);
    if (key.len > INT_MAX)
        return E_LIMIT;
    /* OpenSSL reads a NULL key as "the previous one", so an empty key needs an address */
    const uint8_t *key_data = key.len ? key.data : none;
    const uint8_t *in_data = in.len ? in.data : none;
    return HMAC(EVP_sha256(), key_data, (int)key.len, in_data, in.len, out, &len) ? OK : E_NOMEM;
}

enum status crypto_hkdf_sha256(struct bytes secret, struct bytes salt, struct bytes info,
                               uint8_t *out, size_t out_len)
{
    uint8_t pseudorandom_key[32], block[32];
    static const uint8_t zero_salt[32] = {0};
    struct buffer input;
    enum status st;

    if (out_len == 0 || out_len > (size_t)255 * 32)
        return E_LIMIT;
    memset(out, 0, out_len);
    buffer_init(&input, 32 + info.len + 1);
    if (salt.len == 0)
        salt = bytes_of(zero_salt, sizeof(zero_salt));
    if ((st = crypto_hmac_sha256(salt, secret, pseudorandom_key)))
        goto out;
    for (size_t done = 0, round = 1; done < out_len; round++) {
        buffer_clear(&input);
        if (round > 1)
            buffer_append(&input, bytes_of(block, sizeof(block)));
        buffer_append(&input, info);
        buffer_append_byte(&input, (uint8_t)round);
        if ((st = buffer_status(&input)))
            goto out;
        if ((st = crypto_hmac_sha256(bytes_of(pseudorandom_key, 32), buffer_bytes(&input), block)))
            goto out;
        size_t take = out_len - done < 32 ? out_len - done : 32;
        memcpy(out + done, block, take);
        done += take;
    }
out:
    crypto_wipe(pseudorandom_key, sizeof(pseudorandom_key));
    crypto_wipe(block, sizeof(block));
    buffer_fini(&input);
    return st;
}

enum status crypto_x25519_public(const uint8_t private_key[32], uint8_t out_public[32])
{
    size_t len = 32;
    memset(out_public, 0, 32);
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, 32);
    int good = key && EVP_PKEY_get_raw_public_key(key, out_public, &len) == 1;
    EVP_PKEY_free(key);
    return good ? OK : E_NOMEM;
}

/* Of a private key that comes alone OpenSSL calculates the public one, which is as much work as the
 * agreement: it gets |public_key|, whosever that is, which X25519 has no use for. NULL: OpenSSL
 * failed. */
static EVP_PKEY *private_only(const uint8_t private_key[32], const uint8_t public_key[32])
{
    EVP_PKEY *key = NULL;
    uint8_t private_copy[32], public_copy[32]; /* parameters are not const */
    memcpy(private_copy, private_key, 32);
    memcpy(public_copy, public_key, 32);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, private_copy, 32),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, public_copy, 32),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "X25519", NULL);
    if (context && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OPENSSL_cleanse(private_copy, sizeof(private_copy));
    return key;
}

/* OpenSSL reports an all-zero result as a failure after computing it; then the result is zeros. */
enum status crypto_x25519(const uint8_t private_key[32], const uint8_t public_key[32],
                          uint8_t out_secret[32])
{
    size_t len = 32;
    EVP_PKEY_CTX *context = NULL;
    enum status st = E_NOMEM;

    memset(out_secret, 0, 32);
    EVP_PKEY *own = private_only(private_key, public_key);
    EVP_PKEY *their = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public_key, 32);
    if (!own || !their || !(context = EVP_PKEY_CTX_new(own, NULL)))
        goto out;
    if (EVP_PKEY_derive_init(context) != 1 || EVP_PKEY_derive_set_peer_ex(context, their, 0) != 1)
        goto out;
    if (EVP_PKEY_derive(context, out_secret, &len) != 1)
        memset(out_secret, 0, 32);
    st = OK;
out:
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(own);
    EVP_PKEY_free(their);
    return st;
}

static enum status aes_cbc(int encrypt, int padding, const uint8_t *key, const uint8_t *iv,
                           struct bytes in, struct buffer *out)
{
    size_t start = out->len;
    int first = 0, last = 0;
    enum status st = E_NOMEM;

    if (in.len > INT_MAX - 32)
        return E_LIMIT;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *to = buffer_extend(out, in.len + 16);
    if (!context || !to) {
        st = context ? buffer_status(out) : E_NOMEM;
        goto out;
    }
    if (EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv, encrypt) != 1 ||
        EVP_CIPHER_CTX_set_padding(context, padding) != 1)
        goto out;
    if (in.len && EVP_CipherUpdate(context, to, &first, in.data, (int)in.len) != 1)
        goto out;
    st = EVP_CipherFinal_ex(context, to + first, &last) == 1 ? OK : E_CRYPTO;
out:
    if (!out->st)
        out->len = start + (st ? 0 : (size_t)(first + last));
    EVP_CIPHER_CTX_free(context);
    return st;
}

enum status crypto_aes_cbc_encrypt(const uint8_t key[32], const uint8_t iv[16], struct bytes in,
                                   struct buffer *out)
{
    return aes_cbc(1, 1, key, iv, in, out);
}

enum status crypto_aes_cbc_decrypt(const uint8_t key[32], const uint8_t iv[16], struct bytes in,
                                   struct buffer *out)
{
    return aes_cbc(0, 1, key, iv, in, out);
}

enum status crypto_aes_cbc_encrypt_raw(const uint8_t key[32], const uint8_t iv[16], struct bytes in,
                                       struct buffer *out)
{
    if (in.len % 16)
        return E_LIMIT;
    return aes_cbc(1, 0, key, iv, in, out);
}

enum status crypto_aes_cbc_decrypt_raw(const uint8_t key[32], const uint8_t iv[16], struct bytes in,
                                       struct buffer *out)
{
    if (in.len % 16)
        return E_LIMIT;
    return aes_cbc(0, 0, key, iv, in, out);
}

#define GCM_TAG 16

enum status crypto_aes_gcm_seal(const uint8_t key[32], const uint8_t nonce[12], struct bytes ad,
                                struct bytes in, struct buffer *out)
{
    size_t start = out->len;
    int len = 0;
    enum status st = E_NOMEM;

    if (in.len > INT_MAX - 64 || ad.len > INT_MAX - 64)
        return E_LIMIT;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *to = buffer_extend(out, in.len + GCM_TAG);
    if (!context || !to) {
        st = context ? buffer_status(out) : E_NOMEM;
        goto out;
    }
    if (EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
        (ad.len && EVP_EncryptUpdate(context, NULL, &len, ad.data, (int)ad.len) != 1) ||
        (in.len && EVP_EncryptUpdate(context, to, &len, in.data, (int)in.len) != 1) ||
        EVP_EncryptFinal_ex(context, to + in.len, &len) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, GCM_TAG, to + in.len) != 1)
        goto out;
    st = OK;
out:
    if (!out->st && st)
        out->len = start;
    EVP_CIPHER_CTX_free(context);
    return st;
}

enum status crypto_aes_gcm_open(const uint8_t key[32], const uint8_t nonce[12], struct bytes ad,
                                struct bytes in, struct buffer *out)
{
    size_t start = out->len;
    int len = 0;
    uint8_t tag[GCM_TAG];
    enum status st = E_NOMEM;

    if (in.len < GCM_TAG)
        return E_PARSE;
    if (in.len > INT_MAX - 64 || ad.len > INT_MAX - 64)
        return E_LIMIT;
    size_t body = in.len - GCM_TAG;
    memcpy(tag, in.data + body, GCM_TAG);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *to = buffer_extend(out, body + 1); /* one more: never nothing */
    if (!context || !to) {
        st = context ? buffer_status(out) : E_NOMEM;
        goto out;
    }
    if (EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
        (ad.len && EVP_DecryptUpdate(context, NULL, &len, ad.data, (int)ad.len) != 1) ||
        (body && EVP_DecryptUpdate(context, to, &len, in.data, (int)body) != 1) ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, GCM_TAG, tag) != 1)
        goto out;
    st = EVP_DecryptFinal_ex(context, to + body, &len) == 1 ? OK : E_CRYPTO;
out:
    if (!out->st && st && to)
        crypto_wipe(to, body + 1); /* unverified plaintext must not be read */
    if (!out->st)
        out->len = st ? start : start + body;
    EVP_CIPHER_CTX_free(context);
    return st;
}

enum status crypto_system_random(uint8_t *out, size_t len)
{
    memset(out, 0, len);
    if (len > INT_MAX)
        return E_LIMIT;
    return RAND_bytes(out, (int)len) == 1 ? OK : E_CRYPTO;
}

void crypto_wipe(void *data, size_t len) { OPENSSL_cleanse(data, len); }
