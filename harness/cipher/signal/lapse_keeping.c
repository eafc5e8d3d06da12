/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lapses at a rotation and at a restart: what is lost of what is kept. */
#include "cipher/signal/lapse.h"

#include <string.h>

/* ---- a rotation */

static void drop_given(struct prekeys *k)
{
    for (size_t i = k->count; i-- > 0;)
        if (k->items[i].is_given)
            prekeys_remove(k, &k->items[i]);
}

static void drop_last_resorts(struct kem_prekeys *k)
{
    for (size_t i = k->count; i-- > 0;)
        if (k->items[i].is_last_resort)
            kem_prekeys_remove(k, &k->items[i]);
}

void lapse_rotated(struct party *p)
{
    if (lapses(p, LAPSE_ROTATION_DROPS_PREKEYS))
        drop_given(&p->one_time_prekeys);
    if (lapses(p, LAPSE_ROTATION_DROPS_LAST_RESORT))
        drop_last_resorts(&p->kem_prekeys);
    if (lapses(p, LAPSE_ROTATION_KEM_USES))
        p->kem_prekeys.n_uses = 0;
}

void lapse_take_one_time_id(const struct kem_prekeys *k, uint32_t *id)
{
    for (size_t i = 0; i < k->count; i++)
        if (!k->items[i].is_last_resort)
            *id = k->items[i].id;
}

bool lapse_keeps_kem_prekey(const struct party *p, const struct kem_prekey *key, bool is_known,
                            bool has_one_time)
{
    return (is_known && lapses(p, LAPSE_KEEPS_KEM_PREKEY_OF_KNOWN)) ||
           (!has_one_time && key && !key->is_last_resort &&
            lapses(p, LAPSE_KEEPS_KEM_WITHOUT_ONE_TIME));
}

/* ---- a restart */

void lapse_lose_kept_keys(struct session *s)
{
    for (size_t i = 0; i < s->n_chains; i++)
        stored_keys_fini(&s->chains[i].chain.skipped);
}

static void lose_kept_keys_of_spqr(struct session *s)
{
    if (!s->pq || !s->pq->has_spqr)
        return;
    struct spqr_chain *c = &s->pq->spqr.chain;
    for (unsigned i = 0; i + 1 < c->n_epochs; i++)
        buffer_clear(&c->epochs[i].receiving.skipped);
}

static void turn_own_keys(struct group_record *r)
{
    for (size_t i = 0, k = r->n_states; i + 1 < k && r->states[i].has_private; i++) {
        struct group_state state = r->states[i];
        r->states[i] = r->states[--k];
        r->states[k] = state;
    }
}

static void lose_of_session(const struct party *p, struct session *s)
{
    if (lapses(p, LAPSE_RESTART_FORGETS_BASE_KEYS) && !s->is_initiator)
        memset(s->base_key, 0, sizeof(s->base_key));
    if (lapses(p, LAPSE_RESTART_ARCHIVED_KEPT_KEYS) && s->is_archived)
        lapse_lose_kept_keys(s);
    if (lapses(p, LAPSE_RESTART_HEADER_KEM))
        s->pending.omits_kem_id = s->pending.omits_kem_ciphertext = true;
    if (lapses(p, LAPSE_RESTART_SPQR_KEPT_KEYS))
        lose_kept_keys_of_spqr(s);
    if (lapses(p, LAPSE_RESTART_PREVIOUS_COUNT))
        s->sender.previous_count = 0;
    for (size_t i = 0; i < s->n_chains && lapses(p, LAPSE_RESTART_INDEX_SHORT); i++)
        s->chains[i].chain.index &= UINT16_MAX;
    if (s->pq && s->pq->has_spqr && lapses(p, LAPSE_RESTART_COLLECTED))
        s->pq->spqr.braid.collector.n = s->pq->spqr.braid.ek_collector.n = 0;
}

static void lose_of_record(const struct party *p, struct record *r)
{
    if (r->current)
        lose_of_session(p, r->current);
    for (size_t i = 0; i < r->n_archived; i++)
        lose_of_session(p, r->archived[i]);
    if (lapses(p, LAPSE_RESTART_IDENTITY_OF_SESSION) && r->current)
        record_pin(r, r->current->remote_identity);
    if (lapses(p, LAPSE_RESTART_OLDEST_IS_CURRENT) && r->n_archived)
        record_promote(r, r->archived[r->n_archived - 1]);
}

static void lose_of_group(const struct party *p, struct group_record *r)
{
    if (lapses(p, LAPSE_RESTART_OWN_KEYS_TURNED))
        turn_own_keys(r);
    if (lapses(p, LAPSE_RESTART_GROUP_DEVICE))
        r->device = 1;
}

void lapse_restored(struct party *p)
{
    struct kem_prekeys *k = &p->kem_prekeys;
    for (size_t i = 0; i < p->n_records; i++)
        lose_of_record(p, p->records[i]);
    if (lapses(p, LAPSE_RESTART_KEM_USES))
        k->n_uses = 0;
    for (size_t i = 0; i < k->count && lapses(p, LAPSE_RESTART_KEM_GIVEN); i++)
        k->items[i].is_given = false;
    for (size_t i = 0; i < p->groups.count; i++)
        lose_of_group(p, p->groups.items[i]);
}
