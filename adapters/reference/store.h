/* SPDX-License-Identifier: 0BSD */
/*
 * store.h - everything a party keeps, as records under keys, with a transaction around each
 * operation.
 * Depends on: nothing.
 *
 * Why a transaction: libsignal-protocol-c saves a sender's identity before it has authenticated the
 * message. Between store_begin and store_commit all changes are buffered; store_roll_back forgets
 * them. Reads see the changes.
 *
 * A record's key is a kind and 1 to STORE_KEY_MAX bytes. There is no other state: a snapshot is
 * all records.
 */
#ifndef REFERENCE_STORE_H
#define REFERENCE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_KEY_MAX 1024u

enum store_kind {
    STORE_META = 'm',          /* the party's own numbers and identity */
    STORE_SESSION = 's',       /* by peer address */
    STORE_IDENTITY = 'i',      /* by peer address */
    STORE_PREKEY = 'p',        /* by id */
    STORE_SIGNED_PREKEY = 'g', /* by id */
    STORE_SENDER_KEY = 'k',    /* by group and sender address */
    /* a whole client's (client/memory.h) */
    STORE_CLIENT = 'c',   /* its own keys and what it has published */
    STORE_SHOWN = 'h',    /* by sender and stanza id */
    STORE_FAILED = 'f',   /* by sender and stanza id */
    STORE_OUTGOING = 'o', /* by stanza id */
    STORE_UNREAD = 'u',   /* by sender and stanza id */
    STORE_READ = 'd',     /* by sender and stanza id: the sender was not told yet */
    STORE_OWED = 'r'      /* by receiver and stanza id */
};

struct record {
    uint8_t *key; /* kind first */
    size_t key_len;
    uint8_t *value; /* NULL in the buffer of changes: deleted */
    size_t value_len;
};

struct records {
    struct record *items;
    size_t count;
    size_t cap;
};

struct store {
    struct records kept;
    struct records changes;
    bool is_open; /* a transaction is under way */
};

void store_init(struct store *s);
/* Wipes and frees. */
void store_fini(struct store *s);

void store_begin(struct store *s);
/* 0, or -1 without memory: then nothing changed. */
int store_commit(struct store *s);
void store_roll_back(struct store *s);

/* NULL when there is none, as for a key of no bytes.
 * The value stays valid until the next change. */
const struct record *store_get(const struct store *s, enum store_kind kind, const void *key,
                               size_t key_len);
/* 0, or -1 when memory is short or the key is too long or empty. Without a transaction the change
 * is made at once. */
int store_put(struct store *s, enum store_kind kind, const void *key, size_t key_len,
              const void *value, size_t value_len);
int store_delete(struct store *s, enum store_kind kind, const void *key, size_t key_len);

/* The next record of |kind| at or after position *at of those kept (outside a transaction), and *at
 * behind it; NULL after the last. A change in between may hide or repeat records. */
const struct record *store_next(const struct store *s, enum store_kind kind, size_t *at);

/* All records as bytes, *out malloced; and back into an empty store. 0, or -1 (memory, or not such
 * bytes). */
int store_save(const struct store *s, uint8_t **out, size_t *out_len);
int store_load(struct store *s, const uint8_t *in, size_t in_len);

#endif
