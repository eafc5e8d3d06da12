/* <request>: rules that what a target's service answers, or what it asked of ours, must keep to. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "run/request.h"
#include "scenario/service_words.h"
#include "wire/token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define CACHED_AT_MOST 86400u /* seconds a key set may be kept */
#define ASKED_AT_MOST 5u
#define TAKEN_AT_MOST (16u * 1024u * 1024u) /* sockets hold some of it */

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

/* The rules of wire/token for a set hold whatever token is looked at. */
static bool keys_served(struct request_look *l)
{
    struct fetch_answer a;
    struct token_report report;
    if (!fetch_keys(l, &a))
        return false;
    const struct token_expectation e = {.issuer = "", .audience = "", .subject = ""};
    memset(&report, 0, sizeof(report));
    l->st =
        token_check(bytes_of_text("e30.e30.e30"), a.body, &l->c->profile, &e, l->s->arena, &report);
    return !l->st && (report.rules[TOKEN_KEY_SET].holds ||
                      request_says(l, report.rules[TOKEN_KEY_SET].detail));
}

static bool keys_type(struct request_look *l)
{
    struct fetch_answer a;
    if (!fetch_keys(l, &a))
        return false;
    const char *type = fetch_header(&a, "Content-Type");
    size_t len = type ? strcspn(type, "; ") : 0;
    bool is_json = (len == 24 && strncasecmp(type, "application/jwk-set+json", len) == 0) ||
                   (len == 16 && strncasecmp(type, "application/json", len) == 0);
    return is_json || request_says(l, type ? type : "it has no Content-Type");
}

static bool keys_cached(struct request_look *l)
{
    struct fetch_answer a;
    if (!fetch_keys(l, &a))
        return false;
    const char *control = fetch_header(&a, "Cache-Control");
    const char *age = control ? strstr(control, "max-age=") : NULL;
    unsigned long seconds = age ? strtoul(age + strlen("max-age="), NULL, 10) : 0;
    if (!age || seconds == 0)
        return request_says(l, "it does not say how long it may be kept (Cache-Control: max-age)");
    return seconds <= CACHED_AT_MOST ||
           request_says(l, "it may be kept for more than a day: a key that "
                           "leaked would be trusted as long");
}

static bool keys_conditional(struct request_look *l)
{
    struct fetch_answer a, again;
    if (!fetch_keys(l, &a))
        return false;
    const char *tag = fetch_header(&a, "ETag");
    const char *condition = tag ? arena_printf(l->s->arena, "If-None-Match: %s", tag) : NULL;
    const char *const headers[] = {condition, NULL};
    const struct fetch_request r = {.headers = headers};
    return !tag ||
           (request_ask(l, &l->c->keys, l->c->where.keys, r, &again) &&
            (again.status == 304 || request_says(l, "its own ETag was not answered with 304")));
}

static size_t n_kept(const struct service_context *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_kids_before; i++)
        for (size_t k = 0; k < c->n_kids; k++)
            if (strcmp(c->kids_before[i], c->kids[k]) == 0) {
                n++;
                break;
            }
    return n;
}

static bool keys_added(struct request_look *l)
{
    struct fetch_answer a;
    return fetch_keys(l, &a) &&
           (l->c->n_kids > n_kept(l->c) || request_says(l, "it has no new key"));
}

static bool keys_kept(struct request_look *l)
{
    struct fetch_answer a;
    return fetch_keys(l, &a) && (n_kept(l->c) == l->c->n_kids_before ||
                                 request_says(l, "a key is gone whose tokens are still good"));
}

static bool keys_retired(struct request_look *l)
{
    struct fetch_answer a;
    return fetch_keys(l, &a) &&
           (n_kept(l->c) == 0 || request_says(l, "a key that was retired is still published"));
}

/* ---- what it asked of ours */

static bool nowhere_else(struct request_look *l)
{
    http_host_lock(l->c->trap);
    unsigned n = l->c->asked_elsewhere;
    http_host_unlock(l->c->trap);
    return n == 0 ||
           request_says(l, "it asked a port of loopback that nothing but a message named");
}

static bool few_times(struct request_look *l)
{
    unsigned most = 0;
    http_host_lock(l->c->host);
    for (size_t i = 0; i < l->c->n_ours; i++)
        most = l->c->ours[i].asked > most ? l->c->ours[i].asked : most;
    http_host_unlock(l->c->host);
    if (most <= ASKED_AT_MOST)
        return true;
    step_says(l->s, l->out, "it asked %u times", most);
    return false;
}

