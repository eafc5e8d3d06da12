/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key set, its rotation, and the tokens that are signed under it. */
#include "internal.h"

#include "base/base64.h"
#include "base/crypto.h"
#include "base/hex.h"
#include "base/json_text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOKEN_SECONDS 300u
#define CACHED_SECONDS 60u
#define YEAR 31536000u
#define HUGE_SET (10u * 1024u * 1024u)

/* ---- keys */

static void drop_key(struct provider_service *p, size_t i)
{
    token_key_free(p->keys[i].key);
    memmove(&p->keys[i], &p->keys[i + 1], (p->n_keys - i - 1) * sizeof(p->keys[0]));
    p->n_keys--;
}

void provider_forget_keys(struct provider_service *p)
{
    while (p->n_keys)
        drop_key(p, 0);
    p->next_kid = 1;
    free(p->one_token);
    free(p->clients_keys);
    p->one_token = p->clients_keys = NULL;
}

static enum status add_key(struct provider_service *p)
{
    uint8_t seed[32];
    if (p->n_keys == KEYS_MAX)
        drop_key(p, 0);
    struct published_key *k = &p->keys[p->n_keys];
    unsigned number = p->rules.repeats_kid ? 1 : p->next_kid++;
    snprintf(k->kid, sizeof(k->kid), "key-%u", number);
    enum status st = random_fill(&p->random, seed, sizeof(seed));
    if (!st)
        st = token_key_new(TOKEN_EDDSA, bytes_of(seed, sizeof(seed)), k->kid, &k->key);
    crypto_wipe(seed, sizeof(seed));
    p->n_keys += !st;
    return st;
}

/* Keys at the end that are published and do not sign yet. */
static size_t n_ahead(const struct provider_service *p) { return p->rules.publishes_ahead ? 1 : 0; }

static enum status be_keyed(struct provider_service *p)
{
    enum status st = OK;
    while (!st && p->n_keys < 1 + n_ahead(p))
        st = add_key(p);
    return st;
}

int provider_rotate(struct provider_service *p, bool retires)
{
    enum status st = be_keyed(p);
    if (!st && !p->rules.never_rotates)
        st = add_key(p);
    bool drops = (retires && !p->rules.keeps_retired) || p->rules.drops_key_at_once;
    while (!st && drops && p->n_keys > 1 + n_ahead(p))
        drop_key(p, 0);
    if (!st)
        st = provider_place_keys(p);
    return st ? provider_break(p, "no new key could be made") : 0;
}

bool provider_service_publish(struct provider_service *p, const char *set)
{
    char *copy = strdup(set);
    if (p->host)
        http_host_lock(p->host);
    free(p->clients_keys);
    p->clients_keys = copy;
    enum status st = copy ? provider_place_keys(p) : E_NOMEM;
    if (p->host)
        http_host_unlock(p->host);
    return st == OK;
}

/* The keys of |more| behind those of |set|. */
static enum status append_keys(struct buffer *set, const char *more)
{
    json_t *whole = json_loadb((const char *)set->data, set->len, 0, NULL);
    json_t *other = json_loads(more, 0, NULL);
    bool is_made =
        whole && other &&
        json_array_extend(json_object_get(whole, "keys"), json_object_get(other, "keys")) == 0;
    char *text = is_made ? json_dumps(whole, JSON_COMPACT) : NULL;
    buffer_clear(set);
    enum status st = text ? buffer_append_text(set, text) : E_NOMEM;
    free(text);
    json_decref(whole);
    json_decref(other);
    return st;
}

enum status provider_key_set(struct provider_service *p, struct buffer *out)
{
    struct token_key *all[KEYS_MAX];
    enum status st = be_keyed(p);
    for (size_t i = 0; i < p->n_keys; i++)
        all[i] = p->keys[i].key;
    if (!st)
        st = token_key_set(all, p->n_keys, p->rules.publishes_private, out);
    return st || !p->clients_keys ? st : append_keys(out, p->clients_keys);
}

static void add_key_headers(const struct provider_service *p, const char *tag,
                            struct http_answer *out)
{
    http_answer_add(out, "Content-Type", "%s",
                    p->rules.keys_are_html ? "text/html" : "application/jwk-set+json");
    if (p->rules.has_no_cache_headers)
        return;
    http_answer_add(out, "Cache-Control", "public");
    http_answer_add(out, "Cache-Control", "%s=%u",
                    p->rules.says_age_otherwise ? "Max-Age" : "max-age",
                    p->rules.caches_for_ever ? YEAR : CACHED_SECONDS);
    http_answer_add(out, "ETag", "%s", tag);
}

/* A byte every so often, without an end. */
static long trickle(void *context, uint64_t at, uint8_t *out, size_t max)
{
    const struct timespec pause = {0, 200000000L};
    (void)context, (void)at, (void)max;
    nanosleep(&pause, NULL);
    *out = ' ';
    return 1;
}

static long blanks(void *context, uint64_t at, uint8_t *out, size_t max)
{
    (void)context;
    size_t n = HUGE_SET - at < max ? (size_t)(HUGE_SET - at) : max;
    memset(out, ' ', n);
    return (long)n;
}

