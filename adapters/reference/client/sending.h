/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/sending.h - encrypts and sends outgoing messages.
 * Depends on: client, memory.
 */
#ifndef REFERENCE_CLIENT_SENDING_H
#define REFERENCE_CLIENT_SENDING_H

#include "client/memory.h"

/* Would |content_len| bytes of content fit a transport message? */
bool sending_fits(const struct client *c, size_t content_len);
/* Pad, encrypt, store and send a waiting message. There must be a session. */
void sending_seal(struct client *c, struct outgoing *o);
/* After a reconnect: send what was not acknowledged again, with the same ciphertext. */
void sending_resend(struct client *c);
/* All messages waiting for |peer| fail with |code|. */
void sending_fail(struct client *c, struct served_address peer, int code);

#endif
