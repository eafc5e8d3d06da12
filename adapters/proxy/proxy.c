/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy.h"

#include "proxy_flaws.h"
#include "relay.h"
#include "server_target.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_MS 1000

struct proxy {
    const struct proxy_rules *rules; /* kept */
    struct server_target target;
    struct token_key *key; /* of the tokens to the gatekeeper */
    struct buffer key_set;
    struct relay_place place;
    struct relay relays[ADMISSION_USERS_MAX];
};

/* ---- the process that serves */

static struct relay *relay_of(struct proxy *p, uint64_t account)
{
    for (size_t i = 0; i < p->target.admission.n_users; i++)
        if (p->relays[i].account == account)
            return &p->relays[i];
    return NULL;
}

static void happened(void *context, const struct server_event *e)
{
    struct proxy *p = context;
    struct relay *r = relay_of(p, server_connection_account(e->connection));
    if (r && e->what == SERVER_AUTHENTICATED)
        relay_begin(r, e->connection);
    else if (r && e->what == SERVER_STANZA && r->client == e->connection)
        relay_up(r, e->document);
}

static enum status make_relays(struct proxy *p)
{
    enum status st = OK;
    for (size_t i = 0; !st && i < p->target.admission.n_users; i++) {
        const struct admitted_user *u = &p->target.admission.users[i];
        const struct admitted_user *there =
            p->rules->relay.merges_users ? &p->target.admission.users[0] : u;
        p->relays[i] = (struct relay){.place = &p->place,
                                      .account = u->account,
                                      .account_there = there->account,
                                      .user = there->user,
                                      .name = u->name};
        st = random_fork(&p->target.random, u->user, &p->relays[i].random);
        if (!st)
            st = relay_init(&p->relays[i]);
    }
    return st;
}

static enum status one_round(struct proxy *p, struct listener *listener)
{
    struct pollfd fds[ADMISSION_USERS_MAX + 1];
    size_t n = p->target.admission.n_users;
    for (size_t i = 0; i < n; i++) {
        relay_look(&p->relays[i], &fds[i].events);
        fds[i].fd = p->relays[i].fd;
        fds[i].revents = 0;
    }
    fds[n] = (struct pollfd){.fd = listener_fd(listener), .events = POLLIN};
    if (clock_poll(p->place.clock, fds, n + 1, ROUND_MS) < 0 && errno != EINTR)
        return E_IO;
    for (size_t i = 0; i < n; i++)
        relay_ready(&p->relays[i], fds[i].revents);
    enum status st = listener_run(listener, NULL, NULL, clock_now_ms(p->place.clock));
    return st == E_TIMEOUT ? OK : st;
}

static void serve_for_ever(void *context, struct listener *listener)
{
    struct proxy *p = context;
    enum status st = make_relays(p);
    while (!st)
        st = one_round(p, listener);
}

/* ---- what it is told */

static enum status take_gatekeeper(struct proxy *p, const Assay__Target__V1__Gatekeeper *g)
{
    struct relay_gatekeeper *to = &p->place.gatekeeper;
    if (!g)
        return E_INPUT;
    bool has_root = g->root_key.len == sizeof(to->root);
    if (!server_target_copy(to->host, sizeof(to->host), g->host) || g->port == 0 ||
        g->port > UINT16_MAX || (!has_root && p->target.profile.certificate_chain))
        return E_INPUT;
    snprintf(to->port, sizeof(to->port), "%u", (unsigned)g->port);
    if (has_root)
        memcpy(to->root, g->root_key.data, sizeof(to->root));
    p->place.rules = p->rules;
    p->place.profile = &p->target.profile;
    p->place.issuer = p->target.admission.issuer;
    p->place.audience = p->target.admission.audience;
    return OK;
}

/* The provider's key for what it says to the gatekeeper is another one than its clients'. */
static enum status make_key(struct proxy *p)
{
    uint8_t seed[32];
    token_key_free(p->key);
    p->key = NULL;
    enum status st = random_fill(&p->target.random, seed, sizeof(seed));
    if (!st)
        st = token_key_new(TOKEN_EDDSA, bytes_of(seed, sizeof(seed)), "proxy-1", &p->key);
    buffer_clear(&p->key_set);
    p->place.key = p->key;
    return st ? st : token_key_set(&p->key, 1, false, &p->key_set);
}

static int open_server(void *state, const Assay__Target__V1__OpenServer *how,
                       Assay__Target__V1__ServerOpened *out)
{
    struct proxy *p = state;
    struct server *server = NULL;
    uint16_t port = 0;
    const struct server_options options = {.observer = {.happened = happened, .context = p},
                                           .only_tells = true};
    enum status st = server_target_take(&p->target, how, &p->rules->admission);
    if (!st)
        st = take_gatekeeper(p, how->gatekeeper);
    if (!st)
        st = make_key(p);
    if (!st)
        st = server_target_server(&p->target, options, &server);
    p->place.server = server;
    p->place.clock = clock_monotonic();
    if (!st)
        st = server_target_start(&p->target, server, serve_for_ever, p, &port);
    if (!st) {
        server_target_say(&p->target, server, port, out);
        out->key_set = (char *)(uintptr_t)buffer_text(&p->key_set);
    }
    server_free(server);
    return st ? 1 : 0;
}

/* ---- the adapter */

static void *open_state(const void *configuration)
{
    struct proxy *p = calloc(1, sizeof(*p));
    if (p) {
        p->rules = configuration;
        buffer_init(&p->key_set, KEY_SET_MAX);
    }
    return p;
}

static void close_state(void *state)
{
    struct proxy *p = state;
    server_target_fini(&p->target);
    buffer_fini(&p->key_set);
    token_key_free(p->key);
    free(p);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct proxy *p = state;
    server_target_reset(&p->target, seed, "proxy");
}

static bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    (void)code;
    *out_reason = ASSAY__TARGET__V1__REASON__REASON_UNSPECIFIED;
    *out_text = "the proxy could not be started with these users, keys, gatekeeper and constants";
    return false;
}

const struct implementation *proxy_implementation(void)
{
    static const char *const capabilities[] = {NULL};
    static const struct server_implementation server = {.is_proxy = true,
                                                        .open_server = open_server};
    static const struct implementation implementation = {.program = "assay-proxy",
                                                         .name = "assay's proxy",
                                                         .version = "1",
                                                         .adapter_version = "1",
                                                         .protocol = "signal-v3",
                                                         .capabilities = capabilities,
                                                         .open = open_state,
                                                         .close = close_state,
                                                         .reset = reset,
                                                         .server = &server,
                                                         .reason_of = reason_of};
    return &implementation;
}
