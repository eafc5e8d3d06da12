/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/proxy_context.h"

#include "base/crypto.h"
#include "driver/listener.h"
#include "run/server_context.h"
#include "server/server.h"
#include "wire/token.h"

#include <string.h>
#include <time.h>

#define FORM_MAX (32u * 1024u * 1024u)
#define PARSE_ARENA_MAX (16u * 1024u * 1024u)

/* ---- one stanza in a form in which equal ones are equal */

/* A part, and a byte that no XML can hold. */
static void put(struct buffer *out, const char *part)
{
    buffer_append_text(out, part);
    buffer_append_byte(out, 0);
}

/* In the order of their names, each of which is there once. */
static void put_attributes(struct buffer *out, const struct stanza *s)
{
    const char *last = "";
    for (size_t done = 0; done < s->n_attributes; done++) {
        const struct stanza_attribute *next = NULL;
        for (size_t i = 0; i < s->n_attributes; i++) {
            const struct stanza_attribute *a = &s->attributes[i];
            if (strcmp(a->name, last) > 0 && (!next || strcmp(a->name, next->name) < 0))
                next = a;
        }
        if (!next)
            return;
        put(out, next->name);
        put(out, next->value);
        last = next->name;
    }
}

static void put_stanza(struct buffer *out, const struct stanza *s)
{
    put(out, s->name);
    put(out, s->ns);
    put_attributes(out, s);
    put(out, "");
    put(out, s->text);
    for (size_t i = 0; i < s->n_children; i++)
        put_stanza(out, &s->children[i]);
    put(out, "");
}

/* Of one connection, and no business of the other side: how it begins and ends, and pings, which a
 * proxy may answer itself. A result without content answers a ping, or an upload, without which no
 * client is ready. */
static bool is_of_one_side(const struct proxy_context *p, const struct stanza *s)
{
    bool is_iq = stanza_is(s, "iq");
    return stanza_is(s, "success") || stanza_is(s, "failure") || stanza_is(s, "stream:error") ||
           (is_iq && strcmp(s->ns, p->profile->stanza_namespace_ping) == 0) ||
           (is_iq && stanza_has(s, "type", "result") && s->n_children == 0);
}

static struct proxy_user *user_of(struct proxy_context *p, uint64_t account)
{
    for (size_t i = 0; i < p->n_users; i++)
        if (p->users[i].is->account == account)
            return &p->users[i];
    return NULL;
}

/* Past PROXY_STANZAS_MAX nothing is kept: no case sends as many. */
void proxy_context_keep(struct proxy_context *p, uint64_t account, enum proxy_way way,
                        enum proxy_side side, const struct stanza *s)
{
    struct proxy_user *u = user_of(p, account);
    struct crossing *c = u ? &u->crossings[way][side] : NULL;
    struct buffer form;
    const char *id = stanza_get(s, "id");
    if (!c || is_of_one_side(p, s) || c->n == PROXY_STANZAS_MAX)
        return;
    buffer_init(&form, FORM_MAX);
    put_stanza(&form, s);
    struct crossed_stanza *kept = &c->stanzas[c->n];
    kept->what = arena_printf(p->context->arena, "<%.32s id=\"%.64s\">", s->name, id ? id : "");
    if (kept->what && buffer_status(&form) == OK &&
        crypto_sha256(buffer_bytes(&form), kept->digest) == OK)
        c->n++;
    buffer_fini(&form);
}

static void keep_document(struct proxy_context *p, uint64_t account, enum proxy_way way,
                          enum proxy_side side, struct bytes document)
{
    const struct stanza_limits limits = stanza_limits_of(p->profile);
    const struct stanza *s;
    struct arena arena;
    arena_init(&arena, PARSE_ARENA_MAX);
    if (stanza_parse(document, &limits, &arena, &s, NULL) == OK)
        proxy_context_keep(p, account, way, side, s);
    arena_fini(&arena);
}

void proxy_context_said(struct proxy_context *p, uint64_t account, struct bytes document)
{
    keep_document(p, account, PROXY_UP, PROXY_BEFORE, document);
}

void proxy_context_saw(struct proxy_context *p, uint64_t account, const struct stanza *stanza)
{
    proxy_context_keep(p, account, PROXY_DOWN, PROXY_BEFORE, stanza);
}

void proxy_context_bytes(struct proxy_context *p, struct bytes raw)
{
    canaries_look(&p->in_clear, "the bytes that it sent to clients", raw);
}

/* ---- what the gatekeeper sees */

static void saw_bytes(void *context, const struct server_connection *connection, bool from_client,
                      struct bytes raw)
{
    struct proxy_context *p = context;
    (void)connection;
    if (from_client)
        canaries_look(&p->in_clear, "the bytes that it sent to the gatekeeper", raw);
}

static void saw_document(void *context, const struct server_connection *connection,
                         bool from_client, struct bytes clear)
{
    struct proxy_context *p = context;
    if (from_client)
        canaries_look(&p->in_stanzas, "a stanza that it sent to the gatekeeper", clear);
    keep_document(p, server_connection_account(connection), from_client ? PROXY_UP : PROXY_DOWN,
                  PROXY_BEHIND, clear);
}

