/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server/server.h - the gatekeeper's server: connections, handshakes, accounts, prekeys and queues
 * (docs/wire.md, docs/spec/gatekeeper.md).
 * Depends on: base, wire, server/server_mutation, cipher/signal/xeddsa.
 *
 * I/O-free: the bytes of a connection go in and out by argument, and events go to an observer;
 * driver/listener.h has the sockets. An account is one device of a user; a connection belongs to an
 * account after authentication. Everything a client sends is hostile: the profile bounds what is
 * accepted, the maxima below bound what is kept.
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
#define SERVER_FEW_PLACES 50u           /* under struct server_rules.has_few_places */
#define SERVER_LATE_MS 80u              /* under its repeats_late */
#define SERVER_QUEUE_MAX 4096u          /* stanzas waiting for one account */
#define SERVER_ONE_TIME_KEYS_MAX 32768u /* kept of one account, of each kind */

struct server;
struct server_connection;

enum server_event_kind {
    SERVER_NOTHING = 0,
    SERVER_OPENED,        /* a connection was accepted */
    SERVER_CLIENT_HELLO,  /* the header, if any, and the first handshake message are sound */
    SERVER_AUTHENTICATED, /* the handshake is done and names an account; <success> is on its way */
    SERVER_TURNED_AWAY,   /* the handshake is done, and <failure> is on its way */
    SERVER_REFUSED,       /* before that, the client sent what ends the connection: |detail| */
    SERVER_STANZA,        /* a stanza was received: |stanza|, |document| */
    SERVER_UNREADABLE,    /* a malformed frame, transport message or document: the connection ends;
                           |detail| */
    SERVER_ENDED          /* the client closed; |detail| "", or "within a frame" */
};

struct server_event {
    enum server_event_kind what;
    struct server_connection *connection;
    const struct stanza *stanza; /* views live as long as the observer's call */
    struct bytes document;
    const char *detail; /* never NULL */
};

struct server_observer {
    void (*happened)(void *context, const struct server_event *event);
    /* Every byte sent or received, and every document in clear, for captures and canaries; either
     * may be NULL. */
    void (*bytes)(void *context, const struct server_connection *connection, bool from_client,
                  struct bytes raw);
    void (*document)(void *context, const struct server_connection *connection, bool from_client,
                     struct bytes clear);
    void *context;
};

/* What the server does by itself: all true is a whole server. A case switches off what its own
 * steps do instead. */
struct server_policy {
    bool answers_pings, acks_messages, keeps_prekeys, serves_prekeys, routes, queues;
};

/* What a server may decide wrongly: false everywhere is honest. adapters/gatekeeper has a flaw for
 * each. */
struct server_rules {
    bool waits_after_bad_handshake; /* drops a handshake message that does not verify */
    bool reuses_ephemeral;
    bool stays_after_failure, stays_after_replaced; /* says so, and leaves the connection open */
    bool takes_zero_frames, takes_long_frames;
    bool goes_on_after_bad;    /* drops a message that does not verify */
    bool goes_on_after_broken; /* drops a document that is no stanza */
    bool blames_all;           /* a client's mistake ends every connection */
    bool ends_on_unknown;      /* a stanza or iq that nobody knows ends the connection */
    bool has_few_places;       /* for SERVER_FEW_PLACES connections */
    bool takes_bad_uploads;    /* prekeys that are not well-formed are answered as if kept */
    bool keeps_older;          /* connections of an account that connects again */
    bool trusts_from;          /* a message comes from whom its sender says */
    bool acks_lost;            /* a message to nobody has no error in its ack */
    bool acks_empty;           /* the same without an <enc> */
    bool alters_bodies, drops_media_types, calls_all_text;
    bool loses_waiting; /* what comes for somebody who is not there */
    bool drains_backwards;
    bool forgets_sent;              /* what was sent and not acknowledged does not come again */
    bool sends_twice, repeats_late; /* late: server_repeat_late */
    bool repeats_keys;              /* gives the same one-time prekey to everybody */
    bool invents_users;             /* answers a fetch of nobody's keys with the asker's */
    bool ignores_lost_fetches;      /* answers a fetch of nobody's keys not at all */
};

struct server_introduction;

