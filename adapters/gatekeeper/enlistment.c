/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "enlistment.h"

#include "base/hex.h"
#include "base/json_text.h"
#include "http/fetch.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define BODY_MAX 65536u
#define PUSH_MS 2000u
#define ARENA_MAX (1024u * 1024u)

/* ---- what is asked; the host's thread */

static const char *text_in(const json_t *object, const char *name, size_t max)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && strlen(text) <= max ? text : "";
}

static struct enlisted_user *record_of(struct enlistment *e, const struct admitted_user *u)
{
    return &e->users[u - e->proofs.users];
}

/* Of another user, and taken all the same. */
static bool is_anybodys(struct enlistment *e, struct bytes token)
{
    for (size_t i = 0; e->rules->takes_others_proofs && i < e->proofs.n_users; i++)
        if (admission_is_proof(&e->proofs, &e->proofs.users[i], token))
            return true;
    return false;
}

static bool is_proven(struct enlistment *e, const struct admitted_user *u, const char *proof)
{
    struct bytes token = bytes_of_text(proof);
    if (token.len == 0)
        return e->rules->takes_without_proof;
    return admission_is_proof(&e->proofs, u, token) || is_anybodys(e, token);
}

static bool is_pushed_to(const struct enlistment *e, const char *url)
{
    struct fetch_scope scope;
    const char *problem;
    return fetch_scope_of(url, NULL, e->provider_roots, &scope, &problem) == OK &&
           (scope.is_https || e->rules->pushes_in_clear) && strlen(url) < ENLISTMENT_URL_MAX;
}

static enum status make_credential(struct enlistment *e, struct enlisted_user *u)
{
    uint8_t bytes[ENLISTMENT_CREDENTIAL_LEN];
    struct buffer text;
    buffer_init(&text, sizeof(u->credential));
    enum status st = random_fill(&e->credentials, bytes, sizeof(bytes));
    if (!st) {
        hex_append(&text, bytes_of(bytes, sizeof(bytes)));
        st = buffer_status(&text);
    }
    if (!st)
        snprintf(u->credential, sizeof(u->credential), "%s", buffer_text(&text));
    buffer_fini(&text);
    return st;
}

static void enlist(struct enlistment *e, struct enlisted_user *u, const char *push,
                   struct http_answer *out)
{
    if (make_credential(e, u))
        return;
    snprintf(u->push_url, sizeof(u->push_url), "%s", push);
    u->is_enlisted = true;
    u->is_withdrawn = u->is_pushed = false;
    snprintf(e->answer, sizeof(e->answer), "{\"credential\":\"%s\"}",
             e->rules->says_no_credential ? "" : u->credential);
    out->status = 200;
    http_answer_add(out, "Content-Type", "application/json");
    out->body = bytes_of_text(e->answer);
}

static void withdraw(const struct enlistment *e, struct enlisted_user *u, struct http_answer *out)
{
    out->status = 200;
    if (e->rules->ignores_withdrawal)
        return;
    u->is_enlisted = false;
    u->is_withdrawn = true;
    u->is_pushed = u->is_pushed && !e->rules->pushes_after_withdrawal;
}

static void take(struct enlistment *e, const struct http_request *r, const json_t *object,
                 struct http_answer *out)
{
    const struct admitted_user *u =
        admission_user_called(&e->proofs, text_in(object, "user", ADMISSION_TEXT_MAX));
    const char *proof = text_in(object, "proof", TOKEN_MAX),
               *push = text_in(object, "push", ENLISTMENT_URL_MAX);
    bool is_post = strcmp(r->method, "POST") == 0, is_delete = strcmp(r->method, "DELETE") == 0;
    out->status = u ? 401 : 404;
    if (!u || e->rules->refuses_all ||
        (!(is_delete && e->rules->lets_anybody_withdraw) && !is_proven(e, u, proof)))
        return;
    out->status = 400;
    if (is_post && is_pushed_to(e, push))
        enlist(e, record_of(e, u), push, out);
    else if (is_delete)
        withdraw(e, record_of(e, u), out);
}

static void answer(void *context, const struct http_request *r, struct http_answer *out)
{
    json_t *object =
        json_loadb((const char *)r->body.data, r->body.len, JSON_REJECT_DUPLICATES, NULL);
    out->status = strcmp(r->path, "/enlist") == 0 ? 400 : 404;
    if (object && !r->is_too_long && out->status == 400)
        take(context, r, object, out);
    json_decref(object);
}

/* ---- its life */

