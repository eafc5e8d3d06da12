/* The doctor where nothing is known of the protocol: the target plays both sides,
 * bytes are bytes. */
#include "run/doctor_internal.h"

#include <string.h>

#define CASCADE_MAX 8u /* messages that cause messages ... */

static const struct target_peer alice = {"alice", 1}, bob = {"bob", 1};
static const char text[] = "what one side says to the other";

static struct step_result seen_in(const struct answer *a)
{
    return (struct step_result){.seen = a->seen, .detail = a->detail};
}

/* What the protocol wants delivered besides, from |by| to the other; and what comes of that. */
static enum status carry(struct examination *e, const char *by, const struct answer *a,
                         unsigned depth)
{
    bool by_alice = strcmp(by, "alice") == 0;
    const char *reader = by_alice ? "bob" : "alice";
    const struct target_conversation where = {.party = reader, .peer = by_alice ? alice : bob};
    enum status st = OK;
    for (size_t i = 0; i < a->n_outgoing && depth < CASCADE_MAX && !st; i++) {
        struct answer observed;
        st = driver_open_message(e->driver, &where, a->outgoing[i].kind, a->outgoing[i].body,
                                 e->arena, &observed);
        if (!st)
            st = carry(e, reader, &observed, depth + 1);
    }
    return st;
}

/* Reset, two parties, and bob's bundle. */
static enum status make_parties(struct examination *e, uint8_t seed_byte, struct answer *bundle)
{
    uint8_t seed[RANDOM_SEED_LEN];
    memset(seed, seed_byte, sizeof(seed));
    enum status st = driver_reset(e->driver, bytes_of(seed, sizeof(seed)), e->arena, bundle);
    if (!st && bundle->seen == SEEN_DONE)
        st = driver_create_party(e->driver, "alice", alice, NULL, e->arena, bundle);
    if (!st && bundle->seen == SEEN_DONE)
        st = driver_create_party(e->driver, "bob", bob, NULL, e->arena, bundle);
    if (!st && bundle->seen == SEEN_DONE)
        st = driver_get_bundle(e->driver, "bob", false, false, e->arena, bundle);
    return st;
}

static enum status check_parties(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Reset, GetBundle", true);
    struct answer first, second;
    enum status st = make_parties(e, 1, &first);
    if (!st)
        st = make_parties(e, 2, &second);
    if (st)
        return st;
    struct step_result r = seen_in(first.seen == SEEN_DONE ? &second : &first);
    if (first.seen != SEEN_DONE || second.seen != SEEN_DONE)
        doctor_fail(e, c, "#getbundle", "Reset, CreateParty and GetBundle must succeed", &r);
    else if (!second.body.len)
        doctor_fail(e, c, "#getbundle", "the bundle is empty", &r);
    else if (bytes_equal(first.body, second.body))
        doctor_fail(e, c, "#reset", "two resets with different seeds gave the same bundle", &r);
    else
        doctor_pass(c, "two parties made, and a bundle, another after each Reset");
    return OK;
}

static enum status check_start(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "StartSession", true);
    struct answer a;
    enum status st = driver_get_bundle(e->driver, "bob", false, false, e->arena, &a);
    if (!st && a.seen == SEEN_DONE)
        st = driver_start_session(e->driver, "alice", bob, a.kind, a.body, e->arena, &a);
    if (!st)
        st = carry(e, "alice", &a, 0);
    if (st)
        return st;
    struct step_result r = seen_in(&a);
    e->is_session_up = a.seen == SEEN_DONE;
    if (e->is_session_up)
        doctor_pass(c, "alice starts from bob's bundle");
    else
        doctor_fail(e, c, "#startsession", "a session must start from the target's own bundle", &r);
    return OK;
}

/* What |from| seals, |to| opens, |is_mutated| with its last bit changed. *r: SEEN_DONE when the
 * text came out, or what was seen instead. */
