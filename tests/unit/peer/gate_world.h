/*
 * gate_world.h - a gatekeeper and assay's own clients of it, in one process without a socket: bytes
 * are carried by hand, whole or in pieces.
 * Depends on: base, wire, peer.
 */
#ifndef ASSAY_TESTS_GATE_WORLD_H
#define ASSAY_TESTS_GATE_WORLD_H

#include "peer/caller.h"
#include "peer/gatekeeper.h"

#define WORLD_CLIENTS 3u
#define WORLD_KINDS 16u
#define FIRST_ACCOUNT 1000u

struct world;

struct world_client {
    struct world *world;
    struct caller *caller;
    struct gate_line *line; /* NULL: not connected */
    struct address self;
    uint64_t account;           /* what it says it is */
    unsigned told[WORLD_KINDS]; /* events by kind, see peer/caller_internal.h */
    struct buffer shown;        /* the last content shown */
};

struct world {
    struct wire_profile profile;
    struct random random;
    struct token_key *token_key;
    struct gatekeeper *gate;
    struct world_client clients[WORLD_CLIENTS]; /* their accounts: FIRST_ACCOUNT and on */
    uint64_t now_ms;
    size_t piece;    /* bytes carried at once; 0: all there is */
    bool dials_once; /* a client that lost its connection stays away */
    unsigned happened[GATE_ENDED + 1];
    char detail[256];    /* of the last event that had one */
    struct buffer said;  /* every document the gatekeeper said, one line each */
    struct buffer heard; /* and the clients */
};

/* |profile|: "public", or "observed" for header, intro, fields, and an empty payload that is not
 * hashed. */
struct world *world_open(const char *profile);
void world_close(struct world *w);
/* The gatekeeper again, with the same accounts and |habits|. */
void world_set_habits(struct world *w, struct gate_habits habits);

/* Client |i| is told to connect; and all bytes are carried until none are left. True: it is
 * connected. */
bool world_connect(struct world *w, size_t i);
/* Its connection breaks; it stays away until world_connect. */
void world_cut(struct world *w, size_t i);
void world_carry(struct world *w);
/* A text from one client to another. */
void world_send(struct world *w, size_t from, size_t to, const char *text);
bool world_was_shown(const struct world *w, size_t i, const char *text);
/* Any document as client |i|'s next transport message. */
void world_say(struct world *w, size_t i, const char *document);
/* Did the gatekeeper say (a client say) a document that holds |part|? And forget what was said. */
bool world_gate_said(struct world *w, const char *part);
bool world_client_said(struct world *w, const char *part);
size_t world_count(struct world *w, const char *part);
void world_forget(struct world *w);
uint64_t world_account(size_t i);

#endif
