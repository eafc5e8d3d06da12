/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/refusal.h - why a party says no.
 * Depends on: base.
 */
#ifndef ASSAY_CIPHER_REFUSAL_H
#define ASSAY_CIPHER_REFUSAL_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Same numbers as assay.target.v1.Reason. */
enum refusal {
    REFUSAL_NONE = 0,
    REFUSAL_MALFORMED = 1,
    REFUSAL_VERSION = 2,
    REFUSAL_AUTHENTICATION = 3,
    REFUSAL_DUPLICATE = 4,
    REFUSAL_TOO_FAR = 5,
    REFUSAL_INVALID_KEY = 6,
    REFUSAL_PREKEY_SIGNATURE = 7,
    REFUSAL_UNKNOWN_PREKEY = 8,
    REFUSAL_NO_SESSION = 9,
    REFUSAL_UNTRUSTED_IDENTITY = 10,
    REFUSAL_PADDING = 11,
    REFUSAL_POLICY = 12,
    /* Of a whole client, below and above the cipher; no party of ours gives them. */
    REFUSAL_HANDSHAKE = 13,
    REFUSAL_CERTIFICATE = 14,
    REFUSAL_CHANNEL = 15,
    REFUSAL_FRAME = 16,
    REFUSAL_STANZA = 17,
    REFUSAL_ADDRESSEE = 18,
    REFUSAL_CONTENT = 19,
    REFUSAL_SERVER = 20,
    REFUSAL_LOST = 21,
    N_REFUSAL
};

/* "duplicate", "too-far", ... as suites write them; "unspecified" for REFUSAL_NONE; "?" out of
 * range. */
const char *refusal_name(enum refusal r);
/* REFUSAL_NONE for an unknown name. */
enum refusal refusal_from_name(const char *name);

/* What a party returns that refuses: E_CRYPTO, and |reason| in *why. */
static inline enum status refusal_state(enum refusal *why, enum refusal reason)
{
    *why = reason;
    return E_CRYPTO;
}
/* |bits| has 1 << |r| set. */
bool refusal_is_among(uint32_t bits, enum refusal r);

#endif
