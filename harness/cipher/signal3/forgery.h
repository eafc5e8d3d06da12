/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal3/forgery.h - a first message in anybody's name, out of its receiver's private keys.
 * Depends on: base, cipher/cipher (keys).
 */
#ifndef ASSAY_CIPHER_SIGNAL3_FORGERY_H
#define ASSAY_CIPHER_SIGNAL3_FORGERY_H

#include "cipher/cipher.h"

/* As struct cipher_insider's impersonate. E_CRYPTO: |identity_key| is not SIGNAL_KEY_LEN bytes. */
MUST_USE enum status forgery_impersonate(const struct cipher_keys *victim,
                                         struct bytes identity_key, struct bytes plaintext,
                                         struct random *random, struct buffer *out);

#endif
