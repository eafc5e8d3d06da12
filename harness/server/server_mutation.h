/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server/server_mutation.h - what the server does wrong once, by name: in the handshake, on the
 * channel, in what it answers to a fetch of keys. (Certificates: wire/certificate.h; stanzas:
 * wire/stanza_mutation.h.)
 * Depends on: base, wire/word.
 */
#ifndef ASSAY_SERVER_SERVER_MUTATION_H
#define ASSAY_SERVER_SERVER_MUTATION_H

#include "wire/word.h"

/* The server's handshake message; one transport message and its frame; the answer to a fetch of
 * keys. The code that makes each asks for the words by name (word_is).
 * The channel's "close-within" may have a number although it is written without: so many bytes
 * come; 0: half of them. */
enum server_mutation_table {
    SERVER_MUTATIONS_HANDSHAKE = 0,
    SERVER_MUTATIONS_CHANNEL,
    SERVER_MUTATIONS_FETCH,
    N_SERVER_MUTATIONS
};
extern const struct word_table server_words[N_SERVER_MUTATIONS];

/* Points of low order on Curve25519 (RFC 7748, section 6.1): any agreement with one gives zeros. */
#define SERVER_LOW_ORDER_POINTS 7u
extern const uint8_t server_low_order_points[SERVER_LOW_ORDER_POINTS][32];

#endif
