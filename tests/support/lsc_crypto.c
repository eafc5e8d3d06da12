/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/lsc_internal.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

static int draw(uint8_t *data, size_t len, void *user_data)
{
    struct lsc *l = user_data;
    if (l->draws.len >= len) {
        memcpy(data, l->draws.data, len);
        l->draws = bytes_slice(l->draws, len, l->draws.len);
        return 0;
    }
    return random_fill(l->random, data, len) ? SG_ERR_UNKNOWN : 0;
}

/* HMAC in parts: the parts are collected and hashed at the end. */
struct mac {
    uint8_t key[64];
    size_t key_len;
    struct buffer text;
};

static int mac_init(void **context, const uint8_t *key, size_t key_len, void *user_data)
{
    struct mac *m = calloc(1, sizeof(*m));

    (void)user_data;
    if (!m || key_len > sizeof(m->key)) {
        free(m);
        return SG_ERR_NOMEM;
    }
    for (size_t i = 0; i < key_len; i++)
        m->key[i] = key[i];
    m->key_len = key_len;
    buffer_init(&m->text, PARTY_MESSAGE_MAX * 2);
    *context = m;
    return 0;
}

static int mac_update(void *context, const uint8_t *data, size_t len, void *user_data)
{
    struct mac *m = context;

    (void)user_data;
    return buffer_append(&m->text, bytes_of(data, len)) ? SG_ERR_NOMEM : 0;
}

static int mac_final(void *context, signal_buffer **output, void *user_data)
{
    struct mac *m = context;
    uint8_t out[32];
    unsigned out_len = sizeof(out);
    const uint8_t *text = m->text.len ? m->text.data : m->key;

    (void)user_data;
    if (!HMAC(EVP_sha256(), m->key, (int)m->key_len, text, m->text.len, out, &out_len))
        return SG_ERR_UNKNOWN;
    *output = signal_buffer_create(out, out_len);
    return *output ? 0 : SG_ERR_NOMEM;
}

static void mac_cleanup(void *context, void *user_data)
{
    struct mac *m = context;

    (void)user_data;
    if (m)
        buffer_fini(&m->text);
    free(m);
}

static int digest_init(void **context, void *user_data)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    (void)user_data;
    *context = md;
    return md && EVP_DigestInit_ex(md, EVP_sha512(), NULL) == 1 ? 0 : SG_ERR_UNKNOWN;
}

static int digest_update(void *context, const uint8_t *data, size_t len, void *user_data)
{
    (void)user_data;
    return EVP_DigestUpdate(context, data, len) == 1 ? 0 : SG_ERR_UNKNOWN;
}

static int digest_final(void *context, signal_buffer **output, void *user_data)
{
    uint8_t out[64];

    (void)user_data;
    if (EVP_DigestFinal_ex(context, out, NULL) != 1 ||
        EVP_DigestInit_ex(context, EVP_sha512(), NULL) != 1)
        return SG_ERR_UNKNOWN;
    *output = signal_buffer_create(out, sizeof(out));
    return *output ? 0 : SG_ERR_NOMEM;
}

static void digest_cleanup(void *context, void *user_data)
{
    (void)user_data;
    EVP_MD_CTX_free(context);
}

static int crypt_cbc(int encrypt, signal_buffer **output, const uint8_t *key, size_t key_len,
                     const uint8_t *iv, const uint8_t *in, size_t in_len)
{
    int first = 0, last = 0, result = SG_ERR_UNKNOWN;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *out = malloc(in_len + 32);

    if (!context || !out || key_len != 32 || in_len > INT_MAX - 32)
        goto out;
    if (EVP_CipherInit_ex(context, EVP_aes_256_cbc(), NULL, key, iv, encrypt) != 1 ||
        EVP_CipherUpdate(context, out, &first, in, (int)in_len) != 1 ||
        EVP_CipherFinal_ex(context, out + first, &last) != 1)
        goto out;
    *output = signal_buffer_create(out, (size_t)first + (size_t)last);
    result = *output ? 0 : SG_ERR_NOMEM;
out:
    EVP_CIPHER_CTX_free(context);
    free(out);
    return result;
}

static int encrypt(signal_buffer **output, int cipher, const uint8_t *key, size_t key_len,
                   const uint8_t *iv, size_t iv_len, const uint8_t *in, size_t in_len,
                   void *user_data)
{
    (void)user_data;
    if (cipher != SG_CIPHER_AES_CBC_PKCS5 || iv_len != 16)
        return SG_ERR_INVAL;
    return crypt_cbc(1, output, key, key_len, iv, in, in_len);
}

static int decrypt(signal_buffer **output, int cipher, const uint8_t *key, size_t key_len,
                   const uint8_t *iv, size_t iv_len, const uint8_t *in, size_t in_len,
                   void *user_data)
{
    (void)user_data;
    if (cipher != SG_CIPHER_AES_CBC_PKCS5 || iv_len != 16)
        return SG_ERR_INVAL;
    return crypt_cbc(0, output, key, key_len, iv, in, in_len);
}

int lsc_set_crypto(struct lsc *l)
{
    const signal_crypto_provider provider = {
        .random_func = draw,
        .hmac_sha256_init_func = mac_init,
        .hmac_sha256_update_func = mac_update,
        .hmac_sha256_final_func = mac_final,
        .hmac_sha256_cleanup_func = mac_cleanup,
        .sha512_digest_init_func = digest_init,
        .sha512_digest_update_func = digest_update,
        .sha512_digest_final_func = digest_final,
        .sha512_digest_cleanup_func = digest_cleanup,
        .encrypt_func = encrypt,
        .decrypt_func = decrypt,
        .user_data = l,
    };
    return signal_context_set_crypto_provider(l->context, &provider);
}
