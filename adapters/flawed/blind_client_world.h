/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blind_client_world.h - one client and a gatekeeper in one process, for the test of the blind
 * flaws of clients: each act notes what the client said and reported. What cannot fail but by the
 * test's own fault ends the program.
 * Depends on: app, server, cipher.
 */
#ifndef ADAPTERS_FLAWED_BLIND_CLIENT_WORLD_H
#define ADAPTERS_FLAWED_BLIND_CLIENT_WORLD_H

#include "app/app.h"
#include "server/server.h"

#define CLIENT_WORLD_PEERS 4u

/* Another user's device, whose account is here, and never connected. */
struct client_peer {
    struct party *party;
    uint64_t account;
    const char *name;
    uint32_t device;
};

struct client_world {
    struct app_rules wire;     /* of the client */
    const struct rules *rules; /* of all parties */
    struct wire_profile profile;
    struct random random, servers_random, peers_random;
    struct server *server;
    struct token_key *key;
    struct app *app;
    struct server_connection *connection; /* NULL: none */
    struct client_peer peers[CLIENT_WORLD_PEERS];
    size_t n_peers;
    uint64_t now_ms;
    size_t piece;       /* so many bytes at a time come to the client; 0: all that there are */
    size_t first_write; /* so many bytes can be written at first; 0: all */
    bool loses_sent;    /* what the client sends does not arrive */
    bool loses_once_in; /* nor what it sends from the next <success> on */
    struct buffer log;
};

void client_world_must(enum status st);
/* With a gatekeeper that acknowledges messages, or not. */
void client_world_begin(struct client_world *w, bool acks);
void client_world_end(struct client_world *w);

void client_world_settle(struct client_world *w);
/* Connect, and settle. */
void client_world_connect(struct client_world *w);
/* To the next moment the client waits for, when there is one. */
void client_world_wait(struct client_world *w);
/* The connection breaks, and the client comes back. */
void client_world_lose(struct client_world *w);
/* The client is saved and loaded, and connects. */
void client_world_restart(struct client_world *w);

/* A new device of |name|, whose keys can be fetched. */
struct client_peer *client_world_peer(struct client_world *w, const char *name, uint32_t device);
/* |p| starts a session with the client's keys. */
void client_world_start(struct client_world *w, struct client_peer *p);

/* A message of |p| to the client, as a document appended to |out|. */
struct client_message {
    const char *id, *text;           /* |text| NULL: bytes that do not decrypt */
    const char *attributes, *before; /* of the message; what stands before its <enc>; or NULL */
    unsigned padding;                /* bytes; 0: 7 */
};
void client_world_write(struct client_world *w, struct client_peer *p,
                        const struct client_message *m, struct buffer *out);
/* Written, sent, and answered. */
void client_world_tell(struct client_world *w, struct client_peer *p,
                       const struct client_message *m);
/* Send this document to the client and settle. */
void client_world_push(struct client_world *w, const char *document);
/* The client's person says |text|; nothing is passed. */
void client_world_say(struct client_world *w, const struct client_peer *to, const char *text);
/* |p| asks for the client's message |id| again, with fresh keys of |keys| or (NULL) without. */
void client_world_ask(struct client_world *w, const struct client_peer *p, const char *id,
                      unsigned count, struct party *keys);

#endif
