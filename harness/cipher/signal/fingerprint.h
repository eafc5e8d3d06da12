/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/fingerprint.h - the displayable fingerprint of two identities
 * (docs/spec/signal-v3.md), with its decisions open.
 * Depends on: base, cipher/signal/rules.
 */
#ifndef ASSAY_CIPHER_SIGNAL_FINGERPRINT_H
#define ASSAY_CIPHER_SIGNAL_FINGERPRINT_H

#include "base/bytes.h"
#include "base/status.h"
#include "cipher/signal/rules.h"

struct fingerprint_side {
    struct bytes key; /* 33 bytes */
    struct bytes id;  /* stable id; any bytes */
};

/* 60 digits and a terminator. E_NOMEM, E_CRYPTO, E_LIMIT (a key or id of more than 4096 bytes). */
MUST_USE enum status fingerprint_by_rules(const struct rules_identity *rules,
                                          const struct fingerprint_side *own,
                                          const struct fingerprint_side *peer, char out[61]);

#endif
