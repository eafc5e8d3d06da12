/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/kem/kem.h - key encapsulation: ML-KEM-768, ML-KEM-1024 (FIPS 203) and round-3 Kyber1024,
 * the one that PQXDH of today's Signal uses. Randomness comes in by argument.
 * Depends on: base.
 *
 * A thin surface, so that OpenSSL from 3.5 on can take its place for ML-KEM; ML-KEM-768 in two
 * halves, as the ML-KEM Braid (SPQR) sends it, and round-3 Kyber would stay.
 *
 * Keys and ciphertexts are the bytes of the standard, without Signal's type byte in front.
 * Lengths in bytes:
 *
 *                   ek     dk   ciphertext  secret
 *   ML-KEM-768    1184   2400         1088      32
 *   ML-KEM-1024   1568   3168         1568      32
 *   Kyber1024     1568   3168         1568      32
 *
 * Nothing depends in time on a secret; what is returned as an error depends on public input only.
 */
#ifndef ASSAY_CIPHER_KEM_KEM_H
#define ASSAY_CIPHER_KEM_KEM_H

#include "base/bytes.h"
#include "base/status.h"

#define KEM_SEED_LEN 32u
#define KEM_SECRET_LEN 32u
#define KEM_EK_MAX 1568u
#define KEM_DK_MAX 3168u
#define KEM_CIPHERTEXT_MAX 1568u

struct kem {
    const char *name;
    unsigned k;      /* polynomials in a vector */
    unsigned du, dv; /* bits of a coefficient that stay of u and of v */
    bool is_round3;  /* Kyber's outer transform instead of FIPS 203's */
    size_t ek_len, dk_len, ciphertext_len;
};

extern const struct kem kem_ml_kem_768, kem_ml_kem_1024, kem_kyber_1024;

/*
 * Algorithm 16 (ML-KEM.KeyGen_internal) from the seeds |d| and |z|: |ek| of ek_len and |dk| of
 * dk_len bytes. E_CRYPTO.
 */
MUST_USE enum status kem_keygen(const struct kem *kem, const uint8_t d[KEM_SEED_LEN],
                                const uint8_t z[KEM_SEED_LEN], uint8_t *ek, uint8_t *dk);

/*
 * Algorithm 17 (ML-KEM.Encaps_internal) with the randomness |m|: |ciphertext| of ciphertext_len
 * bytes and |secret|. E_PARSE: |ek| fails the check of section 7.2 - its length, or with ML-KEM a
 * coefficient that is not below q. Kyber as deployed takes these modulo q. E_CRYPTO.
 */
MUST_USE enum status kem_encaps(const struct kem *kem, struct bytes ek,
                                const uint8_t m[KEM_SEED_LEN], uint8_t *ciphertext,
                                uint8_t secret[KEM_SECRET_LEN]);

/*
 * Algorithm 18 (ML-KEM.Decaps_internal): a changed ciphertext gives another secret, never an error
 * (implicit rejection). E_PARSE: |dk| or |ciphertext| fails the checks of section 7.3 - its length,
 * or the hash of ek within |dk|. E_CRYPTO.
 */
MUST_USE enum status kem_decaps(const struct kem *kem, struct bytes dk, struct bytes ciphertext,
                                uint8_t secret[KEM_SECRET_LEN]);

/*
 * ML-KEM-768 in two halves (ML-KEM Braid, revision 1, section 2.5): ek is sent as |header| and
 * |vector|; the first half of the ciphertext and the secret need the header only.
 */
#define KEM_HEADER_LEN 64u   /* rho 32, then SHA3-256 of the whole ek 32 */
#define KEM_VECTOR_LEN 1152u /* ek without rho */
#define KEM_CT1_LEN 960u
#define KEM_CT2_LEN 128u

/* |ek| of ML-KEM-768 taken apart. E_CRYPTO. */
MUST_USE enum status kem_split_ek(const uint8_t ek[1184], uint8_t header[KEM_HEADER_LEN],
                                  uint8_t vector[KEM_VECTOR_LEN]);
MUST_USE enum status kem_encaps_first(const uint8_t header[KEM_HEADER_LEN],
                                      const uint8_t m[KEM_SEED_LEN], uint8_t ct1[KEM_CT1_LEN],
                                      uint8_t secret[KEM_SECRET_LEN]);
/* The second half, with the |m| of the first. E_PARSE: |vector| is not the header's, or has a
 * coefficient that is not below q. E_CRYPTO. */
MUST_USE enum status kem_encaps_second(const uint8_t header[KEM_HEADER_LEN],
                                       const uint8_t vector[KEM_VECTOR_LEN],
                                       const uint8_t m[KEM_SEED_LEN], uint8_t ct2[KEM_CT2_LEN]);

#endif
