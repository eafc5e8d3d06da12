/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/primitives.h - the primitives of the Noise channel and the token, over OpenSSL.
 * Depends on: OpenSSL.
 *
 * Every function returns 0, or -1 when OpenSSL fails or what is said beside it.
 */
#ifndef REFERENCE_CLIENT_PRIMITIVES_H
#define REFERENCE_CLIENT_PRIMITIVES_H

#include <stddef.h>
#include <stdint.h>

#define KEY_LEN 32u
#define HASH_LEN 32u
#define TAG_LEN 16u

int x25519_public(const uint8_t secret[KEY_LEN], uint8_t out[KEY_LEN]);
/* -1, too, when the shared secret is all zeros. */
int x25519_shared(const uint8_t secret[KEY_LEN], const uint8_t peer[KEY_LEN], uint8_t out[KEY_LEN]);

/* SHA-256 of |a| and |b| one after the other; |b| may have no bytes. */
int sha256(const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[HASH_LEN]);
int hmac_sha256(const uint8_t *key, size_t key_len, const void *in, size_t in_len,
                uint8_t out[HASH_LEN]);
/* Noise section 4.3: two outputs of HKDF with |chaining_key| as its salt. */
int hkdf_pair(const uint8_t chaining_key[HASH_LEN], const uint8_t *in, size_t in_len,
              uint8_t first[HASH_LEN], uint8_t second[HASH_LEN]);

/* AES-256-GCM under Noise's nonce (section 12.4): 32 bits of zeros, |n| big-endian. |out| gets the
 * ciphertext and its tag. */
int gcm_seal(const uint8_t key[KEY_LEN], uint64_t n, const uint8_t *ad, size_t ad_len,
             const uint8_t *in, size_t len, uint8_t *out);
/* |len| includes the tag; -1, too, when it does not verify. */
int gcm_open(const uint8_t key[KEY_LEN], uint64_t n, const uint8_t *ad, size_t ad_len,
             const uint8_t *in, size_t len, uint8_t *out);

#endif
