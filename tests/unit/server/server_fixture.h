/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/server/server_fixture.h - a server and three apps in one process without sockets: bytes are
 * passed by hand, whole or in pieces.
 * Depends on: base, wire, cipher.
 */
#ifndef ASSAY_TESTS_UNIT_SERVER_SERVER_FIXTURE_H
#define ASSAY_TESTS_UNIT_SERVER_SERVER_FIXTURE_H

#include "app/app.h"
#include "server/server.h"

#define FIXTURE_CLIENTS 3u
#define FIXTURE_KINDS 16u
#define FIRST_ACCOUNT 1000u

struct fixture;

struct fixture_client {
    struct fixture *fixture;
    struct app *app;
    struct server_connection *connection; /* NULL: not connected */
    struct address self;
    uint64_t account;             /* in its ClientPayload */
    unsigned told[FIXTURE_KINDS]; /* events by kind, see app/app_internal.h */
    struct buffer shown;          /* the last content shown */
};

struct fixture {
    struct wire_profile profile;
    struct random random;
    struct token_key *token_key;
    struct server *server;
    struct fixture_client clients[FIXTURE_CLIENTS]; /* their accounts: FIRST_ACCOUNT and on */
    uint64_t now_ms;
    size_t piece;    /* bytes passed at once; 0: all there are */
    bool dials_once; /* a client that lost its connection stays offline */
    unsigned happened[SERVER_ENDED + 1];
    char detail[256];   /* of the last event that had one */
    struct buffer sent; /* every document the server sent, one line each */
};

/* |profile|: "public", or "observed" for header, intro, fields, and an empty payload that is not
 * hashed. */
struct fixture *fixture_open(const char *profile);
void fixture_close(struct fixture *f);
void fixture_set_policy(struct fixture *f, struct server_policy policy);

/* Client |i| is told to connect; all bytes are passed until none are left. True: it is
 * connected. */
bool fixture_connect(struct fixture *f, size_t i);
/* Its connection breaks; it stays offline until fixture_connect. */
void fixture_cut(struct fixture *f, size_t i);
void fixture_carry(struct fixture *f);
/* A text from one client to another. */
void fixture_send(struct fixture *f, size_t from, size_t to, const char *text);
bool fixture_was_shown(const struct fixture *f, size_t i, const char *text);
/* Any document as client |i|'s next transport message. */
void fixture_say(struct fixture *f, size_t i, const char *document);
/* Did the server send a document that contains |part|? And forget what was sent. */
bool fixture_server_said(struct fixture *f, const char *part);
size_t fixture_count(struct fixture *f, const char *part);
void fixture_forget(struct fixture *f);
uint64_t fixture_account(size_t i);

#endif
