/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_conversations.h"

#include <stdlib.h>
#include <string.h>

/* Bundles whose signature is wrong, of other devices and of known peers. */
static void bad_bundles(struct world *w)
{
    struct party *one = world_peer(w, "alice", 1), *two = world_peer(w, "alice", 2),
                 *bob = world_peer(w, "bob", 1);
    struct buffer bundle = world_bundle_of(w, two, false, true),
                  other = world_bundle_of(w, bob, false, true);
    struct buffer changed;
    struct signal_bundle b, of_bob;
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
    world_start(w, w->target, one, NULL);
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    world_must(signal_bundle_decode(buffer_bytes(&other), &of_bob));
    buffer_init(&changed, 4096);
    memcpy(signature, b.signature.data, sizeof(signature));
    signature[3] ^= 1;
    b.signature = bytes_of(signature, sizeof(signature));
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(two), &changed, NULL);
    world_start_with(w, w->target, party_address(two), &bundle, NULL);
    buffer_clear(&changed);
    signature[3] ^= 1;
    signature[63] ^= 0x80;
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(two), &changed, NULL);
    buffer_clear(&changed);
    signature[63] ^= 0x80;
    b.signed_prekey = of_bob.signed_prekey; /* under the id that verified before */
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(two), &changed, NULL);
    buffer_fini(&changed);
    buffer_fini(&bundle);
    buffer_fini(&other);
}

/* Somebody else under a known name after the sessions were forgotten. */
static void impostor_after_forgetting(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1);
    struct party *third = world_peer(w, "alice", 1);
    world_converse(w, alice);
    party_forget(w->target, party_address(alice));
    world_start(w, w->target, other, NULL);
    world_start(w, third, w->target, NULL);
    world_tell(w, third, "somebody else");
}

static void impostor_after_restart(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1);
    world_converse(w, alice);
    party_forget(w->target, party_address(alice));
    world_restart(w);
    world_start(w, other, w->target, NULL);
    world_tell(w, other, "somebody else");
}

static void unanswered(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *two = world_peer(w, "alice", 2);
    world_start(w, w->target, alice, NULL);
    world_say(w, alice, "hello");
    world_start(w, w->target, alice, NULL);
    world_say(w, alice, "hello again");
    world_start(w, w->target, two, NULL);
    world_say(w, two, "hello too");
    world_hear_bad_mac(w, w->target, world_seal(w, two, world_target_address, "forged"),
                       party_address(two));
    world_seal(w, w->target, party_address(two), "still a first message");
    world_restart(w);
    world_say(w, two, "after a restart");
    world_say(w, alice, "after a restart");
    world_tell(w, alice, "answer");
    world_seal(w, w->target, party_address(two), "still a first message");
}

static void prekeys(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1),
                 *eve = world_peer(w, "eve", 1);
    const struct mutation wide = {.one_time_prekey_id = {true, 65536 + 1}};
    struct buffer first = world_bundle_of(w, w->target, false, true);
    struct buffer second = world_bundle_of(w, w->target, false, true);
    world_start_with(w, eve, world_target_address, &first, &wide);
    world_tell(w, eve, "wide id");
    world_start_with(w, alice, world_target_address, &second, NULL);
    world_tell(w, alice, "uses the second");
    world_start_with(w, bob, world_target_address, &second, NULL);
    world_tell(w, bob, "uses it too");
    world_start_with(w, bob, world_target_address, &first, NULL);
    world_tell(w, bob, "uses the first");
    buffer_fini(&first);
    buffer_fini(&second);
    world_restart(w);
    world_publish(w, false);
    world_publish(w, false);
}

static void prekey_of_empty(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    struct buffer bundle = world_bundle_of(w, w->target, false, true);
    world_start_with(w, alice, world_target_address, &bundle, NULL);
    world_tell(w, alice, "");
    world_start_with(w, bob, world_target_address, &bundle, NULL);
    world_tell(w, bob, "uses it too");
    buffer_fini(&bundle);
}

static void known_peer(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    const struct mutation unknown = {.claimed_one_time_prekey = {true, 9999}};
    struct buffer bundle;
    world_converse(w, alice);
    world_start(w, alice, w->target, &unknown);
    world_tell(w, alice, "names an unknown prekey");
    bundle = world_bundle_of(w, w->target, false, true);
    world_start_with(w, alice, world_target_address, &bundle, NULL);
    world_tell(w, alice, "again");
    world_start_with(w, bob, world_target_address, &bundle, NULL);
    world_tell(w, bob, "uses it too");
    buffer_fini(&bundle);
}