struct server_options {
    const struct wire_profile *profile; /* kept */
    struct random *random;              /* kept */
    uint64_t (*unix_now)(void *context);
    void *unix_context;
    struct server_observer observer;
    struct server_policy policy;
    struct server_rules rules;
    bool is_of_v3; /* no client has KEM prekeys: <kem> is unknown, and ignored as such */
    /* May anybody write to this account and fetch its keys? NULL: yes. To whom it may not, it is as
     * if there were no such account. */
    bool (*reaches)(void *context, uint64_t account);
    void *reaches_context;
    /* The observer is told of stanzas, and nothing else is done about them: whoever has this server
     * for one side of a proxy passes them on. */
    bool only_tells;
    /* May the client that said this be let in, whose account is known? NULL: it may. */
    bool (*admits)(void *context, const struct server_introduction *introduction);
    void *admits_context;
};

/* E_INPUT: the profile pins a root, whose private key the server does not have. E_NOMEM,
 * E_CRYPTO. */
MUST_USE enum status server_new(const struct server_options *options, struct server **out);
/* Its connections, too. Accepts NULL. */
void server_free(struct server *s);
/* What clients must pin: 32 bytes. The server's static key: 32 bytes. */
struct bytes server_root(const struct server *s);
struct bytes server_static(const struct server *s);

/* ---- Accounts */

struct server_account {
    uint64_t id;
    const char *name; /* its address is NAME:DEVICE@stanza.user-domain */
    uint32_t device;
};
/* E_LIMIT: the id or the address is taken. E_NOMEM. */
MUST_USE enum status server_account_add(struct server *s, const struct server_account *account);
/* The connection that is authenticated for this account now, or NULL. */
struct server_connection *server_account_connection(struct server *s, uint64_t account);

/* Which one-time prekeys of an account: fetches get those that were published first. */
enum server_one_time { ONE_TIME_NONE = 0, ONE_TIME_OLDEST, ONE_TIME_NEWEST };

/*
 * The prekeys an account published, as an encoded assay.signal.v1.PreKeyBundle (wire/signal.h) with
 * one one-time prekey taken from its store (each given once), or without. Of a client of v4 with a
 * KEM prekey: with, a one-time one while there are any; else the last resort. E_MISSING: nothing
 * published, or (with) no one-time prekey left.
 */
MUST_USE enum status server_bundle_take(struct server *s, uint64_t account,
                                        enum server_one_time which, struct buffer *out);
/*
 * The keys in a retry receipt of this account's, as such a bundle; |arena| for the time of the
 * call. E_PARSE: there are none, or they are not of the form of docs/wire.md. E_MISSING: no such
 * account.
 */
MUST_USE enum status server_bundle_of_retry(struct server *s, uint64_t account,
                                            const struct stanza *receipt, struct arena *arena,
                                            struct buffer *out);
/* From now on every fetch of this account's keys is answered with |bundle|. */
MUST_USE enum status server_bundle_put(struct server *s, uint64_t account, struct bytes bundle);
/* How often this account's keys were fetched; how many one-time prekeys are left. */
unsigned server_fetches(const struct server *s, uint64_t account);
size_t server_one_time_keys_left(const struct server *s, uint64_t account);
size_t server_one_time_kems_left(const struct server *s, uint64_t account);

/* ---- Connections */

/* A new connection. E_LIMIT, E_NOMEM. */
MUST_USE enum status server_connection_open(struct server *s, struct server_connection **out);
/* Bytes from the client. Whatever they are, the call does not fail: server_connection_wants_end
 * then says that the connection must end. E_NOMEM. */
MUST_USE enum status server_connection_receive(struct server_connection *c, struct bytes in);
/* What is to be written; the caller consumes it from the front. */
struct buffer *server_connection_output(struct server_connection *c);
/*
 * To be called after some output was written: appends waiting messages for which there was no room,
 * and releases the memory of an empty output. E_NOMEM, E_CRYPTO.
 */
MUST_USE enum status server_connection_written(struct server_connection *c);
/* How the connection must end once its output is written (reset: at once). */
enum server_end { SERVER_STAYS = 0, SERVER_CLOSES, SERVER_RESETS, SERVER_HALF_CLOSES };
enum server_end server_connection_wants_end(const struct server_connection *c);
/*
 * How the output is to be written: whole, in pieces of |chunk| bytes with |pause_ms| between them
 * (0 chunk: at once), the first piece |first| bytes when that is not 0. Set by the mutations
 * "byte-by-byte", "split", "slow".
 */
