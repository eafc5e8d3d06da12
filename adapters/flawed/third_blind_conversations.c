/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_conversations.h"

#include <string.h>

/* The target starts twice, and the peer answers in both sessions. */
static void two_starts(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *first, *second, *in_first, *in_second;
    world_start(w, w->target, alice, NULL);
    first = world_seal(w, w->target, from, "first session");
    world_start(w, w->target, alice, NULL);
    second = world_seal(w, w->target, from, "second session");
    world_hear(w, alice, world_target_address, first);
    in_first = world_seal(w, alice, world_target_address, "in the first");
    world_hear(w, alice, world_target_address, second);
    in_second = world_seal(w, alice, world_target_address, "in the second");
    world_hear(w, w->target, from, in_second);
    world_hear(w, w->target, from, in_first);
}

static void low_order_bundle(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct buffer bundle = world_bundle_of(w, alice, false, true), changed;
    uint8_t key[SIGNAL_KEY_LEN] = {5};
    struct signal_bundle b;
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    memcpy(key + 1, low_order_point(0)->u, 32);
    b.one_time_prekey = bytes_of(key, sizeof(key));
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(alice), &changed, NULL);
    buffer_fini(&changed);
    buffer_fini(&bundle);
}

/* Somebody else under a known name, twice; then the known one is accepted once more. */
static void other_identity(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    world_converse(w, alice);
    world_start(w, other, w->target, NULL);
    world_tell(w, other, "somebody else");
    world_show_fingerprint(w, from, "alice");
    world_tell(w, other, "once more");
    world_accept_of(w, from, alice);
    world_seal(w, w->target, from, "to the known one");
}

static void own_name(struct world *w)
{
    struct party *second = world_peer(w, "target", 2);
    world_start(w, second, w->target, NULL);
    world_tell(w, second, "from the other device");
}

static void unanswered(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_start(w, w->target, alice, NULL);
    for (size_t i = 0; i < 18; i++)
        world_say(w, alice, "not yet answered");
}

static void jump(struct world *w)
{
    struct mutation far = {.counter = {true, 400}};
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *held;
    world_converse(w, alice);
    held = world_seal(w, alice, world_target_address, "held back");
    world_hear(
        w, w->target, party_address(alice),
        world_seal_mutated(w, alice, world_target_address, bytes_of_text("far ahead"), &far));
    world_hear(w, w->target, party_address(alice), held);
}

static void whole_block(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    world_tell(w, alice, "sixteen letters.");
}

static void end_of_a_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *last;
    world_converse(w, alice);
    last = world_seal(w, alice, world_target_address, "the last of its chain");
    world_say(w, alice, "text");
    world_tell(w, alice, "the first of the next");
    world_hear(w, w->target, party_address(alice), last);
}

/* The first session goes on after a second one was begun with a copy of the peer's state. */
static void archived(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *copy;
    struct address from = party_address(alice);
    const struct sealed *held, *waiting;
    world_converse(w, alice);
    held = world_seal(w, alice, world_target_address, "held back");
    world_tell(w, alice, "text");
    waiting = world_seal(w, w->target, from, "waits");
    copy = world_copy(w, alice);
    world_start(w, copy, w->target, NULL);
    world_tell(w, copy, "second session");
    world_tell(w, alice, "the first is current again");
    world_hear(w, w->target, from, held);
    world_tell(w, copy, "the second is current again");
    world_hear(w, alice, world_target_address, waiting);
    world_tell(w, alice, "under a new key");
}

static void low_order_turn(struct world *w)
{
    const struct mutation zeros = {.ratchet_key = MUTATION_KEY_LOW_ORDER_1};
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    world_say(w, alice, "text");
    world_hear(w, w->target, party_address(alice),
               world_seal_mutated(w, alice, world_target_address, bytes_of_text("zeros"), &zeros));
}

/* In a session that the target started the first message of a chain is lost. */
static void lost_start(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_start(w, w->target, alice, NULL);
    world_say(w, alice, "hello");
    world_seal(w, alice, world_target_address, "lost");
    world_tell(w, alice, "the first that arrives");
}

static void restarted(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    world_say(w, alice, "one");
    world_say(w, alice, "two");
    world_tell(w, alice, "text");
    world_restart(w);
    world_say(w, alice, "after a restart");
}

static void groups(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *held, *late;
    world_distribute(w, w->target, false);
    world_distribute(w, w->target, true);
    world_absorb(w, from, world_distribute(w, alice, false));
    held = world_group_seal(w, alice, "held back");
    world_absorb(w, from, world_distribute(w, alice, false));
    world_group_message(w, "group", from, held, false);
    held = world_group_seal(w, alice, "held back");
    world_group_message(w, "group", from, world_group_seal(w, alice, "text"), false);
    late = world_group_seal(w, alice, "late");
    world_absorb(w, from, world_distribute(w, alice, true));
    world_group_message(w, "group", from, held, false);
    world_group_message(w, "group", from, world_group_seal(w, alice, "fresh"), false);
    world_group_message(w, "group", from, late, false);
}

/* A chain of more than 65536 messages, of which most are lost, and a restart in it. */
static void long_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    struct mutation far = {.counter = {true, 0}};
    world_converse(w, alice);
    for (uint32_t i = 1; i <= 34; i++) {
        far.counter.value = 1999 * i;
        if (i == 34)
            world_restart(w);
        world_hear(w, w->target, from,
                   world_seal_mutated(w, alice, world_target_address, bytes_of_text("text"), &far));
    }
}

const struct blind_conversation third_blind_conversations[] = {
    {"two-starts", two_starts},
    {"low-order-bundle", low_order_bundle},
    {"other-identity", other_identity},
    {"own-name", own_name},
    {"unanswered", unanswered},
    {"jump", jump},
    {"whole-block", whole_block},
    {"end-of-a-chain", end_of_a_chain},
    {"archived", archived},
    {"low-order-turn", low_order_turn},
    {"lost-start", lost_start},
    {"restarted", restarted},
    {"groups", groups},
    {"long-chain", long_chain},
};

const size_t n_third_blind_conversations =
    sizeof(third_blind_conversations) / sizeof(third_blind_conversations[0]);
