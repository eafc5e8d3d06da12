/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blind_world.h - parties of one conversation, for the test of the blind flaws: each act notes what
 * the target showed of it. What cannot fail but by the test's own fault ends the program.
 * Depends on: cipher.
 */
#ifndef ADAPTERS_FLAWED_BLIND_WORLD_H
#define ADAPTERS_FLAWED_BLIND_WORLD_H

#include "cipher/signal/party.h"

#define WORLD_PEERS 12u
#define WORLD_MESSAGES 64u
#define WORLD_LOG_MAX ((size_t)64 * 1024 * 1024)

/* One conversation: the target, its peers, and all that the target showed. */
struct world {
    struct random random, peers_random;
    const struct rules *honest; /* of the version that all speak */
    const struct rules *rules;  /* of the target */
    struct party *target;
    struct party *peers[WORLD_PEERS];
    size_t n_peers;
    struct sealed messages[WORLD_MESSAGES];
    size_t n_messages;
    struct buffer log;
};

extern const struct address world_target_address;

void world_must(enum status st);
struct party *world_new_party(struct random *random, const struct rules *rules, const char *name,
                              uint32_t device);
/* Kept in |w|; the second one by |rules|, which are not the honest ones. */
struct party *world_peer(struct world *w, const char *name, uint32_t device);
struct party *world_peer_by(struct world *w, const struct rules *rules, const char *name,
                            uint32_t device);
/* Another device, or thief, with all that |p| has now. */
struct party *world_copy(struct world *w, const struct party *p);

struct buffer world_bundle_of(struct world *w, struct party *p, bool rotates, bool with_one_time);
/* The target publishes, and nobody fetches it. */
void world_publish(struct world *w, bool rotates);
void world_start_with(struct world *w, struct party *p, struct address with,
                      const struct buffer *bundle, const struct mutation *mutation);
/* |p| starts with a fresh bundle of |of|. */
void world_start(struct world *w, struct party *p, struct party *of,
                 const struct mutation *mutation);

/* What is sealed stays until WORLD_MESSAGES others are. */
const struct sealed *world_seal_mutated(struct world *w, struct party *p, struct address to,
                                        struct bytes text, const struct mutation *mutation);
const struct sealed *world_seal(struct world *w, struct party *p, struct address to,
                                const char *text);
void world_open_as(struct world *w, struct party *p, struct address from, enum signal_kind kind,
                   struct bytes body);
void world_hear(struct world *w, struct party *p, struct address from, const struct sealed *s);
/* The same with the last byte but |at| changed. */
void world_hear_forged(struct world *w, struct party *p, struct address from,
                       const struct sealed *s, size_t at);
/* A forged MAC: it ends an ordinary message; of a first one, ids stand behind it. */
void world_hear_bad_mac(struct world *w, struct party *p, const struct sealed *s,
                        struct address from);

/* |p| says |text| to the target, and it arrives. */
void world_tell(struct world *w, struct party *p, const char *text);
/* The target says |text| to |p|, and it arrives. */
void world_say(struct world *w, struct party *p, const char *text);
/* A conversation that |p| began, and both have been heard. */
void world_converse(struct world *w, struct party *p);

/* The target is saved and loaded. */
void world_restart(struct world *w);
void world_accept_key(struct world *w, struct address of, struct bytes key);
void world_accept_of(struct world *w, struct address of, const struct party *p);
void world_show_fingerprint(struct world *w, struct address of, const char *peer_id);

/* In the group "group", but for opening. */
void world_group_message(struct world *w, const char *group, struct address from,
                         const struct sealed *s, bool is_forged);
const struct sealed *world_group_seal(struct world *w, struct party *p, const char *text);
const struct sealed *world_distribute(struct world *w, struct party *p, bool is_fresh);
void world_absorb(struct world *w, struct address from, const struct sealed *s);

#endif
