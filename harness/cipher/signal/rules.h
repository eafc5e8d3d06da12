/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/rules.h - every decision of a party that lasts, one named field each.
 * Depends on: cipher/signal/lapse_kinds, cipher/spqr/deviation.
 *
 * rules_honest() and rules_honest_v4() are what the specifications say. A wrong implementation is
 * the honest rules with one field changed, and perhaps a trigger that says when the change holds:
 * everywhere else the honest rules of its version apply. One-off deviations of a single message are
 * not here but in cipher/signal/mutation.h.
 *
 * A field that reads as a claim and whose honest value is true is a check that honest code makes;
 * one whose honest value is false is a mistake that honest code does not make. Sections: X3DH
 * revision 1, PQXDH revision 3, XEdDSA revision 1, Double Ratchet (DR) revision 4, Sesame revision
 * 2.
 */
#ifndef ASSAY_CIPHER_SIGNAL_RULES_H
#define ASSAY_CIPHER_SIGNAL_RULES_H

#include "cipher/signal/lapse_kinds.h"
#include "cipher/spqr/deviation.h"

#include <stdbool.h>
#include <stdint.h>

/* When rules other than the honest ones hold. */
enum rules_when {
    RULES_ALWAYS = 0,
    RULES_AFTER_RESTORE, /* the party was made by party_load */
    RULES_FROM_SESSION,  /* the party's session number |n| and later ones; 1 is its first */
    RULES_AT_COUNTER,    /* the message's counter (or iteration) is |n| */
    RULES_FROM_COUNTER,  /* the message's counter (or iteration) is |n| or more */
    RULES_FROM_TURN,  /* the session has turned its ratchet |n| times or more, by received keys */
    RULES_FROM_EPOCH, /* the session agrees on SPQR's epoch |n| or a later one; 1 is its first */
    RULES_AFTER_REFUSAL, /* the party has refused |n| messages or more since made or loaded */
    RULES_AS_INITIATOR,  /* sessions this party started */
    RULES_AS_RESPONDER,  /* sessions the other side started */
    RULES_ON_ARCHIVED    /* a session that is not the current one with that peer */
};

struct rules_trigger {
    enum rules_when when;
    uint32_t n;
};

/* What a receiver does with an unknown prekey id in a first message (X3DH 3.4: abort). */
enum rules_unknown_prekey {
    UNKNOWN_PREKEY_REFUSED = 0,
    UNKNOWN_PREKEY_IS_ABSENT, /* one-time: go on without DH4 */
    UNKNOWN_PREKEY_IS_CURRENT /* signed: go on with the current; one-time: with the lowest left */
};

/* When a used one-time prekey goes (X3DH 3.4: after the first message decrypted). */
enum rules_delete {
    DELETE_AFTER_SUCCESS = 0,
    DELETE_NEVER,
    DELETE_BEFORE_AUTHENTICATION /* also when the message turns out to be forged */
};

/* Where the base key of a started session comes from (X3DH 3.3: a new one each time). */
enum rules_base_key {
    BASE_KEY_FRESH = 0,
    BASE_KEY_OF_PARTY,   /* made once, used for every session */
    BASE_KEY_OF_IDENTITY /* the identity key pair */
};

/* How long the initiator repeats the first message's header (X3DH 3.3:
 * until a reply was opened). */
enum rules_header { HEADER_UNTIL_REPLY = 0, HEADER_ONCE, HEADER_ALWAYS };

/* Derivations of a first message's secret that a sloppy responder takes as well. Bits. */
enum rules_derivation {
    DERIVATION_WITHOUT_BLOCK = 1, /* no discontinuity block */
    DERIVATION_WITHOUT_DH4 = 2    /* a one-time prekey is named and not mixed */
};

