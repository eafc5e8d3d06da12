/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client_flaw.h"
#include "flaw_entry.h"

/*
 * The third blind round of docs/detection.md: written from docs/spec, docs/wire.md and public
 * reports about real clients, without reading suites/ or the other tables. Sections as in the first
 * two rounds; "wire" is docs/wire.md, and A.x and "v4 x" are docs/spec/signal-v3.md and
 * signal-v4.md. "must" stands where the text of the section decides, else "should". Each is right
 * everywhere but in one situation.
 */

#define LAPSE(what) NUMBER(lapse, what)
#define DEVIATES(what) NUMBER(spqr.deviates, what)
#define CLIENT(name, requirement, lapse, text)                                                     \
    {                                                                                              \
        {name, requirement, text, NULL}, APP_LAPSE_##lapse                                         \
    }

/* ---- A whole client, on the client surface. */

const struct client_flaw third_blind_flaws_client[] = {
    /* Frames and the channel. */
    CLIENT("blind-third-piece-replaces-second", "wire Frame, must", THIRD_PIECE,
           "puts the third piece of a frame that comes in three in the place of the second"),
    CLIENT("blind-length-in-two-pieces", "wire Frame, must", CUT_LENGTH,
           "loses the first bytes of a frame's length when a read ends within it"),
    CLIENT("blind-lost-behind-success", "wire What a client answers, must", BEHIND_SUCCESS,
           "drops the stanzas that come in one read with <success>"),
    CLIENT("blind-largest-message-refused", "wire Channel, must", LARGEST_MESSAGE,
           "ends the connection at a transport message of exactly noise.max-message bytes"),
    CLIENT("blind-sent-nonce-one-byte", "wire Channel, must", SHORT_NONCE,
           "seals the 257th transport message of a connection under the counter 0 again"),
    CLIENT("blind-half-frame-outlives-connection", "wire Frame, must", KEEPS_HALF_FRAME,
           "reads the next connection behind the half frame that a lost one left"),
    CLIENT("blind-short-write-begins-again", "wire Frame, must", SHORT_WRITE_REPEATS,
           "begins its output anew when only a part of it could be written"),
    CLIENT("blind-known-server-unchecked", "wire Channel, must", KNOWN_SERVER,
           "does not check the certificate chain when the server's static key is that of the "
           "connection before"),
    CLIENT("blind-token-again-after-515", "wire Authentication, must", TOKEN_AFTER_515,
           "shows the token of the connection before when it comes back after a 515"),

    /* Reconnects and the outbox. */
    CLIENT("blind-pause-forgotten-at-dial", "wire What a client answers, must", PAUSE_AT_DIAL,
           "begins its pauses anew with each connection that opens, though it is not let in"),
    CLIENT("blind-returns-to-send", "wire What a client answers, must", RETURNS_TO_SEND,
           "connects again after it gave up as soon as its person sends something"),
    CLIENT("blind-resent-under-new-id", "wire What a client answers, must", RESENDS_UNDER_NEW_ID,
           "sends what was not acknowledged under another id after a reconnect"),
    CLIENT("blind-ack-covers-earlier", "wire Stanza, must", ACK_COVERS_EARLIER,
           "takes the ack of a message for that of all messages before it"),
    CLIENT("blind-acked-forgotten-at-restart", "wire What a client answers, must", FORGETS_ACKED,
           "does not send an acknowledged message again when it is asked for after a restart"),

    /* Retries. */
    CLIENT("blind-retry-of-other-device", "wire What a client answers, must", RETRY_OF_OTHER_DEVICE,
           "sends a message again when another device of its addressee asks for it"),
    CLIENT("blind-retry-count-per-sender", "wire What a client answers, must", RETRIES_OF_SENDER,
           "counts its retry receipts for each sender and not for each message"),
    CLIENT("blind-retry-keys-again", "X3DH 3.2, must", RETRY_KEYS_AGAIN,
           "gives the same one-time prekey in all its retry receipts"),
    CLIENT("blind-retry-keys-unused", "wire What a client answers, should", RETRY_KEYS_UNUSED,
           "seals what is asked for again in the old session, whatever keys the request has"),
    CLIENT("blind-retry-keys-unwarned", "Sesame 6, should", RETRY_KEYS_UNWARNED,
           "does not warn of another identity when it comes in a retry receipt"),

    /* Received messages. */
    CLIENT("blind-refused-is-shown-after-restart", "wire What a client answers, must",
           REFUSED_IS_SHOWN,
           "takes a message that it could not decrypt for a shown one after a restart"),
    CLIENT("blind-id-of-other-device-repeats", "wire Stanza, must", ID_OF_OTHER_DEVICE,
           "takes a message for a repetition when another device of the sender used its id"),
    CLIENT("blind-no-receipt-for-offline", "wire What a client answers, must", OFFLINE_UNRECEIPTED,
           "sends no delivery receipt for a message that waited for it"),
    CLIENT("blind-own-id-is-echo", "wire What a client answers, must", OWN_ID_IS_ECHO,
           "acknowledges a message alone whose id is that of a message it sent itself"),
    CLIENT("blind-read-for-all-devices", "wire Stanza, must", READS_OF_NAME,
           "says of the messages of all devices of a name that they were read when those of one "
           "were"),
    CLIENT("blind-first-child-only", "wire Stanza, must", FIRST_CHILD,
           "finds no <enc> that stands behind an element it does not know"),
    CLIENT("blind-address-splits-at-first-colon", "wire Stanza, must", FIRST_COLON,
           "refuses the messages of a sender whose name has a colon"),
    CLIENT("blind-empty-text-is-no-content", "wire Content, must", EMPTY_TEXT,
           "refuses a text of no characters as no well-formed content"),
    CLIENT("blind-line-ends-rewritten", "wire Content, must", LINE_ENDS,
           "shows the line ends CR LF of a text as LF"),

    /* Prekeys. */
    CLIENT("blind-refills-once", "wire Stanza, must", REFILLS_ONCE,
           "refills its one-time prekeys only once in a connection"),
    CLIENT("blind-second-waiting-text-lost", "wire What a client answers, must", ONE_WAITS,
           "drops a text to somebody for whose keys another text waits already"),
    CLIENT("blind-prekey-ids-sixteen-bits", "wire Stanza, must", SHORT_PREKEY_IDS,
           "reads the ids of others' prekeys in 16 bits"),
};

