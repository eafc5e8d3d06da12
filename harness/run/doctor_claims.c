/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the target says of itself, and whether what it claims answers. */
#include "run/doctor_internal.h"

#include "run/surface.h"
#include "scenario/capability.h"

#include <string.h>
#include <strings.h>

static const char nobody[] = "nobody-made-this-party";

/* ---- names */

/* One more sentence behind |so_far|; NULL when there is no memory. */
static const char *and_also(struct examination *e, const char *so_far, const char *sentence)
{
    if (!so_far || !sentence)
        return NULL;
    return *so_far ? arena_printf(e->arena, "%s; %s", so_far, sentence) : sentence;
}

static const char *meant(struct examination *e, const char *what, const char *name,
                         const char *prefix, const char *nearest)
{
    return arena_printf(e->arena, "the %s \"%.64s\" (did you mean \"%s%s\"?)", what, name, prefix,
                        nearest);
}

/* The surface's prefix that |claim| has, or "". */
static const char *prefix_of(const char *claim)
{
    static const char *const prefixes[] = {CAPABILITY_OF_CLIENT, CAPABILITY_OF_SERVICE};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (strncmp(claim, prefixes[i], strlen(prefixes[i])) == 0)
            return prefixes[i];
    return "";
}

static const char *without_prefix(const char *claim) { return claim + strlen(prefix_of(claim)); }

static size_t without_digits(const char *name)
{
    size_t len = strlen(name);
    while (len && strchr("0123456789", name[len - 1]))
        len--;
    return len;
}

/* A cipher's name nearly written, or its family alone: "signal" for "signal-v3". Another version of
 * it is no mistake. */
static const char *nearest_cipher(const char *name)
{
    for (size_t i = 0; ciphers[i]; i++) {
        size_t family = strcspn(ciphers[i]->name, "-"), len = without_digits(name);
        if (len == without_digits(ciphers[i]->name) && strncmp(name, ciphers[i]->name, len) == 0)
            continue;
        if (diag_nearest(name, &ciphers[i]->name, 1) ||
            (strlen(name) == family && strncasecmp(name, ciphers[i]->name, family) == 0))
            return ciphers[i]->name;
    }
    return NULL;
}

/* What of the target's names is nearly one of assay's; "" for nothing. */
static const char *nearly_named(struct examination *e)
{
    static const char *const surfaces[] = {SURFACE_NAMES};
    const struct target_profile *p = e->profile;
    size_t n = 0;
    const char *const *names = capability_names(e->arena, &n);
    const char *found = "", *nearest;
    if (!e->cipher && (nearest = nearest_cipher(p->protocol)))
        found = and_also(e, found, meant(e, "protocol", p->protocol, "", nearest));
    for (size_t i = 0; i < p->n_surfaces; i++)
        if (!surface_from_name(p->surfaces[i]) &&
            (nearest = diag_nearest(p->surfaces[i], surfaces, N_SURFACE - 1)))
            found = and_also(e, found, meant(e, "surface", p->surfaces[i], "", nearest));
    for (size_t i = 0; i < p->n_capabilities; i++) {
        const char *claim = p->capabilities[i], *name = without_prefix(claim);
        if (!capability_find(name) && !capability_is_private(name) &&
            (nearest = diag_nearest(name, names, n)))
            found = and_also(e, found, meant(e, "capability", claim, prefix_of(claim), nearest));
    }
    return found;
}

enum status doctor_names(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Hello", false);
    const char *found = nearly_named(e);
    if (!found)
        return E_NOMEM;
    if (!*found) {
        doctor_pass(c, e->cipher ? "its protocol is one of assay's: assay is the other side"
                                 : "its protocol is none of assay's: it plays both sides itself");
        return OK;
    }
    doctor_fail_text(e, c, "#hello", arena_printf(e->arena, "assay knows no such name: %s", found));
    return OK;
}

/* ---- what must be a fault */

enum status doctor_unknown_party(struct examination *e, struct step_result *out)
{
    const struct target_conversation where = {.party = nobody, .peer = {"peer", 1}};
    const char *asked = "GetBundle";
    struct answer a;
    enum status st;
    if (e->where.surface->surface == SURFACE_CLIENT) {
        asked = "Prepare";
        st = driver_prepare(e->driver, &where, e->arena, &a);
    } else {
        st = driver_get_bundle(e->driver, nobody, false, false, e->arena, &a);
        if (!st && a.seen == SEEN_FAULT) {
            asked = "Seal";
            st = driver_seal(e->driver, &where, bytes_of_text("to whom?"), e->arena, &a);
        }
    }
    if (!st && a.seen != SEEN_FAULT)
        e->fails =
            arena_printf(e->arena, "%s for a party that was never made must be a Fault", asked);
    return doctor_take(out, st, &a);
}