struct server_pace {
    size_t first, chunk;
    uint32_t pause_ms;
    uint32_t end_pause_ms; /* before the connection ends */
};
struct server_pace server_connection_pace(const struct server_connection *c);
/* The client closed, or the socket failed. */
void server_connection_free(struct server_connection *c);
void server_connection_hang_up(struct server_connection *c, enum server_end how);

uint64_t server_connection_account(const struct server_connection *c); /* 0 before authentication */
unsigned server_connection_number(const struct server_connection *c);  /* counts up from 1 */
/* What the client said in the handshake. Views live as long as the connection. */
struct server_introduction {
    struct bytes intro, header;  /* as received, empty where none came */
    struct bytes ephemeral;      /* 32 */
    struct bytes static_key;     /* 32 */
    struct bytes static_on_wire; /* as received: 48, encrypted */
    struct client_payload payload;
    struct bytes raw_payload;
    size_t hellos; /* frames before authentication */
};
const struct server_introduction *server_connection_introduction(const struct server_connection *c);

/* ---- Mutations: each stays until it is replaced; |what| 0 is honest. */

void server_set_handshake_mutation(struct server *s, struct word_use mutation);
void server_set_certificate_mutation(struct server *s, unsigned mutation);
void server_set_fetch_mutation(struct server *s, struct word_use mutation);
/* The next so many uploads of prekeys are taken and get no answer. */
void server_ignore_uploads(struct server *s, unsigned n);
/* Changes by field: of the handshake message and its frame; of what server_connection_push sends
 * and its frame. Borrowed until they are replaced; NULL: none. */
void server_edit_handshake(struct server *s, const struct field_edits *edits);
void server_edit_channel(struct server *s, const struct field_edits *edits);
/* Answer the next |n| authentications with <failure reason="|reason|"/>, or (0) close each before
 * any handshake byte. */
void server_refuse_service(struct server *s, unsigned n, unsigned reason);
/* From now on it acknowledges what clients send, or does not. */
void server_acknowledge(struct server *s, bool does);
bool server_acknowledges(const struct server *s);

/* What may be held back: <success> and with it all that would follow it on a new connection; the
 * answers to uploads of prekeys, which are kept at once; the answers to fetches of keys; the acks
 * of messages. */
enum server_held {
    SERVER_HOLDS_SUCCESS = 1,
    SERVER_HOLDS_UPLOADS = 2,
    SERVER_HOLDS_KEYS = 4,
    SERVER_HOLDS_ACKS = 8
};
/* From now on |what| is held back, too. */
void server_hold(struct server *s, enum server_held what);
/* The bits of what is held back now; 0: nothing. */
unsigned server_holds(const struct server *s);
/* Nothing is held back any longer, and what was goes out, on connections that are still there.
 * E_NOMEM, E_CRYPTO. */
MUST_USE enum status server_release(struct server *s);
/* Answer the next |n| uploads of prekeys with an error, and keep what there was. */
void server_decline_uploads(struct server *s, unsigned n);

/* ---- Stanzas to a client */

/* Send one document as one transport message, with a mutation of the channel or not (NULL).
 * E_LIMIT: longer than the profile's maximum. */
MUST_USE enum status server_connection_push(struct server_connection *c, struct bytes document,
                                            const struct word_use *channel);
/* Finish the document of |w|, push it honestly, and release it. */
MUST_USE enum status server_connection_send(struct server_connection *c, struct stanza_writer *w);

/* An honest <message> with one encrypted body. */
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
MUST_USE enum status server_message_write(struct server *s, const struct server_message *m,
                                          struct buffer *out);
/* Send a document now, or keep it until the account connects. It is sent again after a reconnect
 * until the client acknowledges it. */
MUST_USE enum status server_deliver(struct server *s, uint64_t to, const char *id,
                                    struct bytes document);
size_t server_waiting(const struct server *s, uint64_t account); /* queued or not acknowledged */
/* What was acknowledged SERVER_LATE_MS ago is sent once more, with the rule repeats_late. */
void server_repeat_late(struct server *s, uint64_t now_ms);

#endif
