/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/service_words.h - the words of the service surface: what <request> looks at, and what is
 * wrong with a medium that <take> has the target download.
 * Depends on: wire/word.
 */
#ifndef ASSAY_SCENARIO_SERVICE_WORDS_H
#define ASSAY_SCENARIO_SERVICE_WORDS_H

#include "wire/word.h"

/* In the order of their words; after them come the rules of a token (wire/token.h). */
enum service_rule {
    SERVICE_RULE_NONE = 0,
    /* of a medium that the target hosts */
    SERVICE_RULE_GENUINE,
    SERVICE_RULE_HEAD,
    SERVICE_RULE_RANGE,
    SERVICE_RULE_RANGE_BEYOND,
    SERVICE_RULE_RESUMED,
    SERVICE_RULE_CONDITIONAL,
    SERVICE_RULE_REPEATED,
    SERVICE_RULE_CONCURRENT,
    SERVICE_RULE_OPAQUE_TYPE,
    SERVICE_RULE_NO_COOKIE,
    SERVICE_RULE_NO_KEY_IN_URL,
    SERVICE_RULE_NOTHING_READABLE,
    SERVICE_RULE_READ_ONLY,
    SERVICE_RULE_OTHER_KEY,
    SERVICE_RULE_GONE,
    /* of its host */
    SERVICE_RULE_UNKNOWN,
    SERVICE_RULE_NOT_LISTED,
    SERVICE_RULE_NO_TRAVERSAL,
    SERVICE_RULE_PLAIN_ERRORS,
    SERVICE_RULE_TRUSTED,
    SERVICE_RULE_NO_OLD_TLS,
    /* of its key set */
    SERVICE_RULE_KEYS_SERVED,
    SERVICE_RULE_KEYS_TYPE,
    SERVICE_RULE_KEYS_CACHED,
    SERVICE_RULE_KEYS_CONDITIONAL,
    SERVICE_RULE_KEYS_TRUSTED,
    /* of it, after it changed: of a token that was minted before, or after */
    SERVICE_RULE_KEYS_CHANGED,
    SERVICE_RULE_KEYS_KEPT,
    SERVICE_RULE_KEYS_RETIRED,
    /* of what it asked of ours */
    SERVICE_RULE_NOWHERE_ELSE,
    SERVICE_RULE_FEW_TIMES,
    SERVICE_RULE_TOOK_LITTLE,
    SERVICE_RULE_PROOF,
    SERVICE_RULE_PROOF_NOT_IN_URL,
    SERVICE_RULE_TOLD_TO_STOP,
    SERVICE_RULE_NAME_KEPT,
    SERVICE_RULE_FRESH_TOKEN,
    SERVICE_RULE_CONNECTED_TOKEN,
    /* a token rule: SERVICE_RULE_TOKEN + enum token_rule */
    SERVICE_RULE_TOKEN
};
/* The rule of the |i|-th word. */
unsigned service_rule_of_word(unsigned i);

/* What is wrong with a medium of ours, or with how it is hosted. */
enum medium_mutation {
    MEDIUM_SOUND = 0,
    MEDIUM_BLOB_DIGEST,
    MEDIUM_MAC,
    MEDIUM_PADDING,
    MEDIUM_BLOCKS,
    MEDIUM_PLAINTEXT_DIGEST,
    MEDIUM_LENGTH,
    MEDIUM_SHORT,
    MEDIUM_LONGER,
    MEDIUM_CUT,
    MEDIUM_LABEL,
    MEDIUM_ANOTHERS,
    MEDIUM_ENDLESS,
    MEDIUM_HUGE,
    MEDIUM_SLOW,
    MEDIUM_ENDS_EARLY,
    MEDIUM_COMPRESSED,
    MEDIUM_BOMB,
    MEDIUM_STATUS,
    MEDIUM_REDIRECT_AWAY,
    MEDIUM_REDIRECT_MAPPED,
    MEDIUM_REDIRECT_LOCALHOST,
    MEDIUM_REDIRECT_FILE,
    MEDIUM_AT_LOOPBACK,
    MEDIUM_AT_MAPPED,
    MEDIUM_AT_SHORT,
    MEDIUM_AT_LOCALHOST,
    MEDIUM_AT_USER,
    MEDIUM_AT_FILE,
    MEDIUM_IN_CLEAR,
    MEDIUM_UNTRUSTED,
    MEDIUM_NAME_UP,
    MEDIUM_NAME_ABSOLUTE,
    MEDIUM_NAME_BACKSLASH,
    N_MEDIUM_MUTATION
};

extern const struct word_table service_rule_words, medium_words;

#endif
