/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of <request> about the key set, and the tokens that are signed under it. */
#include "run/request.h"

#include "run/client_context.h"
#include "wire/token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define CACHED_AT_MOST 86400u /* seconds a key set may be kept */

/* ---- the key set */

static bool fetch_keys(struct request_look *l, struct fetch_answer *out)
{
    l->st = service_fetch_keys(l->c, out);
    if (l->st)
        return false;
    if (out->outcome == FETCH_ANSWERED && out->status == 200)
        return out->redirects == 0 || request_says(l, "it redirects");
    /* whatever the rule was about: without a set there is nothing to look at */
    l->out->violates = out->outcome == FETCH_TOO_LONG ? "ID-17" : "ID-14";
    step_says(l->s, l->out, "the key set: %s, status %u", fetch_outcome_text(out->outcome),
              out->status);
    return false;
}

/* The rules of wire/token for a set hold whatever token is looked at. Else what is wrong is
 * said. */
static bool is_sound_set(struct request_look *l, struct bytes set)
{
    struct token_report report;
    const struct token_expectation e = {.issuer = "", .audience = "", .subject = ""};
    memset(&report, 0, sizeof(report));
    l->st =
        token_check(bytes_of_text("e30.e30.e30"), set, &l->c->profile, &e, l->s->arena, &report);
    return !l->st && (report.rules[TOKEN_KEY_SET].holds ||
                      request_says(l, report.rules[TOKEN_KEY_SET].detail));
}

bool request_keys_served(struct request_look *l)
{
    struct fetch_answer a;
    return fetch_keys(l, &a) && is_sound_set(l, a.body);
}

bool request_keys_type(struct request_look *l)
{
    struct fetch_answer a;
    if (!fetch_keys(l, &a))
        return false;
    const char *type = fetch_header(&a, "Content-Type");
    size_t len = type ? strcspn(type, "; \t") : 0;
    bool is_json = (len == 24 && strncasecmp(type, "application/jwk-set+json", len) == 0) ||
                   (len == 16 && strncasecmp(type, "application/json", len) == 0);
    return is_json || request_says(l, type ? type : "it has no Content-Type");
}

/* The seconds of the max-age in |value|, a Cache-Control; false without one. Directives are told
 * whatever their letters' case, and their arguments may be quoted (RFC 9111, 5.2). */
static bool max_age_of(const char *value, unsigned long *out_seconds)
{
    static const char name[] = "max-age=";
    for (const char *at = value; *at; at += strcspn(at, ","), at += *at == ',') {
        at += strspn(at, " \t");
        if (strncasecmp(at, name, strlen(name)) != 0)
            continue;
        at += strlen(name);
        *out_seconds = strtoul(at + (*at == '"'), NULL, 10);
        return true;
    }
    return false;
}

bool request_keys_cached(struct request_look *l)
{
    struct fetch_answer a;
    unsigned long seconds = 0;
    bool is_said = false;
    if (!fetch_keys(l, &a))
        return false;
    for (size_t i = 0; i < a.n_headers && !is_said; i++)
        is_said = strcasecmp(a.headers[i].name, "Cache-Control") == 0 &&
                  max_age_of(a.headers[i].value, &seconds);
    if (!is_said || seconds == 0)
        return request_says(l, "it does not say how long it may be kept (Cache-Control: max-age)");
    return seconds <= CACHED_AT_MOST ||
           request_says(l, "it may be kept for more than a day: a key that "
                           "leaked would be trusted as long");
}

/* Ask with a condition; false when the answer is not there. */
static bool ask_if_none_match(struct request_look *l, const char *tag, struct fetch_answer *out)
{
    const char *condition = arena_printf(l->s->arena, "If-None-Match: %s", tag);
    const char *const headers[] = {condition, NULL};
    const struct fetch_request r = {.headers = headers, .body_max = KEY_SET_MAX};
    if (!condition)
        l->st = E_NOMEM;
    return condition && request_ask(l, &l->c->keys, l->c->where.keys, r, out);
}

bool request_keys_conditional(struct request_look *l)
{
    struct fetch_answer a, again;
    if (!fetch_keys(l, &a))
        return false;
    const char *tag = fetch_header(&a, "ETag");
    if (tag && !ask_if_none_match(l, tag, &again))
        return false;
    if (tag && again.status != 304 && (again.status != 200 || !is_sound_set(l, again.body)))
        return !l->st && request_says(l, "its own ETag was answered with neither 304 nor the set");
    if (!ask_if_none_match(l, "\"of-another-set\"", &again))
        return false;
    return (again.status == 200 && is_sound_set(l, again.body)) ||
           (!l->st && request_says(l, "another ETag than its own was not answered with the set"));
}

bool request_keys_trusted(struct request_look *l)
{
    return request_is_trusted(l, &l->c->keys, l->c->where.keys);
}

/* ---- tokens under it */

