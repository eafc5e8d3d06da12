/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/server_context.h - the server surface of one case: where the target's server listens, and
 * clients of the harness that dial it. On the proxy surface also what is behind it
 * (run/proxy_context.h).
 * Depends on: run/context, app/app, driver/driver_server, scenario/server_words, wire.
 *
 * A client is harness/app, one decision of which may be wrong; its socket is moved here
 * (server_client.c). Nothing here judges.
 */
#ifndef ASSAY_RUN_SERVER_CONTEXT_H
#define ASSAY_RUN_SERVER_CONTEXT_H

#include "app/app.h"
#include "driver/driver_server.h"
#include "run/context.h"
#include "scenario/server_words.h"
#include "wire/token.h"

#define SERVER_CONTEXT_ISSUER "https://provider.example"
#define SERVER_CONTEXT_TEXTS_MAX 4096u
#define SERVER_CONTEXT_CROWD 100u
#define SERVER_CONTEXT_HEARD_MAX 16384u /* bytes kept of what came first */
#define SERVER_CONTEXT_GONE_MS 60u      /* for what comes although nothing is expected any more */

/* The answer to a stanza whose id is waited for. */
struct server_answer {
    bool came, is_error;
    const char *user;            /* of a fetch: whose address it says; NULL: nobody's */
    bool has_keys, is_not_found; /* identity and signed prekey; or 404 */
    const char *key;             /* the one-time prekey's id as it was sent; NULL: none came */
};

struct server_client {
    struct server_context *context; /* kept */
    const char *name;               /* of its address */
    const char *user;               /* its visible identifier */
    uint64_t account;
    struct random random;
    struct app_rules rules; /* of the connection it has */
    struct app *app;        /* made when it dials first */
    int fd;                 /* -1: none */
    struct buffer made_by;  /* what it sent until it was let in, the last time */
    struct buffer heard;    /* what came first on its connection */
    uint8_t server_key[32]; /* the server's ephemeral key of the connection that made_by made */
    bool is_let_in, is_ready;
    /* Its connection has ended; by the client's own decision. A server that says that it ends, and
     * leaves the connection open, has not ended it. */
    bool is_over, ended_by_itself;
    const char *said; /* how it ended, and why it was not made */
    /* of its messages; given up: no answer, or one that is neither yes nor no */
    size_t n_acked, n_refused, n_given_up;
    struct bytes shown[SERVER_CONTEXT_TEXTS_MAX];   /* contents */
    size_t n_shown, n_looked;                       /* that <received> has looked at */
    const char *messages[SERVER_CONTEXT_TEXTS_MAX]; /* "SENDER ID" of each that came */
    const char *types[SERVER_CONTEXT_TEXTS_MAX];    /* "TYPE" or "TYPE MEDIATYPE" of each */
    size_t n_messages, n_messages_looked;           /* the same */
    unsigned n_again;                               /* that had come before, since the last look */
    const char *last_sender;                        /* of the newest; "" for none */
    const char *awaited;                            /* the id that |answer| is for; NULL: none */
    struct server_answer answer;
};

/* A message that the server took. */
struct server_post {
    unsigned to; /* enum server_side */
    struct bytes content;
    const char *type; /* "text", "media image" */
    bool was_looked_at;
};

#define SERVER_CONTEXT_NO_PUSH_MS 500u /* in which a server that pushes would have */

struct proxy_context;
struct server_push;

struct server_context {
    struct context *context;                           /* kept */
    struct proxy_context *proxy;                       /* NULL: the target is the gatekeeper */
    struct server_push *push;                          /* NULL: no step of the case opts in */
    struct target_user users[SERVER_SIDE_MALLORY + 1]; /* those that it is told of */
    const char *key_set;                               /* of the clients' tokens */
    struct wire_profile profile;
    struct clock clock;
    uint64_t timeout_ms;
    struct token_key *key; /* the provider's */
    const char *host, *port;
    uint8_t root[32];
    struct server_client clients[N_SERVER_SIDE];
    struct server_post posts[SERVER_CONTEXT_TEXTS_MAX];
    size_t n_posts;
    const char *keys[SERVER_CONTEXT_TEXTS_MAX]; /* one-time prekeys given, "USER ID" */
    size_t n_keys;
    unsigned next_id;
    int crowd[SERVER_CONTEXT_CROWD]; /* sockets of nobody's; ended with the case */
    size_t n_crowd;
};

/* In the case context's arena; nothing is asked of the target yet. E_NOMEM, E_CRYPTO. */
MUST_USE enum status server_context_open(struct context *s, const struct context_options *options,
                                         struct server_context **out);
/* The same for a proxy, with a gatekeeper behind it. E_IO; E_INPUT: the profile pins a root. */
MUST_USE enum status server_context_open_proxy(struct context *s,
                                               const struct context_options *options,
                                               struct server_context **out);
/* Ends all connections. Accepts NULL. */
void server_context_close(struct server_context *c);
/* Have the target let in the case's users. *out SEEN_DONE, or SEEN_UNREADABLE when it listens where
 * assay does not dial. */
MUST_USE enum status server_context_find(struct server_context *c, struct answer *out);

/* How a client dials. */
struct server_dial {
    struct app_rules rules;
    uint64_t account;
    bool is_replay; /* send what made the connection before, and nothing else */
};
/* Dial, and begin the handshake. Not reached: |l|->is_over, and |l|->said why. */
MUST_USE enum status server_client_dial(struct server_client *l, const struct server_dial *how);
void server_client_leave(struct server_client *l);
/* After a replay: the server answered with the ephemeral key of the connection before. */
bool server_client_met_the_same_key(const struct server_client *l);
/* A hundred connections that send one byte each. E_IO: not all of them were taken. E_NOMEM. */
MUST_USE enum status server_context_crowd(struct server_context *c);
/* Its address, or anybody's of the users' domain, in the arena; NULL when it is full. */
const char *server_context_address(const struct server_context *c, const char *name);
/* An id that no stanza of the case had, in the arena; NULL when it is full. |l| waits for an answer
 * to it. */
const char *server_client_new_id(struct server_client *l);
/* Until that answer came, or its connection is over. As server_context_until. */
MUST_USE enum status server_client_await_answer(struct server_client *l);

/*
 * Move bytes of all clients until |is_enough| (NULL: never) is true of |about|, or |for_ms| have
 * passed. *out_enough says which. E_NOMEM, E_IO.
 */
MUST_USE enum status server_context_until(struct server_context *c,
                                          bool (*is_enough)(const void *about), const void *about,
                                          uint64_t for_ms, bool *out_enough);

#endif
