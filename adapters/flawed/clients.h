/*
 * clients.h - the harness's own client (peer/caller) as what serving/serve.h serves on the client surface: its socket, its events.
 * Depends on: implementation, serving, harness/peer.
 */
#ifndef FLAWED_CLIENTS_H
#define FLAWED_CLIENTS_H

#include "implementation.h"

/* Static storage. Its state is the implementation's (struct flawed_state). */
const struct client_implementation *flawed_clients(void);

#endif
