/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/kem/kem.h"

#include "base/crypto.h"
#include "cipher/kem/encryption.h"
#include "cipher/kem/polynomial.h"

#include <string.h>

const struct kem kem_ml_kem_768 = {"ML-KEM-768", 3, 10, 4, false, 1184, 2400, 1088};
const struct kem kem_ml_kem_1024 = {"ML-KEM-1024", 4, 11, 5, false, 1568, 3168, 1568};
const struct kem kem_kyber_1024 = {"Kyber1024", 4, 11, 5, true, 1568, 3168, 1568};

static size_t vector_len(const struct kem *kem) { return (size_t)kem->k * 384; }

enum status kem_keygen(const struct kem *kem, const uint8_t d[KEM_SEED_LEN],
                       const uint8_t z[KEM_SEED_LEN], uint8_t *ek, uint8_t *dk)
{
    uint8_t *own_ek = dk + vector_len(kem); /* dk = dk of K-PKE || ek || H(ek) || z */
    uint8_t *hash = own_ek + kem->ek_len;
    enum status st = encryption_keygen(kem, d, ek, dk);
    memcpy(own_ek, ek, kem->ek_len);
    if (!st)
        st = crypto_sha3_256(bytes_of(ek, kem->ek_len), hash);
    memcpy(hash + 32, z, KEM_SEED_LEN);
    return st;
}

/* ByteDecode gives only values below q (section 7.2, the modulus check). */
static bool is_vector(const struct kem *kem, const uint8_t *t)
{
    for (unsigned i = 0; i < kem->k; i++)
        if (!polynomial_is_reduced(t + (size_t)i * 384))
            return false;
    return true;
}

/* (K, r) = G(m || H(ek)). */
static enum status derive(const uint8_t m[KEM_SEED_LEN], const uint8_t ek_hash[32],
                          uint8_t secret_r[64])
{
    uint8_t input[64];
    memcpy(input, m, 32);
    memcpy(input + 32, ek_hash, 32);
    enum status st = crypto_sha3_512(bytes_of(input, sizeof(input)), secret_r);
    crypto_wipe(input, sizeof(input));
    return st;
}

static enum status encrypt(const struct kem *kem, const uint8_t *ek, const uint8_t m[KEM_SEED_LEN],
                           const uint8_t r[KEM_SEED_LEN], uint8_t *ciphertext)
{
    enum status st = encryption_first(kem, ek + vector_len(kem), r, ciphertext);
    return st ? st : encryption_second(kem, ek, m, r, ciphertext + (size_t)kem->k * 32 * kem->du);
}

/* Round 3: the secret is SHAKE-256 over what FIPS 203 takes as it is, and the ciphertext's hash. */
static enum status round3_secret(const uint8_t key[32], struct bytes ciphertext, uint8_t secret[32])
{
    uint8_t input[64];
    memcpy(input, key, 32);
    enum status st = crypto_sha3_256(ciphertext, input + 32);
    if (!st)
        st = crypto_shake256(bytes_of(input, sizeof(input)), secret, KEM_SECRET_LEN);
    crypto_wipe(input, sizeof(input));
    return st;
}

enum status kem_encaps(const struct kem *kem, struct bytes ek, const uint8_t m[KEM_SEED_LEN],
                       uint8_t *ciphertext, uint8_t secret[KEM_SECRET_LEN])
{
    uint8_t hashed_m[32], ek_hash[32], secret_r[64];
    enum status st;
    if (ek.len != kem->ek_len || (!kem->is_round3 && !is_vector(kem, ek.data)))
        return E_PARSE;
    if (kem->is_round3) {
        if ((st = crypto_sha3_256(bytes_of(m, KEM_SEED_LEN), hashed_m)))
            return st;
        m = hashed_m;
    }
    if ((st = crypto_sha3_256(ek, ek_hash)) || (st = derive(m, ek_hash, secret_r)) ||
        (st = encrypt(kem, ek.data, m, secret_r + 32, ciphertext)))
        goto out;
    if (kem->is_round3)
        st = round3_secret(secret_r, bytes_of(ciphertext, kem->ciphertext_len), secret);
    else
        memcpy(secret, secret_r, KEM_SECRET_LEN);
out:
    crypto_wipe(hashed_m, sizeof(hashed_m));
    crypto_wipe(secret_r, sizeof(secret_r));
    return st;
}

/* J(z || c): what takes the secret's place when the ciphertext is not the one that was made. */
static enum status rejection_secret(const uint8_t z[KEM_SEED_LEN], struct bytes ciphertext,
                                    uint8_t secret[32])
{
    uint8_t input[KEM_SEED_LEN + KEM_CIPHERTEXT_MAX];
    memcpy(input, z, KEM_SEED_LEN);
    memcpy(input + KEM_SEED_LEN, ciphertext.data, ciphertext.len);
    enum status st =
        crypto_shake256(bytes_of(input, KEM_SEED_LEN + ciphertext.len), secret, KEM_SECRET_LEN);
    crypto_wipe(input, KEM_SEED_LEN);
    return st;
}

