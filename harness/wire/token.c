/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/token.h"

#include "base/base64.h"
#include "base/crypto.h"
#include "base/crypto_sign.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SKEW 5u /* seconds two clocks may differ */

#define AT(rule) [TOKEN_##rule - 1]
static const struct word rows[N_TOKEN_RULE - 1] = {
    AT(FORM) = WORD_BY("token-form", "RFC 7515, 3.1 and 4.1.11",
                       "the token is three base64url parts without padding, the first two JSON "
                       "objects without duplicate members, and no crit asks for an extension"),
    AT(ALGORITHM) = WORD_BY(
        "token-algorithm", "RFC 8725, 3.1",
        "alg is one of the profile's list (`token.algorithms`), and so neither none nor an HMAC"),
    AT(KEY_ID) = WORD_BY("token-key-id", "RFC 7515, 4.1.4",
                         "kid is there and names exactly one key of the provider's set"),
    AT(SIGNATURE) = WORD_BY(
        "token-signature", "RFC 7515, 5.2",
        "the signature verifies under the key that kid names, whose use, key_ops and alg allow it"),
    AT(KEY_SET) = WORD_BY("token-key-set", "RFC 7517, 5",
                          "the provider's key set publishes no private member, each kid once, and "
                          "only keys that are strong enough"),
    AT(ISSUER) = WORD_BY("token-issuer", "RFC 7519, 4.1.1", "iss is the provider"),
    AT(AUDIENCE) = WORD_BY("token-audience", "RFC 8725, 3.9", "aud is this server and nobody else"),
    AT(SUBJECT) =
        WORD_BY("token-subject", "RFC 7519, 4.1.2", "sub is the user's visible identifier"),
    AT(LIFETIME) =
        WORD("token-lifetime",
             "iat and exp are there, and exp is after iat by at most `token.max-lifetime` seconds"),
    AT(EXPIRY) = WORD_BY("token-expiry", "RFC 7519, 4.1.4", "exp is not past"),
    AT(NOT_BEFORE) = WORD_BY("token-not-before", "RFC 7519, 4.1.5 and 4.1.6",
                             "nbf and iat are not in the future, give or take 5 seconds"),
    AT(UNIQUE) = WORD_BY("token-unique", "RFC 7519, 4.1.7",
                         "jti is there, so that a second use can be told"),
    AT(BINDING) = WORD_BY("token-binding", "RFC 7800, 3.1",
                          "cnf names the static key of this connection, where the profile says so "
                          "(`token.binds-static`)"),
    AT(MINIMAL) = WORD("token-minimal", "no claim says more about the user than the identifier"),
};
#undef AT

const struct word_part token_rules = WORD_PART(rows);

/* ---- taking apart */

struct reading {
    const struct wire_profile *profile;
    const struct token_expectation *expected;
    struct arena *arena;
    struct token_report *out;
    struct bytes signed_part; /* header "." claims, as they stand */
    struct bytes signature;
    json_t *header, *claims, *keys;
    json_t *key;   /* the one kid names; borrowed */
    bool is_short; /* of memory: what was found cannot be told */
};

static void finding(struct reading *r, enum token_rule rule, bool holds, const char *detail)
{
    r->is_short = r->is_short || (!holds && !detail);
    r->out->rules[rule].holds = holds;
    r->out->rules[rule].detail = holds ? "" : detail;
}

