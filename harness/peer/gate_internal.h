/*
 * peer/gate_internal.h - what the files of the gatekeeper share.
 * Depends on: peer/gatekeeper.
 */
#ifndef ASSAY_PEER_GATE_INTERNAL_H
#define ASSAY_PEER_GATE_INTERNAL_H

#include "peer/gatekeeper.h"

#include "wire/signal.h"

#define GATE_OUTPUT_MAX (64u * 1024u * 1024u)
/* Bytes a client may leave unread before its line ends. */
#define GATE_BACKLOG_MAX (1024u * 1024u)
#define GATE_ACCOUNTS_MAX 8192u

struct gate_key {
    uint32_t id;
    uint8_t value[32];
};

struct gate_letter {
    struct gate_letter *next;
    char *id;
    struct buffer document;
    bool is_sent; /* on the account's line of now */
};

struct account {
    uint64_t id;
    char *name;
    uint32_t device;
    char *address; /* NAME:DEVICE@DOMAIN */
    struct gate_line *line;

    /* what it published */
    bool has_published;
    uint8_t registration[4], identity[32], signed_value[32], signature[64];
    uint32_t signed_id;
    struct gate_key *one_time;
    size_t n_one_time, cap_one_time;

    struct buffer bundle;        /* put by the harness; empty for none */
    unsigned fetches, told;      /* told: that few one-time prekeys are left */
    struct gate_letter *letters; /* in order */
};

struct gatekeeper {
    struct gate_options options;
    struct authority authority;
    struct server_key server;
    struct account **accounts;
    size_t n_accounts;
    struct gate_line *lines;
    size_t n_lines;
    unsigned next_line;

    struct gate_bend handshake_bend, fetch_bend;
    enum certificate_bend certificate_bend;
    unsigned refusals_left, refusal_reason;
    struct buffer earlier_hello; /* the server's handshake frame of an earlier connection */
};

enum line_state { LINE_BEGINNING = 0, LINE_HELLO, LINE_FINISH, LINE_READY, LINE_OVER };

struct gate_line {
    struct gatekeeper *g;
    struct gate_line *next, **link;
    unsigned number;
    enum line_state state;
    struct buffer in, out;
    struct noise *noise;
    struct noise_cipher send, receive;
    struct account *account;
    enum gate_end end;
    struct gate_pace pace;
    struct gate_introduction introduction;
    struct arena arena; /* of the introduction */
};

/* Tell the listener. */
void gate_tell(struct gate_line *l, enum gate_happening what, const char *detail);
/* The line ends because of what the client sent. */
void gate_line_fail(struct gate_line *l, enum gate_happening what, const char *detail);

/* One frame, by state. */
enum status gate_handshake_frame(struct gate_line *l, struct bytes frame);
enum status gate_channel_frame(struct gate_line *l, struct bytes frame);
/* A stanza of an authenticated client. */
enum status gate_stanza(struct gate_line *l, const struct stanza *s, struct bytes document);
/* Prekeys: is |iq| about them? Then it was answered. */
bool gate_prekeys_iq(struct gate_line *l, const struct stanza *iq, struct arena *arena,
                     enum status *out);

/* Append a frame of |payload| to the output. */
enum status gate_line_frame(struct gate_line *l, struct bytes payload);
/* Authenticated: <success>, and what waits. */
enum status gate_line_welcome(struct gate_line *l);
enum status gate_letters_send(struct account *a);
/* |class|: of the ack, NULL where it has none. */
void gate_letter_acked(struct account *a, const char *id, const char *class);

struct account *gate_account_of(const struct gatekeeper *g, uint64_t id);
struct account *gate_account_at(const struct gatekeeper *g, const char *address);
void gate_account_free(struct account *a);
const struct signer *gate_signer(void);
uint64_t gate_now(const struct gatekeeper *g);

#endif
