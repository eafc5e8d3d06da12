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

extern const struct word_table stanza_words;

/* What a client must do with the result (docs/wire.md, What a client answers). */
enum stanza_outcome {
    STANZA_NO_OUTCOME = 0,
    STANZA_TAKEN,           /* shown, receipt and ack: exactly the tolerated ones */
    STANZA_ENDS_CONNECTION, /* nothing of it is shown, nothing answered */
    STANZA_ANSWERED_ERROR,  /* not shown; an ack with stanza_mutation_error, or a retry receipt */
    STANZA_NOT_SHOWN        /* not shown; what is answered is not said */
};
/*
 * For mutations with a number: depth=, attributes=, children= and text= stand for a number over the
 * profile's limit, their *-allowed= twins for one within it.
 */
enum stanza_outcome stanza_mutation_outcome(unsigned what);
/* 487, 488 or 489; 0: any, or none. */
unsigned stanza_mutation_error(unsigned what);

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
