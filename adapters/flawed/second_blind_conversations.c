/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_conversations.h"

#include <string.h>

/* A bundle of |p|'s whose signature is wrong; |w->target| starts with it. */
static void start_unsigned(struct world *w, struct party *p, bool with_one_time)
{
    struct buffer bundle = world_bundle_of(w, p, false, with_one_time), changed;
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
    struct signal_bundle b;
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    memcpy(signature, b.signature.data, sizeof(signature));
    signature[3] ^= 1;
    b.signature = bytes_of(signature, sizeof(signature));
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(p), &changed, NULL);
    buffer_fini(&changed);
    buffer_fini(&bundle);
}

static void unsigned_bundles(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1),
                 *carol = world_peer(w, "carol", 1);
    struct buffer bundle;
    world_start(w, w->target, alice, NULL);
    world_accept_of(w, party_address(alice), other);
    start_unsigned(w, other, true);
    start_unsigned(w, carol, false);
    bundle = world_bundle_of(w, carol, false, false);
    world_start_with(w, w->target, party_address(carol), &bundle, NULL);
    world_say(w, carol, "without a one-time prekey");
    buffer_fini(&bundle);
}

static void unanswered(struct world *w)
{
    struct party *bob = world_peer(w, "bob", 1), *carol = world_peer(w, "carol", 1),
                 *dave = world_peer(w, "dave", 1), *other = world_peer(w, "dave", 1);
    world_start(w, w->target, bob, NULL);
    world_say(w, bob, "hello");
    world_tell(w, bob, "");
    world_seal(w, w->target, party_address(bob), "you have answered");
    world_start(w, w->target, carol, NULL);
    world_say(w, carol, "one");
    world_say(w, carol, "two");
    world_start(w, w->target, dave, NULL);
    world_seal(w, w->target, party_address(dave), "to dave");
    world_start(w, w->target, other, NULL);
    world_accept_of(w, party_address(dave), other);
    world_seal(w, w->target, party_address(dave), "to whom");
}

/* Sessions that the target started. */
static void own_sessions(struct world *w)
{
    const struct mutation swapped = {.mac = MUTATION_MAC_SWAPPED_IDENTITIES};
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *held;
    world_start(w, w->target, alice, NULL);
    world_say(w, alice, "hello");
    world_tell(w, alice, "answer");
    world_hear(
        w, w->target, party_address(alice),
        world_seal_mutated(w, alice, world_target_address, bytes_of_text("swapped"), &swapped));
    held = world_seal(w, alice, world_target_address, "held");
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "second session");
    world_hear(w, w->target, party_address(alice), held);
    world_seal(w, w->target, party_address(alice), "the first session again");
}

static void rotation(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct buffer before = world_bundle_of(w, w->target, false, true);
    world_publish(w, true);
    world_start_with(w, alice, world_target_address, &before, NULL);
    world_tell(w, alice, "from before the rotation");
    buffer_fini(&before);
}

/* First messages that come again, and ones whose first was lost. */
static void repeats(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    const struct address mallory = {"mallory", 1};
    const struct sealed *second, *third;
    struct prekey_message m;
    struct buffer changed;
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "first");
    second = world_seal(w, alice, world_target_address, "second");
    third = world_seal(w, alice, world_target_address, "third");
    world_must(prekey_message_decode(buffer_bytes(&second->body), &m));
    m.identity_key = party_identity_public(bob);
    buffer_init(&changed, 4096);
    world_must(prekey_message_encode(&m, &changed));
    world_open_as(w, w->target, party_address(alice), SIGNAL_KIND_PREKEY, buffer_bytes(&changed));
    buffer_fini(&changed);
    world_hear(w, w->target, mallory, third);
    world_hear(w, w->target, party_address(alice), second);
    world_start(w, bob, w->target, NULL);
    world_seal(w, bob, world_target_address, "lost");
    world_tell(w, bob, "the first that arrives");
}

static void forged_first_of_known(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *first;
    world_converse(w, alice);
    world_start(w, alice, w->target, NULL);
    first = world_seal(w, alice, world_target_address, "second session");
    world_hear_bad_mac(w, w->target, first, party_address(alice));
    world_hear(w, w->target, party_address(alice), first);
}

