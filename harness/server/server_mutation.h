/*
 * server/server_mutation.h - what the server does wrong once, by name: in the handshake, on the
 * channel, in what it answers to a fetch of keys. (Certificates: wire/certificate.h; stanzas:
 * wire/stanza_mutation.h.)
 * Depends on: base, wire/word.
 */
#ifndef ASSAY_SERVER_SERVER_MUTATION_H
#define ASSAY_SERVER_SERVER_MUTATION_H

#include "wire/word.h"

/* One mutation of any of these tables; |what| 0 is honest. */
struct server_mutation {
    unsigned what;
    uint32_t n; /* of "close-within", which is written without: so many bytes come; 0: half */
};

/* The server's handshake message; one transport message and its frame; the answer to a fetch of
 * keys. The code that makes each asks for the words by name. */
enum server_mutation_table {
    SERVER_MUTATIONS_HANDSHAKE = 0,
    SERVER_MUTATIONS_CHANNEL,
    SERVER_MUTATIONS_FETCH,
    N_SERVER_MUTATIONS
};
extern const struct word_table server_words[N_SERVER_MUTATIONS];

/* False for an unknown name, or a number missing, superfluous or out of its range. */
bool server_mutation_parse(enum server_mutation_table table, const char *text,
                           struct server_mutation *out);
/* Is |mutation| the one called |name| (without its number)? */
bool server_mutation_is(enum server_mutation_table table, struct server_mutation mutation,
                        const char *name);

#endif
