/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol_flaws.h - flaws of a protocol as a whole: both ends have them, so no message looks
 * wrong.
 * Depends on: flawed_state.
 *
 * `assay mutants --claims` tries the games on them: each flaw must refute the property it names and
 * no other (docs/claims.md). Where it names a precondition, that one must fail instead.
 */
#ifndef FLAWED_PROTOCOL_FLAWS_H
#define FLAWED_PROTOCOL_FLAWS_H

#include "flawed_state.h"

struct protocol_flaw {
    const char *name;     /* of --flaw; never renamed */
    const char *property; /* "SP-05", or a precondition: "V1" */
    const char *text;     /* what it does, one sentence */
};

/* Those of v3, or those that |is_v4| has beside it, in the table's order; NULL past the end. Static
 * storage. */
const struct protocol_flaw *protocol_flaws_at(bool is_v4, size_t index);
/* False when there is no such flaw; |out| is then untouched. */
bool protocol_flaws_apply(bool is_v4, const char *name, struct flawed_configuration *out);

#endif
