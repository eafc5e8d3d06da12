/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The service surface, one operation at a time, the server and the proxy surface: each check is a
 * small case, done as in a run. */
#include "run/doctor_internal.h"

#include "run/case_run.h"
#include "run/surface.h"
#include "scenario/resolve.h"

#define STEPS_MAX 6u

struct walk {
    const char *operation, *holds, *capability; /* |capability| NULL: every service has it */
    struct step steps[STEPS_MAX];               /* VERB_NONE after the last */
};

#define ATTRIBUTES(...) ((const struct attribute[]){__VA_ARGS__})
#define STEP(verb, ...)                                                                            \
    {                                                                                              \
        verb, 0, ATTRIBUTES(__VA_ARGS__),                                                          \
            sizeof(ATTRIBUTES(__VA_ARGS__)) / sizeof(struct attribute)                             \
    }
#define STEP_ALONE(verb)                                                                           \
    {                                                                                              \
        verb, 0, NULL, 0                                                                           \
    }

static const struct walk walks[] = {
    {"Service",
     "media and keys stand where it says, under the roots it says",
     NULL,
     {STEP(VERB_REQUEST, {"rule", "trusted"}), STEP(VERB_REQUEST, {"rule", "keys-trusted"})}},
    {"Service, keys",
     "a sound key set, at once",
     NULL,
     {STEP(VERB_REQUEST, {"rule", "keys-served"})}},
    {"HostMedia",
     "its blob opens to what was asked for",
     NULL,
     {STEP(VERB_HOST, {"as", "m"}), STEP(VERB_REQUEST, {"of", "m"}, {"rule", "genuine"})}},
    {"TakeMedia", "it opened a medium of assay's", NULL, {STEP_ALONE(VERB_TAKE)}},
    {"TakeMedia, forged",
     "it refused one with a wrong MAC",
     NULL,
     {STEP(VERB_TAKE, {"medium", "mac"}, {"expect", "refuses"})}},
    {"MintToken",
     "its token verifies under the keys it serves",
     NULL,
     {STEP(VERB_MINT, {"as", "t"}), STEP(VERB_REQUEST, {"of", "t"}, {"rule", "token-signature"})}},
    {"ExpireMedia",
     "what is expired is gone",
     "expire",
     {STEP(VERB_HOST, {"as", "m"}), STEP(VERB_EXPIRE, {"of", "m"}),
      STEP(VERB_REQUEST, {"of", "m"}, {"rule", "gone"})}},
    {"RotateKeys",
     "a sound key set afterwards",
     "rotate-keys",
     {STEP_ALONE(VERB_ROTATE_KEYS), STEP(VERB_REQUEST, {"rule", "keys-served"})}},
    {"Enlist",
     "the gatekeeper was asked, with a sound proof",
     "enlist",
     {STEP_ALONE(VERB_ENLIST), STEP(VERB_REQUEST, {"rule", "proof"})}},
    {"Withdraw",
     "the gatekeeper was told",
     "enlist",
     {STEP_ALONE(VERB_ENLIST), STEP_ALONE(VERB_WITHDRAW),
      STEP(VERB_REQUEST, {"rule", "told-to-stop"})}},
    {"Pushes",
     "a push that came waited for its user",
     "push",
     {STEP_ALONE(VERB_ENLIST), STEP(VERB_NOTIFY, {"then", "takes"}), STEP_ALONE(VERB_DRAINED)}},
};

