/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/proxy_context.h - the proxy surface of one case, behind the target: the harness's gatekeeper,
 * and what crossed on both sides of the proxy.
 * Depends on: run/context, server, driver/listener, driver/driver_server, wire.
 *
 * The clients before the proxy are those of run/server_context.h, which has this as a part. A
 * stanza is kept as the digest of a form in which equal stanzas are equal: neither the order of
 * attributes nor quotes, escapes or prefixes make a difference. Nothing here judges a case.
 */
#ifndef ASSAY_RUN_PROXY_CONTEXT_H
#define ASSAY_RUN_PROXY_CONTEXT_H

#include "base/canary.h"
#include "driver/driver_server.h"
#include "run/context.h"
#include "wire/stanza.h"

#define PROXY_STANZAS_MAX 4096u
#define PROXY_CONNECTIONS_MAX 256u
#define PROXY_USERS_MAX 4u

struct server;
struct server_connection;
struct listener;

/* From clients to the gatekeeper, or to clients. */
enum proxy_way { PROXY_UP, PROXY_DOWN, N_PROXY_WAY };
/* Before the proxy, where clients are, or behind it, where the gatekeeper is. */
enum proxy_side { PROXY_BEFORE, PROXY_BEHIND, N_PROXY_SIDE };

struct crossed_stanza {
    uint8_t digest[32];
    const char *what; /* for people, in the arena: <message id="x"> */
};
struct crossing {
    struct crossed_stanza *stanzas; /* PROXY_STANZAS_MAX places */
    size_t n;
};
struct proxy_user {
    const struct target_user *is; /* kept */
    struct crossing crossings[N_PROXY_WAY][N_PROXY_SIDE];
    size_t n_compared[N_PROXY_WAY];
};

/* A connection that the gatekeeper let in. */
struct proxied_connection {
    uint64_t account;
    uint8_t ephemeral[32];
    const char *jti;     /* of its token */
    const char *problem; /* NULL, or what is wrong with its token */
};

struct proxy_context {
    struct context *context; /* kept */
    struct clock clock;
    const struct wire_profile *profile; /* kept */
    const char *issuer;                 /* kept */
    struct random random;
    struct server *server;
    struct listener *listener;
    struct proxy_user users[PROXY_USERS_MAX];
    size_t n_users;
    /* The keys of one of which a token at the gatekeeper is to be: the proxy's own, where it has
     * some, or its clients'. */
    const char *own_keys, *client_keys;
    struct proxied_connection connections[PROXY_CONNECTIONS_MAX];
    size_t n_connections;
    /* What must not be in the bytes of a connection, and what not even in decrypted stanzas. */
    struct canaries in_clear, in_stanzas;
};

/* In the case context's arena: the gatekeeper listens. E_NOMEM, E_CRYPTO, E_IO; E_INPUT: the
 * profile pins a root, whose private key the gatekeeper does not have. */
MUST_USE enum status proxy_context_open(struct context *s, const struct context_options *options,
                                        const struct wire_profile *profile, const char *issuer,
                                        struct proxy_context **out);
/* Ends its connections. Accepts NULL. */
void proxy_context_close(struct proxy_context *p);

/* Let the gatekeeper know |users| (kept) and the keys of their clients' tokens (kept). E_LIMIT,
 * E_NOMEM. */
MUST_USE enum status proxy_context_expect(struct proxy_context *p, const struct target_user *users,
                                          size_t n_users, const char *client_keys);
/* Where the proxy is to dial. */
struct target_gatekeeper proxy_context_place(const struct proxy_context *p);

/* Never readable in stanzas, nor in the bytes of connections. E_NOMEM. */
MUST_USE enum status proxy_context_plant(struct proxy_context *p, const char *what,
                                         struct bytes secret);

/* To be called for what crosses before the proxy: a client's |account| said or saw this; bytes that
 * came from the proxy. What is no stanza is not kept. */
void proxy_context_said(struct proxy_context *p, uint64_t account, struct bytes document);
void proxy_context_saw(struct proxy_context *p, uint64_t account, const struct stanza *stanza);
void proxy_context_bytes(struct proxy_context *p, struct bytes raw);

/* What both do, for either side. */
void proxy_context_keep(struct proxy_context *p, uint64_t account, enum proxy_way way,
                        enum proxy_side side, const struct stanza *s);

/* Move what can be moved without waiting; to be called when this descriptor is ready, and before
 * each wait. E_NOMEM, E_IO. */
int proxy_context_fd(const struct proxy_context *p);
MUST_USE enum status proxy_context_run(struct proxy_context *p);

/* The connection of this account at the gatekeeper, or NULL; how many there are, also of nobody. */
struct server_connection *proxy_context_connection(const struct proxy_context *p, uint64_t account);
size_t proxy_context_open_connections(const struct proxy_context *p);

/* Has as much come on one side as was sent on the other? */
bool proxy_context_is_even(const struct proxy_context *p, enum proxy_way way);
/* The first difference since the last call, as one sentence in the arena; NULL: none. */
const char *proxy_context_compare(struct proxy_context *p, enum proxy_way way);
/* What is wrong with the connections that were let in: a token (or that it came before), an
 * ephemeral key that came before; NULL: nothing. */
const char *proxy_context_bad_token(const struct proxy_context *p);
const char *proxy_context_repeated_key(const struct proxy_context *p);

#endif
