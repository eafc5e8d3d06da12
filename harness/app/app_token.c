/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity token of one connection (docs/wire.md, Authentication), honest or with a flaw. */
#include "app/app_internal.h"

#include "base/base64.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/json_text.h"

#include <stdio.h>
#include <stdlib.h>

#define DAY 86400u

struct times {
    uint64_t issued, not_before, expires;
};

static struct times times_of(const struct app *a)
{
    uint64_t now = app_lapses(a, APP_LAPSE_TOKEN_OF_CONNECT)
                       ? a->past.connect_unix
                       : a->options.unix_now(a->options.unix_context);
    uint64_t life = a->profile.token_max_lifetime < 600 ? a->profile.token_max_lifetime : 600;
    struct times t = {now, now, now + life};
    if (a->rules->token.is_expired)
        t = (struct times){now - 2 * life, now - 2 * life, now - life};
    if (a->rules->token.is_from_the_future)
        t = (struct times){now + DAY, now + DAY, now + DAY + life};
    if (a->rules->token.lives_too_long)
        t.expires = now + 10u * (uint64_t)a->profile.token_max_lifetime;
    return t;
}

static enum status put_unique(struct app *a, struct buffer *out)
{
    uint8_t bytes[16];
    enum status st = random_fill(a->options.random, bytes, sizeof(bytes));
    if (st || a->rules->token.has_no_jti)
        return st;
    buffer_append_text(out, ",\"jti\":\"");
    hex_append(out, bytes_of(bytes, sizeof(bytes)));
    return buffer_append_text(out, "\"");
}

static enum status put_binding(const struct app *a, struct buffer *out)
{
    uint8_t digest[32];
    if (!a->profile.token_binds_static || a->rules->token.is_unbound)
        return OK;
    enum status st = crypto_sha256(bytes_of(a->static_public, 32), digest);
    if (st)
        return st;
    buffer_append_text(out, ",\"cnf\":{\"x5t#noise\":\"");
    st = base64_encode(bytes_of(digest, 32), BASE64_URL, out);
    return st ? st : buffer_append_text(out, "\"}");
}

static void put_text(struct buffer *out, const char *name, const char *text)
{
    buffer_append_text(out, name);
    json_text_append(out, text);
}

static enum status put_claims(struct app *a, struct buffer *out)
{
    const struct app_rules *r = a->rules;
    struct times t = times_of(a);
    put_text(out, "{\"iss\":", r->token.has_other_issuer ? "https://elsewhere.example" : a->issuer);
    put_text(out, ",\"aud\":", r->token.has_other_audience ? "somebody.else" : a->audience);
    put_text(out, ",\"sub\":", r->token.has_other_subject ? "another-user" : a->user);
    buffer_printf(out, ",\"iat\":%llu,\"nbf\":%llu,\"exp\":%llu", (unsigned long long)t.issued,
                  (unsigned long long)t.not_before, (unsigned long long)t.expires);
    enum status st = put_unique(a, out);
    if (!st)
        st = put_binding(a, out);
    if (r->token.says_email)
        buffer_append_text(out, ",\"email\":\"someone@provider.example\"");
    return st ? st : buffer_append_text(out, "}");
}

/* The public key, taken for a secret: who verifies by whatever alg says takes it. */
static enum status sign_hmac(const struct app *a, const char *claims, struct buffer *out)
{
    uint8_t secret[64];
    size_t len = token_key_public(a->options.token_key, secret);
    return token_sign_hmac(bytes_of(secret, len), "{\"alg\":\"HS256\",\"kid\":\"clients-1\"}",
                           claims, out);
}

static enum status sign(struct app *a, const char *claims, struct buffer *out)
{
    const struct app_rules *r = a->rules;
    if (r->token.forgery == TOKEN_ALG_NONE)
        return token_sign_none("{\"alg\":\"none\",\"kid\":\"clients-1\"}", claims, out);
    if (r->token.forgery == TOKEN_ALG_HMAC)
        return sign_hmac(a, claims, out);
    const char *header =
        r->token.names_unknown_key ? "{\"alg\":\"EdDSA\",\"kid\":\"nobody\"}" : NULL;
    enum status st = token_sign(a->options.token_key, header, claims, out);
    if (!st && r->token.has_bad_signature)
        out->data[out->len - 20] = out->data[out->len - 20] == 'A' ? 'B' : 'A';
    return st;
}

enum status app_make_token(struct app *a, struct buffer *out)
{
    struct buffer claims;
    bool is_reused = a->rules->token.is_reused ||
                     (a->past.is_after_515 && app_lapses(a, APP_LAPSE_TOKEN_AFTER_515));
    a->past.is_after_515 = false;
    if (is_reused && a->token)
        return buffer_append_text(out, a->token);
    buffer_init(&claims, 8192);
    enum status st = put_claims(a, &claims);
    if (!st)
        st = sign(a, buffer_text(&claims), out);
    buffer_fini(&claims);
    if (st)
        return st;
    free(a->token);
    a->token = app_text(buffer_text(out));
    return a->token ? OK : E_NOMEM;
}
