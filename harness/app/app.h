/*
 * app/app.h - assay's own client of a gatekeeper: one person's application, I/O-free.
 * Depends on: base, wire, cipher/signal3/party, app/app_rules.
 *
 * What adapters/flawed is on the client surface, what the load driver makes 1,000 of, and what the
 * gatekeeper is tried with. Every decision is a field of struct app_rules: the honest ones do
 * what docs/wire.md says, a flaw changes one. The connection's bytes go in and out by argument; so
 * do the clock (milliseconds, and unix seconds) and randomness.
 */
#ifndef ASSAY_APP_APP_H
#define ASSAY_APP_APP_H

#include "app/app_rules.h"
#include "cipher/signal3/party.h"
#include "wire/profile.h"
#include "wire/token.h"

struct app;

struct app_options {
    struct address self;
    struct random *random;             /* kept */
    const struct rules *rules;         /* of its Signal party; kept; NULL: honest */
    const struct app_rules *wire;      /* kept; NULL: honest */
    const struct token_key *token_key; /* kept: the provider's */
    uint64_t (*unix_now)(void *context);
    void *unix_context;
};

/* What it tells the person: the numbers of proto/target.proto's EventKind. */
struct app_event {
    unsigned kind, reason;
    bool by_self;
    struct address peer;
    const char *id;
    struct bytes content;
    const char *detail;
};
struct app_observer {
    void (*happened)(void *context, const struct app_event *event); /* views for the call */
    void *context;
};

MUST_USE enum status app_new(const struct app_options *options, struct app_observer listener,
                             struct app **out);
/* From app_save's bytes. E_PARSE. */
MUST_USE enum status app_load(struct bytes state, const struct app_options *options,
                              struct app_observer listener, struct app **out);
/* Are these app_save's bytes? */
bool app_is_saved(struct bytes state);
MUST_USE enum status app_save(const struct app *c, struct buffer *out);
void app_free(struct app *c);
struct party *app_party(struct app *c);

struct app_connect {
    const struct wire_profile *profile; /* copied */
    uint64_t account_id;
    const char *user, *issuer, *audience; /* copied */
    uint8_t root_key[32];
};
/* Orders. Each returns OK when taken; what comes of it is told as events. */
MUST_USE enum status app_connect(struct app *c, const struct app_connect *how, uint64_t now_ms);
void app_disconnect(struct app *c);
MUST_USE enum status app_send(struct app *c, struct address peer, struct bytes content);
MUST_USE enum status app_prepare(struct app *c, struct address peer);
MUST_USE enum status app_rotate(struct app *c);
MUST_USE enum status app_mark_read(struct app *c, struct address peer);

/* The owner of the socket asks: should there be a connection now? Then it dials and says so, or
 * that it failed. */
bool app_wants_dial(const struct app *c, uint64_t now_ms);
void app_dialled(struct app *c, bool is_connected, uint64_t now_ms);
/* When something is due by time (back-off, pings, handshake timeout); UINT64_MAX for never. */
uint64_t app_due_ms(const struct app *c);
void app_tick(struct app *c, uint64_t now_ms);
MUST_USE enum status app_receive(struct app *c, struct bytes in, uint64_t now_ms);
struct buffer *app_output(struct app *c);
bool app_wants_end(const struct app *c);        /* after its output is written */
void app_ended(struct app *c, uint64_t now_ms); /* the connection is gone */

#endif
