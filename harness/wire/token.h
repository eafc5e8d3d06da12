/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/token.h - identity tokens: a JWT (RFC 7519) in JWS compact form (RFC 7515), the key set (RFC
 * 7517) it is checked against, and every rule of docs/wire.md by name (RFC 8725).
 * Depends on: base, wire/profile, wire/word; jansson, OpenSSL through base/crypto_sign.
 */
#ifndef ASSAY_WIRE_TOKEN_H
#define ASSAY_WIRE_TOKEN_H

#include "base/arena.h"
#include "base/buffer.h"
#include "wire/profile.h"
#include "wire/word.h"

#define TOKEN_MAX 8192u /* bytes of a token taken */
#define KEY_SET_MAX 65536u

/* One rule each; a case names them ("token-signature"). */
enum token_rule {
    TOKEN_RULE_NONE = 0,
    TOKEN_FORM, /* three base64url parts without padding, JSON objects without duplicate members,
                   no crit */
    TOKEN_ALGORITHM, /* of the profile's list; never none or HMAC */
    TOKEN_KEY_ID,    /* kid is there and names one key of the set */
    TOKEN_SIGNATURE, /* verifies under that key, whose type, use, alg and key_ops allow it */
    TOKEN_KEY_SET,   /* the set has no private member, each kid once, each key strong enough */
    TOKEN_ISSUER,
    TOKEN_AUDIENCE, /* exactly the one expected */
    TOKEN_SUBJECT,
    TOKEN_LIFETIME,   /* iat and exp are there, exp after iat, by at most the profile's maximum */
    TOKEN_EXPIRY,     /* exp is not past */
    TOKEN_NOT_BEFORE, /* nbf and iat are not in the future (5 s of skew) */
    TOKEN_UNIQUE,     /* jti is there (that it is new is for whoever saw the others) */
    TOKEN_BINDING,    /* cnf names the connection's static key, where the profile says so */
    TOKEN_MINIMAL,    /* no claims beyond the identifier: none that says e-mail, telephone, name,
                         address ... or is unknown */
    N_TOKEN_RULE
};
/* Their names, and what each asks for, in the order of the enum. */
extern const struct word_part token_rules;

struct token_expectation {
    const char *issuer, *audience, *subject;
    uint64_t now;            /* unix seconds */
    struct bytes static_key; /* 32: the connection's, for TOKEN_BINDING */
};

struct token_finding {
    bool holds;
    const char *detail; /* one sentence in the arena: what is there instead */
};

struct token_report {
    struct token_finding rules[N_TOKEN_RULE];
    const char *jti, *kid, *alg; /* in the arena; "" when absent */
    size_t n_named;              /* keys of the set that kid names */
    uint64_t issued_at, expires_at;
};

/* Look at |token| by every rule. Never trusts a byte of it. E_NOMEM only. */
MUST_USE enum status token_check(struct bytes token, struct bytes key_set,
                                 const struct wire_profile *p, const struct token_expectation *e,
                                 struct arena *arena, struct token_report *out);

/* ---- Making them: for assay's own client, and for tests. */

enum token_algorithm { TOKEN_EDDSA = 1, TOKEN_ES256 };
struct token_key; /* a private key */
/* From 32 bytes of seed (Ed25519 seed; P-256 scalar derived from it). */
MUST_USE enum status token_key_new(enum token_algorithm a, struct bytes seed, const char *kid,
                                   struct token_key **out);
void token_key_free(struct token_key *k);
/* The public key's bytes, as the key set has them: x, and of P-256 y after it. How many go to
 * |out|, which has room for 64. */
size_t token_key_public(const struct token_key *k, uint8_t out[64]);
/* {"keys":[...]} of |n| keys, public members only (with |leaks_private| also d). */
MUST_USE enum status token_key_set(struct token_key *const *keys, size_t n, bool leaks_private,
                                   struct buffer *out);
/* Sign any header (alg and kid set here unless |header_json| is given whole) and claims, given as
 * JSON text. */
MUST_USE enum status token_sign(const struct token_key *k, const char *header_json,
                                const char *claims_json, struct buffer *out);
/* The same claims under "alg":"none", or HMAC with |secret| (the public key's bytes): what a wrong
 * client would send. */
MUST_USE enum status token_sign_none(const char *header_json, const char *claims_json,
                                     struct buffer *out);
MUST_USE enum status token_sign_hmac(struct bytes secret, const char *header_json,
                                     const char *claims_json, struct buffer *out);

#endif
