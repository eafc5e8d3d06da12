/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/crypto_stream.h - SHA-256, HMAC-SHA-256 and AES-256-CBC over bytes that come in parts, for
 * what is too long to be held in memory. base/crypto.h has them for what is whole.
 * Depends on: buffer.
 *
 * Each is made by its new function, fed any number of times, and ended once; free accepts NULL, and
 * may come at any time. E_CRYPTO when OpenSSL fails, E_NOMEM.
 */
#ifndef ASSAY_BASE_CRYPTO_STREAM_H
#define ASSAY_BASE_CRYPTO_STREAM_H

#include "base/buffer.h"

struct crypto_hash;
MUST_USE enum status crypto_hash_new(struct crypto_hash **out);
MUST_USE enum status crypto_hash_add(struct crypto_hash *h, struct bytes in);
MUST_USE enum status crypto_hash_end(struct crypto_hash *h, uint8_t out[32]);
void crypto_hash_free(struct crypto_hash *h);

struct crypto_mac;
MUST_USE enum status crypto_mac_new(struct bytes key, struct crypto_mac **out);
MUST_USE enum status crypto_mac_add(struct crypto_mac *m, struct bytes in);
MUST_USE enum status crypto_mac_end(struct crypto_mac *m, uint8_t out[32]);
void crypto_mac_free(struct crypto_mac *m);

/* With PKCS#7 padding. What comes out is appended to the buffer: at most 16 bytes more than went in
 * at a time. */
struct crypto_cbc;
MUST_USE enum status crypto_cbc_new(bool is_encrypting, const uint8_t key[32], const uint8_t iv[16],
                                    struct crypto_cbc **out);
MUST_USE enum status crypto_cbc_add(struct crypto_cbc *c, struct bytes in, struct buffer *out);
/* E_CRYPTO, decrypting: not a whole number of blocks, empty, or the padding is wrong. */
MUST_USE enum status crypto_cbc_end(struct crypto_cbc *c, struct buffer *out);
void crypto_cbc_free(struct crypto_cbc *c);

#endif
