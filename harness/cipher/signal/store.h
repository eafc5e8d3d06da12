/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/store.h - what a party keeps: prekeys, and per peer its identity and its sessions
 * (Sesame 2, 3).
 * Depends on: base, cipher/signal/session, cipher/signal/sender_key.
 *
 * Invariants: no two prekeys of a kind have one id; a record's current session is not archived, all
 * others are; archived sessions are newest first. Adding is in two steps, so that a transaction can
 * be completed without failing: store_reserve_*, then the change.
 */
#ifndef ASSAY_CIPHER_SIGNAL_STORE_H
#define ASSAY_CIPHER_SIGNAL_STORE_H

#include "cipher/signal/sender_key.h"
#include "cipher/signal/session.h"

struct prekey {
    uint32_t id;
    struct key_pair pair;
    uint8_t signature[SIGNAL_SIGNATURE_LEN]; /* signed prekeys only */
    bool is_given;                           /* one-time: published already */
    bool is_used;                            /* one-time: used, and kept only by the rules */
};

struct prekeys {
    struct prekey *items; /* oldest first */
    size_t count;
    size_t cap;
};

/* A KEM prekey; keys without the type byte. */
struct kem_prekey {
    uint32_t id;
    bool is_last_resort;    /* else one-time */
    bool is_given, is_used; /* one-time: as of a prekey */
    uint8_t ek[KEM_EK_MAX];
    uint8_t dk[KEM_DK_MAX];
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
};

/* What a last-resort KEM prekey was used with. */
struct kem_use {
    uint32_t kem_prekey_id, signed_prekey_id;
    uint8_t base_key[SIGNAL_KEY_LEN];
};

struct kem_prekeys {
    struct kem_prekey *items; /* oldest first */
    size_t count;
    size_t cap;
    uint32_t next_id;
    struct kem_use *uses; /* oldest first */
    size_t n_uses;
    size_t uses_cap;
};

/* One peer's address and all about it. */
struct record {
    char name[PARTY_NAME_MAX + 1];
    uint32_t device;
    bool is_pinned;
    uint8_t identity[SIGNAL_KEY_LEN]; /* when pinned */
    bool is_accepted_for_ever;        /* only by LAPSE_ACCEPTS_FOR_EVER */
    bool was_accepted; /* by a person; only for LAPSE_UNSIGNED_AFTER_ACCEPTANCE; not saved */
    bool has_refused;  /* another identity; only for lapses of it, not saved */
    uint8_t refused[SIGNAL_KEY_LEN];
    uint32_t verified_id; /* of the signed prekey that verified last; only for the lapse of it */
    bool has_shown;       /* a fingerprint of |shown|; only for LAPSE_FINGERPRINT_KEPT */
    uint8_t shown[SIGNAL_KEY_LEN];
    struct session *current; /* or NULL */
    struct session **archived;
    size_t n_archived;
    size_t archived_cap;
};

struct party {
    char name[PARTY_NAME_MAX + 1];
    uint32_t device;
    struct random *random;
    const struct rules *rules;
    struct key_pair identity;
    uint32_t registration_id;
    bool makes_prekeys; /* one-time prekeys are made when published; false: only imported ones */
    struct prekeys signed_prekeys; /* the last one is current */
    struct prekeys one_time_prekeys;
    struct kem_prekeys kem_prekeys; /* none in v3 */
    uint32_t next_signed_prekey_id;
    uint32_t next_one_time_prekey_id;
    uint32_t n_sessions; /* made so far */
    bool has_base_key;   /* of the last session started */
    struct key_pair base_key;
    struct record **records;
    size_t n_records;
    size_t records_cap;
    struct groups groups;
    struct buffer refused; /* messages, by rules that keep them */
    /* of this object only, not saved */
    bool is_restored;
    uint32_t n_refusals;
    struct buffer last_plaintext; /* only kept for ANSWER_LAST_PLAINTEXT */
    struct pending last_start;    /* only for LAPSE_HEADER_OF_LAST_START */
};

/* The rules that hold for |session| (NULL: for the one that would come next) and |counter|; the
 * honest ones for a session that was carried over. */
const struct rules *party_rules_in(const struct party *p, const struct session *session,
                                   uint32_t counter);

/* The same for a session about to be started. */
const struct rules *party_rules_starting(const struct party *p);

bool address_is_valid(struct address a);

/* |key| as the newest, in place of one that has its id: an id names one key. E_NOMEM. */
MUST_USE enum status prekeys_add(struct prekeys *k, const struct prekey *key);
/* The usable prekey |id|, or NULL. */
struct prekey *prekeys_find(struct prekeys *k, uint32_t id);
void prekeys_remove(struct prekeys *k, struct prekey *key);
void prekeys_fini(struct prekeys *k);

/* The same for KEM prekeys. */
MUST_USE enum status kem_prekeys_add(struct kem_prekeys *k, const struct kem_prekey *key);
struct kem_prekey *kem_prekeys_find(struct kem_prekeys *k, uint32_t id);
void kem_prekeys_remove(struct kem_prekeys *k, struct kem_prekey *key);
void kem_prekeys_fini(struct kem_prekeys *k);
/* Was |use| remembered before? */
bool kem_prekeys_was_used(const struct kem_prekeys *k, const struct kem_use *use);
/* Room to remember one more. E_NOMEM. */
MUST_USE enum status kem_prekeys_reserve_use(struct kem_prekeys *k);
/* Remember |use|. There must be room. */
void kem_prekeys_use(struct kem_prekeys *k, const struct kem_use *use);

/* The record of |peer|, or NULL. */
struct record *store_find(const struct party *p, struct address peer);
/* The same, made when missing. E_NOMEM, E_LIMIT (not an address). */
MUST_USE enum status store_get(struct party *p, struct address peer, struct record **out);
/* Remove |r|, sessions and all, when nothing is known of it: undoes a store_get. */
void store_drop_empty(struct party *p, struct record *r);
void record_free(struct record *r);

/* Room for one more archived session. E_NOMEM. */
MUST_USE enum status record_reserve(struct record *r);
/* Make |s| (given) current; the one before is archived or dropped. There must be room. */
void record_put_current(struct record *r, struct session *s, const struct rules_storage *rules);
/* Archive |s| (given) as the newest. There must be room. */
void record_archive(struct record *r, struct session *s, const struct rules_storage *rules);
/* Make archived session |s| current again, the current one archived. */
void record_promote(struct record *r, struct session *s);
/* Archive the current session. There must be room. */
void record_archive_current(struct record *r, const struct rules_storage *rules);
void record_drop_current(struct record *r);
/* Delete all sessions. */
void record_drop_sessions(struct record *r);
/* The session whose rules are those for |r|'s peer: the current one, but none that was carried
 * over. NULL when there is none; accepts NULL. */
const struct session *record_current(const struct record *r);
/* The newest session that was carried over, or NULL. */
struct session *record_find_carried(const struct record *r);
/* The session named |base_key| (SIGNAL_KEY_LEN bytes), or NULL. |masks|: bit 255 does not count. */
struct session *record_find_session(const struct record *r, const uint8_t *base_key, bool masks);

/* Does |identity| (SIGNAL_KEY_LEN bytes) agree with what is pinned, by |rules|? */
bool record_trusts(const struct record *r, const uint8_t *identity,
                   const struct rules_identity *rules);
/* The same of |r|, the record of |peer| or NULL; by rules.is_of_user of the name's other devices,
 * too. */
bool store_trusts(const struct party *p, struct address peer, const struct record *r,
                  const uint8_t *identity, const struct rules_identity *rules);
void record_pin(struct record *r, const uint8_t *identity);

#endif
