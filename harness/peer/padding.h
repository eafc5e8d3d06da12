/*
 * peer/padding.h - PKCS#7 and AES-256-CBC around a plaintext, by the rules or bent.
 * Depends on: base, peer/keys.
 */
#ifndef ASSAY_PEER_PADDING_H
#define ASSAY_PEER_PADDING_H

#include "peer/keys.h"

/* Append the ciphertext of |plaintext|, padded as |bend| says. E_CRYPTO, E_LIMIT, E_NOMEM. */
MUST_USE enum status padding_encrypt(const struct message_keys *keys, enum bend_padding bend,
                                     struct bytes plaintext, struct buffer *out);

/* Append the plaintext of |ciphertext|. E_CRYPTO: it is not whole blocks, or its padding is wrong
 * by |rules|. */
MUST_USE enum status padding_decrypt(const struct message_keys *keys, enum rules_padding rules,
                                     struct bytes ciphertext, struct buffer *out);

#endif
