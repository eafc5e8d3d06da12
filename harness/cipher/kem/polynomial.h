/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/kem/polynomial.h - arithmetic of ML-KEM: polynomials of 256 coefficients modulo q = 3329.
 * Depends on: base.
 *
 * FIPS 203, section 4. Round-3 Kyber has the same. No branch and no index depends on a coefficient,
 * except in polynomial_sample_uniform, whose polynomial is public. Every coefficient is in [0, q),
 * before and after.
 */
#ifndef ASSAY_CIPHER_KEM_POLYNOMIAL_H
#define ASSAY_CIPHER_KEM_POLYNOMIAL_H

#include "base/bytes.h"
#include "base/status.h"

#define KEM_N 256u
#define KEM_Q 3329u

struct polynomial {
    uint16_t at[KEM_N];
};

/* Algorithm 9 (NTT) and algorithm 10 (its inverse), in place. */
void polynomial_ntt(struct polynomial *f);
void polynomial_ntt_inverse(struct polynomial *f);

/* Algorithm 11 (MultiplyNTTs): add the product of |f| and |g|, all three in the NTT's form. */
void polynomial_add_product(struct polynomial *sum, const struct polynomial *f,
                            const struct polynomial *g);
void polynomial_add(struct polynomial *sum, const struct polynomial *f);
void polynomial_subtract(struct polynomial *difference, const struct polynomial *f);

/* Algorithm 7 (SampleNTT): entry |row|, |column| of the matrix that |rho| stands for. E_CRYPTO. */
MUST_USE enum status polynomial_sample_uniform(const uint8_t rho[32], uint8_t row, uint8_t column,
                                               struct polynomial *out);

/* Algorithm 8 (SamplePolyCBD) for eta 2, from PRF(|seed|, |nonce|). E_CRYPTO. */
MUST_USE enum status polynomial_sample_noise(const uint8_t seed[32], uint8_t nonce,
                                             struct polynomial *out);

/* Algorithms 5 and 6 (ByteEncode, ByteDecode), |d| bits a coefficient, 1 to 12: 32 |d| bytes. */
void polynomial_encode(const struct polynomial *f, unsigned d, uint8_t *out);
/* With 12 bits, values of q and above are taken modulo q; polynomial_is_reduced finds them. */
void polynomial_decode(const uint8_t *in, unsigned d, struct polynomial *out);

/* Does ByteDecode of these 384 bytes with 12 bits give only values below q? For public keys. */
bool polynomial_is_reduced(const uint8_t in[384]);

/* Compress and Decompress of section 4.2.1 with |d| bits, 1 to 11, in place. */
void polynomial_compress(struct polynomial *f, unsigned d);
void polynomial_decompress(struct polynomial *f, unsigned d);

#endif
