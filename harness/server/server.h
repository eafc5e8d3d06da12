/*
 * server/server.h - assay in the server's role: connections, handshakes, accounts, prekeys,
 * queues (docs/wire.md; spec sections 5, 7, 14).
 * Depends on: base, wire, server/server_mutation, cipher/signal3/xeddsa.
 *
 * I/O-free: bytes of a connection in, bytes out, and events to a listener. Sockets are
 * driver/listener.h's. Each connection is a *line*. An account is a person's device at this gatekeeper;
 * a line belongs to one after authentication. Everything a client sends is hostile: bounded by the
 * profile, and what is kept of it by the maxima below.
 */
#ifndef ASSAY_SERVER_SERVER_H
#define ASSAY_SERVER_SERVER_H

#include "base/random.h"
#include "server/server_mutation.h"
#include "wire/certificate.h"
#include "wire/field.h"
#include "wire/handshake.h"
#include "wire/profile.h"
#include "wire/stanza.h"

#define SERVER_CONNECTIONS_MAX 4096u
#define SERVER_QUEUE_MAX 4096u         /* stanzas waiting for one account */
#define SERVER_ONE_TIME_KEYS_MAX 2048u /* kept of one account */

struct server;
struct server_connection;

enum server_event_kind {
    SERVER_NOTHING = 0,
    SERVER_OPENED,       /* a line was accepted */
    SERVER_CLIENT_HELLO, /* header (where the profile has one) and the client's first message are as they
                    should be */
    SERVER_AUTHENTICATED, /* the handshake is done and names an account; <success> is on its way */
    SERVER_TURNED_AWAY,   /* what the client sent ends the line before that: |detail| */
    SERVER_STANZA,        /* a stanza came: |stanza|, |document| */
    SERVER_UNREADABLE,    /* a frame, a transport message or a document that is none: the line ends;
                           |detail| */
    SERVER_ENDED          /* the client closed; |detail| "", or that it did so within a frame */
};

struct server_event {
    enum server_event_kind what;
    struct server_connection *connection;
    const struct stanza *stanza; /* views live as long as the call of the listener */
    struct bytes document;
    const char *detail; /* never NULL */
};

struct server_observer {
    void (*happened)(void *context, const struct server_event *event);
    /* Every byte that crosses, and every document in clear, for captures and canaries; either may
     * be NULL. */
    void (*bytes)(void *context, const struct server_connection *connection, bool from_client,
                  struct bytes raw);
    void (*document)(void *context, const struct server_connection *connection, bool from_client,
                     struct bytes clear);
    void *context;
};

/* What the gatekeeper does by itself. All true is a server; a case switches off what it wants to do
 * itself. */
struct server_policy {
    bool answers_pings, acks_messages, keeps_prekeys, serves_prekeys, routes, queues;
};

struct server_options {
    const struct wire_profile *profile; /* kept */
    struct random *random;              /* kept */
    uint64_t (*unix_now)(void *context);
    void *unix_context;
    struct server_observer listener;
    struct server_policy policy;
};

/* E_INPUT: the profile pins a root, whose private key nobody here has. E_NOMEM, E_CRYPTO. */
MUST_USE enum status server_new(const struct server_options *options, struct server **out);
/* Lines, too. Accepts NULL. */
void server_free(struct server *g);
/* What clients must pin: 32 bytes. The server's static key: 32 bytes. */
struct bytes server_root(const struct server *g);
struct bytes server_static(const struct server *g);
void server_set_policy(struct server *g, struct server_policy policy);

/* ---- Accounts */

struct server_account {
    uint64_t id;
    const char *name; /* on the wire NAME:DEVICE@stanza.user-domain */
    uint32_t device;
};
/* E_LIMIT: the id or the address is taken. E_NOMEM. */
MUST_USE enum status server_account_add(struct server *g, const struct server_account *account);
/* The line that is authenticated for this account now, or NULL. */
struct server_connection *server_account_connection(struct server *g, uint64_t account);

/*
 * The prekeys an account published, as an encoded assay.signal.v1.PreKeyBundle (wire/signal.h) with
 * one one-time prekey taken from its store (each given once), or without. E_MISSING: nothing
 * published, or (with) none left.
 */
MUST_USE enum status server_bundle_take(struct server *g, uint64_t account,
                                        bool with_one_time_prekey, struct buffer *out);
/* What is served when somebody asks for this account's keys: |bundle| once for each fetch, until
 * replaced. */
