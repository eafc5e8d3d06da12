/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as what a KEM is given: public keys, ciphertexts and private keys of each, and the two
 * halves of ML-KEM-768. The first byte chooses which; what is too short has zeros behind it.
 */
#include "cipher/kem/kem.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void whole(const struct kem *kem, struct bytes in)
{
    static const uint8_t seed[KEM_SEED_LEN] = {1};
    uint8_t ek[KEM_EK_MAX], dk[KEM_DK_MAX], ciphertext[KEM_CIPHERTEXT_MAX],
        padded[KEM_DK_MAX] = {0};
    uint8_t secret[KEM_SECRET_LEN], other[KEM_SECRET_LEN];
    memcpy(padded, in.data, in.len < sizeof(padded) ? in.len : sizeof(padded));
    if (kem_keygen(kem, seed, seed, ek, dk))
        return;
    if (!kem_encaps(kem, in, seed, ciphertext, secret) && in.len != kem->ek_len)
        __builtin_trap();
    enum status st = kem_encaps(kem, bytes_of(padded, kem->ek_len), seed, ciphertext, secret);
    /* implicit rejection: any ciphertext of the right length gives a secret, the same each time */
    struct bytes own = bytes_of(dk, kem->dk_len), theirs = bytes_of(padded, kem->ciphertext_len);
    if (kem_decaps(kem, own, theirs, secret) || kem_decaps(kem, own, theirs, other) ||
        memcmp(secret, other, sizeof(secret)) != 0)
        __builtin_trap();
    if (!st)
        st = kem_decaps(kem, bytes_of(padded, kem->dk_len), theirs, secret);
    (void)st;
}

static void halves(struct bytes in)
{
    static const uint8_t m[KEM_SEED_LEN] = {2};
    uint8_t parts[KEM_HEADER_LEN + KEM_VECTOR_LEN] = {0}, header[KEM_HEADER_LEN];
    uint8_t vector[KEM_VECTOR_LEN], ct1[KEM_CT1_LEN], ct2[KEM_CT2_LEN], secret[KEM_SECRET_LEN];
    memcpy(parts, in.data, in.len < sizeof(parts) ? in.len : sizeof(parts));
    enum status st = kem_encaps_first(parts, m, ct1, secret);
    st = st ? st : kem_encaps_second(parts, parts + KEM_HEADER_LEN, m, ct2);
    /* the same bytes as a key: its own header fits it, unless a coefficient is not below q */
    if (!kem_split_ek(parts, header, vector))
        st = kem_encaps_second(header, vector, m, ct2);
    (void)st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct kem *const kems[] = {&kem_ml_kem_768, &kem_ml_kem_1024, &kem_kyber_1024};
    if (size == 0)
        return 0;
    struct bytes in = bytes_of(data + 1, size - 1);
    if (data[0] % 4 < 3)
        whole(kems[data[0] % 4], in);
    else
        halves(in);
    return 0;
}