/* X3DH. */
struct rules_handshake {
    bool has_discontinuity_block;  /* 32 bytes 0xFF before the DH outputs (2.2); honest true */
    bool uses_dh4;                 /* mix the one-time prekey when there is one (3.3); true */
    bool names_one_time_prekey;    /* say its id in the first message; true */
    bool requires_one_time_prekey; /* policy: refuse first messages and bundles without; false */
    bool claims_that_policy;       /* its adapter says so; false */
    bool refuses_low_order;     /* an all-zero DH output anywhere is refused (RFC 7748 6.1); true */
    bool remembers_base_key;    /* a repeated first message goes to its session (Sesame); true */
    bool masks_base_key;        /* base keys that differ in bit 255 only name one session; true */
    bool opens_repeats_as_new;  /* a repeated first message replaces its session; false */
    bool gives_prekey_once;     /* publish: a one-time prekey is never given twice (3.2); true */
    bool renews_prekey_key;     /* publish: each one-time prekey id has a key of its own; true */
    bool rotates_signed_prekey; /* a rotation makes a new key; true */
    uint32_t rotated_prekeys_kept; /* signed prekeys before the current one that still open (3.2):
                                      no bound, UINT32_MAX */
    enum rules_unknown_prekey unknown_one_time_prekey;
    enum rules_unknown_prekey unknown_signed_prekey;
    enum rules_delete deletes_one_time_prekey;
    enum rules_base_key base_key;
    enum rules_header header;
    uint32_t also_takes; /* enum rules_derivation bits tried when the right one fails: 0 */
};

/* What a prekey signature covers. */
enum rules_signed {
    SIGNED_ENCODED_KEY = 0, /* the 33 bytes with the type (X3DH 3.2) */
    SIGNED_RAW_KEY          /* the bare 32 bytes */
};

/* Key encapsulation beside the agreements (PQXDH, revision 3). */
struct rules_kem {
    bool is_used;      /* honest: false in v3, true in v4; the rest is for v4 */
    bool is_required;  /* bundles and first messages without are refused: no silent X3DH; true */
    bool mixes_secret; /* the KEM's secret goes into the key derivation (2.2, 3.3); true */
    bool secret_comes_first; /* before the agreements instead of after; false */
    bool checks_signature;   /* of the KEM prekey (3.3), by the rules of signatures; true */
    bool checks_type;        /* first byte 0x08, of keys and ciphertexts; true */
    bool checks_length; /* of both; false: what is missing is zeros, what is over not read; true */
    bool renews_id;     /* publish: each KEM prekey has an id of its own; true */
    bool takes_elliptic_key;   /* for a KEM prekey, with zeros behind; false */
    bool takes_x3dh;           /* first messages of version 3 go without a KEM; false */
    bool has_fresh_randomness; /* each encapsulation draws its own (FIPS 203, 3.3); true */
    bool gives_prekey_once;    /* publish: a one-time KEM prekey is never given twice (3.2); true */
    bool refuses_reuse;        /* a last-resort KEM prekey serves a base key once; true */
    bool checks_base_key;      /* canonical, and in the group of prime order; true */
    enum rules_signed covers;  /* what its signature covers: the serialised key */
    enum rules_unknown_prekey unknown_prekey;
    enum rules_delete deletes_one_time_prekey;
};

/* The post-quantum half of message keys (DR 5 to 8: the Triple Ratchet, with SPQR version 1). */
struct rules_spqr {
    bool is_used;           /* sessions of PQXDH have it: true in v4 */
    bool is_required;       /* a message of theirs without is refused: no downgrade; true */
    bool salts;             /* its key goes into the message's keys; true */
    bool takes_no_key;      /* epoch 1 with index 0 means "no key" at any time, as deployed; true */
    bool stores_before_mac; /* what a forged message says to the agreement is kept; false */
    uint32_t lost_in;       /* party_save loses what only this side knows of an agreement in these
                               states: bits, 1 << enum braid_state; 0 */
    enum spqr_deviation deviates; /* honest SPQR_HONEST */
    bool has_no_bound_with_self;  /* no bounds on jumps in a session with one's own identity, as
                                    deployed; true */
};

