/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/doctor_internal.h"

#include "run/surface.h"

#include <string.h>

/* ---- the checks, in the order an author meets them */

/* Reset with |seed|, make a party, publish: the identity key that comes out. */
static enum status identity_after_reset(struct examination *e, uint8_t seed_byte,
                                        struct bytes *out_identity, struct step_result *r)
{
    uint8_t seed[RANDOM_SEED_LEN];
    struct answer answer;
    struct cipher_bundle bundle;
    struct address self = {"target", 1};
    *out_identity = bytes_of(NULL, 0);
    memset(seed, seed_byte, sizeof(seed));
    enum status st = driver_reset(e->driver, bytes_of(seed, sizeof(seed)), e->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = driver_create_party(e->driver, "target", self, NULL, e->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = driver_get_bundle(e->driver, "target", false, false, e->arena, &answer);
    st = doctor_take(r, st, &answer);
    if (st || r->seen != SEEN_DONE)
        return st;
    if (e->cipher->bundle_read(answer.body, &bundle))
        r->seen = SEEN_UNREADABLE;
    else
        *out_identity = bundle.identity_key;
    return OK;
}

static enum status act_reset(struct examination *e, struct step_result *out)
{
    struct bytes first, second = {NULL, 0}, again;
    enum status st = identity_after_reset(e, 1, &first, out);
    if (!st && first.len)
        st = identity_after_reset(e, 2, &second, out);
    if (st || out->seen != SEEN_DONE)
        return st;
    if (bytes_equal(first, second))
        e->fails = "two resets with different seeds gave the same identity";
    else if (doctor_is_claimed(e, "seed") && !(st = identity_after_reset(e, 1, &again, out))) {
        e->holds = "two resets gave two identities, the same seed the same one";
        if (!bytes_equal(first, again))
            e->fails = "it claims seed, but equal seeds gave different identities";
    }
    return st;
}

static enum status act_begin(struct examination *e, struct step_result *out)
{
    static const uint8_t seed[RANDOM_SEED_LEN] = {0xa5};
    e->context = arena_alloc(e->arena, sizeof(*e->context));
    if (!e->context)
        return E_NOMEM;
    e->context->arena = e->arena;
    e->context->driver = e->driver;
    e->context->cipher = e->cipher;
    e->where.run_seed = bytes_of(seed, sizeof(seed));
    e->where.case_id = "doctor";
    e->self = (struct target_conversation){.party = "target", .peer = {"peer", 1}};
    enum status st = context_begin(e->context, &e->where, out);
    if (!st && out->seen == SEEN_DONE)
        e->peer_identity = e->cipher->identity_key(context_party(e->context, OP_PEER)->party);
    return st;
}

static enum status act_bundle_and_start(struct examination *e, struct step_result *out)
{
    struct publish_options options = {0};
    struct artifact *bundle;
    struct case_party *target = context_party(e->context, OP_TARGET),
                      *peer = context_party(e->context, OP_PEER);
    enum status st = exchange_publish(e->context, target, SLOT_BUNDLE, &options, &bundle, out);
    return st || out->seen != SEEN_DONE
               ? st
               : exchange_start(e->context, peer, target, bundle, NULL, out);
}

static enum status act_open(struct examination *e, struct step_result *out)
{
    return exchange_once(e->context, context_party(e->context, OP_PEER),
                         context_party(e->context, OP_TARGET), out);
}

static enum status act_refusal(struct examination *e, struct step_result *out)
{
    struct case_party *peer = context_party(e->context, OP_PEER),
                      *target = context_party(e->context, OP_TARGET);
    const struct cipher_mutation *mutation;
    struct artifact *forged;
    enum status st = e->cipher->mutations->parse(e->cipher->mutations->forged, e->arena, &mutation);
    if (st)
        return st;
    struct seal_what what = {.by = peer,
                             .to = target,
                             .plaintext = context_plaintext(e->context, 24),
                             .mutation = mutation};
    st = exchange_seal(e->context, SLOT_PASSING, &what, &forged, out);
    if (!st && forged)
        st = exchange_deliver(e->context, forged, target, peer, out);
    if (!st && oracle_judge(EXPECT_REFUSES, out->seen) == VERDICT_FAIL)
        e->requirement = e->cipher->mutations->forged_violates;
    return st;
}

static enum status act_seal(struct examination *e, struct step_result *out)
{
    return exchange_once(e->context, context_party(e->context, OP_TARGET),
                         context_party(e->context, OP_PEER), out);
}

static enum status act_start_session(struct examination *e, struct step_result *out)
{
    struct case_party *target = context_party(e->context, OP_TARGET);
    struct case_party *peer = context_extra_party(e->context, "second-peer", "second-peer");
    struct publish_options options = {0};
    struct artifact *bundle;
    if (!peer)
        return E_NOMEM;
    enum status st = context_make_own(e->context, peer, NULL);
    if (!st)
        st = exchange_publish(e->context, peer, SLOT_BUNDLE, &options, &bundle, out);
    if (!st)
        st = exchange_start(e->context, target, peer, bundle, NULL, out);
    if (!st && out->seen == SEEN_DONE)
        st = exchange_once(e->context, target, peer, out);
    if (!st && out->seen == SEEN_PLAINTEXT)
        st = exchange_once(e->context, peer, target, out);
    return st;
}

static enum status act_snapshot(struct examination *e, struct step_result *out)
{
    struct answer answer;
    enum status st = driver_snapshot(e->driver, "target", e->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = driver_restore(e->driver, "restored", answer.body, e->arena, &answer);
    return doctor_take(out, st, &answer);
}

static enum status act_fingerprint(struct examination *e, struct step_result *out)
{
    struct answer answer;
    enum status st = driver_fingerprint(e->driver, &e->self, "target", "peer", e->arena, &answer);
    if (!st && answer.seen == SEEN_DONE &&
        strlen(answer.text) != e->cipher->limits.fingerprint_digits)
        e->fails = "digits without spaces are expected, as many as the cipher has";
    return doctor_take(out, st, &answer);
}

/* On the client surface the same acts go through the gatekeeper: a connection that cannot fail
 * would prove nothing either. */
static const struct check checks[] = {
    CHECK_UNKNOWN_OPERATION,
    {"Reset", "#reset", CHECK_PRECONDITION | CHECK_LIBRARY_ONLY, act_reset, SEEN_DONE,
     "two resets gave two identities", "Reset, CreateParty and GetBundle must succeed", NULL, NULL},
    {"CreateParty", "#createparty", CHECK_PRECONDITION, act_begin, SEEN_DONE, "made a party",
     "CreateParty must succeed", NULL, NULL},
    {"GetBundle", "#getbundle", CHECK_PRECONDITION | CHECK_IS_SESSION, act_bundle_and_start,
     SEEN_DONE, "signature verifies over the 33-byte key, the peer took the bundle",
     "the peer must be able to start a session from the bundle", NULL, NULL},
    {"Open", "#open", CHECK_PRECONDITION | CHECK_NEEDS_SESSION | CHECK_IS_SESSION, act_open,
     SEEN_PLAINTEXT, "opened what the peer sealed, byte for byte", "an honest message must open",
     NULL, NULL},
    {"Open, forged", "#refused", CHECK_PRECONDITION | CHECK_NEEDS_SESSION, act_refusal,
     SEEN_REFUSAL, "refused a message with a wrong MAC",
     "a message nobody could have sealed must be Refused", NULL, NULL},
    {"Seal", "#seal", CHECK_PRECONDITION | CHECK_NEEDS_SESSION, act_seal, SEEN_PLAINTEXT,
     "the peer opened what the target sealed",
     "the peer must be able to open what the target seals", NULL, NULL},
    {"StartSession", "#startsession", 0, act_start_session, SEEN_PLAINTEXT,
     "a session the target started works both ways",
     "a session the target starts must work both ways", NULL, NULL},
    CHECK_PING,
    {"Snapshot, Restore", "#snapshot", 0, act_snapshot, SEEN_DONE, "state out and in", NULL,
     "snapshot", "not claimed"},
    {"Fingerprint", "#fingerprint", CHECK_NEEDS_SESSION, act_fingerprint, SEEN_DONE,
     "as many digits as the cipher has",
     "digits without spaces are expected, as many as the cipher has", "fingerprint", "not claimed"},
    CHECK_UNKNOWN_PARTY,
};

static enum status make_all(struct examination *e, const struct check *rows, size_t n,
                            bool preconditions_only)
{
    enum status st = OK;
    for (size_t i = 0; !st && i < n; i++) {
        bool is_left_out =
            (preconditions_only && !(rows[i].traits & CHECK_PRECONDITION)) ||
            ((rows[i].traits & CHECK_LIBRARY_ONLY) && e->where.surface->surface != SURFACE_LIBRARY);
        st = is_left_out ? OK : doctor_make(e, &rows[i]);
    }
    return st;
}

static enum status examine(struct examination *e, const struct check *rows, size_t n,
                           bool preconditions_only)
{
    e->context = NULL;
    e->is_session_up = false;
    e->peer_identity = bytes_of(NULL, 0);
    enum status st = make_all(e, rows, n, preconditions_only);
    if (!st)
        st = make_all(e, doctor_claims, doctor_claim_count, preconditions_only);
    if (e->context)
        context_end(e->context);
    return st;
}

static enum status examine_surfaces(struct examination *e, const struct doctor_options *options)
{
    const size_t n = COUNT_OF(checks);
    bool has_client = options->wire && surface_is_offered(e->profile, SURFACE_CLIENT);
    bool has_server = surface_is_offered(e->profile, SURFACE_SERVER);
    bool has_proxy = surface_is_offered(e->profile, SURFACE_PROXY);
    bool has_library = surface_is_offered(e->profile, SURFACE_LIBRARY);
    enum status st = OK;
    if ((has_server || has_proxy) && !has_library && !has_client)
        st = OK; /* there is no party of the cipher to look at */
    else if (!e->cipher)
        st = examine(e, doctor_opaque_checks, doctor_opaque_count, options->preconditions_only);
    else if (has_library || !has_client)
        st = examine(e, checks, n, options->preconditions_only);
    if (!st && e->cipher && has_client) {
        e->where.surface = surface_acts(SURFACE_CLIENT);
        st = examine(e, checks, n, options->preconditions_only);
    }
    if (!st && has_server)
        st = doctor_server(e);
    if (!st && has_proxy)
        st = doctor_proxy(e);
    bool has_service = surface_is_offered(e->profile, SURFACE_SERVICE);
    return st || !has_service || options->preconditions_only ? st : doctor_service(e);
}

enum status doctor_examine(struct driver *driver, const struct target_profile *profile,
                           const struct doctor_options *options, struct arena *arena,
                           struct doctor_report *out)
{
    struct examination e = {.driver = driver,
                            .cipher = cipher_from_name(profile->protocol),
                            .profile = profile,
                            .arena = arena,
                            .report = out,
                            .where = {.surface = surface_acts(SURFACE_LIBRARY),
                                      .profile = options->wire,
                                      .clock = clock_monotonic(),
                                      .timeout_ms = options->timeout_ms}};
    memset(out, 0, sizeof(*out));
    enum status st = options->preconditions_only ? OK : doctor_names(&e);
    if (!st)
        st = examine_surfaces(&e, options);
    return st || options->preconditions_only ? st : doctor_unwalked(&e);
}
