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

/* The records of |peer|'s other devices. */
void lapse_acknowledge_others(struct party *p, struct address peer);
void lapse_pin_others(struct party *p, struct address peer, const uint8_t *identity);
void lapse_forget_others(struct party *p, struct address peer);

/* The record that is |peer|'s by a comparison that is not whole, or NULL. */
struct record *lapse_find(const struct party *p, struct address peer);

/* The one-time prekey to spend in place of |id|, which was used; 0: none. */
uint32_t lapse_spent_prekey(const struct party *p, uint32_t id, bool is_known, bool is_empty);

/* A state of |id| under another group or another device of |from|, or NULL. */
struct group_state *lapse_find_group(const struct party *p, const char *group, struct address from,
                                     uint32_t id);

#endif
