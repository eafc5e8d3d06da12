/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/chain.h - a symmetric-key chain and the keys it has passed over (Double Ratchet
 * 2.2, 2.6).
 * Depends on: base, cipher/signal/keys.
 *
 * Reading a message is in two steps, so that nothing changes before the message is authenticated:
 * chain_plan works out beside the chain what reading would do to it, chain_commit does it and
 * cannot fail. Both the pairwise ratchet and sender keys read their chains through these.
 *
 * Invariants: stored keys have counters below |index|, each counter at most once, oldest first.
 */
#ifndef ASSAY_CIPHER_SIGNAL_CHAIN_H
#define ASSAY_CIPHER_SIGNAL_CHAIN_H

#include "cipher/signal/keys.h"
#include "cipher/signal/party.h"

struct stored_key {
    uint32_t counter;
    uint8_t seed[32];
};

struct stored_keys {
    struct stored_key *keys;
    size_t count;
    size_t cap;
};

/* Room for |extra| more. E_NOMEM. */
MUST_USE enum status stored_keys_reserve(struct stored_keys *k, size_t extra);
/* Index of |counter|'s key, or SIZE_MAX. */
size_t stored_keys_find(const struct stored_keys *k, uint32_t counter);
/* Keep |counter|'s |seed|. There must be room. */
void stored_keys_put(struct stored_keys *k, uint32_t counter, const uint8_t seed[32]);
void stored_keys_fini(struct stored_keys *k);

struct chain {
    uint8_t key[32];
    uint32_t index; /* counter of the next message */
    struct stored_keys skipped;
    struct stored_keys used; /* empty unless rules keep used keys */
};

/* A copy with its own memory. E_NOMEM. */
MUST_USE enum status chain_copy(const struct chain *c, struct chain *out);
void chain_fini(struct chain *c);

/* The decisions a chain depends on, from struct rules_ratchet or struct rules_groups. */
struct chain_rules {
    uint32_t max_skip;
    uint32_t skipped_max;
    uint32_t used_max;
    bool opens_with_used, deletes_keys;
    bool deletes_skipped_keys;
    bool advances;
    bool separates_constants;
    bool finds_by_low_byte;   /* only by LAPSE_HELD_BACK_BY_LOW_BYTE */
    bool loses_next;          /* only by LAPSE_HELD_BACK_LOSES_NEXT */
    bool keeps_short_counter; /* only by LAPSE_KEPT_COUNTERS_SHORT */
    bool keeps_last_256;      /* of one jump; only by LAPSE_JUMP_KEEPS_256 */
};

struct chain_rules chain_rules_of_session(const struct rules *rules);
struct chain_rules chain_rules_of_group(const struct rules *rules);

/* What reading one message does to a chain. */
struct chain_step {
    bool is_stored; /* the key was kept: |from_used| says where, |at| which */
    bool from_used;
    size_t at;
    uint32_t counter;
    uint8_t seed[32]; /* of the message's keys */
    uint8_t next_key[32];
    struct stored_keys passed; /* keys passed over on the way */
};

/*
 * Work out the step for |counter|. The chain's contents stay; room for the commit is made in it.
 * E_CRYPTO with *why REFUSAL_DUPLICATE or REFUSAL_TOO_FAR, or without when OpenSSL fails. E_NOMEM.
 */
MUST_USE enum status chain_plan(struct chain *c, const struct chain_rules *rules, uint32_t counter,
                                struct chain_step *out, enum refusal *why);
void chain_commit(struct chain *c, const struct chain_rules *rules, struct chain_step *step);
void chain_step_fini(struct chain_step *step);
/* Only by LAPSE_FORGED_JUMP_DROPS_KEPT: the oldest kept keys go, so that there is room for those
 * that |step| passes over. */
void chain_make_room(struct chain *c, const struct chain_rules *rules,
                     const struct chain_step *step);

/* The seed of message |counter| of the chain whose message |index| has chain key |key|; |counter|
 * >= |index|. */
MUST_USE enum status chain_seed_at(const uint8_t key[32], uint32_t index, uint32_t counter,
                                   const struct chain_rules *rules, uint8_t out[32]);

#endif
