/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes from a client to the gatekeeper, in pieces; and from a gatekeeper to assay's own
 * client. Neither falls, neither lets anybody in.
 */
#include "app/app.h"
#include "server/server.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t unix_now(void *context)
{
    (void)context;
    return 1700000000u;
}

static void happened(void *context, const struct server_event *e)
{
    (void)context;
    if (e->what == SERVER_AUTHENTICATED)
        __builtin_trap();
}

static void to_server(const struct wire_profile *p, struct random *random, struct bytes in,
                      size_t piece)
{
    struct server *g;
    struct server_connection *l;
    const struct server_options o = {.profile = p,
                                     .random = random,
                                     .unix_now = unix_now,
                                     .observer = {.happened = happened},
                                     .policy = {true, true, true, true, true, true}};
    if (server_new(&o, &g))
        return;
    if (server_connection_open(g, &l) == OK) {
        for (size_t at = 0; at < in.len; at += piece)
            if (server_connection_receive(l, bytes_slice(in, at, piece)) == E_NOMEM)
                break;
        server_connection_free(l);
    }
    server_free(g);
}

static void to_app(const struct wire_profile *p, struct random *random, struct bytes in,
                   size_t piece)
{
    struct app *c;
    const struct app_options o = {.self = {"me", 1}, .random = random, .unix_now = unix_now};
    const struct app_connect how = {
        .profile = p, .account_id = 1, .user = "u", .issuer = "i", .audience = "a"};
    if (app_new(&o, (struct app_observer){0}, &c))
        return;
    if (app_connect(c, &how, 1) == OK) {
        app_dialled(c, true, 1);
        for (size_t at = 0; at < in.len; at += piece)
            if (app_receive(c, bytes_slice(in, at, piece), 2))
                break;
        app_ended(c, 3);
    }
    app_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wire_profile p;
    struct random random;
    if (size < 2 || random_init(&random, bytes_of(data, 1), "fuzz"))
        return 0;
    profile_defaults(&p);
    if (data[0] & 1) {
        if (profile_set(&p, "frame.header", "57410603") || profile_set(&p, "frame.intro", "yes") ||
            profile_set(&p, "handshake.form", "fields"))
            __builtin_trap();
    }
    struct bytes in = bytes_of(data + 1, size - 1);
    size_t piece = (data[0] >> 1) + 1u;
    if (data[0] & 64)
        to_server(&p, &random, in, piece);
    else
        to_app(&p, &random, in, piece);
    return 0;
}
