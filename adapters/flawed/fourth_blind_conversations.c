/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_conversations.h"

#include <string.h>

/* How much the target keeps. */
static void show_size(struct world *w)
{
    struct buffer state;
    buffer_init(&state, WORLD_LOG_MAX);
    world_must(party_save(w->target, &state));
    buffer_printf(&w->log, "keeps %zu\n", state.len);
    buffer_fini(&state);
}

/* ---- starting */

/* The target starts with |bundle| of |p| with its signature spoilt. */
static void start_spoilt(struct world *w, struct party *p, const struct buffer *bundle)
{
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
    struct signal_bundle b;
    struct buffer changed;
    world_must(signal_bundle_decode(buffer_bytes(bundle), &b));
    memcpy(signature, b.signature.data, sizeof(signature));
    signature[5] ^= 1;
    b.signature = bytes_of(signature, sizeof(signature));
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(p), &changed, NULL);
    buffer_fini(&changed);
}

/* Somebody else's keys with a wrong signature come first, then the genuine ones. */
static void refused_of_new(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1);
    struct buffer bundle = world_bundle_of(w, other, false, true);
    start_spoilt(w, alice, &bundle);
    world_start(w, w->target, alice, NULL);
    world_say(w, alice, "hello");
    buffer_fini(&bundle);
}

static void refused_of_known(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct buffer bundle = world_bundle_of(w, alice, false, true);
    world_converse(w, alice);
    start_spoilt(w, alice, &bundle);
    world_say(w, alice, "goes on");
    buffer_fini(&bundle);
}

/* ---- the header */

static void two_unanswered(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    struct buffer bundle = world_bundle_of(w, bob, true, true);
    world_start(w, w->target, alice, NULL);
    buffer_fini(&bundle);
    world_start(w, w->target, bob, NULL);
    world_say(w, alice, "to the first");
    world_say(w, bob, "to the second");
}

static void id_zero(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct buffer bundle = world_bundle_of(w, alice, false, true), changed;
    struct signal_bundle b;
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    b.one_time_prekey_id = 0;
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(alice), &changed, NULL);
    world_seal(w, w->target, party_address(alice), "first");
    buffer_fini(&changed);
    buffer_fini(&bundle);
}

/* ---- first messages */

/* A first message of another identity, before and after it is accepted. */
static void accepted_late(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1);
    const struct sealed *first;
    world_converse(w, alice);
    world_start(w, other, w->target, NULL);
    first = world_seal(w, other, world_target_address, "from a new phone");
    world_hear(w, w->target, party_address(other), first);
    world_accept_of(w, party_address(other), other);
    world_hear(w, w->target, party_address(other), first);
}

static void forged_of_nobody(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *first;
    world_start(w, alice, w->target, NULL);
    first = world_seal(w, alice, world_target_address, "first");
    show_size(w);
    world_hear_bad_mac(w, w->target, first, party_address(alice));
    show_size(w);
}

/* A message with the header of the first session comes when there is a second one. */
static void late_header(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *second;
    struct address from = party_address(alice);
    const struct sealed *late;
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "first");
    late = world_seal(w, alice, world_target_address, "second");
    second = world_copy(w, alice);
    world_start(w, second, w->target, NULL);
    world_tell(w, second, "in another session");
    world_hear(w, w->target, from, late);
    world_say(w, alice, "to the first session");
}

/* ---- ordinary messages */

static void lost_first_of_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    world_say(w, alice, "turns");
    world_seal(w, alice, world_target_address, "lost");
    world_tell(w, alice, "comes");
    world_say(w, alice, "answer");
}

/* A message waits while many come in the next chain. */
static void long_next_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *late;
    world_converse(w, alice);
    late = world_seal(w, alice, world_target_address, "late");
    world_say(w, alice, "turns");
    for (size_t i = 0; i < 8; i++)
        world_tell(w, alice, "in the next chain");
    world_hear(w, w->target, party_address(alice), late);
}

static void forged_jump(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct mutation far = {.counter = {true, 2003}};
    const struct sealed *late;
    world_converse(w, alice);
    late = world_seal(w, alice, world_target_address, "late");
    world_tell(w, alice, "passes it over");
    world_hear_bad_mac(
        w, w->target,
        world_seal_mutated(w, alice, world_target_address, bytes_of_text("far"), &far),
        party_address(alice));
    world_hear(w, w->target, party_address(alice), late);
}

/* A message waits of the oldest of five chains, and a new ratchet key comes with a wrong MAC. */
static void forged_turn(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *late;
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "first");
    late = world_seal(w, alice, world_target_address, "late");
    for (size_t i = 0; i < 4; i++) {
        world_say(w, alice, "turns");
        world_tell(w, alice, "text");
    }
    world_say(w, alice, "turns");
    world_hear_bad_mac(w, w->target, world_seal(w, alice, world_target_address, "forged"),
                       party_address(alice));
    world_hear(w, w->target, party_address(alice), late);
}

