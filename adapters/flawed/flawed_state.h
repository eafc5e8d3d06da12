/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flawed_state.h - what the two surfaces of this adapter share: the configuration, the randomness,
 * the provider's token key.
 * Depends on: serving, provider, harness/cipher.
 */
#ifndef FLAWED_STATE_H
#define FLAWED_STATE_H

#include "base/random.h"
#include "app/app_rules.h"
#include "cipher/signal/party.h"
#include "provider_service.h"
#include "serve.h"
#include "wire/token.h"

/* How an application keeps texts beside the protocol's state. */
enum kept_texts { KEPT_NOT = 0, KEPT_AS_THEY_ARE, KEPT_AS_HEX, KEPT_BACKWARDS };

/* What the application does around a sound protocol (policy.h); all false for an honest one. */
struct policy {
    enum kept_texts keeps_texts;        /* the last text opened stands in the state */
    bool keeps_first_text;              /* the first text sealed does, until an answer came */
    bool shows_again;                   /* the very same message opens twice */
    bool shows_first_again;             /* a first message does */
    bool shows_own;                     /* its own message, sent back, opens */
    bool opens_for_any_sender;          /* whoever the envelope names */
    bool trusts_own_key;                /* a message under its own long-term key, as anybody's */
    bool has_one_fingerprint;           /* for all keys */
    bool seals_readably_to_strangers;   /* where there is no session */
    bool seals_readably_after_failures; /* after ten refusals */
    bool writes_a_file;                 /* beside its state */
};

/* What the adapter was started with. */
struct flawed_configuration {
    struct rules rules;             /* of its Signal parties */
    struct app_rules wire;          /* of its clients */
    struct policy policy;           /* of its application */
    struct provider_rules provider; /* of its provider */
    struct provider_place place;    /* the same */
};

struct flawed_state {
    struct random random;
    const struct flawed_configuration *configuration;
    struct provider_service *provider;
    struct token_key *token_key; /* made when it is first needed, from the seed of the Reset */
};

/* 0; 1 + enum refusal for a refusal; minus enum status for trouble. */
int flawed_code(enum status st, enum refusal why);
/* Hand |buffer|'s contents over and release it. */
enum status flawed_give(enum status st, struct buffer *buffer, struct served_bytes *out);
const struct token_key *flawed_token_key(struct flawed_state *s);
enum status flawed_key_set(struct flawed_state *s, struct buffer *out);

#endif
