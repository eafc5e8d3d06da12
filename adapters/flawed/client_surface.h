/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client_surface.h - the harness's app (app/app.h), served on the client surface: its socket and
 * its events.
 * Depends on: implementation, serving, harness/app.
 */
#ifndef FLAWED_CLIENT_SURFACE_H
#define FLAWED_CLIENT_SURFACE_H

#include "implementation.h"

/* Its state is the implementation's (struct flawed_state). */
extern const struct client_implementation flawed_client_surface, flawed_client_surface_v4;

#endif
