/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who chose to be reachable, with which gatekeeper, and the pushes that wait for them. */
#include "internal.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "base/utf8.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENLIST_MS 5000u
#define ANSWER_MAX 4096u
#define PUT_OFF_PAST 50u /* pushes, of a receiver that puts off the others */

struct user *provider_user(struct provider_service *p, const char *name, bool makes)
{
    for (size_t i = 0; i < p->n_users; i++)
        if (strcmp(p->users[i].name, name) == 0)
            return &p->users[i];
    if (!makes || p->n_users == USERS_MAX || strlen(name) >= USER_MAX)
        return NULL;
    struct user *u = &p->users[p->n_users++];
    memset(u, 0, sizeof(*u));
    snprintf(u->name, sizeof(u->name), "%s", name);
    return u;
}

static void drop_pushes(struct user *u)
{
    free(u->pushes);
    u->pushes = NULL;
    u->n_pushes = u->cap_pushes = 0;
}

void provider_forget_people(struct provider_service *p)
{
    for (size_t i = 0; i < p->n_users; i++)
        drop_pushes(&p->users[i]);
    memset(p->users, 0, sizeof(p->users));
    p->n_users = 0;
}

/* ---- enlisting and withdrawing */

/* The JSON of both, in p->results. */
static const char *request_of(struct provider_service *p, const struct user *u)
{
    const char *audience = p->rules.proof_is_for_another ? "somebody.else" : u->audience;
    const char *proof = provider_token(p, u->name, u->issuer, audience, bytes_of(NULL, 0));
    const char *name = json_text(&p->results, u->name);
    return proof && name
               ? arena_printf(&p->results, "{\"user\":%s,\"proof\":\"%s\",\"push\":\"%s/push\"}",
                              name, p->rules.enlists_without_proof ? "" : proof,
                              http_host_url(p->host))
               : NULL;
}

static enum status ask_gatekeeper(struct provider_service *p, const struct user *u,
                                  const char *method, struct fetch_answer *out)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    struct fetch_scope scope;
    const char *problem, *body = request_of(p, u);
    if (!body || fetch_scope_of(u->url, NULL, u->roots, &scope, &problem))
        return E_INPUT;
    const char *url = u->url;
    if (p->rules.sends_proof_in_url)
        url = arena_printf(&p->results, "%s?proof=%s", u->url,
                           provider_token(p, u->name, u->issuer, u->audience, bytes_of(NULL, 0)));
    const struct fetch_request request = {.url = url,
                                          .method = method,
                                          .headers = headers,
                                          .body = bytes_of_text(body),
                                          .body_max = ANSWER_MAX,
                                          .timeout_ms = ENLIST_MS};
    return url ? fetch(&scope, &request, &p->results, out) : E_NOMEM;
}

/* The answer's "credential". */
static bool take_credential(struct user *u, struct bytes answer)
{
    json_t *object =
        json_loadb((const char *)answer.data, answer.len, JSON_REJECT_DUPLICATES, NULL);
    const char *credential = json_string_value(json_object_get(object, "credential"));
    bool is_sound = credential && *credential && strlen(credential) <= CREDENTIAL_LEN;
    if (is_sound)
        snprintf(u->credential, sizeof(u->credential), "%s", credential);
    json_decref(object);
    return is_sound;
}

int provider_enlist(struct provider_service *p, const Assay__Target__V1__Enlist *what)
{
    struct user *u = provider_user(p, what->user, true);
    struct fetch_answer a;
    if (!u)
        return provider_break(p, "too many users");
    snprintf(u->url, sizeof(u->url), "%s", what->url);
    snprintf(u->issuer, sizeof(u->issuer), "%s", what->issuer);
    snprintf(u->audience, sizeof(u->audience), "%s", what->audience);
    snprintf(u->roots, sizeof(u->roots), "%s", what->roots);
    if (ask_gatekeeper(p, u, "POST", &a))
        return provider_break(p, "the gatekeeper could not be asked");
    if (a.outcome != FETCH_ANSWERED || a.status != 200 || !take_credential(u, a.body))
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_SERVER,
                               a.outcome == FETCH_ANSWERED ? "the gatekeeper declined"
                                                           : fetch_outcome_text(a.outcome));
    u->is_enlisted = true;
    return 0;
}

