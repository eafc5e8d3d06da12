/*
 * server/server_internal.h - what the files of the gatekeeper share.
 * Depends on: server/server.
 */
#ifndef ASSAY_SERVER_SERVER_INTERNAL_H
#define ASSAY_SERVER_SERVER_INTERNAL_H

#include "server/server.h"

#include "wire/signal.h"

#define SERVER_OUTPUT_MAX (64u * 1024u * 1024u)
/* Bytes a client may leave unread before its line ends. */
#define SERVER_BACKLOG_MAX (1024u * 1024u)
#define SERVER_ACCOUNTS_MAX 8192u

struct server_signing_key {
    uint32_t id;
    uint8_t value[32];
};

struct server_outgoing {
    struct server_outgoing *next;
    char *id;
    struct buffer document;
    bool is_sent; /* on the account's line of now */
};

struct account {
    uint64_t id;
    char *name;
    uint32_t device;
    char *address; /* NAME:DEVICE@DOMAIN */
    struct server_connection *connection;

    /* what it published */
    bool has_published;
    uint8_t registration[4], identity[32], signed_value[32], signature[64];
    uint32_t signed_id;
    struct server_signing_key *one_time;
    size_t n_one_time, cap_one_time;

    struct buffer bundle;             /* put by the harness; empty for none */
    unsigned fetches, told;           /* told: that few one-time prekeys are left */
    struct server_outgoing *outgoing; /* in order */
};

struct server {
    struct server_options options;
    struct authority authority;
    struct server_key server;
    struct account **accounts;
    size_t n_accounts;
    struct server_connection *connections;
    size_t n_connections;
    unsigned next_line;

    struct server_mutation handshake_mutation, fetch_mutation;
    enum certificate_mutation certificate_mutation;
    const struct field_edits *handshake_edits, *channel_edits; /* borrowed; NULL: none */
    unsigned refusals_left, refusal_reason;
    struct buffer earlier_hello; /* the server's handshake frame of an earlier connection */
};

enum line_state { LINE_BEGINNING = 0, LINE_HELLO, LINE_FINISH, LINE_READY, LINE_OVER };

struct server_connection {
    struct server *g;
    struct server_connection *next, **link;
    unsigned number;
    enum line_state state;
    struct buffer in, out;
    struct noise *noise;
    struct noise_cipher send, receive;
    struct account *account;
    enum server_end end;
    struct server_pace pace;
    struct server_introduction introduction;
    struct arena arena; /* of the introduction */
};

/* Tell the listener. */
void server_tell(struct server_connection *l, enum server_event_kind what, const char *detail);
/* The line ends because of what the client sent. */
void server_connection_fail(struct server_connection *l, enum server_event_kind what,
                            const char *detail);

/* One frame, by state. */
enum status server_handshake_frame(struct server_connection *l, struct bytes frame);
enum status server_channel_frame(struct server_connection *l, struct bytes frame);
/* A stanza of an authenticated client. */
enum status server_stanza(struct server_connection *l, const struct stanza *s,
                          struct bytes document);
/* Prekeys: is |iq| about them? Then it was answered. */
bool server_prekeys_iq(struct server_connection *l, const struct stanza *iq, struct arena *arena,
                       enum status *out);

/* Append a frame of |payload| to the output. */
enum status server_connection_frame(struct server_connection *l, struct bytes payload);
/* The same, the frame changed by |edits| (NULL: none). */
enum status server_connection_frame_edited(struct server_connection *l, struct bytes payload,
                                           const struct field_edits *edits);
/* Authenticated: <success>, and what waits. */
enum status server_connection_welcome(struct server_connection *l);
enum status server_outgoing_send_all(struct account *a);
/* |class|: of the ack, NULL where it has none. */
void server_outgoing_acked(struct account *a, const char *id, const char *class);

struct account *server_account_of(const struct server *g, uint64_t id);
struct account *server_account_at(const struct server *g, const char *address);
void server_account_free(struct account *a);
uint64_t server_now(const struct server *g);

#endif