/* XEdDSA as X3DH uses it. */
struct rules_signature {
    bool is_checked;           /* X3DH 3.3; honest true */
    bool is_required;          /* an absent or empty one is refused; true */
    bool has_exact_length;     /* 64 bytes, no more: a longer one is refused instead of cut; true */
    bool refuses_malleable;    /* S not below the group order; false (hardening) */
    bool may_be_by_the_prekey; /* a signature by the signed prekey itself is taken, too; false */
    bool may_be_by_the_one_time_prekey; /* likewise; false */
    bool checks_only_first;             /* bundles of a pinned identity are not verified; false */
    bool has_fresh_nonce;     /* signing draws 64 random bytes; false: always zeros; true */
    bool has_zero_nonce;      /* every signature has the nonce zero; false */
    enum rules_signed covers; /* when making and when checking */
};

/* Identities and trust (Sesame 6, X3DH 4.1). */
struct rules_identity {
    bool is_pinned; /* remember the first identity seen for an address; honest true */
    bool pins_before_authentication; /* remember it although the message may be forged; false */
    bool accepts_new; /* another identity for a pinned address is taken without a person; false */
    bool checks_on_start;          /* a bundle's identity against the pinned one; true */
    bool checks_on_seal;           /* the session's identity against the pinned one; true */
    bool checks_on_open;           /* likewise for ordinary messages; true */
    bool fingerprint_has_keys;     /* the keys are hashed in; true */
    bool fingerprint_has_ids;      /* the stable ids are hashed in; true */
    bool fingerprint_is_symmetric; /* both sides show the halves in the same order; true */
    bool
        is_of_user; /* all devices of a name have one identity (Sesame 2.1 leaves it open); false */
    bool binds_addresses; /* first messages say both addresses where both are service ids, and any
                             that are said are compared, as deployed; honest: true in v4 */
    uint32_t fingerprint_iterations; /* 5200 */
    uint32_t compared_from;  /* first byte of an identity key compared with the pinned one: 0 */
    uint32_t compared_bytes; /* the bytes before this are: 33 */
};

/* Whether an old receiving chain ends at the previous counter of the next one (DR 3.5). */
enum rules_old_chain {
    OLD_CHAIN_STAYS_OPEN = 0, /* as everybody deploys it */
    OLD_CHAIN_CLOSES          /* to the letter: counters at or above previousCounter are refused,
                                 and a previousCounter too far ahead */
};

/* When a new sending ratchet key is made. */
enum rules_ratchet_key {
    RATCHET_KEY_ON_RECEIVING = 0, /* DR 3.5, as deployed */
    RATCHET_KEY_ON_SENDING,       /* DR 8.5, equally right */
    RATCHET_KEY_NEVER,            /* the first one is kept for ever */
    RATCHET_KEY_ONE_LATE,         /* the first message after receiving still has the old one */
    RATCHET_KEY_EVERY_THIRD,      /* at every third turn only; the one before is kept till then */
    RATCHET_KEY_DERIVED           /* worked out of the one before, without fresh randomness */
};

/* What stands beside the ciphertext, in a field nobody asked for. */
enum rules_beside {
    BESIDE_NOTHING = 0,
    BESIDE_LENGTH,   /* as many zeros as the plaintext is over a multiple of 16 bytes */
    BESIDE_DIGEST,   /* 16 bytes of the plaintext's SHA-256 */
    BESIDE_TEXT_END, /* the plaintext's last 16 bytes */
    BESIDE_SIGNATURE /* the author's XEdDSA signature over the plaintext */
};

