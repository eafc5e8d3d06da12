/*
 * app/app_internal.h - what the files of assay's own client share.
 * Depends on: app/app.
 */
#ifndef ASSAY_APP_APP_INTERNAL_H
#define ASSAY_APP_APP_INTERNAL_H

#include "app/app.h"

#include "wire/certificate.h"
#include "wire/handshake.h"
#include "wire/stanza.h"

#define APP_TEXT_MAX 320u
#define APP_KEPT_MAX 4096u /* of shown ids, letters, orders each; the oldest go */

/* Numbers of proto/target.proto's EventKind and Reason. */
enum {
    TELL_CONNECTED = 1,
    TELL_CLOSED,
    TELL_GAVE_UP,
    TELL_SHOWN,
    TELL_SENT,
    TELL_FAILED,
    TELL_PREPARED,
    TELL_REFUSED,
    TELL_WARNED,
    TELL_DELIVERED,
    TELL_READ
};
enum {
    WHY_HANDSHAKE = 13,
    WHY_CERTIFICATE,
    WHY_CHANNEL,
    WHY_FRAME,
    WHY_STANZA,
    WHY_ADDRESSEE,
    WHY_CONTENT,
    WHY_SERVER,
    WHY_LOST
};

enum app_state { APP_AWAY = 0, APP_DIALLING, APP_SHAKING, APP_ENTERING, APP_PUBLISHING, APP_READY };

/* A message of somebody else's, by its stanza: was it shown, how often was it asked for again? */
struct seen_message {
    struct seen_message *next;
    char *from, *id;
    bool is_shown, is_read;
    uint32_t retries;
};

/* A message of our own. */
struct outgoing {
    struct outgoing *next;
    char *id, *name;
    uint32_t device;
    struct buffer content, body; /* |body|: as it was last encrypted, of this kind */
    enum signal_kind kind;
    bool is_acked;
    uint32_t resent;
};

/* Keys that are being fetched, and why. */
struct fetch {
    struct fetch *next;
    char *iq, *name;
    uint32_t device;
    struct buffer content; /* to be sent then; with |is_prepare| nothing is */
    bool is_prepare;
    uint64_t due_ms; /* unanswered until then it has failed; 0: no tick since it was asked */
};

struct app {
    struct app_options options;
    const struct app_rules *rules;
    struct app_observer listener;
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
    char *token; /* the one before, for the flaw that uses it again */
    uint64_t dial_at_ms, deadline_ms;
    uint32_t pause_ms;
    uint64_t now_ms;

    uint32_t next_id, next_iq;
    char upload_iq[32], count_iq[32];
    struct buffer uploaded; /* the list of the first upload, for the flaw that sends it again */
    struct seen_message *seen;
    struct outgoing *outgoing;
    struct fetch *fetches;
};

/* caller.c */
void app_tell(struct app *c, const struct app_event *event);
char *app_text(const char *text);
struct address app_self(const struct app *c);
bool app_address(const struct app *c, const char *jid, struct arena *arena, struct address *out);

/* app_line.c */
/* The connection's keys and what came in part. Every way out of a connection comes by here. */
void app_forget_connection(struct app *c);
void app_close(struct app *c, unsigned reason, const char *detail);
enum status app_push(struct app *c, struct stanza_writer *w, struct buffer *document);
/* The server said so: closes and comes back |after_ms|, or (UINT64_MAX) gives up. */
void app_dismissed(struct app *c, uint64_t after_ms, const char *detail);

/* app_prekeys.c */
enum status app_enter(struct app *c);
enum status app_iq_answer(struct app *c, const struct stanza *iq, struct arena *arena);
enum status app_fetch(struct app *c, struct address peer, struct bytes content, bool is_prepare);
enum status app_refill(struct app *c);
/* A bundle out of <user> or <keys>, encoded. E_PARSE. */
enum status app_bundle(const struct app *c, const struct stanza *keys, struct arena *arena,
                       struct buffer *out);

/* app_mail.c */
enum status app_stanza(struct app *c, const struct stanza *s, struct arena *arena);
void app_seen_free(struct seen_message *m);

/* app_letters.c */
enum status app_outgoing_post(struct app *c, struct address peer, struct bytes content);
enum status app_outgoing_resend(struct app *c);
struct outgoing *app_outgoing(const struct app *c, const char *id);
enum status app_outgoing_send(struct app *c, struct outgoing *l, const char *id, uint32_t count);
void app_outgoing_free(struct outgoing *l);

void app_fetch_free(struct fetch *f);
uint64_t app_fetches_due_ms(const struct app *c); /* UINT64_MAX for none */
/* What was not answered in time has failed. */
void app_fetches_tick(struct app *c);

/* app_retry.c */
enum status app_ask_again(struct app *c, const struct stanza *message, struct seen_message *m,
                          enum refusal why);
enum status app_asked(struct app *c, const struct stanza *receipt, struct arena *arena);

/* app_token.c */
enum status app_make_token(struct app *c, struct buffer *out);

/* app_lax.c: a document, parsed as strictly as the rules say. */
enum status app_parse(const struct app *c, struct bytes document, struct arena *arena,
                      const struct stanza **out);

#endif
