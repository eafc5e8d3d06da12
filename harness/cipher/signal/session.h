/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/session.h - one Double Ratchet session: what both halves keep between messages.
 * Depends on: base, cipher/signal/chain, cipher/spqr.
 *
 * The sending half is plain bytes, copied and put back by whoever seals; the receiving half owns
 * memory and is read through cipher/signal/ratchet.h.
 */
#ifndef ASSAY_CIPHER_SIGNAL_SESSION_H
#define ASSAY_CIPHER_SIGNAL_SESSION_H

#include "cipher/signal/chain.h"
#include "cipher/spqr/spqr.h"

/* Messages from the other side under one of its ratchet keys. */
struct receiver_chain {
    uint8_t ratchet_key[SIGNAL_KEY_LEN];
    struct chain chain;
    bool is_own;        /* of our own ratchet key: only by rules.replay.opens_reflected */
    bool is_closed;     /* only by OLD_CHAIN_CLOSES */
    uint32_t closed_at; /* counters at or above are refused */
};

/* When the next sending ratchet key is due. */
enum turn_due { TURN_NOT_DUE = 0, TURN_AT_NEXT_SEAL, TURN_AFTER_NEXT_SEAL };

struct sender {
    struct key_pair key;     /* ratchet key pair of the sending chain */
    uint8_t chain[32];       /* chain key of message |counter| */
    uint8_t chain_start[32]; /* chain key of message 0: for mutated counters below |counter| */
    uint32_t counter;        /* of the next message */
    uint32_t previous_count; /* messages sent in the chain before */
    uint8_t root[32];        /* root key after the last step */
    uint8_t root_before[32]; /* and before the step that made this chain: to make it again */
    enum turn_due turn_due;
    bool has_earlier; /* the chain before, for the mutations of ratchet-key */
    struct key_pair earlier_key;
    uint8_t earlier_chain[32];
    uint32_t earlier_counter;
};

/* What an initiator repeats until it has heard (X3DH 3.3). */
struct pending {
    bool is_set; /* this party started the session and knows the header */
    bool is_due; /* and nothing has been opened yet */
    bool names_one_time_prekey;
    uint32_t one_time_prekey_id;
    uint32_t signed_prekey_id;
    bool has_registration_id;
    uint32_t registration_id;
    uint32_t kem_prekey_id; /* these three with PQXDH only */
    bool omits_kem_id, omits_kem_ciphertext;
    uint32_t n_sent;
};

/* What a session that began with a KEM (PQXDH) has beside. */
struct post_quantum {
    bool has_spqr;
    struct spqr spqr;
    uint8_t kem_ciphertext[SIGNAL_KEM_WIRE_LEN]; /* an initiator repeats it until it has heard */
};

/* NULL without memory. */
struct post_quantum *post_quantum_new(void);
/* Wipe and free. Accepts NULL. */
void post_quantum_free(struct post_quantum *pq);

struct session {
    uint32_t number; /* of the party's sessions, from 1 */
    bool is_initiator;
    bool is_archived;     /* not the current one with its peer; kept by cipher/signal/store.h */
    bool is_acknowledged; /* something was opened on it */
    bool is_carried;      /* of v3, by a party that is of v4 now */
    uint32_t turns;       /* new ratchet keys received */
    uint32_t n_copies;    /* of chains; only for LAPSE_MESSAGES_ARE_CHAINS, not saved */
    uint8_t base_key[SIGNAL_KEY_LEN]; /* the initiator's, as received: its name */
    uint8_t remote_identity[SIGNAL_KEY_LEN];
    uint32_t remote_registration_id;
    uint8_t remote_ratchet_key[SIGNAL_KEY_LEN]; /* the last one turned to */
    struct pending pending;
    struct sender sender;
    struct post_quantum *pq;       /* or NULL */
    struct receiver_chain *chains; /* oldest first */
    size_t n_chains;
    size_t chains_cap;
};

/* NULL without memory. */
struct session *session_new(void);
/* Wipe and free. Accepts NULL. */
void session_free(struct session *s);
/* A copy with its own memory, or NULL. */
struct session *session_copy(const struct session *s);

/* Room for one more receiving chain. E_NOMEM. */
MUST_USE enum status session_reserve_chain(struct session *s);
/* Append |chain| (given; its memory is the session's now); past |max| chains the oldest goes. There
 * must be room. */
void session_add_chain(struct session *s, const struct receiver_chain *chain, uint32_t max);
/* There must be one. */
void session_drop_oldest_chain(struct session *s);
/* The chain of |ratchet_key|, or NULL. */
struct receiver_chain *session_find_chain(struct session *s, struct bytes ratchet_key);

/*
 * Start a new sending chain on |key| (Double Ratchet 3.5, the second half of DHRatchet): the root
 * of |s| steps with DH(key, remote). |refuses_zero|: a zero agreement is E_CRYPTO, *why
 * REFUSAL_INVALID_KEY.
 */
MUST_USE enum status sender_turn(struct sender *s, const struct rules_ratchet *rules,
                                 const struct key_pair *key, const uint8_t *remote_ratchet_key,
                                 enum refusal *why);

#endif
