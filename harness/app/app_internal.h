/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * app/app_internal.h - what the files of the app share.
 * Depends on: app/app.
 *
 * A file calls those below it only:
 *
 *     app.c            the owner's orders           app_save.c     the state as bytes
 *     app_connection.c bytes received, time passed
 *     app_handshake.c  the Noise initiator          app_stanzas.c  received stanzas
 *                                                   app_retry.c    retry receipts
 *                                                   app_prekeys.c  publish prekeys
 *                                                   app_fetches.c  keys of others
 *                                                   app_outgoing.c messages to others
 *     app_channel.c    send a stanza, end the connection, dial later
 *     app_token.c      the identity token           app_parse.c    a document to a stanza
 *                                                   app_keys.c     keys of others in a stanza
 *     app_state.c      the struct and its lists, events
 */
#ifndef ASSAY_APP_APP_INTERNAL_H
#define ASSAY_APP_APP_INTERNAL_H

#include "app/app.h"

#include "wire/certificate.h"
#include "wire/handshake.h"
#include "wire/stanza.h"

#define APP_TEXT_MAX 320u
#define APP_KEPT_MAX 4096u /* of messages kept as seen; the oldest are forgotten */

/* Numbers of proto/target.proto's EventKind and Reason. */
enum {
    EVENT_CONNECTED = 1,
    EVENT_CLOSED,
    EVENT_GAVE_UP,
    EVENT_SHOWN,
    EVENT_SENT,
    EVENT_FAILED,
    EVENT_PREPARED,
    EVENT_REFUSED,
    EVENT_WARNED,
    EVENT_DELIVERED,
    EVENT_READ
};
enum {
    REASON_HANDSHAKE = 13,
    REASON_CERTIFICATE,
    REASON_CHANNEL,
    REASON_FRAME,
    REASON_STANZA,
    REASON_ADDRESSEE,
    REASON_CONTENT,
    REASON_SERVER,
    REASON_LOST
};

enum app_state { APP_OFFLINE = 0, APP_HANDSHAKE, APP_AUTHENTICATING, APP_PUBLISHING, APP_READY };

/* A message from somebody else, by sender and stanza id. */
struct seen_message {
    struct seen_message *next;
    char *from, *id;
    bool is_shown, is_read;
    bool is_told;     /* that it was read */
    uint32_t retries; /* retry receipts sent for it */
};

/* A message to somebody else. */
struct outgoing {
    struct outgoing *next;
    char *id, *name;
    uint32_t device;
    struct buffer content, body; /* |body|: the last ciphertext, of |kind|; empty: it waits */
    enum signal_kind kind;
    bool is_acked;
    bool was_said, is_failed; /* only for lapses of it, not saved */
    uint32_t resent;          /* retry receipts answered */
};

/* Somebody's keys, which are asked for: by texts that wait, or by an order to prepare. */
struct fetch {
    struct fetch *next;
    char *iq; /* NULL: not asked yet, for want of a connection */
    char *name;
    uint32_t device;
    bool is_prepare; /* a session is to be made whoever waits */
    uint64_t due_ms; /* when it has failed without an answer; 0: set by the next tick */
};

/* What only lapses ask about; not saved. */
struct app_past {
    size_t piece_at; /* where in |in| the read before began */
    unsigned pieces; /* of the frame at the front of |in|, before this read */
    bool was_let_in; /* by what this read began with */
    bool has_server, is_after_515, has_given_up, has_refilled;
    uint8_t server[32];       /* static key that was sound */
    struct buffer retry_keys; /* of the first retry receipt */
    bool came_in;             /* the connection before, or this one */
    uint64_t connect_unix;    /* when its person connected it */
    struct buffer warned;     /* the addresses that warnings were about */
};

struct app {
    struct app_options options;
    const struct app_rules *rules;
    struct app_observer observer;
    struct party *party;
    char name[APP_TEXT_MAX];
    uint32_t device;

    struct wire_profile profile;
    uint64_t account_id;
    char user[APP_TEXT_MAX], issuer[APP_TEXT_MAX], audience[APP_TEXT_MAX];
    uint8_t root_key[32];
    bool wants_connection;

    enum app_state state;
    struct buffer in, out;
    struct noise *noise;
    struct noise_cipher send, receive;
    uint8_t static_private[32], static_public[32], ephemeral_private[32];
    bool has_ephemeral, has_static, has_published, wants_end;
    bool wants_rotation; /* as soon as it is let in, and no other upload is unanswered */
    bool wants_refill;   /* as soon as no other upload is unanswered */
    bool owes_signed;    /* its newest signed prekey, which nobody has taken yet */
    bool is_refill;      /* the upload that has no answer yet */
    /* When an upload without an answer has failed, 0: set by the next tick; without one, when the
     * next may be made. */
    uint64_t upload_due_ms;
    uint32_t upload_pause_ms;
    char *token; /* the last one, for the flaw that uses it again */
    uint64_t dial_at_ms, deadline_ms;
    uint32_t pause_ms;
    uint64_t now_ms;

    uint32_t next_id, next_iq;
    char upload_iq[32], count_iq[32];
    struct buffer uploaded; /* the list of the first upload, for the flaw that sends it again */
    struct seen_message *seen;
    struct outgoing *outgoing;
    struct fetch *fetches;
    struct app_past past;
};

