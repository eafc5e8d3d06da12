/*
 * server_world.h - a gatekeeper and assay's own clients of it, in one process without a socket: bytes
 * are carried by hand, whole or in pieces.
 * Depends on: base, wire, cipher.
 */
#ifndef ASSAY_TESTS_GATE_WORLD_H
#define ASSAY_TESTS_GATE_WORLD_H

#include "app/app.h"
#include "server/server.h"

#define WORLD_CLIENTS 3u
#define WORLD_KINDS 16u
#define FIRST_ACCOUNT 1000u

struct fixture;

struct fixture_client {
    struct fixture *fixture;
    struct app *app;
    struct server_connection *connection; /* NULL: not connected */
    struct address self;
    uint64_t account;           /* what it says it is */
    unsigned told[WORLD_KINDS]; /* events by kind, see app/app_internal.h */
    struct buffer shown;        /* the last content shown */
};

struct fixture {
    struct wire_profile profile;
    struct random random;
    struct token_key *token_key;
    struct server *server;
    struct fixture_client clients[WORLD_CLIENTS]; /* their accounts: FIRST_ACCOUNT and on */
    uint64_t now_ms;
    size_t piece;    /* bytes carried at once; 0: all there is */
    bool dials_once; /* a client that lost its connection stays away */
    unsigned happened[SERVER_ENDED + 1];
    char detail[256];    /* of the last event that had one */
    struct buffer said;  /* every document the gatekeeper said, one line each */
    struct buffer heard; /* and the clients */
};

/* |profile|: "public", or "observed" for header, intro, fields, and an empty payload that is not
 * hashed. */
struct fixture *fixture_open(const char *profile);
void fixture_close(struct fixture *w);
/* The gatekeeper again, with the same accounts and |policy|. */
void fixture_set_habits(struct fixture *w, struct server_policy policy);

/* Client |i| is told to connect; and all bytes are carried until none are left. True: it is
 * connected. */
bool fixture_connect(struct fixture *w, size_t i);
/* Its connection breaks; it stays away until fixture_connect. */
void fixture_cut(struct fixture *w, size_t i);
void fixture_carry(struct fixture *w);
/* A text from one client to another. */
void fixture_send(struct fixture *w, size_t from, size_t to, const char *text);
bool fixture_was_shown(const struct fixture *w, size_t i, const char *text);
/* Any document as client |i|'s next transport message. */
void fixture_say(struct fixture *w, size_t i, const char *document);
/* Did the gatekeeper say (a client say) a document that holds |part|? And forget what was said. */
bool fixture_gate_said(struct fixture *w, const char *part);
bool fixture_client_said(struct fixture *w, const char *part);
size_t fixture_count(struct fixture *w, const char *part);
void fixture_forget(struct fixture *w);
uint64_t fixture_account(size_t i);

#endif
