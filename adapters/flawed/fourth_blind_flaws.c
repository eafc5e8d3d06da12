/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client_flaw.h"
#include "flaw_entry.h"

/*
 * The fourth blind round of docs/detection.md: written from docs/spec, docs/wire.md and public
 * reports about real clients, without reading suites/ or the other tables. A requirement of
 * suites/requirements.xml is named by its id; "wire" is docs/wire.md, "v4" and "v3" are
 * docs/spec/signal-v4.md and signal-v3.md, with the section. "must" stands where the text decides,
 * else "should". Each is right everywhere but in one situation.
 */

#define LAPSE(what) NUMBER(lapse, LAPSE_##what)
#define CLIENT(name, requirement, lapse, text)                                                     \
    {                                                                                              \
        {name, requirement, text, NULL}, APP_LAPSE_##lapse                                         \
    }

/* ---- A whole client, on the client surface. */

const struct client_flaw fourth_blind_flaws_client[] = {
    /* The channel and the connection. */
    CLIENT("blind-ephemeral-until-let-in", "wire Channel, must", EPHEMERAL_AGAIN,
           "begins with the ephemeral key of the connection before when that was not let in"),
    CLIENT("blind-token-of-first-connect", "wire Authentication, must", TOKEN_OF_CONNECT,
           "dates its tokens by when its person connected it, not by when it dials again"),
    CLIENT("blind-pause-wraps", "wire What a client answers, must", PAUSE_WRAPS,
           "goes back to the shortest pause after the longest"),
    CLIENT("blind-pause-outlives-offline", "wire What a client answers, must", PAUSE_STAYS_ONLINE,
           "dials at the end of a pause though its person took it offline meanwhile"),
    CLIENT("blind-upload-waits-for-ever", "wire Stanza, must", UPLOAD_NEVER_FAILS,
           "waits without end for the answer to its first upload of prekeys"),

    /* The outbox. */
    CLIENT("blind-ack-of-any-class", "wire Stanza, must", ACK_OF_ANY_CLASS,
           "takes the ack of a receipt whose id is that of a message of its own for the message's"),
    CLIENT(
        "blind-failed-is-sent-again", "wire What a client answers, must", RESENDS_FAILED,
        "sends a message again after a reconnect whose ack had an error, of which its person was "
        "told"),
    CLIENT("blind-resends-newest-first", "wire What a client answers, must", RESENDS_BACKWARDS,
           "sends what was not acknowledged newest first after a reconnect"),
    CLIENT("blind-unsent-lost-at-restart", "wire What a client answers, must", UNSENT_UNSAVED,
           "forgets at a restart what was said while it was not connected"),
    CLIENT(
        "blind-restart-addresses-device-one", "wire Stanza, must", DEVICE_UNSAVED,
        "sends after a restart to device 1 what was said to another device and not acknowledged"),
    CLIENT("blind-restart-first-is-ordinary", "wire Stanza, must", KIND_UNSAVED,
           "calls an unacknowledged first message an ordinary one after a restart"),

    /* Retries. */
    CLIENT("blind-restart-asks-from-one", "wire What a client answers, must", RETRIES_UNSAVED,
           "counts its retry receipts for a message from 1 again after a restart"),
    CLIENT(
        "blind-retry-keys-only-once", "wire What a client answers, must", RETRY_KEYS_AT,
        "gives its keys in the retry receipt with the count retry.keys-from and in no later one"),
    CLIENT("blind-given-up-unacknowledged", "wire What a client answers, must", GIVES_UP_UNACKED,
           "does not acknowledge a message that it asks for no longer"),
    CLIENT("blind-repeated-first-is-asked-for", "wire What a client answers, must",
           REPEATED_FIRST_ASKED, "asks again for a first message that it has opened already"),
    CLIENT("blind-retry-gets-last-message", "wire What a client answers, must", RESENDS_LAST,
           "answers a retry receipt with the last message to that peer, under the id asked for"),

    /* Received stanzas. */
    CLIENT("blind-opens-for-own-devices", "wire What a client answers, must", TO_OTHER_DEVICE,
           "opens a message that is addressed to another device of its own name"),
    CLIENT("blind-cdata-ends-connection", "wire Stanza, must", CDATA,
           "ends the connection at a stanza with CDATA"),
    CLIENT("blind-time-in-31-bits", "wire What a client answers, must", SHORT_TIME,
           "refuses messages whose time is past 2147483647"),
    CLIENT("blind-remembers-sixteen", "wire What a client answers, must", REMEMBERS_SIXTEEN,
           "remembers only the last sixteen messages that came"),
    CLIENT("blind-longest-padding-refused", "wire Content, must", LONGEST_PADDING,
           "refuses content with padding.max bytes of padding"),
    CLIENT("blind-strangers-receipt-unacknowledged", "wire What a client answers, must",
           STRANGER_UNACKED,
           "does not acknowledge a receipt for its message from somebody whom that was not for"),
    CLIENT("blind-restart-reads-again", "wire What a client answers, must", READS_UNSAVED,
           "sends all its read receipts again after a restart"),
    CLIENT("blind-iq-set-unanswered", "wire Stanza, must", SET_UNANSWERED,
           "does not answer an iq of the type set whose purpose it does not know"),
    CLIENT("blind-warns-once", "Sesame 6, should", WARNS_ONCE,
           "warns of another identity of a peer only the first time"),

    /* Prekeys. */
    CLIENT("blind-refills-at-bound", "wire Stanza, must", REFILLS_AT_BOUND,
           "refills when prekey.refill-below one-time prekeys are left"),
    CLIENT("blind-answer-is-of-last-fetch", "wire Stanza, must", ANSWER_TO_LAST,
           "takes every answer to a fetch of keys for that to the fetch that it made last"),
    CLIENT("blind-signed-prekey-zero-refused", "wire Stanza, must", SIGNED_ZERO,
           "refuses keys whose signed prekey has the id 0"),
};

