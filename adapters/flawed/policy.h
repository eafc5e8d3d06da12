/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy.h - what a careless application does around a sound protocol: it keeps texts, accepts
 * replays, sends plaintext when it cannot encrypt.
 * Depends on: flawed_state; harness/cipher.
 *
 * A flawed party is a party of the harness's and what the application remembers beside it. Under
 * the honest policy it does exactly what the party does.
 */
#ifndef FLAWED_POLICY_H
#define FLAWED_POLICY_H

#include "flawed_state.h"

#define REMEMBERED_MAX 16u /* the last messages */
#define REMEMBERED_TEXT 64u

/* A message that was sealed or opened, and its text. */
struct remembered {
    uint8_t digest[32]; /* SHA-256 of the message */
    uint8_t text[REMEMBERED_TEXT];
    size_t text_len;
};

struct memory {
    struct remembered items[REMEMBERED_MAX];
    size_t n; /* so far; the last REMEMBERED_MAX are kept */
};

struct flawed_party {
    struct party *party;
    struct flawed_state *state;
    struct memory opened, sealed;
    struct remembered first_sealed; /* until a message was opened */
    bool has_first_sealed, has_opened;
    unsigned n_refused;                /* in a row */
    char peers[8][PARTY_NAME_MAX + 1]; /* whom it has exchanged messages with */
    uint32_t devices[8];
    size_t n_peers;
};

/* |party| is given. NULL: out of memory. */
struct flawed_party *policy_party(struct flawed_state *state, struct party *party);
/* Accepts NULL. */
void policy_free(struct flawed_party *f);

/* The operations of struct implementation that a policy changes; codes as flawed_code's. */
int policy_seal(struct flawed_party *f, struct served_address peer, struct bytes plaintext,
                Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out);
int policy_open(struct flawed_party *f, struct served_address from,
                Assay__Target__V1__MessageKind kind, struct bytes body, struct served_bytes *out);
/* After party_save: what the application keeps besides. */
enum status policy_save(const struct flawed_party *f, struct buffer *state);
/* The state without that. */
struct bytes policy_state(struct bytes saved);
/* In place of the true fingerprint; false when the policy does not change it. */
bool policy_fingerprint(const struct flawed_party *f, char out_text[SERVE_DIGITS]);

#endif
