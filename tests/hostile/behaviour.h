/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hostile/behaviour.h - the ways a target can misbehave, by name.
 * Depends on: hostile/talk.
 */
#ifndef ASSAY_TESTS_HOSTILE_BEHAVIOUR_H
#define ASSAY_TESTS_HOSTILE_BEHAVIOUR_H

#include "talk.h"

#include <stdbool.h>

struct behaviour {
    const char *name;
    /* Acts without reading a request; all others first read the request that they mishandle. */
    bool speaks_first;
    /* Misbehave, once. When it returns, the process ends as an honest one, with code 0. */
    void (*act)(struct talk *t);
    const char *text;
};

/* NULL for an unknown name. */
const struct behaviour *behaviour_find(const char *name);
/* By index, for a listing; NULL past the last. */
const struct behaviour *behaviour_at(size_t index);

#endif
