/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gatekeeper.h"

#include "enlistment.h"
#include "gatekeeper_flaws.h"

#include "base/clock.h"
#include "base/random.h"
#include "driver/listener.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUND_MS 60000u
#define ROOTS_MAX 65536u
#define PUSH_ROUND_MS 50u /* where pushes may be due */
#define LATE_ROUND_MS 5u  /* where messages may be due */

struct gatekeeper {
    const struct gatekeeper_rules *rules; /* kept */
    struct random random;
    struct wire_profile profile;
    struct admission admission;
    struct enlistment enlistment;
    struct buffer provider_roots;
    char enlist_url[64];
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

static bool has_push(const struct gatekeeper *g) { return g->provider_roots.len > 0; }

static uint64_t round_ms(const struct gatekeeper *g)
{
    return g->rules->server.repeats_late ? LATE_ROUND_MS : has_push(g) ? PUSH_ROUND_MS : ROUND_MS;
}

/* It ends with the process that it was made by, or when it is told to. Where its users are enlisted
 * is written to |says|. */
static void serve_for_ever(struct gatekeeper *g, struct server *server, struct listener *listener,
                           pid_t parent, int says)
{
    struct clock clock = clock_monotonic();
    enum status st = E_TIMEOUT;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
        _exit(1);
    if (has_push(g) && enlistment_start(&g->enlistment))
        _exit(1);
    if (write(says, g->enlistment.url, sizeof(g->enlistment.url)) !=
        (ssize_t)sizeof(g->enlistment.url))
        _exit(1);
    close(says);
    while (st == E_TIMEOUT) {
        st = listener_run(listener, NULL, NULL, clock_now_ms(clock) + round_ms(g));
        server_repeat_late(server, clock_now_ms(clock));
        if (has_push(g))
            enlistment_push(&g->enlistment, server);
    }
    _exit(1);
}

/* What the process says once it serves. */
static enum status read_url(struct gatekeeper *g, int from)
{
    ssize_t n = read(from, g->enlist_url, sizeof(g->enlist_url));
    bool is_whole = n == (ssize_t)sizeof(g->enlist_url) && memchr(g->enlist_url, 0, (size_t)n);
    return is_whole ? OK : E_IO;
}

static enum status fork_process(struct gatekeeper *g, struct server *server,
                                struct listener *listener)
{
    int ends[2];
    pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC))
        return E_IO;
    g->process = fork();
    if (g->process == 0) {
        close(ends[0]);
        serve_for_ever(g, server, listener, parent, ends[1]);
    }
    close(ends[1]);
    enum status st = g->process > 0 ? read_url(g, ends[0]) : E_IO;
    close(ends[0]);
    return st;
}

static enum status start_process(struct gatekeeper *g, struct server *server, uint16_t *out_port)
{
    struct listener *listener;
    const struct listener_options options = {.server = server, .clock = clock_monotonic()};
    enum status st = listener_open(&options, &listener);
    if (st)
        return st;
    *out_port = listener_port(listener);
    st = fork_process(g, server, listener);
    listener_close(listener);
    return st;
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

/* Whose pushes may trust whom; without roots nobody is pushed, and nothing listens for it. */
static enum status take_roots(struct gatekeeper *g, const char *roots)
{
    buffer_clear(&g->provider_roots);
    memset(g->enlistment.url, 0, sizeof(g->enlistment.url));
    enum status st = buffer_append_text(&g->provider_roots, roots);
    if (st || !has_push(g))
        return st;
    g->enlistment.rules = &g->rules->enlistment;
    g->enlistment.random = &g->random;
    g->enlistment.provider_roots = buffer_text(&g->provider_roots);
    return enlistment_init(&g->enlistment, &g->admission);
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
                                           .reaches = enlistment_reaches,
                                           .reaches_context = &g->enlistment,
                                           .admits = admission_admits,
                                           .admits_context = &g->admission};
    enum status st = take_provider(g, how);
    if (!st)
        st = server_new(&options, &server);
    if (!st)
        st = take_users(g, how, server);
    if (!st)
        st = take_roots(g, how->roots);
    if (!st)
        st = start_process(g, server, &port);
    if (!st) {
        memcpy(g->root, server_root(server).data, sizeof(g->root));
        out->host = (char *)(uintptr_t) "127.0.0.1";
        out->port = port;
        out->root_key = (ProtobufCBinaryData){sizeof(g->root), g->root};
        out->enlist_url = g->enlist_url;
        if (has_push(g))
            out->roots = (char *)(uintptr_t)authority_root(g->enlistment.authority);
    }
    server_free(server);
    return st ? 1 : 0;
}

/* ---- the adapter */

static void *open_state(const void *configuration)
{
    struct gatekeeper *g = calloc(1, sizeof(*g));
    if (g) {
        g->rules = configuration;
        buffer_init(&g->provider_roots, ROOTS_MAX);
    }
    return g;
}

static void close_state(void *state)
{
    struct gatekeeper *g = state;
    end_process(g);
    buffer_fini(&g->admission.key_set);
    buffer_fini(&g->provider_roots);
    enlistment_fini(&g->enlistment);
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
    static const char *const capabilities[] = {"server/enlist", "server/push", NULL};
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
