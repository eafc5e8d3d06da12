/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/spqr/spqr.h - the Sparse Post-Quantum Ratchet, version 1: field 5 of a SignalMessage,
 * and the key that it stands for.
 * Depends on: base, wire/pb, braid, spqr_chain.
 *
 *     01 || varint epoch || varint index || type [ || varint chunk index || 32 bytes ]
 *
 * The key is number |index| of the sender's direction in the chain of |epoch| - 1.
 */
#ifndef ASSAY_CIPHER_SPQR_SPQR_H
#define ASSAY_CIPHER_SPQR_SPQR_H

#include "cipher/spqr/braid.h"
#include "cipher/spqr/spqr_chain.h"

#define SPQR_VERSION 1u
#define SPQR_FIELD_MAX (1u + 10u + 5u + 1u + 3u + ERASURE_CHUNK_LEN)

struct spqr_field {
    uint32_t key_index; /* from 1 */
    struct braid_message braid;
};

/* Append it as bytes, at most SPQR_FIELD_MAX. The buffer's errors stay in it. */
void spqr_write_field(const struct spqr_field *field, struct buffer *out);

/*
 * E_PARSE: another version, an epoch of 0, a type that is none, an index of more than 32 bits, a
 * chunk index above 65535, or too short; what of these |deviates| takes is E_PARSE no more. Bytes
 * after the end are tolerated, as the deployed library does.
 */
MUST_USE enum status spqr_read_field(enum spqr_deviation deviates, struct bytes in,
                                     struct spqr_field *field);

struct spqr {
    struct braid braid;
    struct spqr_chain chain;
    bool has_bound; /* on jumps; a session with oneself has none */
};

/* From the third key of PQXDH. E_CRYPTO. spqr_fini is due. */
MUST_USE enum status spqr_start(struct spqr *spqr, const uint8_t pq_key[SPQR_KEY_LEN],
                                bool is_initiator, bool has_bound);
void spqr_fini(struct spqr *spqr);

/* From now on it deviates so. */
void spqr_deviate(struct spqr *spqr, enum spqr_deviation deviates);

/* An independent copy; spqr_fini is due. E_NOMEM. */
MUST_USE enum status spqr_copy(const struct spqr *from, struct spqr *to);

/* Field 5 of the next message, and its key. */
MUST_USE enum status spqr_send(struct spqr *spqr, struct random *random, struct spqr_field *field,
                               uint8_t key[SPQR_KEY_LEN]);

/*
 * Take field 5 of a message; its key. Called on a copy, which takes the place of the state once the
 * message has proved authentic. Epoch 1 with index 0 is "no key" and sets |has_key| to false.
 * E_MISSING, E_LIMIT, E_PARSE as spqr_chain_receive and braid_receive.
 */
MUST_USE enum status spqr_receive(struct spqr *spqr, const struct spqr_field *field, bool *has_key,
                                  uint8_t key[SPQR_KEY_LEN]);

#endif
