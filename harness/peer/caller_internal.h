/*
 * peer/caller_internal.h - what the files of assay's own client share.
 * Depends on: peer/caller.
 */
#ifndef ASSAY_PEER_CALLER_INTERNAL_H
#define ASSAY_PEER_CALLER_INTERNAL_H

#include "peer/caller.h"

#include "wire/certificate.h"
#include "wire/handshake.h"
#include "wire/stanza.h"

#define CALLER_TEXT_MAX 320u
#define CALLER_KEPT_MAX 4096u /* of shown ids, letters, orders each; the oldest go */

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

enum caller_state {
    CALLER_AWAY = 0,
    CALLER_DIALLING,
    CALLER_SHAKING,
    CALLER_ENTERING,
    CALLER_PUBLISHING,
    CALLER_READY
};

/* A message of somebody else's, by its stanza: was it shown, how often was it asked for again? */
struct seen_message {
    struct seen_message *next;
    char *from, *id;
    bool is_shown, is_read;
    uint32_t retries;
};

/* A message of our own. */
struct letter {
    struct letter *next;
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

struct caller {
    struct caller_options options;
    const struct caller_rules *rules;
    struct caller_listener listener;
    struct party *party;
    char name[CALLER_TEXT_MAX];
    uint32_t device;

    struct wire_profile profile;
    uint64_t account_id;
    char user[CALLER_TEXT_MAX], issuer[CALLER_TEXT_MAX], audience[CALLER_TEXT_MAX];
    uint8_t root_key[32];
    bool wants_connection;

    enum caller_state state;
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
    struct letter *letters;
    struct fetch *fetches;
};

/* caller.c */
void caller_tell(struct caller *c, const struct caller_event *event);
char *caller_text(const char *text);
struct address caller_self(const struct caller *c);
bool caller_address(const struct caller *c, const char *jid, struct arena *arena,
                    struct address *out);

/* caller_line.c */
/* The connection's keys and what came in part. Every way out of a connection comes by here. */
void caller_forget_line(struct caller *c);
void caller_close(struct caller *c, unsigned reason, const char *detail);
enum status caller_push(struct caller *c, struct stanza_writer *w, struct buffer *document);
/* The server said so: closes and comes back |after_ms|, or (UINT64_MAX) gives up. */
void caller_dismissed(struct caller *c, uint64_t after_ms, const char *detail);

/* caller_prekeys.c */
enum status caller_enter(struct caller *c);
enum status caller_iq_answer(struct caller *c, const struct stanza *iq, struct arena *arena);
enum status caller_fetch(struct caller *c, struct address peer, struct bytes content,
                         bool is_prepare);
enum status caller_refill(struct caller *c);
/* A bundle out of <user> or <keys>, encoded. E_PARSE. */
enum status caller_bundle(const struct caller *c, const struct stanza *keys, struct arena *arena,
                          struct buffer *out);

/* caller_mail.c */
enum status caller_stanza(struct caller *c, const struct stanza *s, struct arena *arena);
void caller_seen_free(struct seen_message *m);

/* caller_letters.c */
enum status caller_letter_post(struct caller *c, struct address peer, struct bytes content);
enum status caller_letters_again(struct caller *c);
struct letter *caller_letter(const struct caller *c, const char *id);
enum status caller_letter_send(struct caller *c, struct letter *l, const char *id, uint32_t count);
void caller_letter_free(struct letter *l);

void caller_fetch_free(struct fetch *f);
uint64_t caller_fetches_due_ms(const struct caller *c); /* UINT64_MAX for none */
/* What was not answered in time has failed. */
void caller_fetches_tick(struct caller *c);

/* caller_retry.c */
enum status caller_ask_again(struct caller *c, const struct stanza *message, struct seen_message *m,
                             enum refusal why);
enum status caller_asked(struct caller *c, const struct stanza *receipt, struct arena *arena);

/* caller_token.c */
enum status caller_make_token(struct caller *c, struct buffer *out);

/* caller_lax.c: a document, parsed as strictly as the rules say. */
enum status caller_parse(const struct caller *c, struct bytes document, struct arena *arena,
                         const struct stanza **out);

#endif
