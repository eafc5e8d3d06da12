/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * primitives.h - what Olm is made of, for who makes a message by hand (forge.c).
 * Depends on: OpenSSL.
 *
 * Functions return false when OpenSSL fails, or where said.
 */
#ifndef ADAPTER_OLM_PRIMITIVES_H
#define ADAPTER_OLM_PRIMITIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRIMITIVE_KEY_LEN 32u
#define PRIMITIVE_BLOCK_LEN 16u

bool primitive_public(const uint8_t private_key[PRIMITIVE_KEY_LEN], uint8_t out[PRIMITIVE_KEY_LEN]);
/* X25519. False also where the public key is of low order. */
bool primitive_agree(const uint8_t private_key[PRIMITIVE_KEY_LEN],
                     const uint8_t public_key[PRIMITIVE_KEY_LEN], uint8_t out[PRIMITIVE_KEY_LEN]);
/* HKDF-SHA-256 with the default salt. */
bool primitive_derive(const uint8_t *secret, size_t secret_len, const char *info, uint8_t *out,
                      size_t out_len);
/* HMAC-SHA-256. */
bool primitive_mac(const uint8_t key[PRIMITIVE_KEY_LEN], const uint8_t *data, size_t len,
                   uint8_t out[PRIMITIVE_KEY_LEN]);
/* AES-256-CBC with PKCS#7; |out| has room for |len| and a block. */
bool primitive_encrypt(const uint8_t key[PRIMITIVE_KEY_LEN], const uint8_t iv[PRIMITIVE_BLOCK_LEN],
                       const uint8_t *data, size_t len, uint8_t *out, size_t *out_len);

#endif
