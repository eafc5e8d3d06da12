/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lapses where sessions begin: at a start, in a first message and its header. */
#include "cipher/signal/lapse.h"

#include "base/crypto.h"

#include <string.h>

void lapse_refused_start(struct party *p, struct address peer, const uint8_t *identity,
                         enum refusal why)
{
    struct record *r = store_find(p, peer);
    if (lapses(p, LAPSE_REFUSED_START_ARCHIVES) && r && r->current && !record_reserve(r))
        record_archive_current(r, &p->rules->storage);
    if (lapses(p, LAPSE_REFUSED_BUNDLE_PINS) && why == REFUSAL_PREKEY_SIGNATURE &&
        !store_get(p, peer, &r) && !r->is_pinned)
        record_pin(r, identity);
}

void lapse_archived(const struct party *p, const struct record *r)
{
    if (lapses(p, LAPSE_ARCHIVED_FORGETS_BRAID) && r->n_archived && r->archived[0]->pq &&
        r->archived[0]->pq->has_spqr)
        braid_forget(&r->archived[0]->pq->spqr.braid);
}

/* ---- the header */

const struct pending *lapse_header(const struct party *p, const struct pending *pending)
{
    return lapses(p, LAPSE_HEADER_OF_LAST_START) && p->last_start.is_set ? &p->last_start : pending;
}

enum status lapse_other_ciphertext(const struct party *p, uint8_t out[SIGNAL_KEM_WIRE_LEN])
{
    uint8_t m[KEM_SEED_LEN], ek[KEM_EK_MAX], dk[KEM_DK_MAX], secret[KEM_SECRET_LEN];
    enum status st = random_fill(p->random, m, sizeof(m));
    if (!st)
        st = kem_keygen(&kem_kyber_1024, m, m, ek, dk);
    if (!st)
        st = kem_encaps(&kem_kyber_1024, bytes_of(ek, sizeof(ek)), m, out + 1, secret);
    out[0] = SIGNAL_KEM_TYPE;
    crypto_wipe(m, sizeof(m));
    crypto_wipe(dk, sizeof(dk));
    crypto_wipe(secret, sizeof(secret));
    return st;
}

/* ---- KEM prekeys */

void lapse_forget_uses(struct party *p)
{
    struct kem_prekeys *all = &p->kem_prekeys;
    if (!lapses(p, LAPSE_KEEPS_EIGHT_USES) || all->n_uses <= 8)
        return;
    all->n_uses--;
    memmove(all->uses, all->uses + 1, all->n_uses * sizeof(*all->uses));
}

bool lapse_was_used(struct party *p, const struct prekey_message *m, const uint8_t *base_key)
{
    const struct kem_prekey *key =
        m->has_kem_prekey_id ? kem_prekeys_find(&p->kem_prekeys, m->kem_prekey_id) : NULL;
    struct kem_use use = {.kem_prekey_id = m->kem_prekey_id,
                          .signed_prekey_id = m->signed_prekey_id};
    memcpy(use.base_key, base_key, SIGNAL_KEY_LEN);
    return key && key->is_last_resort && kem_prekeys_was_used(&p->kem_prekeys, &use);
}

/* ---- peers */

const uint8_t *lapse_shown(struct record *r)
{
    if (!r->has_shown)
        memcpy(r->shown, r->identity, SIGNAL_KEY_LEN);
    r->has_shown = true;
    return r->shown;
}

void lapse_new_record(struct party *p)
{
    struct record *oldest = NULL;
    size_t n = 0;
    for (size_t i = 0; lapses(p, LAPSE_EIGHT_PEERS) && i < p->n_records; i++) {
        struct record *r = p->records[i];
        bool has_sessions = r->current || r->n_archived;
        n += has_sessions;
        if (has_sessions && !oldest)
            oldest = r;
    }
    if (n >= 8)
        record_drop_sessions(oldest);
}
