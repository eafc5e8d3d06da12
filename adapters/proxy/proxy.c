/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy.h"

#include "proxy_flaws.h"
#include "relay.h"

#include "driver/listener.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUND_MS 1000

struct proxy {
    const struct proxy_rules *rules; /* kept */
    struct random random;
    struct wire_profile profile;
    struct admission admission;
    char names[ADMISSION_USERS_MAX][ADMISSION_TEXT_MAX]; /* of their addresses */
    struct token_key *key;                               /* of the tokens to the gatekeeper */
    struct buffer key_set;
    struct relay_place place;
    struct relay relays[ADMISSION_USERS_MAX];
    pid_t process; /* that serves; 0: none */
    uint8_t root[32];
};

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

/* ---- the process that serves */

static void end_process(struct proxy *p)
{
    if (p->process <= 0)
        return;
    kill(p->process, SIGKILL);
    waitpid(p->process, NULL, 0);
    p->process = 0;
}

static struct relay *relay_of(struct proxy *p, uint64_t account)
{
    for (size_t i = 0; i < p->admission.n_users; i++)
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
    for (size_t i = 0; !st && i < p->admission.n_users; i++) {
        const struct admitted_user *u = &p->admission.users[i];
        const struct admitted_user *there =
            p->rules->relay.merges_users ? &p->admission.users[0] : u;
        p->relays[i] = (struct relay){.place = &p->place,
                                      .account = u->account,
                                      .account_there = there->account,
                                      .user = there->user,
                                      .name = p->names[i]};
        st = random_fork(&p->random, u->user, &p->relays[i].random);
        if (!st)
            st = relay_init(&p->relays[i]);
    }
    return st;
}

static enum status one_round(struct proxy *p, struct listener *listener)
{
    struct pollfd fds[ADMISSION_USERS_MAX + 1];
    size_t n = p->admission.n_users;
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

/* It ends with the process that it was made by, or when it is told to. */
static void serve_for_ever(struct proxy *p, struct listener *listener, pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
        _exit(1);
    enum status st = make_relays(p);
    while (!st)
        st = one_round(p, listener);
    _exit(1);
}

static enum status start_process(struct proxy *p, struct server *server, uint16_t *out_port)
{
    struct listener *listener;
    p->place.clock = clock_monotonic();
    p->place.server = server;
    const struct listener_options options = {.server = server, .clock = p->place.clock};
    pid_t parent = getpid();
    enum status st = listener_open(&options, &listener);
    if (st)
        return st;
    *out_port = listener_port(listener);
    p->process = fork();
    if (p->process == 0)
        serve_for_ever(p, listener, parent);
    listener_close(listener);
    return p->process > 0 ? OK : E_IO;
}

/* ---- what it is told */

static bool copy(char *to, size_t max, const char *from)
{
    int n = snprintf(to, max, "%s", from);
    return n >= 0 && (size_t)n < max;
}

static enum status take_users(struct proxy *p, const Assay__Target__V1__OpenServer *how,
                              struct server *server)
{
    struct admission *a = &p->admission;
    enum status st = how->n_users <= ADMISSION_USERS_MAX ? OK : E_LIMIT;
    for (size_t i = 0; !st && i < how->n_users; i++) {
        const Assay__Target__V1__ServerUser *u = how->users[i];
        if (!u->address || !copy(a->users[i].user, ADMISSION_TEXT_MAX, u->user) ||
            !copy(p->names[i], ADMISSION_TEXT_MAX, u->address->name))
            return E_INPUT;
        a->users[i].account = u->account_id;
        a->n_users = i + 1;
        st = server_account_add(server, &(struct server_account){.id = u->account_id,
                                                                 .name = u->address->name,
                                                                 .device = u->address->device});
    }
    return st;
}

static enum status take_provider(struct proxy *p, const Assay__Target__V1__OpenServer *how)
{
    struct admission *a = &p->admission;
    buffer_fini(&a->key_set);
    memset(a, 0, sizeof(*a));
    a->rules = &p->rules->admission;
    a->profile = &p->profile;
    a->unix_now = unix_now;
    buffer_init(&a->key_set, KEY_SET_MAX);
    if (!copy(a->issuer, ADMISSION_TEXT_MAX, how->issuer) ||
        !copy(a->audience, ADMISSION_TEXT_MAX, how->audience))
        return E_INPUT;
    return buffer_append_text(&a->key_set, how->key_set);
}

/* Unknown names of constants are ignored. */
static void take_profile(struct proxy *p, const Assay__Target__V1__OpenServer *how)
{
    profile_defaults(&p->profile);
    for (size_t i = 0; i < how->n_constants; i++)
        if (profile_set(&p->profile, how->constants[i]->name, how->constants[i]->value))
            continue;
}

static enum status take_gatekeeper(struct proxy *p, const Assay__Target__V1__Gatekeeper *g)
{
    struct relay_gatekeeper *to = &p->place.gatekeeper;
    bool has_root = g->root_key.len == sizeof(to->root);
    if (!copy(to->host, sizeof(to->host), g->host) || g->port == 0 || g->port > UINT16_MAX ||
        (!has_root && p->profile.certificate_chain))
        return E_INPUT;
    snprintf(to->port, sizeof(to->port), "%u", (unsigned)g->port);
    if (has_root)
        memcpy(to->root, g->root_key.data, sizeof(to->root));
    p->place.rules = p->rules;
    p->place.profile = &p->profile;
    p->place.issuer = p->admission.issuer;
    p->place.audience = p->admission.audience;
    return OK;
}

/* The provider's key for what it says to the gatekeeper is another one than its clients'. */
static enum status make_key(struct proxy *p)
{
    uint8_t seed[32];
    token_key_free(p->key);
    p->key = NULL;
    enum status st = random_fill(&p->random, seed, sizeof(seed));
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
    end_process(p);
    if (!how->gatekeeper)
        return 1;
    take_profile(p, how);
    const struct server_options options = {.profile = &p->profile,
                                           .random = &p->random,
                                           .unix_now = unix_now,
                                           .observer = {.happened = happened, .context = p},
                                           .only_tells = true,
                                           .admits = admission_admits,
                                           .admits_context = &p->admission};
    enum status st = take_provider(p, how);
    if (!st)
        st = take_gatekeeper(p, how->gatekeeper);
    if (!st)
        st = make_key(p);
    if (!st)
        st = server_new(&options, &server);
    if (!st)
        st = take_users(p, how, server);
    if (!st)
        st = start_process(p, server, &port);
    if (!st) {
        memcpy(p->root, server_root(server).data, sizeof(p->root));
        out->host = (char *)(uintptr_t) "127.0.0.1";
        out->port = port;
        out->root_key = (ProtobufCBinaryData){sizeof(p->root), p->root};
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
    end_process(p);
    buffer_fini(&p->admission.key_set);
    buffer_fini(&p->key_set);
    token_key_free(p->key);
    free(p);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct proxy *p = state;
    end_process(p);
    if (random_init(&p->random, bytes_of(seed, 32), "proxy"))
        fputs("assay-proxy: no randomness from a seed\n", stderr);
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
