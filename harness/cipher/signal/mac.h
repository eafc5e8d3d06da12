/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/mac.h - the MAC of a SignalMessage (Double Ratchet 3.4, with the associated data
 * of X3DH 3.3).
 * Depends on: base, wire/signal, cipher/signal/rules.
 *
 *     HMAC-SHA256(mac key, sender's identity || receiver's identity || version || protobuf)
 *
 * of which a message carries the first 8 bytes.
 */
#ifndef ASSAY_CIPHER_SIGNAL_MAC_H
#define ASSAY_CIPHER_SIGNAL_MAC_H

#include "cipher/signal/keys.h"

struct mac_input {
    const uint8_t *key;    /* 32 bytes */
    const uint8_t *sender; /* identity, SIGNAL_KEY_LEN bytes */
    const uint8_t *receiver;
    struct bytes authenticated; /* version || protobuf */
};

/* All 32 bytes of it. E_CRYPTO, E_NOMEM. */
MUST_USE enum status mac_compute(const struct rules_mac *rules, const struct mac_input *in,
                                 uint8_t out[32]);
/* The same, changed as |mutation| says. */
MUST_USE enum status mac_compute_mutated(const struct rules_mac *rules,
                                         const struct mutation *mutation,
                                         const struct mac_input *in, uint8_t out[32]);
/* Is |mac| right? *out_is_right says; the status only whether it could be worked out. */
MUST_USE enum status mac_check(const struct rules_mac *rules, const struct mac_input *in,
                               struct bytes mac, bool *out_is_right);

#endif
