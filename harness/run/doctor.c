#include "run/doctor_internal.h"

#include "run/exchange.h"
#include "run/surface.h"

#include <string.h>

static struct step_result nothing_yet(void) { return (struct step_result){.detail = ""}; }

/* ---- the checks, in the order an author meets them */

/* Reset with |seed|, make a party, publish: the identity key that comes out. */
static enum status identity_after_reset(struct examination *e, uint8_t seed_byte,
                                        struct bytes *out_identity, struct step_result *r)
{
    uint8_t seed[RANDOM_SEED_LEN];
    struct answer answer;
    struct cipher_bundle bundle;
    struct target_peer self = {"target", 1};
    enum status st;
    *out_identity = bytes_of(NULL, 0);
    memset(seed, seed_byte, sizeof(seed));
    if ((st = driver_reset(e->driver, bytes_of(seed, sizeof(seed)), e->arena, &answer)))
        return st;
    if (answer.seen == SEEN_DONE)
        st = driver_create_party(e->driver, "target", self, NULL, e->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = driver_get_bundle(e->driver, "target", false, false, e->arena, &answer);
    if (st)
        return st;
    *r = (struct step_result){.seen = answer.seen, .detail = answer.detail};
    if (answer.seen == SEEN_DONE && !e->cipher->bundle_read(answer.body, &bundle))
        *out_identity = bundle.identity_key;
    else if (answer.seen == SEEN_DONE)
        r->seen = SEEN_UNREADABLE;
    return OK;
}

static enum status check_reset(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Reset", true);
    struct bytes first = {NULL, 0}, second = {NULL, 0}, again = {NULL, 0};
    struct step_result r = nothing_yet();
    enum status st = identity_after_reset(e, 1, &first, &r);
    if (!st && first.len)
        st = identity_after_reset(e, 2, &second, &r);
    if (st)
        return st;
    if (r.seen != SEEN_DONE) {
        doctor_fail(e, c, "#reset", "Reset, CreateParty and GetBundle must succeed", &r);
        return OK;
    }
    if (bytes_equal(first, second)) {
        doctor_fail(e, c, "#reset", "two resets with different seeds gave the same identity", &r);
        return OK;
    }
    if (!doctor_is_claimed(e, "seed")) {
        doctor_pass(c, "two resets gave two identities");
        return OK;
    }
    if ((st = identity_after_reset(e, 1, &again, &r)))
        return st;
    if (bytes_equal(first, again))
        doctor_pass(c, "two resets gave two identities, the same seed the same one");
    else
        doctor_fail(e, c, "#reset", "it claims seed, but equal seeds gave different identities",
                    &r);
    return OK;
}

static enum status begin_context(struct examination *e)
{
    static const uint8_t seed[RANDOM_SEED_LEN] = {0xa5};
    struct doctor_check *c = doctor_begin(e, "CreateParty", true);
    struct step_result r = nothing_yet();
    e->context = arena_alloc(e->arena, sizeof(*e->context));
    if (!e->context)
        return E_NOMEM;
    e->context->arena = e->arena;
    e->context->driver = e->driver;
    e->context->cipher = e->cipher;
    e->where.run_seed = bytes_of(seed, sizeof(seed));
    e->where.case_id = "doctor";
    enum status st = context_begin(e->context, &e->where, &r);
    if (st)
        return st;
    if (r.seen == SEEN_DONE)
        doctor_pass(c, "made a party");
    else
        doctor_fail(e, c, "#createparty", "CreateParty must succeed", &r);
    return OK;
}

static enum status check_bundle_and_start(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "GetBundle", true);
    struct publish_options options = {0};
    struct artifact *bundle;
    struct step_result r = nothing_yet();
    struct case_party *target = context_party(e->context, OP_TARGET),
                      *peer = context_party(e->context, OP_PEER);
    enum status st = exchange_publish(e->context, target, SLOT_BUNDLE, &options, &bundle, &r);
    if (!st && r.seen == SEEN_DONE)
        st = exchange_start(e->context, peer, target, bundle, NULL, &r);
    if (st)
        return st;
    e->is_session_up = r.seen == SEEN_DONE;
    if (e->is_session_up)
        doctor_pass(c, "signature verifies over the 33-byte key, the peer took the bundle");
    else
        doctor_fail(e, c, "#getbundle", "the peer must be able to start a session from the bundle",
                    &r);
    return OK;
}