/* ---- claims */

static enum status ask_without(struct examination *e, struct step_result *out)
{
    struct answer a;
    return doctor_take(out, driver_get_bundle(e->driver, e->self.party, true, false, e->arena, &a),
                       &a);
}

static enum status ask_rotate(struct examination *e, struct step_result *out)
{
    struct answer a;
    enum status st = e->where.surface->surface == SURFACE_CLIENT
                         ? driver_rotate(e->driver, e->self.party, e->arena, &a)
                         : driver_get_bundle(e->driver, e->self.party, false, true, e->arena, &a);
    return doctor_take(out, st, &a);
}

static enum status ask_sender_key(struct examination *e, struct step_result *out)
{
    struct answer a;
    return doctor_take(
        out, driver_distribute(e->driver, e->self.party, "doctors", false, e->arena, &a), &a);
}

static enum status ask_export(struct examination *e, struct step_result *out)
{
    struct answer a;
    return doctor_take(out, driver_export_identity(e->driver, e->self.party, e->arena, &a), &a);
}

/* Refused where the protocol has no such step, which answers the claim, too. */
static enum status done_or_refused(struct step_result *out, enum status st, const struct answer *a)
{
    st = doctor_take(out, st, a);
    if (out->seen == SEEN_REFUSAL)
        out->seen = SEEN_DONE;
    return st;
}

static enum status ask_refresh(struct examination *e, struct step_result *out)
{
    struct answer a;
    return done_or_refused(out, driver_refresh(e->driver, &e->self, e->arena, &a), &a);
}

static enum status ask_forge(struct examination *e, struct step_result *out)
{
    struct answer a;
    struct bytes text = bytes_of_text("forged");
    return done_or_refused(out, driver_forge(e->driver, &e->self, text, e->arena, &a), &a);
}

static enum status ask_accept(struct examination *e, struct step_result *out)
{
    struct answer a;
    return doctor_take(
        out, driver_accept_identity(e->driver, &e->self, e->peer_identity, e->arena, &a), &a);
}

static enum status ask_forget(struct examination *e, struct step_result *out)
{
    struct answer a;
    return doctor_take(out, driver_forget_session(e->driver, &e->self, e->arena, &a), &a);
}

/* In an order in which none takes from the next what it needs. */
#define CLAIM(capability, operation, help, ask, more)                                              \
    TABLE_ROW(operation, help, CHECK_CLAIM | (more), ask, SEEN_DONE, "claimed, and answered",      \
              NULL, capability, NULL)
const struct check doctor_claims[] = {
    CLAIM("without-one-time-prekey", "GetBundle, without", "#getbundle", ask_without, 0),
    CLAIM("rotate-signed-prekey", "GetBundle, rotated", "#getbundle", ask_rotate, 0),
    CLAIM("sender-keys", "DistributeSenderKey", "#distributesenderkey", ask_sender_key, 0),
    CLAIM("export-identity", "ExportIdentity", "#exportidentity-forge-refresh", ask_export, 0),
    CLAIM("refresh", "Refresh", "#exportidentity-forge-refresh", ask_refresh, 0),
    CLAIM("forge", "Forge", "#exportidentity-forge-refresh", ask_forge, 0),
    CLAIM("accept-identity", "AcceptIdentity", "#acceptidentity", ask_accept, CHECK_NEEDS_IDENTITY),
    CLAIM("forget-session", "ForgetSession", "#forgetsession", ask_forget, 0),
};
const size_t doctor_claim_count = COUNT_OF(doctor_claims);

static bool is_walked(const struct examination *e, const char *claim)
{
    for (size_t i = 0; i < e->n_walked; i++)
        if (strcmp(e->walked[i], claim) == 0)
            return true;
    return false;
}

enum status doctor_unwalked(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "claims", false);
    const char *left = "";
    for (size_t i = 0; i < e->profile->n_capabilities; i++) {
        const char *claim = e->profile->capabilities[i];
        if (is_walked(e, claim))
            continue;
        bool is_known = capability_find(without_prefix(claim)) || capability_is_private(claim);
        left = and_also(
            e, left, is_known ? claim : arena_printf(e->arena, "%.64s (unknown to assay)", claim));
        if (!left)
            return E_NOMEM;
    }
    if (*left)
        c->text = arena_printf(e->arena, "claimed, and not looked at here: %s", left);
    else
        doctor_pass(c, "every claimed capability was asked for");
    return c->text ? OK : E_NOMEM;
}
