/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * relay.h - one user's two connections: their client's, and theirs at the gatekeeper.
 * Depends on: harness/app, harness/server, driver/dial, proxy_flaws, relay_change.
 *
 * To the client it is a server that only tells what comes (server/server.h), to the gatekeeper one
 * side of an app that only hands on what comes (app/app.h). Each client's connection brings one of
 * its own at the gatekeeper, and neither outlives the other.
 */
#ifndef PROXY_RELAY_H
#define PROXY_RELAY_H

#include "app/app.h"
#include "base/clock.h"
#include "proxy_flaws.h"
#include "relay_change.h"
#include "server/server.h"

struct relay_gatekeeper {
    char host[64], port[8];
    uint8_t root[32];
};

/* What all relays of a proxy have; kept. */
struct relay_place {
    const struct proxy_rules *rules;
    const struct wire_profile *profile;
    struct relay_gatekeeper gatekeeper;
    const struct token_key *key; /* of the tokens to the gatekeeper */
    const char *issuer, *audience;
    struct server *server; /* to the clients */
    struct clock clock;
};

struct relay {
    const struct relay_place *place;
    uint64_t account; /* of the client; the next two: whom the gatekeeper is told of */
    uint64_t account_there;
    const char *user, *name;
    struct random random;
    struct app *app;
    int fd;                           /* at the gatekeeper; -1: none */
    bool is_ready;                    /* it let us in */
    struct server_connection *client; /* NULL: none; it may have gone, see relay_look */
    struct buffer waiting; /* for the gatekeeper, before it let us in: 4 bytes of length each */
    struct relay_memory memory;
};

/* With place, account, account_there, user, name and random set. E_NOMEM. */
MUST_USE enum status relay_init(struct relay *r);

/* A client of this user was let in. */
void relay_begin(struct relay *r, struct server_connection *client);
/* It sent this. */
void relay_up(struct relay *r, struct bytes document);
/* To be called before each wait: has the client gone? Writes what can be written. |out_events|:
 * what to poll |r|->fd for. */
void relay_look(struct relay *r, short *out_events);
/* What poll said of it. */
void relay_ready(struct relay *r, short revents);

#endif
