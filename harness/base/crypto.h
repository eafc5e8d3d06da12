/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/crypto.h - the only file of the harness that calls OpenSSL's algorithms.
 * Depends on: buffer.
 *
 * Every function returns E_NOMEM when OpenSSL fails for another reason than its input: a lack of
 * memory must not pass for what does not verify. Outputs are cleared first.
 */
#ifndef ASSAY_BASE_CRYPTO_H
#define ASSAY_BASE_CRYPTO_H

#include "base/buffer.h"

MUST_USE enum status crypto_sha256(struct bytes in, uint8_t out[32]);
MUST_USE enum status crypto_sha512(struct bytes in, uint8_t out[64]);

/* FIPS 202. The outputs of SHAKE are |out_len| bytes long. */
MUST_USE enum status crypto_sha3_256(struct bytes in, uint8_t out[32]);
MUST_USE enum status crypto_sha3_512(struct bytes in, uint8_t out[64]);
MUST_USE enum status crypto_shake128(struct bytes in, uint8_t *out, size_t out_len);
MUST_USE enum status crypto_shake256(struct bytes in, uint8_t *out, size_t out_len);

/* HMAC-SHA-256 (RFC 2104); |key| of any length. */
MUST_USE enum status crypto_hmac_sha256(struct bytes key, struct bytes in, uint8_t out[32]);

/* HKDF-SHA-256 (RFC 5869). An empty salt means 32 zero bytes. |out_len| 1 to 8160, else E_LIMIT. */
MUST_USE enum status crypto_hkdf_sha256(struct bytes secret, struct bytes salt, struct bytes info,
                                        uint8_t *out, size_t out_len);

/*
 * X25519 (RFC 7748, section 5). Scalars are clamped by the function. A result of all zeros (a
 * low-order |public_key|) is returned as it is: the caller decides whether to refuse it.
 */
MUST_USE enum status crypto_x25519(const uint8_t private_key[32], const uint8_t public_key[32],
                                   uint8_t out_secret[32]);
MUST_USE enum status crypto_x25519_public(const uint8_t private_key[32], uint8_t out_public[32]);

/* AES-256-CBC with PKCS#7 padding, appended to |out|. */
MUST_USE enum status crypto_aes_cbc_encrypt(const uint8_t key[32], const uint8_t iv[16],
                                            struct bytes in, struct buffer *out);
/* E_CRYPTO: not a whole number of blocks, empty, or the padding is wrong. */
MUST_USE enum status crypto_aes_cbc_decrypt(const uint8_t key[32], const uint8_t iv[16],
                                            struct bytes in, struct buffer *out);
/* Without padding, for mutations: |in| must be whole blocks. */
MUST_USE enum status crypto_aes_cbc_encrypt_raw(const uint8_t key[32], const uint8_t iv[16],
                                                struct bytes in, struct buffer *out);
/* Decrypt without removing the padding. */
MUST_USE enum status crypto_aes_cbc_decrypt_raw(const uint8_t key[32], const uint8_t iv[16],
                                                struct bytes in, struct buffer *out);

/* AES-256-GCM (SP 800-38D), 12-byte nonce, |ad| authenticated: ciphertext and a 16-byte tag,
 * appended to |out|. */
MUST_USE enum status crypto_aes_gcm_seal(const uint8_t key[32], const uint8_t nonce[12],
                                         struct bytes ad, struct bytes in, struct buffer *out);
/* E_CRYPTO: does not verify; nothing is appended. E_PARSE: shorter than a tag. */
MUST_USE enum status crypto_aes_gcm_open(const uint8_t key[32], const uint8_t nonce[12],
                                         struct bytes ad, struct bytes in, struct buffer *out);

/* Fill with the operating system's randomness: for choosing a run seed, nothing else. */
MUST_USE enum status crypto_system_random(uint8_t *out, size_t len);

/* Wipe key material. */
void crypto_wipe(void *data, size_t len);

#endif
