/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/surface.h - the client surface, served by serving/serve.h.
 * Depends on: serving, client.
 */
#ifndef REFERENCE_CLIENT_SURFACE_H
#define REFERENCE_CLIENT_SURFACE_H

#include "serve.h"

extern const struct client_implementation reference_client_surface;

#endif
