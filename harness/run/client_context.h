/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/client_context.h - the client surface of one case: assay's gatekeeper on a socket, the
 * accounts of everybody in the case, what each client of the target sent and told.
 * Depends on: run/context, run/canary, driver/listener, driver/driver_client, server/server.
 *
 * A target's party is a whole client here. It acts by itself: each function below that waits moves
 * the gatekeeper's bytes and asks the target for events until something is known or the deadline
 * passes. Nothing here judges.
 */
#ifndef ASSAY_RUN_CLIENT_CONTEXT_H
#define ASSAY_RUN_CLIENT_CONTEXT_H

#include "server/server.h"
#include "base/canary.h"
#include "run/context.h"
#include "driver/driver_client.h"
#include "driver/listener.h"
#include "driver/peer.h"

#define CLIENT_CONTEXT_ISSUER "https://provider.example" /* whose tokens a target is told to make */
#define CLIENT_CONTEXT_NEVER_FETCHED                                                               \
    "/nobody-must-fetch-this"              /* of client_context_bait; a canary */
#define CLIENT_CONTEXT_OBSERVED_MAX 65536u /* stanzas, lines and events kept in a case */
#define CLIENT_CONTEXT_KEMS_AT_A_TIME                                                              \
    16u /* one-time KEM prekeys in an upload, at most (docs/wire.md) */
/* After the answer to a later ping, for a client that works on several things at once. */
#define CLIENT_CONTEXT_GRACE_MS 40u

struct saying;

/* A stanza that came from a client. */
struct observed_stanza {
    uint64_t account;
    unsigned connection; /* the connection's number */
    const struct stanza *stanza;
    struct bytes document;
    bool is_taken; /* a step has looked at this message (run/verbs_outbox.c) */
};

/* What the gatekeeper sent to a client, as far as the answers depend on it. */
struct told_stanza {
    uint64_t account;
    unsigned connection;                 /* the connection's number */
    size_t before;                       /* stanzas that were observed when it was sent */
    const char *name, *id, *type, *from; /* all but the name NULL where it has none */
    const char *class;                   /* of an ack; NULL without one */
    bool is_error;                       /* an ack that says one */
    bool says_few;                       /* one-time prekeys are left, fewer than are enough */
};

/* A connection, as the gatekeeper saw it. */
struct observed_connection {
    unsigned number;
    uint64_t account; /* 0: never authenticated */
    enum peer whose;
    bool said_hello, is_authenticated, is_over;
    const char *trouble; /* why the gatekeeper ended it; NULL when it did not */
    bool ended_by_client;
    bool is_judged; /* |trouble| was looked at */
    uint64_t at_ms; /* when it was accepted */
    /* The ephemeral key is copied with the hello, the rest once the handshake is done. */
    struct server_introduction introduction;
    bool is_key_judged, is_token_judged;
    size_t stanzas_before; /* that came from it before authentication */
};

struct client_context_account {
    uint64_t id;
    const char *name;
    uint32_t device;
    const char *user; /* the visible identifier: a canary outside the token */
    struct case_party
        *at; /* the target's party that is connected for it, or was last; NULL for the harness's */
    struct bytes bundle; /* what the gatekeeper serves for it */
    /* Told to its clients: to send a message, to make a new signed prekey; and how many messages,
     * each with an id of its own, came. */
    unsigned n_orders, n_rotations, n_messages;
    struct saying *said; /* not awaited yet (run/verbs_say.c); NULL: nothing */
    /* Of <write>: what was written since all had been heard, and the failures told until then; what
     * was observed from here on is to be looked at. */
    unsigned n_written, n_failed;
    size_t heard_from;
};

/* What a client must not send, in the words of a report. */
#define CLIENT_SECRET_TEXT "a message's text"
#define CLIENT_SECRET_USER "the user's visible identifier"
#define CLIENT_SECRET_TOKEN "an identity token"
#define CLIENT_SECRET_FETCH "a request for what a hostile stanza named"

struct client_context {
    struct context *context; /* kept */
    const struct wire_profile *profile;
    struct random random;
    struct server *server;
    struct listener *listener;
    struct clock clock;
    uint64_t timeout_ms;
    struct canaries canaries;
    struct observed_stanza *observed;
    size_t n_observed, cap_observed;
    size_t n_judged; /* stanzas that were looked at (run/client_watch.h) */
    struct told_stanza *told;
    size_t n_told, cap_told;
    bool is_unsure;   /* something that was sent to a client is no stanza */
    bool has_held;    /* the gatekeeper has kept something back (run/verbs_hold.c), or ignores
                         uploads: an upload may have no answer */
    unsigned n_reads; /* orders to say that something was read */
    struct observed_connection *connections;
    size_t n_connections, cap_connections;
    struct client_context_account accounts[CONTEXT_PARTIES_MAX];
    size_t n_accounts;
    const char *key_set; /* the provider's, asked once */
    unsigned next_id;
    bool is_flooded; /* there was no room for all that was observed */
};

