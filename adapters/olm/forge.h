/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forge.h - make a message that this device will take as coming from another: what makes Olm's
 * conversations deniable.
 * Depends on: party, payload, primitives, reasons.
 */
#ifndef ADAPTER_OLM_FORGE_H
#define ADAPTER_OLM_FORGE_H

#include "party.h"

/*
 * A first message from |from| to |p|, by the Olm specification and with |p|'s own private keys:
 * triple Diffie-Hellman gives the same secret to either end, so whoever holds the receiver's
 * identity key and one of its one-time keys needs nothing of the sender but public keys. The key
 * taken is the fallback key, which |p| has published and goes on accepting: a copy of |p|'s state
 * makes what |p| itself will take, until the key was rotated twice.
 *
 * OLM_E_NO_SESSION  |from|'s device keys are not known
 */
int forge_message(struct party *p, struct served_address from, const uint8_t *plaintext, size_t len,
                  struct served_bytes *out);

#endif
