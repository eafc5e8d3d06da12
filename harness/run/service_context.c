/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/service_context.h"

#include "base/crypto_stream.h"

#include <string.h>

#define SILENCE_MS 20000u     /* for a whole answer; a long blob on a busy machine */
#define KEYS_SILENCE_MS 5000u /* for a key set, which is short */

/* ---- its life */

enum status service_context_open(struct context *s, const struct context_options *options,
                                 struct service_context **out)
{
    struct service_context *c = arena_alloc(s->arena, sizeof(*c));
    *out = NULL;
    if (!c)
        return E_NOMEM;
    c->context = s;
    c->timeout_ms = SILENCE_MS;
    if (options->profile)
        c->profile = *options->profile;
    else
        profile_defaults(&c->profile);
    canaries_init(&c->canaries, s->arena);
    *out = c;
    return authority_new(&c->authority);
}

void service_context_close(struct service_context *c)
{
    if (!c)
        return;
    fetch_session_free(c->pushing);
    http_host_free(c->host);
    http_host_free(c->untrusted);
    http_host_free(c->clear);
    http_host_free(c->trap);
    if (c->file)
        fclose(c->file);
    c->file = NULL;
    c->n_ours = 0;
    authority_free(c->authority);
    c->pushing = NULL;
    c->host = c->untrusted = c->clear = c->trap = NULL;
    c->authority = NULL;
}

/* |url| becomes a scope; *out says what is wrong with it. */
static bool take_scope(struct service_context *c, const char *what, const char *url,
                       struct fetch_scope *scope, struct answer *out)
{
    const char *problem;
    const char *named = driver_service_host(c->context->driver);
    if (fetch_scope_of(url, named, c->where.roots, scope, &problem) == OK && scope->is_https)
        return true;
    const char *text = arena_printf(c->context->arena, "its URL for %s is not asked: %s", what,
                                    problem ? problem : "it is not https");
    out->seen = SEEN_UNREADABLE;
    out->detail = text ? text : "its URL is not asked";
    return false;
}

enum status service_context_find(struct service_context *c, struct answer *out)
{
    enum status st = driver_service(c->context->driver, c->context->arena, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    c->where = *out->service;
    c->has_push = c->where.push[0] != '\0';
    if (take_scope(c, "media", c->where.media, &c->media, out) &&
        take_scope(c, "keys", c->where.keys, &c->keys, out) && c->has_push)
        take_scope(c, "pushes", c->where.push, &c->push, out);
    return OK;
}

/* ---- asking */

enum status service_ask(struct service_context *c, const struct fetch_scope *scope, const char *url,
                        struct fetch_request r, struct fetch_answer *out)
{
    r.redirects_max = SERVICE_REDIRECTS_MAX;
    return service_ask_once(c, scope, url, r, out);
}

enum status service_ask_once(struct service_context *c, const struct fetch_scope *scope,
                             const char *url, struct fetch_request r, struct fetch_answer *out)
{
    r.url = url;
    if (!r.body_max)
        r.body_max = SERVICE_ANSWER_MAX;
    if (!r.timeout_ms)
        r.timeout_ms = c->timeout_ms;
    enum status st = fetch(scope, &r, c->context->arena, out);
    canaries_look(&c->canaries, "the headers of an answer", out->raw_headers);
    canaries_look(&c->canaries, "the body of an answer", out->body);
    return st;
}

/* ---- what is there */

struct service_medium *service_medium_of(struct service_context *c, const struct artifact *name)
{
    for (size_t i = 0; name && i < c->n_media; i++)
        if (c->media_made[i].name == name)
            return &c->media_made[i];
    return NULL;
}

struct service_token *service_token_of(struct service_context *c, const struct artifact *name)
{
    for (size_t i = 0; name && i < c->n_tokens; i++)
        if (c->tokens[i].name == name)
            return &c->tokens[i];
    return NULL;
}

struct service_user *service_user_of(struct service_context *c, const char *name)
{
    for (size_t i = 0; i < c->n_users; i++)
        if (strcmp(c->users[i].name, name) == 0)
            return &c->users[i];
    if (c->n_users == SERVICE_USERS_MAX)
        return NULL;
    struct service_user *u = &c->users[c->n_users];
    u->name = arena_text(c->context->arena, name);
    u->taken = arena_array(c->context->arena, SERVICE_PUSHES_MAX, sizeof(*u->taken));
    if (!u->name || !u->taken)
        return NULL;
    c->n_users++;
    return u;
}

/* ---- plaintexts */

enum status service_digest(struct bytes pattern, uint64_t length, uint8_t out[32])
{
    struct crypto_hash *h;
    enum status st = crypto_hash_new(&h);
    while (!st && length) {
        struct bytes part =
            bytes_slice(pattern, 0, length < pattern.len ? (size_t)length : pattern.len);
        st = crypto_hash_add(h, part);
        length -= part.len;
    }
    if (!st)
        st = crypto_hash_end(h, out);
    crypto_hash_free(h);
    return st;
}

enum status service_pattern(struct service_context *c, bool is_planted, struct bytes *out)
{
    *out = context_plaintext(c->context, SERVICE_PATTERN_LEN);
    if (!out->data)
        return E_NOMEM;
    return is_planted ? canaries_plant(&c->canaries, SERVICE_SECRET_PLAINTEXT, *out) : OK;
}

/* ---- the key set */

enum status service_fetch_keys(struct service_context *c, struct fetch_answer *out)
{
    struct fetch_request r = {.body_max = KEY_SET_MAX, .timeout_ms = KEYS_SILENCE_MS};
    return service_ask(c, &c->keys, c->where.keys, r, out);
}
