/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gatekeeper.h"

#include "gatekeeper_flaws.h"

#include "base/clock.h"
#include "base/random.h"
#include "driver/listener.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUND_MS 60000u

struct gatekeeper {
    const struct gatekeeper_rules *rules; /* kept */
    struct random random;
    struct wire_profile profile;
    struct admission admission;
    pid_t process; /* that serves; 0: none */
    uint8_t root[32];
};

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

/* ---- the process that serves */

static void end_process(struct gatekeeper *g)
{
    if (g->process <= 0)
        return;
    kill(g->process, SIGKILL);
    waitpid(g->process, NULL, 0);
    g->process = 0;
}

/* It ends with the process that it was made by, or when it is told to. */
static void serve_for_ever(struct listener *listener, pid_t parent)
{
    struct clock clock = clock_monotonic();
    enum status st = E_TIMEOUT;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
        _exit(1);
    while (st == E_TIMEOUT)
        st = listener_run(listener, NULL, NULL, clock_now_ms(clock) + ROUND_MS);
    _exit(1);
}

static enum status start_process(struct gatekeeper *g, struct server *server, uint16_t *out_port)
{
    struct listener *listener;
    const struct listener_options options = {.server = server, .clock = clock_monotonic()};
    pid_t parent = getpid();
    enum status st = listener_open(&options, &listener);
    if (st)
        return st;
    *out_port = listener_port(listener);
    g->process = fork();
    if (g->process == 0)
        serve_for_ever(listener, parent);
    listener_close(listener);
    return g->process > 0 ? OK : E_IO;
}

/* ---- what it is told */

static bool copy(char to[ADMISSION_TEXT_MAX], const char *from)
{
    int n = snprintf(to, ADMISSION_TEXT_MAX, "%s", from);
    return n >= 0 && (size_t)n < ADMISSION_TEXT_MAX;
}

static enum status take_users(struct gatekeeper *g, const Assay__Target__V1__OpenServer *how,
                              struct server *server)
{
    struct admission *a = &g->admission;
    enum status st = how->n_users <= ADMISSION_USERS_MAX ? OK : E_LIMIT;
    for (size_t i = 0; !st && i < how->n_users; i++) {
        const Assay__Target__V1__ServerUser *u = how->users[i];
        if (!u->address || !copy(a->users[i].user, u->user))
            return E_INPUT;
        a->users[i].account = u->account_id;
        a->n_users = i + 1;
        st = server_account_add(server, &(struct server_account){.id = u->account_id,
                                                                 .name = u->address->name,
                                                                 .device = u->address->device});
    }
    return st;
}

static enum status take_provider(struct gatekeeper *g, const Assay__Target__V1__OpenServer *how)
{
    struct admission *a = &g->admission;
    buffer_fini(&a->key_set);
    memset(a, 0, sizeof(*a));
    a->rules = &g->rules->admission;
    a->profile = &g->profile;
    a->unix_now = unix_now;
    buffer_init(&a->key_set, KEY_SET_MAX);
    if (!copy(a->issuer, how->issuer) || !copy(a->audience, how->audience))
        return E_INPUT;
    return buffer_append_text(&a->key_set, how->key_set);
}

/* Unknown names of constants are ignored. */
static void take_profile(struct gatekeeper *g, const Assay__Target__V1__OpenServer *how)
{
    profile_defaults(&g->profile);
    for (size_t i = 0; i < how->n_constants; i++)
        if (profile_set(&g->profile, how->constants[i]->name, how->constants[i]->value))
            continue;
}

static int open_server(void *state, const Assay__Target__V1__OpenServer *how,
                       Assay__Target__V1__ServerOpened *out)
{
    struct gatekeeper *g = state;
    struct server *server = NULL;
    uint16_t port = 0;
    end_process(g);
    take_profile(g, how);
    const struct server_options options = {.profile = &g->profile,
                                           .random = &g->random,
                                           .unix_now = unix_now,
                                           .policy = {true, true, true, true, true, true},
                                           .rules = g->rules->server,
                                           .admits = admission_admits,
                                           .admits_context = &g->admission};
    enum status st = take_provider(g, how);
    if (!st)
        st = server_new(&options, &server);
    if (!st)
        st = take_users(g, how, server);
    if (!st)
        st = start_process(g, server, &port);
    if (!st) {
        memcpy(g->root, server_root(server).data, sizeof(g->root));
        out->host = (char *)(uintptr_t) "127.0.0.1";
        out->port = port;
        out->root_key = (ProtobufCBinaryData){sizeof(g->root), g->root};
    }
    server_free(server);
    return st ? 1 : 0;
}

/* ---- the adapter */

static void *open_state(const void *configuration)
{
    struct gatekeeper *g = calloc(1, sizeof(*g));
    if (g)
        g->rules = configuration;
    return g;
}

static void close_state(void *state)
{
    struct gatekeeper *g = state;
    end_process(g);
    buffer_fini(&g->admission.key_set);
    free(g);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct gatekeeper *g = state;
    end_process(g);
    if (random_init(&g->random, bytes_of(seed, 32), "gatekeeper"))
        fputs("assay-gatekeeper: no randomness from a seed\n", stderr);
}

static bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    (void)code;
    *out_reason = ASSAY__TARGET__V1__REASON__REASON_UNSPECIFIED;
    *out_text = "the server could not be started with these users, keys and constants";
    return false;
}

const struct implementation *gatekeeper_implementation(void)
{
    static const char *const capabilities[] = {NULL};
    static const struct server_implementation server = {.open_server = open_server};
    static const struct implementation implementation = {.program = "assay-gatekeeper",
                                                         .name = "assay's gatekeeper",
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
