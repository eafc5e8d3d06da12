/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/xeddsa.h"

#include "base/crypto.h"
#include "base/crypto_curve.h"

#include <signal/curve.h>
#include <signal/signal_protocol.h>
#include <string.h>

/* The order of the base point, 2^252 + 27742317777372353535851937790883648493, little-endian. */
static const uint8_t group_order[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/* The library's random callback; |user_data| is a struct random, or NULL for zeros. */
static int draw(uint8_t *data, size_t len, void *user_data)
{
    if (user_data && random_fill(user_data, data, len))
        return SG_ERR_UNKNOWN;
    if (!user_data)
        memset(data, 0, len);
    return 0;
}

/* The library asks for an HMAC before it takes a provider, but signing uses none. */
static int no_hmac_init(void **context, const uint8_t *key, size_t key_len, void *user_data)
{
    (void)key;
    (void)key_len;
    (void)user_data;
    *context = NULL;
    return SG_ERR_UNKNOWN;
}

static int no_hmac_update(void *context, const uint8_t *data, size_t data_len, void *user_data)
{
    (void)context;
    (void)data;
    (void)data_len;
    (void)user_data;
    return SG_ERR_UNKNOWN;
}

static int no_hmac_final(void *context, signal_buffer **output, void *user_data)
{
    (void)context;
    (void)user_data;
    *output = NULL;
    return SG_ERR_UNKNOWN;
}

static void no_hmac_cleanup(void *context, void *user_data)
{
    (void)context;
    (void)user_data;
}

static signal_context *open_context(struct random *random)
{
    /* signing draws its nonce and hashes by itself: no other member is called */
    const signal_crypto_provider provider = {
        .random_func = draw,
        .hmac_sha256_init_func = no_hmac_init,
        .hmac_sha256_update_func = no_hmac_update,
        .hmac_sha256_final_func = no_hmac_final,
        .hmac_sha256_cleanup_func = no_hmac_cleanup,
        .user_data = random,
    };
    signal_context *context = NULL;
    if (signal_context_create(&context, random) < 0)
        return NULL;
    if (signal_context_set_crypto_provider(context, &provider) < 0) {
        signal_context_destroy(context);
        return NULL;
    }
    return context;
}

enum status xeddsa_sign(const uint8_t private_key[32], struct bytes message, struct random *random,
                        uint8_t *out_signature)
{
    ec_private_key *key = NULL;
    signal_buffer *made = NULL;
    enum status st = E_CRYPTO;
    const uint8_t *data = message.len ? message.data : (const uint8_t *)"";
    memset(out_signature, 0, SIGNAL_SIGNATURE_LEN);
    signal_context *context = open_context(random);
    if (!context)
        return E_NOMEM;
    if (curve_decode_private_point(&key, private_key, 32, context) < 0)
        goto out;
    if (curve_calculate_signature(context, &made, key, data, message.len) < 0)
        goto out;
    if (signal_buffer_len(made) != SIGNAL_SIGNATURE_LEN)
        goto out;
    memcpy(out_signature, signal_buffer_data(made), SIGNAL_SIGNATURE_LEN);
    st = OK;
out:
    SIGNAL_UNREF(key);
    signal_buffer_free(made);
    signal_context_destroy(context);
    return st;
}

bool xeddsa_verifies(const uint8_t *public_key, struct bytes message, struct bytes signature)
{
    ec_public_key *key = NULL;
    const uint8_t *data = message.len ? message.data : (const uint8_t *)"";
    bool verifies = false;
    if (signature.len != SIGNAL_SIGNATURE_LEN)
        return false;
    if (curve_decode_point(&key, public_key, SIGNAL_KEY_LEN, NULL) < 0)
        return false;
    verifies = curve_verify_signature(key, data, message.len, signature.data, signature.len) == 1;
    SIGNAL_UNREF(key);
    return verifies;
}

/* R is the neutral element, and S the hash times the private key. */
enum status xeddsa_sign_with_zero(const uint8_t private_key[32], const uint8_t *public_key,
                                  struct bytes message, uint8_t *out_signature)
{
    uint8_t edwards[32], hash[64];
    struct buffer hashed;
    enum status st = crypto_curve_edwards_y(public_key + 1, edwards);
    memset(out_signature, 0, SIGNAL_SIGNATURE_LEN);
    out_signature[0] = 1;
    for (int sign = 0; sign < 2 && !st; sign++) {
        edwards[31] = (uint8_t)((edwards[31] & 0x7f) | sign << 7);
        buffer_init(&hashed, message.len + 64);
        buffer_append(&hashed, bytes_of(out_signature, 32));
        buffer_append(&hashed, bytes_of(edwards, 32));
        buffer_append(&hashed, message);
        if (!(st = buffer_status(&hashed)) && !(st = crypto_sha512(buffer_bytes(&hashed), hash)))
            st = crypto_curve_scalar_product(private_key, hash, out_signature + 32);
        out_signature[63] |= (uint8_t)(sign << 7);
        buffer_fini(&hashed);
        if (xeddsa_verifies(public_key, message, bytes_of(out_signature, SIGNAL_SIGNATURE_LEN)))
            break;
    }
    return st;
}

bool xeddsa_is_canonical(const uint8_t *signature)
{
    const uint8_t *scalar = signature + 32;
    for (size_t i = 32; i-- > 0;) {
        uint8_t byte = i == 31 ? scalar[i] & 0x7f : scalar[i];
        if (byte != group_order[i])
            return byte < group_order[i];
    }
    return false;
}

/* ---- signatures of certificates (wire/certificate.h) */

static bool sign(void *context, const uint8_t private_key[32], struct bytes message,
                 uint8_t out[64])
{
    (void)context;
    return xeddsa_sign(private_key, message, NULL, out) == OK;
}

static bool verify(void *context, const uint8_t public_key[32], struct bytes message,
                   const uint8_t signature[64])
{
    uint8_t key[SIGNAL_KEY_LEN] = {5};
    (void)context;
    memcpy(key + 1, public_key, 32);
    return xeddsa_verifies(key, message, bytes_of(signature, SIGNAL_SIGNATURE_LEN));
}

const struct signer *xeddsa_signer(void)
{
    static const struct signer signer = {sign, verify, NULL};
    return &signer;
}
