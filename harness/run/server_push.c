/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/server_push.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "base/json_text.h"
#include "base/utf8.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ASK_MS 5000u
#define ANSWER_MAX 65536u
#define LIFE_SECONDS 300u

/* ---- the receiver; another thread */

static void copy(char *to, size_t max, const char *from)
{
    snprintf(to, max, "%s", from ? from : "");
}

static void keep(struct server_push *p, const struct http_request *r)
{
    struct server_pushed *kept = &p->pushes[p->n_pushes++];
    json_t *object =
        json_loadb((const char *)r->body.data, r->body.len, JSON_REJECT_DUPLICATES, NULL);
    const char *user = json_string_value(json_object_get(object, "user")),
               *id = json_string_value(json_object_get(object, "id"));
    copy(kept->user, sizeof(kept->user), user);
    copy(kept->id, sizeof(kept->id), id);
    copy(kept->authorization, sizeof(kept->authorization), http_request_header(r, "Authorization"));
    kept->is_post = strcmp(r->method, "POST") == 0;
    kept->is_sound = user && id && *id && utf8_length(id) <= SERVER_PUSH_ID_MAX &&
                     !r->is_too_long && !r->has_query;
    kept->body_len = r->body.len < sizeof(kept->body) ? r->body.len : sizeof(kept->body);
    if (kept->body_len)
        memcpy(kept->body, r->body.data, kept->body_len);
    json_decref(object);
}

static void take_push(void *context, const struct http_request *r, struct http_answer *out)
{
    struct server_push *p = context;
    bool is_kept = strcmp(r->path, "/push") == 0 && p->n_pushes < SERVER_PUSHES_MAX;
    if (is_kept)
        keep(p, r);
    out->status = is_kept ? 200 : 404;
}

/* ---- its life */

bool server_push_is_needed(const struct op_list *ops)
{
    for (size_t i = 0; ops && i < ops->n_ops; i++)
        if (ops->ops[i].verb == VERB_OPT_IN)
            return true;
    return false;
}

static enum status start(struct server_push *p)
{
    const struct http_host_options options = {
        .body_max = SERVER_PUSH_BODY_MAX, .answer = take_push, .context = p};
    enum status st = authority_new(&p->authority);
    if (!st)
        st = http_host_new_under(p->authority, AUTHORITY_SOUND, options, &p->host);
    return st ? st : http_host_new(&options, &p->clear);
}

enum status server_push_open(struct server_context *c, struct server_push **out)
{
    struct arena *arena = c->context->arena;
    struct server_push *p = arena_alloc(arena, sizeof(*p));
    *out = p;
    if (!p || !(p->pushes = arena_array(arena, SERVER_PUSHES_MAX, sizeof(*p->pushes))))
        return E_NOMEM;
    p->server = c;
    canaries_init(&p->canaries, arena);
    enum status st = OK;
    for (unsigned i = 0; !st && i < SERVER_SIDE_BOB_AGAIN; i++) {
        const char *address = server_context_address(c, c->clients[i].name);
        canaries_init(&p->users_said[i], arena);
        st = address ? canaries_plant(&p->users_said[i], "another user's address",
                                      bytes_of_text(address))
                     : E_NOMEM;
        if (!st)
            st = canaries_plant(&p->users_said[i], "another user's visible identifier",
                                bytes_of_text(c->clients[i].user));
    }
    return st ? st : start(p);
}

void server_push_close(struct server_push *p)
{
    if (!p)
        return;
    http_host_free(p->host);
    http_host_free(p->clear);
    authority_free(p->authority);
    p->host = p->clear = NULL;
    p->authority = NULL;
}

const char *server_push_take_place(struct server_push *p, const char *url, const char *roots)
{
    const char *problem = "it says no https URL where users are enlisted";
    const char *named = driver_service_host(p->server->context->driver);
    if (!*url || fetch_scope_of(url, named, roots, &p->scope, &problem) || !p->scope.is_https)
        return problem;
    p->enlist_url = url;
    return NULL;
}

/* ---- asking */

/* A token of |side|'s user, bound to no connection, as |how| says; NULL: no memory. */
static enum status make_proof(struct server_push *p, unsigned side, enum opted_how how,
                              const char **out)
{
    struct server_context *c = p->server;
    struct arena *arena = c->context->arena;
    const char *user =
        c->clients[how == OPTED_OTHER_USER ? (side + 1) % SERVER_SIDE_BOB_AGAIN : side].user;
    uint64_t life =
        c->profile.token_max_lifetime < LIFE_SECONDS ? c->profile.token_max_lifetime : LIFE_SECONDS;
    uint64_t now = (uint64_t)time(NULL), issued = how == OPTED_EXPIRED ? now - 3600 : now;
    uint64_t expires = issued + life;
    uint8_t unique[16];
    struct buffer token;
    enum status st = random_fill(&c->context->random, unique, sizeof(unique));
    const char *audience =
        json_text(arena, how == OPTED_OTHER_AUDIENCE ? "somebody.else" : c->profile.stanza_server);
    const char *subject = json_text(arena, user);
    const char *claims =
        audience && subject
            ? arena_printf(arena,
                           "{\"iss\":\"%s\",\"aud\":%s,\"sub\":%s,\"iat\":%llu,\"exp\":%llu,"
                           "\"jti\":\"%s\"}",
                           SERVER_CONTEXT_ISSUER, audience, subject, (unsigned long long)issued,
                           (unsigned long long)expires,
                           hex_text(arena, bytes_of(unique, sizeof(unique))))
            : NULL;
    if (st || !claims)
        return st ? st : E_NOMEM;
    buffer_init(&token, TOKEN_MAX);
    st =
        how == OPTED_ALG_NONE
            ? token_sign_none("{\"alg\":\"none\"}", claims, &token)
            : token_sign(c->key,
                         how == OPTED_UNKNOWN_KEY ? "{\"alg\":\"EdDSA\",\"kid\":\"nobody\"}" : NULL,
                         claims, &token);
    /* a server that does not ask for kid is still to find that no published key signed it */
    if (!st && (how == OPTED_BAD_SIGNATURE || how == OPTED_UNKNOWN_KEY))
        token.data[token.len - 20] = token.data[token.len - 20] == 'A' ? 'B' : 'A';
    *out = st ? NULL : arena_text(arena, buffer_text(&token));
    buffer_fini(&token);
    return st ? st : *out ? OK : E_NOMEM;
}

