#include "run/surface.h"

#include "run/service_context.h"
#include "scenario/capability.h"

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

/* Where the step looks for it, the step's own requirement says that it must not be there. */
static void look_for_leak(const struct context *s, const struct op *op, struct step_result *out)
{
    (void)op;
    if (!s->service->canaries.found)
        return;
    out->seen = SEEN_LEAK;
    out->detail = s->service->canaries.found;
}

/* ---- what no verb of this surface does (scenario/verb.c) */

static enum status publish(struct context *s, struct case_party *by,
                           const struct publish_options *options, struct answer *out)
{
    (void)s, (void)by, (void)options, (void)out;
    return E_MISSING;
}

static enum status start(struct context *s, struct case_party *by, struct case_party *with,
                         const struct artifact *bundle, const struct word_use *fetch_mutation,
                         struct answer *out)
{
    (void)s, (void)by, (void)with, (void)bundle, (void)fetch_mutation, (void)out;
    return E_MISSING;
}

static enum status seal(struct context *s, struct case_party *by, struct artifact *made,
                        struct answer *out)
{
    (void)s, (void)by, (void)made, (void)out;
    return E_MISSING;
}

static enum status open(struct context *s, struct artifact *message, struct case_party *to,
                        struct case_party *from, struct answer *out)
{
    (void)s, (void)message, (void)to, (void)from, (void)out;
    return E_MISSING;
}

static enum status restore(struct context *s, struct case_party *copy,
                           const struct artifact *snapshot, struct answer *out)
{
    (void)s, (void)copy, (void)snapshot, (void)out;
    return E_MISSING;
}

static enum status make_content(struct context *s, const struct seal_what *what,
                                struct artifact *made)
{
    (void)s, (void)what, (void)made;
    return E_MISSING;
}

static enum status pack(struct context *s, const struct seal_what *what,
                        const struct artifact *made, struct bytes *out)
{
    (void)s, (void)what, (void)made, (void)out;
    return E_MISSING;
}

static bool is_what_was_sealed(const struct context *s, const struct artifact *message,
                               struct bytes opened, const char **out_violates)
{
    (void)s, (void)message, (void)opened, (void)out_violates;
    return false;
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
    .publish = publish,
    .start = start,
    .seal = seal,
    .open = open,
    .restore = restore,
    .make_content = make_content,
    .pack = pack,
    .is_what_was_sealed = is_what_was_sealed,
    .look_for_leak = look_for_leak,
};
