/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/crypto_sign.h - signatures that JSON Web Tokens and evidence use: Ed25519 (RFC 8032) and
 * ECDSA on P-256 (FIPS 186-4), by OpenSSL.
 * Depends on: buffer.
 */
#ifndef ASSAY_BASE_CRYPTO_SIGN_H
#define ASSAY_BASE_CRYPTO_SIGN_H

#include "base/buffer.h"

#define CRYPTO_SIGNATURE_LEN                                                                       \
    64u /* Ed25519's; ECDSA's as r and s, 32 bytes each (RFC 7518, section 3.4) */

struct crypto_signer; /* a private key */

enum crypto_curve { CRYPTO_ED25519 = 1, CRYPTO_P256 };

/* |seed| 32 bytes: Ed25519's private key; for P-256 hashed until it is a scalar. E_CRYPTO,
 * E_NOMEM. */
MUST_USE enum status crypto_signer_new(enum crypto_curve curve, const uint8_t seed[32],
                                       struct crypto_signer **out);
/* An Ed25519 private key as OpenSSL writes it (PEM, RFC 8410), without a passphrase. E_PARSE: |pem|
 * is none. E_CRYPTO, E_NOMEM. */
MUST_USE enum status crypto_signer_read(struct bytes pem, struct crypto_signer **out);
void crypto_signer_free(struct crypto_signer *s);
enum crypto_curve crypto_signer_curve(const struct crypto_signer *s);
/* Ed25519: x is the public key, y empty. P-256: both coordinates, 32 bytes each. */
void crypto_signer_public(const struct crypto_signer *s, uint8_t x[32], uint8_t y[32]);
/* The private scalar or seed, 32 bytes: for a key set that leaks it. */
void crypto_signer_private(const struct crypto_signer *s, uint8_t out[32]);
MUST_USE enum status crypto_sign(const struct crypto_signer *s, struct bytes message,
                                 uint8_t out[CRYPTO_SIGNATURE_LEN]);

/* An Ed25519 public key as PEM, and back. E_PARSE: |pem| is none. E_CRYPTO, E_NOMEM; E_LIMIT. */
MUST_USE enum status crypto_ed25519_write(const uint8_t x[32], struct buffer *out_pem);
MUST_USE enum status crypto_ed25519_read(struct bytes pem, uint8_t out_x[32]);

/* True when |signature| (64 bytes, else no) of |message| verifies. An invalid key verifies
 * nothing. */
bool crypto_ed25519_verifies(struct bytes x, struct bytes message, struct bytes signature);
bool crypto_p256_verifies(struct bytes x, struct bytes y, struct bytes message,
                          struct bytes signature);

#endif
