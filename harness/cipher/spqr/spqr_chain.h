/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/spqr/spqr_chain.h - the symmetric keys of SPQR: for each epoch a chain in each
 * direction, and a key for each message (docs: signal-v4, "The chain of symmetric keys").
 * Depends on: base, deviation.
 */
#ifndef ASSAY_CIPHER_SPQR_SPQR_CHAIN_H
#define ASSAY_CIPHER_SPQR_SPQR_CHAIN_H

#include "base/buffer.h"
#include "cipher/spqr/deviation.h"

#define SPQR_KEY_LEN 32u
#define SPQR_JUMP_MAX 25000u     /* so many messages further may a chain be moved by one message */
#define SPQR_KEPT_DISTANCE 2000u /* so far behind the newest may a skipped key be */
#define SPQR_EPOCHS_MAX 4u
#define SPQR_SKIPPED_LEN (4u + SPQR_KEY_LEN)

/* One direction of one epoch. */
struct spqr_direction {
    uint32_t counter; /* of the newest key that was made; the first is 1 */
    uint8_t next[SPQR_KEY_LEN];
    struct buffer skipped; /* entries of SPQR_SKIPPED_LEN: index, 4 bytes big-endian; key */
};

struct spqr_epoch {
    uint64_t number;
    struct spqr_direction sending, receiving;
};

struct spqr_chain {
    enum spqr_deviation deviates; /* by the rules of the moment; not kept */
    bool is_a2b;                  /* this side sends in the initiator's direction */
    uint8_t root[SPQR_KEY_LEN];
    uint64_t sending_epoch;
    struct spqr_epoch epochs[SPQR_EPOCHS_MAX]; /* ascending */
    unsigned n_epochs;
};

/* An epoch without keys, to be filled in; freed with its chain. */
void spqr_epoch_init(struct spqr_epoch *epoch);

/* Epoch 0, from the key that PQXDH gives. E_CRYPTO. spqr_chain_fini is due. */
MUST_USE enum status spqr_chain_start(struct spqr_chain *chain, const uint8_t pq_key[SPQR_KEY_LEN],
                                      bool is_a2b);
void spqr_chain_fini(struct spqr_chain *chain);

/* An independent copy; spqr_chain_fini is due. E_NOMEM. */
MUST_USE enum status spqr_chain_copy(const struct spqr_chain *from, struct spqr_chain *to);

/* The epoch after the newest, from the secret that was agreed. E_LIMIT, E_CRYPTO. */
MUST_USE enum status spqr_chain_add_epoch(struct spqr_chain *chain,
                                          const uint8_t secret[SPQR_KEY_LEN]);

/*
 * The next key to send with, in |epoch|, which is not lower than at the send before; older epochs
 * but the one before it are erased. E_MISSING: there is no such epoch. E_CRYPTO.
 */
MUST_USE enum status spqr_chain_send(struct spqr_chain *chain, uint64_t epoch, uint32_t *index,
                                     uint8_t key[SPQR_KEY_LEN]);

/*
 * The key of message |index| of |epoch|, which is given once. |has_bound|: at most SPQR_JUMP_MAX
 * further than the newest. E_MISSING: the epoch is not there or erased, or the key was given or is
 * not kept any more. E_LIMIT: too far ahead. E_CRYPTO, E_NOMEM.
 */
MUST_USE enum status spqr_chain_receive(struct spqr_chain *chain, uint64_t epoch, uint32_t index,
                                        bool has_bound, uint8_t key[SPQR_KEY_LEN]);

#endif
