/* SPDX-License-Identifier: 0BSD */
#include "provider.h"

#include <limits.h>
#include <stdbool.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

int random_stream_fill(struct random_stream *stream, uint8_t *out, size_t len)
{
    while (len) {
        uint8_t counter[8], block[32];
        unsigned block_len = sizeof(block);
        for (int i = 0; i < 8; i++)
            counter[i] = (uint8_t)(stream->counter >> (56 - 8 * i));
        stream->counter++;
        if (!HMAC(EVP_sha256(), stream->seed, sizeof(stream->seed), counter, sizeof(counter), block,
                  &block_len))
            return -1;
        size_t take = len < sizeof(block) ? len : sizeof(block);
        memcpy(out, block, take);
        out += take;
        len -= take;
    }
    return 0;
}

static int fill_random(uint8_t *data, size_t len, void *user_data)
{
    return random_stream_fill(user_data, data, len) ? SG_ERR_UNKNOWN : 0;
}

/* ---- HMAC-SHA-256 */

static int hmac_init(void **context, const uint8_t *key, size_t key_len, void *user_data)
{
    (void)user_data;
    EVP_PKEY *mac_key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL,
                                                     key_len ? key : (const uint8_t *)"", key_len);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    int is_ready =
        mac_key && digest && EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, mac_key) == 1;
    EVP_PKEY_free(mac_key); /* the digest keeps its own reference */
    if (!is_ready) {
        EVP_MD_CTX_free(digest);
        return SG_ERR_NOMEM;
    }
    *context = digest;
    return 0;
}

static int hmac_update(void *context, const uint8_t *data, size_t len, void *user_data)
{
    (void)user_data;
    return EVP_DigestSignUpdate(context, data, len) == 1 ? 0 : SG_ERR_UNKNOWN;
}

static int hmac_final(void *context, signal_buffer **output, void *user_data)
{
    uint8_t mac[32];
    size_t len = sizeof(mac);
    (void)user_data;
    if (EVP_DigestSignFinal(context, mac, &len) != 1)
        return SG_ERR_UNKNOWN;
    *output = signal_buffer_create(mac, len);
    return *output ? 0 : SG_ERR_NOMEM;
}

static void digest_cleanup(void *context, void *user_data)
{
    (void)user_data;
    EVP_MD_CTX_free(context);
}

/* ---- SHA-512 */

static int sha512_init(void **context, void *user_data)
{
    (void)user_data;
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    if (!digest || EVP_DigestInit_ex(digest, EVP_sha512(), NULL) != 1) {
        EVP_MD_CTX_free(digest);
        return SG_ERR_NOMEM;
    }
    *context = digest;
    return 0;
}

static int sha512_update(void *context, const uint8_t *data, size_t len, void *user_data)
{
    (void)user_data;
    return EVP_DigestUpdate(context, data, len) == 1 ? 0 : SG_ERR_UNKNOWN;
}

/* The library uses the context again after a final, so it is initialised anew. */
static int sha512_final(void *context, signal_buffer **output, void *user_data)
{
    uint8_t hash[64];
    unsigned len = sizeof(hash);
    (void)user_data;
    if (EVP_DigestFinal_ex(context, hash, &len) != 1 ||
        EVP_DigestInit_ex(context, EVP_sha512(), NULL) != 1)
        return SG_ERR_UNKNOWN;
    *output = signal_buffer_create(hash, len);
    return *output ? 0 : SG_ERR_NOMEM;
}

/* ---- AES */

static const EVP_CIPHER *cipher_for(int cipher, size_t key_len)
{
    bool is_cbc = cipher == SG_CIPHER_AES_CBC_PKCS5;
    if (key_len == 32)
        return is_cbc ? EVP_aes_256_cbc() : EVP_aes_256_ctr();
    if (key_len == 16)
        return is_cbc ? EVP_aes_128_cbc() : EVP_aes_128_ctr();
    return NULL;
}

struct aes_input {
    int cipher;
    const uint8_t *key;
    size_t key_len;
    const uint8_t *iv;
    const uint8_t *data;
    size_t len;
};

/* OpenSSL's only failure on sound arguments is wrong padding or a broken last block, when
 * decrypting. */
static int run_aes(const struct aes_input *in, int encrypts, signal_buffer **output)
{
    const EVP_CIPHER *cipher = cipher_for(in->cipher, in->key_len);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    signal_buffer *work = in->len <= INT_MAX - 32 ? signal_buffer_alloc(in->len + 32) : NULL;
    int first = 0, last = 0, result = SG_ERR_UNKNOWN;

    *output = NULL;
    if (!cipher || !context || !work)
        goto out;
    if (EVP_CipherInit_ex(context, cipher, NULL, in->key, in->iv, encrypts) != 1)
        goto out;
    if (in->cipher == SG_CIPHER_AES_CTR_NOPADDING)
        EVP_CIPHER_CTX_set_padding(context, 0);
    if (in->len &&
        EVP_CipherUpdate(context, signal_buffer_data(work), &first, in->data, (int)in->len) != 1)
        goto out;
    if (EVP_CipherFinal_ex(context, signal_buffer_data(work) + first, &last) != 1) {
        result = encrypts ? SG_ERR_UNKNOWN : PROVIDER_BAD_PADDING;
        goto out;
    }
    *output = signal_buffer_create(signal_buffer_data(work), (size_t)first + (size_t)last);
    result = *output ? 0 : SG_ERR_NOMEM;
out:
    signal_buffer_bzero_free(work);
    EVP_CIPHER_CTX_free(context);
    return result;
}

static int aes_encrypt(signal_buffer **output, int cipher, const uint8_t *key, size_t key_len,
                       const uint8_t *iv, size_t iv_len, const uint8_t *plaintext,
                       size_t plaintext_len, void *user_data)
{
    struct aes_input in = {cipher, key, key_len, iv, plaintext, plaintext_len};
    (void)user_data;
    return iv_len == 16 ? run_aes(&in, 1, output) : SG_ERR_INVAL;
}

static int aes_decrypt(signal_buffer **output, int cipher, const uint8_t *key, size_t key_len,
                       const uint8_t *iv, size_t iv_len, const uint8_t *ciphertext,
                       size_t ciphertext_len, void *user_data)
{
    struct aes_input in = {cipher, key, key_len, iv, ciphertext, ciphertext_len};
    (void)user_data;
    return iv_len == 16 ? run_aes(&in, 0, output) : SG_ERR_INVAL;
}

int provider_init(struct provider *p)
{
    const signal_crypto_provider callbacks = {
        .random_func = fill_random,
        .hmac_sha256_init_func = hmac_init,
        .hmac_sha256_update_func = hmac_update,
        .hmac_sha256_final_func = hmac_final,
        .hmac_sha256_cleanup_func = digest_cleanup,
        .sha512_digest_init_func = sha512_init,
        .sha512_digest_update_func = sha512_update,
        .sha512_digest_final_func = sha512_final,
        .sha512_digest_cleanup_func = digest_cleanup,
        .encrypt_func = aes_encrypt,
        .decrypt_func = aes_decrypt,
        .user_data = &p->random,
    };
    memset(p, 0, sizeof(*p));
    int result = signal_context_create(&p->context, &p->log);
    if (result)
        return result;
    result = signal_context_set_crypto_provider(p->context, &callbacks);
    if (!result)
        result = library_log_attach(p->context);
    if (result)
        provider_fini(p);
    return result;
}

void provider_fini(struct provider *p)
{
    signal_context_destroy(p->context);
    OPENSSL_cleanse(p, sizeof(*p));
}
