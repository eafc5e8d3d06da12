/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only a party of Signal v4 can get wrong. */
#include "blind_conversations.h"

#include "cipher/signal/addresses.h"

#include <string.h>

#define TURNS 100u /* an epoch takes 87 */

/* The KEM prekey's signature is wrong, and there is no one-time prekey. */
static void unsigned_last_resort(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct buffer bundle = world_bundle_of(w, alice, false, false), changed;
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
    struct signal_bundle b;
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    memcpy(signature, b.kem_signature.data, sizeof(signature));
    signature[5] ^= 1;
    b.kem_signature = bytes_of(signature, sizeof(signature));
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(alice), &changed, NULL);
    buffer_fini(&changed);
    buffer_fini(&bundle);
}

static void lost_first(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    world_start(w, w->target, alice, NULL);
    world_seal(w, w->target, party_address(alice), "lost");
    world_say(w, alice, "comes");
}

static void without_kem(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct buffer bundle = world_bundle_of(w, alice, false, true), changed;
    struct signal_bundle b;
    world_converse(w, alice);
    world_must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    b.has_kem_prekey = false;
    buffer_init(&changed, 4096);
    world_must(signal_bundle_encode(&b, &changed));
    world_start_with(w, w->target, party_address(alice), &changed, NULL);
    world_seal(w, w->target, party_address(alice), "text");
    buffer_fini(&changed);
    buffer_fini(&bundle);
}

static void start_with_last_resort(struct world *w, struct party *p)
{
    struct buffer bundle = world_bundle_of(w, w->target, false, false);
    world_start_with(w, p, world_target_address, &bundle, NULL);
    buffer_fini(&bundle);
}

static void two_under_last_resort(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    start_with_last_resort(w, alice);
    world_tell(w, alice, "one");
    world_tell(w, alice, "two");
}

static void many_under_last_resort(struct world *w)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    const struct sealed *first = NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct party *p = world_peer(w, names[i], 1);
        start_with_last_resort(w, p);
        const struct sealed *s = world_seal(w, p, world_target_address, "first");
        world_hear(w, w->target, party_address(p), s);
        first = first ? first : s;
    }
    party_forget(w->target, party_address(w->peers[0]));
    world_hear(w, w->target, party_address(w->peers[0]), first);
}

static void share_of_another_group(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    struct sealed share;
    sealed_init(&share);
    world_must(party_distribute(alice, "another group", false, NULL, &share));
    world_absorb(w, party_address(alice), &share);
    sealed_fini(&share);
}

/* Between names that are service ids: the addresses in a message name another device. */
static void other_device(struct world *w)
{
    const struct address self = {"9d0652a3-dcc3-4d11-975f-74d61598733f", 1},
                         other = {"796abedb-ca4e-4f18-8803-1fde5b921f9f", 1},
                         second = {"796abedb-ca4e-4f18-8803-1fde5b921f9f", 2};
    struct party *alice = world_peer(w, other.name, 1);
    struct buffer bundle;
    party_free(w->target);
    w->target = world_new_party(&w->random, w->rules, self.name, self.device);
    bundle = world_bundle_of(w, w->target, false, true);
    world_start_with(w, alice, self, &bundle, NULL);
    world_hear(w, w->target, second, world_seal(w, alice, self, "first"));
    buffer_fini(&bundle);
}

static void without_spqr(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1);
    const struct mutation absent = {.spqr = MUTATION_SPQR_ABSENT};
    world_start(w, alice, w->target, NULL);
    world_hear(w, w->target, party_address(alice),
               world_seal_mutated(w, alice, world_target_address, bytes_of_text("text"), &absent));
    world_say(w, alice, "answer");
}

/* A session is current again after another one was begun. */
static void back_to_first(struct world *w)
{
    struct party *alice = world_peer(w, "alice", 1), *second;
    world_converse(w, alice);
    for (size_t i = 0; i < 20; i++) {
        world_tell(w, alice, "text");
        world_say(w, alice, "text");
    }
    second = world_copy(w, alice);
    world_start(w, second, w->target, NULL);
    world_tell(w, second, "another session");
    for (size_t i = 0; i < TURNS; i++) {
        world_tell(w, alice, "text");
        world_say(w, alice, "text");
    }
}

const struct blind_conversation fourth_blind_conversations_v4[] = {
    {"unsigned-last-resort", unsigned_last_resort},
    {"lost-first", lost_first},
    {"without-kem", without_kem},
    {"two-under-last-resort", two_under_last_resort},
    {"many-under-last-resort", many_under_last_resort},
    {"share-of-another-group", share_of_another_group},
    {"other-device", other_device},
    {"without-spqr", without_spqr},
    {"back-to-first", back_to_first},
};

const size_t n_fourth_blind_conversations_v4 =
    sizeof(fourth_blind_conversations_v4) / sizeof(fourth_blind_conversations_v4[0]);
