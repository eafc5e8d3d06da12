/*
 * clients.h - the harness's own client (app/app) as what serving/serve.h serves on the client
 * surface: its socket, its events.
 * Depends on: implementation, serving, harness/cipher.
 */
#ifndef FLAWED_CLIENTS_H
#define FLAWED_CLIENTS_H

#include "implementation.h"

/* Its state is the implementation's (struct flawed_state). */
extern const struct client_implementation flawed_clients;

#endif
