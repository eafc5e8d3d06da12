/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support/lsc.h - a party of libsignal-protocol-c, for tests that hold the peer against it.
 * Depends on: base, wire/signal, cipher/signal/party (for its key and address types),
 * libsignal-protocol-c, OpenSSL.
 *
 * Everything is in memory; identities are trusted on first use. Randomness comes from a struct
 * random, in the order in which the library asks for it. Functions return the library's own codes:
 * 0 is success.
 */
#ifndef ASSAY_TESTS_SUPPORT_LSC_H
#define ASSAY_TESTS_SUPPORT_LSC_H

#include "cipher/signal/party.h"

struct lsc;

/*
 * A party with the given keys, all of them. |random| and |self|'s name are kept; |keys| is
 * borrowed. NULL when anything fails. The caller frees with lsc_free.
 */
struct lsc *lsc_new(struct address self, struct random *random, const struct party_keys *keys);
void lsc_free(struct lsc *l);

/* Process an encoded bundle (wire/signal.h). */
int lsc_start(struct lsc *l, struct address peer, struct bytes bundle);
/* Encrypt; the message is appended to |out|. */
int lsc_seal(struct lsc *l, struct address peer, struct bytes plaintext, enum signal_kind *out_kind,
             struct buffer *out);
/* Decrypt; the plaintext is appended to |out|. */
int lsc_open(struct lsc *l, struct address from, enum signal_kind kind, struct bytes body,
             struct buffer *out);

int lsc_distribute(struct lsc *l, const char *group, struct buffer *out);
int lsc_absorb(struct lsc *l, const char *group, struct address from, struct bytes body);
int lsc_seal_group(struct lsc *l, const char *group, struct bytes plaintext, struct buffer *out);
int lsc_open_group(struct lsc *l, const char *group, struct address from, struct bytes body,
                   struct buffer *out);

/* The displayable fingerprint by the library's generator. Keys are SIGNAL_KEY_LEN bytes. */
int lsc_fingerprint(struct lsc *l, const uint8_t *own_key, const char *own_id,
                    const uint8_t *peer_key, const char *peer_id, int iterations, char out[61]);

/* A signature by the library, and its check: 1 good, 0 bad. */
int lsc_sign(struct lsc *l, const uint8_t private_key[32], struct bytes message, uint8_t *out);
int lsc_verify(struct lsc *l, const uint8_t *public_key, struct bytes message,
               struct bytes signature);

#endif
