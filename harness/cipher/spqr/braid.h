/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/spqr/braid.h - the agreement inside SPQR: one ML-KEM-768 exchange an epoch, sent in
 * chunks beside the messages (ML-KEM Braid, revision 1).
 * Depends on: base, cipher/kem, deviation, erasure.
 *
 * Who sends the key, and who the ciphertext, changes with each epoch; in epoch 1 the initiator
 * sends the key. -> is what makes the step; "chunk" is what each message carries meanwhile.
 *
 *   the key's sender                               the ciphertext's sender
 *
 *   KEYS_UNSAMPLED                                 NO_HEADER_RECEIVED     no chunk
 *      | a message is sealed: key pair                | enough of the header
 *   KEYS_SAMPLED         header chunk              HEADER_RECEIVED
 *      | a chunk of ct1                               | a message is sealed: ct1, epoch secret
 *   HEADER_SENT          ek chunk                  CT1_SAMPLED            ct1 chunk
 *      | enough of ct1                                | enough of ek        | "ct1 received"
 *   CT1_RECEIVED         ek chunk, "received"      EK_RECEIVED_CT1_SAMPLED  CT1_ACKNOWLEDGED
 *      | a chunk of ct2                               | ct1 chunk             | no chunk
 *   EK_SENT_CT1_RECEIVED "received"                   | "ct1 received"        | enough of ek
 *      | enough of ct2: epoch secret               CT2_SAMPLED            ct2 chunk
 *   NO_HEADER_RECEIVED, next epoch                    | a message of the next epoch
 *                                                  KEYS_UNSAMPLED, next epoch
 */
#ifndef ASSAY_CIPHER_SPQR_BRAID_H
#define ASSAY_CIPHER_SPQR_BRAID_H

#include "base/random.h"
#include "cipher/kem/kem.h"
#include "cipher/spqr/deviation.h"
#include "cipher/spqr/erasure.h"

#define BRAID_MAC_LEN 32u

enum braid_state {
    BRAID_KEYS_UNSAMPLED,
    BRAID_KEYS_SAMPLED,
    BRAID_HEADER_SENT,
    BRAID_CT1_RECEIVED,
    BRAID_EK_SENT_CT1_RECEIVED,
    BRAID_NO_HEADER_RECEIVED,
    BRAID_HEADER_RECEIVED,
    BRAID_CT1_SAMPLED,
    BRAID_EK_RECEIVED_CT1_SAMPLED,
    BRAID_CT1_ACKNOWLEDGED,
    BRAID_CT2_SAMPLED
};

/* What a message carries of the agreement, by its number on the wire. */
enum braid_type {
    BRAID_NONE,
    BRAID_HEADER,
    BRAID_EK,
    BRAID_EK_CT1_RECEIVED,
    BRAID_CT1_RECEIVED_ONLY,
    BRAID_CT1,
    BRAID_CT2,
    BRAID_TYPES /* how many there are */
};

struct braid_message {
    uint64_t epoch; /* that is being agreed; from 1 */
    enum braid_type type;
    uint16_t index; /* of the chunk, where the type has one */
    uint8_t chunk[ERASURE_CHUNK_LEN];
};

/* Does the type carry a chunk? */
bool braid_has_chunk(enum braid_type type);

struct braid {
    enum spqr_deviation deviates; /* by the rules of the moment; not kept */
    enum braid_state state;
    uint64_t epoch;
    uint8_t root[32], mac_key[32]; /* of the authenticator */
    uint16_t next_chunk;           /* of what is being sent */
    struct erasure_collector collector, ek_collector;

    uint8_t dk[2400];                               /* the key's sender */
    uint8_t header[KEM_HEADER_LEN + BRAID_MAC_LEN]; /* MAC included */
    uint8_t vector[KEM_VECTOR_LEN];
    uint8_t ct1[KEM_CT1_LEN];
    uint8_t ct2[KEM_CT2_LEN + BRAID_MAC_LEN]; /* MAC included */
    uint8_t m[KEM_SEED_LEN];                  /* the ciphertext's sender */
};

/* An epoch secret that a step has brought. */
struct braid_secret {
    bool is_new;
    uint8_t secret[32];
};

/* Epoch 1, authenticated by the key that PQXDH gives. E_CRYPTO. */
MUST_USE enum status braid_start(struct braid *braid, const uint8_t pq_key[32], bool is_initiator);

/* What the next message carries, with randomness where keys are made. E_CRYPTO. */
MUST_USE enum status braid_send(struct braid *braid, struct random *random,
                                struct braid_message *message, struct braid_secret *secret);

/*
 * Take what a message carried. E_MISSING: it is of an epoch that is to come. E_PARSE: what it
 * completes is not authentic, or no key; the caller leaves the braid as it was. E_CRYPTO.
 */
MUST_USE enum status braid_receive(struct braid *braid, const struct braid_message *message,
                                   struct braid_secret *secret);

/* Lose what only this side knows of the agreement: a wrong way to store it. */
void braid_forget(struct braid *braid);

#endif