/* Double Ratchet. */
struct rules_ratchet {
    bool salts_with_root;           /* KDF_RK is keyed by the root key (7.2); honest true */
    bool advances_chain;            /* each message has a chain key of its own (2.2); true */
    bool has_derived_iv;            /* the IV comes from the message key, not constant zero; true */
    bool separates_chain_constants; /* message seed and next chain key differ (7.2); true */
    bool previous_counter_is_length; /* PN counts messages (3.2); false: the last counter, as most
                                        deploy; true */
    bool refuses_low_order;          /* an all-zero DH output is refused; true */
    bool refuses_own_key;           /* a header with our own ratchet key is refused unread; false */
    bool refuses_identity_key;      /* a base or ratchet key that is the sender's identity; false */
    bool restarts_left_chains;      /* a chain whose key is gone is begun anew; false */
    bool takes_jump_after_turn;     /* a new chain may start beyond counter 0; true */
    uint32_t first_counter;         /* of each sending chain: 0 */
    uint32_t max_skip;              /* counters a chain may jump over at once: 2000, in v4 25000 */
    uint32_t receiver_chains_max;   /* 5 */
    uint32_t sent_counter_bits;     /* counters are written modulo 2^this: 32 */
    uint32_t received_counter_bits; /* and read so: 32 */
    enum rules_ratchet_key new_key;
    enum rules_beside beside; /* honest BESIDE_NOTHING */
    enum rules_old_chain old_chain;
    const char *handshake_info; /* "WhisperText"; v4's says the curve, the hash and the KEM, too */
    const char *root_info;      /* "WhisperRatchet" */
    const char *message_info;   /* "WhisperMessageKeys" */
};

/* Which identities the MAC covers, in what order. */
enum rules_mac_identities {
    MAC_SENDER_FIRST = 0,
    MAC_RECEIVER_FIRST,
    MAC_SORTED, /* the smaller one first: reflection-proof no more */
    MAC_NO_IDENTITIES
};

/* What of the message the MAC covers. */
enum rules_mac_scope {
    MAC_RECEIVED_BYTES = 0,
    MAC_PARSED_FIELDS, /* re-encoded after parsing: unknown fields and spelling drop out */
    MAC_CIPHERTEXT_ONLY
};

/* DR 3.4: the message is authenticated with AD || header. */
struct rules_mac {
    bool is_checked;           /* honest true */
    bool has_received_version; /* the version byte as it came, not a constant; true */
    bool may_be_zero;          /* an all-zero MAC is taken; false */
    uint32_t compared_from;    /* first byte compared, 0 */
    uint32_t compared_len;     /* bytes compared from there: 8 */
    bool also_takes_swapped;   /* a MAC with the receiver first verifies, too; false */
    bool also_takes_bare;      /* a MAC without identities verifies, too; false */
    uint32_t constant_version; /* the constant, where it is not as it came: written_version */
    enum rules_mac_identities identities;
    enum rules_mac_scope scope;
};

/* What damage a refused message does to the session it was tried on: bits, 1 << enum refusal. */
struct rules_damage {
    uint32_t drops_session;       /* the current session with that peer is deleted; honest 0 */
    uint32_t archives_session;    /* ... is archived, so that sending needs a new one; 0 */
    uint32_t drops_all;           /* all sessions with that peer are deleted; 0 */
    uint32_t burns_counter;       /* the receiving chain is advanced all the same; 0 */
    bool reflected_drops_session; /* our own message sent back deletes the session; false */
    bool reflected_moves_chain; /* our own message sent back makes a receiver chain of our own key;
                                   false */
};

/* What party_save leaves out. Bits; honest 0. */
enum rules_lost {
    LOST_SKIPPED_KEYS = 1,
    LOST_OLD_CHAINS = 2,
    LOST_ARCHIVED = 4,
    LOST_IDENTITIES = 8,
    LOST_ONE_TIME_PREKEYS = 16,
    LOST_ACKNOWLEDGEMENT = 32, /* restored initiators repeat the first message's header again */
    LOST_GROUPS = 64,
    LOST_PENDING = 128,         /* restored initiators no longer send the header */
    LOST_SENDING_COUNTER = 256, /* the sending counter restarts at 0, the chain key does not */
    LOST_SECRETS = 512,         /* root key and chain keys are zeros */
    LOST_HEADER_PREKEY = 1024,  /* restored initiators name no one-time prekey in the header */
    LOST_GIVEN_PREKEYS = 2048,  /* one-time prekeys that were published */
    LOST_ROTATED = 4096,        /* signed prekeys before the current one */
    LOST_GIVEN_MARKS = 8192,    /* that a one-time prekey was published */
    LOST_SESSIONLESS = 16384,   /* peers without session, and their identities */
    LOST_UNANSWERED = 32768,    /* an unanswered session starts again at its first message */
    LOST_NEXT_ID = 65536,       /* the next one-time prekey id; restored it follows the last left */
    LOST_OWN_GROUP = 131072     /* own sender keys start again at their first message */
};

