/*
 * client/sending.h - messages on their way out.
 * Depends on: client, memory.
 */
#ifndef REFERENCE_CLIENT_SENDING_H
#define REFERENCE_CLIENT_SENDING_H

#include "client/memory.h"

/* Would |content_len| bytes of content fit a transport message? */
bool sending_fits(const struct client *c, size_t content_len);
/* Pad, encrypt, keep, and send a waiting message. There is a session. */
void sending_seal(struct client *c, struct outgoing *o);
/* After a reconnect: what was sent and not taken goes out again as it was. */
void sending_again(struct client *c);
/* All that waits for |peer| fails with |code|. */
void sending_fail(struct client *c, struct served_address peer, int code);

#endif
