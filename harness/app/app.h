/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * app/app.h - a whole client of the gatekeeper: one user's app, I/O-free.
 * Depends on: base, wire, cipher/signal/party, app/app_rules.
 *
 * adapters/flawed serves it on the client surface, bench/gate.c runs 1,000 of them, and tests run
 * it against server/. Every decision is a field of struct app_rules: the honest rules do what
 * docs/wire.md says, a flaw changes one field. The bytes of the connection, the clock
 * (milliseconds, and unix seconds) and randomness come in by argument.
 */
#ifndef ASSAY_APP_APP_H
#define ASSAY_APP_APP_H

#include "app/app_rules.h"
#include "cipher/signal/party.h"
#include "wire/profile.h"
#include "wire/stanza.h"
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
    /* Told of each stanza that is received, before the app takes it, and of each document that it
     * sends; NULL: nobody. */
    void (*saw)(void *context, const struct stanza *stanza);
    void (*said)(void *context, struct bytes document);
    void *saw_context; /* of the next, too */
    /*
     * NULL: it is a whole client. For one side of a proxy: it publishes and answers nothing, and
     * hands on each document that is no end of the connection; what it says is app_say's.
     */
    void (*hands_on)(void *context, struct bytes document);
};

/* One event of the app; |kind| and |reason| are proto/target.proto's EventKind and Reason. */
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

MUST_USE enum status app_new(const struct app_options *options, struct app_observer observer,
                             struct app **out);
/* From app_save's bytes. E_PARSE. */
MUST_USE enum status app_load(struct bytes state, const struct app_options *options,
                              struct app_observer observer, struct app **out);
/* Are these app_save's bytes? */
bool app_is_saved(struct bytes state);
MUST_USE enum status app_save(const struct app *a, struct buffer *out);
void app_free(struct app *a);
struct party *app_party(struct app *a);

struct app_connect {
    const struct wire_profile *profile; /* copied */
    uint64_t account_id;
    const char *user, *issuer, *audience; /* copied */
    uint8_t root_key[32];
};
/* Each returns OK when the order was accepted; its outcome is reported as events. */
MUST_USE enum status app_connect(struct app *a, const struct app_connect *how, uint64_t now_ms);
void app_disconnect(struct app *a);
MUST_USE enum status app_send(struct app *a, struct address peer, struct bytes content);
MUST_USE enum status app_prepare(struct app *a, struct address peer);
MUST_USE enum status app_rotate(struct app *a);
MUST_USE enum status app_mark_read(struct app *a, struct address peer);

/* For whoever plays a hostile client: send |document|, whatever it is, as one transport message. It
 * is the last frame of app_output. E_CLOSED when it is not connected. */
MUST_USE enum status app_say(struct app *a, struct bytes document);

/* Should the owner of the socket connect now? It then calls app_dialled with the outcome. */
bool app_wants_dial(const struct app *a, uint64_t now_ms);
void app_dialled(struct app *a, bool is_connected, uint64_t now_ms);
/* When app_tick must be called next (back-off, handshake timeout, fetches); UINT64_MAX: never. */
uint64_t app_due_ms(const struct app *a);
void app_tick(struct app *a, uint64_t now_ms);
MUST_USE enum status app_receive(struct app *a, struct bytes in, uint64_t now_ms);
struct buffer *app_output(struct app *a);
/* |n| bytes of it were written: they are consumed. */
void app_written(struct app *a, size_t n);
bool app_wants_end(const struct app *a);        /* after its output is written */
void app_ended(struct app *a, uint64_t now_ms); /* the connection is gone */

#endif
