/*
 * client/surface.h - the client surface as serving/serve.h serves it.
 * Depends on: serving, client.
 */
#ifndef REFERENCE_CLIENT_SURFACE_H
#define REFERENCE_CLIENT_SURFACE_H

#include "serve.h"

extern const struct client_implementation reference_clients;

#endif
