/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crypto_sign.h"

#include "base/crypto.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 8
#define PEM_MAX 65536u /* bytes */

struct crypto_signer {
    enum crypto_curve curve;
    EVP_PKEY *key;
    uint8_t private_key[32], x[32], y[32];
};

/* ---- keys from parts */

static EVP_PKEY *p256_from(const uint8_t point[65], const uint8_t *scalar)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *number = scalar ? BN_bin2bn(scalar, 32, NULL) : NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM *params = NULL;
    if (builder && context &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ==
            1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, 65) == 1 &&
        (!number || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1) &&
        (params = OSSL_PARAM_BLD_to_param(builder)) && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) !=
            1)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    BN_clear_free(number);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* The point |scalar| times the generator, uncompressed.
 * False when the scalar is not in 1 to n-1. */
static bool p256_point(const uint8_t scalar[32], uint8_t out[65])
{
    bool is_good = false;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *k = BN_bin2bn(scalar, 32, NULL);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    if (k && point && !BN_is_zero(k) && BN_cmp(k, EC_GROUP_get0_order(group)) < 0 &&
        EC_POINT_mul(group, point, k, NULL, NULL, NULL) == 1)
        is_good =
            EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, 65, NULL) == 65;
    EC_POINT_free(point);
    BN_clear_free(k);
    EC_GROUP_free(group);
    return is_good;
}

static bool make_p256(struct crypto_signer *s, const uint8_t seed[32])
{
    uint8_t point[65];
    memcpy(s->private_key, seed, 32);
    for (int i = 0; i < TRIES; i++) {
        if (crypto_sha256(bytes_of(s->private_key, 32), s->private_key))
            return false;
        if (!p256_point(s->private_key, point))
            continue;
        memcpy(s->x, point + 1, 32);
        memcpy(s->y, point + 33, 32);
        s->key = p256_from(point, s->private_key);
        return s->key != NULL;
    }
    return false;
}

static bool make_ed25519(struct crypto_signer *s, const uint8_t seed[32])
{
    size_t len = 32;
    memcpy(s->private_key, seed, 32);
    s->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    return s->key && EVP_PKEY_get_raw_public_key(s->key, s->x, &len) == 1;
}

enum status crypto_signer_new(enum crypto_curve curve, const uint8_t seed[32],
                              struct crypto_signer **out)
{
    *out = NULL;
    struct crypto_signer *s = calloc(1, sizeof(*s));
    if (!s)
        return E_NOMEM;
    s->curve = curve;
    if (curve == CRYPTO_P256 ? make_p256(s, seed) : make_ed25519(s, seed)) {
        *out = s;
        return OK;
    }
    crypto_signer_free(s);
    return E_CRYPTO;
}

/* ---- Ed25519 keys as PEM */

/* Nobody is asked for a passphrase. */
static int no_passphrase(char *text, int size, int is_written, void *context)
{
    (void)text;
    (void)size;
    (void)is_written;
    (void)context;
    return -1;
}

static BIO *reader_of(struct bytes pem)
{
    return pem.len && pem.len <= PEM_MAX ? BIO_new_mem_buf(pem.data, (int)pem.len) : NULL;
}

enum status crypto_signer_read(struct bytes pem, struct crypto_signer **out)
{
    uint8_t seed[32];
    size_t len = sizeof(seed);
    BIO *in = reader_of(pem);
    EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL) : NULL;
    bool is_ed25519 = key && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 &&
                      EVP_PKEY_get_raw_private_key(key, seed, &len) == 1 && len == sizeof(seed);
    *out = NULL;
    enum status st = is_ed25519 ? crypto_signer_new(CRYPTO_ED25519, seed, out) : E_PARSE;
    crypto_wipe(seed, sizeof(seed));
    EVP_PKEY_free(key);
    BIO_free(in);
    return st;
}

enum status crypto_ed25519_write(const uint8_t x[32], struct buffer *out_pem)
{
    char *text = NULL;
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x, 32);
    BIO *written = key ? BIO_new(BIO_s_mem()) : NULL;
    bool is_good = written && PEM_write_bio_PUBKEY(written, key) == 1;
    long len = is_good ? BIO_get_mem_data(written, &text) : 0;
    enum status st = len > 0 ? buffer_append(out_pem, bytes_of(text, (size_t)len)) : E_CRYPTO;
    BIO_free(written);
    EVP_PKEY_free(key);
    return st;
}

