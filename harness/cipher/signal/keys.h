/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/keys.h - key pairs, agreement, and the key derivations of the Double Ratchet.
 * Depends on: base, cipher/signal/rules.
 *
 * Public keys are in wire form, SIGNAL_KEY_LEN bytes; everything else is 32 bytes unless it says
 * so.
 */
#ifndef ASSAY_CIPHER_SIGNAL_KEYS_H
#define ASSAY_CIPHER_SIGNAL_KEYS_H

#include "base/random.h"
#include "cipher/signal/mutation.h"
#include "cipher/signal/rules.h"
#include "wire/signal.h"

struct key_pair {
    uint8_t private_key[32]; /* clamped, so that it is the same bytes wherever it is stored */
    uint8_t public_key[SIGNAL_KEY_LEN];
    bool is_degenerate; /* a mutation made the public key one whose every agreement is zero */
};

/*
 * Room for |count| + |more| items of |size| bytes in the array |*items|, which has room for *cap.
 * Memory it leaves is wiped; new items are zero. E_NOMEM.
 */
MUST_USE enum status keys_grow(void **items, size_t count, size_t more, size_t size, size_t *cap);

/* What encrypts and authenticates one message. */
struct message_keys {
    uint8_t cipher_key[32];
    uint8_t mac_key[32];
    uint8_t iv[16];
};

/* Draws 32 bytes. E_CRYPTO. */
MUST_USE enum status keys_generate(struct random *random, struct key_pair *out);
/* The pair of an existing scalar, clamped. E_CRYPTO. */
MUST_USE enum status keys_from_private(const uint8_t private_key[32], struct key_pair *out);

/* X25519; a result of zeros is given as it is. E_CRYPTO. */
MUST_USE enum status keys_agree(const struct key_pair *own, const uint8_t *their_public,
                                uint8_t out[32]);
bool keys_are_zero(const uint8_t secret[32]);

#define KEY_TYPE_CURVE25519 0x05u /* the first byte of a public key */

/* Is |in| a public key by |rules|? Writes its SIGNAL_KEY_LEN bytes. */
bool keys_read_public(const struct rules_parsing *rules, struct bytes in, uint8_t *out);

/*
 * The public half of |pair| changed as |mutation| says. |identity| is the own identity pair;
 * |of_peer| a public key of the receiver. MUTATION_KEY_EARLIER and _STALE are for the caller.
 * E_CRYPTO.
 */
MUST_USE enum status keys_mutation(struct key_pair *pair, enum mutation_key mutation,
                                   const struct key_pair *identity, const uint8_t *of_peer);

/* KDF_RK (Double Ratchet 7.2): a new root and chain key from |root| and a DH output. |out_root| may
 * be |root|. */
MUST_USE enum status keys_root_step(const struct rules_ratchet *rules, const uint8_t root[32],
                                    const uint8_t secret[32], uint8_t out_root[32],
                                    uint8_t out_chain[32]);

/* The two halves of KDF_CK: the seed of this message's keys, and the next chain key. */
MUST_USE enum status keys_message_seed(const uint8_t chain[32], uint8_t out[32]);
MUST_USE enum status keys_next_chain(const uint8_t chain[32], bool separates, uint8_t out[32]);

/* Message keys from a seed, with |info| as the HKDF's, and |salt|: SPQR's key, or nothing.
 * E_CRYPTO. */
MUST_USE enum status keys_of_message(const char *info, bool has_derived_iv, const uint8_t seed[32],
                                     struct bytes salt, struct message_keys *out);
/* The same for sender keys: no MAC key. */
MUST_USE enum status keys_of_group_message(const uint8_t seed[32], struct message_keys *out);

#endif
