/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/surface.h"

#include "run/service_context.h"
#include "scenario/capability.h"

#include <string.h>

static enum status begin(struct context *s, const struct context_options *options)
{
    return service_context_open(s, options, &s->service);
}

static void end(struct context *s) { service_context_close(s->service); }

/* The target's party is its whole service: it is found, not made. */
static enum status create(struct context *s, struct case_party *a, struct answer *out)
{
    (void)a;
    return service_context_find(s->service, out);
}

/* A plaintext is nobody's to read there, whatever the step is about; of another secret the step's
 * own requirement says that it must not be there. */
static void look_for_leak(const struct context *s, const struct op *op, struct step_result *out)
{
    (void)op;
    if (!s->service->canaries.found)
        return;
    out->seen = SEEN_LEAK;
    out->detail = s->service->canaries.found;
    if (strcmp(s->service->canaries.found_what, SERVICE_SECRET_PLAINTEXT) == 0)
        out->violates = "PO-04";
}

const struct surface_acts surface_service = {
    .surface = SURFACE_SERVICE,
    .claimed_under = CAPABILITY_OF_SERVICE,
    .not_offered = "the target has no service over HTTP: it does not offer the surface service",
    .not_asked_for = "it needs a service over HTTP, and only the library surface was asked for",
    .preparation = "Reset, Service",
    .shows_text = true,
    .begin = begin,
    .end = end,
    .create = create,
    .look_for_leak = look_for_leak,
};
