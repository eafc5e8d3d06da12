/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/signal.h - the messages of Signal v3 and v4, bytes to struct and back.
 * Depends on: base, wire/pb.
 *
 *   SignalMessage                  version || protobuf || mac (8)
 *   PreKeySignalMessage            version || protobuf { ... message = SignalMessage }
 *   SenderKeyMessage               version || protobuf || signature (64)
 *   SenderKeyDistributionMessage   version || protobuf
 *
 * The forms are those deployed (X3DH and Double Ratchet leave them open).
 * Decoding is what a sound receiver does: the wire form must parse and the required fields be
 * there. Whether keys are usable, MACs right and versions spoken is for the peer to decide
 * (cipher/signal/party.h). Views point into the input.
 */
#ifndef ASSAY_WIRE_SIGNAL_H
#define ASSAY_WIRE_SIGNAL_H

#include "base/buffer.h"

#define SIGNAL_KEY_LEN 33u /* 0x05, then 32 bytes of u-coordinate, little-endian */
#define SIGNAL_MAC_LEN 8u
#define SIGNAL_KEM_TYPE 0x08u     /* of round-3 Kyber1024, the one deployed */
#define SIGNAL_KEM_WIRE_LEN 1569u /* of a KEM key and of a ciphertext: the type, 1568 bytes */
#define SIGNAL_ADDRESSES_LEN 36u
#define SIGNAL_SIGNATURE_LEN 64u /* XEdDSA */
/* High nibble: version of the message; low nibble: highest version spoken. */
#define SIGNAL_VERSION_BYTE 0x33u

/* Same numbers as assay.target.v1.MessageKind. */
enum signal_kind {
    SIGNAL_KIND_NONE = 0,
    SIGNAL_KIND_PREKEY = 1,
    SIGNAL_KIND_MESSAGE = 2,
    SIGNAL_KIND_SENDER_KEY = 3,
    SIGNAL_KIND_DISTRIBUTION = 4
};

/* Of "prekey", "message", "sender-key", "distribution"; SIGNAL_KIND_NONE for another name. */
enum signal_kind signal_kind_from_name(const char *name);

struct signal_message {
    uint8_t version;
    struct bytes ratchet_key; /* any length here */
    uint32_t counter;
    bool has_previous_counter;
    uint32_t previous_counter; /* 0 when absent */
    struct bytes ciphertext;
    bool has_pq_ratchet; /* the next two are read by signal_message_decode_v4 only */
    struct bytes pq_ratchet;
    bool has_addresses;
    struct bytes addresses;
    struct bytes mac;           /* SIGNAL_MAC_LEN bytes */
    struct bytes authenticated; /* version || protobuf: what the MAC covers after the identities */
};

struct prekey_message {
    uint8_t version;
    bool has_one_time_prekey_id;
    uint32_t one_time_prekey_id;
    struct bytes base_key;
    struct bytes identity_key;
    struct bytes message;     /* a whole SignalMessage */
    uint32_t registration_id; /* 0 when absent */
    uint32_t signed_prekey_id;
    bool has_kem_prekey_id; /* the next two are read by prekey_message_decode_v4 only */
    uint32_t kem_prekey_id;
    bool has_kem_ciphertext;
    struct bytes kem_ciphertext; /* a type byte first; any length here */
};

#define SIGNAL_DISTRIBUTION_ID_LEN 16u

/*
 * Of both there are two forms. In the one of today a distribution id, a UUID, is field 1, and the
 * others are one further; before, there was none. Which of them a message has is seen by field 1.
 */
struct sender_key_message {
    uint8_t version;
    struct bytes distribution_id; /* SIGNAL_DISTRIBUTION_ID_LEN bytes, or none: the older form */
    uint32_t id;                  /* of the key; in today's form called chain id */
    uint32_t iteration;
    struct bytes ciphertext;
    struct bytes signature;     /* SIGNAL_SIGNATURE_LEN bytes */
    struct bytes authenticated; /* version || protobuf */
};

struct distribution_message {
    uint8_t version;
    struct bytes distribution_id; /* as in a message */
    uint32_t id;
    uint32_t iteration;
    struct bytes chain_key;   /* any length here */
    struct bytes signing_key; /* any length here */
};

/*
 * E_PARSE: nothing between version byte and authenticator, not protobuf as wire/pb.h has it (its
 * limit of fields included), a known field of another wire type, or a required field is absent.
 * Numbers keep their low 32 bits.
 */
MUST_USE enum status signal_message_decode(struct bytes in, struct signal_message *out);
MUST_USE enum status prekey_message_decode(struct bytes in, struct prekey_message *out);
/* The same with the fields that v4 has and v3 does not know: 5 and 6 of the one, 7 and 8 of the
 * other. A pq_ratchet without bytes is an absent one. */
MUST_USE enum status signal_message_decode_v4(struct bytes in, struct signal_message *out);
MUST_USE enum status prekey_message_decode_v4(struct bytes in, struct prekey_message *out);
MUST_USE enum status sender_key_message_decode(struct bytes in, struct sender_key_message *out);
MUST_USE enum status distribution_message_decode(struct bytes in, struct distribution_message *out);

/*
 * Append the encoded form, fields in number order as every known encoder writes them.
 * signal_message_encode and sender_key_message_encode write version || protobuf only: the
 * authenticator covers those bytes, so the caller appends it. mac, signature and authenticated of
 * the argument are not read.
 */
MUST_USE enum status signal_message_encode(const struct signal_message *m, struct buffer *out);
MUST_USE enum status prekey_message_encode(const struct prekey_message *m, struct buffer *out);
MUST_USE enum status sender_key_message_encode(const struct sender_key_message *m,
                                               struct buffer *out);
MUST_USE enum status distribution_message_encode(const struct distribution_message *m,
                                                 struct buffer *out);

/*
 * A prekey bundle (X3DH, section 3.2) as proto/signal.proto's PreKeyBundle. Views; lengths are not
 * checked here.
 */
struct signal_bundle {
    uint32_t registration_id;
    uint32_t device;
    struct bytes identity_key;
    uint32_t signed_prekey_id;
    struct bytes signed_prekey;
    struct bytes signature;
    bool has_one_time_prekey;
    uint32_t one_time_prekey_id;
    struct bytes one_time_prekey;
    bool has_kem_prekey; /* v4 */
    uint32_t kem_prekey_id;
    struct bytes kem_prekey;    /* a type byte first */
    struct bytes kem_signature; /* over kem_prekey */
};

/*
 * An absent signature decodes as empty; a one-time or KEM prekey without its id, or the other way
 * round, as no such prekey.
 * E_PARSE: not protobuf, or identity key, signed prekey or its id absent.
 */
MUST_USE enum status signal_bundle_decode(struct bytes in, struct signal_bundle *out);
MUST_USE enum status signal_bundle_encode(const struct signal_bundle *b, struct buffer *out);

#endif