static void forged_first_of_known(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other;
    const struct mutation moved = {.registration_id = {true, 4711}};
    world_converse(w, alice);
    other = world_copy(w, alice);
    world_start(w, other, w->target, &moved);
    world_hear_bad_mac(w, w->target, world_seal(w, other, world_target_address, "forged"),
                       party_address(alice));
    world_say(w, alice, "still here");
    world_tell(w, alice, "so am I");
}

static void crossing(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *ours, *theirs;
    world_start(w, w->target, alice, NULL);
    world_start(w, alice, w->target, NULL);
    ours = world_seal(w, w->target, party_address(alice), "mine");
    theirs = world_seal(w, alice, world_target_address, "theirs");
    world_hear(w, w->target, party_address(alice), theirs);
    world_hear(w, alice, world_target_address, ours);
    world_seal(w, w->target, party_address(alice), "which session");
    world_tell(w, alice, "on your session");
}

static void late_and_archived(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *late, *repeated, *held[3];
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "");
    late = world_seal(w, alice, world_target_address, "late");
    repeated = world_seal(w, alice, world_target_address, "repeated");
    world_seal(w, w->target, party_address(alice), "not yet seen");
    world_hear(w, w->target, party_address(alice), late);
    world_say(w, alice, "answer");
    world_tell(w, alice, "second");
    held[0] = world_seal(w, alice, world_target_address, "held");
    held[1] = world_seal(w, alice, world_target_address, "held too");
    held[2] = world_seal(w, alice, world_target_address, "and this");
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "second session");
    world_hear(w, w->target, party_address(alice), repeated);
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "third session");
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "fourth session");
    world_hear_forged(w, w->target, party_address(alice), held[0], 0);
    world_hear_forged(w, w->target, party_address(alice), held[0], 7);
    world_hear_forged(w, w->target, party_address(alice), held[1], 7);
    world_hear(w, w->target, party_address(alice), held[0]);
    world_hear(w, w->target, party_address(alice), held[1]);
    world_hear(w, w->target, party_address(alice), held[2]);
}

static void restarts(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1),
                 *eve = world_peer(w, "eve", 1);
    const struct mutation unknown = {.signed_prekey_id = {true, 4711}};
    struct buffer before = world_bundle_of(w, w->target, false, true);
    world_publish(w, true);
    world_publish(w, true);
    world_publish(w, true);
    world_converse(w, alice);
    world_restart(w);
    world_start_with(w, bob, world_target_address, &before, NULL);
    world_tell(w, bob, "under the old prekey");
    world_start(w, eve, w->target, &unknown);
    world_tell(w, eve, "under an unknown one");
    world_say(w, alice, "after the restart");
    world_tell(w, alice, "a new key");
    world_say(w, alice, "another");
    buffer_fini(&before);
}

static void identities(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *other = world_peer(w, "alice", 1);
    struct party *third = world_peer(w, "alice", 1), *two = world_peer(w, "alice", 2),
                 *bob = world_peer(w, "bob", 1);
    uint8_t near[SIGNAL_KEY_LEN];
    const struct sealed *held;
    world_converse(w, alice);
    world_converse(w, two);
    world_converse(w, bob);
    held = world_seal(w, alice, world_target_address, "of the old identity");
    world_accept_of(w, party_address(alice), other);
    world_seal(w, w->target, party_address(alice), "to whom");
    world_show_fingerprint(w, party_address(alice), "alice");
    world_start(w, other, w->target, NULL);
    world_tell(w, other, "the new one");
    world_hear(w, w->target, party_address(alice), held);
    world_tell(w, two, "the other device");
    world_start(w, third, w->target, NULL);
    world_tell(w, third, "nobody accepted me");
    memcpy(near, party_identity_public(bob).data, sizeof(near));
    near[5] ^= 1;
    world_accept_key(w, party_address(bob), bytes_of(near, sizeof(near)));
    world_tell(w, bob, "nearly the same");
    world_show_fingerprint(w, party_address(bob), "a long stable id, one");
    world_show_fingerprint(w, party_address(bob), "a long stable id, two");
}

static void devices_and_names(struct world *w)
{
    static const struct address as[] = {{"alice", 2}, {"Alice", 1}, {"alice.b", 1}, {"alice", 257}};
    struct party *alice = world_peer(w, "alice", 1), *three = world_peer(w, "alice", 3);
    world_converse(w, alice);
    for (size_t i = 0; i < sizeof(as) / sizeof(as[0]); i++) {
        world_hear(w, w->target, as[i],
                   world_seal(w, alice, world_target_address, "under another address"));
        world_seal(w, w->target, as[i], "to another address");
    }
    world_converse(w, three);
    party_forget(w->target, party_address(alice));
    world_say(w, three, "still there");
}