static bool took_little(struct request_look *l)
{
    http_host_lock(l->c->host);
    uint64_t sent = l->c->most_sent;
    http_host_unlock(l->c->host);
    if (sent <= TAKEN_AT_MOST)
        return true;
    step_says(l->s, l->out, "it took %llu bytes of a medium that has a few thousand",
              (unsigned long long)sent);
    return false;
}

/* The newest user of the case. */
static struct service_user *last_user(struct request_look *l)
{
    return l->c->n_users ? &l->c->users[l->c->n_users - 1] : NULL;
}

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

/* A proof is bound to no connection. */
static bool proof(struct request_look *l)
{
    const struct service_user *u = last_user(l);
    struct token_report report;
    if (!u || !u->is_enlisted)
        return request_says(l, "nobody was enlisted");
    if (!check_token(l, u->proof, u->name, bytes_of(NULL, 0), &report))
        return false;
    for (unsigned i = TOKEN_FORM; i < N_TOKEN_RULE; i++)
        if (i != TOKEN_BINDING && !report.rules[i].holds)
            return request_says(l, report.rules[i].detail);
    return true;
}

static bool is_under_served_key(struct request_look *l, const struct token_report *report)
{
    const struct token_finding *key = &report->rules[TOKEN_KEY_ID],
                               *signature = &report->rules[TOKEN_SIGNATURE];
    if (key->holds && signature->holds)
        return true;
    if (!key->holds)
        l->out->violates = report->n_named > 1 ? "ID-11" : "ID-03";
    else
        l->out->violates = report->rules[TOKEN_ALGORITHM].holds ? "ID-04" : "ID-02";
    return request_says(l, key->holds ? signature->detail : key->detail);
}

/* On the client surface: what a whole client came with. Its other rules are <verify>'s. */
static bool connected_token(struct request_look *l)
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

static bool proof_not_in_url(struct request_look *l)
{
    const struct service_user *u = last_user(l);
    return u && u->is_enlisted &&
           (!u->proof_is_in_url || request_says(l, "the enlistment has a query in its URL"));
}

static bool told_to_stop(struct request_look *l)
{
    struct service_user *u = last_user(l);
    http_host_lock(l->c->host);
    bool is_told = u && u->is_withdrawn;
    http_host_unlock(l->c->host);
    return is_told || request_says(l, "no DELETE came for this user");
}

static bool name_kept(struct request_look *l)
{
    const char *name = l->c->kept_name;
    return (name && *name && !strpbrk(name, "/\\") && strcmp(name, "..") != 0 &&
            strcmp(name, ".") != 0) ||
           request_says(l, name ? name : "no file was taken");
}

