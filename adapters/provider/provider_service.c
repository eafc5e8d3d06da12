/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define REQUEST_BODY_MAX (64u * 1024u)

int provider_refuse(struct provider_service *p, Assay__Target__V1__Reason reason,
                    const char *detail)
{
    p->detail = detail ? detail : "";
    return 1 + (int)reason;
}

int provider_break(struct provider_service *p, const char *detail)
{
    p->detail = detail;
    return -1;
}

/* ---- what it answers */

static void answer(void *context, const struct http_request *r, struct http_answer *out)
{
    struct provider_service *p = context;
    arena_reset(&p->answers);
    http_answer_add(out, "X-Content-Type-Options", "nosniff");
    if (strncmp(r->path, "/media/", 7) == 0 || strncmp(r->path, "/blobs/", 7) == 0)
        provider_answer_media(p, r, out);
    else if (strcmp(r->path, "/keys") == 0)
        provider_answer_keys(p, r, out);
    else if (strcmp(r->path, "/push") == 0)
        provider_answer_push(p, r, out);
    else
        provider_answer_page(p, out);
}

static enum status listen(struct provider_service *p)
{
    enum status st = p->authority ? OK : authority_new(&p->authority);
    const struct http_host_options options = {.body_max = REQUEST_BODY_MAX,
                                              .answer = answer,
                                              .context = p,
                                              .speaks_old_tls = p->rules.speaks_old_tls};
    return st ? st
              : http_host_new_under(p->authority, (enum authority_certificate)p->rules.certificate,
                                    options, &p->host);
}

/* ---- its life */

struct provider_service *provider_service_new(const struct provider_rules *rules,
                                              const struct provider_place *place)
{
    struct provider_service *p = calloc(1, sizeof(*p));
    if (!p)
        return NULL;
    if (rules)
        p->rules = *rules;
    p->place = place && place->url ? place : NULL;
    profile_defaults(&p->profile);
    arena_init(&p->results, RESULT_MAX);
    arena_init(&p->answers, RESULT_MAX);
    p->detail = "";
    return p;
}

static void forget(struct provider_service *p)
{
    provider_forget_media(p);
    provider_forget_keys(p);
    provider_forget_people(p);
    arena_reset(&p->results);
}

void provider_service_free(struct provider_service *p)
{
    if (!p)
        return;
    http_host_free(p->host);
    authority_free(p->authority);
    forget(p);
    arena_fini(&p->results);
    arena_fini(&p->answers);
    free(p);
}

void provider_service_reset(struct provider_service *p, const uint8_t seed[32])
{
    if (p->host)
        http_host_lock(p->host);
    forget(p);
    if (random_init(&p->random, bytes_of(seed, 32), "provider") ||
        random_fill(&p->random, p->one_key, sizeof(p->one_key)))
        p->detail = "no randomness";
    if (p->host)
        http_host_unlock(p->host);
}

/* ---- operations */

/* Lock, and forget the results of the operation before. */
static struct provider_service *begin(void *provider)
{
    struct provider_service *p = provider;
    p->detail = "";
    if (!p->host && listen(p))
        return NULL;
    http_host_lock(p->host);
    arena_reset(&p->results);
    return p;
}

static int end(struct provider_service *p, int result)
{
    http_host_unlock(p->host);
    return result;
}

static int service(void *provider, Assay__Target__V1__ServiceShown *out)
{
    struct provider_service *p = begin(provider);
    if (!p)
        return -1;
    union {
        const char *given;
        char *lent;
    } roots = {.given = provider_roots(p)};
    const char *url = provider_url(p);
    out->media = arena_printf(&p->results, "%s/media/", url);
    out->keys = arena_printf(&p->results, "%s/keys", url);
    out->push = arena_printf(&p->results, "%s/push", http_host_url(p->host));
    out->roots = roots.lent;
    bool is_made =
        out->media && out->keys && out->push && out->roots && provider_place_keys(p) == OK;
    return end(p, is_made ? 0 : provider_break(p, "no memory, or no place for its keys"));
}

static int host_media(void *provider, const Assay__Target__V1__HostMedia *what,
                      Assay__Target__V1__MediaHosted *out)
{
    struct provider_service *p = begin(provider);
    return p ? end(p, provider_host(p, what, out)) : -1;
}

/* Without the lock: what it asks may be slow. */
static int take_media(void *provider, const Assay__Target__V1__TakeMedia *what,
                      Assay__Target__V1__MediaTaken *out)
{
    struct provider_service *p = begin(provider);
    if (!p)
        return -1;
    end(p, 0);
    return provider_take(p, what, out);
}

static int expire_media(void *provider, const Assay__Target__V1__ExpireMedia *what)
{
    struct provider_service *p = begin(provider);
    return p ? end(p, provider_expire(p, what)) : -1;
}

static int mint_token(void *provider, const Assay__Target__V1__MintToken *what,
                      Assay__Target__V1__TokenMinted *out)
{
    struct provider_service *p = begin(provider);
    if (!p)
        return -1;
    const struct user *u = provider_user(p, what->user, false);
    if (what->only_enlisted && (!u || !u->is_enlisted) && !p->rules.mints_for_anybody)
        return end(p, provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_POLICY,
                                      "this user is not enlisted"));
    const char *token = provider_token(p, what->user, what->issuer, what->audience,
                                       bytes_of(what->static_key.data, what->static_key.len));
    out->token = arena_text(&p->results, token);
    return end(p, out->token ? 0 : provider_break(p, "no token could be made"));
}

static int rotate_keys(void *provider, const Assay__Target__V1__RotateKeys *what)
{
    struct provider_service *p = begin(provider);
    return p ? end(p, provider_rotate(p, what->retire)) : -1;
}

static int enlist(void *provider, const Assay__Target__V1__Enlist *what)
{
    struct provider_service *p = begin(provider);
    return p ? end(p, provider_enlist(p, what)) : -1;
}

static int withdraw(void *provider, const Assay__Target__V1__Withdraw *what)
{
    struct provider_service *p = begin(provider);
    return p ? end(p, provider_withdraw(p, what->user)) : -1;
}

static int pushes(void *provider, const Assay__Target__V1__Pushes *what,
                  Assay__Target__V1__PushList *out)
{
    struct provider_service *p = begin(provider);
    return p ? end(p, provider_pushes(p, what->user, out)) : -1;
}

static const char *detail(void *provider)
{
    const struct provider_service *p = provider;
    return p->detail[0] ? p->detail : "the provider could not do it";
}

static const char *const capabilities[] = {"service/expire", "service/rotate-keys",
                                           "service/enlist", "service/push", NULL};

const struct service_implementation provider_service_operations = {
    .capabilities = capabilities,
    .service = service,
    .host_media = host_media,
    .take_media = take_media,
    .expire_media = expire_media,
    .mint_token = mint_token,
    .rotate_keys = rotate_keys,
    .enlist = enlist,
    .withdraw = withdraw,
    .pushes = pushes,
    .detail = detail,
};
