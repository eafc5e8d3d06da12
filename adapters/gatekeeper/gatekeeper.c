/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gatekeeper.h"

#include "enlistment.h"
#include "gatekeeper_flaws.h"
#include "server_target.h"

#include "base/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUND_MS 60000u
#define ROOTS_MAX 65536u
#define PUSH_ROUND_MS 50u /* where pushes may be due */
#define LATE_ROUND_MS 5u  /* where messages may be due */

struct gatekeeper {
    const struct gatekeeper_rules *rules; /* kept */
    struct server_target target;
    struct enlistment enlistment;
    struct buffer provider_roots;
    char enlist_url[64];
};

/* ---- the process that serves */

static bool has_push(const struct gatekeeper *g) { return g->provider_roots.len > 0; }

static uint64_t round_ms(const struct gatekeeper *g)
{
    return g->rules->server.repeats_late ? LATE_ROUND_MS : has_push(g) ? PUSH_ROUND_MS : ROUND_MS;
}

struct work {
    struct gatekeeper *gatekeeper;
    struct server *server;
    int says[2]; /* a pipe, to which it writes where its users are enlisted */
};

static void serve_for_ever(void *context, struct listener *listener)
{
    const struct work *w = context;
    struct gatekeeper *g = w->gatekeeper;
    struct clock clock = clock_monotonic();
    enum status st = E_TIMEOUT;
    if (has_push(g) && enlistment_start(&g->enlistment))
        return;
    if (write(w->says[1], g->enlistment.url, sizeof(g->enlistment.url)) !=
        (ssize_t)sizeof(g->enlistment.url))
        return;
    close(w->says[0]);
    close(w->says[1]);
    while (st == E_TIMEOUT) {
        st = listener_run(listener, NULL, NULL, clock_now_ms(clock) + round_ms(g));
        server_repeat_late(w->server, clock_now_ms(clock));
        if (has_push(g))
            enlistment_push(&g->enlistment, w->server);
    }
}

/* What the process says once it serves. */
static enum status read_url(struct gatekeeper *g, int from)
{
    ssize_t n = read(from, g->enlist_url, sizeof(g->enlist_url));
    bool is_whole = n == (ssize_t)sizeof(g->enlist_url) && memchr(g->enlist_url, 0, (size_t)n);
    return is_whole ? OK : E_IO;
}

static enum status start_process(struct gatekeeper *g, struct server *server, uint16_t *out_port)
{
    struct work work = {.gatekeeper = g, .server = server};
    if (pipe2(work.says, O_CLOEXEC))
        return E_IO;
    enum status st = server_target_start(&g->target, server, serve_for_ever, &work, out_port);
    close(work.says[1]);
    if (!st)
        st = read_url(g, work.says[0]);
    close(work.says[0]);
    return st;
}

/* ---- what it is told */

/* Whose pushes may trust whom; without roots nobody is pushed, and nothing listens for it. */
static enum status take_roots(struct gatekeeper *g, const char *roots)
{
    buffer_clear(&g->provider_roots);
    memset(g->enlistment.url, 0, sizeof(g->enlistment.url));
    enum status st = buffer_append_text(&g->provider_roots, roots);
    if (st || !has_push(g))
        return st;
    g->enlistment.rules = &g->rules->enlistment;
    g->enlistment.random = &g->target.random;
    g->enlistment.provider_roots = buffer_text(&g->provider_roots);
    return enlistment_init(&g->enlistment, &g->target.admission);
}

static int open_server(void *state, const Assay__Target__V1__OpenServer *how,
                       Assay__Target__V1__ServerOpened *out)
{
    struct gatekeeper *g = state;
    struct server *server = NULL;
    uint16_t port = 0;
    const struct server_options options = {.policy = {true, true, true, true, true, true},
                                           .rules = g->rules->server,
                                           .reaches = enlistment_reaches,
                                           .reaches_context = &g->enlistment};
    enum status st = server_target_take(&g->target, how, &g->rules->admission);
    if (!st)
        st = server_target_server(&g->target, options, &server);
    if (!st)
        st = take_roots(g, how->roots);
    if (!st)
        st = start_process(g, server, &port);
    if (!st) {
        server_target_say(&g->target, server, port, out);
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
    server_target_fini(&g->target);
    buffer_fini(&g->provider_roots);
    enlistment_fini(&g->enlistment);
    free(g);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct gatekeeper *g = state;
    server_target_reset(&g->target, seed, "gatekeeper");
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