const size_t third_blind_flaws_client_count =
    sizeof(third_blind_flaws_client) / sizeof(third_blind_flaws_client[0]);

const struct client_flaw third_blind_flaws_client_v4[] = {
    CLIENT("blind-rotated-with-old-last-resort", "wire Stanza, must", OLD_LAST_RESORT,
           "uploads the last resort from before beside a rotated signed prekey"),
    CLIENT("blind-retry-with-last-resort", "wire Stanza, must", RETRY_LAST_RESORT,
           "gives its last resort in a retry receipt beside a one-time prekey"),
};

const size_t third_blind_flaws_client_v4_count =
    sizeof(third_blind_flaws_client_v4) / sizeof(third_blind_flaws_client_v4[0]);

/* ---- A party, on the library surface. */

const struct flaw_entry third_blind_flaws[] = {
    /* Starting. */
    {FLAW("blind-second-start-drops-unanswered", "Sesame 3.3, must",
          "deletes its unanswered session with a peer when it starts another one"),
     LAPSE(LAPSE_START_DROPS_UNANSWERED)},
    {FLAW("blind-low-order-one-time-prekey", "RFC 7748 6.1, should",
          "does not look for zeros in the agreement with a bundle's one-time prekey"),
     LAPSE(LAPSE_LOW_ORDER_ONE_TIME)},
    {FLAW("blind-second-warning-accepts", "Sesame 6, must",
          "takes another identity of a known address when it comes for the second time"),
     LAPSE(LAPSE_SECOND_WARNING_ACCEPTS)},

    /* First messages and their header. */
    {FLAW("blind-own-name-refused", "Sesame 3.1, must",
          "refuses the first messages of other devices of its own name"),
     LAPSE(LAPSE_OWN_NAME_REFUSED)},
    {FLAW("blind-header-for-sixteen-messages", "X3DH 3.3, must",
          "no longer sends the header after sixteen messages without an answer"),
     LAPSE(LAPSE_HEADER_SIXTEEN)},

    /* Ordinary messages. */
    {FLAW("blind-jump-keeps-the-last-256", "A.6, should",
          "keeps only the last 256 of the keys that one message passed over"),
     LAPSE(LAPSE_JUMP_KEEPS_256)},
    {FLAW("blind-full-block-of-padding-refused", "A.4, must",
          "refuses a text that is padded with a whole block"),
     LAPSE(LAPSE_FULL_BLOCK_REFUSED)},
    {FLAW("blind-answer-drops-unanswered", "Sesame 3.4, should",
          "deletes the archived sessions that it started and nobody answered when the current "
          "one is answered"),
     LAPSE(LAPSE_ANSWER_DROPS_UNANSWERED)},
    {FLAW("blind-old-chain-ends-at-turn", "DR 3.5, must",
          "opens of a chain before the newest only what was passed over before the turn"),
     LAPSE(LAPSE_OLD_CHAIN_ENDS)},
    {FLAW("blind-archived-do-not-turn", "Sesame 3.4, must",
          "opens no message under a new ratchet key on an archived session"),
     LAPSE(LAPSE_ARCHIVED_STAY)},
    {FLAW("blind-promotion-loses-kept-keys", "DR 3.5, must",
          "deletes the keys of held-back messages of a session that becomes current again"),
     LAPSE(LAPSE_PROMOTION_DROPS_KEPT)},
    {FLAW("blind-low-order-from-second-turn", "RFC 7748 6.1, should",
          "takes a ratchet key that gives zeros from a session's second turn on"),
     FLAG(ratchet.refuses_low_order, false), WHEN(RULES_FROM_TURN, 1)},
    {FLAW("blind-initiator-needs-chain-start", "DR 3.5, must",
          "refuses a new chain whose first message was lost in sessions that it started"),
     FLAG(ratchet.takes_jump_after_turn, false), WHEN(RULES_AS_INITIATOR, 0)},

    /* Peers and people. */
    {FLAW("blind-acceptance-of-known-forgets", "Sesame 6, should",
          "deletes the sessions with a peer when its known identity is accepted once more"),
     LAPSE(LAPSE_ACCEPTANCE_OF_KNOWN_FORGETS)},
    {FLAW("blind-fingerprint-of-refused", "A.7, should",
          "shows the fingerprint of the identity of a peer that it refused last"),
     LAPSE(LAPSE_FINGERPRINT_OF_REFUSED)},

    /* What a restart changes. */
    {FLAW("blind-restart-forgets-previous-count", "DR 3.2, should",
          "says a previous counter of 0 after a restart"),
     LAPSE(LAPSE_RESTART_PREVIOUS_COUNT)},
    {FLAW("blind-restart-index-sixteen-bits", "A.2, must",
          "keeps its place in a receiving chain in 16 bits over a restart"),
     LAPSE(LAPSE_RESTART_INDEX_SHORT)},

    /* Groups. */
    {FLAW("blind-group-later-share-skips", "A.9, should",
          "moves a sender's chain on to where a repeated distribution message stands"),
     LAPSE(LAPSE_GROUP_LATER_SHARE)},
    {FLAW("blind-group-unused-key-stays", "A.4, must",
          "makes no fresh sender key while nothing was sent under the present one"),
     LAPSE(LAPSE_GROUP_UNUSED_STAYS)},
    {FLAW("blind-group-fresh-key-loses-kept", "A.6, must",
          "deletes the keys of a sender's held-back messages when its fresh key comes"),
     LAPSE(LAPSE_GROUP_FRESH_DROPS_KEPT)},
    {FLAW("blind-group-use-closes-older", "A.6, should",
          "deletes a sender's older keys once a message opened under the newest"),
     LAPSE(LAPSE_GROUP_USE_CLOSES)},
};