static void crossing(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    struct buffer bundle = world_bundle_of(w, w->target, false, true);
    world_start(w, w->target, alice, NULL);
    world_seal(w, w->target, party_address(alice), "mine");
    world_start_with(w, alice, world_target_address, &bundle, NULL);
    world_tell(w, alice, "theirs");
    world_start_with(w, bob, world_target_address, &bundle, NULL);
    world_tell(w, bob, "uses it too");
    buffer_fini(&bundle);
}

static void devices(struct world *w)
{
    static const struct address joined = {"bob1", 2}, first = {"alice", 1};
    struct party *one = world_peer(w, "alice", 1), *two = world_peer(w, "alice", 2),
                 *other = world_peer(w, "alice", 2), *bob = world_peer(w, "bob", 12),
                 *zoe = world_peer(w, "zoe", 1);
    world_converse(w, one);
    world_converse(w, two);
    world_seal(w, w->target, party_address(one), "still there");
    world_show_fingerprint(w, party_address(two), "alice");
    world_start(w, two, w->target, NULL);
    world_hear(w, w->target, first, world_seal(w, two, world_target_address, "as the first"));
    world_accept_of(w, party_address(two), other);
    world_seal(w, w->target, party_address(one), "still there");
    world_converse(w, bob);
    world_hear(w, w->target, joined, world_seal(w, bob, world_target_address, "who am I"));
    world_seal(w, w->target, joined, "who are you");
    world_accept_of(w, party_address(zoe), other);
    world_start(w, zoe, w->target, NULL);
    world_tell(w, zoe, "nobody accepted me");
}

/* Messages of a session before the current one, kept, forged, replayed. */
static void archived(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *repeat, *of_first[4], *of_second;
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "first");
    repeat = world_seal(w, alice, world_target_address, "first, again");
    world_say(w, alice, "answer");
    world_tell(w, alice, "second");
    for (size_t i = 0; i < 4; i++)
        of_first[i] = world_seal(w, alice, world_target_address, "of the first session");
    world_hear(w, w->target, from, of_first[3]);
    world_seal(w, w->target, from, "one");
    world_seal(w, w->target, from, "two");
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "second session");
    of_second = world_seal(w, alice, world_target_address, "of the second session");
    world_hear(w, w->target, from, of_first[3]);
    world_seal(w, w->target, from, "which session");
    world_hear_bad_mac(w, w->target, repeat, from);
    world_seal(w, w->target, from, "which session");
    world_hear_bad_mac(w, w->target, of_first[0], from);
    world_seal(w, w->target, from, "which session");
    world_hear(w, w->target, from, of_first[0]);
    world_seal(w, w->target, from, "which session");
    world_hear(w, w->target, from, of_first[1]);
    party_forget(w->target, from);
    world_hear(w, w->target, from, of_second);
    world_hear(w, w->target, from, of_first[2]);
}

/* One conversation over a restart. */
static void restarted(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *held, *old, *plain;
    world_converse(w, alice);
    held = world_seal(w, alice, world_target_address, "held");
    world_tell(w, alice, "passes over it");
    world_restart(w);
    world_hear(w, w->target, from, held);
    world_hear(w, w->target, from, held);
    plain = world_seal(w, alice, world_target_address, "its version is changed");
    world_hear_forged(w, w->target, from, plain, plain->body.len - 1);
    world_hear(w, w->target, from, plain);
    old = world_seal(w, alice, world_target_address, "of the chain before");
    world_say(w, alice, "turn");
    world_tell(w, alice, "turned");
    world_hear(w, w->target, from, old);
}

/* Conversations in several states over one restart. */
static void restarted_in_many_states(struct world *w)
{
    struct party *bob = world_peer(w, "bob", 1), *other = world_peer(w, "bob", 1),
                 *carol = world_peer(w, "carol", 1), *dave = world_peer(w, "dave", 1),
                 *erin = world_peer(w, "erin", 1);
    const struct sealed *repeat, *held;
    world_converse(w, bob);
    world_accept_of(w, party_address(bob), other);
    world_converse(w, carol);
    world_start(w, carol, w->target, NULL);
    world_tell(w, carol, "second session");
    world_start(w, dave, w->target, NULL);
    world_tell(w, dave, "first");
    repeat = world_seal(w, dave, world_target_address, "first, again");
    world_converse(w, erin);
    held = world_seal(w, erin, world_target_address, "held");
    world_tell(w, erin, "passes over it");
    world_start(w, erin, w->target, NULL);
    world_tell(w, erin, "second session");
    world_restart(w);
    world_seal(w, w->target, party_address(bob), "to whom");
    world_seal(w, w->target, party_address(carol), "which session");
    world_hear(w, w->target, party_address(dave), repeat);
    world_hear(w, w->target, party_address(erin), held);
}

