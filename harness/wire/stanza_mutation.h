/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/stanza_mutation.h - honest stanza bytes in, hostile or unusual ones out: one named change
 * each.
 * Depends on: base, wire/stanza, wire/word.
 *
 * The tolerated ones are those after which the stanza still is well-formed and still means the
 * same.
 */
#ifndef ASSAY_WIRE_STANZA_MUTATION_H
#define ASSAY_WIRE_STANZA_MUTATION_H

#include "wire/stanza.h"
#include "wire/word.h"

/* Of those with a number, depth=, attributes=, children= and text= stand for a number over the
 * profile's limit, their *-allowed= twins for one within it. */
extern const struct word_table stanza_words;

struct stanza_mutation_context {
    const char *other_address; /* somebody else, NAME:DEVICE@DOMAIN */
    const char *canary;        /* for external entities: a URL or path that must never be fetched */
};

/*
 * |in| is a whole honest <message> as the server would send it.
 * |out| is cleared first. E_MISSING: the change does not fit this stanza, or the context lacks what
 * it needs. E_LIMIT, E_NOMEM.
 */
MUST_USE enum status stanza_mutation_apply(const struct word_use *b, struct bytes in,
                                           const struct stanza_mutation_context *context,
                                           struct buffer *out);

#endif