/* ---- whom it lets in */

/* Rules without which nobody is who they say they are. */
static bool is_of_identity(enum token_rule rule)
{
    return rule == TOKEN_FORM || rule == TOKEN_ALGORITHM || rule == TOKEN_KEY_ID ||
           rule == TOKEN_SIGNATURE || rule == TOKEN_SUBJECT;
}

/* The first rule that does not hold, 0 for none. */
static unsigned first_broken(const struct token_report *report, bool only_identity)
{
    for (unsigned rule = TOKEN_RULE_NONE + 1; rule < N_TOKEN_RULE; rule++)
        if (!report->rules[rule].holds && (!only_identity || is_of_identity((enum token_rule)rule)))
            return rule;
    return TOKEN_RULE_NONE;
}

static bool check(struct proxy_context *p, const struct server_introduction *i,
                  const struct proxy_user *u, const char *key_set, struct token_report *out)
{
    const struct token_expectation expected = {.issuer = p->issuer,
                                               .audience = p->profile->stanza_server,
                                               .subject = u->is->user,
                                               .now = (uint64_t)time(NULL),
                                               .static_key = i->static_key};
    return token_check(i->payload.token, bytes_of_text(key_set), p->profile, &expected,
                       p->context->arena, out) == OK &&
           !first_broken(out, true);
}

static const char *problem_of(const struct proxy_context *p, const struct token_report *report)
{
    unsigned rule = first_broken(report, false);
    if (rule)
        return report->rules[rule].detail;
    for (size_t i = 0; i < p->n_connections; i++)
        if (strcmp(p->connections[i].jti, report->jti) == 0)
            return "its token is that of a connection before";
    return NULL;
}

/* Is it the handshake of one of our clients, whose bytes the proxy passes on as they are? */
static bool is_handed_on(const struct proxy_context *p, struct bytes ephemeral)
{
    const struct server_context *c = p->context->server;
    for (size_t i = 0; c && i < N_SERVER_SIDE; i++)
        if (bytes_contains(buffer_bytes(&c->clients[i].made_by), ephemeral))
            return true;
    return false;
}

/* Whose token says who they are is let in; what else is wrong with it is for the case to say. A
 * client's own handshake is as at any gatekeeper: nobody but us looks at its token. */
static bool admits(void *context, const struct server_introduction *i)
{
    struct proxy_context *p = context;
    struct token_report report = {.jti = ""};
    const struct proxy_user *u = user_of(p, i->payload.account_id);
    bool has_own = p->own_keys && p->own_keys[0];
    if (!u || p->n_connections == PROXY_CONNECTIONS_MAX || i->ephemeral.len != 32 ||
        i->payload.token.len == 0 || i->payload.token.len > TOKEN_MAX)
        return false;
    if (!(has_own && check(p, i, u, p->own_keys, &report)) &&
        !check(p, i, u, p->client_keys, &report))
        return false;
    struct proxied_connection made = {
        .account = u->is->account, .jti = report.jti, .problem = problem_of(p, &report)};
    if (made.problem && is_handed_on(p, i->ephemeral))
        return false;
    memcpy(made.ephemeral, i->ephemeral.data, sizeof(made.ephemeral));
    p->connections[p->n_connections++] = made;
    return true;
}

/* ---- its life */

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

static enum status start(struct proxy_context *p, const struct context_options *options)
{
    const struct server_options how = {
        .profile = p->profile,
        .random = &p->random,
        .unix_now = unix_now,
        .observer = {.bytes = saw_bytes, .document = saw_document, .context = p},
        .policy = {true, true, true, true, true, true},
        .admits = admits,
        .admits_context = p};
    enum status st = random_fork(&p->context->random, "gatekeeper", &p->random);
    if (!st)
        st = server_new(&how, &p->server);
    const struct listener_options listening = {.server = p->server, .clock = options->clock};
    return st ? st : listener_open(&listening, &p->listener);
}

enum status proxy_context_open(struct context *s, const struct context_options *options,
                               const struct wire_profile *profile, const char *issuer,
                               struct proxy_context **out)
{
    struct proxy_context *p = arena_alloc(s->arena, sizeof(*p));
    *out = p;
    if (!p)
        return E_NOMEM;
    p->context = s;
    p->clock = options->clock;
    p->profile = profile;
    p->issuer = issuer;
    canaries_init(&p->in_clear, s->arena);
    canaries_init(&p->in_stanzas, s->arena);
    return start(p, options);
}

void proxy_context_close(struct proxy_context *p)
{
    if (!p)
        return;
    listener_close(p->listener);
    server_free(p->server);
    p->listener = NULL;
    p->server = NULL;
}

/* ---- its users */

static enum status make_crossings(struct proxy_context *p, struct proxy_user *u)
{
    for (unsigned way = 0; way < N_PROXY_WAY; way++)
        for (unsigned side = 0; side < N_PROXY_SIDE; side++) {
            struct crossing *c = &u->crossings[way][side];
            c->stanzas = arena_array(p->context->arena, PROXY_STANZAS_MAX, sizeof(*c->stanzas));
            if (!c->stanzas)
                return E_NOMEM;
        }
    return OK;
}

