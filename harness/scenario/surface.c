/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/surface.h"

#include <string.h>

static const char *const names[N_SURFACE] = {"none", SURFACE_NAMES};

const char *surface_name(enum surface surface)
{
    return names[(unsigned)surface < N_SURFACE ? surface : SURFACE_NONE];
}

enum surface surface_from_name(const char *name)
{
    for (unsigned i = SURFACE_LIBRARY; name && i < N_SURFACE; i++)
        if (strcmp(names[i], name) == 0)
            return (enum surface)i;
    return SURFACE_NONE;
}

enum surface surface_only(unsigned set)
{
    for (unsigned i = SURFACE_LIBRARY; i < N_SURFACE; i++)
        if (set == SURFACE_BIT(i))
            return (enum surface)i;
    return SURFACE_NONE;
}
