/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conversation.h - starting sessions with a peer, sealing and opening, as the Matrix specification
 * asks of clients.
 * Depends on: party, session, device, payload, reasons.
 *
 * What is refused leaves no trace: a session is stored and a one-time key removed only when the
 * message decrypted, its payload named the right two devices, and the identity may be trusted.
 * Functions return 0 or a code of enum olm_code.
 */
#ifndef ADAPTER_OLM_CONVERSATION_H
#define ADAPTER_OLM_CONVERSATION_H

#include "party.h"

/* A session with |peer| by its bundle, preferred from now on. */
int conversation_start(struct party *p, struct served_address peer, const uint8_t *bundle,
                       size_t len);
/* By the session that last received, or was last made. */
int conversation_seal(struct party *p, struct served_address peer, const uint8_t *plaintext,
                      size_t len, struct served_bytes *out);
int conversation_open(struct party *p, struct served_address from, const uint8_t *body, size_t len,
                      struct served_bytes *out);
/* Try to open a message that |p| itself sent to |to| with every session there is. */
int conversation_open_own(struct party *p, struct served_address to, const uint8_t *body,
                          size_t len, struct served_bytes *out);

#endif