static enum status check_open(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Open", true);
    struct step_result r = nothing_yet();
    if (!e->is_session_up) {
        c->text = "skipped, no session";
        return OK;
    }
    enum status st = exchange_once(e->context, context_party(e->context, OP_PEER),
                                   context_party(e->context, OP_TARGET), &r);
    if (st)
        return st;
    e->is_session_up = r.seen == SEEN_PLAINTEXT;
    if (e->is_session_up)
        doctor_pass(c, "opened what the peer sealed, byte for byte");
    else
        doctor_fail(e, c, "#open", "an honest message must open", &r);
    return OK;
}

static enum status check_refusal(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Open, forged", true);
    struct step_result r = nothing_yet();
    struct case_party *peer = context_party(e->context, OP_PEER),
                      *target = context_party(e->context, OP_TARGET);
    const struct cipher_mutation *mutation;
    struct artifact *forged;
    if (!e->is_session_up) {
        c->text = "skipped, no session";
        return OK;
    }
    enum status st = e->cipher->mutations->parse(e->cipher->mutations->forged, e->arena, &mutation);
    if (st)
        return st;
    struct seal_what what = {.by = peer,
                             .to = target,
                             .plaintext = context_plaintext(e->context, 24),
                             .mutation = mutation};
    st = exchange_seal(e->context, SLOT_PASSING, &what, &forged, &r);
    if (!st && forged)
        st = exchange_deliver(e->context, forged, target, peer, &r);
    if (st)
        return st;
    if (r.seen == SEEN_REFUSAL)
        doctor_pass(c, "refused a message with a wrong MAC");
    else
        doctor_fail(e, c, "#refused", "a message nobody could have sealed must be Refused", &r);
    if (oracle_judge(EXPECT_REFUSES, r.seen) == VERDICT_FAIL)
        c->requirement = e->cipher->mutations->forged_violates;
    return OK;
}

static enum status check_seal(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Seal", true);
    struct step_result r = nothing_yet();
    if (!e->is_session_up) {
        c->text = "skipped, no session";
        return OK;
    }
    enum status st = exchange_once(e->context, context_party(e->context, OP_TARGET),
                                   context_party(e->context, OP_PEER), &r);
    if (st)
        return st;
    if (r.seen == SEEN_PLAINTEXT)
        doctor_pass(c, "the peer opened what the target sealed");
    else
        doctor_fail(e, c, "#seal", "the peer must be able to open what the target seals", &r);
    return OK;
}

static enum status check_start_session(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "StartSession", false);
    struct case_party *target = context_party(e->context, OP_TARGET);
    struct case_party *peer = context_extra_party(e->context, "second-peer", "second-peer");
    struct publish_options options = {0};
    struct artifact *bundle;
    struct step_result r = nothing_yet();
    if (!peer)
        return E_NOMEM;
    enum status st = context_make_own(e->context, peer, NULL);
    if (!st)
        st = exchange_publish(e->context, peer, SLOT_BUNDLE, &options, &bundle, &r);
    if (!st)
        st = exchange_start(e->context, target, peer, bundle, NULL, &r);
    if (!st && r.seen == SEEN_DONE)
        st = exchange_once(e->context, target, peer, &r);
    if (!st && r.seen == SEEN_PLAINTEXT)
        st = exchange_once(e->context, peer, target, &r);
    if (st)
        return st;
    if (r.seen == SEEN_PLAINTEXT)
        doctor_pass(c, "a session the target started works both ways");
    else
        doctor_fail(e, c, "#startsession", "a session the target starts must work both ways", &r);
    return OK;
}

