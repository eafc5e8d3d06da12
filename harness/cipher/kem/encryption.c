/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/kem/encryption.h"

#include "base/crypto.h"
#include "cipher/kem/polynomial.h"

#include <string.h>

#define K_MAX 4u
#define ENCODED_LEN 384u /* of a polynomial whose coefficients keep their 12 bits */

/* A vector of |k| small polynomials, from nonce |first_nonce| on. */
static enum status sample_vector(const struct kem *kem, const uint8_t seed[32], uint8_t first_nonce,
                                 struct polynomial *out)
{
    enum status st = OK;
    for (unsigned i = 0; !st && i < kem->k; i++)
        st = polynomial_sample_noise(seed, (uint8_t)(first_nonce + i), &out[i]);
    return st;
}

/* Row |i| of the matrix, or of its transpose, times |vector|. */
static enum status row_product(const struct kem *kem, const uint8_t rho[32], unsigned i,
                               bool is_transposed, const struct polynomial *vector,
                               struct polynomial *product)
{
    struct polynomial entry;
    enum status st = OK;
    memset(product, 0, sizeof(*product));
    for (unsigned j = 0; !st && j < kem->k; j++) {
        unsigned row = is_transposed ? j : i, column = is_transposed ? i : j;
        if (!(st = polynomial_sample_uniform(rho, (uint8_t)row, (uint8_t)column, &entry)))
            polynomial_add_product(product, &entry, &vector[j]);
    }
    return st;
}

/* (rho, sigma) = G(d || k); round-3 Kyber has G(d). */
static enum status expand_seed(const struct kem *kem, const uint8_t d[KEM_SEED_LEN],
                               uint8_t rho_sigma[64])
{
    uint8_t input[KEM_SEED_LEN + 1];
    memcpy(input, d, KEM_SEED_LEN);
    input[KEM_SEED_LEN] = (uint8_t)kem->k;
    enum status st = crypto_sha3_512(bytes_of(input, KEM_SEED_LEN + !kem->is_round3), rho_sigma);
    crypto_wipe(input, sizeof(input));
    return st;
}

enum status encryption_keygen(const struct kem *kem, const uint8_t d[KEM_SEED_LEN], uint8_t *ek,
                              uint8_t *dk)
{
    struct polynomial s[K_MAX], e[K_MAX], t;
    uint8_t rho_sigma[64];
    const uint8_t *rho = rho_sigma, *sigma = rho_sigma + 32;
    enum status st;

    if ((st = expand_seed(kem, d, rho_sigma)) || (st = sample_vector(kem, sigma, 0, s)) ||
        (st = sample_vector(kem, sigma, (uint8_t)kem->k, e)))
        goto out;
    for (unsigned i = 0; i < kem->k; i++) {
        polynomial_ntt(&s[i]);
        polynomial_ntt(&e[i]);
        polynomial_encode(&s[i], 12, dk + i * ENCODED_LEN);
    }
    for (unsigned i = 0; i < kem->k; i++) {
        if ((st = row_product(kem, rho, i, false, s, &t)))
            goto out;
        polynomial_add(&t, &e[i]);
        polynomial_encode(&t, 12, ek + i * ENCODED_LEN);
    }
    memcpy(ek + kem->k * ENCODED_LEN, rho, 32);
out:
    crypto_wipe(s, sizeof(s));
    crypto_wipe(e, sizeof(e));
    crypto_wipe(rho_sigma, sizeof(rho_sigma));
    return st;
}

/* y in the NTT's form. */
static enum status sample_y(const struct kem *kem, const uint8_t r[KEM_SEED_LEN],
                            struct polynomial *y)
{
    enum status st = sample_vector(kem, r, 0, y);
    for (unsigned i = 0; !st && i < kem->k; i++)
        polynomial_ntt(&y[i]);
    return st;
}

enum status encryption_first(const struct kem *kem, const uint8_t rho[32],
                             const uint8_t r[KEM_SEED_LEN], uint8_t *c1)
{
    struct polynomial y[K_MAX], e1[K_MAX], u;
    enum status st;
    if ((st = sample_y(kem, r, y)) || (st = sample_vector(kem, r, (uint8_t)kem->k, e1)))
        goto out;
    for (unsigned i = 0; i < kem->k; i++) {
        if ((st = row_product(kem, rho, i, true, y, &u)))
            goto out;
        polynomial_ntt_inverse(&u);
        polynomial_add(&u, &e1[i]);
        polynomial_compress(&u, kem->du);
        polynomial_encode(&u, kem->du, c1 + (size_t)i * 32 * kem->du);
    }
out:
    crypto_wipe(y, sizeof(y));
    crypto_wipe(e1, sizeof(e1));
    return st;
}

enum status encryption_second(const struct kem *kem, const uint8_t *t,
                              const uint8_t m[KEM_SEED_LEN], const uint8_t r[KEM_SEED_LEN],
                              uint8_t *c2)
{
    struct polynomial y[K_MAX], e2, part, v;
    enum status st;
    if ((st = sample_y(kem, r, y)) || (st = polynomial_sample_noise(r, (uint8_t)(2 * kem->k), &e2)))
        goto out;
    memset(&v, 0, sizeof(v));
    for (unsigned i = 0; i < kem->k; i++) {
        polynomial_decode(t + i * ENCODED_LEN, 12, &part);
        polynomial_add_product(&v, &part, &y[i]);
    }
    polynomial_ntt_inverse(&v);
    polynomial_add(&v, &e2);
    polynomial_decode(m, 1, &part);
    polynomial_decompress(&part, 1);
    polynomial_add(&v, &part);
    polynomial_compress(&v, kem->dv);
    polynomial_encode(&v, kem->dv, c2);
out:
    crypto_wipe(y, sizeof(y));
    crypto_wipe(&e2, sizeof(e2));
    crypto_wipe(&part, sizeof(part));
    crypto_wipe(&v, sizeof(v));
    return st;
}

void encryption_decrypt(const struct kem *kem, const uint8_t *dk, const uint8_t *ciphertext,
                        uint8_t m[KEM_SEED_LEN])
{
    struct polynomial u, s, product, v;
    memset(&product, 0, sizeof(product));
    for (unsigned i = 0; i < kem->k; i++) {
        polynomial_decode(ciphertext + (size_t)i * 32 * kem->du, kem->du, &u);
        polynomial_decompress(&u, kem->du);
        polynomial_ntt(&u);
        polynomial_decode(dk + i * ENCODED_LEN, 12, &s);
        polynomial_add_product(&product, &s, &u);
    }
    polynomial_ntt_inverse(&product);
    polynomial_decode(ciphertext + (size_t)kem->k * 32 * kem->du, kem->dv, &v);
    polynomial_decompress(&v, kem->dv);
    polynomial_subtract(&v, &product);
    polynomial_compress(&v, 1);
    polynomial_encode(&v, 1, m);
    crypto_wipe(&s, sizeof(s));
    crypto_wipe(&product, sizeof(product));
    crypto_wipe(&v, sizeof(v));
}
