/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state of v4 with the post-quantum secrets of another one. */
#include "base/crypto.h"
#include "cipher/signal/store.h"

/* |spqr| without its secrets: where there were keys are zeros. Numbers stay, so that messages are
 * tried with them. */
static void blank(struct spqr *spqr)
{
    struct braid *b = &spqr->braid;
    struct spqr_chain *c = &spqr->chain;
    crypto_wipe(b->root, sizeof(b->root));
    crypto_wipe(b->mac_key, sizeof(b->mac_key));
    braid_forget(b);
    crypto_wipe(c->root, sizeof(c->root));
    for (unsigned i = 0; i < c->n_epochs; i++) {
        struct spqr_epoch *e = &c->epochs[i];
        crypto_wipe(e->sending.next, sizeof(e->sending.next));
        crypto_wipe(e->receiving.next, sizeof(e->receiving.next));
        buffer_clear(&e->sending.skipped);
        buffer_clear(&e->receiving.skipped);
    }
}

/* |s| gets those of the session of this name in |other|, which gets its own. */
static void exchange(struct session *s, const struct record *other)
{
    struct session *old = other && s ? record_find_session(other, s->base_key, false) : NULL;
    if (!s || !s->pq || !s->pq->has_spqr)
        return;
    if (!old || !old->pq || !old->pq->has_spqr) {
        blank(&s->pq->spqr);
        return;
    }
    struct post_quantum *own = s->pq;
    s->pq = old->pq;
    old->pq = own;
}

void party_take_post_quantum(struct party *p, struct party *other)
{
    const struct kem_prekeys own = p->kem_prekeys;
    p->kem_prekeys = other->kem_prekeys;
    other->kem_prekeys = own;
    for (size_t i = 0; i < p->n_records; i++) {
        struct record *r = p->records[i];
        const struct record *others = store_find(other, (struct address){r->name, r->device});
        exchange(r->current, others);
        for (size_t k = 0; k < r->n_archived; k++)
            exchange(r->archived[k], others);
    }
}
