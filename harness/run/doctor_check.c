/* One check of the doctor's, and those that need nothing of the protocol. */
#include "run/doctor_internal.h"

#include "run/surface.h"

#include <string.h>

/* What a check is called: on the client surface it goes through the gatekeeper. */
static const char *name_on(enum surface surface, const char *operation)
{
    static const struct {
        const char *library, *client;
    } names[] = {
        {"CreateParty", "CreateClient"},
        {"GetBundle", "Connect, upload"},
        {"Open", "shown"},
        {"Open, forged", "forged, not shown"},
        {"Seal", "SendContent"},
        {"StartSession", "Prepare, fetch"},
        {"GetBundle, rotated", "RotatePreKey"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (surface == SURFACE_CLIENT && strcmp(names[i].library, operation) == 0)
            return names[i].client;
    return operation;
}

struct doctor_check *doctor_begin(struct examination *e, const char *operation,
                                  bool is_precondition)
{
    struct doctor_check *c = &e->report->checks[e->report->count++];
    *c = (struct doctor_check){.operation = name_on(e->where.surface->surface, operation),
                               .result = DOCTOR_SKIPPED,
                               .is_precondition = is_precondition,
                               .text = "",
                               .requirement = "",
                               .help = ""};
    return c;
}

void doctor_pass(struct doctor_check *c, const char *text)
{
    c->result = DOCTOR_OK;
    c->text = text;
}

bool doctor_is_claimed(struct examination *e, const char *capability)
{
    const char *name = arena_printf(e->arena, "%s%s", e->where.surface->claimed_under, capability);
    if (!name || !target_profile_has(e->profile, name))
        return false;
    if (e->n_walked < DRIVER_CAPABILITIES_MAX)
        e->walked[e->n_walked++] = name;
    return true;
}

void doctor_fail_text(struct examination *e, struct doctor_check *c, const char *help,
                      const char *text)
{
    c->result = DOCTOR_FAILED;
    c->text = text ? text : "it does not hold";
    c->help = e->where.surface->surface == SURFACE_CLIENT ? "#the-client-surface" : help;
    e->report->n_failed++;
    e->report->n_failed_preconditions += c->is_precondition;
}

void doctor_fail(struct examination *e, struct doctor_check *c, const char *help, const char *what,
                 const struct step_result *r)
{
    const char *text =
        arena_printf(e->arena, "%s: %s%s%s", what, seen_text(r->seen),
                     r->detail && r->detail[0] ? ", " : "", r->detail ? r->detail : "");
    doctor_fail_text(e, c, help, text ? text : what);
}

enum status doctor_unknown_operation(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "unknown operation", true);
    struct answer answer;
    enum status st = driver_unknown_operation(e->driver, e->arena, &answer);
    if (st)
        return st;
    struct step_result r = {.seen = answer.seen, .detail = answer.detail};
    if (answer.seen == SEEN_UNSUPPORTED)
        doctor_pass(c, "answered unsupported");
    else
        doctor_fail(e, c, "#unknown", "an operation nobody knows must come back Unsupported", &r);
    return OK;
}

enum status doctor_ping(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Ping", false);
    struct answer answer;
    enum status st = driver_ping(e->driver, e->arena, &answer);
    if (st)
        return st;
    struct step_result r = {.seen = answer.seen, .detail = answer.detail};
    if (answer.seen == SEEN_DONE)
        doctor_pass(c, "alive");
    else
        doctor_fail(e, c, "#ping", "Ping must be answered with Done", &r);
    return OK;
}
