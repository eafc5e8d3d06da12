/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only a party of Signal v4 can get wrong. */
#include "blind_conversations.h"

#include "cipher/signal/addresses.h"

#include <string.h>

#define TURNS 92u /* an epoch takes 87 */

static void rotation(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    struct buffer last = world_bundle_of(w, w->target, false, false),
                  one = world_bundle_of(w, w->target, false, true), next;
    const struct sealed *first;
    world_start_with(w, bob, world_target_address, &last, NULL);
    first = world_seal(w, bob, world_target_address, "under the last resort");
    world_hear(w, w->target, party_address(bob), first);
    next = world_bundle_of(w, w->target, true, false);
    party_forget(w->target, party_address(bob));
    world_hear(w, w->target, party_address(bob), first);
    world_start_with(w, alice, world_target_address, &one, NULL);
    world_tell(w, alice, "from before the rotation");
    buffer_fini(&next);
    buffer_fini(&one);
    buffer_fini(&last);
}

/* A one-time KEM prekey is given beside no one-time prekey, and given twice. */
static void kem_prekey_alone(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *bob = world_peer(w, "bob", 1);
    struct buffer bundle = world_bundle_of(w, w->target, false, true), changed;
    struct signal_bundle b;
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    b.has_one_time_prekey = false;
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, alice, world_target_address, &changed, NULL);
    world_tell(w, alice, "first");
    world_start_with(w, bob, world_target_address, &changed, NULL);
    world_tell(w, bob, "uses it too");
    buffer_fini(&changed);
    buffer_fini(&bundle);
}

/* |p| says "text" to |to| with the addresses of |other| in it. */
static void tell_with_addresses(struct world *w, struct party *p, struct address to,
                                struct address other)
{
    uint8_t addresses[SIGNAL_ADDRESSES_LEN], mac[SIGNAL_MAC_LEN] = {0};
    struct signal_message m;
    struct sealed s;
    struct buffer changed;
    enum refusal why;
    sealed_init(&s);
    buffer_init(&changed, 4096);
    world_must(party_seal(p, to, bytes_of_text("text"), NULL, &s, &why));
    world_must(signal_message_decode_v4(buffer_bytes(&s.body), &m));
    m.has_addresses = addresses_encode(other, to, addresses);
    m.addresses = bytes_of(addresses, sizeof(addresses));
    world_must(signal_message_encode(&m, &changed));
    world_must(buffer_append(&changed, bytes_of(mac, sizeof(mac))));
    buffer_clear(&s.body);
    world_must(buffer_append(&s.body, buffer_bytes(&changed)));
    world_must(sealed_reseal(&s));
    world_hear(w, w->target, party_address(p), &s);
    buffer_fini(&changed);
    sealed_fini(&s);
}

/* Between names that are service ids. */
static void wrong_addresses(struct world *w)
{
    const struct address self = {"9d0652a3-dcc3-4d11-975f-74d61598733f", 1},
                         other = {"796abedb-ca4e-4f18-8803-1fde5b921f9f", 2};
    struct party *alice = world_peer(w, other.name, 1);
    struct buffer bundle;
    party_free(w->target);
    w->target = world_new_party(&w->random, w->rules, self.name, self.device);
    bundle = world_bundle_of(w, w->target, false, true);
    world_start_with(w, alice, self, &bundle, NULL);
    world_hear(w, w->target, party_address(alice), world_seal(w, alice, self, "first"));
    world_hear(w, alice, self, world_seal(w, w->target, party_address(alice), "answer"));
    tell_with_addresses(w, alice, self, party_address(alice));
    tell_with_addresses(w, alice, self, other);
    buffer_fini(&bundle);
}

static void one_way(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_converse(w, alice);
    for (size_t i = 0; i < 130; i++)
        world_seal(w, w->target, party_address(alice), "text");
}

/* Each turn the peer seals two messages, of which one comes three turns late. */
static void late(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct address from = party_address(alice);
    const struct sealed *held[4] = {NULL};
    world_start(w, alice, w->target, NULL);
    for (size_t i = 0; i < TURNS; i++) {
        held[i % 4] = world_seal(w, alice, world_target_address, "late");
        world_tell(w, alice, "text");
        if (i >= 3)
            world_hear(w, w->target, from, held[(i - 3) % 4]);
        world_say(w, alice, "text");
    }
}

static void restarts(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_start(w, alice, w->target, NULL);
    for (size_t i = 0; i < 40; i++) {
        world_tell(w, alice, "text");
        if (i % 2)
            world_restart(w);
        world_say(w, alice, "text");
    }
}

const struct blind_conversation third_blind_conversations_v4[] = {
    {"rotation", rotation},
    {"kem-prekey-alone", kem_prekey_alone},
    {"wrong-addresses", wrong_addresses},
    {"one-way", one_way},
    {"restarts", restarts},
    {"late", late},
};

const size_t n_third_blind_conversations_v4 =
    sizeof(third_blind_conversations_v4) / sizeof(third_blind_conversations_v4[0]);
