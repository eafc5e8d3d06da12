/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/xeddsa.h - XEdDSA (revision 1) as deployed: the sign bit of the public key rides
 * in the signature.
 * Depends on: base, cipher/signal/rules.
 *
 * The only file that includes libsignal-protocol-c, and only for its curve.
 */
#ifndef ASSAY_CIPHER_SIGNAL_XEDDSA_H
#define ASSAY_CIPHER_SIGNAL_XEDDSA_H

#include "base/random.h"
#include "wire/certificate.h"
#include "wire/signal.h"

/* Sign |message|; draws 64 bytes from |random|, or uses zeros when it is NULL. E_CRYPTO. */
MUST_USE enum status xeddsa_sign(const uint8_t private_key[32], struct bytes message,
                                 struct random *random, uint8_t *out_signature);

/* The same with the nonce zero, which gives the private key away. E_CRYPTO. */
MUST_USE enum status xeddsa_sign_with_zero(const uint8_t private_key[32], const uint8_t *public_key,
                                           struct bytes message, uint8_t *out_signature);

/* Does |signature| (SIGNAL_SIGNATURE_LEN bytes, else no) by |public_key| (wire form) verify? */
bool xeddsa_verifies(const uint8_t *public_key, struct bytes message, struct bytes signature);

/* Is the scalar of |signature| (SIGNAL_SIGNATURE_LEN bytes) below the order of the group? */
bool xeddsa_is_canonical(const uint8_t *signature);

/* Signs and verifies certificates by XEdDSA with bare 32-byte keys. Static storage. */
const struct signer *xeddsa_signer(void);

#endif