static bool fresh_token(struct request_look *l)
{
    struct token_report own, other;
    if (!check_token(l, l->token->text, l->token->user, bytes_of(l->token->static_key, 32), &own))
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

static bool token_rule(struct request_look *l, enum token_rule rule)
{
    struct token_report report;
    if (!check_token(l, l->token->text, l->token->user, bytes_of(l->token->static_key, 32),
                     &report))
        return false;
    return report.rules[rule].holds || request_says(l, report.rules[rule].detail);
}

/* ---- the table */

enum subject { OF_HOST = 1, OF_MEDIUM, OF_TOKEN, OF_OURS };

static const struct {
    enum subject subject;
    bool (*holds)(struct request_look *l);
} rules[SERVICE_RULE_TOKEN] = {
    [SERVICE_RULE_GENUINE] = {OF_MEDIUM, request_genuine},
    [SERVICE_RULE_HEAD] = {OF_MEDIUM, request_head},
    [SERVICE_RULE_RANGE] = {OF_MEDIUM, request_range},
    [SERVICE_RULE_RANGE_BEYOND] = {OF_MEDIUM, request_range_beyond},
    [SERVICE_RULE_RESUMED] = {OF_MEDIUM, request_resumed},
    [SERVICE_RULE_CONDITIONAL] = {OF_MEDIUM, request_conditional},
    [SERVICE_RULE_REPEATED] = {OF_MEDIUM, request_repeated},
    [SERVICE_RULE_CONCURRENT] = {OF_MEDIUM, request_concurrent},
    [SERVICE_RULE_OPAQUE_TYPE] = {OF_MEDIUM, request_opaque_type},
    [SERVICE_RULE_NO_COOKIE] = {OF_MEDIUM, request_no_cookie},
    [SERVICE_RULE_NO_KEY_IN_URL] = {OF_MEDIUM, request_no_key_in_url},
    [SERVICE_RULE_NOTHING_READABLE] = {OF_MEDIUM, request_nothing_readable},
    [SERVICE_RULE_READ_ONLY] = {OF_MEDIUM, request_read_only},
    [SERVICE_RULE_OTHER_KEY] = {OF_MEDIUM, request_other_key},
    [SERVICE_RULE_GONE] = {OF_MEDIUM, request_gone},
    [SERVICE_RULE_UNKNOWN] = {OF_HOST, request_unknown},
    [SERVICE_RULE_NOT_LISTED] = {OF_HOST, request_not_listed},
    [SERVICE_RULE_NO_TRAVERSAL] = {OF_HOST, request_no_traversal},
    [SERVICE_RULE_PLAIN_ERRORS] = {OF_HOST, request_plain_errors},
    [SERVICE_RULE_TRUSTED] = {OF_HOST, request_trusted},
    [SERVICE_RULE_NO_OLD_TLS] = {OF_HOST, request_no_old_tls},
    [SERVICE_RULE_KEYS_SERVED] = {OF_HOST, keys_served},
    [SERVICE_RULE_KEYS_TYPE] = {OF_HOST, keys_type},
    [SERVICE_RULE_KEYS_CACHED] = {OF_HOST, keys_cached},
    [SERVICE_RULE_KEYS_CONDITIONAL] = {OF_HOST, keys_conditional},
    [SERVICE_RULE_KEYS_ADDED] = {OF_HOST, keys_added},
    [SERVICE_RULE_KEYS_KEPT] = {OF_HOST, keys_kept},
    [SERVICE_RULE_KEYS_RETIRED] = {OF_HOST, keys_retired},
    [SERVICE_RULE_NOWHERE_ELSE] = {OF_OURS, nowhere_else},
    [SERVICE_RULE_FEW_TIMES] = {OF_OURS, few_times},
    [SERVICE_RULE_TOOK_LITTLE] = {OF_OURS, took_little},
    [SERVICE_RULE_PROOF] = {OF_OURS, proof},
    [SERVICE_RULE_PROOF_NOT_IN_URL] = {OF_OURS, proof_not_in_url},
    [SERVICE_RULE_TOLD_TO_STOP] = {OF_OURS, told_to_stop},
    [SERVICE_RULE_NAME_KEPT] = {OF_OURS, name_kept},
    [SERVICE_RULE_FRESH_TOKEN] = {OF_TOKEN, fresh_token},
    [SERVICE_RULE_CONNECTED_TOKEN] = {OF_HOST, connected_token},
};

/* What the rule is about must be there. */
static bool has_subject(const struct request_look *l, unsigned rule)
{
    enum subject subject = rule >= SERVICE_RULE_TOKEN ? OF_TOKEN : rules[rule].subject;
    return subject == OF_MEDIUM  ? l->medium != NULL
           : subject == OF_TOKEN ? l->token != NULL
           : subject == OF_OURS  ? l->c->host != NULL
                                 : true;
}

enum status verb_request(struct context *s, const struct op *op, struct step_result *out)
{
    struct artifact *of = verb_artifact(s, op, ATTR_OF);
    unsigned rule = op_number(op, ATTR_RULE, SERVICE_RULE_NONE);
    struct request_look l = {.s = s,
                             .c = s->service,
                             .out = out,
                             .medium = service_medium_of(s->service, of),
                             .token = service_token_of(s->service, of)};
    if (!rule || !has_subject(&l, rule))
        return E_MISSING;
    out->field = op_text(op, ATTR_RULE);
    bool holds = rule >= SERVICE_RULE_TOKEN
                     ? token_rule(&l, (enum token_rule)(rule - SERVICE_RULE_TOKEN))
                     : rules[rule].holds(&l);
    if (l.st)
        return l.st;
    if (holds)
        out->detail = "";
    verb_take_relation(holds, out);
    s->accepted += holds;
    return OK;
}
