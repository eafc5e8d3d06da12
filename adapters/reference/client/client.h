/*
 * client/client.h - one person's application: what its files share.
 * Depends on: constants, noise, octets, stanza, token; party; serving/events.
 *
 * What the client must not forget is in the party's store (memory.h); what is here lives as long as
 * a connection. |now_ms| is the loop's clock at the latest call from outside.
 *
 * The phases of a connection:
 *
 *     AWAY      -> DIALLING            Connect
 *     DIALLING  -> GREETING            the socket is connected: header, first handshake message
 *     GREETING  -> AWAITING            the server's message checks: third message
 *     AWAITING  -> PUBLISHING, READY   <success>
 *     PUBLISHING-> READY               the first prekeys are published
 *     any       -> PAUSING -> DIALLING lost (reconnect.c)
 *     any       -> AWAY                Disconnect, or given up
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
#define QUESTIONS_MAX 64u
#define PREPARES_MAX 64u
#define NAME_MAX_LEN 256u

enum phase { AWAY = 0, PAUSING, DIALLING, GREETING, AWAITING, PUBLISHING, READY };

enum question_kind { ASK_NOTHING = 0, ASK_UPLOAD, ASK_COUNT, ASK_KEYS, ASK_PING };

/* An iq that waits for its answer. */
struct question {
    enum question_kind what;
    char id[STANZA_ID_MAX + 1];
    uint64_t due_ms;
    char name[NAME_MAX_LEN + 1]; /* ASK_KEYS: whose */
    uint32_t device;
    uint32_t n_keys, signed_id; /* ASK_UPLOAD: what it publishes */
    bool is_repeat;             /* an earlier connection may have published it already */
};

/* An order to make a session, not carried out yet. */
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
    uint8_t issuer_seed[KEY_LEN]; /* the provider's key for this person's tokens */

    /* what Connect said */
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
    struct question questions[QUESTIONS_MAX];
    struct prepare prepares[PREPARES_MAX];
    uint64_t now_ms;
    uint64_t due_ms;    /* when the phase has lasted too long, or the pause is over */
    uint64_t heard_ms;  /* something came */
    uint64_t ready_ms;  /* <success> came */
    uint32_t pause_ms;  /* the latest; 0: none yet */
    bool is_repeating;  /* keys of an earlier connection are still to be published */
    uint32_t n_at_once; /* reconnects without a pause, one after the other */
};

/* ---- client.c */
int client_new(struct state *state, struct served_address self, struct event_log *log,
               struct client **out);
/* From store_save's bytes. */
int client_restore(struct state *state, const uint8_t *saved, size_t len, struct event_log *log,
                   struct client **out);
bool client_is_saved(const uint8_t *saved, size_t len);
void client_free(struct client *c);
/* Unix seconds: the one place where this client looks at the calendar. */
uint64_t client_unix_now(void);
int client_random(struct client *c, void *out, size_t len);
/* A new stanza id. 0, or CLIENT_E_NOMEM. */
int client_new_id(struct client *c, char out[STANZA_ID_MAX + 1]);
/* NAME:DEVICE@DOMAIN; false when it does not fit. */
bool client_address(const struct client *c, struct served_address a, char out[ADDRESS_MAX]);
bool client_has_session(struct client *c, struct served_address peer);

/* Events. |code| as reasons.h explains it; its text is the detail where |detail| is NULL. */
void client_tell(struct client *c, const struct told_event *e);
void client_tell_code(struct client *c, Assay__Target__V1__EventKind kind,
                      struct served_address peer, const char *id, int code);
/* The shorter spelling of an event's kind. */
#define EVENT(name) ASSAY__TARGET__V1__EVENT_KIND__EVENT_##name

/* ---- orders (orders.c) */
int client_connect(struct client *c, const Assay__Target__V1__Connect *how);
void client_disconnect(struct client *c);
int client_send(struct client *c, struct served_address peer, const uint8_t *content, size_t len);
int client_prepare(struct client *c, struct served_address peer);
int client_rotate(struct client *c);
int client_mark_read(struct client *c, struct served_address peer);
/* Send what can be sent, ask for the keys that are missing. When READY; otherwise nothing. */
void orders_carry_on(struct client *c);

/* ---- the socket (line.c) */
void line_dial(struct client *c);
int line_poll(struct client *c, short *events, int64_t *out_timeout_ms);
void line_ready(struct client *c, short revents);
/* What happens after a connection ended. */
enum after { COME_BACK = 0, COME_BACK_AT_ONCE, STAY_AWAY, GIVE_UP };
/* End it: told as CLOSED, with |code| and |detail| (NULL: the code's text). */
void line_close(struct client *c, bool by_self, int code, const char *detail, enum after after);
/* One document as one transport message. 0, or a code;
 * a connection that cannot carry it is closed. */
int line_send(struct client *c, struct octets *document);
/* Bytes of a document that fits. */
size_t line_room(const struct client *c);

/* ---- what follows an end (reconnect.c) */
void reconnect_plan(struct client *c, enum after after);

/* ---- the handshake (greeting.c) */
void greeting_start(struct client *c);
/* A frame of the handshake. */
void greeting_take(struct client *c, const uint8_t *in, size_t len);

/* ---- stanzas (stanzas.c, receiving.c, receipts.c) */
/* A transport message, opened. */
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
/* Ask: a free place for the answer, with a new id; NULL when too many wait. */
struct question *question_new(struct client *c, enum question_kind what);
/* Those that waited too long: keys nobody gave are a failure,
 * of anything else the server is gone. */
void questions_expire(struct client *c);
bool question_waits(const struct client *c, enum question_kind what,
                    const struct served_address *peer);

/* ---- keys (prekeys.c, bundle.c) */
/* Publish what is to be published, unless an answer is awaited already. */
void prekeys_carry_on(struct client *c);
/* After <success>. */
void prekeys_start(struct client *c);
void prekeys_refill(struct client *c, uint64_t left);
void prekeys_answered(struct client *c, const struct question *q, const struct stanza *answer);
void prekeys_count_answered(struct client *c, const struct stanza *answer);
int prekeys_mark_rotated(struct client *c);
/* <registration/><type/><identity/>, <key>, <skey>. 0, or the library's code. */
int write_registration(struct client *c, struct octets *o);
int write_identity(struct client *c, struct octets *o);
int write_one_time_key(struct client *c, uint32_t id, struct octets *o);
int write_signed_key(struct client *c, struct octets *o);
/* Ask for |peer|'s keys, unless asked already. */
void keys_fetch(struct client *c, struct served_address peer);
/* |answer| NULL: none came. */
void keys_answered(struct client *c, const struct question *q, const struct stanza *answer);
/* A session from keys as they stand in a stanza. 0, or a code: then nothing changed. */
int keys_start_session(struct client *c, struct served_address peer,
                       const struct stanza *registration, const struct stanza *keys);

#endif