static bool check_token(struct request_look *l, const char *token, const char *user,
                        struct bytes key, struct token_report *out)
{
    struct fetch_answer a;
    const struct token_expectation e = {.issuer = SERVICE_ISSUER,
                                        .audience = l->c->profile.stanza_server,
                                        .subject = user,
                                        .now = (uint64_t)time(NULL),
                                        .static_key = key};
    memset(out, 0, sizeof(*out));
    if (!fetch_keys(l, &a))
        return false;
    l->st = token_check(bytes_of_text(token), a.body, &l->c->profile, &e, l->s->arena, out);
    return !l->st;
}

static bool check_own(struct request_look *l, struct token_report *out)
{
    return check_token(l, l->token->text, l->token->user, bytes_of(l->token->static_key, 32), out);
}

/* A proof is bound to no connection. */
bool request_proof(struct request_look *l)
{
    const struct service_user *u =
        l->c->n_users ? &l->c->users[l->c->n_users - 1] : NULL; /* the newest */
    struct token_report report;
    if (!u || !u->is_enlisted)
        return request_says(l, "nobody was enlisted");
    if (!check_token(l, u->proof, u->name, bytes_of(NULL, 0), &report))
        return false;
    for (unsigned i = TOKEN_FORM; i < N_TOKEN_RULE; i++)
        if (i != TOKEN_BINDING && !report.rules[i].holds) {
            if (i == TOKEN_KEY_SET)
                l->out->violates = "ID-11";
            return request_says(l, report.rules[i].detail);
        }
    return true;
}

static bool is_under_served_key(struct request_look *l, const struct token_report *report)
{
    const struct token_finding *key = &report->rules[TOKEN_KEY_ID],
                               *signature = &report->rules[TOKEN_SIGNATURE];
    if (key->holds && signature->holds)
        return true;
    if (!report->rules[TOKEN_FORM].holds)
        l->out->violates = "ID-01";
    else if (!key->holds)
        l->out->violates = report->n_named > 1 ? "ID-11" : "ID-03";
    else
        l->out->violates = report->rules[TOKEN_ALGORITHM].holds ? "ID-04" : "ID-02";
    return request_says(l, key->holds ? signature->detail : key->detail);
}

/* On the client surface: what a whole client came with. Its other rules are <verify>'s. */
bool request_connected_token(struct request_look *l)
{
    struct client_context *client = l->s->client;
    struct token_report report;
    struct client_context_account *account =
        client ? client_context_account(client, context_party(l->s, OP_TARGET)) : NULL;
    const struct observed_connection *connection =
        account ? client_context_observed_connection(client, account->id) : NULL;
    if (!connection || !connection->introduction.payload.token.len)
        return request_says(l, "no client of the target is connected");
    struct bytes token = connection->introduction.payload.token;
    const char *text = arena_printf(l->s->arena, "%.*s", (int)token.len, (const char *)token.data);
    if (!text)
        l->st = E_NOMEM;
    return text &&
           check_token(l, text, account->user, connection->introduction.static_key, &report) &&
           is_under_served_key(l, &report);
}

bool request_fresh_token(struct request_look *l)
{
    struct token_report own, other;
    if (!check_own(l, &own))
        return false;
    for (size_t i = 0; i < l->c->n_tokens; i++) {
        const struct service_token *t = &l->c->tokens[i];
        if (t == l->token)
            continue;
        if (!check_token(l, t->text, t->user, bytes_of(t->static_key, 32), &other))
            return false;
        if (strcmp(t->text, l->token->text) == 0 || (own.jti[0] && !strcmp(own.jti, other.jti)))
            return request_says(l, "another token of the case is this one, or has its jti");
    }
    return true;
}

bool request_token(struct request_look *l, enum token_rule rule)
{
    struct token_report report;
    if (!check_own(l, &report))
        return false;
    /* what makes a signature not verify is named, where it is another rule's fault */
    if (rule == TOKEN_SIGNATURE)
        return is_under_served_key(l, &report);
    return report.rules[rule].holds || request_says(l, report.rules[rule].detail);
}

/* ---- a token of before, after the keys were changed */

static bool is_verified(const struct token_report *report)
{
    return report->rules[TOKEN_KEY_ID].holds && report->rules[TOKEN_SIGNATURE].holds;
}

/* Another kid than that of every token before it. */
bool request_keys_changed(struct request_look *l)
{
    struct token_report own, other;
    if (!check_own(l, &own))
        return false;
    for (const struct service_token *t = l->c->tokens; t < l->token; t++) {
        if (!check_token(l, t->text, t->user, bytes_of(t->static_key, 32), &other))
            return false;
        if (strcmp(own.kid, other.kid) == 0)
            return request_says(l, "it is signed under the key of before");
    }
    return true;
}

bool request_keys_kept(struct request_look *l)
{
    struct token_report report;
    return check_own(l, &report) &&
           (is_verified(&report) || request_says(l, "its key is gone, and it is still good"));
}

bool request_keys_retired(struct request_look *l)
{
    struct token_report report;
    return check_own(l, &report) &&
           (!is_verified(&report) ||
            request_says(l, "the key that was retired is still published"));
}
