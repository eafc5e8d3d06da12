/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/token.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE_LEN 64u
#define TEXT_LEN 96u /* room for 64 bytes in base64url */

bool issuer_add(struct issuer *i, const uint8_t seed[KEY_LEN])
{
    for (size_t k = 0; k < i->count; k++)
        if (memcmp(i->seeds[k], seed, KEY_LEN) == 0)
            return true;
    if (i->count == ISSUER_KEYS_MAX)
        return false;
    memcpy(i->seeds[i->count++], seed, KEY_LEN);
    return true;
}

static int text_of(const uint8_t *data, size_t len, char out[TEXT_LEN])
{
    struct octets text;
    octets_init(&text, TEXT_LEN);
    octets_put_base64url(&text, data, len);
    octets_put(&text, "", 1);
    if (!text.is_broken)
        memcpy(out, text.data, text.len);
    int result = text.is_broken ? -1 : 0;
    octets_fini(&text);
    return result;
}

/* The public key's x, and its thumbprint (RFC 7638) as the key id. */
static int name_key(const uint8_t seed[KEY_LEN], char x[TEXT_LEN], char kid[TEXT_LEN])
{
    uint8_t public[KEY_LEN], thumb[HASH_LEN];
    size_t len = sizeof(public);
    char json[TEXT_LEN + 64];
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_LEN);
    int result = key && EVP_PKEY_get_raw_public_key(key, public, &len) == 1 ? 0 : -1;
    EVP_PKEY_free(key);
    if (result || text_of(public, sizeof(public), x))
        return -1;
    int n = snprintf(json, sizeof(json), "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", x);
    if (n < 0 || (size_t)n >= sizeof(json) || sha256(json, (size_t)n, NULL, 0, thumb))
        return -1;
    return text_of(thumb, sizeof(thumb), kid);
}

static json_t *key_object(const uint8_t seed[KEY_LEN])
{
    char x[TEXT_LEN], kid[TEXT_LEN];
    if (name_key(seed, x, kid))
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kty", "OKP", "crv", "Ed25519", "alg",
                     "EdDSA", "use", "sig", "kid", kid, "x", x);
}

int issuer_key_set(const struct issuer *i, struct octets *out)
{
    json_t *keys = json_array();
    int result = keys ? 0 : -1;
    for (size_t k = 0; !result && k < i->count; k++)
        result = json_array_append_new(keys, key_object(i->seeds[k]));
    json_t *set = result ? NULL : json_pack("{s:O}", "keys", keys);
    char *text = set ? json_dumps(set, JSON_COMPACT) : NULL;
    if (text)
        octets_put(out, text, strlen(text) + 1);
    result = text && !out->is_broken ? 0 : -1;
    free(text);
    json_decref(set);
    json_decref(keys);
    return result;
}

/* ---- tokens */

/* {"alg":...} or the claims, as base64url. Takes |object| over. */
static int put_part(json_t *object, struct octets *out)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text)
        octets_put_base64url(out, text, strlen(text));
    int result = text ? 0 : -1;
    free(text);
    json_decref(object);
    return result;
}

static json_t *claims_object(const struct token_claims *c)
{
    char jti[TEXT_LEN], thumb[TEXT_LEN];
    uint8_t hash[HASH_LEN];
    json_int_t issued = (json_int_t)c->unix_now;
    if (text_of(c->jti, 16, jti))
        return NULL;
    json_t *claims = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "iss", c->issuer, "aud",
                               c->audience, "sub", c->subject, "iat", (json_int_t)c->unix_now,
                               "exp", issued + (json_int_t)c->lifetime, "jti", jti);
    if (!claims || !c->static_key)
        return claims;
    if (sha256(c->static_key, KEY_LEN, NULL, 0, hash) || text_of(hash, sizeof(hash), thumb) ||
        json_object_set_new(claims, "cnf", json_pack("{s:s}", "x5t#noise", thumb))) {
        json_decref(claims);
        return NULL;
    }
    return claims;
}

static int sign(const uint8_t seed[KEY_LEN], const uint8_t *in, size_t len,
                uint8_t out[SIGNATURE_LEN])
{
    size_t out_len = SIGNATURE_LEN;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_LEN);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = key && ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(ctx, out, &out_len, in, len) == 1 && out_len == SIGNATURE_LEN;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return ok ? 0 : -1;
}

int token_make(const uint8_t seed[KEY_LEN], const struct token_claims *c, struct octets *out)
{
    char x[TEXT_LEN], kid[TEXT_LEN];
    uint8_t signature[SIGNATURE_LEN];
    struct octets token;
    octets_init(&token, TOKEN_MAX);
    int result = name_key(seed, x, kid);
    if (!result)
        result = put_part(json_pack("{s:s, s:s, s:s}", "alg", "EdDSA", "typ", "JWT", "kid", kid),
                          &token);
    octets_put_text(&token, ".");
    if (!result)
        result = put_part(claims_object(c), &token);
    if (!result && !token.is_broken)
        result = sign(seed, token.data, token.len, signature);
    octets_put_text(&token, ".");
    octets_put_base64url(&token, signature, result ? 0 : sizeof(signature));
    if (!result && !token.is_broken)
        octets_put(out, token.data, token.len);
    result = result || token.is_broken || out->is_broken ? -1 : 0;
    octets_fini(&token);
    return result;
}
