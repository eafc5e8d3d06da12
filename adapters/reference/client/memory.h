/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/memory.h - what a client keeps between connections, as records in its party's store.
 * Depends on: client, store.
 *
 * Everything has a maximum; the oldest records that are not needed are deleted first. Functions
 * that write return 0, or CLIENT_E_NOMEM.
 */
#ifndef REFERENCE_CLIENT_MEMORY_H
#define REFERENCE_CLIENT_MEMORY_H

#include "client/client.h"

#define SHOWN_MAX 4096u
#define OUTGOING_MAX 1024u
#define OUTGOING_BYTES_MAX (32u * 1024u * 1024u)

/* Numbers and bytes under a name. */
uint64_t memory_number(const struct client *c, const char *name);
int memory_set_number(struct client *c, const char *name, uint64_t value); /* 0 deletes */

/* ---- received messages, by sender (NAME:DEVICE@DOMAIN) and stanza id */

bool memory_was_shown(const struct client *c, const char *from, const char *id);
/* Shown: unread, and a delivery receipt is owed. */
int memory_show(struct client *c, const char *from, const char *id);
/* It did not decrypt: *out_count is how often so far. */
int memory_fail(struct client *c, const char *from, const char *id, unsigned *out_count);
/* It was read, and its sender is to be told. */
int memory_read(struct client *c, const char *from, const char *id);
/* One message of |kind| (STORE_UNREAD, STORE_READ, STORE_OWED) from |from| (NULL: anybody), removed
 * from it: the oldest. False when there is none. */
bool memory_take(struct client *c, enum store_kind kind, const char *from,
                 char out_from[ADDRESS_MAX], char out_id[STANZA_ID_MAX + 1]);
/* Call |each| for every owed receipt, in order; none is removed. */
void memory_owed(struct client *c, void (*each)(struct client *, const char *to, const char *id));
void memory_forget_owed(struct client *c);

/* ---- outgoing messages, by stanza id */

enum outgoing_state {
    OUTGOING_WAITING = 1, /* not encrypted yet */
    OUTGOING_SENT,        /* encrypted, not acknowledged by the server */
    OUTGOING_TAKEN,       /* kept for retries */
    OUTGOING_DELIVERED    /* its content was deleted */
};

struct outgoing {
    char id[STANZA_ID_MAX + 1];
    uint64_t number;  /* order */
    uint8_t state;    /* enum outgoing_state */
    uint8_t was_sent; /* the event SENT was reported */
    uint8_t count;    /* of the retry it answers; 0: none */
    uint8_t n_resends;
    uint8_t kind; /* of the body, MESSAGE_SIGNAL ... */
    char name[NAME_MAX_LEN + 1];
    uint32_t device;
    struct octets content, body;
};

void outgoing_init(struct outgoing *o);
void outgoing_fini(struct outgoing *o);
/* False when there is none of this id. */
bool outgoing_load(const struct client *c, const char *id, struct outgoing *out);
/* The one of the lowest number over |after| in |state|. */
bool outgoing_next(const struct client *c, uint8_t state, uint64_t after, struct outgoing *out);
/* Keep it, new (number 0: it gets one) or changed. CLIENT_E_TOO_LONG: too many wait. */
int outgoing_save(struct client *c, struct outgoing *o);
void outgoing_forget(struct client *c, const char *id);

#endif