/* |secret| becomes |other| unless |is_same|, in time that does not tell. */
static void choose(uint8_t secret[32], const uint8_t other[32], bool is_same)
{
    uint8_t keep = (uint8_t)(0u - (unsigned)is_same);
    for (unsigned i = 0; i < 32; i++)
        secret[i] = (uint8_t)((secret[i] & keep) | (other[i] & ~keep));
}

static bool is_dk(const struct kem *kem, struct bytes dk)
{
    uint8_t hash[32];
    struct bytes ek = bytes_slice(dk, vector_len(kem), kem->ek_len);
    return dk.len == kem->dk_len && !crypto_sha3_256(ek, hash) &&
           memcmp(hash, ek.data + ek.len, sizeof(hash)) == 0;
}

enum status kem_decaps(const struct kem *kem, struct bytes dk, struct bytes ciphertext,
                       uint8_t secret[KEM_SECRET_LEN])
{
    uint8_t m[KEM_SEED_LEN], secret_r[64], rejection[32], again[KEM_CIPHERTEXT_MAX];
    enum status st;
    if (!is_dk(kem, dk) || ciphertext.len != kem->ciphertext_len)
        return E_PARSE;
    const uint8_t *ek = dk.data + vector_len(kem), *ek_hash = ek + kem->ek_len, *z = ek_hash + 32;

    encryption_decrypt(kem, dk.data, ciphertext.data, m);
    if ((st = derive(m, ek_hash, secret_r)) || (st = rejection_secret(z, ciphertext, rejection)) ||
        (st = encrypt(kem, ek, m, secret_r + 32, again)))
        goto out;
    choose(secret_r, rejection,
           bytes_equal_secret(bytes_of(again, kem->ciphertext_len), ciphertext));
    /* libsignal's Kyber puts either through the KDF of round 3 */
    if (kem->is_round3)
        st = round3_secret(secret_r, ciphertext, secret);
    else
        memcpy(secret, secret_r, KEM_SECRET_LEN);
out:
    crypto_wipe(m, sizeof(m));
    crypto_wipe(secret_r, sizeof(secret_r));
    crypto_wipe(rejection, sizeof(rejection));
    return st;
}

enum status kem_split_ek(const uint8_t ek[1184], uint8_t header[KEM_HEADER_LEN],
                         uint8_t vector[KEM_VECTOR_LEN])
{
    memcpy(vector, ek, KEM_VECTOR_LEN);
    memcpy(header, ek + KEM_VECTOR_LEN, 32);
    return crypto_sha3_256(bytes_of(ek, kem_ml_kem_768.ek_len), header + 32);
}

enum status kem_encaps_first(const uint8_t header[KEM_HEADER_LEN], const uint8_t m[KEM_SEED_LEN],
                             uint8_t ct1[KEM_CT1_LEN], uint8_t secret[KEM_SECRET_LEN])
{
    uint8_t secret_r[64];
    enum status st = derive(m, header + 32, secret_r);
    if (!st)
        st = encryption_first(&kem_ml_kem_768, header, secret_r + 32, ct1);
    memcpy(secret, secret_r, KEM_SECRET_LEN);
    crypto_wipe(secret_r, sizeof(secret_r));
    return st;
}

/* The vector and the header's rho are the ek whose hash the header has. */
static enum status check_halves(const uint8_t header[KEM_HEADER_LEN],
                                const uint8_t vector[KEM_VECTOR_LEN])
{
    uint8_t ek[KEM_VECTOR_LEN + 32], hash[32];
    memcpy(ek, vector, KEM_VECTOR_LEN);
    memcpy(ek + KEM_VECTOR_LEN, header, 32);
    enum status st = crypto_sha3_256(bytes_of(ek, sizeof(ek)), hash);
    if (st)
        return st;
    return memcmp(hash, header + 32, 32) == 0 && is_vector(&kem_ml_kem_768, vector) ? OK : E_PARSE;
}

enum status kem_encaps_second(const uint8_t header[KEM_HEADER_LEN],
                              const uint8_t vector[KEM_VECTOR_LEN], const uint8_t m[KEM_SEED_LEN],
                              uint8_t ct2[KEM_CT2_LEN])
{
    uint8_t secret_r[64];
    enum status st = check_halves(header, vector);
    if (!st && !(st = derive(m, header + 32, secret_r)))
        st = encryption_second(&kem_ml_kem_768, vector, m, secret_r + 32, ct2);
    crypto_wipe(secret_r, sizeof(secret_r));
    return st;
}
