/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making tokens and key sets: for assay's own client, and for tests. */
#include "wire/token.h"

#include "base/base64.h"
#include "base/crypto.h"
#include "base/crypto_sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KID_MAX 64u

struct token_key {
    struct crypto_signer *signer;
    char kid[KID_MAX];
};

enum status token_key_new(enum token_algorithm a, struct bytes seed, const char *kid,
                          struct token_key **out)
{
    *out = NULL;
    struct token_key *k = calloc(1, sizeof(*k));
    if (!k)
        return E_NOMEM;
    enum status st = seed.len == 32 && strlen(kid) < KID_MAX ? OK : E_LIMIT;
    if (!st)
        st = crypto_signer_new(a == TOKEN_ES256 ? CRYPTO_P256 : CRYPTO_ED25519, seed.data,
                               &k->signer);
    if (st) {
        token_key_free(k);
        return st;
    }
    snprintf(k->kid, sizeof(k->kid), "%s", kid);
    *out = k;
    return OK;
}

void token_key_free(struct token_key *k)
{
    if (!k)
        return;
    crypto_signer_free(k->signer);
    free(k);
}

static bool is_p256(const struct token_key *k)
{
    return crypto_signer_curve(k->signer) == CRYPTO_P256;
}

size_t token_key_public(const struct token_key *k, uint8_t out[64])
{
    crypto_signer_public(k->signer, out, out + 32);
    return is_p256(k) ? 64 : 32;
}

static void put_member(struct buffer *out, const char *name, const uint8_t value[32])
{
    buffer_printf(out, ",\"%s\":\"", name);
    if (base64_encode(bytes_of(value, 32), BASE64_URL, out) == OK)
        buffer_append_text(out, "\"");
}

static void put_key(const struct token_key *k, bool leaks_private, struct buffer *out)
{
    uint8_t x[32], y[32], d[32];
    crypto_signer_public(k->signer, x, y);
    buffer_printf(out,
                  "{\"kty\":\"%s\",\"crv\":\"%s\",\"use\":\"sig\",\"alg\":\"%s\",\"kid\":\"%s\"",
                  is_p256(k) ? "EC" : "OKP", is_p256(k) ? "P-256" : "Ed25519",
                  is_p256(k) ? "ES256" : "EdDSA", k->kid);
    put_member(out, "x", x);
    if (is_p256(k))
        put_member(out, "y", y);
    if (leaks_private) {
        crypto_signer_private(k->signer, d);
        put_member(out, "d", d);
        crypto_wipe(d, sizeof(d));
    }
    buffer_append_text(out, "}");
}

enum status token_key_set(struct token_key *const *keys, size_t n, bool leaks_private,
                          struct buffer *out)
{
    buffer_append_text(out, "{\"keys\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buffer_append_text(out, ",");
        put_key(keys[i], leaks_private, out);
    }
    return buffer_append_text(out, "]}");
}

/* header "." claims, both encoded. */
static enum status put_signed_part(const char *header, const char *claims, struct buffer *out)
{
    enum status st = base64_encode(bytes_of_text(header), BASE64_URL, out);
    if (!st)
        st = buffer_append_text(out, ".");
    return st ? st : base64_encode(bytes_of_text(claims), BASE64_URL, out);
}

static enum status put_signature(struct bytes signature, struct buffer *out)
{
    enum status st = buffer_append_text(out, ".");
    return st ? st : base64_encode(signature, BASE64_URL, out);
}

enum status token_sign(const struct token_key *k, const char *header_json, const char *claims_json,
                       struct buffer *out)
{
    char header[256];
    uint8_t signature[CRYPTO_SIGNATURE_LEN];
    size_t start = out->len;
    snprintf(header, sizeof(header), "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
             is_p256(k) ? "ES256" : "EdDSA", k->kid);
    enum status st = put_signed_part(header_json ? header_json : header, claims_json, out);
    if (!st)
        st = crypto_sign(k->signer, bytes_slice(buffer_bytes(out), start, out->len - start),
                         signature);
    return st ? st : put_signature(bytes_of(signature, sizeof(signature)), out);
}

enum status token_sign_none(const char *header_json, const char *claims_json, struct buffer *out)
{
    enum status st = put_signed_part(header_json, claims_json, out);
    return st ? st : buffer_append_text(out, ".");
}

enum status token_sign_hmac(struct bytes secret, const char *header_json, const char *claims_json,
                            struct buffer *out)
{
    uint8_t mac[32];
    size_t start = out->len;
    enum status st = put_signed_part(header_json, claims_json, out);
    if (!st)
        st = crypto_hmac_sha256(secret, bytes_slice(buffer_bytes(out), start, out->len - start),
                                mac);
    return st ? st : put_signature(bytes_of(mac, sizeof(mac)), out);
}
