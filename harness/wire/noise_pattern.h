/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/noise_pattern.h - handshake patterns as tables (Noise, revision 34, section 7).
 * Depends on: wire/noise.
 */
#ifndef ASSAY_WIRE_NOISE_PATTERN_H
#define ASSAY_WIRE_NOISE_PATTERN_H

#include "wire/noise.h"

#define NOISE_TOKENS_MAX 5u
#define NOISE_MESSAGES_MAX 4u

enum noise_token { TOKEN_END = 0, TOKEN_E, TOKEN_S, TOKEN_EE, TOKEN_ES, TOKEN_SE, TOKEN_SS };

struct noise_pattern_table {
    const char *name;
    /* Mixed before the first message, in this order; a pre-message of the initiator, then the
     * responder. */
    enum noise_token initiator_pre, responder_pre;
    /* The first message is the initiator's, then they take turns; with |responder_begins| the other
     * way round. */
    bool responder_begins;
    enum noise_token messages[NOISE_MESSAGES_MAX][NOISE_TOKENS_MAX];
    size_t n_messages;
};

/* NULL out of range. */
const struct noise_pattern_table *noise_pattern_table(enum noise_pattern p);

#endif