/* A claimed capability whose operation answers unsupported. */
static enum status check_snapshot(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Snapshot, Restore", false);
    struct answer answer;
    if (!doctor_is_claimed(e, "snapshot")) {
        c->text = "not claimed";
        return OK;
    }
    enum status st = driver_snapshot(e->driver, "target", e->arena, &answer);
    if (!st && answer.seen == SEEN_DONE)
        st = driver_restore(e->driver, "restored", answer.body, e->arena, &answer);
    if (st)
        return st;
    struct step_result r = {.seen = answer.seen, .detail = answer.detail};
    if (answer.seen == SEEN_DONE)
        doctor_pass(c, "state out and in");
    else
        doctor_fail(e, c, "#snapshot", "it claims snapshot", &r);
    return OK;
}

static enum status check_fingerprint(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Fingerprint", false);
    struct answer answer;
    struct target_conversation where = {.party = "target", .peer = {"peer", 1}};
    if (!doctor_is_claimed(e, "fingerprint") || !e->is_session_up) {
        c->text = e->is_session_up ? "not claimed" : "skipped, no session";
        return OK;
    }
    enum status st = driver_fingerprint(e->driver, &where, "target", "peer", e->arena, &answer);
    if (st)
        return st;
    struct step_result r = {.seen = answer.seen, .detail = answer.detail};
    if (answer.seen == SEEN_DONE && strlen(answer.text) == e->cipher->limits.fingerprint_digits)
        doctor_pass(c, "as many digits as the cipher has");
    else
        doctor_fail(e, c, "#fingerprint",
                    "digits without spaces are expected, as many as the cipher has", &r);
    return OK;
}

static enum status check_claims(struct examination *e)
{
    const struct target_conversation where = {.party = "target", .peer = {"peer", 1}};
    const struct case_party *peer = context_party(e->context, OP_PEER);
    if (!e->is_session_up)
        return OK;
    return doctor_walk_claims(e, &where, e->cipher->identity_key(peer->party));
}

static const struct check library_checks[] = {
    {doctor_unknown_operation, true},
    {check_reset, true},
    {begin_context, true},
    {check_bundle_and_start, true},
    {check_open, true},
    {check_refusal, true},
    {check_seal, true},
    {check_start_session, false},
    {doctor_ping, false},
    {check_snapshot, false},
    {check_fingerprint, false},
    {doctor_unknown_party, false},
    {check_claims, false},
};

/* The same acts through the gatekeeper:
 * a connection that cannot fail would prove nothing either. */
static const struct check client_checks[] = {
    {doctor_unknown_operation, true},
    {begin_context, true},
    {check_bundle_and_start, true},
    {check_open, true},
    {check_refusal, true},
    {check_seal, true},
    {check_start_session, false},
    {doctor_ping, false},
    {check_snapshot, false},
    {check_fingerprint, false},
    {doctor_unknown_party, false},
    {check_claims, false},
};

static enum status examine(struct examination *e, const struct check *checks, size_t n,
                           bool preconditions_only)
{
    enum status st = OK;
    e->context = NULL;
    e->is_session_up = false;
    for (size_t i = 0; !st && i < n; i++)
        if (checks[i].is_precondition || !preconditions_only)
            st = checks[i].run(e);
    if (e->context)
        context_end(e->context);
    return st;
}

static enum status examine_surfaces(struct examination *e, const struct doctor_options *options)
{
    bool has_client = options->wire && surface_is_offered(e->profile, SURFACE_CLIENT);
    enum status st = OK;
    if (!e->cipher)
        return examine(e, doctor_opaque_checks, doctor_opaque_count, options->preconditions_only);
    if (surface_is_offered(e->profile, SURFACE_LIBRARY) || !has_client)
        st = examine(e, library_checks, sizeof(library_checks) / sizeof(library_checks[0]),
                     options->preconditions_only);
    if (!st && has_client) {
        e->where.surface = surface_acts(SURFACE_CLIENT);
        st = examine(e, client_checks, sizeof(client_checks) / sizeof(client_checks[0]),
                     options->preconditions_only);
    }
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