static enum status pass_on(struct examination *e, const char *from, const char *to, bool is_mutated,
                           struct step_result *r)
{
    bool to_bob = strcmp(to, "alice") != 0;
    const struct target_conversation where = {.party = from, .peer = to_bob ? bob : alice};
    const struct target_conversation back = {.party = to, .peer = to_bob ? alice : bob};
    struct bytes plaintext = bytes_of(text, sizeof(text) - 1);
    struct answer a;
    enum status st = driver_seal(e->driver, &where, plaintext, e->arena, &a);
    *r = seen_in(&a);
    if (st || a.seen != SEEN_DONE || (st = carry(e, from, &a, 0)))
        return st;
    uint8_t *body = arena_alloc(e->arena, a.body.len + 1);
    if (!body)
        return E_NOMEM;
    memcpy(body, a.body.data, a.body.len);
    if (is_mutated && a.body.len)
        body[a.body.len - 1] ^= 1;
    st = driver_open_message(e->driver, &back, a.kind, bytes_of(body, a.body.len), e->arena, &a);
    *r = seen_in(&a);
    if (!st)
        st = carry(e, to, &a, 0);
    if (a.seen == SEEN_NOTHING_YET && bytes_equal(a.body, plaintext))
        r->seen = SEEN_DONE;
    else if (a.seen == SEEN_NOTHING_YET)
        *r = (struct step_result){.seen = SEEN_OTHER_PLAINTEXT, .detail = ""};
    return st;
}

static enum status check_traffic(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Seal, Open", true);
    struct step_result r = {.seen = SEEN_DONE, .detail = ""};
    if (!e->is_session_up) {
        c->text = "skipped, no session";
        return OK;
    }
    enum status st = pass_on(e, "alice", "bob", false, &r);
    if (!st && r.seen == SEEN_DONE)
        st = pass_on(e, "bob", "alice", false, &r);
    if (st)
        return st;
    e->is_session_up = r.seen == SEEN_DONE;
    if (e->is_session_up)
        doctor_pass(c, "a message each way opens to what was sealed");
    else
        doctor_fail(e, c, "#open", "a message each way must open to what was sealed", &r);
    return OK;
}

static enum status check_changed(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Open, changed", true);
    struct step_result r;
    if (!e->is_session_up) {
        c->text = "skipped, no session";
        return OK;
    }
    enum status st = pass_on(e, "alice", "bob", true, &r);
    if (st)
        return st;
    if (r.seen == SEEN_REFUSAL)
        doctor_pass(c, "refused");
    else
        doctor_fail(e, c, "#open", "a message with a bit changed must come back Refused", &r);
    return OK;
}

/* A copy of bob's state, as another party, opens what bob could. */
static enum status check_snapshot(struct examination *e)
{
    struct doctor_check *c = doctor_begin(e, "Snapshot, Restore", false);
    struct answer a;
    struct step_result r;
    if (!doctor_is_claimed(e, "snapshot") || !e->is_session_up) {
        c->text = e->is_session_up ? "not claimed: most games need it" : "skipped, no session";
        return OK;
    }
    enum status st = driver_snapshot(e->driver, "bob", e->arena, &a);
    if (!st && a.seen == SEEN_DONE)
        st = driver_restore(e->driver, "restored", a.body, e->arena, &a);
    r = seen_in(&a);
    if (!st && a.seen == SEEN_DONE)
        st = pass_on(e, "alice", "restored", false, &r);
    if (st)
        return st;
    if (r.seen == SEEN_DONE)
        doctor_pass(c, "a copy of bob's state opens what bob could");
    else
        doctor_fail(e, c, "#snapshot", "a restored copy must open what its owner could", &r);
    return OK;
}

static enum status check_claims(struct examination *e)
{
    const struct target_conversation where = {.party = "alice", .peer = bob};
    return e->is_session_up ? doctor_walk_claims(e, &where, bytes_of(NULL, 0)) : OK;
}

const struct check doctor_opaque_checks[] = {
    {doctor_unknown_operation, true},
    {check_parties, true},
    {check_start, true},
    {check_traffic, true},
    {check_changed, true},
    {doctor_ping, false},
    {check_snapshot, false},
    {doctor_unknown_party, false},
    {check_claims, false},
};
const size_t doctor_opaque_count = sizeof(doctor_opaque_checks) / sizeof(doctor_opaque_checks[0]);