static json_t *parse_object(struct bytes text)
{
    struct buffer clear;
    buffer_init(&clear, TOKEN_MAX);
    json_t *object = NULL;
    if (base64_decode(text, BASE64_URL, &clear) == OK)
        object = json_loadb((const char *)clear.data, clear.len, JSON_REJECT_DUPLICATES, NULL);
    buffer_fini(&clear);
    if (object && !json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static bool split(struct bytes token, struct bytes parts[3])
{
    size_t n = 0, start = 0;
    for (size_t i = 0; i <= token.len; i++) {
        if (i < token.len && token.data[i] != '.')
            continue;
        if (n == 3)
            return false;
        parts[n++] = bytes_slice(token, start, i - start);
        start = i + 1;
    }
    return n == 3;
}

static const char *text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? json_string_value(value) : NULL;
}

static enum status take_apart(struct reading *r, struct bytes token)
{
    struct bytes parts[3];
    struct buffer signature;
    bool is_split = token.len <= TOKEN_MAX && split(token, parts);
    if (is_split) {
        r->header = parse_object(parts[0]);
        r->claims = parse_object(parts[1]);
        r->signed_part = bytes_slice(token, 0, parts[0].len + 1 + parts[1].len);
        buffer_init(&signature, 1024);
        bool is_signature = base64_decode(parts[2], BASE64_URL, &signature) == OK;
        r->signature = arena_copy(r->arena, buffer_bytes(&signature));
        r->is_short = !r->signature.data;
        buffer_fini(&signature);
        is_split = r->header && r->claims && is_signature;
    }
    /* An extension nobody here knows makes the token invalid (RFC 7515, section 4.1.11). */
    bool is_extended = json_object_get(r->header, "crit") != NULL;
    finding(r, TOKEN_FORM, is_split && !is_extended,
            is_split ? "crit names extensions that must be understood, and none is known here"
                     : "not three base64url parts without padding, the first two JSON objects "
                       "without duplicate members");
    const char *jti = text_of(r->claims, "jti"), *kid = text_of(r->header, "kid"),
               *alg = text_of(r->header, "alg");
    r->out->jti = arena_text(r->arena, jti ? jti : "");
    r->out->kid = arena_text(r->arena, kid ? kid : "");
    r->out->alg = arena_text(r->arena, alg ? alg : "");
    return r->out->jti && r->out->kid && r->out->alg ? OK : E_NOMEM;
}

/* ---- the header and the keys */

/* Is |word| one of |list| (space between)? */
static bool is_listed(const char *list, const char *word)
{
    size_t len = word ? strlen(word) : 0;
    for (const char *at = list; len && *at;) {
        size_t n = strcspn(at, " ");
        if (n == len && strncmp(at, word, n) == 0)
            return true;
        at += n + strspn(at + n, " ");
    }
    return false;
}

static bool has_bytes(const json_t *key, const char *name, uint8_t out[32])
{
    struct buffer clear;
    const char *text = text_of(key, name);
    buffer_init(&clear, 64);
    bool is_right =
        text && base64_decode(bytes_of_text(text), BASE64_URL, &clear) == OK && clear.len == 32;
    if (is_right)
        memcpy(out, clear.data, 32);
    buffer_fini(&clear);
    return is_right;
}

static bool is_type(const json_t *key, const char *kty, const char *crv)
{
    const char *type = text_of(key, "kty"), *curve = text_of(key, "crv");
    return type && curve && strcmp(type, kty) == 0 && strcmp(curve, crv) == 0;
}

static bool is_strong(const json_t *key)
{
    uint8_t x[32], y[32];
    if (is_type(key, "OKP", "Ed25519"))
        return has_bytes(key, "x", x);
    return is_type(key, "EC", "P-256") && has_bytes(key, "x", x) && has_bytes(key, "y", y);
}

static bool is_private(const json_t *key)
{
    static const char *const members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
    for (size_t i = 0; i < COUNT_OF(members); i++)
        if (json_object_get(key, members[i]))
            return true;
    return false;
}

static size_t count_named(const json_t *keys, const char *kid, json_t **out)
{
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *its = text_of(json_array_get(keys, i), "kid");
        if (!its || !kid || strcmp(its, kid) != 0)
            continue;
        *out = json_array_get(keys, i);
        n++;
    }
    return n;
}

static void look_at_key_set(struct reading *r)
{
    const json_t *list = json_object_get(r->keys, "keys");
    const char *problem = NULL;
    json_t *ignored;
    if (!json_is_array(list) || json_array_size(list) == 0)
        problem = "the key set has no keys";
    for (size_t i = 0; !problem && i < json_array_size(list); i++) {
        const json_t *key = json_array_get(list, i);
        if (is_private(key))
            problem = "the key set publishes a private member";
        else if (!text_of(key, "kid") || count_named(list, text_of(key, "kid"), &ignored) != 1)
            problem = "a key has no kid, or one that another key has too";
        else if (!is_strong(key))
            problem = "a key is neither Ed25519 nor P-256 with its coordinates";
    }
    finding(r, TOKEN_KEY_SET, !problem, problem);
    r->out->n_named = count_named(list, r->out->kid[0] ? r->out->kid : NULL, &r->key);
}

static bool is_member(const json_t *list, const char *word)
{
    bool is_there = false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));
        is_there = is_there || (one && strcmp(one, word) == 0);
    }
    return is_there;
}

/* Does the key, as far as it says what it is for, verify |alg|? (RFC 7517, sections 4.2 to 4.4) */
static bool is_meant_for(const json_t *key, const char *alg)
{
    const char *use = text_of(key, "use"), *its = text_of(key, "alg");
    const json_t *operations = json_object_get(key, "key_ops");
    return (!json_object_get(key, "use") || (use && strcmp(use, "sig") == 0)) &&
           (!json_object_get(key, "alg") || (its && strcmp(its, alg) == 0)) &&
           (!operations || is_member(operations, "verify"));
}

static bool verifies(const struct reading *r)
{
    uint8_t x[32], y[32];
    struct bytes signature = r->signature;
    if (!is_meant_for(r->key, r->out->alg))
        return false;
    if (strcmp(r->out->alg, "EdDSA") == 0)
        return is_type(r->key, "OKP", "Ed25519") && has_bytes(r->key, "x", x) &&
               crypto_ed25519_verifies(bytes_of(x, 32), r->signed_part, signature);
    return strcmp(r->out->alg, "ES256") == 0 && is_type(r->key, "EC", "P-256") &&
           has_bytes(r->key, "x", x) && has_bytes(r->key, "y", y) &&
           crypto_p256_verifies(bytes_of(x, 32), bytes_of(y, 32), r->signed_part, signature);
}