const size_t fourth_blind_flaws_client_count =
    sizeof(fourth_blind_flaws_client) / sizeof(fourth_blind_flaws_client[0]);

const struct client_flaw fourth_blind_flaws_client_v4[] = {
    CLIENT("blind-refill-without-last-resort", "wire Stanza, must", REFILL_WITHOUT_KEM,
           "leaves its last resort out of every upload but the first"),
    CLIENT("blind-seventeen-kem-prekeys", "wire Stanza, must", SEVENTEEN_KEM,
           "puts seventeen one-time KEM prekeys into an upload of more one-time prekeys"),
};

const size_t fourth_blind_flaws_client_v4_count =
    sizeof(fourth_blind_flaws_client_v4) / sizeof(fourth_blind_flaws_client_v4[0]);

/* ---- A party, on the library surface. */

const struct flaw_entry fourth_blind_flaws[] = {
    /* Starting. */
    {FLAW("blind-refused-bundle-pins", "S-11, must",
          "remembers the identity of somebody new from a bundle whose signature it refuses"),
     LAPSE(REFUSED_BUNDLE_PINS)},
    {FLAW("blind-refused-bundle-archives", "V-05, must",
          "puts its session with a peer aside for a bundle of that peer that it then refuses"),
     LAPSE(REFUSED_START_ARCHIVES)},

    /* The initiator's header. */
    {FLAW("blind-header-of-last-start", "X-14, must",
          "names in the header of every unanswered session the prekeys of the bundle that it used "
          "last, whoever's it was"),
     LAPSE(HEADER_OF_LAST_START)},
    {FLAW("blind-header-without-id-zero", "X-14, must",
          "does not name a one-time prekey that it mixed in when its id is 0"),
     LAPSE(HEADER_OMITS_ZERO)},

    /* First messages. */
    {FLAW(
         "blind-untrusted-spends-prekey", "X-21, must",
         "deletes the one-time prekey of a first message that it refuses for its identity, so that "
         "the message does not open once a person has accepted it"),
     LAPSE(UNTRUSTED_SPENDS)},
    {FLAW("blind-refused-leaves-record", "X-21, must",
          "keeps a record of each address whose first message it refused"),
     LAPSE(REFUSED_LEAVES_RECORD)},
    {FLAW("blind-repeated-header-stays-archived", "S-02, must",
          "does not make a session current on which a message with the header of its first opens"),
     LAPSE(HEADER_STAYS_ARCHIVED)},

    /* Ordinary messages. */
    {FLAW("blind-turn-needs-first-message", "D-02, must",
          "makes no new ratchet key when the first message of the peer's new chain was lost"),
     LAPSE(TURN_NEEDS_FIRST)},
    {FLAW("blind-messages-are-chains", "D-06, must",
          "counts each message of a known chain as one more chain when it deletes the oldest"),
     LAPSE(MESSAGES_ARE_CHAINS)},
    {FLAW("blind-forged-jump-drops-kept", "D-11, must",
          "deletes kept keys to make room for those that a message passes over before it is "
          "authenticated"),
     LAPSE(FORGED_JUMP_DROPS_KEPT)},
    {FLAW("blind-forged-turn-drops-chain", "D-12, must",
          "deletes the oldest of five receiving chains for a new ratchet key before the message is "
          "authenticated"),
     LAPSE(FORGED_TURN_DROPS_CHAIN)},
    {FLAW("blind-tried-session-turns", "D-11, must",
          "turns the current session's ratchet with a message that an archived session opens"),
     LAPSE(TRIED_TURNS)},

    /* Peers and people. */
    {FLAW("blind-device-zero-is-one", "S-01, must", "takes device 0 of a name for device 1"),
     LAPSE(DEVICE_ZERO_IS_ONE)},
    {FLAW("blind-ninth-peer-ends-first", "S-01, must",
          "deletes the sessions of the peer that it knows longest when a ninth one comes"),
     LAPSE(EIGHT_PEERS)},
    {FLAW(
         "blind-fingerprint-kept", "X-25, should",
         "shows the fingerprint of a peer as it was when it was first shown, whatever identity was "
         "accepted since"),
     LAPSE(FINGERPRINT_KEPT)},

    /* Publishing. */
    {FLAW("blind-hundred-prekeys", "X-24, must",
          "keeps a hundred one-time prekeys, and deletes the oldest, which was published, for the "
          "next"),
     LAPSE(HUNDRED_PREKEYS)},

    /* What a restart changes. */
    {FLAW("blind-restart-group-devices", "G-02, must",
          "takes after a restart every sender key for one of its sender's device 1"),
     LAPSE(RESTART_GROUP_DEVICE)},

    /* Groups. */
    {FLAW("blind-restart-oldest-group-key", "G-08, must",
          "seals to a group under its oldest sender key after a restart"),
     LAPSE(RESTART_OWN_KEYS_TURNED)},
    {FLAW(
         "blind-own-share-replaces-key", "G-02, must",
         "takes its own distribution message, when it comes back, in place of the key that it has"),
     LAPSE(GROUP_OWN_SHARE_REPLACES)},
    {FLAW("blind-refused-share-drops-keys", "G-12, must",
          "deletes a sender's keys for a distribution message that it then refuses"),
     LAPSE(GROUP_REFUSED_SHARE_DROPS)},
    {FLAW("blind-groups-share-key", "G-09, must",
          "has in its second group and later ones the sender key of its first"),
     LAPSE(GROUPS_SHARE_KEY)},
};

