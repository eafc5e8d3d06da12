/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/lapse.h - decisions that a party gets wrong in one situation only, and the
 * questions about the situation.
 * Depends on: cipher/signal/store.
 *
 * An honest party has LAPSE_NONE. Where a decision of struct rules has a field of its own, the
 * field is used; these are what is left: the right decision everywhere but there.
 */
#ifndef ASSAY_CIPHER_SIGNAL_LAPSE_H
#define ASSAY_CIPHER_SIGNAL_LAPSE_H

#include "cipher/signal/store.h"

/* Does |p| have lapse |what|? */
bool lapses(const struct party *p, enum rules_lapse what);

/* Another device's record of |peer|'s name, the first; NULL when there is none. */
struct record *lapse_other_device(const struct party *p, struct address peer);

/* |r| (or NULL) has a session that this party started and that is not yet answered. */
bool lapse_is_unanswered(const struct record *r);

/* The first record of |peer|'s name, whatever the device; NULL when there is none. */
const struct record *lapse_first_device(const struct party *p, struct address peer);
/* Is |identity| the known one of another device of |peer|'s name? */
bool lapse_is_of_other_device(const struct party *p, struct address peer, const uint8_t *identity);
/* The session named |base_key| with whomever, or NULL. */
struct session *lapse_find_session(const struct party *p, const uint8_t *base_key);
/* |s| was archived and is current again. */
void lapse_promoted(const struct party *p, struct session *s);
/* The signed prekey was rotated: prekeys that go with it. */
void lapse_rotated(struct party *p);
/* |p| was loaded. */
void lapse_restored(struct party *p);

/* Only by lapses: is |identity|, which is not the known one of |r|, taken nevertheless? If not, it
 * is remembered as refused. |r| may be NULL. */
bool lapse_takes_refused(const struct party *p, struct record *r, const uint8_t *identity);
/* Is |r| that of another device of |p|'s own name? */
bool lapse_is_own_device(const struct party *p, const struct record *r);
/* The archived sessions with |peer| that |p| started and nobody answered go. */
void lapse_drop_unanswered(const struct party *p, struct address peer);
/* The keys of held-back messages go. */
void lapse_lose_kept_keys(struct session *s);
/* The newest one-time KEM prekey's id; |id| as it is when there is none. */
void lapse_take_one_time_id(const struct kem_prekeys *k, uint32_t *id);
/* Does the used |key| (or NULL) stay? */
bool lapse_keeps_kem_prekey(const struct party *p, const struct kem_prekey *key, bool is_known,
                            bool has_one_time);

/* A start with |peer|, of |identity|, was refused for |why|. */
void lapse_refused_start(struct party *p, struct address peer, const uint8_t *identity,
                         enum refusal why);
/* |r| has a new current session: what becomes of the one that it archived. */
void lapse_archived(const struct party *p, const struct record *r);
/* What the header of a session says whose own is |pending|. */
const struct pending *lapse_header(const struct party *p, const struct pending *pending);
/* A KEM ciphertext that nobody asked for. */
MUST_USE enum status lapse_other_ciphertext(const struct party *p,
                                            uint8_t out[SIGNAL_KEM_WIRE_LEN]);
/* Uses of last resorts are remembered no more. */
void lapse_forget_uses(struct party *p);
/* Did the last resort that |m| names serve |base_key| before? */
bool lapse_was_used(struct party *p, const struct prekey_message *m, const uint8_t *base_key);
/* The identity whose fingerprint was first shown of |r|. */
const uint8_t *lapse_shown(struct record *r);
/* Somebody new comes to the records. */
void lapse_new_record(struct party *p);

/* The records of |peer|'s other devices. */
void lapse_archive_others(struct party *p, struct address peer, const struct rules_storage *rules);
void lapse_acknowledge_others(struct party *p, struct address peer);
void lapse_pin_others(struct party *p, struct address peer, const uint8_t *identity);
void lapse_forget_others(struct party *p, struct address peer);

/* The record that is |peer|'s by a comparison that is not whole, or NULL. */
struct record *lapse_find(const struct party *p, struct address peer);

/* The one-time prekey to spend in place of |id|, which was used; 0: none. */
uint32_t lapse_spent_prekey(const struct party *p, uint32_t id, bool is_known, bool is_empty);

/* The own key in |r| to send with: the newest, for the second and later messages under it. */
struct group_state *lapse_sending_state(struct group_record *r);
/* The chain of |r|'s known state moves on to where |state| stands. */
void lapse_move_on(struct group_record *r, const struct group_state *state);
/* The keys of held-back messages under the states before the newest go. */
void lapse_lose_kept_of_older(struct group_record *r);
/* The states before the newest go, when |used| is that. */
void lapse_close_older(struct group_record *r, const struct group_state *used);
/* |state|, a new one of |r|, which is this party's, becomes that of its first group. */
void lapse_share_key(const struct party *p, const struct group_record *r,
                     struct group_state *state);
/* Delete the keys in |group| of |from|. */
void lapse_drop_keys(struct party *p, const char *group, struct address from);
/* Delete the keys in |group| of |from|'s other devices. */
void lapse_drop_keys_of_others(struct party *p, const char *group, struct address from);

/* A state of |id| under another group or another device of |from|, or NULL. */
struct group_state *lapse_find_group(const struct party *p, const char *group, struct address from,
                                     uint32_t id);

#endif
