/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <request>: rules that what a target's service answers, or what it asked of ours, must keep to. */
#include "run/verbs.h"

#include "run/request.h"
#include "scenario/service_words.h"

#include <string.h>

#define ASKED_AT_MOST 5u
#define TAKEN_AT_MOST (16u * 1024u * 1024u) /* sockets hold some of it */

/* ---- what it asked of ours */

static bool nowhere_else(struct request_look *l)
{
    return http_host_accepted(l->c->trap) == 0 ||
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

/* A file that was refused is kept under no name. A backslash is a letter to some systems. */
static bool name_kept(struct request_look *l)
{
    const char *name = l->c->kept_name;
    return !name ||
           (*name && !strchr(name, '/') && strcmp(name, "..") != 0 && strcmp(name, ".") != 0) ||
           request_says(l, name);
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
    [SERVICE_RULE_KEYS_SERVED] = {OF_HOST, request_keys_served},
    [SERVICE_RULE_KEYS_TYPE] = {OF_HOST, request_keys_type},
    [SERVICE_RULE_KEYS_CACHED] = {OF_HOST, request_keys_cached},
    [SERVICE_RULE_KEYS_CONDITIONAL] = {OF_HOST, request_keys_conditional},
    [SERVICE_RULE_KEYS_TRUSTED] = {OF_HOST, request_keys_trusted},
    [SERVICE_RULE_KEYS_CHANGED] = {OF_TOKEN, request_keys_changed},
    [SERVICE_RULE_KEYS_KEPT] = {OF_TOKEN, request_keys_kept},
    [SERVICE_RULE_KEYS_RETIRED] = {OF_TOKEN, request_keys_retired},
    [SERVICE_RULE_NOWHERE_ELSE] = {OF_OURS, nowhere_else},
    [SERVICE_RULE_FEW_TIMES] = {OF_OURS, few_times},
    [SERVICE_RULE_TOOK_LITTLE] = {OF_OURS, took_little},
    [SERVICE_RULE_PROOF] = {OF_OURS, request_proof},
    [SERVICE_RULE_PROOF_NOT_IN_URL] = {OF_OURS, proof_not_in_url},
    [SERVICE_RULE_TOLD_TO_STOP] = {OF_OURS, told_to_stop},
    [SERVICE_RULE_NAME_KEPT] = {OF_OURS, name_kept},
    [SERVICE_RULE_FRESH_TOKEN] = {OF_TOKEN, request_fresh_token},
    [SERVICE_RULE_CONNECTED_TOKEN] = {OF_HOST, request_connected_token},
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
                     ? request_token(&l, (enum token_rule)(rule - SERVICE_RULE_TOKEN))
                     : rules[rule].holds(&l);
    if (l.st)
        return l.st;
    if (holds)
        out->detail = "";
    verb_take_relation(holds, out);
    s->accepted += holds;
    return OK;
}