/* app_state.c */
bool app_lapses(const struct app *a, enum app_lapse what);
/* Do the addresses name one user, whatever the devices? */
bool app_is_of_user(const char *jid, const char *other);
/* Does its party speak Signal v4? */
bool app_is_of_v4(const struct app *a);
/* Report an event to the owner; NULL texts become "". */
void app_tell(struct app *a, const struct app_event *event);
/* Was it let in: may it send? */
bool app_is_in(const struct app *a);
/* A copy on the heap; NULL without memory. */
char *app_text(const char *text);
/* The name and device of a JID of this domain; false for any other. */
bool app_address(const struct app *a, const char *jid, struct arena *arena, struct address *out);
/* The record of this message, made when it is new; NULL without memory. */
struct seen_message *app_seen(struct app *a, const char *from, const char *id);
void app_seen_free(struct seen_message *m);
/* The outgoing message with this id, unless it waits; or NULL. */
struct outgoing *app_outgoing(const struct app *a, const char *id);
void app_outgoing_free(struct outgoing *message);
void app_fetch_free(struct fetch *f);
/* The connection over which answers to iqs would come is gone. */
void app_iqs_forget(struct app *a);

/* app_token.c */
enum status app_make_token(struct app *a, struct buffer *out);

/* app_parse.c: as strictly as the rules say. */
enum status app_parse(const struct app *a, struct bytes document, struct arena *arena,
                      const struct stanza **out);

/* app_channel.c */
/* Wipe the keys of the connection and forget a frame received in part. */
void app_forget_connection(struct app *a);
/* End the connection by our own decision, and dial again later. */
void app_close(struct app *a, unsigned reason, const char *detail);
/* The server ended it: dial again after |after_ms|, or (UINT64_MAX) give up. */
void app_closed_by_server(struct app *a, uint64_t after_ms, const char *detail);
void app_dial_later(struct app *a);
/* Finish the document of |w|, send and release it. Not connected: OK, nothing is sent. */
enum status app_push(struct app *a, struct stanza_writer *w);
/* A new id for an iq, and the beginning of one about prekeys. */
void app_new_iq(struct app *a, char out[32]);
void app_begin_iq(const struct app *a, struct stanza_writer *w, const char *id, const char *type);

/* app_handshake.c */
enum status app_begin_handshake(struct app *a);
enum status app_take_server_hello(struct app *a, struct bytes frame);

/* app_outgoing.c */
/* Say |content|, as soon as it can be. */
enum status app_outgoing_post(struct app *a, struct address peer, struct bytes content);
/* Seal and send what waits for a session with |peer|, which there is now. */
enum status app_outgoing_continue(struct app *a, struct address peer);
/* Do texts wait for a session with |peer|? */
bool app_outgoing_waits(const struct app *a, struct address peer);
/* They are told to have failed, and forgotten. */
void app_outgoing_fail(struct app *a, struct address peer, unsigned reason, const char *detail);
/* Flaw: they are sent in clear. */
enum status app_outgoing_in_clear(struct app *a, struct address peer);
enum status app_outgoing_resend(struct app *a);
/* A read receipt for what was read since one could be sent last. */
enum status app_tell_read(struct app *a);
/* |count|: of the retry receipt it answers; 0: the first time. */
enum status app_outgoing_send(struct app *a, struct outgoing *message, const char *id,
                              uint32_t count);

/* app_prekeys.c */
enum status app_take_success(struct app *a);
enum status app_iq_answer(struct app *a, const struct stanza *iq, struct arena *arena);
enum status app_refill(struct app *a);
/* Does |count| (or NULL), as a stanza says it, ask for a refill? */
bool app_is_few(const struct app *a, const char *count);
uint64_t app_uploads_due_ms(const struct app *a); /* UINT64_MAX for nothing */
/* An upload whose time is over has failed; one that was put off is made. */
void app_uploads_tick(struct app *a);

/* app_fetches.c */
/* Ask for |peer|'s keys as soon as it can be, unless they are asked for. */
enum status app_fetch(struct app *a, struct address peer, bool is_prepare);
/* Ask for all keys that are wanted and were not asked for on this connection. */
enum status app_fetches_ask(struct app *a);
/* *out_is_one: |iq|, which has an id, is the answer to a fetch. */
enum status app_fetch_answer(struct app *a, const struct stanza *iq, struct arena *arena,
                             bool *out_is_one);
uint64_t app_fetches_due_ms(const struct app *a); /* UINT64_MAX for none */
/* Fetches whose time is over fail. */
void app_fetches_tick(struct app *a);

/* app_keys.c */
/* The bundle in <user> or <keys>, encoded. E_PARSE. */
enum status app_bundle(const struct app *a, const struct stanza *keys, struct arena *arena,
                       struct buffer *out);

/* app_retry.c */
enum status app_ask_retry(struct app *a, const struct stanza *message, struct seen_message *m,
                          enum refusal why);
enum status app_answer_retry(struct app *a, const struct stanza *receipt, struct arena *arena);

/* app_stanzas.c */
enum status app_stanza(struct app *a, const struct stanza *s, struct arena *arena);

#endif
