/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/server_words.h - the words of the server surface: what is wrong with a client that
 * <sign-in> lets dial, and what a hostile one sends with <utter>.
 * Depends on: wire/word.
 */
#ifndef ASSAY_SCENARIO_SERVER_WORDS_H
#define ASSAY_SCENARIO_SERVER_WORDS_H

#include "wire/word.h"

/* In the order of their words. */
enum client_mutation {
    CLIENT_SOUND = 0,
    /* its token */
    CLIENT_NO_TOKEN,
    CLIENT_ALG_NONE,
    CLIENT_ALG_HMAC,
    CLIENT_UNKNOWN_KEY,
    CLIENT_BAD_SIGNATURE,
    CLIENT_OTHER_ISSUER,
    CLIENT_OTHER_AUDIENCE,
    CLIENT_OTHER_SUBJECT,
    CLIENT_OTHER_ACCOUNT,
    CLIENT_UNKNOWN_ACCOUNT,
    CLIENT_EXPIRED,
    CLIENT_EARLY,
    CLIENT_LONG_LIVED,
    CLIENT_WITHOUT_ID,
    CLIENT_TOKEN_AGAIN,
    CLIENT_UNBOUND,
    CLIENT_OTHER_PRODUCT,
    /* its handshake */
    CLIENT_BAD_STATIC,
    CLIENT_BAD_PAYLOAD,
    CLIENT_STANZA_EARLY,
    CLIENT_REPLAYED,
    /* what it does later, for which it is let in */
    CLIENT_WITHOUT_ACKS,
    CLIENT_ONE_PREKEY,
    N_CLIENT_MUTATION
};

enum utterance {
    UTTERANCE_NONE = 0,
    UTTERANCE_PING,
    /* frames */
    UTTERANCE_FRAME_OF_ZERO,
    UTTERANCE_FRAME_TOO_LONG,
    UTTERANCE_GARBAGE,
    UTTERANCE_IN_CLEAR,
    UTTERANCE_TWICE,
    /* documents */
    UTTERANCE_NO_XML,
    UTTERANCE_DOCTYPE,
    UTTERANCE_COMMENT,
    UTTERANCE_TWO_ROOTS,
    UTTERANCE_TOO_DEEP,
    /* stanzas */
    UTTERANCE_UNKNOWN_IQ,
    UTTERANCE_UNKNOWN_STANZA,
    UTTERANCE_TO_NOBODY,
    UTTERANCE_EMPTY,
    UTTERANCE_BAD_UPLOAD,
    UTTERANCE_FROM_ALICE,
    /* connections */
    UTTERANCE_CROWD,
    N_UTTERANCE
};

extern const struct word_table client_words, utterance_words;

#endif
