/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * peers.h - who a device knows: whose identity is pinned to an address, and the sessions with it.
 * Depends on: session, device, reasons; serving/stash.
 *
 * Trust on first use: the first identity that is seen signed and authenticated is pinned. Sessions
 * are kept as libolm's pickles, so that what was not stored has not happened; the newest used is
 * first, and beyond PEERS_SESSIONS_MAX the last is dropped.
 */
#ifndef ADAPTER_OLM_PEERS_H
#define ADAPTER_OLM_PEERS_H

#include "device.h"
#include "session.h"

#define PEERS_MAX 1024u
#define PEERS_SESSIONS_MAX 8u /* the Matrix specification: at least 4 */

struct peer {
    char *name;
    uint32_t device;
    struct identity identity; /* curve25519 is empty where a person accepted an Ed25519 key alone */
    json_t *keys;             /* the device keys it was pinned by; NULL as above */
    struct served_bytes sessions[PEERS_SESSIONS_MAX];
    size_t n_sessions;
    char other_ed25519[TEXT_KEY_SIZE]; /* the person was warned of it; not kept on disk */
};

struct peers {
    struct peer *items;
    size_t count, cap;
};

void peers_fini(struct peers *p);
/* NULL when there is none. Valid until the next peers_add. */
struct peer *peers_find(const struct peers *p, struct served_address who);
/* The one there is, or a new one without identity. 0, OLM_E_NAME, OLM_E_FULL, OLM_E_NOMEM. */
int peers_add(struct peers *p, struct served_address who, struct peer **out);

/* May |seen| be |peer|'s identity? */
bool peer_may_be(const struct peer *peer, const struct identity *seen);
/* Pin it; |keys| is counted once more. */
void peer_pin(struct peer *peer, const struct identity *seen, json_t *keys);
void peer_drop_sessions(struct peer *peer);
/* Store |pickle| (given) as the newest, in place of number |at| or as a new one. */
#define PEER_NEW_SESSION PEERS_SESSIONS_MAX
void peer_keep_session(struct peer *peer, size_t at, struct served_bytes pickle);
/* In its place, without making it the newest. */
void peer_update_session(struct peer *peer, size_t at, struct served_bytes pickle);

void peers_save(const struct peers *p, struct stash *out);
/* Into empty peers; a mistake shows in |in|. */
void peers_load(struct peers *p, struct stash_reader *in);

#endif