/* In the case context's arena. E_NOMEM, E_CRYPTO, E_IO. */
MUST_USE enum status client_context_open(struct context *s, const struct context_options *options,
                                         struct client_context **out);
/* Closes sockets; memory is the arena's. Accepts NULL. */
void client_context_close(struct client_context *client);

/* An address for external entities: who fetches it connects to the gatekeeper's own listener and is
 * found out. NULL when the arena is full. */
const char *client_context_bait(const struct client_context *client);

/* The account of |a|'s address; made when it is new. NULL when full. */
struct client_context_account *client_context_account(struct client_context *client,
                                                      struct case_party *a);

/* Make |a| as a client of the target. As the client_ functions. */
MUST_USE enum status client_context_create(struct client_context *client, struct case_party *a,
                                           struct answer *out);

/* Ask for |a|'s events. *out SEEN_DONE, or what was wrong with the answer. */
MUST_USE enum status client_context_poll(struct client_context *client, struct case_party *a,
                                         struct answer *out);

/*
 * Move bytes and poll |a| until |is_enough| says so. *out SEEN_DONE; SEEN_SILENCE past |for_ms|; or
 * what went wrong on the control socket.
 */
MUST_USE enum status client_context_until(struct client_context *client, struct case_party *a,
                                          bool (*is_enough)(void *context), void *context,
                                          uint64_t for_ms, struct answer *out);
/* Move bytes for so long. */
MUST_USE enum status client_context_linger(struct client_context *client, struct case_party *a,
                                           uint64_t for_ms, struct answer *out);

/* The newest event of |a| of this kind after the first |since| kept ones; NULL for none. */
const struct target_event *client_context_event(const struct case_party *a,
                                                enum target_event_kind kind, size_t since);
/* Is |e| about |who|, or what they sent? */
bool client_context_is_about(const struct target_event *e, const struct case_party *who);
/* The connection that |a| has now, or NULL. */
struct server_connection *client_context_connection(struct client_context *client,
                                                    const struct case_party *a);
/* The newest connection of this account, or (0) of anybody. */
struct observed_connection *client_context_observed_connection(struct client_context *client,
                                                               uint64_t account);

/*
 * How many connections the target itself made after the first |since| observed ones. Others of this
 * machine dial ports, too: those count that the target's process made, that authenticated, or that
 * said a sound hello where nobody knows whose they are.
 */
size_t client_context_dials(const struct client_context *client, size_t since);
/* The first of them; without one, the first that may be the target's; NULL for none. */
const struct observed_connection *client_context_first_attempt(const struct client_context *client,
                                                               size_t since);

struct client_context_connect {
    struct word_use handshake;
    unsigned certificate;
    const struct field_edits *edits; /* of the handshake message and its frame; NULL for none */
};
/*
 * |a| dials. *out SEEN_DONE once it is connected; SEEN_REFUSAL when it ended the first attempt by
 * itself and said why; SEEN_CLOSE when it ended without a word; SEEN_UNREADABLE when the gatekeeper
 * could not go on with what it sent.
 */
MUST_USE enum status client_context_connect(struct client_context *client, struct case_party *a,
                                            const struct client_context_connect *how,
                                            struct answer *out);
/* The same when it is not connected, honestly. */
MUST_USE enum status client_context_be_connected(struct client_context *client,
                                                 struct case_party *a, struct answer *out);

/* Is |a| connected as far as it can be while the gatekeeper holds something back: it has
 * authenticated, and was not let in, or its first upload has no answer? */
bool client_context_is_held(struct client_context *client, const struct case_party *a);

/* Push a ping to |a| and wait for its answer: what it was sent before has been seen to. *out
 * SEEN_DONE, SEEN_CLOSE, SEEN_SILENCE. */
MUST_USE enum status client_context_barrier(struct client_context *client, struct case_party *a,
                                            struct answer *out);

/*
 * As client_context_until, for what a client does at once: when it has answered a ping and a while
 * has passed, more is not waited for.
 */
MUST_USE enum status client_context_await(struct client_context *client, struct case_party *a,
                                          bool (*is_enough)(void *context), void *context,
                                          struct answer *out);

/* A ping with this id, and no waiting. */
MUST_USE enum status client_context_push_ping(struct client_context *client,
                                              struct server_connection *connection, const char *id);

/* A stanza id no one used in this case, in the arena; NULL when it is full. */
const char *client_context_new_id(struct client_context *client);
/* The first stanza called |name| that |account| sent after the first |since| observed, with this
 * id (NULL: any); NULL for none. */
const struct observed_stanza *client_context_find(const struct client_context *client,
                                                  uint64_t account, const char *name,
                                                  const char *id, size_t since);

/* A step has looked at the message |stanza|, which was observed. */
void client_context_take(struct client_context *client, const struct stanza *stanza);

/* When a client sent what it must not: SEEN_LEAK, what, and the requirement that this violates. */
void client_context_look_for_leak(const struct context *s, const struct op *op,
                                  struct step_result *out);

#endif