enum status crypto_ed25519_read(struct bytes pem, uint8_t out_x[32])
{
    size_t len = 32;
    memset(out_x, 0, 32);
    BIO *in = reader_of(pem);
    EVP_PKEY *key = in ? PEM_read_bio_PUBKEY(in, NULL, no_passphrase, NULL) : NULL;
    bool is_good = key && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 &&
                   EVP_PKEY_get_raw_public_key(key, out_x, &len) == 1 && len == 32;
    EVP_PKEY_free(key);
    BIO_free(in);
    return is_good ? OK : E_PARSE;
}

void crypto_signer_free(struct crypto_signer *s)
{
    if (!s)
        return;
    EVP_PKEY_free(s->key);
    crypto_wipe(s, sizeof(*s));
    free(s);
}

enum crypto_curve crypto_signer_curve(const struct crypto_signer *s) { return s->curve; }

void crypto_signer_public(const struct crypto_signer *s, uint8_t x[32], uint8_t y[32])
{
    memcpy(x, s->x, 32);
    memcpy(y, s->y, 32);
}

void crypto_signer_private(const struct crypto_signer *s, uint8_t out[32])
{
    memcpy(out, s->private_key, 32);
}

/* ---- ECDSA's two forms: DER to OpenSSL, r and s to JOSE */

static bool to_jose(const uint8_t *der, size_t len, uint8_t out[64])
{
    const unsigned char *at = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)len);
    bool is_good = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32 &&
                   BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32;
    ECDSA_SIG_free(sig);
    return is_good;
}

/* The caller frees with OPENSSL_free; 0 on failure. */
static int to_der(const uint8_t in[64], unsigned char **out)
{
    int len = 0;
    *out = NULL;
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(in, 32, NULL), *s = BN_bin2bn(in + 32, 32, NULL);
    if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
        r = s = NULL; /* the signature's now */
        len = i2d_ECDSA_SIG(sig, out);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    return len > 0 ? len : 0;
}

enum status crypto_sign(const struct crypto_signer *s, struct bytes message,
                        uint8_t out[CRYPTO_SIGNATURE_LEN])
{
    uint8_t raw[128];
    size_t len = sizeof(raw);
    const EVP_MD *digest = s->curve == CRYPTO_P256 ? EVP_sha256() : NULL;
    memset(out, 0, CRYPTO_SIGNATURE_LEN);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_good = context && EVP_DigestSignInit(context, NULL, digest, NULL, s->key) == 1 &&
                   EVP_DigestSign(context, raw, &len, message.data, message.len) == 1;
    EVP_MD_CTX_free(context);
    if (is_good && s->curve == CRYPTO_P256)
        is_good = to_jose(raw, len, out);
    else if (is_good)
        memcpy(out, raw, CRYPTO_SIGNATURE_LEN);
    return is_good ? OK : E_CRYPTO;
}

static bool verifies(EVP_PKEY *key, const EVP_MD *digest, struct bytes message,
                     const uint8_t *signature, size_t len)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_good = key && context && EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1 &&
                   EVP_DigestVerify(context, signature, len, message.data, message.len) == 1;
    EVP_MD_CTX_free(context);
    return is_good;
}

bool crypto_ed25519_verifies(struct bytes x, struct bytes message, struct bytes signature)
{
    if (x.len != 32 || signature.len != CRYPTO_SIGNATURE_LEN)
        return false;
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x.data, 32);
    bool is_good = verifies(key, NULL, message, signature.data, signature.len);
    EVP_PKEY_free(key);
    return is_good;
}

bool crypto_p256_verifies(struct bytes x, struct bytes y, struct bytes message,
                          struct bytes signature)
{
    uint8_t point[65] = {4};
    unsigned char *der;
    if (x.len != 32 || y.len != 32 || signature.len != CRYPTO_SIGNATURE_LEN)
        return false;
    memcpy(point + 1, x.data, 32);
    memcpy(point + 33, y.data, 32);
    EVP_PKEY *key = p256_from(point, NULL);
    int len = to_der(signature.data, &der);
    bool is_good = len && verifies(key, EVP_sha256(), message, der, (size_t)len);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    return is_good;
}
