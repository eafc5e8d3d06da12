/*
 * peer/gate_bend.h - what the gatekeeper does wrong once, by name: in the handshake, on the
 * channel, in what it answers to a fetch of keys. (Certificates: wire/certificate.h; stanzas:
 * wire/stanza_bend.h.)
 * Depends on: base.
 *
 * Each table has names as suites write them, "name" or "name=NUMBER"; the _keeps functions tell
 * whether an honest client must go on as if nothing had happened.
 */
#ifndef ASSAY_PEER_GATE_BEND_H
#define ASSAY_PEER_GATE_BEND_H

#include <stdbool.h>
#include <stdint.h>

/* One bend of any of these tables; |what| 0 is honest. */
struct gate_bend {
    unsigned what;
    uint32_t n;
};

struct gate_bend_entry {
    const char *name;
    bool has_number;
    bool keeps;
    const char *explanation; /* what is done, and what a careless client makes of it */
};

/*
 * The server's handshake message; one transport message and its frame; the answer to a fetch of
 * keys. The names and what they do are in peer/gate_bend.c, and in suites/README.md.
 */
enum gate_bend_table {
    GATE_BENDS_HANDSHAKE = 0,
    GATE_BENDS_CHANNEL,
    GATE_BENDS_FETCH,
    N_GATE_BENDS
};

/* In the table's order from 1; NULL past the end. Static storage. */
const struct gate_bend_entry *gate_bend_entry(enum gate_bend_table table, unsigned what);
/* False for an unknown name, a number missing or too much. */
bool gate_bend_parse(enum gate_bend_table table, const char *text, struct gate_bend *out);
/* Is |bend| the one called |name| (without its number)? */
bool gate_bend_is(enum gate_bend_table table, struct gate_bend bend, const char *name);

#endif