static enum status plant_user(struct proxy_context *p, const struct target_user *user)
{
    const char *address = stanza_address(p->context->arena, user->address.name,
                                         user->address.device, p->profile->stanza_user_domain);
    if (!address)
        return E_NOMEM;
    enum status st =
        canaries_plant(&p->in_clear, "a visible identifier", bytes_of_text(user->user));
    return st ? st : canaries_plant(&p->in_clear, "an address", bytes_of_text(address));
}

enum status proxy_context_expect(struct proxy_context *p, const struct target_user *users,
                                 size_t n_users, const char *client_keys)
{
    enum status st = n_users <= PROXY_USERS_MAX ? OK : E_LIMIT;
    p->client_keys = client_keys;
    for (size_t i = 0; !st && i < n_users; i++) {
        struct proxy_user *u = &p->users[p->n_users++];
        u->is = &users[i];
        st = make_crossings(p, u);
        if (!st)
            st = plant_user(p, &users[i]);
        if (!st)
            st = server_account_add(p->server,
                                    &(struct server_account){.id = users[i].account,
                                                             .name = users[i].address.name,
                                                             .device = users[i].address.device});
    }
    return st;
}

struct target_gatekeeper proxy_context_place(const struct proxy_context *p)
{
    return (struct target_gatekeeper){.host = "127.0.0.1",
                                      .port = listener_port(p->listener),
                                      .root = p->profile->certificate_chain ? server_root(p->server)
                                                                            : bytes_of(NULL, 0)};
}

enum status proxy_context_plant(struct proxy_context *p, const char *what, struct bytes secret)
{
    enum status st = canaries_plant(&p->in_clear, what, secret);
    return st ? st : canaries_plant(&p->in_stanzas, what, secret);
}

/* ---- moving bytes */

int proxy_context_fd(const struct proxy_context *p) { return listener_fd(p->listener); }

enum status proxy_context_run(struct proxy_context *p)
{
    enum status st = listener_run(p->listener, NULL, NULL, clock_now_ms(p->clock));
    return st == E_TIMEOUT ? OK : st;
}

struct server_connection *proxy_context_connection(const struct proxy_context *p, uint64_t account)
{
    return server_account_connection(p->server, account);
}

size_t proxy_context_open_connections(const struct proxy_context *p)
{
    return listener_open_connections(p->listener);
}

/* ---- comparing */

static enum proxy_side sending_side(enum proxy_way way)
{
    return way == PROXY_UP ? PROXY_BEFORE : PROXY_BEHIND;
}

static enum proxy_side receiving_side(enum proxy_way way)
{
    return way == PROXY_UP ? PROXY_BEHIND : PROXY_BEFORE;
}

bool proxy_context_is_even(const struct proxy_context *p, enum proxy_way way)
{
    for (size_t i = 0; i < p->n_users; i++)
        if (p->users[i].crossings[way][PROXY_BEFORE].n !=
            p->users[i].crossings[way][PROXY_BEHIND].n)
            return false;
    return true;
}

static const char *what_at(const struct crossing *c, size_t i)
{
    return i < c->n ? c->stanzas[i].what : "nothing";
}

static const char *compare_user(struct proxy_context *p, struct proxy_user *u, enum proxy_way way)
{
    const struct crossing *sent = &u->crossings[way][sending_side(way)],
                          *came = &u->crossings[way][receiving_side(way)];
    size_t i = u->n_compared[way], most = sent->n > came->n ? sent->n : came->n;
    u->n_compared[way] = most;
    while (i < sent->n && i < came->n &&
           memcmp(sent->stanzas[i].digest, came->stanzas[i].digest, 32) == 0)
        i++;
    if (i == most)
        return NULL;
    const char *text =
        arena_printf(p->context->arena, "of %s: %s sent %s, and %s came to %s", u->is->address.name,
                     way == PROXY_UP ? "the client" : "the gatekeeper", what_at(sent, i),
                     i < sent->n && i < came->n && strcmp(what_at(sent, i), what_at(came, i)) == 0
                         ? "another of that name"
                         : what_at(came, i),
                     way == PROXY_UP ? "the gatekeeper" : "the client");
    return text ? text : "there is a difference, and no memory to say it";
}

const char *proxy_context_compare(struct proxy_context *p, enum proxy_way way)
{
    const char *first = NULL;
    for (size_t i = 0; i < p->n_users; i++) {
        const char *difference = compare_user(p, &p->users[i], way);
        first = first ? first : difference;
    }
    return first;
}

const char *proxy_context_bad_token(const struct proxy_context *p)
{
    for (size_t i = 0; i < p->n_connections; i++)
        if (p->connections[i].problem)
            return p->connections[i].problem;
    return NULL;
}

const char *proxy_context_repeated_key(const struct proxy_context *p)
{
    for (size_t i = 0; i < p->n_connections; i++)
        for (size_t j = 0; j < i; j++)
            if (memcmp(p->connections[i].ephemeral, p->connections[j].ephemeral, 32) == 0)
                return "two connections have one ephemeral key";
    return NULL;
}