static enum status proof_of(struct server_push *p, unsigned side, enum opted_how how,
                            const char **out)
{
    struct server_enlisted *u = &p->users[side];
    *out = "";
    if (how == OPTED_NO_PROOF)
        return OK;
    if (how == OPTED_USED_AGAIN && u->proof) {
        *out = u->proof;
        return OK;
    }
    enum status st = make_proof(p, side, how, out);
    u->proof = *out;
    return st;
}

/* The "credential" of an answer; false: none, or one that cannot stand in a header. */
static bool take_credential(struct server_enlisted *u, struct bytes answer)
{
    json_t *object =
        json_loadb((const char *)answer.data, answer.len, JSON_REJECT_DUPLICATES, NULL);
    const char *text = json_string_value(json_object_get(object, "credential"));
    bool is_sound = text && *text && strlen(text) <= SERVER_CREDENTIAL_MAX;
    for (const char *at = is_sound ? text : ""; *at; at++)
        is_sound = is_sound && *at > ' ' && *at < 0x7f;
    copy(u->credential, sizeof(u->credential), is_sound ? text : "");
    json_decref(object);
    return is_sound;
}

enum status server_push_ask(struct server_push *p, unsigned side, enum opted_how how,
                            const char *method, struct fetch_answer *out_answer)
{
    static const char *const headers[] = {"Content-Type: application/json", NULL};
    struct arena *arena = p->server->context->arena;
    const char *proof;
    enum status st = proof_of(p, side, how, &proof);
    if (st)
        return st;
    const char *user = json_text(arena, p->server->clients[side].user);
    const char *body =
        user ? arena_printf(arena, "{\"user\":%s,\"proof\":\"%s\",\"push\":\"%s/push\"}", user,
                            proof, http_host_url(how == OPTED_PUSH_IN_CLEAR ? p->clear : p->host))
             : NULL;
    if (!body)
        return E_NOMEM;
    const struct fetch_request request = {.url = p->enlist_url,
                                          .method = method,
                                          .headers = headers,
                                          .body = bytes_of_text(body),
                                          .body_max = ANSWER_MAX,
                                          .timeout_ms = ASK_MS};
    st = fetch(&p->scope, &request, arena, out_answer);
    bool is_taken = !st && out_answer->outcome == FETCH_ANSWERED && out_answer->status / 100 == 2;
    if (is_taken && strcmp(method, "POST") == 0 &&
        !take_credential(&p->users[side], out_answer->body))
        out_answer->outcome = FETCH_BROKEN;
    return st;
}

/* ---- what came */

/* One that names nobody is anybody's. */
static bool is_for(const struct server_pushed *push, const char *user)
{
    return !push->was_looked_at && (!push->user[0] || strcmp(push->user, user) == 0);
}

size_t server_push_count(struct server_push *p, const char *user)
{
    size_t n = 0;
    http_host_lock(p->host);
    for (size_t i = 0; i < p->n_pushes; i++)
        n += is_for(&p->pushes[i], user);
    http_host_unlock(p->host);
    return n;
}

static bool has_come_before(const struct server_push *p, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(p->pushes[i].id, p->pushes[at].id) == 0)
            return true;
    return false;
}

/* What it says of its message, or of who wrote it. The addressee it may name, however it likes. */
static const char *leak_of(struct server_push *p, unsigned side, struct bytes body)
{
    canaries_look(&p->canaries, "a push", body);
    for (unsigned i = 0; !p->canaries.found && i < SERVER_SIDE_BOB_AGAIN; i++) {
        if (i == side)
            continue;
        canaries_look(&p->users_said[i], "a push", body);
        if (p->users_said[i].found)
            return p->users_said[i].found;
    }
    return p->canaries.found;
}

static const char *problem_of(struct server_push *p, unsigned side, size_t at)
{
    const struct server_pushed *push = &p->pushes[at];
    const char *wanted =
        arena_printf(p->server->context->arena, "Bearer %s", p->users[side].credential);
    const char *leak = leak_of(p, side, bytes_of(push->body, push->body_len));
    return !push->is_post ? "a push came with another method than POST"
           : !push->is_sound
               ? "a push is no JSON object with a user and an id of 1 to 64 characters"
           : !wanted || strcmp(wanted, push->authorization) != 0
               ? "a push does not have the credential of the enlistment"
           : has_come_before(p, at) ? "a push has the id of one before"
                                    : leak;
}

const char *server_push_look(struct server_push *p, unsigned side)
{
    const char *first = NULL;
    http_host_lock(p->host);
    for (size_t i = 0; i < p->n_pushes; i++) {
        if (!is_for(&p->pushes[i], p->server->clients[side].user))
            continue;
        p->pushes[i].was_looked_at = true;
        const char *problem = problem_of(p, side, i);
        first = first ? first : problem;
    }
    http_host_unlock(p->host);
    return first;
}
