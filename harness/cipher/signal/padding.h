/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/padding.h - PKCS#7 and AES-256-CBC around a plaintext, by the rules or mutated.
 * Depends on: base, cipher/signal/keys.
 */
#ifndef ASSAY_CIPHER_SIGNAL_PADDING_H
#define ASSAY_CIPHER_SIGNAL_PADDING_H

#include "cipher/signal/keys.h"

/* Append the ciphertext of |plaintext|, padded as |mutation| says. E_CRYPTO, E_LIMIT, E_NOMEM. */
MUST_USE enum status padding_encrypt(const struct message_keys *keys,
                                     enum mutation_padding mutation, struct bytes plaintext,
                                     struct buffer *out);

/* Append the plaintext of |ciphertext|. E_CRYPTO: it is not whole blocks, or its padding is wrong
 * by |rules|. */
MUST_USE enum status padding_decrypt(const struct message_keys *keys, enum rules_padding rules,
                                     struct bytes ciphertext, struct buffer *out);

#endif
