/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/token.h - the provider's identity tokens: a JWT in JWS compact form (RFC 7519, 7515),
 * Ed25519 (RFC 8037), and the key set it is checked against (RFC 7517).
 * Depends on: octets, primitives; jansson, OpenSSL.
 */
#ifndef REFERENCE_CLIENT_TOKEN_H
#define REFERENCE_CLIENT_TOKEN_H

#include "client/octets.h"
#include "client/primitives.h"

#define ISSUER_KEYS_MAX 8u
#define TOKEN_MAX 8192u

/* The provider: its private keys, as 32 byte Ed25519 seeds. A new client's tokens are signed with
 * the first; a restored client keeps its key. */
struct issuer {
    uint8_t seeds[ISSUER_KEYS_MAX][KEY_LEN];
    size_t count;
};

/* False when there is no room. A key there already is not added again. */
bool issuer_add(struct issuer *i, const uint8_t seed[KEY_LEN]);
/* The JWK Set, with its terminator. 0, or -1. */
int issuer_key_set(const struct issuer *i, struct octets *out);

struct token_claims {
    const char *issuer, *audience, *subject;
    uint64_t unix_now;
    uint32_t lifetime;         /* seconds */
    const uint8_t *jti;        /* 16 random bytes */
    const uint8_t *static_key; /* 32 to bind the token to; NULL: cnf is left out */
};

/* Append a token signed under |seed|. 0, or -1. */
int token_make(const uint8_t seed[KEY_LEN], const struct token_claims *c, struct octets *out);

#endif