MUST_USE enum status server_bundle_put(struct server *g, uint64_t account, struct bytes bundle);
/* How often somebody fetched this account's keys; how many one-time prekeys are left. */
unsigned server_fetches(const struct server *g, uint64_t account);
size_t server_one_time_keys_left(const struct server *g, uint64_t account);

/* ---- Lines */

/* A new connection. E_LIMIT, E_NOMEM. */
MUST_USE enum status server_connection_open(struct server *g, struct server_connection **out);
/* Bytes from the client. Never fails for what they are: a line that must end wants to
 * (server_connection_wants_end). E_NOMEM. */
MUST_USE enum status server_connection_receive(struct server_connection *l, struct bytes in);
/* What is to be written; the caller consumes it from the front. */
struct buffer *server_connection_output(struct server_connection *l);
/*
 * After some of it was: letters that found no room follow, and an output that is empty holds no
 * memory. Without it they follow when the client says something. E_NOMEM, E_CRYPTO.
 */
MUST_USE enum status server_connection_written(struct server_connection *l);
/* How the line wants to end, after its output is written (reset: without waiting for it). */
enum server_end { SERVER_STAYS = 0, SERVER_CLOSES, SERVER_RESETS, SERVER_HALF_CLOSES };
enum server_end server_connection_wants_end(const struct server_connection *l);
/*
 * How the output is to be written: whole, in pieces of |chunk| bytes with |pause_ms| between them
 * (0 chunk: at once), the first piece |first| bytes when that is not 0. From the bends
 * "byte-by-byte", "split", "slow".
 */
struct server_pace {
    size_t first, chunk;
    uint32_t pause_ms;
    uint32_t end_pause_ms; /* before the line ends as it wants to */
};
struct server_pace server_connection_pace(const struct server_connection *l);
/* The client closed, or the socket broke; frees |l|. */
void server_connection_gone(struct server_connection *l);
void server_connection_hang_up(struct server_connection *l, enum server_end how);

uint64_t server_connection_account(const struct server_connection *l); /* 0 before authentication */
unsigned server_connection_number(const struct server_connection *l);  /* counts up from 1 */
/* What the client's handshake said. Views live as long as the line. */
struct server_introduction {
    struct bytes intro, header;  /* as received, empty where none came */
    struct bytes ephemeral;      /* 32 */
    struct bytes static_key;     /* 32 */
    struct bytes static_on_wire; /* as it crossed: 48, encrypted */
    struct client_payload payload;
    struct bytes raw_payload;
    size_t hellos; /* frames before authentication */
};
const struct server_introduction *server_connection_introduction(const struct server_connection *l);

/* ---- Bends: each stays until it is replaced; |what| 0 is honest. */

void server_mutation_handshake(struct server *g, struct server_mutation mutation);
void server_mutation_certificate(struct server *g, enum certificate_mutation mutation);
void server_mutation_fetch(struct server *g, struct server_mutation mutation);
/* Changes by field: of the handshake message and its frame; of what server_connection_push sends and
 * its frame. Borrowed until they are replaced; NULL: none. */
void server_edit_handshake(struct server *g, const struct field_edits *edits);
void server_edit_channel(struct server *g, const struct field_edits *edits);
/* Answer the next |n| authentications with <failure reason="|reason|"/>, or (0) close each before
 * any handshake byte. */
void server_refuse_service(struct server *g, unsigned n, unsigned reason);

/* ---- Stanzas to a client */

/* One document as one transport message, bent on the channel or not (NULL). E_LIMIT: longer than
 * the profile's maximum. */
MUST_USE enum status server_connection_push(struct server_connection *l, struct bytes document,
                                            const struct server_mutation *channel);

/* An honest <message> for |to|, from |from| (a gate address of any account), holding one encrypted
 * body. */
struct server_message {
    const char *id;
    uint64_t from, to;     /* accounts */
    const char *type;      /* "text" */
    const char *enc_type;  /* "pkmsg" or "msg" */
    const char *mediatype; /* of the enc; NULL for none */
    struct bytes body;
    unsigned count;  /* of a retry; 0: no attribute */
    bool was_queued; /* offline="1" */
};
/* Write it as a document to |out| (appended). */
MUST_USE enum status server_message_write(struct server *g, const struct server_message *m,
                                          struct buffer *out);
/* Deliver a document now, or keep it until the account connects; delivered again after a reconnect
 * until it is acked. */
MUST_USE enum status server_deliver(struct server *g, uint64_t to, const char *id,
                                    struct bytes document);
size_t server_waiting(const struct server *g, uint64_t account); /* queued or not acked */

#endif
