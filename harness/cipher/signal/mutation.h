/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/mutation.h - one-off deviations of the harness's own peer, for a single start or
 * seal.
 * Depends on: cipher/cipher, wire/word.
 *
 * All zeros is no deviation. What is changed before authentication is authenticated as it is:
 * the message carries the MAC that an attacker who is the peer could make, so that the change
 * reaches the check that must catch it.
 *
 * By name: a comma-separated list of names, some with a number, as in bend="mac-zero" or
 * bend="counter:2001,omit-previous-counter". Two names that change the same thing do not combine.
 * What each does says its row of signal_words; where a name has KEY behind its colon, that is
 * low-order-1 to low-order-7, high-bit, torsion, own-identity or of-peer.
 */
#ifndef ASSAY_CIPHER_SIGNAL_MUTATION_H
#define ASSAY_CIPHER_SIGNAL_MUTATION_H

#include "cipher/cipher.h"
#include "wire/word.h"

#define MUTATION_COUNTER_REACH 100000u /* messages */
#define N_LOW_ORDER 7u

enum mutation_key {
    MUTATION_KEY_HONEST = 0,
    MUTATION_KEY_LOW_ORDER_1, /* the points of low_order_point(), in its order */
    MUTATION_KEY_LOW_ORDER_7 = MUTATION_KEY_LOW_ORDER_1 + N_LOW_ORDER - 1,
    MUTATION_KEY_HIGH_BIT, /* the honest key with bit 255 set: another spelling of the same point */
    MUTATION_KEY_TORSION,  /* the honest key and a point of order 2: no agreement sees it */
    MUTATION_KEY_OWN_IDENTITY, /* the sender's identity key */
    MUTATION_KEY_OF_PEER, /* a key of the receiver: its signed prekey, or its last ratchet key */
    MUTATION_KEY_EARLIER, /* the sender's ratchet key of the chain before */
    MUTATION_KEY_STALE    /* the same, and its chain goes on */
};

enum mutation_padding {
    MUTATION_PADDING_HONEST = 0,
    MUTATION_PADDING_ZERO,
    MUTATION_PADDING_OVER_BLOCK,
    MUTATION_PADDING_INCONSISTENT,
    MUTATION_PADDING_NONE,
    MUTATION_PADDING_EMPTY
};

enum mutation_mac {
    MUTATION_MAC_HONEST = 0,
    MUTATION_MAC_SWAPPED_IDENTITIES,
    MUTATION_MAC_OTHER_IDENTITY,
    MUTATION_MAC_NO_IDENTITIES,
    MUTATION_MAC_CONSTANT_VERSION,
    MUTATION_MAC_ZERO,
    MUTATION_MAC_CIPHERTEXT_ONLY
};

/* What a message says to SPQR, and what of it goes into the message's keys. */
enum mutation_spqr {
    MUTATION_SPQR_HONEST = 0,
    MUTATION_SPQR_STRIPPED,     /* no field 5; the key is mixed in */
    MUTATION_SPQR_ABSENT,       /* no field 5, no key: a session of before */
    MUTATION_SPQR_NO_KEY,       /* epoch 1, index 0, which stands for no key; none is mixed in */
    MUTATION_SPQR_UNSALTED,     /* an honest field 5, no key mixed in */
    MUTATION_SPQR_RECEIVING,    /* an honest field 5; the key is of the receiver's direction */
    MUTATION_SPQR_EARLIER_EPOCH /* the epoch before, and a key of it */
};

enum mutation_kind { MUTATION_KIND_HONEST = 0, MUTATION_KIND_PREKEY, MUTATION_KIND_MESSAGE };

enum mutation_signature {
    MUTATION_SIGNATURE_HONEST = 0,
    MUTATION_SIGNATURE_OTHER_KEY,
    MUTATION_SIGNATURE_ZERO
};

struct mutation_number {
    bool is_set;
    uint32_t value;
};

/* What the mutation says, or |otherwise| when it says nothing. */
uint32_t mutation_number_or(const struct mutation_number *n, uint32_t otherwise);

struct mutation {
    unsigned acts; /* CIPHER_ACT_... of what obeys it, as parsed; 0: a start and a seal alike */
    /* start */
    bool omits_discontinuity_block;
    bool has_other_handshake_info;
    bool has_other_handshake_salt;
    bool swaps_dh_order;
    bool omits_dh4;
    bool reuses_base_key;
    bool skips_signature_check;
    bool omits_kem;
    bool omits_kem_secret;
    bool kem_secret_comes_first;
    bool encapsulates_to_other;
    enum mutation_key base_key;
    struct mutation_number claimed_one_time_prekey;
    /* start and seal */
    bool omits_one_time_prekey_id;
    bool omits_registration_id;
    struct mutation_number one_time_prekey_id;
    struct mutation_number signed_prekey_id;
    struct mutation_number registration_id;
    bool omits_kem_prekey_id;
    bool omits_kem_ciphertext;
    struct mutation_number kem_prekey_id;
    /* seal */
    enum mutation_spqr spqr;
    struct mutation_number spqr_version;
    struct mutation_number spqr_epoch;
    struct mutation_number spqr_index;
    struct mutation_number spqr_type;
    bool spqr_repeats_chunk;
    bool spqr_unreduced_key;
    bool has_other_message_info;
    bool omits_previous_counter;
    enum mutation_mac mac;
    enum mutation_key ratchet_key;
    enum mutation_padding padding;
    enum mutation_kind kind;
    struct mutation_number mac_len;
    struct mutation_number counter;
    struct mutation_number previous_counter;
    struct mutation_number version; /* of both; the two below come before it */
    struct mutation_number inner_version;
    struct mutation_number outer_version;
    /* groups */
    enum mutation_signature signature;
    struct mutation_number iteration;
    struct mutation_number key_id;
};

/* No deviation. */
extern const struct mutation mutation_none;

/* The words of Signal v3, layer "signal", for "did you mean" and what explains them. */
extern const struct word_table signal_words;

/*
 * Read a comma-separated list of names of |words|; numbers are decimal, 0 to 4294967295. False, and
 * |out| all zeros, for an unknown name, a missing, superfluous or wrong number, an empty list, or
 * two names that change the same thing.
 */
bool mutation_parse(const struct word_table *words, const char *text, struct mutation *out);

/*
 * Points of order 1, 2, 4 and 8 on the curve and its twist, and their other spellings below 2^255:
 * every secret agreed with one of them is zero (RFC 7748, section 7).
 */
struct low_order_point {
    const char *name;        /* "low-order-1" to "low-order-7" */
    const char *explanation; /* what it is, in a few words */
    uint8_t u[32];           /* little-endian */
};

/* |index| 0 to N_LOW_ORDER - 1, else NULL. */
const struct low_order_point *low_order_point(size_t index);

#endif
