/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/client.h - one user's app: what its files share.
 * Depends on: constants, noise, octets, stanza, token; party; serving/events.
 *
 * What must outlive a connection is in the party's store (memory.h). |now_ms| is the clock at the
 * last call from outside.
 *
 * The phases of a connection:
 *
 *     OFFLINE        -> DIALLING              Connect
 *     DIALLING       -> HANDSHAKE             the socket is connected: header, first message
 *     HANDSHAKE      -> AUTHENTICATING        the server's message verifies: third message
 *     AUTHENTICATING -> PUBLISHING or READY   <success>
 *     PUBLISHING     -> READY                 the first prekeys are published
 *     any            -> PAUSING -> DIALLING   the connection was lost (reconnect.c)
 *     any            -> OFFLINE               Disconnect, or given up
 */
#ifndef REFERENCE_CLIENT_CLIENT_H
#define REFERENCE_CLIENT_CLIENT_H

#include "client/codes.h"
#include "client/constants.h"
#include "client/noise.h"
#include "client/octets.h"
#include "client/stanza.h"
#include "party.h"
#include "serve.h"
#include "state.h"

#define ADDRESS_MAX 400u /* bytes of NAME:DEVICE@DOMAIN with its terminator */
#define PENDING_IQS_MAX 64u
#define PREPARES_MAX 64u
#define NAME_MAX_LEN 256u

enum phase { OFFLINE = 0, PAUSING, DIALLING, HANDSHAKE, AUTHENTICATING, PUBLISHING, READY };

enum iq_kind { IQ_NOTHING = 0, IQ_UPLOAD, IQ_COUNT, IQ_KEYS, IQ_PING };

/* An iq that waits for its answer. */
struct pending_iq {
    enum iq_kind what;
    char id[STANZA_ID_MAX + 1];
    uint64_t due_ms;
    char name[NAME_MAX_LEN + 1]; /* ASK_KEYS: whose */
    uint32_t device;
    uint32_t n_keys, signed_id; /* ASK_UPLOAD: what it publishes */
    bool is_repeat;             /* an earlier connection may have published it already */
};

/* An order to make a session that is not done yet. */
struct prepare {
    bool is_there;
    char name[NAME_MAX_LEN + 1];
    uint32_t device;
};

struct client {
    struct party *party;
    struct state *state;          /* borrowed */
    struct event_log *log;        /* borrowed */
    uint8_t fixed[KEY_LEN];       /* Noise static private key */
    uint8_t issuer_seed[KEY_LEN]; /* the provider's key for this user's tokens */

    /* from Connect */
    struct constants k;
    char host[64];
    uint16_t port;
    uint64_t account_id;
    char *user, *issuer, *audience;
    uint8_t root[KEY_LEN];

    /* the connection */
    enum phase phase;
    int fd;
    struct octets in, out;
    struct noise noise;
    struct channel channel;
    bool is_ik;
    struct pending_iq pending_iqs[PENDING_IQS_MAX];
    struct prepare prepares[PREPARES_MAX];
    uint64_t now_ms;
    uint64_t due_ms;      /* when the phase times out, or the pause ends */
    uint64_t received_ms; /* of the last bytes received */
    uint64_t ready_ms;    /* of <success> */
    uint32_t pause_ms;    /* the latest; 0: none yet */
    bool is_repeating;    /* keys of an earlier connection are still to be published */
    uint32_t n_at_once;   /* reconnects without a pause, one after the other */
};

/* ---- client.c */
int client_new(struct state *state, struct served_address self, struct event_log *log,
               struct client **out);
/* From store_save's bytes. */
int client_restore(struct state *state, const uint8_t *saved, size_t len, struct event_log *log,
                   struct client **out);
bool client_is_saved(const uint8_t *saved, size_t len);
void client_free(struct client *c);
/* Unix seconds. */
uint64_t client_unix_now(void);
int client_random(struct client *c, void *out, size_t len);
/* A new stanza id. 0, or CLIENT_E_NOMEM. */
int client_new_id(struct client *c, char out[STANZA_ID_MAX + 1]);
/* NAME:DEVICE@DOMAIN; false when it does not fit. */
bool client_address(const struct client *c, struct served_address a, char out[ADDRESS_MAX]);
bool client_has_session(struct client *c, struct served_address peer);

