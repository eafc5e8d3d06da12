/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server/server_internal.h - what the files of the server share.
 * Depends on: server/server.
 *
 * A file calls those below it only:
 *
 *     server.c             made, freed, mutations set
 *     server_receive.c     bytes received: frames, transport messages
 *     server_handshake.c   the Noise responder
 *     server_stanzas.c     stanzas of a client
 *     server_prekeys.c     prekeys: upload, count, fetch
 *     server_upload.c      prekeys as a client publishes them
 *     server_accounts.c    accounts, and the messages that wait for them
 *     server_channel.c     transport messages sent
 *     server_connection.c  one connection: opened, ended, frames sent
 *     server_mutation.c    the names of mutations
 */
#ifndef ASSAY_SERVER_SERVER_INTERNAL_H
#define ASSAY_SERVER_SERVER_INTERNAL_H

#include "server/server.h"

#include "wire/signal.h"

#define SERVER_OUTPUT_MAX (64u * 1024u * 1024u)
/* Output a client may leave unread before nothing more is appended to it. */
#define SERVER_BACKLOG_MAX (1024u * 1024u)
#define SERVER_ACCOUNTS_MAX 8192u
#define SERVER_INTRO_MAX 65536u
#define SERVER_SLICE_MAX 65536u /* received bytes handled at once */

struct server_prekey {
    uint32_t id;
    uint8_t value[32];
};

/* Of Signal v4. */
struct server_kem_prekey {
    uint32_t id;
    uint8_t value[SIGNAL_KEM_WIRE_LEN], signature[SIGNAL_SIGNATURE_LEN];
};

/* A document for an account, kept until it is acknowledged. */
struct server_outgoing {
    struct server_outgoing *next;
    char *id;
    struct buffer document;
    bool is_sent;          /* on the account's present connection */
    bool is_acked;         /* kept with the rule repeats_late only */
    uint64_t repeat_at_ms; /* 0: not yet known */
};

struct account {
    uint64_t id;
    char *name;
    uint32_t device;
    char *address; /* NAME:DEVICE@DOMAIN */
    struct server_connection *connection;

    /* what the client published */
    bool has_published;
    uint8_t registration[4], identity[32], signed_value[32], signature[64];
    uint32_t signed_id;
    struct server_prekey *one_time;
    size_t n_one_time, cap_one_time;
    bool has_last_resort; /* of KEM prekeys, by a client of v4; the rest of them are one-time */
    struct server_kem_prekey last_resort, *kem;
    size_t n_kem, cap_kem;

    struct buffer bundle;             /* of server_bundle_put; empty for none */
    unsigned fetches, n_notices;      /* n_notices: told that few prekeys are left */
    struct server_outgoing *outgoing; /* in order */
};

struct server {
    struct server_options options;
    struct authority authority;
    struct server_key key; /* its static key */
    uint8_t ephemeral[32]; /* of the first handshake; kept with the rule reuses_ephemeral only */
    bool has_ephemeral;
    struct account **accounts;
    size_t n_accounts;
    struct server_connection *connections;
    size_t n_connections;
    unsigned n_opened;

    struct word_use handshake_mutation, fetch_mutation;
    unsigned n_ignored; /* uploads that get no answer */
    unsigned certificate_mutation;
    const struct field_edits *handshake_edits, *channel_edits; /* borrowed; NULL: none */
    unsigned refusals_left, refusal_reason;
    unsigned holds;              /* of enum server_held */
    unsigned n_declined;         /* uploads that are still to be answered with an error */
    struct buffer earlier_hello; /* the server's handshake frame of an earlier connection */
};

enum connection_state {
    CONNECTION_BEGINNING = 0,
    CONNECTION_HELLO,
    CONNECTION_FINISH,
    CONNECTION_READY,
    CONNECTION_OVER
};

struct server_connection {
    struct server *server;
    struct server_connection *next, **link;
    unsigned number;
    enum connection_state state;
    struct buffer in, out;
    struct noise *noise;
    struct noise_cipher send, receive;
    struct account *account;
    enum server_end end;
    struct server_pace pace;
    struct server_introduction introduction;
    struct arena arena; /* of the introduction */
    /* Documents that are held back, each behind its length in four bytes; |is_held|: all are. */
    struct buffer held;
    bool is_held;
};

/* Report an event to the observer. */
void server_tell(struct server_connection *c, enum server_event_kind what, const char *detail);
/* End the connection because of what the client sent. */
void server_connection_fail(struct server_connection *c, enum server_event_kind what,
                            const char *detail);

/* A frame of the handshake. */
enum status server_handshake_frame(struct server_connection *c, struct bytes frame);
/* A stanza of an authenticated client. */
enum status server_stanza(struct server_connection *c, const struct stanza *s,
                          struct bytes document);
/* True: |iq| is about prekeys, and was answered with status *out. */
bool server_prekeys_iq(struct server_connection *c, const struct stanza *iq, struct arena *arena,
                       enum status *out);

/* Keep what |iq| publishes. E_PARSE: it is not well-formed, and nothing was kept. E_NOMEM. */
enum status server_upload(struct server_connection *c, const struct stanza *iq,
                          struct arena *arena);
/* The keys in a retry receipt, as if |out|, which is empty, had published them; what it gets lives
 * as long as |arena|. E_PARSE: none, or malformed. E_NOMEM. */
MUST_USE enum status server_read_retry(const struct server *s, const struct stanza *receipt,
                                       struct arena *arena, struct account *out);

/* As server_connection_send, of what |what| holds back. */
enum status server_connection_answer(struct server_connection *c, struct stanza_writer *w,
                                     enum server_held what);

/* Append a frame of |payload| to the output. */
enum status server_connection_frame(struct server_connection *c, struct bytes payload);
/* The same, the frame changed by |edits| (NULL: none). */
enum status server_connection_frame_edited(struct server_connection *c, struct bytes payload,
                                           const struct field_edits *edits);
/* The handshake is done: find the account, send <success> and what waits. */
enum status server_authenticated(struct server_connection *c);
/* Send the waiting messages, as many as the output has room for. */
enum status server_send_waiting(struct account *a);
/* An ack of |class| (NULL for none): the message is not kept any longer. */
void server_take_ack(struct account *a, const char *id, const char *class);

struct account *server_account_of(const struct server *s, uint64_t id);
struct account *server_account_at(const struct server *s, const char *address);
void server_account_free(struct account *a);
static inline uint64_t server_now(const struct server *s)
{
    return s->options.unix_now(s->options.unix_context);
}

#endif
