/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/sender_key.h - sender keys: one chain and one signing key per group and sender.
 * Depends on: base, cipher/signal/chain.
 */
#ifndef ASSAY_CIPHER_SIGNAL_SENDER_KEY_H
#define ASSAY_CIPHER_SIGNAL_SENDER_KEY_H

#include "cipher/signal/chain.h"

struct group_state {
    uint32_t id;
    struct chain chain;
    uint8_t start_key[32];   /* own state: the chain key at |start|, for mutated iterations */
    uint32_t start;          /* iteration */
    struct key_pair signing; /* the private half only in the own state */
    bool has_private;
};

/* All states of one sender in one group, newest first. */
struct group_record {
    char group[PARTY_NAME_MAX + 1];
    char sender[PARTY_NAME_MAX + 1];
    uint32_t device;
    struct group_state *states;
    size_t n_states;
    uint32_t late_id; /* only for LAPSE_GROUP_FRESH_KEY_LATE; not saved */
};

struct groups {
    struct group_record **items;
    size_t count;
    size_t cap;
};

/* The distribution id that |group| has by our convention: the first 16 bytes of the SHA-256 of its
 * name, as a UUID of version 8. E_CRYPTO. */
MUST_USE enum status group_distribution_id(const char *group,
                                           uint8_t out[SIGNAL_DISTRIBUTION_ID_LEN]);

void groups_fini(struct groups *g);
/* The record of |sender| in |group|, or NULL. */
struct group_record *groups_find(const struct groups *g, const char *group, struct address sender);
/* The same, made when missing. E_NOMEM, E_LIMIT. */
MUST_USE enum status groups_get(struct groups *g, const char *group, struct address sender,
                                struct group_record **out);
/* Remove |r| when it has no state: undoes a groups_get. Accepts NULL. */
void groups_drop_empty(struct groups *g, struct group_record *r);
/* Put |state| (given on OK) first; past |max| the last goes. E_NOMEM. */
MUST_USE enum status group_record_add(struct group_record *r, const struct group_state *state,
                                      uint32_t max);

/* The newest state with |id|, or NULL. */
struct group_state *group_record_find(const struct group_record *r, uint32_t id);

#endif
