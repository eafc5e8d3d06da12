/*
 * peer/gatekeeper.h - assay in the server's role: connections, handshakes, accounts, prekeys,
 * queues (docs/wire.md; spec sections 5, 7, 14).
 * Depends on: base, wire, peer/gate_bend, peer/xeddsa.
 *
 * I/O-free: bytes of a connection in, bytes out, and events to a listener. Sockets are
 * target/door.h's. Each connection is a *line*. An account is a person's device at this gatekeeper;
 * a line belongs to one after authentication. Everything a client sends is hostile: bounded by the
 * profile, and what is kept of it by the maxima below.
 */
#ifndef ASSAY_PEER_GATEKEEPER_H
#define ASSAY_PEER_GATEKEEPER_H

#include "base/random.h"
#include "peer/gate_bend.h"
#include "wire/certificate.h"
#include "wire/handshake.h"
#include "wire/profile.h"
#include "wire/stanza.h"

#define GATE_LINES_MAX 4096u
#define GATE_QUEUE_MAX 4096u         /* stanzas waiting for one account */
#define GATE_ONE_TIME_KEYS_MAX 2048u /* kept of one account */

struct gatekeeper;
struct gate_line;

enum gate_happening {
    GATE_NOTHING = 0,
    GATE_OPENED, /* a line was accepted */
    GATE_HELLO,  /* header (where the profile has one) and the client's first message are as they
                    should be */
    GATE_AUTHENTICATED, /* the handshake is done and names an account; <success> is on its way */
    GATE_TURNED_AWAY,   /* what the client sent ends the line before that: |detail| */
    GATE_STANZA,        /* a stanza came: |stanza|, |document| */
    GATE_UNREADABLE,    /* a frame, a transport message or a document that is none: the line ends;
                           |detail| */
    GATE_ENDED          /* the client closed; |detail| "", or that it did so within a frame */
};

struct gate_event {
    enum gate_happening what;
    struct gate_line *line;
    const struct stanza *stanza; /* views live as long as the call of the listener */
    struct bytes document;
    const char *detail; /* never NULL */
};

struct gate_listener {
    void (*happened)(void *context, const struct gate_event *event);
    /* Every byte that crosses, and every document in clear, for captures and canaries; either may
     * be NULL. */
    void (*bytes)(void *context, const struct gate_line *line, bool from_client, struct bytes raw);
    void (*document)(void *context, const struct gate_line *line, bool from_client,
                     struct bytes clear);
    void *context;
};

/* What the gatekeeper does by itself. All true is a server; a case switches off what it wants to do
 * itself. */
struct gate_habits {
    bool answers_pings, acks_messages, keeps_prekeys, serves_prekeys, routes, queues;
};

struct gate_options {
    const struct wire_profile *profile; /* kept */
    struct random *random;              /* kept */
    uint64_t (*unix_now)(void *context);
    void *unix_context;
    struct gate_listener listener;
    struct gate_habits habits;
};

/* E_INPUT: the profile pins a root, whose private key nobody here has. E_NOMEM, E_CRYPTO. */
MUST_USE enum status gatekeeper_new(const struct gate_options *options, struct gatekeeper **out);
/* Lines, too. Accepts NULL. */
void gatekeeper_free(struct gatekeeper *g);
/* What clients must pin: 32 bytes. The server's static key: 32 bytes. */
struct bytes gatekeeper_root(const struct gatekeeper *g);
struct bytes gatekeeper_static(const struct gatekeeper *g);
void gatekeeper_set_habits(struct gatekeeper *g, struct gate_habits habits);

/* ---- Accounts */

struct gate_account {
    uint64_t id;
    const char *name; /* on the wire NAME:DEVICE@stanza.user-domain */
    uint32_t device;
};
/* E_LIMIT: the id or the address is taken. E_NOMEM. */
MUST_USE enum status gate_account_add(struct gatekeeper *g, const struct gate_account *account);
/* The line that is authenticated for this account now, or NULL. */
struct gate_line *gate_account_line(struct gatekeeper *g, uint64_t account);

/*
 * The prekeys an account published, as an encoded assay.signal.v1.PreKeyBundle (wire/signal.h) with
 * one one-time prekey taken from its store (each given once), or without. E_MISSING: nothing
 * published, or (with) none left.
 */
