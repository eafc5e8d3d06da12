/*
 * peer/caller.h - assay's own client of a gatekeeper: one person's application, I/O-free.
 * Depends on: base, wire, peer/party, peer/caller_rules.
 *
 * What adapters/flawed is on the client surface, what the load driver makes 1,000 of, and what the
 * gatekeeper is tried with. Every decision is a field of struct caller_rules: the honest ones do
 * what docs/wire.md says, a flaw changes one. The connection's bytes go in and out by argument; so
 * do the clock (milliseconds, and unix seconds) and randomness.
 */
#ifndef ASSAY_PEER_CALLER_H
#define ASSAY_PEER_CALLER_H

#include "peer/caller_rules.h"
#include "peer/party.h"
#include "wire/profile.h"
#include "wire/token.h"

struct caller;

struct caller_options {
    struct address self;
    struct random *random;             /* kept */
    const struct rules *rules;         /* of its Signal party; kept; NULL: honest */
    const struct caller_rules *wire;   /* kept; NULL: honest */
    const struct token_key *token_key; /* kept: the provider's */
    uint64_t (*unix_now)(void *context);
    void *unix_context;
};

/* What it tells the person: the numbers of proto/target.proto's EventKind. */
struct caller_event {
    unsigned kind, reason;
    bool by_self;
    struct address peer;
    const char *id;
    struct bytes content;
    const char *detail;
};
struct caller_listener {
    void (*happened)(void *context, const struct caller_event *event); /* views for the call */
    void *context;
};

MUST_USE enum status caller_new(const struct caller_options *options,
                                struct caller_listener listener, struct caller **out);
/* From caller_save's bytes. E_PARSE. */
MUST_USE enum status caller_load(struct bytes state, const struct caller_options *options,
                                 struct caller_listener listener, struct caller **out);
/* Are these caller_save's bytes? */
bool caller_is_saved(struct bytes state);
MUST_USE enum status caller_save(const struct caller *c, struct buffer *out);
void caller_free(struct caller *c);
struct party *caller_party(struct caller *c);

struct caller_connect {
    const struct wire_profile *profile; /* copied */
    uint64_t account_id;
    const char *user, *issuer, *audience; /* copied */
    uint8_t root_key[32];
};
/* Orders. Each returns OK when taken; what comes of it is told as events. */
MUST_USE enum status caller_connect(struct caller *c, const struct caller_connect *how,
                                    uint64_t now_ms);
void caller_disconnect(struct caller *c);
MUST_USE enum status caller_send(struct caller *c, struct address peer, struct bytes content);
MUST_USE enum status caller_prepare(struct caller *c, struct address peer);
MUST_USE enum status caller_rotate(struct caller *c);
MUST_USE enum status caller_mark_read(struct caller *c, struct address peer);

/* The owner of the socket asks: should there be a connection now? Then it dials and says so, or
 * that it failed. */
bool caller_wants_dial(const struct caller *c, uint64_t now_ms);
void caller_dialled(struct caller *c, bool is_connected, uint64_t now_ms);
/* When something is due by time (back-off, pings, handshake timeout); UINT64_MAX for never. */
uint64_t caller_due_ms(const struct caller *c);
void caller_tick(struct caller *c, uint64_t now_ms);
MUST_USE enum status caller_receive(struct caller *c, struct bytes in, uint64_t now_ms);
struct buffer *caller_output(struct caller *c);
bool caller_wants_end(const struct caller *c);        /* after its output is written */
void caller_ended(struct caller *c, uint64_t now_ms); /* the connection is gone */

#endif
