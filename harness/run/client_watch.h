/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/client_watch.h - what holds of everything that clients of the target send, looked at in
 * every case: it can be read, and it is no more than was asked for (docs/wire.md, What a client
 * answers).
 * Depends on: run/client_context, run/watch.
 *
 * What comes again goes to whom it went and is what it was; each connection, let in or not, begins
 * with an ephemeral key of its own and brings a token of its own.
 *
 * Counted are answers beside what the gatekeeper sent, messages beside the orders to send one and
 * its addressee's requests to send it again, and uploads beside what calls for one. A client whose
 * connection ended cannot know what arrived: for each connection after it, it may say the same
 * once more.
 */
#ifndef ASSAY_RUN_CLIENT_WATCH_H
#define ASSAY_RUN_CLIENT_WATCH_H

#include "run/client_context.h"

/* Look at what came since the last look. E_NOMEM. */
MUST_USE enum status client_watch_look(struct client_context *client, struct watch *w);

#endif