const size_t third_blind_flaws_count = sizeof(third_blind_flaws) / sizeof(third_blind_flaws[0]);

const struct flaw_entry third_blind_flaws_v4[] = {
    /* PQXDH. */
    {FLAW("blind-last-resort-takes-one-time-id", "PQXDH 3.2, must",
          "gives a new last resort the id of the newest one-time KEM prekey, in whose place it "
          "stands from then on"),
     LAPSE(LAPSE_LAST_RESORT_TAKES_ID)},
    {FLAW("blind-kem-prekey-stays-without-one-time", "PQXDH 3.4, must",
          "keeps the used one-time KEM prekey of a first message without one-time prekey"),
     LAPSE(LAPSE_KEEPS_KEM_WITHOUT_ONE_TIME)},
    {FLAW("blind-addresses-of-first-messages-only", "v4 1, must",
          "compares the addresses in a message only when it is a first one"),
     LAPSE(LAPSE_ADDRESSES_OF_FIRST)},
    {FLAW("blind-rotation-forgets-last-resort-uses", "PQXDH 4.2, should",
          "forgets at a rotation what its KEM prekeys of last resort were used with"),
     LAPSE(LAPSE_ROTATION_KEM_USES)},

    /* SPQR. */
    {FLAW("blind-ek-chunks-begin-again", "v4 7, must",
          "counts the chunks of ek from 0 again once it has ct1"),
     DEVIATES(SPQR_EK_BEGINS_AGAIN)},
    {FLAW("blind-chunk-of-acknowledgement-lost", "v4 6, must",
          "does not count the chunk of ek in the message that first says that ct1 was received"),
     DEVIATES(SPQR_IGNORES_THREES_CHUNK)},
    {FLAW("blind-spqr-index-seven-bits", "v4 4, must",
          "writes the number of an epoch's 128th key as 0"),
     DEVIATES(SPQR_WRITES_SHORT_INDEX)},
    {FLAW("blind-epoch-erased-when-received", "v4 5, must",
          "erases the epoch before as soon as it receives in a newer one"),
     DEVIATES(SPQR_ERASES_WHEN_RECEIVED)},
    {FLAW("blind-held-back-says-nothing-to-spqr", "v4 3, must",
          "does not read what a held-back message says to the agreement"),
     LAPSE(LAPSE_HELD_BACK_SILENT)},
    {FLAW("blind-restart-loses-collected-chunks", "v4 7, must",
          "forgets the chunks that it has collected at a restart"),
     LAPSE(LAPSE_RESTART_COLLECTED)},
};

const size_t third_blind_flaws_v4_count =
    sizeof(third_blind_flaws_v4) / sizeof(third_blind_flaws_v4[0]);
