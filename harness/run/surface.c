/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/surface.h"

#include <string.h>

const struct surface_acts *surface_acts(enum surface surface)
{
    static const struct surface_acts *const rows[N_SURFACE] = {
        [SURFACE_LIBRARY] = &surface_library, [SURFACE_CLIENT] = &surface_client,
        [SURFACE_SERVICE] = &surface_service, [SURFACE_SERVER] = &surface_server,
        [SURFACE_PROXY] = &surface_proxy,
    };
    return (unsigned)surface < N_SURFACE ? rows[surface] : NULL;
}

bool surface_is_offered(const struct target_profile *profile, enum surface surface)
{
    for (size_t i = 0; i < profile->n_surfaces; i++)
        if (strcmp(profile->surfaces[i], surface_name(surface)) == 0)
            return true;
    return profile->n_surfaces == 0 && surface == SURFACE_LIBRARY;
}
