/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/wire_words.h - the one list of all words that a suite may use for what happens on the
 * wire: mutations of each layer, stanzas the server sends by itself, rules that <verify> checks.
 * Depends on: base, wire, server/server_mutation, scenario/verb.
 *
 * Each layer has its table (wire/word.h) beside the code that applies its rows; here they are found
 * by the type of an attribute. Services and rules are applied by verbs, and have their rows here.
 */
#ifndef ASSAY_SCENARIO_WIRE_WORDS_H
#define ASSAY_SCENARIO_WIRE_WORDS_H

#include "base/arena.h"
#include "scenario/verb.h"
#include "wire/word.h"

/* The |i|-th table, from 0; NULL past the end. */
const struct word_table *wire_word_table(size_t i);
/* The table whose words attributes of this type take; NULL when they take no words. */
const struct word_table *wire_words_of(enum attribute_type type);
/* All names of the type, for "did you mean"; NULL when |arena| is full. */
const char *const *wire_words(enum attribute_type type, struct arena *arena, size_t *out_count);

/* What the server can send by itself (<push stanza="...">), in the order of their words. */
enum service_stanza {
    SERVICE_NONE = 0,
    SERVICE_PING,
    SERVICE_UNKNOWN_GET,
    SERVICE_UNKNOWN_SET,
    SERVICE_SET_OF_PREKEYS,
    SERVICE_UNASKED_RESULT,
    SERVICE_UNKNOWN_STANZA,
    SERVICE_UNKNOWN_NOTIFICATION,
    SERVICE_FEW_PREKEYS,
    SERVICE_INFORMATION,
    SERVICE_DELIVERED,
    SERVICE_READ,
    SERVICE_ASKED_FOR,
    SERVICE_TAKEN,
    SERVICE_NOT_TAKEN,
    SERVICE_TAKEN_RECEIPT,
    SERVICE_NOT_TAKEN_RECEIPT,
    SERVICE_UNKNOWN_ACK,
    SERVICE_SUCCESS_AGAIN,
    SERVICE_FAILURE,
    SERVICE_STREAM_ERROR,
    SERVICE_REPLACED,
    N_SERVICE
};

/* What <verify> looks at, in the order of their words. Rules of the token have wire/token.h's. */
enum wire_rule {
    RULE_NONE = 0,
    /* of a connection */
    RULE_HEADER_ONCE,
    RULE_FRAMES,
    RULE_STATIC_ENCRYPTED,
    RULE_CLIENT_PAYLOAD,
    RULE_NOTHING_EARLY,
    RULE_FRESH_EPHEMERAL,
    RULE_FRESH_TOKEN,
    RULE_DATED_TOKEN,
    RULE_STOPPED_EARLY,
    /* of what a client published */
    RULE_UPLOAD_SHAPE,
    RULE_UPLOAD_IDS,
    RULE_UPLOAD_SIGNATURE,
    RULE_UPLOAD_KEYS,
    RULE_REFILLED,
    RULE_ROTATED,
    RULE_KEYS_ASKED_ONCE,
    RULE_NOTHING_YET,
    /* of a message's stanza */
    RULE_MESSAGE_SHAPE,
    RULE_MESSAGE_ID,
    RULE_MESSAGE_TYPE,
    RULE_NAMES_NOBODY_ELSE,
    RULE_PADDING,
    RULE_CONTENT,
    /* a token rule: RULE_TOKEN + enum token_rule */
    RULE_TOKEN
};
/* The rule of the |i|-th word of ATTRIBUTE_RULE. */
unsigned wire_rule_of_word(unsigned i);

#endif
