/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/surface.h"

#include "run/server_context.h"
#include "scenario/capability.h"

static enum status begin(struct context *s, const struct context_options *options)
{
    return server_context_open_proxy(s, options, &s->server);
}

static void end(struct context *s) { server_context_close(s->server); }

/* The target's party is its proxy: it is told of the users, and where the gatekeeper is. */
static enum status create(struct context *s, struct case_party *a, struct answer *out)
{
    (void)a;
    return server_context_find(s->server, out);
}

/* <relayed rule="secrets"> looks, and speaks for the requirement. */
static void look_for_leak(const struct context *s, const struct op *op, struct step_result *out)
{
    (void)s;
    (void)op;
    (void)out;
}

const struct surface_acts surface_proxy = {
    .surface = SURFACE_PROXY,
    .claimed_under = CAPABILITY_OF_PROXY,
    .not_offered = "the target is no proxy: it does not offer the surface proxy",
    .not_asked_for = "it needs a proxy, and only the library surface was asked for",
    .preparation = "Reset, OpenServer",
    .shows_text = true,
    .begin = begin,
    .end = end,
    .create = create,
    .publish = surface_no_publish,
    .start = surface_no_start,
    .seal = surface_no_seal,
    .open = surface_no_open,
    .restore = surface_no_restore,
    .make_content = surface_no_content,
    .pack = surface_no_pack,
    .is_what_was_sealed = surface_no_comparison,
    .look_for_leak = look_for_leak,
};
