/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * party.h - one person with a static key pair, and what it does with it.
 * Depends on: contacts, stream; serving, libsodium.
 *
 * The protocol is crypto_box and nothing around it: a message is the sender's public key, a random
 * nonce, and the box. No counter, no session key, no address within: a message opens as often as it
 * is delivered, and each end can make what the other could have made.
 *
 * Functions return 0 or a code of enum box_code.
 */
#ifndef BOX_PARTY_H
#define BOX_PARTY_H

#include "contacts.h"
#include "stream.h"

enum box_code {
    BOX_E_BUNDLE = 1,     /* not a public key */
    BOX_E_MESSAGE,        /* too short, or of a kind that is not ours */
    BOX_E_KEY,            /* a public key that every box would be weak under */
    BOX_E_AUTHENTICATION, /* the box does not open */
    BOX_E_NO_CONTACT,     /* no conversation with this peer */
    BOX_E_UNTRUSTED,      /* another key is pinned for this peer */
    BOX_E_ACCEPTED,       /* what should be accepted is not a key */
    BOX_E_STATE,          /* not a state this adapter saved */
    BOX_E_IDENTITY,       /* not an identity this adapter exported */
    BOX_E_NOMEM,          /* no memory, or no room for another contact */
};

/* What the parties of a connection share. */
struct box_state {
    struct stream random;
    bool has_warned; /* somebody was told of a changed key */
};

struct party {
    struct box_state *shared; /* borrowed */
    uint8_t secret_key[crypto_box_SECRETKEYBYTES];
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    struct contacts contacts;
};

/* With |identity| (what party_export gave) unless it is NULL. */
int party_new(struct box_state *shared, const uint8_t *identity, size_t len, struct party **out);
int party_restore(struct box_state *shared, const uint8_t *saved, size_t len, struct party **out);
void party_free(struct party *p); /* accepts NULL */
int party_save(const struct party *p, struct served_bytes *out);

int party_publish(const struct party *p, struct served_bytes *out);
int party_start(struct party *p, struct served_address peer, const uint8_t *bundle, size_t len);
int party_seal(struct party *p, struct served_address peer, const uint8_t *plaintext, size_t len,
               struct served_bytes *out);
int party_open(struct party *p, struct served_address from, const uint8_t *message, size_t len,
               struct served_bytes *out);
/* A message of this party's own, to |to|: its key opens that as well. */
int party_open_own(struct party *p, struct served_address to, const uint8_t *message, size_t len,
                   struct served_bytes *out);
/* What |from| could have sent this party. */
int party_forge(struct party *p, struct served_address from, const uint8_t *plaintext, size_t len,
                struct served_bytes *out);

int party_export(const struct party *p, struct served_bytes *out);
/* 60 hexadecimal digits of SHA-256 over both ids and keys, the smaller key first. */
int party_fingerprint(const struct party *p, struct served_address peer, const char *own_id,
                      const char *peer_id, char out_text[SERVE_DIGITS]);
/* The conversation is over; the pinned key stays. */
int party_forget(struct party *p, struct served_address peer);
/* |key| has 32 bytes; or none: the one the person was warned of last. */
int party_accept(struct party *p, struct served_address peer, const uint8_t *key, size_t len);

#endif