/* The store (DR 3.5, Sesame 3). */
struct rules_storage {
    bool stores_before_mac; /* chain, counters and skipped keys, also of a forged message; honest
                               false */
    bool stores_turn_before_mac; /* only the ratchet step of a forged message; false */
    bool stores_on_bad_padding;  /* the message key is spent by an undecryptable message; false */
    bool redirects_before_mac;   /* the session of a forged first message becomes the current one;
                                    false */
    bool tries_archived;         /* all sessions with the peer, newest first; true */
    bool stops_at_duplicate;     /* do not try others after one on the session's own chain; false */
    bool promotes;        /* the session a message opens on becomes current (Sesame 3.4); true */
    bool archives_on_new; /* the session before a new one is archived, not dropped; true */
    bool shares_skipped_keys;  /* skipped keys are looked up by counter alone, whatever the ratchet
                                  key; false */
    bool repeats_randomness;   /* party_load goes on with the randomness of party_save; false */
    bool revives_used_prekeys; /* used one-time prekeys are back after party_load; false */
    bool keeps_skipped_keys;   /* also those of chains over receiver_chains_max; false */
    bool keeps_refused;        /* every message that was refused; false */
    bool forgets_current_on_start; /* a started session drops the one before it; false */
    uint32_t skipped_max;          /* kept per chain, the oldest goes first: 2000 */
    uint32_t archived_max;         /* sessions besides the current one: 40 */
    uint32_t lost_on_save;         /* enum rules_lost bits: 0 */
    struct rules_damage damage;
};

/* What the caller is told instead of a refusal. */
enum rules_answer {
    ANSWER_REFUSAL = 0,
    ANSWER_NOTHING,       /* opened, with an empty plaintext */
    ANSWER_CIPHERTEXT,    /* opened, with the bytes that did not decrypt */
    ANSWER_LAST_PLAINTEXT /* opened, with the plaintext of the message before */
};

/* Each message once (DR 3.4). */
struct rules_replay {
    bool deletes_keys;         /* a message key in order is gone after use; honest true */
    bool deletes_skipped_keys; /* a skipped one likewise; true */
    bool opens_reflected;      /* our own messages open when sent back; false */
    bool opens_with_used_keys; /* such kept keys open their message again; true */
    uint32_t kept_used_keys;   /* used keys kept per chain when they are not deleted: 2000 */
    enum rules_answer answer;  /* honest ANSWER_REFUSAL */
    uint32_t answered;         /* for which refusals: bits, 1 << enum refusal; 0 */
};

/* How padding is taken off (PKCS#7). */
enum rules_padding {
    PADDING_CHECKED = 0,
    PADDING_LAST_BYTE,    /* the last byte is believed when 1 to 16, the others not looked at */
    PADDING_ANY_LENGTH,   /* up to 255 bytes, not beyond a block only */
    PADDING_KEPT_WHEN_BAD /* bad padding is taken for plaintext */
};

