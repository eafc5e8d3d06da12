/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/save_post_quantum.h"

#include "base/crypto.h"

#include <string.h>

/* ---- SPQR */

static void walk_number16(struct codec *c, uint16_t *value)
{
    uint32_t wide = *value;
    codec_number(c, &wide);
    if (wide > UINT16_MAX)
        c->st = E_PARSE;
    *value = (uint16_t)wide;
}

static void walk_number64(struct codec *c, uint64_t *value)
{
    uint32_t high = (uint32_t)(*value >> 32), low = (uint32_t)*value;
    codec_number(c, &high);
    codec_number(c, &low);
    *value = (uint64_t)high << 32 | low;
}

/* A number that is at most |max|. */
static void walk_bounded(struct codec *c, unsigned *value, unsigned max)
{
    uint32_t number = *value;
    codec_number(c, &number);
    if (number > max)
        c->st = E_PARSE;
    *value = c->st ? 0 : number;
}

static void walk_collector(struct codec *c, struct erasure_collector *e)
{
    walk_bounded(c, &e->needed, ERASURE_NEEDED_MAX);
    walk_bounded(c, &e->n, e->needed);
    for (unsigned i = 0; i < e->n && !c->st; i++) {
        walk_number16(c, &e->index[i]);
        codec_raw(c, e->chunk[i], ERASURE_CHUNK_LEN);
    }
}

static void walk_braid(struct codec *c, struct braid *b)
{
    unsigned state = b->state;
    walk_bounded(c, &state, BRAID_CT2_SAMPLED);
    b->state = (enum braid_state)state;
    walk_number64(c, &b->epoch);
    codec_raw(c, b->root, sizeof(b->root));
    codec_raw(c, b->mac_key, sizeof(b->mac_key));
    walk_number16(c, &b->next_chunk);
    walk_collector(c, &b->collector);
    walk_collector(c, &b->ek_collector);
    codec_raw(c, b->dk, sizeof(b->dk));
    codec_raw(c, b->header, sizeof(b->header));
    codec_raw(c, b->vector, sizeof(b->vector));
    codec_raw(c, b->ct1, sizeof(b->ct1));
    codec_raw(c, b->ct2, sizeof(b->ct2));
    codec_raw(c, b->m, sizeof(b->m));
}

static void walk_direction(struct codec *c, struct spqr_direction *d)
{
    size_t len = c->lost & LOST_SKIPPED_KEYS ? 0 : d->skipped.len;
    codec_number(c, &d->counter);
    codec_raw(c, d->next, sizeof(d->next));
    codec_count(c, &len, 1);
    if (len % SPQR_SKIPPED_LEN)
        c->st = E_PARSE;
    if (c->st || codec_is_writing(c)) {
        codec_raw(c, d->skipped.data, len);
        return;
    }
    uint8_t *skipped = len ? buffer_extend(&d->skipped, len) : NULL;
    if (skipped)
        codec_raw(c, skipped, len);
    else
        c->st = buffer_status(&d->skipped);
}

static void walk_chain(struct codec *c, struct spqr_chain *chain)
{
    codec_flag(c, &chain->is_a2b);
    codec_raw(c, chain->root, sizeof(chain->root));
    walk_number64(c, &chain->sending_epoch);
    walk_bounded(c, &chain->n_epochs, SPQR_EPOCHS_MAX);
    if (chain->n_epochs == 0)
        c->st = E_PARSE;
    for (unsigned i = 0; i < chain->n_epochs; i++) {
        struct spqr_epoch *epoch = &chain->epochs[i];
        if (!codec_is_writing(c))
            spqr_epoch_init(epoch);
        walk_number64(c, &epoch->number);
        walk_direction(c, &epoch->sending);
        walk_direction(c, &epoch->receiving);
    }
}

static void walk_post_quantum(struct codec *c, struct post_quantum *pq)
{
    codec_raw(c, pq->kem_ciphertext, sizeof(pq->kem_ciphertext));
    codec_flag(c, &pq->has_spqr);
    if (!pq->has_spqr)
        return;
    codec_flag(c, &pq->spqr.has_bound);
    walk_braid(c, &pq->spqr.braid);
    walk_chain(c, &pq->spqr.chain);
}

void save_post_quantum(struct codec *c, struct session *s)
{
    bool has = s->pq != NULL;
    codec_number(c, &s->pending.kem_prekey_id);
    codec_flag(c, &s->pending.omits_kem_id);
    codec_flag(c, &s->pending.omits_kem_ciphertext);
    codec_flag(c, &has);
    if (!has || c->st)
        return;
    if (!codec_is_writing(c) && !(s->pq = post_quantum_new())) {
        c->st = E_NOMEM;
        return;
    }
    if (codec_is_writing(c)) {
        struct post_quantum view = *s->pq;
        if (c->lost_in >> view.spqr.braid.state & 1u)
            braid_forget(&view.spqr.braid);
        walk_post_quantum(c, &view);
        crypto_wipe(&view, sizeof(view));
    } else {
        walk_post_quantum(c, s->pq);
    }
}

/* ---- KEM prekeys */

static void walk_kem_prekey(struct codec *c, struct kem_prekey *key)
{
    codec_number(c, &key->id);
    codec_flag(c, &key->is_last_resort);
    codec_flag(c, &key->is_given);
    codec_flag(c, &key->is_used);
    codec_raw(c, key->ek, sizeof(key->ek));
    codec_raw(c, key->dk, sizeof(key->dk));
    codec_raw(c, key->signature, sizeof(key->signature));
}

static void walk_use(struct codec *c, struct kem_use *use)
{
    codec_number(c, &use->kem_prekey_id);
    codec_number(c, &use->signed_prekey_id);
    codec_raw(c, use->base_key, sizeof(use->base_key));
}

static void walk_uses(struct codec *c, struct kem_prekeys *k)
{
    size_t count = k->n_uses;
    codec_count(c, &count, sizeof(k->uses->base_key));
    for (size_t i = 0; i < count && !c->st; i++) {
        struct kem_use use = {0};
        if (codec_is_writing(c))
            use = k->uses[i];
        walk_use(c, &use);
        if (!codec_is_writing(c) && !c->st && !(c->st = kem_prekeys_reserve_use(k)))
            kem_prekeys_use(k, &use);
    }
}

void save_kem_prekeys(struct codec *c, struct kem_prekeys *k)
{
    size_t count = c->lost & LOST_ONE_TIME_PREKEYS ? 0 : k->count;
    struct kem_prekey key;
    codec_count(c, &count, KEM_EK_MAX + KEM_DK_MAX);
    for (size_t i = 0; i < count && !c->st; i++) {
        memset(&key, 0, sizeof(key));
        if (codec_is_writing(c))
            key = k->items[i];
        walk_kem_prekey(c, &key);
        if (!codec_is_writing(c) && !c->st)
            c->st = kem_prekeys_add(k, &key);
    }
    codec_number(c, &k->next_id);
    walk_uses(c, k);
    crypto_wipe(&key, sizeof(key));
}
