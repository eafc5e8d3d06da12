/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doctor where nothing is known of the protocol: the target plays both sides,
 * bytes are bytes. */
#include "run/doctor_internal.h"

#include <string.h>

#define CASCADE_MAX 8u /* messages that cause messages ... */

static const struct address alice = {"alice", 1}, bob = {"bob", 1};
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

static enum status act_parties(struct examination *e, struct step_result *out)
{
    struct answer first, second;
    enum status st = make_parties(e, 1, &first);
    if (!st)
        st = make_parties(e, 2, &second);
    if (st)
        return st;
    *out = seen_in(first.seen == SEEN_DONE ? &second : &first);
    e->self = (struct target_conversation){.party = "alice", .peer = bob};
    if (out->seen == SEEN_DONE && !second.body.len)
        e->fails = "the bundle is empty";
    else if (out->seen == SEEN_DONE && bytes_equal(first.body, second.body)) {
        e->fails = "two resets with different seeds gave the same bundle";
        e->help = "#reset";
    }
    return OK;
}

static enum status act_start(struct examination *e, struct step_result *out)
{
    struct answer a;
    enum status st = driver_get_bundle(e->driver, "bob", false, false, e->arena, &a);
    if (!st && a.seen == SEEN_DONE)
        st = driver_start_session(e->driver, "alice", bob, a.kind, a.body, e->arena, &a);
    if (!st)
        st = carry(e, "alice", &a, 0);
    return doctor_take(out, st, &a);
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

static enum status act_traffic(struct examination *e, struct step_result *out)
{
    enum status st = pass_on(e, "alice", "bob", false, out);
    return st || out->seen != SEEN_DONE ? st : pass_on(e, "bob", "alice", false, out);
}

static enum status act_changed(struct examination *e, struct step_result *out)
{
    return pass_on(e, "alice", "bob", true, out);
}

/* A copy of bob's state, as another party, opens what bob could. */
static enum status act_snapshot(struct examination *e, struct step_result *out)
{
    struct answer a;
    enum status st = driver_snapshot(e->driver, "bob", e->arena, &a);
    if (!st && a.seen == SEEN_DONE)
        st = driver_restore(e->driver, "restored", a.body, e->arena, &a);
    st = doctor_take(out, st, &a);
    return st || out->seen != SEEN_DONE ? st : pass_on(e, "alice", "restored", false, out);
}

const struct check doctor_opaque_checks[] = {
    CHECK_UNKNOWN_OPERATION,
    {"Reset, GetBundle", "#getbundle", CHECK_PRECONDITION, act_parties, SEEN_DONE,
     "two parties made, and a bundle, another after each Reset",
     "Reset, CreateParty and GetBundle must succeed", NULL, NULL},
    {"StartSession", "#startsession", CHECK_PRECONDITION | CHECK_IS_SESSION, act_start, SEEN_DONE,
     "alice starts from bob's bundle", "a session must start from the target's own bundle", NULL,
     NULL},
    {"Seal, Open", "#open", CHECK_PRECONDITION | CHECK_NEEDS_SESSION | CHECK_IS_SESSION,
     act_traffic, SEEN_DONE, "a message each way opens to what was sealed",
     "a message each way must open to what was sealed", NULL, NULL},
    {"Open, changed", "#open", CHECK_PRECONDITION | CHECK_NEEDS_SESSION, act_changed, SEEN_REFUSAL,
     "refused", "a message with a bit changed must come back Refused", NULL, NULL},
    CHECK_PING,
    {"Snapshot, Restore", "#snapshot", CHECK_NEEDS_SESSION, act_snapshot, SEEN_DONE,
     "a copy of bob's state opens what bob could", "a restored copy must open what its owner could",
     "snapshot", "not claimed: most games need it"},
    CHECK_UNKNOWN_PARTY,
};
const size_t doctor_opaque_count = COUNT_OF(doctor_opaque_checks);
