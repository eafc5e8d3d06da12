/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/addresses.h - field 6 of a SignalMessage: who sends to whom, where both names are
 * service ids.
 * Depends on: wire/signal, cipher/cipher (addresses).
 *
 *     sender's service id 17 || device 1 || recipient's service id 17 || device 1
 *
 * A service id is 00 (an account: its name is a UUID) or 01 (a phone number's: "PNI:" before it),
 * then the UUID's 16 bytes.
 */
#ifndef ASSAY_CIPHER_SIGNAL_ADDRESSES_H
#define ASSAY_CIPHER_SIGNAL_ADDRESSES_H

#include "cipher/cipher.h"
#include "wire/signal.h"

/* False: one of the names is no service id. */
bool addresses_encode(struct address sender, struct address recipient,
                      uint8_t out[SIGNAL_ADDRESSES_LEN]);

#endif
