/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/lapse_kinds.h - what a party gets wrong in one situation only, by name.
 * Depends on: nothing.
 *
 * An honest party has LAPSE_NONE. What each does says its line; cipher/signal/lapse.h asks for it.
 */
#ifndef ASSAY_CIPHER_SIGNAL_LAPSE_KINDS_H
#define ASSAY_CIPHER_SIGNAL_LAPSE_KINDS_H

enum rules_lapse {
    LAPSE_NONE = 0,
    /* ---- of the first list (adapters/flawed/blind_flaws.c) */
    /* starting: a bundle's signature is not checked ... */
    LAPSE_UNSIGNED_OTHER_DEVICE,           /* of a second device of a known name */
    LAPSE_UNSIGNED_KNOWN_ID,               /* with the signed prekey id that verified last time */
    LAPSE_SIGNATURE_SIGN,                  /* ... up to the sign bit of the signer's key */
    LAPSE_START_UNTRUSTED_WITHOUT_SESSION, /* the identity is compared where there is a session */
    LAPSE_REPEATS_BASE_KEY,                /* of a session started that is unanswered */
    /* first messages */
    LAPSE_FIRST_UNTRUSTED_WITHOUT_SESSION, /* the identity is compared where there is a session */
    LAPSE_SHORT_ONE_TIME_ID,               /* one-time prekey ids are read in 16 bits */
    LAPSE_UNKNOWN_PREKEY_OF_KNOWN,         /* a known peer's unknown one-time prekey is ignored */
    LAPSE_KEEPS_PREKEY_OF_KNOWN,           /* spent only where there was no session */
    LAPSE_KEEPS_PREKEY_OF_EMPTY,           /* spent only when there was a text */
    LAPSE_SPENDS_OLDEST_PREKEY,            /* whichever was used */
    LAPSE_ARCHIVES_BEFORE_READING,         /* the current session, before the MAC is checked */
    LAPSE_KEEPS_OWN_WHEN_CROSSING,         /* own unanswered session stays the current one */
    LAPSE_DROPS_OWN_WHEN_CROSSING,         /* own unanswered session is dropped */
    LAPSE_OTHER_REGISTRATION_DROPS,        /* the session, before the MAC is checked */
    LAPSE_REFUSES_LATE_HEADERS,            /* once it has answered */
    LAPSE_REPEATS_OF_ARCHIVED,             /* are taken for new handshakes */
    LAPSE_EMPTY_FIRST_REFUSED,             /* an empty text in a session's first message */
    /* ordinary messages */
    LAPSE_ONE_ARCHIVED,            /* only the newest archived session is tried */
    LAPSE_OPENS_FOR_OTHER_DEVICE,  /* on the session of another device of the name */
    LAPSE_HELD_BACK_UNAUTHENTIC,   /* a kept key's message is not authenticated */
    LAPSE_LONG_UNAUTHENTIC,        /* nor one of more than 65535 bytes */
    LAPSE_CUTS_AT_ZERO,            /* the text at its first zero byte */
    LAPSE_HELD_BACK_BY_LOW_BYTE,   /* kept keys are found by the counter's low byte */
    LAPSE_OLD_CHAIN_KEEPS_KEYS,    /* kept keys of chains before the newest stay after use */
    LAPSE_NEGATIVE_COUNTERS,       /* from 32768 to 65535 are refused */
    LAPSE_HEADER_ENDS_AT_REFUSAL,  /* a refused message counts as the answer */
    LAPSE_HEADER_ENDS_FOR_DEVICES, /* an answer of one device counts for all */
    /* sending */
    LAPSE_SEALS_FOR_OTHER_DEVICE, /* on another device's session where there is none */
    LAPSE_SEALS_SHORT,            /* the length is kept in 16 bits */
    LAPSE_SEALS_BARE_BLOCKS,      /* whole blocks get no padding */
    /* peers and people */
    LAPSE_ACCEPTS_FOR_EVER,    /* after one acceptance every identity of the address is taken */
    LAPSE_ACCEPTS_FOR_DEVICES, /* for all devices of the name */
    LAPSE_FORGETS_PIN,         /* with the sessions */
    LAPSE_FORGETS_DEVICES,     /* the sessions of all devices of the name */
    LAPSE_NAMES_WITHOUT_CASE,
    LAPSE_NAMES_BY_PREFIX,
    LAPSE_DEVICE_BY_LOW_BYTE,
    LAPSE_FINGERPRINT_OF_SESSION, /* not of the identity that is pinned */
    LAPSE_FINGERPRINT_CUTS_IDS,   /* after 16 bytes */
    /* publishing */
    LAPSE_ID_AGAIN_AT_ROTATION, /* from the second rotation on */
    /* groups */
    LAPSE_GROUP_OF_ANY_DEVICE,
    LAPSE_GROUP_OF_ANY_NAME,
    LAPSE_GROUP_HELD_BACK_UNSIGNED, /* a kept key's message needs no signature */
    LAPSE_GROUP_OLD_KEY_UNSIGNED,   /* nor one under a key before the newest */
    LAPSE_GROUP_CHAIN_GOES_ON,      /* over the second fresh key */
    /* ---- of the second list (adapters/flawed/second_blind_flaws.c) */
    /* starting */
    LAPSE_UNSIGNED_AFTER_ACCEPTANCE, /* a bundle's signature, once a person has accepted a key */
    LAPSE_UNSIGNED_WITHOUT_PREKEY,   /* of a bundle that has no one-time prekey */
    LAPSE_START_UNTRUSTED_WHILE_UNANSWERED, /* the identity is compared once there was an answer */
    LAPSE_BASE_KEY_TURNS,        /* without one-time prekey the base key is the first ratchet key */
    LAPSE_KEM_UNSIGNED_OF_KNOWN, /* the KEM prekey's signature of a known peer */
    /* first messages */
    LAPSE_REPEAT_OF_OTHER_IDENTITY, /* is taken: only new ones are compared */
    LAPSE_FORGERY_OF_KNOWN_SPENDS,  /* the one-time prekey, where there is a session */
    LAPSE_KEEPS_PREKEY_WHEN_CROSSING,
    LAPSE_DEVICE_ARCHIVES_OTHERS, /* the sessions of the name's other devices */
    LAPSE_FIRST_MUST_BE_ZEROTH,   /* a new session begins with counter 0 only */
    LAPSE_FORGED_REPEAT_PROMOTES, /* its archived session, before the MAC is checked */
    LAPSE_REPEAT_OF_ANY_NAME,     /* is read on the session of whoever sent it first */
    LAPSE_KEEPS_KEM_PREKEY_OF_KNOWN,
    LAPSE_REPEAT_NEEDS_KEM_PREKEY,     /* which is spent by then */
    LAPSE_BASE_KEY_UNCHECKED_OF_KNOWN, /* v4: its group and form */
    /* the initiator's header */
    LAPSE_EMPTY_IS_NO_ANSWER,     /* the header goes on after an empty text */
    LAPSE_HEADER_AFTER_PROMOTION, /* it comes again when the session is current again */
    LAPSE_HEADER_PREKEY_ONCE,     /* only the very first one names the one-time prekey */
    /* ordinary messages */
    LAPSE_HELD_BACK_LOSES_NEXT,     /* with a kept key the one after it is deleted */
    LAPSE_KEPT_COUNTERS_SHORT,      /* are kept in 16 bits */
    LAPSE_FORGERY_SPENDS_KEPT,      /* a kept key is deleted before the MAC is checked */
    LAPSE_HELD_BACK_STAYS_ARCHIVED, /* its session does not become current */
    LAPSE_REFUSAL_PROMOTES,         /* the session that was tried last */
    LAPSE_REPLAY_PROMOTES,          /* the archived session that knows the message */
    /* sending */
    LAPSE_EMPTY_KEEPS_KEY,            /* the chain does not move past an empty text */
    LAPSE_PROMOTED_SENDS_AGAIN,       /* from its chain's start */
    LAPSE_UNANSWERED_SEALS_UNTRUSTED, /* the identity is compared once there was an answer */
    /* peers and people */
    LAPSE_FORGETS_ONLY_CURRENT,       /* archived sessions stay */
    LAPSE_ACCEPTANCE_FORGETS_DEVICES, /* the sessions of the name's other devices */
    LAPSE_ACCEPTS_ONLY_KNOWN,         /* of an address never seen, nothing is remembered */
    LAPSE_FINGERPRINT_OF_FIRST_DEVICE,
    LAPSE_ADDRESS_JOINED,    /* name and device written one behind the other are compared */
    LAPSE_TRUSTS_OF_DEVICES, /* an identity that another device of the name has */
    /* publishing */
    LAPSE_ROTATION_DROPS_PREKEYS,     /* the one-time prekeys that were published */
    LAPSE_ROTATION_DROPS_LAST_RESORT, /* the KEM prekeys of last resort before the new one */
    /* groups */
    LAPSE_GROUP_FRESH_KEY_LATE,      /* one more message goes under the key before */
    LAPSE_GROUP_DEVICE_REPLACES,     /* the keys of the name's other devices are deleted */
    LAPSE_GROUP_FORGERY_SPENDS_KEPT, /* a kept key is deleted before the signature is checked */
    LAPSE_GROUP_KNOWN_BY_ID,         /* a key with a known id is not taken */
    /* what party_load makes of what was saved */
    LAPSE_RESTART_IDENTITY_OF_SESSION, /* is the known one, whatever was accepted */
    LAPSE_RESTART_OLDEST_IS_CURRENT,   /* session of each peer */
    LAPSE_RESTART_FORGETS_BASE_KEYS,   /* of sessions that the peer started */
    LAPSE_RESTART_ARCHIVED_KEPT_KEYS,  /* are lost */
    LAPSE_RESTART_KEM_USES,            /* of last resorts are forgotten */
    LAPSE_RESTART_KEM_GIVEN,           /* KEM prekeys are as if never published */
    LAPSE_RESTART_HEADER_KEM,          /* is not in the header any more */
    LAPSE_RESTART_SPQR_KEPT_KEYS,      /* of epochs before the newest are lost */
    /* starting */
    LAPSE_START_DROPS_UNANSWERED, /* the own session before */
    LAPSE_LOW_ORDER_ONE_TIME,     /* zeros agreed with the one-time prekey are taken */
    LAPSE_SECOND_WARNING_ACCEPTS, /* another identity that was refused before is taken */
    /* first messages */
    LAPSE_OWN_NAME_REFUSED,           /* of other devices of the own name */
    LAPSE_KEEPS_KEM_WITHOUT_ONE_TIME, /* its one-time KEM prekey stays */
    /* the initiator's header */
    LAPSE_HEADER_SIXTEEN, /* it ends with the sixteenth message */
    /* ordinary messages */
    LAPSE_JUMP_KEEPS_256,          /* of the keys that one message passes over, the last */
    LAPSE_FULL_BLOCK_REFUSED,      /* of padding */
    LAPSE_ANSWER_DROPS_UNANSWERED, /* archived sessions of one's own */
    LAPSE_OLD_CHAIN_ENDS,          /* with what was passed over before the turn */
    LAPSE_ARCHIVED_STAY,           /* without a turn to a new ratchet key */
    LAPSE_PROMOTION_DROPS_KEPT,    /* keys of the session's held-back messages */
    LAPSE_ADDRESSES_OF_FIRST,      /* messages are compared, and no others */
    LAPSE_HELD_BACK_SILENT,        /* what it says to SPQR's agreement is not read */
    /* peers and people */
    LAPSE_ACCEPTANCE_OF_KNOWN_FORGETS, /* the sessions, though nothing changed */
    LAPSE_FINGERPRINT_OF_REFUSED,      /* the last other identity that came */
    /* publishing */
    LAPSE_LAST_RESORT_TAKES_ID, /* of the newest one-time KEM prekey, in whose place it stands */
    LAPSE_ROTATION_KEM_USES,    /* of last resorts are forgotten */
    /* groups */
    LAPSE_GROUP_LATER_SHARE,      /* a repeated distribution message moves the chain on */
    LAPSE_GROUP_UNUSED_STAYS,     /* no fresh key while nothing went under the present one */
    LAPSE_GROUP_FRESH_DROPS_KEPT, /* keys of the sender's held-back messages */
    LAPSE_GROUP_USE_CLOSES,       /* the keys before the newest, once that one opened something */
    /* what party_load makes of what was saved */
    LAPSE_RESTART_PREVIOUS_COUNT, /* is 0 */
    LAPSE_RESTART_INDEX_SHORT,    /* of receiving chains, in 16 bits */
    LAPSE_RESTART_COLLECTED,      /* chunks of SPQR's are lost */
    /* ---- of the fourth list (adapters/flawed/fourth_blind_flaws.c) */
    /* starting */
    LAPSE_REFUSED_BUNDLE_PINS,    /* the identity of somebody new, when its signature is wrong */
    LAPSE_REFUSED_START_ARCHIVES, /* the current session */
    LAPSE_KEM_UNSIGNED_WITHOUT_ONE_TIME, /* in a bundle without one-time prekey */
    LAPSE_KNOWN_WITHOUT_KEM,             /* are begun with once more, as under X3DH */
    /* first messages */
    LAPSE_UNTRUSTED_SPENDS,      /* the one-time prekey, before a person was asked */
    LAPSE_REFUSED_LEAVES_RECORD, /* of an address that nothing is known of */
    LAPSE_REUSE_BEFORE_SESSION,  /* of a last resort is looked for before a known session is */
    LAPSE_KEEPS_EIGHT_USES,      /* of last resorts */
    LAPSE_FIRST_WITHOUT_SPQR,    /* begins a session without */
    /* the initiator's header */
    LAPSE_HEADER_OF_LAST_START,    /* names the prekeys of the session started last */
    LAPSE_HEADER_OMITS_ZERO,       /* as the id of a one-time prekey that was mixed in */
    LAPSE_HEADER_OTHER_CIPHERTEXT, /* from its second message on */
    /* ordinary messages */
    LAPSE_FORGED_TURN_DROPS_CHAIN,  /* the oldest, for which there would be no room */
    LAPSE_TURN_NEEDS_FIRST,         /* no new key where a chain's first message was lost */
    LAPSE_MESSAGES_ARE_CHAINS,      /* each counts towards the bound of receiving chains */
    LAPSE_FORGED_JUMP_DROPS_KEPT,   /* keys, for which there would be no room */
    LAPSE_TRIED_TURNS,              /* the current session, with a message that another one opens */
    LAPSE_HEADER_STAYS_ARCHIVED,    /* its session does not become current */
    LAPSE_ADDRESSES_WITHOUT_DEVICE, /* are compared */
    LAPSE_ARCHIVED_FORGETS_BRAID,   /* secrets of SPQR's agreement */
    /* peers and people */
    LAPSE_DEVICE_ZERO_IS_ONE,
    LAPSE_EIGHT_PEERS,      /* have sessions; a ninth one ends the oldest's */
    LAPSE_FINGERPRINT_KEPT, /* as it was shown first */
    /* publishing */
    LAPSE_HUNDRED_PREKEYS, /* are kept, of those that were given, too */
    /* groups */
    LAPSE_GROUP_OWN_SHARE_REPLACES,  /* the own key when it comes back */
    LAPSE_GROUP_REFUSED_SHARE_DROPS, /* the sender's keys */
    LAPSE_GROUPS_SHARE_KEY,          /* the own one is that of the first group */
    LAPSE_GROUP_SHARE_OF_ANY,        /* distribution id is taken */
    /* what party_load makes of what was saved */
    LAPSE_RESTART_OWN_KEYS_TURNED, /* the oldest own sender key is the newest */
    LAPSE_RESTART_GROUP_DEVICE     /* of senders is 1 */
};

#endif
