/* What the target says of itself, and whether what it claims answers. */
#include "run/doctor_internal.h"

#include "driver/driver_service.h"
#include "http/fetch.h"
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

/* ---- the service surface */

enum status doctor_service(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Service", false);
    struct fetch_scope scope;
    struct answer answer;
    const char *problem = NULL;
    enum status st = driver_service(e->driver, e->arena, &answer);
    if (st)
        return st;
    if (answer.seen != SEEN_DONE) {
        doctor_fail_text(e, c, "#the-service-surface", "it does not say where its service stands");
        return OK;
    }
    const char *const urls[] = {answer.service->media, answer.service->keys, answer.service->push};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]) && !problem; i++)
        if (urls[i][0] && fetch_scope_of(urls[i], NULL, answer.service->roots, &scope, &problem))
            doctor_fail_text(e, c, "#the-service-surface",
                             arena_printf(e->arena, "%.200s is not asked: %s", urls[i], problem));
    if (!problem)
        doctor_pass(c, "it says where its service stands, and assay may ask there");
    return OK;
}

/* ---- what must be a fault */

enum status doctor_unknown_party(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "unknown party", false);
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
    if (st)
        return st;
    struct step_result r = {.seen = a.seen, .detail = a.detail};
    const char *what =
        arena_printf(e->arena, "%s for a party that was never made must be a Fault", asked);
    if (a.seen == SEEN_FAULT)
        doctor_pass(c, "a fault, and no refusal");
    else
        doctor_fail(e, c, "#fault", what ? what : "it must be a Fault", &r);
    return OK;
}

/* ---- claims */

struct asking {
    struct examination *e;
    const struct target_conversation *where;
    struct bytes peer_identity;
};

static enum status ask_without(const struct asking *q, struct answer *out)
{
    return driver_get_bundle(q->e->driver, q->where->party, true, false, q->e->arena, out);
}

static enum status ask_rotate(const struct asking *q, struct answer *out)
{
    if (q->e->where.surface->surface == SURFACE_CLIENT)
        return driver_rotate(q->e->driver, q->where->party, q->e->arena, out);
    return driver_get_bundle(q->e->driver, q->where->party, false, true, q->e->arena, out);
}

static enum status ask_sender_key(const struct asking *q, struct answer *out)
{
    return driver_distribute(q->e->driver, q->where->party, "doctors", false, q->e->arena, out);
}

static enum status ask_export(const struct asking *q, struct answer *out)
{
    return driver_export_identity(q->e->driver, q->where->party, q->e->arena, out);
}

static enum status ask_refresh(const struct asking *q, struct answer *out)
{
    return driver_refresh(q->e->driver, q->where, q->e->arena, out);
}

static enum status ask_forge(const struct asking *q, struct answer *out)
{
    return driver_forge(q->e->driver, q->where, bytes_of_text("forged"), q->e->arena, out);
}

static enum status ask_accept(const struct asking *q, struct answer *out)
{
    return driver_accept_identity(q->e->driver, q->where, q->peer_identity, q->e->arena, out);
}

static enum status ask_forget(const struct asking *q, struct answer *out)
{
    return driver_forget_session(q->e->driver, q->where, q->e->arena, out);
}

/* In an order in which none takes from the next what it needs. */
static const struct claim {
    const char *capability, *operation, *help;
    enum status (*ask)(const struct asking *q, struct answer *out);
    bool is_of_identity; /* needs the peer's identity key */
    bool may_refuse;     /* where the protocol has no such step */
} claims[] = {
    {"without-one-time-prekey", "GetBundle, without", "#getbundle", ask_without, false, false},
    {"rotate-signed-prekey", "GetBundle, rotated", "#getbundle", ask_rotate, false, false},
    {"sender-keys", "DistributeSenderKey", "#distributesenderkey", ask_sender_key, false, false},
    {"export-identity", "ExportIdentity", "#exportidentity-forge-refresh", ask_export, false,
     false},
    {"refresh", "Refresh", "#exportidentity-forge-refresh", ask_refresh, false, true},
    {"forge", "Forge", "#exportidentity-forge-refresh", ask_forge, false, true},
    {"accept-identity", "AcceptIdentity", "#acceptidentity", ask_accept, true, false},
    {"forget-session", "ForgetSession", "#forgetsession", ask_forget, false, false},
};

static enum status walk(struct examination *e, const struct claim *claim, const struct asking *q)
{
    if (claim->is_of_identity && !q->peer_identity.len)
        return OK;
    if (!doctor_is_claimed(e, claim->capability))
        return OK;
    struct doctor_check *c = doctor_begin(e, claim->operation, false);
    struct answer a;
    enum status st = claim->ask(q, &a);
    if (st)
        return st;
    struct step_result r = {.seen = a.seen, .detail = a.detail};
    const char *what = arena_printf(e->arena, "it claims %s", claim->capability);
    if (a.seen == SEEN_DONE || (claim->may_refuse && a.seen == SEEN_REFUSAL))
        doctor_pass(c, "claimed, and answered");
    else
        doctor_fail(e, c, claim->help, what ? what : "it is claimed", &r);
    return OK;
}

enum status doctor_walk_claims(struct examination *e, const struct target_conversation *where,
                               struct bytes peer_identity)
{
    const struct asking q = {.e = e, .where = where, .peer_identity = peer_identity};
    enum status st = OK;
    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]) && !st; i++)
        st = walk(e, &claims[i], &q);
    return st;
}

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
