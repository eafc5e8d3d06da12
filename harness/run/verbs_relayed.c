/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proxy is held to: what crossed before it, compared with what crossed behind it. */
#include "run/verbs.h"

#include "run/proxy_context.h"
#include "run/server_context.h"
#include "server/server.h"

/* What a rule came to: NULL, or what is wrong, in the arena or static. */
struct relaying {
    struct context *s;
    struct server_context *c;
    struct server_client *client; /* that the step is about */
    const char *problem;
};

/* ---- each stanza, once, unchanged, in its order */

struct evening {
    const struct proxy_context *proxy;
    enum proxy_way way;
};

static bool is_even(const void *about)
{
    const struct evening *e = about;
    return proxy_context_is_even(e->proxy, e->way);
}

static enum status compare(struct relaying *r, enum proxy_way way)
{
    const struct evening e = {r->c->proxy, way};
    bool was_even, is_told;
    enum status st = server_context_until(r->c, is_even, &e, r->c->timeout_ms, &was_even);
    if (!st) /* what comes twice comes later */
        st = server_context_until(r->c, NULL, NULL, SERVER_CONTEXT_GONE_MS, &is_told);
    if (!st && was_even) /* what was sent meanwhile is on its way */
        st = server_context_until(r->c, is_even, &e, r->c->timeout_ms, &is_told);
    if (!st)
        r->problem = proxy_context_compare(r->c->proxy, way);
    return st;
}

static enum status look_up(struct relaying *r) { return compare(r, PROXY_UP); }
static enum status look_down(struct relaying *r) { return compare(r, PROXY_DOWN); }

/* ---- connections */

/* Of bob's account there are two clients. */
static bool is_signed_in(const struct server_context *c, uint64_t account)
{
    for (size_t i = 0; i < N_SERVER_SIDE; i++)
        if (c->clients[i].account == account && c->clients[i].fd >= 0 && c->clients[i].is_let_in)
            return true;
    return false;
}

/* Whose connection is missing, or too much; NULL: nobody's. */
static const struct target_user *first_odd(const struct server_context *c, bool *out_is_missing)
{
    for (size_t i = 0; i < COUNT_OF(c->users); i++) {
        bool is_here = is_signed_in(c, c->users[i].account);
        *out_is_missing = is_here;
        if (is_here != (proxy_context_connection(c->proxy, c->users[i].account) != NULL))
            return &c->users[i];
    }
    return NULL;
}

static size_t n_signed_in(const struct server_context *c)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(c->users); i++)
        n += is_signed_in(c, c->users[i].account);
    return n;
}

static bool has_each_one(const void *about)
{
    const struct server_context *c = about;
    bool is_missing;
    return !first_odd(c, &is_missing) && proxy_context_open_connections(c->proxy) == n_signed_in(c);
}

static enum status look_at_connections(struct relaying *r)
{
    bool holds, is_missing = false;
    enum status st = server_context_until(r->c, has_each_one, r->c, r->c->timeout_ms, &holds);
    const struct target_user *odd = first_odd(r->c, &is_missing);
    if (st || holds)
        return st;
    const char *text =
        odd ? arena_printf(r->s->arena,
                           is_missing ? "%s is signed in and has no connection at the gatekeeper"
                                      : "%s has gone and has a connection at the gatekeeper",
                           odd->address.name)
            : arena_printf(r->s->arena,
                           "%zu clients are signed in, and the gatekeeper has %zu connections",
                           n_signed_in(r->c), proxy_context_open_connections(r->c->proxy));
    r->problem = text ? text : "there are others than there should be";
    return OK;
}

static enum status look_at_tokens(struct relaying *r)
{
    r->problem = proxy_context_bad_token(r->c->proxy);
    return OK;
}

static enum status look_at_keys(struct relaying *r)
{
    r->problem = proxy_context_repeated_key(r->c->proxy);
    return OK;
}

static enum status look_for_secrets(struct relaying *r)
{
    const struct proxy_context *p = r->c->proxy;
    r->problem = p->in_clear.found ? p->in_clear.found : p->in_stanzas.found;
    return OK;
}

static bool is_over(const void *about) { return ((const struct server_client *)about)->is_over; }

static enum status end_connection(struct relaying *r)
{
    struct server_connection *c = proxy_context_connection(r->c->proxy, r->client->account);
    bool is_told;
    if (!c) {
        r->problem = "the client has no connection at the gatekeeper";
        return OK;
    }
    server_connection_hang_up(c, SERVER_CLOSES);
    enum status st = server_context_until(r->c, is_over, r->client, r->c->timeout_ms, &is_told);
    if (!st && !r->client->is_over)
        r->problem = "the client's connection stays, and leads nowhere";
    return st;
}

/* ---- <relayed> */

enum status verb_relayed(struct context *s, const struct op *op, struct step_result *out)
{
    static enum status (*const rules[N_RELAY_RULE])(struct relaying *) = {
        [RELAY_UP] = look_up,
        [RELAY_DOWN] = look_down,
        [RELAY_CONNECTIONS] = look_at_connections,
        [RELAY_TOKENS] = look_at_tokens,
        [RELAY_KEYS] = look_at_keys,
        [RELAY_SECRETS] = look_for_secrets,
        [RELAY_ENDS] = end_connection,
    };
    struct server_context *c = s->server;
    struct relaying r = {.s = s, .c = c, .client = verb_client(s, op)};
    enum status st = rules[op_number(op, ATTR_RULE, RELAY_UP)](&r);
    if (st)
        return st;
    out->field = op_text(op, ATTR_RULE);
    verb_take_relation(!r.problem, out);
    out->detail = r.problem ? r.problem : "";
    s->accepted += !r.problem;
    return OK;
}