const size_t fourth_blind_flaws_count = sizeof(fourth_blind_flaws) / sizeof(fourth_blind_flaws[0]);

const struct flaw_entry fourth_blind_flaws_v4[] = {
    /* PQXDH. */
    {FLAW("blind-kem-unsigned-without-one-time", "PQXDH 3.3, must",
          "does not check the KEM prekey's signature in a bundle without one-time prekey"),
     LAPSE(KEM_UNSIGNED_WITHOUT_ONE_TIME)},
    {FLAW("blind-header-other-ciphertext", "PQXDH 3.3, must",
          "says another KEM ciphertext than the one it used from the header's second message on"),
     LAPSE(HEADER_OTHER_CIPHERTEXT)},
    {FLAW("blind-known-without-kem", "PQXDH 3.3, must",
          "begins a session without KEM from keys without a KEM prekey where it has a session"),
     LAPSE(KNOWN_WITHOUT_KEM)},
    {FLAW("blind-reuse-before-session", "v4 The handshake, must",
          "refuses the second message of a session that was begun with its last resort, with the "
          "header, as one more use of it"),
     LAPSE(REUSE_BEFORE_SESSION)},
    {FLAW("blind-eight-uses-of-last-resort", "v4 Keys and bundles, must",
          "remembers only the last eight base keys that its last resorts served"),
     LAPSE(KEEPS_EIGHT_USES)},
    {FLAW("blind-addresses-without-device", "v4 The handshake, must",
          "compares the names in a message's addresses and not the devices"),
     LAPSE(ADDRESSES_WITHOUT_DEVICE)},

    /* Groups. */
    {FLAW("blind-share-of-any-group", "G-09, must",
          "takes a distribution message whose distribution id is that of another group"),
     LAPSE(GROUP_SHARE_OF_ANY)},

    /* SPQR. */
    {FLAW("blind-first-without-spqr", "v4 Field 5, must",
          "begins a session without SPQR when a first message has nothing of it"),
     LAPSE(FIRST_WITHOUT_SPQR)},
    {FLAW("blind-archived-forgets-agreement", "v4 The agreement, must",
          "forgets the secrets of a session's agreement under way when another session takes its "
          "place"),
     LAPSE(ARCHIVED_FORGETS_BRAID)},
};

const size_t fourth_blind_flaws_v4_count =
    sizeof(fourth_blind_flaws_v4) / sizeof(fourth_blind_flaws_v4[0]);
