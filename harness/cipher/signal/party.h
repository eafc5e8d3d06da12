/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/party.h - a Signal party of our own, of v3 or v4: identity, prekeys, sessions, in
 * memory.
 * Depends on: base, wire/signal, cipher/cipher (addresses, refusals, options of publishing).
 *
 * Written from the specifications (X3DH revision 1, PQXDH revision 3, XEdDSA revision 1, Double
 * Ratchet revision 4, Sesame revision 2) with the wire form as deployed, straight over base/crypto;
 * only XEdDSA comes from libsignal-protocol-c. Every decision a party makes is a field of struct
 * rules (cipher/signal/rules.h) or of struct mutation (cipher/signal/mutation.h), so that a case
 * can change exactly one of them. With the rules of rules_honest() and no mutation it does what the
 * specifications say. cipher/signal3/signal3.h and cipher/signal4/signal4.h put it behind
 * cipher/cipher.h.
 *
 * Transactional: an operation that does not return OK has changed nothing.
 * All randomness comes from the struct random given at the start.
 */
#ifndef ASSAY_CIPHER_SIGNAL_PARTY_H
#define ASSAY_CIPHER_SIGNAL_PARTY_H

#include "cipher/cipher.h"
#include "cipher/signal/mutation.h"
#include "cipher/signal/rules.h"
#include "wire/signal.h"

#define PARTY_NAME_MAX CIPHER_NAME_MAX
#define PARTY_PLAINTEXT_MAX (1024u * 1024u)
#define PARTY_MESSAGE_MAX (PARTY_PLAINTEXT_MAX + 4096u)

struct party;

struct party_options {
    struct address self;
    struct random *random;         /* kept; must outlive the party */
    const struct rules *rules;     /* kept; must outlive the party; NULL for the honest ones */
    const struct party_keys *keys; /* borrowed; NULL to make fresh ones */
};

struct party_prekey {
    uint32_t id;
    uint8_t private_key[32];
    uint8_t public_key[SIGNAL_KEY_LEN];
    uint8_t signature[SIGNAL_SIGNATURE_LEN]; /* signed prekeys only */
};

struct party_kem_prekey {
    uint32_t id;
    bool is_last_resort;
    struct bytes public_key, private_key; /* without the type byte; borrowed */
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
};

/* Imported keys: for canned vectors, and for a party that shares another's identity. */
struct party_keys {
    uint8_t identity_private[32];
    uint8_t identity_public[SIGNAL_KEY_LEN];
    uint32_t registration_id;
    const struct party_prekey *signed_prekeys; /* the last one is current; NULL and 0 to make one */
    size_t n_signed_prekeys;
    const struct party_prekey *one_time_prekeys;
    size_t n_one_time_prekeys;
    const struct party_kem_prekey *kem_prekeys; /* v4 */
    size_t n_kem_prekeys;
};

/* Make a party. E_NOMEM, E_CRYPTO, E_LIMIT (name empty or too long). The caller frees with
 * party_free. */
MUST_USE enum status party_new(const struct party_options *options, struct party **out);
/* Wipe and free. Accepts NULL. */
void party_free(struct party *p);

/* Views valid as long as the party. */
struct bytes party_identity_public(const struct party *p);
struct bytes party_identity_private(const struct party *p);
uint32_t party_registration_id(const struct party *p);
struct address party_address(const struct party *p);

/* X3DH section 3.2: append an encoded bundle (wire/signal.h) to |out|. E_NOMEM, E_CRYPTO,
 * E_LIMIT. */
MUST_USE enum status party_publish(struct party *p, const struct publish_options *options,
                                   struct buffer *out);

/*
 * Append |bundle| with the identity's signatures over its signed prekey and its KEM prekey as they
 * stand there, whatever they are. E_PARSE: it is no bundle. E_NOMEM, E_CRYPTO, E_LIMIT.
 */
MUST_USE enum status party_sign_bundle(struct party *p, struct bytes bundle, struct buffer *out);

/*
 * X3DH section 3.3: process |peer|'s bundle, so that party_seal to it works.
 * |mutation| may be NULL. E_CRYPTO: refused, *why says for what. E_PARSE: *why REFUSAL_MALFORMED.
 * E_NOMEM.
 */
MUST_USE enum status party_start(struct party *p, struct address peer, struct bytes bundle,
                                 const struct mutation *mutation, enum refusal *why);

