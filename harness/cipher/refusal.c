/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/refusal.h"

#include <string.h>

static const char *const names[N_REFUSAL] = {
    [REFUSAL_NONE] = "unspecified",
    [REFUSAL_MALFORMED] = "malformed",
    [REFUSAL_VERSION] = "version",
    [REFUSAL_AUTHENTICATION] = "authentication",
    [REFUSAL_DUPLICATE] = "duplicate",
    [REFUSAL_TOO_FAR] = "too-far",
    [REFUSAL_INVALID_KEY] = "invalid-key",
    [REFUSAL_PREKEY_SIGNATURE] = "prekey-signature",
    [REFUSAL_UNKNOWN_PREKEY] = "unknown-prekey",
    [REFUSAL_NO_SESSION] = "no-session",
    [REFUSAL_UNTRUSTED_IDENTITY] = "untrusted-identity",
    [REFUSAL_PADDING] = "padding",
    [REFUSAL_POLICY] = "policy",
    [REFUSAL_HANDSHAKE] = "handshake",
    [REFUSAL_CERTIFICATE] = "certificate",
    [REFUSAL_CHANNEL] = "channel",
    [REFUSAL_FRAME] = "frame",
    [REFUSAL_STANZA] = "stanza",
    [REFUSAL_ADDRESSEE] = "addressee",
    [REFUSAL_CONTENT] = "content",
    [REFUSAL_SERVER] = "server",
    [REFUSAL_LOST] = "lost",
};

const char *refusal_name(enum refusal r) { return (unsigned)r < N_REFUSAL ? names[r] : "?"; }

enum refusal refusal_from_name(const char *name)
{
    for (unsigned i = REFUSAL_NONE + 1; i < N_REFUSAL; i++)
        if (strcmp(names[i], name) == 0)
            return (enum refusal)i;
    return REFUSAL_NONE;
}

bool refusal_is_among(uint32_t bits, enum refusal r) { return (bits >> (unsigned)r & 1u) != 0; }