/* Bytes to meaning. */
struct rules_parsing {
    bool checks_version;           /* the high nibble is within the bounds below; honest true */
    bool checks_inner_version;     /* of a first message and the message in it are equal; true */
    bool checks_key_type;          /* first byte 0x05; true */
    bool takes_raw_keys;           /* 32 bytes without type; false */
    bool takes_long_keys;          /* more than 33 bytes, the rest ignored; false */
    bool refuses_high_bit;         /* public keys with bit 255 set; false (hardening) */
    bool refuses_unknown_fields;   /* false */
    bool refuses_empty;            /* an empty plaintext is taken for an error; false */
    bool drops_prekey_id_zero;     /* reads an id of 0 as absent; false */
    bool needs_previous_counter;   /* false */
    bool needs_registration_id;    /* of a first message, from 1 to 16380; false */
    bool needs_field_order;        /* refuses fields whose numbers do not go up; false */
    bool refuses_long_varints;     /* written with more bytes than they need; false */
    bool writes_newer_low_nibble;  /* one above that of its own, as later versions do; false */
    bool hides_bad_padding;        /* says of it what it says of a wrong MAC; false */
    bool refuses_newer_low_nibble; /* of a version byte, above that of its own; false */
    bool first_field_wins;         /* of two ciphertexts; protobuf takes the last; false */
    bool counter_may_be_absent;    /* and is 0 then; false */
    uint32_t min_version;          /* of the high nibble, when checked: 3, in v4 4 */
    uint32_t max_version;          /* the same */
    uint32_t written_version;      /* version byte of what it sends: 0x33, in v4 0x44 */
    uint32_t max_plaintext;        /* bytes opened: no bound but the harness's own, UINT32_MAX */
    enum rules_padding padding;
};

/* Sender keys. */
struct rules_groups {
    bool checks_signature;  /* honest true */
    bool keeps_known_state; /* a repeated distribution message does not turn the chain back; true */
    bool takes_fresh_keys;  /* a sender's second key is taken; true */
    bool checks_sender;     /* states are looked up by who sent, not by group alone; true */
    bool checks_id;         /* and by key id; false: the newest state is used */
    bool deletes_keys;      /* message keys in order are gone after use; true */
    bool deletes_skipped_keys;        /* true */
    bool advances_chain;              /* true */
    bool renews_chain;                /* a fresh sender key has a new chain key; true */
    bool renews_signing_key;          /* and a new signing key; true */
    bool renews_id;                   /* and a new id; true */
    bool distributes_current;         /* the chain key as it is now, not as it began; true */
    bool stores_before_signature;     /* false */
    bool checks_version;              /* true */
    bool has_distribution_ids;        /* today's wire form; true in v4 */
    bool checks_distribution_id;      /* it is that of the group a message comes in; true */
    uint32_t written_version;         /* 0x33 */
    uint32_t max_skip;                /* 2000, in v4 25000 */
    uint32_t skipped_max;             /* 2000 */
    uint32_t states_max;              /* per group and sender, newest first: 5 */
    uint32_t received_iteration_bits; /* 32 */
};

struct rules {
    const struct rules *honest; /* of the version: what holds where the trigger does not */
    struct rules_handshake handshake;
    struct rules_kem kem;
    struct rules_signature signature;
    struct rules_identity identity;
    struct rules_ratchet ratchet;
    struct rules_spqr spqr;
    struct rules_mac mac;
    struct rules_storage storage;
    struct rules_replay replay;
    struct rules_parsing parsing;
    struct rules_groups groups;
    enum rules_lapse lapse;       /* LAPSE_NONE; holds whatever the trigger */
    struct rules_trigger trigger; /* when all this holds; else the honest rules do */
};

/* What the specifications say, of Signal v3 and of v4. Static storage. */
const struct rules *rules_honest(void);
const struct rules *rules_honest_v4(void);
/* Of a session of v3 that a party of v4 carried over: v3's ratchet, within the bounds of v4. */
const struct rules *rules_honest_carried(void);

/* What a trigger looks at. */
struct situation {
    bool is_restored;
    bool is_initiator;
    bool is_archived;
    uint32_t session;  /* number of the session, from 1; 0 when there is none */
    uint32_t counter;  /* of the message */
    uint32_t turns;    /* of the session */
    uint32_t epoch;    /* that the session agrees on; 0 without SPQR */
    uint32_t refusals; /* of the party so far */
};

/* |value| modulo 2^|bits|. */
uint32_t rules_low_bits(uint32_t value, uint32_t bits);

/* |r| when its trigger holds in |s|, else the honest rules. */
const struct rules *rules_in(const struct rules *r, const struct situation *s);

#endif
