/*
 * server/server_mutation.h - what the gatekeeper does wrong once, by name: in the handshake, on the
 * channel, in what it answers to a fetch of keys. (Certificates: wire/certificate.h; stanzas:
 * wire/stanza_mutation.h.)
 * Depends on: base.
 *
 * Each table has names as suites write them, "name" or "name=NUMBER"; the _keeps functions tell
 * whether an honest client must go on as if nothing had happened.
 */
#ifndef ASSAY_PEER_GATE_MUTATION_H
#define ASSAY_PEER_GATE_MUTATION_H

#include <stdbool.h>
#include <stdint.h>

/* One bend of any of these tables; |what| 0 is honest. */
struct server_mutation {
    unsigned what;
    uint32_t n; /* of "close-within", which is written without: so many bytes come; 0: half */
};

struct server_mutation_entry {
    const char *name;
    bool has_number;
    bool keeps;
    const char *explanation; /* what is done, and what a careless client makes of it */
};

/*
 * The server's handshake message; one transport message and its frame; the answer to a fetch of
 * keys. The names and what they do are in server/server_mutation.c, and in suites/README.md.
 */
enum server_mutation_table {
    SERVER_MUTATIONS_HANDSHAKE = 0,
    SERVER_MUTATIONS_CHANNEL,
    SERVER_MUTATIONS_FETCH,
    N_SERVER_MUTATIONS
};

/* In the table's order from 1; NULL past the end. Static storage. */
const struct server_mutation_entry *server_mutation_entry(enum server_mutation_table table,
                                                          unsigned what);
/* False for an unknown name, a number missing or too much. */
bool server_mutation_parse(enum server_mutation_table table, const char *text,
                           struct server_mutation *out);
/* Is |mutation| the one called |name| (without its number)? */
bool server_mutation_is(enum server_mutation_table table, struct server_mutation mutation,
                        const char *name);

#endif