/* Whatever the gatekeeper says: from now on nothing is taken for this user. */
int provider_withdraw(struct provider_service *p, const char *name)
{
    struct user *u = provider_user(p, name, false);
    struct fetch_answer a;
    if (!u || !u->is_enlisted)
        return provider_refuse(p, ASSAY__TARGET__V1__REASON__REASON_POLICY,
                               "this user is not enlisted");
    if (!p->rules.keeps_withdrawal_to_itself && ask_gatekeeper(p, u, "DELETE", &a))
        return provider_break(p, "the gatekeeper could not be told");
    if (p->rules.reachable_after_withdrawal)
        return 0;
    u->is_enlisted = false;
    crypto_wipe(u->credential, sizeof(u->credential));
    if (!p->rules.keeps_waiting_pushes)
        drop_pushes(u);
    return 0;
}

/* ---- pushes */

static bool is_authentic(const struct provider_service *p, const struct user *u,
                         const struct http_request *r)
{
    const char *said = http_request_header(r, "Authorization");
    if (p->rules.takes_unauthenticated)
        return true;
    if (!said || strncmp(said, "Bearer ", 7) != 0)
        return false;
    struct bytes given = bytes_of_text(said + 7);
    for (size_t i = 0; p->rules.takes_others_credential && i < p->n_users; i++)
        if (bytes_equal_secret(given, bytes_of_text(p->users[i].credential)))
            return true;
    return u && u->credential[0] && bytes_equal_secret(given, bytes_of_text(u->credential));
}

static bool is_known(const struct user *u, const char *id)
{
    for (size_t i = u->n_pushes; i > 0; i--)
        if (strcmp(u->pushes[i - 1].id, id) == 0)
            return true;
    return false;
}

static bool keep_push(struct user *u, const char *id)
{
    if (u->n_pushes == u->cap_pushes) {
        size_t more = u->cap_pushes ? 2 * u->cap_pushes : 64;
        struct pushed *grown = realloc(u->pushes, more * sizeof(*grown));
        if (!grown)
            return false;
        u->pushes = grown;
        u->cap_pushes = more;
    }
    struct pushed *kept = &u->pushes[u->n_pushes++];
    snprintf(kept->id, sizeof(kept->id), "%s", id);
    kept->is_waiting = true;
    return true;
}

/* The status that a push for |u| (NULL: nobody) is answered with. */
static unsigned take_push(struct provider_service *p, struct user *u, const char *id,
                          const struct http_request *r)
{
    if (!u && p->rules.takes_for_unknown)
        return 202;
    if (!is_authentic(p, u, r))
        return 401;
    if (!u || !u->is_enlisted)
        return 404;
    if (is_known(u, id) && !p->rules.takes_again)
        return 202;
    if (p->rules.loses_pushes && u->n_pushes % 4 == 3)
        return 202;
    if (p->rules.puts_off_pushes && u->n_pushes >= PUT_OFF_PAST)
        return 429;
    return u->n_pushes < PUSHES_MAX && keep_push(u, id) ? 202 : 503;
}

void provider_answer_push(struct provider_service *p, const struct http_request *r,
                          struct http_answer *out)
{
    if (strcmp(r->method, "POST") != 0) {
        out->status = 405;
        http_answer_add(out, "Allow", "POST");
        return;
    }
    if ((r->is_too_long || r->body.len > PUSH_MAX) && !p->rules.takes_oversized) {
        out->status = 413;
        return;
    }
    json_t *object =
        json_loadb((const char *)r->body.data, r->body.len, JSON_REJECT_DUPLICATES, NULL);
    const char *user = json_string_value(json_object_get(object, "user"));
    const char *id = json_string_value(json_object_get(object, "id"));
    bool is_sound = user && id && *id && utf8_length(id) <= PUSH_ID_MAX;
    out->status = is_sound                   ? take_push(p, provider_user(p, user, false), id, r)
                  : p->rules.push_is_fragile ? 500
                                             : 400;
    if (p->rules.echoes_push)
        out->body = arena_copy(&p->answers, r->body);
    json_decref(object);
}

int provider_pushes(struct provider_service *p, const char *name, Assay__Target__V1__PushList *out)
{
    struct user *u = provider_user(p, name, false);
    size_t n = u ? u->n_pushes : 0;
    char **ids = arena_array(&p->results, n + 1, sizeof(char *));
    if (!ids)
        return provider_break(p, "out of memory");
    for (size_t i = 0; i < n; i++) {
        struct pushed *at = &u->pushes[p->rules.reorders_pushes ? n - 1 - i : i];
        if (at->is_waiting && !(ids[out->n_ids++] = arena_text(&p->results, at->id)))
            return provider_break(p, "out of memory");
        at->is_waiting = false;
    }
    out->ids = ids;
    return 0;
}