/* Events. |code| as reasons.h explains it; its text is the detail where |detail| is NULL. */
void client_tell(struct client *c, const struct logged_event *e);
void client_tell_code(struct client *c, Assay__Target__V1__EventKind kind,
                      struct served_address peer, const char *id, int code);
/* An event's kind, abbreviated. */
#define EVENT(name) ASSAY__TARGET__V1__EVENT_KIND__EVENT_##name

/* ---- orders (orders.c) */
int client_connect(struct client *c, const Assay__Target__V1__Connect *how);
void client_disconnect(struct client *c);
int client_send(struct client *c, struct served_address peer, const uint8_t *content, size_t len);
int client_prepare(struct client *c, struct served_address peer);
int client_rotate(struct client *c);
int client_mark_read(struct client *c, struct served_address peer);
/* When READY: send what can be sent, and fetch missing keys. */
void orders_continue(struct client *c);

/* ---- the socket (connection.c) */
void connection_dial(struct client *c);
int connection_poll(struct client *c, short *events, int64_t *out_timeout_ms);
void connection_ready(struct client *c, short revents);
/* What happens after a connection ended. */
enum after { RECONNECT = 0, RECONNECT_AT_ONCE, STAY_OFFLINE, GIVE_UP };
/* End it, with an event CLOSED, |code| and |detail| (NULL: the code's text). */
void connection_close(struct client *c, bool by_self, int code, const char *detail,
                      enum after after);
/* Send one document as one transport message. 0, or a code; then the connection is closed. */
int connection_send(struct client *c, struct octets *document);
/* The largest document that fits, in bytes. */
size_t connection_room(const struct client *c);

/* ---- after the end of a connection (reconnect.c) */
void reconnect_plan(struct client *c, enum after after);

/* ---- from the dial to <success> (login.c) */
void login_start(struct client *c);
/* A frame of the handshake. */
void login_take(struct client *c, const uint8_t *in, size_t len);

/* ---- stanzas (stanzas.c, receiving.c, receipts.c) */
/* A decrypted transport message. */
void stanzas_take(struct client *c, const uint8_t *in, size_t len);
void receive_message(struct client *c, const struct stanza *s);
void receive_receipt(struct client *c, const struct stanza *s);
void receive_ack(struct client *c, const struct stanza *s);
struct ack {
    const char *class, *id, *to, *type; /* type NULL: none */
    unsigned error;                     /* 0: none */
};
void send_ack(struct client *c, const struct ack *a);
/* |type| NULL: delivered. */
void send_receipt(struct client *c, const char *to, const char *id, const char *type);
/* A new iq to be answered, with a new id; NULL when too many wait. */
struct pending_iq *pending_iq_new(struct client *c, enum iq_kind what);
/* Time out iqs: for keys the order fails; for anything else the connection is given up. */
void pending_iqs_expire(struct client *c);
bool pending_iq_waits(const struct client *c, enum iq_kind what, const struct served_address *peer);

/* ---- keys (prekeys.c, keys.c) */
/* Publish what must be published, unless an upload waits for its answer. */
void prekeys_continue(struct client *c);
/* After <success>. */
void prekeys_start(struct client *c);
void prekeys_refill(struct client *c, uint64_t left);
void prekeys_answered(struct client *c, const struct pending_iq *q, const struct stanza *answer);
void prekeys_count_answered(struct client *c, const struct stanza *answer);
int prekeys_mark_rotated(struct client *c);
/* <registration/><type/><identity/>, <key>, <skey>. 0, or the library's code. */
int write_registration(struct client *c, struct octets *o);
int write_identity(struct client *c, struct octets *o);
int write_one_time_key(struct client *c, uint32_t id, struct octets *o);
int write_signed_key(struct client *c, struct octets *o);
/* Fetch |peer|'s keys, unless a fetch is under way. */
void keys_fetch(struct client *c, struct served_address peer);
/* |answer| NULL: timed out. */
void keys_answered(struct client *c, const struct pending_iq *q, const struct stanza *answer);
/* A session from the keys in a stanza. 0, or a code: then nothing changed. */
int keys_start_session(struct client *c, struct served_address peer,
                       const struct stanza *registration, const struct stanza *keys);

#endif