static void messages(struct world *w)
{
    static const uint8_t zeros[] = {'a', 0, 'b'};
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *held, *old;
    uint8_t *long_text = calloc(1, 70000);
    world_converse(w, alice);
    held = world_seal(w, alice, world_target_address, "held back");
    world_tell(w, alice, "next");
    world_hear_bad_mac(w, w->target, held, party_address(alice));
    world_hear(w, w->target, party_address(alice), held);
    world_hear(
        w, w->target, party_address(alice),
        world_seal_mutated(w, alice, world_target_address, bytes_of(zeros, sizeof(zeros)), NULL));
    world_hear_bad_mac(
        w, w->target,
        world_seal_mutated(w, alice, world_target_address, bytes_of(long_text, 70000), NULL),
        party_address(alice));
    world_hear(
        w, alice, world_target_address,
        world_seal_mutated(w, w->target, party_address(alice), bytes_of(long_text, 70000), NULL));
    world_say(w, alice, "sixteen bytes!!!");
    old = world_seal(w, alice, world_target_address, "of the chain before");
    world_tell(w, alice, "passes over it");
    world_say(w, alice, "turn");
    held = world_seal(w, alice, world_target_address, "the chain's first");
    world_hear(w, w->target, party_address(alice), held);
    world_hear(w, w->target, party_address(alice), held);
    world_hear(w, w->target, party_address(alice), old);
    world_hear(w, w->target, party_address(alice), old);
    for (size_t i = 0; i < 8; i++)
        world_hear_bad_mac(w, w->target, world_seal(w, alice, world_target_address, "forged"),
                           party_address(alice));
    world_say(w, alice, "still here");
    free(long_text);
}

static void groups(struct world *w)
{
    static const struct address one = {"alice", 1}, two = {"alice", 2};
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *key = world_distribute(w, alice, false), *sent[4], *next;
    for (size_t i = 0; i < 4; i++)
        sent[i] = world_group_seal(w, alice, "in the group");
    world_absorb(w, one, key);
    world_group_message(w, "group", one, sent[1], false);
    world_group_message(w, "group", one, sent[0], true);
    world_group_message(w, "group", one, sent[0], false);
    world_group_message(w, "group", two, sent[2], false);
    world_group_message(w, "other group", one, sent[2], false);
    next = world_distribute(w, alice, true);
    world_absorb(w, one, next);
    world_group_message(w, "group", one, sent[3], true);
    world_group_message(w, "group", one, sent[3], false);
    world_distribute(w, w->target, false);
    world_group_seal(w, w->target, "one");
    world_restart(w);
    world_group_seal(w, w->target, "two");
    world_distribute(w, w->target, true);
    world_distribute(w, w->target, true);
    world_absorb(w, one, key);
    world_group_message(w, "group", one, sent[1], false);
}

static void long_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct sealed *held = NULL;
    world_converse(w, alice);
    for (size_t i = 0; i < 300; i++) {
        const struct sealed *s = world_seal(w, alice, world_target_address, "text");
        if (i == 0)
            world_hear(w, w->target, party_address(alice), s);
        if (i == 270)
            held = s;
        if (i == 271) {
            world_hear(w, w->target, party_address(alice), s);
            world_hear(w, w->target, party_address(alice), held);
        }
    }
}

static void longer_chain(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    for (size_t i = 0; i < 33000; i++) {
        const struct sealed *s = world_seal(w, alice, world_target_address, "text");
        if (i % 1900 == 0 || i > 32990)
            world_hear(w, w->target, party_address(alice), s);
    }
}

const struct blind_conversation blind_conversations[] = {
    {"bad-bundles", bad_bundles},
    {"impostor-after-forgetting", impostor_after_forgetting},
    {"impostor-after-restart", impostor_after_restart},
    {"unanswered", unanswered},
    {"prekeys", prekeys},
    {"prekey-of-empty", prekey_of_empty},
    {"known-peer", known_peer},
    {"forged-first-of-known", forged_first_of_known},
    {"crossing", crossing},
    {"late-and-archived", late_and_archived},
    {"restarts", restarts},
    {"identities", identities},
    {"devices-and-names", devices_and_names},
    {"messages", messages},
    {"groups", groups},
    {"long-chain", long_chain},
    {"longer-chain", longer_chain},
};

const size_t n_blind_conversations = sizeof(blind_conversations) / sizeof(blind_conversations[0]);