static const struct walk server_walks[] = {
    {"OpenServer", "an honest client was let in", NULL, {STEP_ALONE(VERB_SIGN_IN)}},
    {"OpenServer, forged",
     "a client that names an account nobody has was turned away",
     NULL,
     {STEP_ALONE(VERB_SIGN_IN),
      STEP(VERB_SIGN_IN, {"how", "unknown-account"}, {"then", "turns-away"})}},
    {"OpenServer, enlistment",
     "a user was enlisted with a sound proof, and not without one",
     "enlist",
     {STEP_ALONE(VERB_OPT_IN), STEP(VERB_OPT_IN, {"how", "no-proof"}, {"then", "refuses"})}},
    {"OpenServer, pushes",
     "a push came for a user for whom a message waits",
     "push",
     {STEP_ALONE(VERB_SIGN_IN), STEP_ALONE(VERB_OPT_IN), STEP_ALONE(VERB_SIGN_OUT),
      STEP(VERB_SIGN_IN, {"client", "bob"}), STEP(VERB_POST, {"client", "bob"}, {"to", "alice"}),
      STEP_ALONE(VERB_PUSHED)}},
};

static const struct walk proxy_walks[] = {
    {"OpenServer, in between",
     "an honest client was let in, and has a connection at the gatekeeper",
     NULL,
     {STEP_ALONE(VERB_SIGN_IN), STEP(VERB_RELAYED, {"rule", "connections"})}},
    {"OpenServer, in between, forged",
     "a client that names an account nobody has was turned away",
     NULL,
     {STEP_ALONE(VERB_SIGN_IN),
      STEP(VERB_SIGN_IN, {"how", "unknown-account"}, {"then", "turns-away"})}},
};

static size_t n_steps(const struct walk *w)
{
    size_t n = 0;
    while (n < STEPS_MAX && w->steps[n].verb)
        n++;
    return n;
}

/* Which step did not do as it must, and what was seen. */
static const char *why_not(struct examination *e, const struct case_result *result)
{
    const struct step_result *last = result->n_steps ? &result->steps[result->n_steps - 1] : NULL;
    if (!last)
        return result->why;
    return arena_printf(e->arena, "%s: %s", last->text, result->why);
}

static enum status make(struct examination *e, const struct walk *w, struct tape *tape)
{
    static const uint8_t seed[RANDOM_SEED_LEN] = {0xa5};
    bool is_service = e->where.surface->surface == SURFACE_SERVICE;
    struct doctor_check *c = doctor_begin(e, w->operation, !is_service && !w->capability);
    struct case_result result;
    struct op_list ops;
    if (w->capability && !doctor_is_claimed(e, w->capability)) {
        c->text = "not claimed";
        return OK;
    }
    const struct cipher *cipher =
        e->cipher ? e->cipher : ciphers[0]; /* of which nothing is asked */
    enum status st = resolve_steps(w->steps, n_steps(w), cipher, e->arena, &ops);
    if (st)
        return st;
    const struct case_run run = {.id = w->operation,
                                 .ops = &ops,
                                 .run_seed = bytes_of(seed, sizeof(seed)),
                                 .driver = e->driver,
                                 .cipher = cipher,
                                 .surface = e->where.surface->surface,
                                 .wire = e->where.profile,
                                 .timeout_ms = e->where.timeout_ms,
                                 .clock = e->where.clock,
                                 .case_ms = UINT64_MAX};
    case_run(&run, e->arena, tape, &result);
    if (result.verdict == VERDICT_PASS)
        doctor_pass(c, w->holds);
    else
        doctor_fail_text(e, c, is_service ? "#the-service-surface" : "#the-server-surface",
                         why_not(e, &result));
    return OK;
}

static enum status make_all(struct examination *e, enum surface surface, const struct walk *all,
                            size_t n)
{
    struct tape tape;
    enum status st = OK;
    tape_init(&tape);
    e->where.surface = surface_acts(surface);
    for (size_t i = 0; !st && i < n; i++)
        st = make(e, &all[i], &tape);
    tape_fini(&tape);
    return st;
}

enum status doctor_service(struct examination *e)
{
    return make_all(e, SURFACE_SERVICE, walks, COUNT_OF(walks));
}

enum status doctor_server(struct examination *e)
{
    return make_all(e, SURFACE_SERVER, server_walks, COUNT_OF(server_walks));
}

enum status doctor_proxy(struct examination *e)
{
    return make_all(e, SURFACE_PROXY, proxy_walks, COUNT_OF(proxy_walks));
}