/* The answer of a provider whose key set is more trouble than it is worth. */
static void make_trouble(const struct provider_service *p, struct http_answer *out)
{
    if (p->rules.keys_never_come)
        out->status = 0;
    out->produce = p->rules.keys_are_slow ? trickle : p->rules.keys_are_huge ? blanks : NULL;
    out->produced_len = p->rules.keys_are_huge ? HUGE_SET : HTTP_LENGTH_UNKNOWN;
}

void provider_answer_keys(struct provider_service *p, const struct http_request *r,
                          struct http_answer *out)
{
    struct buffer text;
    uint8_t digest[32];
    buffer_init(&text, KEY_SET_MAX);
    enum status st = provider_key_set(p, &text);
    if (p->rules.keys_are_malformed)
        buffer_append_text(&text, ",");
    out->body = arena_copy(&p->answers, buffer_bytes(&text));
    buffer_fini(&text);
    if (!st)
        st = crypto_sha256(out->body, digest);
    const char *hex = st ? NULL : hex_text(&p->answers, bytes_of(digest, 8));
    const char *tag = hex ? arena_printf(&p->answers, "\"%s\"", hex) : NULL;
    const char *known = http_request_header(r, "If-None-Match");
    out->status = tag ? 200 : 500;
    if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0) {
        out->status = 405;
        http_answer_add(out, "Allow", "GET, HEAD");
        out->body = bytes_of(NULL, 0);
    } else if (p->rules.keys_redirect) {
        out->status = 302;
        http_answer_add(out, "Location", "https://keys.elsewhere.example/keys");
    } else if (tag) {
        add_key_headers(p, tag, out);
        if (known && (strstr(known, tag) || p->rules.keys_never_change) &&
            !p->rules.keys_ignore_etag) {
            out->status = 304;
            out->body = bytes_of(NULL, 0);
        }
    }
    make_trouble(p, out);
}

/* ---- tokens */

static enum status put_id(struct provider_service *p, struct buffer *out)
{
    uint8_t bytes[16];
    enum status st = random_fill(&p->random, bytes, sizeof(bytes));
    if (p->rules.mints_without_id)
        return st;
    buffer_append_text(out, ",\"jti\":\"");
    hex_append(out, bytes_of(bytes, sizeof(bytes)));
    return st ? st : buffer_append_text(out, "\"");
}

static enum status put_binding(struct provider_service *p, struct bytes static_key,
                               struct buffer *out)
{
    uint8_t digest[32];
    if (!static_key.len || !p->profile.token_binds_static || p->rules.mints_unbound)
        return OK;
    enum status st = crypto_sha256(static_key, digest);
    buffer_append_text(out, ",\"cnf\":{\"x5t#noise\":\"");
    if (!st)
        st = base64_encode(bytes_of(digest, 32), BASE64_URL, out);
    return st ? st : buffer_append_text(out, "\"}");
}

static enum status sign(struct provider_service *p, struct buffer *claims, struct buffer *out)
{
    const char *header = NULL;
    if (p->rules.mints_none)
        return token_sign_none("{\"alg\":\"none\",\"kid\":\"key-1\"}", buffer_text(claims), out);
    if (p->rules.mints_other_kid)
        header = "{\"alg\":\"EdDSA\",\"kid\":\"another\"}";
    return token_sign(p->keys[p->n_keys - 1 - n_ahead(p)].key, header, buffer_text(claims), out);
}

static enum status make_token(struct provider_service *p, const char *const texts[3],
                              struct bytes static_key, struct buffer *out)
{
    static const char *const names[] = {"{\"sub\":", ",\"iss\":", ",\"aud\":"};
    struct buffer claims;
    unsigned long long now = (unsigned long long)time(NULL);
    buffer_init(&claims, TOKEN_MAX);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        buffer_append_text(&claims, names[i]);
        json_text_append(&claims, texts[i]);
    }
    buffer_printf(&claims, ",\"iat\":%llu,\"nbf\":%llu,\"exp\":%llu", now, now,
                  now + (p->rules.mints_for_ever ? YEAR : TOKEN_SECONDS));
    enum status st = be_keyed(p);
    if (!st)
        st = put_id(p, &claims);
    if (!st)
        st = put_binding(p, static_key, &claims);
    if (p->rules.mints_email)
        buffer_append_text(&claims, ",\"email\":\"someone@provider.example\"");
    buffer_append_text(&claims, "}");
    if (!st)
        st = buffer_status(&claims);
    if (!st)
        st = sign(p, &claims, out);
    buffer_fini(&claims);
    return st;
}

const char *provider_token(struct provider_service *p, const char *user, const char *issuer,
                           const char *audience, struct bytes static_key)
{
    struct buffer token;
    const char *const texts[3] = {p->rules.mints_other_subject ? "somebody" : user,
                                  p->rules.mints_other_issuer ? "https://somebody.example" : issuer,
                                  p->rules.mints_other_audience ? "somebody.else" : audience};
    if (p->rules.mints_once && p->one_token)
        return p->one_token;
    buffer_init(&token, TOKEN_MAX);
    enum status st = make_token(p, texts, static_key, &token);
    if (!st && p->rules.mints_padded)
        st = buffer_append_text(&token, "=");
    const char *copy = st ? NULL : arena_text(&p->results, buffer_text(&token));
    if (copy && p->rules.mints_once)
        p->one_token = strdup(copy);
    buffer_fini(&token);
    return copy;
}