/* A sealed message and what only its sender knows, so that a case can change it and seal it
 * again. */
struct sealed {
    enum signal_kind kind;
    struct buffer body;
    uint8_t cipher_key[32]; /* of this message; all zero for distribution messages */
    uint8_t mac_key[32];
    uint8_t seed[32]; /* from which both are derived */
    uint8_t iv[16];
    uint8_t signing_key[32];                 /* private, of a sender-key message; else zero */
    uint8_t sender_identity[SIGNAL_KEY_LEN]; /* as in the associated data */
    uint8_t receiver_identity[SIGNAL_KEY_LEN];
};

void sealed_init(struct sealed *s);
/* Wipe and release. */
void sealed_fini(struct sealed *s);

/*
 * Double Ratchet section 3.4, RatchetEncrypt. A PreKeySignalMessage until the peer has been heard
 * from. E_CRYPTO with *why: no session (REFUSAL_NO_SESSION). E_LIMIT: |plaintext| longer than
 * PARTY_PLAINTEXT_MAX. E_NOMEM.
 */
MUST_USE enum status party_seal(struct party *p, struct address peer, struct bytes plaintext,
                                const struct mutation *mutation, struct sealed *out,
                                enum refusal *why);

/*
 * RatchetDecrypt (section 3.4, with the order of section 3.5: nothing changes unless the MAC
 * verifies), preceded by X3DH section 3.4 for a first message. Appends the plaintext to |out|.
 * E_CRYPTO: refused, *why says for what; nothing has changed. E_NOMEM.
 */
MUST_USE enum status party_open(struct party *p, struct address from, enum signal_kind kind,
                                struct bytes body, struct buffer *out, enum refusal *why);

/* Recompute the MAC of a SignalMessage |body| (alone or inside a prekey message) with the keys kept
 * in |s|. */
MUST_USE enum status sealed_reseal(struct sealed *s);

/* Encrypt another |plaintext| under the keys of |s| and re-MAC. E_PARSE: a distribution message has
 * none. */
MUST_USE enum status sealed_replace_plaintext(struct sealed *s, struct bytes plaintext);

/* Delete all sessions with |peer|; identity, prekeys and trust stay. */
void party_forget(struct party *p, struct address peer);
/* The person accepts |identity_key| (33 bytes) for |peer|. E_NOMEM, E_CRYPTO (not a key). */
MUST_USE enum status party_accept_identity(struct party *p, struct address peer,
                                           struct bytes identity_key);
bool party_has_session(const struct party *p, struct address peer);

/*
 * Everything a party keeps, as bytes; and back. The format is private and versioned. A state of v3
 * loaded by rules of v4 is a party that goes on under v4: its sessions are carried over, and speak
 * v3 until another takes their place. E_PARSE on other bytes.
 */
MUST_USE enum status party_save(const struct party *p, struct buffer *out);
MUST_USE enum status party_load(struct bytes state, struct random *random,
                                const struct rules *rules, struct party **out);

/*
 * What a thief with a quantum computer has: from now on the post-quantum secrets of |p| (private
 * KEM keys, SPQR's) are those of |other|, which has those of |p|. A session that |other| does not
 * have is without. Only of v4; |other| is good for nothing but party_free afterwards.
 */
void party_take_post_quantum(struct party *p, struct party *other);

/*
 * The displayable fingerprint (docs/spec/signal-v3.md): 60 digits and a terminator. Iterations
 * 5200. E_CRYPTO with *why REFUSAL_NO_SESSION when no identity is pinned for |peer|.
 */
MUST_USE enum status party_fingerprint(const struct party *p, struct address peer,
                                       struct bytes own_id, struct bytes peer_id, char out[61],
                                       enum refusal *why);
/* Sender keys (groups). |group| 1 to PARTY_NAME_MAX bytes. */
MUST_USE enum status party_distribute(struct party *p, const char *group, bool fresh,
                                      const struct mutation *mutation, struct sealed *out);
MUST_USE enum status party_absorb(struct party *p, const char *group, struct address from,
                                  struct bytes body, enum refusal *why);
MUST_USE enum status party_seal_group(struct party *p, const char *group, struct bytes plaintext,
                                      const struct mutation *mutation, struct sealed *out,
                                      enum refusal *why);
MUST_USE enum status party_open_group(struct party *p, const char *group, struct address from,
                                      struct bytes body, struct buffer *out, enum refusal *why);

#endif
