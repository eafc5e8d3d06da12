/*
 * flawed_state.h - what the two surfaces of this adapter share: the configuration, the randomness,
 * the provider's token key. Depends on: serving, harness/peer.
 */
#ifndef FLAWED_STATE_H
#define FLAWED_STATE_H

#include "base/random.h"
#include "peer/caller_rules.h"
#include "peer/party.h"
#include "serve.h"
#include "wire/token.h"

/* What the adapter was started with. */
struct flawed_configuration {
    struct rules rules;       /* of its Signal parties */
    struct caller_rules wire; /* of its clients */
};

struct flawed_state {
    struct random random;
    const struct flawed_configuration *configuration;
    struct token_key *token_key; /* made when it is first needed, from the seed of the Reset */
};

/* 0; 1 + enum refusal for a refusal; minus enum status for trouble. */
int flawed_code(enum status st, enum refusal why);
/* Hand |buffer|'s contents over and release it. */
enum status flawed_give(enum status st, struct buffer *buffer, struct served_bytes *out);
const struct token_key *flawed_token_key(struct flawed_state *s);
enum status flawed_key_set(struct flawed_state *s, struct buffer *out);

#endif
