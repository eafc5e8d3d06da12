/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * toy.h - a cipher of no use, to show that the harness needs to know none by name.
 * Depends on: cipher/cipher.
 *
 *   bundle     identity (16) || prekey (16)
 *   message    identity of the sender (16) || base (16) || counter (4, big-endian) ||
 *              ciphertext || tag (8)
 *
 * A session's key is SHA-256(prekey || base), which anybody can compute. The text is XORed with
 * SHA-256(key || direction || counter || block); the tag is the beginning of SHA-256(key ||
 * direction || all before it). Counters only go up; a message that carries an unknown base makes a
 * session. There are no groups, and there is no insider.
 */
#ifndef ASSAY_TESTS_TOY_TOY_H
#define ASSAY_TESTS_TOY_TOY_H

#include "cipher/cipher.h"

extern const struct cipher cipher_toy;

/* Parties made from now on open a message as often as it comes: a target that the suite must
 * catch. */
void toy_be_careless(void);

#endif
