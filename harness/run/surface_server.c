/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server surface, and the proxy surface, where the same clients dial the target and a
 * gatekeeper of the harness is behind it. No leak is looked for after each step: what clients send
 * to each other is encrypted, and <relayed rule="secrets"> looks itself.
 */
#include "run/surface.h"

#include "run/server_context.h"
#include "scenario/capability.h"

static enum status begin_server(struct context *s, const struct context_options *options)
{
    return server_context_open(s, options, &s->server);
}

static enum status begin_proxy(struct context *s, const struct context_options *options)
{
    return server_context_open_proxy(s, options, &s->server);
}

static void end(struct context *s) { server_context_close(s->server); }

/* The target's party is its server: it is told the users of the case and, as a proxy, where the
 * gatekeeper is. */
static enum status create(struct context *s, struct case_party *a, struct answer *out)
{
    (void)a;
    return server_context_find(s->server, out);
}

const struct surface_acts surface_server = {
    .surface = SURFACE_SERVER,
    .claimed_under = CAPABILITY_OF_SERVER,
    .not_offered = "the target is no gatekeeper's server: it does not offer the surface server",
    .not_asked_for = "it needs a gatekeeper's server, and only the library surface was asked for",
    .preparation = "Reset, OpenServer",
    .shows_text = true,
    .begin = begin_server,
    .end = end,
    .create = create,
};

const struct surface_acts surface_proxy = {
    .surface = SURFACE_PROXY,
    .claimed_under = CAPABILITY_OF_PROXY,
    .not_offered = "the target is no proxy: it does not offer the surface proxy",
    .not_asked_for = "it needs a proxy, and only the library surface was asked for",
    .preparation = "Reset, OpenServer",
    .shows_text = true,
    .begin = begin_proxy,
    .end = end,
    .create = create,
};
