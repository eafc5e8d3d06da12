/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/surface.h - where a target can be touched: names, and sets of them.
 * Depends on: nothing.
 *
 * On the surface "library" a target is a library of the cipher, called one operation at a time. On
 * the surface "client" it is a whole client of the harness's gatekeeper. On the surface "service"
 * it is what a provider serves over HTTP. On the surface "server" it is a gatekeeper's server,
 * which clients of the harness dial. On the surface "proxy" it is a provider's server in between:
 * clients of the harness dial it, and it dials the harness's gatekeeper. What each does is a table
 * of functions, run/surface.h.
 */
#ifndef ASSAY_SCENARIO_SURFACE_H
#define ASSAY_SCENARIO_SURFACE_H

#include <stdbool.h>

enum surface {
    SURFACE_NONE = 0,
    SURFACE_LIBRARY,
    SURFACE_CLIENT,
    SURFACE_SERVICE,
    SURFACE_SERVER,
    SURFACE_PROXY,
    N_SURFACE
};
/* In the order of the enum. */
#define SURFACE_NAMES "library", "client", "service", "server", "proxy"

/* Sets of surfaces. */
#define SURFACE_BIT(surface) (1u << (surface))
#define SURFACES_ALL (SURFACE_BIT(N_SURFACE) - SURFACE_BIT(SURFACE_LIBRARY))

/* "library", "client"; "none". As in results, repro files and a target's profile. Static. */
const char *surface_name(enum surface surface);
/* SURFACE_NONE for an unknown name. */
enum surface surface_from_name(const char *name);
/* The one surface in |set|; SURFACE_NONE when there are several, or none. */
enum surface surface_only(unsigned set);

#endif
