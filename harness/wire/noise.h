/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/noise.h - the Noise Protocol Framework, revision 34, with 25519, AESGCM and SHA256:
 * handshake patterns as a table, a handshake state and the two cipher states after Split. Depends
 * on: base.
 *
 * I/O-free. Keys come in by argument. With hashes_empty_payload false it is the observed variant:
 * an empty payload that is not encrypted (message 1 of XX) is not mixed into the hash; everything
 * else is stock.
 *
 * A failed read has changed nothing that matters: the handshake is over (every further call
 * E_CRYPTO).
 */
#ifndef ASSAY_WIRE_NOISE_H
#define ASSAY_WIRE_NOISE_H

#include "base/buffer.h"

#define NOISE_KEY_LEN 32u
#define NOISE_TAG_LEN 16u

enum noise_pattern {
    NOISE_PATTERN_NONE = 0,
    NOISE_NN,
    NOISE_NK,
    NOISE_XX,
    NOISE_IK,
    NOISE_XXFALLBACK,
    N_NOISE_PATTERN
};

struct noise_options {
    enum noise_pattern pattern;
    bool is_initiator;
    bool hashes_empty_payload;     /* true: stock Noise */
    bool takes_low_order;          /* true: goes on with a shared secret of zeros */
    struct bytes prologue;         /* borrowed for the call */
    const uint8_t *static_private; /* 32; NULL where the pattern has none for this side */
    const uint8_t
        *static_public; /* 32; what is said to be the static key, when that is a lie; else NULL */
    const uint8_t
        *ephemeral_public; /* the same of the ephemeral key. Both are for points of low order */
    const uint8_t *ephemeral_private; /* 32, fresh for each handshake */
    const uint8_t *remote_static;     /* 32; NULL unless known before (NK, IK initiator) */
    const uint8_t *remote_ephemeral; /* 32; the responder of XXfallback has it from the failed IK */
};

struct noise; /* a handshake */

/* E_MISSING: a key the pattern needs is not given. E_NOMEM, E_CRYPTO. The caller frees. */
MUST_USE enum status noise_new(const struct noise_options *options, struct noise **out);
/* Wipe and free. Accepts NULL. */
void noise_free(struct noise *n);

/* Whose turn, and is there a message left? */
bool noise_may_write(const struct noise *n);
bool noise_may_read(const struct noise *n);
bool noise_is_done(const struct noise *n);

/* WriteMessage: append the next handshake message with |payload| to |out|. E_CRYPTO when it is not
 * our turn, or a shared secret of zeros came out. E_LIMIT, E_NOMEM. */
MUST_USE enum status noise_write(struct noise *n, struct bytes payload, struct buffer *out);
/* ReadMessage: append the payload to |out|. E_PARSE: too short. E_CRYPTO: not our turn, does not
 * verify, secret of zeros. */
MUST_USE enum status noise_read(struct noise *n, struct bytes message, struct buffer *out);

/*
 * How the next message (to write or to read) of |n| is made up: bytes of its e part (0 or 32) and
 * its s part (0, 32 or 48); the payload is the rest.
 */
void noise_shape(const struct noise *n, size_t *out_e_len, size_t *out_s_len);

/* The remote static key once it is known (32 bytes), else empty; the ephemeral likewise; the hash
 * h. Views into |n|. */
struct bytes noise_remote_static(const struct noise *n);
struct bytes noise_remote_ephemeral(const struct noise *n);
struct bytes noise_hash(const struct noise *n);

/* One direction after Split. */
struct noise_cipher {
    uint8_t key[NOISE_KEY_LEN];
    uint64_t counter; /* of the next message */
};

/* Split: E_CRYPTO unless done. */
MUST_USE enum status noise_split(struct noise *n, struct noise_cipher *out_send,
                                 struct noise_cipher *out_receive);
void noise_cipher_fini(struct noise_cipher *c);

/* EncryptWithAd with no associated data: append ciphertext and tag to |out|, count up. E_LIMIT when
 * the counter would pass 2^32 - 1, or |out| is full. */
MUST_USE enum status noise_seal(struct noise_cipher *c, struct bytes plaintext, struct buffer *out);
/* E_CRYPTO: does not verify; the counter stays. E_PARSE: shorter than a tag. */
MUST_USE enum status noise_open(struct noise_cipher *c, struct bytes message, struct buffer *out);

#endif