/* A message with a new ratchet key of the session before comes, then one of the current one. */
static void two_sessions(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *second;
    struct address from = party_address(alice);
    world_converse(w, alice);
    world_say(w, alice, "turns");
    second = world_copy(w, alice);
    world_start(w, second, w->target, NULL);
    world_tell(w, second, "first of the second session");
    world_say(w, second, "answer");
    world_tell(w, alice, "in the first session");
    world_hear(w, w->target, from,
               world_seal(w, second, world_target_address, "in the second session"));
    world_say(w, second, "answer");
}

/* ---- peers and people */

static void device_zero(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct address zero = {"alice", 0};
    world_converse(w, alice);
    world_seal(w, w->target, zero, "to another device");
    world_hear(w, w->target, zero, world_seal(w, alice, world_target_address, "from device 1"));
}

static void nine_peers(struct world *w)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        world_converse(w, world_peer(w, names[i], 1));
    world_tell(w, w->peers[0], "from the first");
    world_say(w, w->peers[0], "to the first");
}

static void fingerprints(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    world_converse(w, alice);
    world_show_fingerprint(w, from, "alice");
    world_accept_of(w, from, other);
    world_show_fingerprint(w, from, "alice");
}

/* ---- publishing */

static void many_prekeys(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_start(w, alice, w->target, NULL);
    for (size_t i = 0; i < 100; i++)
        world_publish(w, false);
    world_tell(w, alice, "under the first prekey");
}

/* ---- restarts */

/* The second device of a name has a sender key, too. */
static void devices_over_restart(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *second = world_peer(w, "alice", 2);
    world_absorb(w, party_address(alice), world_distribute(w, alice, false));
    world_absorb(w, party_address(second), world_distribute(w, second, false));
    world_restart(w);
    world_group_message(w, "group", party_address(alice), world_group_seal(w, alice, "one"), false);
    world_group_message(w, "group", party_address(second), world_group_seal(w, second, "two"),
                        false);
}

/* ---- groups */

static void fresh_key_over_restart(struct world *w)
{
    world_distribute(w, w->target, false);
    world_group_seal(w, w->target, "before");
    world_distribute(w, w->target, true);
    world_restart(w);
    world_group_seal(w, w->target, "after");
}

static void own_share(struct world *w)
{
    const struct sealed *share = world_distribute(w, w->target, false);
    world_group_seal(w, w->target, "one");
    world_absorb(w, world_target_address, share);
    world_group_seal(w, w->target, "two");
}

static void cut_share(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *share = world_distribute(w, alice, false);
    struct sealed *fresh;
    world_absorb(w, from, share);
    world_group_message(w, "group", from, world_group_seal(w, alice, "one"), false);
    fresh = (struct sealed *)(uintptr_t)world_distribute(w, alice, false);
    fresh->body.len -= 10;
    world_absorb(w, from, fresh);
    world_group_message(w, "group", from, world_group_seal(w, alice, "two"), false);
}

static void two_groups(struct world *w)
{
    struct sealed share;
    world_distribute(w, w->target, false);
    world_group_seal(w, w->target, "to the first");
    sealed_init(&share);
    world_must(party_distribute(w->target, "another group", false, NULL, &share));
    world_must(buffer_append(&w->log, buffer_bytes(&share.body)));
    sealed_fini(&share);
}

const struct blind_conversation fourth_blind_conversations[] = {
    {"refused-of-new", refused_of_new},
    {"refused-of-known", refused_of_known},
    {"two-unanswered", two_unanswered},
    {"id-zero", id_zero},
    {"accepted-late", accepted_late},
    {"forged-of-nobody", forged_of_nobody},
    {"late-header", late_header},
    {"lost-first-of-chain", lost_first_of_chain},
    {"long-next-chain", long_next_chain},
    {"forged-jump", forged_jump},
    {"forged-turn", forged_turn},
    {"two-sessions", two_sessions},
    {"device-zero", device_zero},
    {"nine-peers", nine_peers},
    {"fingerprints", fingerprints},
    {"many-prekeys", many_prekeys},
    {"devices-over-restart", devices_over_restart},
    {"fresh-key-over-restart", fresh_key_over_restart},
    {"own-share", own_share},
    {"cut-share", cut_share},
    {"two-groups", two_groups},
};

const size_t n_fourth_blind_conversations =
    sizeof(fourth_blind_conversations) / sizeof(fourth_blind_conversations[0]);
