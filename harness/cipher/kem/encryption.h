/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/kem/encryption.h - K-PKE, the public-key encryption inside the KEM (FIPS 203, section 5).
 * Depends on: cipher/kem.
 *
 * Not secure by itself: only kem.c calls it.
 */
#ifndef ASSAY_CIPHER_KEM_ENCRYPTION_H
#define ASSAY_CIPHER_KEM_ENCRYPTION_H

#include "cipher/kem/kem.h"

/*
 * Algorithm 13 from the seed |d|: |ek| of kem->ek_len bytes, |dk| of 384 k bytes. E_CRYPTO.
 */
MUST_USE enum status encryption_keygen(const struct kem *kem, const uint8_t d[KEM_SEED_LEN],
                                       uint8_t *ek, uint8_t *dk);

/*
 * Algorithm 14 in two parts, both from the same randomness |r|: |c1| of 32 du k bytes, for which
 * |rho| is enough, and |c2| of 32 dv bytes, for which |t|, 384 k bytes of ek, is. E_CRYPTO.
 */
MUST_USE enum status encryption_first(const struct kem *kem, const uint8_t rho[32],
                                      const uint8_t r[KEM_SEED_LEN], uint8_t *c1);
MUST_USE enum status encryption_second(const struct kem *kem, const uint8_t *t,
                                       const uint8_t m[KEM_SEED_LEN], const uint8_t r[KEM_SEED_LEN],
                                       uint8_t *c2);

/* Algorithm 15. */
void encryption_decrypt(const struct kem *kem, const uint8_t *dk, const uint8_t *ciphertext,
                        uint8_t m[KEM_SEED_LEN]);

#endif
