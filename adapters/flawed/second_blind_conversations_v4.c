/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only a party of Signal v4 can get wrong. */
#include "blind_conversations.h"

#include <string.h>

/* A bundle of |p|'s whose KEM signature is wrong; |w->target| starts with it. */
static void start_with_unsigned_kem(struct world *w, struct party *p)
{
    struct buffer bundle = world_bundle_of(w, p, false, true), changed;
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
    struct signal_bundle b;
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    memcpy(signature, b.kem_signature.data, sizeof(signature));
    signature[3] ^= 1;
    b.kem_signature = bytes_of(signature, sizeof(signature));
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(p), &changed, NULL);
    buffer_fini(&changed);
    buffer_fini(&bundle);
}

/* |p| starts with |bundle|, but for its KEM prekey, which is that of |other|. */
static void start_with_kem_of(struct world *w, struct party *p, const struct buffer *bundle,
                              const struct buffer *other)
{
    struct signal_bundle b, of_other;
    struct buffer changed;
    world_must(signal_bundle_decode(buffer_bytes(bundle), &b));
    world_must(signal_bundle_decode(buffer_bytes(other), &of_other));
    b.kem_prekey_id = of_other.kem_prekey_id;
    b.kem_prekey = of_other.kem_prekey;
    b.kem_signature = of_other.kem_signature;
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, p, world_target_address, &changed, NULL);
    buffer_fini(&changed);
}

static void known_peer(struct world *w)
{
    const struct mutation high_bit = {.base_key = MUTATION_KEY_HIGH_BIT};
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    struct buffer first, second;
    world_converse(w, alice);
    start_with_unsigned_kem(w, alice);
    first = world_bundle_of(w, w->target, false, true);
    second = world_bundle_of(w, w->target, false, true);
    world_start_with(w, alice, world_target_address, &first, NULL);
    world_tell(w, alice, "again");
    start_with_kem_of(w, bob, &second, &first);
    world_tell(w, bob, "uses its KEM prekey, too");
    world_start(w, alice, w->target, &high_bit);
    world_tell(w, alice, "another spelling");
    buffer_fini(&first);
    buffer_fini(&second);
}

static void repeats(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "first");
    world_tell(w, alice, "not yet answered");
}

static void last_resort(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    struct buffer old = world_bundle_of(w, w->target, false, false), next;
    const struct sealed *first;
    world_start_with(w, alice, world_target_address, &old, NULL);
    first = world_seal(w, alice, world_target_address, "first");
    world_hear(w, w->target, party_address(alice), first);
    world_restart(w);
    party_forget(w->target, party_address(alice));
    world_hear(w, w->target, party_address(alice), first);
    next = world_bundle_of(w, w->target, true, false);
    world_start_with(w, bob, world_target_address, &old, NULL);
    world_tell(w, bob, "from before the rotation");
    buffer_fini(&next);
    buffer_fini(&old);
}

static void restarted(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_publish(w, false);
    world_start(w, w->target, alice, NULL);
    world_say(w, alice, "hello");
    world_restart(w);
    world_publish(w, false);
    world_say(w, alice, "after a restart");
}

/* The first session goes on after a second one was begun with a copy of the peer's state. */
static void archived(struct world *w)
{
    const struct mutation absent = {.spqr = MUTATION_SPQR_ABSENT};
    struct party *alice = world_peer(w, "alice", 1), *copy;
    struct address from = party_address(alice);
    world_start(w, alice, w->target, NULL);
    world_tell(w, alice, "first");
    world_say(w, alice, "answer");
    copy = world_copy(w, alice);
    world_start(w, copy, w->target, NULL);
    world_tell(w, copy, "second session");
    world_hear(w, w->target, from,
               world_seal_mutated(w, alice, world_target_address,
                                  bytes_of_text("without a word to SPQR"), &absent));
    /* the byte before the MAC is the last of a chunk */
    world_hear_forged(w, w->target, from,
                      world_seal(w, alice, world_target_address, "forged, and lost"),
                      SIGNAL_MAC_LEN);
    for (size_t i = 0; i < 4; i++)
        world_tell(w, alice, "a chunk of the header");
}

/* From the second epoch on the peer's MACs over ciphertexts are of the epoch before. */
static void stale_ciphertext_mac(struct world *w)
{
    struct rules stale = *rules_honest_v4();
    stale.spqr.deviates = SPQR_AUTHENTICATOR_STAYS;
    stale.trigger = (struct rules_trigger){RULES_FROM_EPOCH, 2};
    struct party *alice = world_peer_by(w, &stale, "alice", 1);
    world_start(w, alice, w->target, NULL);
    for (size_t i = 0; i < 200; i++) {
        world_tell(w, alice, "text");
        world_say(w, alice, "text");
    }
    party_free(alice);
    w->n_peers--; /* its rules end here */
}

/* Each turn the peer seals two messages, of which one comes two turns late; others are lost. */
static void losses(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *late[3] = {NULL};
    world_start(w, alice, w->target, NULL);
    for (size_t i = 0; i < 260; i++) {
        const struct sealed *s;
        if (i >= 2)
            world_hear(w, w->target, from, late[(i - 2) % 3]);
        late[i % 3] = world_seal(w, alice, world_target_address, "late");
        s = world_seal(w, alice, world_target_address, "text");
        if (i % 3 != 2)
            world_hear(w, w->target, from, s);
        s = world_seal(w, w->target, from, "text");
        if (i % 4 != 3)
            world_hear(w, alice, world_target_address, s);
    }
}

/* Each turn there is a restart, and a message of the turn before comes late. */
static void restarts_between_epochs(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *late[2] = {NULL};
    world_start(w, alice, w->target, NULL);
    for (size_t i = 0; i < 130; i++) {
        late[i % 2] = world_seal(w, alice, world_target_address, "late");
        world_tell(w, alice, "text");
        world_say(w, alice, "text");
        world_restart(w);
        if (i >= 1)
            world_hear(w, w->target, from, late[(i - 1) % 2]);
    }
}

const struct blind_conversation second_blind_conversations_v4[] = {
    {"known-peer", known_peer},   {"repeats", repeats},
    {"last-resort", last_resort}, {"restarted", restarted},
    {"archived", archived},       {"stale-ciphertext-mac", stale_ciphertext_mac},
    {"losses", losses},           {"restarts-between-epochs", restarts_between_epochs},
};

const size_t n_second_blind_conversations_v4 =
    sizeof(second_blind_conversations_v4) / sizeof(second_blind_conversations_v4[0]);
