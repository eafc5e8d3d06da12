/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/capability.h - what a target can claim beyond what every target has.
 * Depends on: base.
 *
 * The one table of names: suites may need them, the doctor walks what a target claims of them, and
 * a run says which of those that every client must have were not offered.
 */
#ifndef ASSAY_SCENARIO_CAPABILITY_H
#define ASSAY_SCENARIO_CAPABILITY_H

#include "base/arena.h"

#include <stdbool.h>

struct capability {
    const char *name;
    const char *what; /* what it lets assay ask for, or says of the target */
    /* Why every client has it, so that a target without it leaves requirements unanswered and not
     * out of scope. NULL: sound clients do without. */
    const char *why_of_all;
    const char *excused_by; /* whoever claims this is not held to |why_of_all|; or NULL */
};

/* All of them. Static. */
const struct capability *capabilities(size_t *out_count);
/* NULL for an unknown name. */
const struct capability *capability_find(const char *name);
/* A client claims its capabilities with this before the name. */
#define CAPABILITY_OF_CLIENT "client/"
#define CAPABILITY_OF_SERVICE "service/"
#define CAPABILITY_OF_SERVER "server/"
#define CAPABILITY_OF_PROXY "proxy/"
/* Why a case that needs it is not applicable; NULL when |arena| is full. */
const char *capability_not_claimed(struct arena *arena, const char *prefix, const char *name);
/* "x-..." are private names, of which assay knows nothing. */
bool capability_is_private(const char *name);
/* The names, for "did you mean"; NULL when |arena| is full. */
const char *const *capability_names(struct arena *arena, size_t *out_count);

#endif