static void look_at_header(struct reading *r)
{
    finding(r, TOKEN_ALGORITHM, is_listed(r->profile->token_algorithms, r->out->alg),
            arena_printf(r->arena, "alg is \"%.40s\", not one of %s", r->out->alg,
                         r->profile->token_algorithms));
    finding(r, TOKEN_KEY_ID, r->out->n_named == 1,
            "kid is missing, or does not name exactly one key of the key set");
    finding(r, TOKEN_SIGNATURE, r->out->n_named == 1 && r->signed_part.len && verifies(r),
            "the signature does not verify under the key that kid names");
}

/* ---- the claims */

static void look_at_names(struct reading *r)
{
    const struct token_expectation *e = r->expected;
    const char *iss = text_of(r->claims, "iss"), *aud = text_of(r->claims, "aud"),
               *sub = text_of(r->claims, "sub");
    const json_t *list = json_object_get(r->claims, "aud");
    if (json_is_array(list) && json_array_size(list) == 1 &&
        json_is_string(json_array_get(list, 0)))
        aud = json_string_value(json_array_get(list, 0));
    finding(r, TOKEN_ISSUER, iss && strcmp(iss, e->issuer) == 0, "iss is not the provider's");
    finding(r, TOKEN_AUDIENCE, aud && strcmp(aud, e->audience) == 0,
            "aud is not exactly the gatekeeper");
    finding(r, TOKEN_SUBJECT, sub && strcmp(sub, e->subject) == 0,
            "sub is not the user's visible identifier");
    finding(r, TOKEN_UNIQUE, r->out->jti[0] != '\0', "jti is missing");
}

static bool number_of(const json_t *claims, const char *name, uint64_t *out)
{
    const json_t *value = json_object_get(claims, name);
    double n = json_number_value(value);
    if (!json_is_number(value) || n < 0 || n > 9e15)
        return false;
    *out = (uint64_t)n;
    return true;
}

static void look_at_times(struct reading *r)
{
    uint64_t issued = 0, expires = 0, not_before = 0, now = r->expected->now;
    bool has_issued = number_of(r->claims, "iat", &issued),
         has_expiry = number_of(r->claims, "exp", &expires);
    bool has_not_before = number_of(r->claims, "nbf", &not_before);
    bool is_nbf_sound = has_not_before || !json_object_get(r->claims, "nbf");
    r->out->issued_at = issued;
    r->out->expires_at = expires;
    finding(r, TOKEN_LIFETIME,
            has_issued && has_expiry && expires > issued &&
                expires - issued <= r->profile->token_max_lifetime,
            "iat or exp is missing, or they are too far apart or in the wrong order");
    finding(r, TOKEN_EXPIRY, has_expiry && expires + SKEW >= now, "exp is past");
    finding(r, TOKEN_NOT_BEFORE,
            is_nbf_sound && (!has_issued || issued <= now + SKEW) &&
                (!has_not_before || not_before <= now + SKEW),
            "nbf or iat is in the future");
}

static void look_at_binding(struct reading *r)
{
    uint8_t digest[32];
    struct buffer wanted;
    const char *is = text_of(json_object_get(r->claims, "cnf"), "x5t#noise");
    bool holds = true;
    buffer_init(&wanted, 64);
    if (r->profile->token_binds_static)
        holds = is && !crypto_sha256(r->expected->static_key, digest) &&
                !base64_encode(bytes_of(digest, 32), BASE64_URL, &wanted) &&
                strcmp(is, buffer_text(&wanted)) == 0;
    buffer_fini(&wanted);
    finding(r, TOKEN_BINDING, holds, "cnf does not name the connection's static key");
}

static void look_at_claims(struct reading *r)
{
    static const char allowed[] = "iss sub aud iat exp nbf jti cnf";
    const char *name, *extra = NULL, *detail = "there are no claims";
    json_t *value;
    json_object_foreach(r->claims, name, value)
    {
        if (!extra && !is_listed(allowed, name))
            extra = name;
    }
    if (extra)
        detail =
            arena_printf(r->arena, "the claim \"%.40s\" says more than who the user is", extra);
    finding(r, TOKEN_MINIMAL, r->claims && !extra, detail);
}

enum status token_check(struct bytes token, struct bytes key_set, const struct wire_profile *p,
                        const struct token_expectation *e, struct arena *arena,
                        struct token_report *out)
{
    struct reading r = {.profile = p, .expected = e, .arena = arena, .out = out};
    memset(out, 0, sizeof(*out));
    out->jti = out->kid = out->alg = "";
    enum status st = take_apart(&r, token);
    if (!st && key_set.len <= KEY_SET_MAX)
        r.keys = json_loadb((const char *)key_set.data, key_set.len, JSON_REJECT_DUPLICATES, NULL);
    if (!st) {
        look_at_key_set(&r);
        look_at_header(&r);
        look_at_names(&r);
        look_at_times(&r);
        look_at_binding(&r);
        look_at_claims(&r);
    }
    json_decref(r.header);
    json_decref(r.claims);
    json_decref(r.keys);
    return !st && r.is_short ? E_NOMEM : st;
}
