/*
 * protocol_flaws.h - flaws of a protocol as a whole: both ends have them, so no message looks
 * wrong.
 * Depends on: flawed_state.
 *
 * They are what `assay claims` is tried on: each must be refuted by the property it names and by no
 * other (docs/claims.md). Where a gate is named, that gate must fail instead.
 */
#ifndef FLAWED_PROTOCOL_FLAWS_H
#define FLAWED_PROTOCOL_FLAWS_H

#include "flawed_state.h"

struct protocol_flaw {
    const char *name;     /* words, for ever */
    const char *property; /* "SP-05", or a gate: "V1" */
    const char *text;     /* what it does, one sentence */
};

size_t protocol_flaws_count(void);
/* In the table's order; NULL past the end. Static storage. */
const struct protocol_flaw *protocol_flaws_at(size_t index);
/* False when there is no such flaw; |out| is then untouched. */
bool protocol_flaws_apply(const char *name, struct flawed_configuration *out);

#endif