static void empty_text(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    world_say(w, alice, "");
    world_say(w, alice, "not empty");
}

static void groups(struct world *w)
{
    struct party *one = world_peer(w, "alice", 1), *two = world_peer(w, "alice", 2);
    struct address from = party_address(one);
    const struct sealed *sent[5];
    world_absorb(w, from, world_distribute(w, one, false));
    for (size_t i = 0; i < 5; i++)
        sent[i] = world_group_seal(w, one, "in the group");
    world_absorb(w, party_address(two), world_distribute(w, two, false));
    world_group_message(w, "group", from, sent[1], false);
    world_group_message(w, "group", from, sent[0], true);
    world_group_message(w, "group", from, sent[0], false);
    world_group_message(w, "group", from, sent[3], false);
    world_restart(w);
    world_group_message(w, "group", from, sent[2], false);
    world_group_message(w, "group", from, sent[2], false);
    world_absorb(w, from, world_distribute(w, one, true));
    world_group_message(w, "group", from, sent[4], false);
}

static void own_group_keys(struct world *w)
{
    world_distribute(w, w->target, false);
    world_group_seal(w, w->target, "one");
    world_group_seal(w, w->target, "two");
    world_distribute(w, w->target, true);
    world_group_seal(w, w->target, "one member has left");
    world_group_seal(w, w->target, "and does not read this");
    world_restart(w);
    world_distribute(w, w->target, false);
    world_distribute(w, w->target, true);
}

/* A sender's second key that has the id of its first. */
static void group_id_again(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *first = world_distribute(w, alice, false);
    struct mutation again = {.key_id = {true, 0}};
    struct distribution_message m;
    struct sealed key, message;
    enum refusal why;
    world_must(distribution_message_decode(buffer_bytes(&first->body), &m));
    again.key_id.value = m.id;
    world_absorb(w, party_address(alice), first);
    sealed_init(&key);
    sealed_init(&message);
    world_must(party_distribute(alice, "group", true, &again, &key));
    world_must(party_seal_group(alice, "group", bytes_of_text("under the new key"), &again,
                                &message, &why));
    world_absorb(w, party_address(alice), &key);
    world_group_message(w, "group", party_address(alice), &message, false);
    sealed_fini(&key);
    sealed_fini(&message);
}

static void long_sending_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    for (size_t i = 0; i < 32770; i++)
        world_seal(w, w->target, party_address(alice), "text");
}

static void long_receiving_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *held = NULL;
    world_converse(w, alice);
    for (size_t i = 0; i < 65600; i++) {
        const struct sealed *s = world_seal(w, alice, world_target_address, "text");
        if (i % 1900 == 0 || i == 65599)
            world_hear(w, w->target, party_address(alice), s);
        if (i == 65598)
            held = s;
    }
    world_hear(w, w->target, party_address(alice), held);
}

const struct blind_conversation second_blind_conversations[] = {
    {"unsigned-bundles", unsigned_bundles},
    {"unanswered", unanswered},
    {"own-sessions", own_sessions},
    {"rotation", rotation},
    {"repeats", repeats},
    {"forged-first-of-known", forged_first_of_known},
    {"crossing", crossing},
    {"devices", devices},
    {"archived", archived},
    {"restarted", restarted},
    {"restarted-in-many-states", restarted_in_many_states},
    {"empty-text", empty_text},
    {"groups", groups},
    {"own-group-keys", own_group_keys},
    {"group-id-again", group_id_again},
    {"long-sending-chain", long_sending_chain},
    {"long-receiving-chain", long_receiving_chain},
};

const size_t n_second_blind_conversations =
    sizeof(second_blind_conversations) / sizeof(second_blind_conversations[0]);
