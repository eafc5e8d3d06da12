/* SPDX-License-Identifier: GPL-3.0-or-later */
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
    for (size_t i = 0; i < COUNT_OF(names); i++)
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

static void fail(struct examination *e, struct doctor_check *c, const char *help, const char *what,
                 const struct step_result *r)
{
    const char *text =
        arena_printf(e->arena, "%s: %s%s%s", what, seen_text(r->seen),
                     r->detail && r->detail[0] ? ", " : "", r->detail ? r->detail : "");
    doctor_fail_text(e, c, help, text ? text : what);
}

/* What must be, where neither the act nor the row says it. */
static const char *claim_of(struct examination *e, const struct check *row)
{
    const char *text = arena_printf(e->arena, "it claims %s", row->capability);
    return text ? text : "it is claimed";
}

static enum status make(struct examination *e, const struct check *row, struct doctor_check *c)
{
    struct step_result r = {.detail = ""};
    e->holds = e->fails = e->help = e->requirement = NULL;
    enum status st = row->act(e, &r);
    if (st)
        return st;
    bool holds = !e->fails && r.seen == row->wanted;
    if (row->traits & CHECK_IS_SESSION)
        e->is_session_up = holds;
    if (holds)
        doctor_pass(c, e->holds ? e->holds : row->holds);
    else
        fail(e, c, e->help ? e->help : row->help,
             e->fails     ? e->fails
             : row->fails ? row->fails
                          : claim_of(e, row),
             &r);
    if (e->requirement)
        c->requirement = e->requirement;
    return OK;
}

enum status doctor_make(struct examination *e, const struct check *row)
{
    bool is_claim = row->traits & CHECK_CLAIM;
    if (is_claim && !e->is_session_up)
        return OK;
    if ((row->traits & CHECK_NEEDS_IDENTITY) && !e->peer_identity.len)
        return OK;
    bool is_claimed = !row->capability || doctor_is_claimed(e, row->capability);
    if (is_claim && !is_claimed)
        return OK;
    struct doctor_check *c = doctor_begin(e, row->operation, row->traits & CHECK_PRECONDITION);
    if ((row->traits & CHECK_NEEDS_SESSION) && !e->is_session_up)
        c->text = "skipped, no session";
    else if (!is_claimed)
        c->text = row->not_claimed;
    else
        return make(e, row, c);
    return OK;
}

enum status doctor_take(struct step_result *out, enum status st, const struct answer *a)
{
    if (!st)
        *out = (struct step_result){.seen = a->seen, .detail = a->detail};
    return st;
}

/* ---- acts of any target's */

enum status doctor_unknown_operation(struct examination *e, struct step_result *out)
{
    struct answer a;
    return doctor_take(out, driver_unknown_operation(e->driver, e->arena, &a), &a);
}

enum status doctor_ping(struct examination *e, struct step_result *out)
{
    struct answer a;
    return doctor_take(out, driver_ping(e->driver, e->arena, &a), &a);
}