enum status enlistment_init(struct enlistment *e, const struct admission *connections)
{
    const struct enlistment_rules *r = e->rules;
    e->overlooked = (struct admission_rules){.takes_none = r->takes_bad_proofs,
                                             .takes_unknown_keys = r->takes_bad_proofs,
                                             .takes_bad_signatures = r->takes_bad_proofs,
                                             .takes_other_audiences = r->takes_for_others,
                                             .takes_expired = r->takes_expired,
                                             .takes_again = r->takes_again};
    e->proofs = *connections;
    e->proofs.rules = &e->overlooked;
    memset(e->users, 0, sizeof(e->users));
    e->n_pushes = 0;
    enum status st = random_fork(e->random, "credentials", &e->credentials);
    return st || e->authority ? st : authority_new(&e->authority);
}

void enlistment_fini(struct enlistment *e)
{
    authority_free(e->authority);
    e->authority = NULL;
}

enum status enlistment_start(struct enlistment *e)
{
    const struct http_host_options options = {.body_max = BODY_MAX, .answer = answer, .context = e};
    enum status st = http_host_new_under(e->authority, AUTHORITY_SOUND, options, &e->host);
    if (!st)
        snprintf(e->url, sizeof(e->url), "%s/enlist", http_host_url(e->host));
    return st;
}

/* ---- what follows from it; the main thread */

static size_t index_of(const struct enlistment *e, uint64_t account)
{
    size_t i = 0;
    while (i < e->proofs.n_users && e->proofs.users[i].account != account)
        i++;
    return i;
}

bool enlistment_reaches(void *context, uint64_t account)
{
    struct enlistment *e = context;
    size_t i = index_of(e, account);
    if (i == e->proofs.n_users || !e->host)
        return true;
    http_host_lock(e->host);
    bool reaches = !e->users[i].is_withdrawn;
    http_host_unlock(e->host);
    return reaches;
}

/* A flaw: who wrote, who is taken to be the first user. */
static const char *sender_of(const struct enlistment *e, struct arena *arena)
{
    const char *user = e->proofs.users[0].user;
    const char *address = arena_printf(arena, "%.*s:1@%s", (int)strcspn(user, "@"), user,
                                       e->proofs.profile->stanza_user_domain);
    const char *quoted = address ? json_text(arena, address) : NULL;
    return quoted ? arena_printf(arena, ",\"from\":%s", quoted) : NULL;
}

static enum status post(struct enlistment *e, const char *user, const struct enlisted_user *u,
                        struct arena *arena)
{
    struct fetch_scope scope;
    struct fetch_answer a;
    const char *problem, *from = e->rules->says_sender ? sender_of(e, arena) : "";
    const char *quoted = json_text(arena, user);
    const char *body =
        quoted ? arena_printf(arena, "{\"user\":%s,\"id\":\"push-%u\"%s}", quoted,
                              e->rules->repeats_ids ? 1u : ++e->n_pushes, from ? from : "")
               : NULL;
    const char *authorization = arena_printf(arena, "Authorization: Bearer %s", u->credential);
    const char *const headers[] = {"Content-Type: application/json",
                                   e->rules->pushes_without_credential ? NULL : authorization,
                                   NULL};
    if (!body || !authorization)
        return E_NOMEM;
    const struct fetch_request request = {.url = u->push_url,
                                          .method = "POST",
                                          .headers = headers,
                                          .body = bytes_of_text(body),
                                          .body_max = BODY_MAX,
                                          .timeout_ms = PUSH_MS};
    enum status st = fetch_scope_of(u->push_url, NULL, e->provider_roots, &scope, &problem);
    return st ? st : fetch(&scope, &request, arena, &a);
}

/* Is a push due for number |i|? Then *out has what it goes by. */
static bool is_due(struct enlistment *e, size_t i, struct server *server, struct enlisted_user *out)
{
    uint64_t account = e->proofs.users[i].account;
    bool is_there = server_account_connection(server, account) != NULL;
    bool waits = server_waiting(server, account) > 0 && !is_there;
    http_host_lock(e->host);
    struct enlisted_user *u = &e->users[i];
    bool is_now = (u->is_enlisted || (u->is_withdrawn && e->rules->pushes_after_withdrawal)) &&
                  !u->is_pushed && (waits || e->rules->pushes_to_all) && !e->rules->never_pushes;
    u->is_pushed = is_now || (u->is_pushed && !is_there);
    *out = *u;
    http_host_unlock(e->host);
    return is_now;
}

void enlistment_push(struct enlistment *e, struct server *server)
{
    struct enlisted_user u;
    for (size_t i = 0; e->host && i < e->proofs.n_users; i++) {
        struct arena arena;
        if (!is_due(e, i, server, &u))
            continue;
        arena_init(&arena, ARENA_MAX);
        if (post(e, e->proofs.users[i].user, &u, &arena))
            fputs("assay-gatekeeper: a push could not be posted\n", stderr);
        arena_fini(&arena);
    }
}
