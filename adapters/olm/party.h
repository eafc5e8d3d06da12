/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * party.h - one device: its account, whom it knows, and what is kept of it.
 * Depends on: account, peers, device, stream, reasons; serving.
 *
 * Functions return 0 or a code of enum olm_code.
 */
#ifndef ADAPTER_OLM_PARTY_H
#define ADAPTER_OLM_PARTY_H

#include "peers.h"

/* What the parties of a connection share. */
struct olm_state {
    struct stream random;
    bool has_warned; /* somebody was told of a changed identity */
};

struct party {
    struct olm_state *shared; /* borrowed */
    char *name;
    uint32_t device;
    uint8_t secret[ACCOUNT_SECRET_LEN]; /* what the account's identity was made of */
    OlmAccount *account;
    struct identity identity;
    json_t *keys; /* signed device keys */
    /* The current one; both halves, because a forger needs the private one (forge.h). */
    uint8_t fallback_private[ACCOUNT_KEY_LEN];
    char fallback_key[TEXT_KEY_SIZE];
    struct peers peers;
};

/* With |secret| (what party_export gave) unless it is NULL. */
int party_new(struct olm_state *shared, struct served_address self, const uint8_t *secret,
              size_t len, struct party **out);
int party_restore(struct olm_state *shared, const uint8_t *saved, size_t len, struct party **out);
void party_free(struct party *p); /* accepts NULL */
int party_save(struct party *p, struct served_bytes *out);

struct served_address party_self(const struct party *p);

/* With a one-time key of its own, or the fallback key; |rotates| makes a new fallback key first. */
int party_publish(struct party *p, bool with_one_time_key, bool rotates, struct served_bytes *out);
int party_export(const struct party *p, struct served_bytes *out);
/* SHA-256 in base64 over both ids and identities, the smaller Ed25519 key first. */
int party_fingerprint(const struct party *p, struct served_address peer, const char *own_id,
                      const char *peer_id, char out_text[SERVE_DIGITS]);
/* Sessions go, the pinned identity stays. */
int party_forget(struct party *p, struct served_address peer);
/* |key| is the 32 bytes of an Ed25519 key; or none: the one the person was warned of last. The
 * sessions with the old identity go. */
int party_accept(struct party *p, struct served_address peer, const uint8_t *key, size_t len);

/* Pin |seen|, or warn that another identity is: OLM_E_UNTRUSTED. On success *out is the peer. */
int party_trust(struct party *p, struct served_address who, const struct identity *seen,
                json_t *keys, struct peer **out);

#endif
