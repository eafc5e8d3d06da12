/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "admission.h"

#include "base/crypto.h"

#include <string.h>

#define PRODUCT_INTEROP 2u
#define CHECK_ARENA_MAX (1024u * 1024u)

/* ---- one rule of a token */

/* Rules about how it is signed, of which a flaw overlooks several at once. */
static bool is_of_signature(enum token_rule rule)
{
    return rule == TOKEN_FORM || rule == TOKEN_ALGORITHM || rule == TOKEN_KEY_ID ||
           rule == TOKEN_SIGNATURE;
}

static bool overlooks_signature(const struct admission_rules *r, const struct token_report *t,
                                enum token_rule rule)
{
    if (strcmp(t->alg, "none") == 0)
        return r->takes_none;
    if (strncmp(t->alg, "HS", 2) == 0)
        return r->takes_hmac;
    if (t->n_named == 0)
        return r->takes_unknown_keys;
    return r->takes_bad_signatures && rule == TOKEN_SIGNATURE;
}

/* Is it not asked for? What a token says beyond the identifier, and what its provider's key set
 * holds, is between them. */
static bool is_overlooked(const struct admission_rules *r, const struct token_report *t,
                          enum token_rule rule)
{
    const bool overlooked[N_TOKEN_RULE] = {[TOKEN_ISSUER] = r->takes_other_issuers,
                                           [TOKEN_AUDIENCE] = r->takes_other_audiences,
                                           [TOKEN_SUBJECT] = r->takes_other_subjects,
                                           [TOKEN_EXPIRY] = r->takes_expired,
                                           [TOKEN_NOT_BEFORE] = r->takes_early,
                                           [TOKEN_LIFETIME] = r->takes_long_lived,
                                           [TOKEN_UNIQUE] = r->takes_without_id,
                                           [TOKEN_BINDING] = r->takes_unbound,
                                           [TOKEN_KEY_SET] = true,
                                           [TOKEN_MINIMAL] = true};
    return overlooked[rule] || (is_of_signature(rule) && overlooks_signature(r, t, rule));
}

/* ---- a token that came before */

/* True when it is new, or has no id; then it is kept. */
static bool take_id(struct admission *a, const char *id)
{
    uint8_t digest[32];
    size_t n = a->n_taken < ADMISSION_TOKENS_MAX ? a->n_taken : ADMISSION_TOKENS_MAX;
    if (!id[0] || a->rules->takes_again)
        return true;
    if (crypto_sha256(bytes_of_text(id), digest))
        return false;
    for (size_t i = 0; i < n; i++)
        if (memcmp(a->taken[i], digest, sizeof(digest)) == 0)
            return false;
    memcpy(a->taken[a->n_taken++ % ADMISSION_TOKENS_MAX], digest, sizeof(digest));
    return true;
}

/* ---- whoever introduced itself */

static const struct admitted_user *user_of(const struct admission *a, uint64_t account)
{
    for (size_t i = 0; i < a->n_users; i++)
        if (a->users[i].account == account)
            return &a->users[i];
    return NULL;
}

const struct admitted_user *admission_user_called(const struct admission *a, const char *user)
{
    for (size_t i = 0; i < a->n_users; i++)
        if (strcmp(a->users[i].user, user) == 0)
            return &a->users[i];
    return NULL;
}

/* |static_key|: the connection's; empty: there is none, and nothing to be bound to. */
static bool is_token_sound(struct admission *a, struct bytes token, struct bytes static_key,
                           const struct admitted_user *user)
{
    struct arena arena;
    struct token_report report = {.jti = ""};
    const struct token_expectation expected = {.issuer = a->issuer,
                                               .audience = a->audience,
                                               .subject = user->user,
                                               .now = a->unix_now(NULL),
                                               .static_key = static_key};
    arena_init(&arena, CHECK_ARENA_MAX);
    bool is_sound =
        token_check(token, buffer_bytes(&a->key_set), a->profile, &expected, &arena, &report) == OK;
    for (unsigned rule = TOKEN_RULE_NONE + 1; is_sound && rule < N_TOKEN_RULE; rule++)
        is_sound = report.rules[rule].holds || (rule == TOKEN_BINDING && static_key.len == 0) ||
                   is_overlooked(a->rules, &report, (enum token_rule)rule);
    is_sound = is_sound && take_id(a, report.jti);
    arena_fini(&arena);
    return is_sound;
}

bool admission_admits(void *context, const struct server_introduction *introduction)
{
    struct admission *a = context;
    const struct client_payload *p = &introduction->payload;
    const struct admitted_user *user = user_of(a, p->account_id);
    if (a->rules->admits_all || a->rules->admits_nobody)
        return a->rules->admits_all;
    if (!user || (p->product != PRODUCT_INTEROP && !a->rules->takes_other_product))
        return false;
    if (p->token.len == 0)
        return a->rules->takes_no_token;
    return p->token.len <= TOKEN_MAX && is_token_sound(a, p->token, introduction->static_key, user);
}

bool admission_is_proof(struct admission *a, const struct admitted_user *user, struct bytes token)
{
    return token.len && token.len <= TOKEN_MAX && is_token_sound(a, token, bytes_of(NULL, 0), user);
}
