/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/noise.h - the Noise Protocol Framework, revision 34, as the initiator of
 * Noise_XX_25519_AESGCM_SHA256 and Noise_IK_25519_AESGCM_SHA256.
 * Depends on: primitives, octets.
 *
 *     XX:                         IK:
 *       -> e                        <- s
 *       <- e, ee, s, es             ...
 *       -> s, se                    -> e, es, s, ss
 *                                   <- e, ee, se
 *
 * A handshake message is given in parts, because one of the wire's forms has a field for each:
 * the ephemeral key, the encrypted static key and the encrypted payload. Functions return 0, or -1:
 * the message does not verify, or a shared secret is all zeros. After -1 the handshake is over.
 */
#ifndef REFERENCE_CLIENT_NOISE_H
#define REFERENCE_CLIENT_NOISE_H

#include "client/octets.h"
#include "client/primitives.h"

#define SEALED_KEY_LEN (KEY_LEN + TAG_LEN)

struct noise {
    uint8_t hash[HASH_LEN], chaining_key[HASH_LEN], key[KEY_LEN];
    uint64_t n;
    bool has_key;
    bool is_ik;
    bool hashes_empty_payload;
    uint8_t ephemeral[KEY_LEN], ephemeral_public[KEY_LEN];
    uint8_t fixed[KEY_LEN], fixed_public[KEY_LEN];            /* own static key */
    uint8_t remote_ephemeral[KEY_LEN], remote_fixed[KEY_LEN]; /* the server's */
};

struct noise_keys {
    const uint8_t *fixed;        /* own static private key */
    const uint8_t *ephemeral;    /* fresh private key */
    const uint8_t *remote_fixed; /* NULL: XX. Otherwise IK */
};

struct channel {
    uint8_t send_key[KEY_LEN], receive_key[KEY_LEN];
    uint64_t n_sent, n_received;
};

/* |hashes_empty_payload| false: the empty payload of XX's first message is not hashed, which the
 * specification's section 5.2 would have. */
int noise_start(struct noise *s, const struct noise_keys *keys, const uint8_t *prologue,
                size_t prologue_len, bool hashes_empty_payload);
void noise_wipe(struct noise *s);

/* First message of XX: the ephemeral key, in |s|. Its payload is empty. */
int noise_write_hello(struct noise *s);
/* First message of IK: the ephemeral key, in |s|, and these. */
int noise_write_hello_ik(struct noise *s, const uint8_t *payload, size_t len,
                         uint8_t sealed_key[SEALED_KEY_LEN], struct octets *out_payload);
/* Second message. |sealed_key| is not looked at in IK. The payload in clear to |out_payload|. */
int noise_read_reply(struct noise *s, const uint8_t ephemeral[KEY_LEN],
                     const uint8_t sealed_key[SEALED_KEY_LEN], const uint8_t *payload, size_t len,
                     struct octets *out_payload);
/* Third message of XX. */
int noise_write_finish(struct noise *s, const uint8_t *payload, size_t len,
                       uint8_t sealed_key[SEALED_KEY_LEN], struct octets *out_payload);
int noise_split(const struct noise *s, struct channel *out);

/* One transport message, appended to |out|. */
int channel_seal(struct channel *c, const uint8_t *in, size_t len, struct octets *out);
/* -1 when it does not verify; then the channel is dead. */
int channel_open(struct channel *c, const uint8_t *in, size_t len, struct octets *out);

#endif