MUST_USE enum status gate_bundle_take(struct gatekeeper *g, uint64_t account,
                                      bool with_one_time_prekey, struct buffer *out);
/* What is served when somebody asks for this account's keys: |bundle| once for each fetch, until
 * replaced. */
MUST_USE enum status gate_bundle_put(struct gatekeeper *g, uint64_t account, struct bytes bundle);
/* How often somebody fetched this account's keys; how many one-time prekeys are left. */
unsigned gate_fetches(const struct gatekeeper *g, uint64_t account);
size_t gate_one_time_keys_left(const struct gatekeeper *g, uint64_t account);

/* ---- Lines */

/* A new connection. E_LIMIT, E_NOMEM. */
MUST_USE enum status gate_line_open(struct gatekeeper *g, struct gate_line **out);
/* Bytes from the client. Never fails for what they are: a line that must end wants to
 * (gate_line_wants_end). E_NOMEM. */
MUST_USE enum status gate_line_receive(struct gate_line *l, struct bytes in);
/* What is to be written; the caller consumes it from the front. */
struct buffer *gate_line_output(struct gate_line *l);
/*
 * After some of it was: letters that found no room follow, and an output that is empty holds no
 * memory. Without it they follow when the client says something. E_NOMEM, E_CRYPTO.
 */
MUST_USE enum status gate_line_written(struct gate_line *l);
/* How the line wants to end, after its output is written (reset: without waiting for it). */
enum gate_end { GATE_STAYS = 0, GATE_CLOSES, GATE_RESETS, GATE_HALF_CLOSES };
enum gate_end gate_line_wants_end(const struct gate_line *l);
/*
 * How the output is to be written: whole, in pieces of |chunk| bytes with |pause_ms| between them
 * (0 chunk: at once), the first piece |first| bytes when that is not 0. From the bends
 * "byte-by-byte", "split", "slow".
 */
struct gate_pace {
    size_t first, chunk;
    uint32_t pause_ms;
    uint32_t end_pause_ms; /* before the line ends as it wants to */
};
struct gate_pace gate_line_pace(const struct gate_line *l);
/* The client closed, or the socket broke; frees |l|. */
void gate_line_gone(struct gate_line *l);
void gate_line_hang_up(struct gate_line *l, enum gate_end how);

uint64_t gate_line_account(const struct gate_line *l); /* 0 before authentication */
unsigned gate_line_number(const struct gate_line *l);  /* counts up from 1 */
/* What the client's handshake said. Views live as long as the line. */
struct gate_introduction {
    struct bytes intro, header;  /* as received, empty where none came */
    struct bytes ephemeral;      /* 32 */
    struct bytes static_key;     /* 32 */
    struct bytes static_on_wire; /* as it crossed: 48, encrypted */
    struct client_payload payload;
    struct bytes raw_payload;
    size_t hellos; /* frames before authentication */
};
const struct gate_introduction *gate_line_introduction(const struct gate_line *l);

/* ---- Bends: each stays until it is replaced; |what| 0 is honest. */

void gate_bend_handshake(struct gatekeeper *g, struct gate_bend bend);
void gate_bend_certificate(struct gatekeeper *g, enum certificate_bend bend);
void gate_bend_fetch(struct gatekeeper *g, struct gate_bend bend);
/* Answer the next |n| authentications with <failure reason="|reason|"/>, or (0) close each before
 * any handshake byte. */
void gate_refuse_service(struct gatekeeper *g, unsigned n, unsigned reason);

/* ---- Stanzas to a client */

/* One document as one transport message, bent on the channel or not (NULL). E_LIMIT: longer than
 * the profile's maximum. */
MUST_USE enum status gate_line_push(struct gate_line *l, struct bytes document,
                                    const struct gate_bend *channel);

/* An honest <message> for |to|, from |from| (a gate address of any account), holding one encrypted
 * body. */
struct gate_message {
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
MUST_USE enum status gate_message_write(struct gatekeeper *g, const struct gate_message *m,
                                        struct buffer *out);
/* Deliver a document now, or keep it until the account connects; delivered again after a reconnect
 * until it is acked. */
MUST_USE enum status gate_deliver(struct gatekeeper *g, uint64_t to, const char *id,
                                  struct bytes document);
size_t gate_waiting(const struct gatekeeper *g, uint64_t account); /* queued or not acked */

#endif
