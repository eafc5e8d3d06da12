/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/session.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>

struct session *session_new(void) { return calloc(1, sizeof(struct session)); }

struct post_quantum *post_quantum_new(void) { return calloc(1, sizeof(struct post_quantum)); }

void post_quantum_free(struct post_quantum *pq)
{
    if (!pq)
        return;
    if (pq->has_spqr)
        spqr_fini(&pq->spqr);
    crypto_wipe(pq, sizeof(*pq));
    free(pq);
}

/* Copy |from|'s into |to|, which has none. E_NOMEM. */
static enum status copy_post_quantum(const struct session *from, struct session *to)
{
    if (!from->pq)
        return OK;
    if (!(to->pq = post_quantum_new()))
        return E_NOMEM;
    *to->pq = *from->pq;
    to->pq->has_spqr = false;
    enum status st = from->pq->has_spqr ? spqr_copy(&from->pq->spqr, &to->pq->spqr) : OK;
    to->pq->has_spqr = !st && from->pq->has_spqr;
    return st;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_chains; i++)
        chain_fini(&s->chains[i].chain);
    free(s->chains);
    post_quantum_free(s->pq);
    crypto_wipe(s, sizeof(*s));
    free(s);
}

struct session *session_copy(const struct session *s)
{
    struct session *copy = session_new();
    if (!copy)
        return NULL;
    *copy = *s;
    copy->chains = NULL;
    copy->n_chains = copy->chains_cap = 0;
    copy->pq = NULL;
    if (copy_post_quantum(s, copy)) {
        session_free(copy);
        return NULL;
    }
    for (size_t i = 0; i < s->n_chains; i++) {
        struct receiver_chain chain = s->chains[i];
        if (session_reserve_chain(copy) || chain_copy(&s->chains[i].chain, &chain.chain)) {
            session_free(copy);
            return NULL;
        }
        session_add_chain(copy, &chain, UINT32_MAX);
    }
    return copy;
}

enum status session_reserve_chain(struct session *s)
{
    void *chains = s->chains;
    enum status st = keys_grow(&chains, s->n_chains, 1, sizeof(*s->chains), &s->chains_cap);
    s->chains = chains;
    return st;
}

void session_drop_oldest_chain(struct session *s)
{
    chain_fini(&s->chains[0].chain);
    s->n_chains--;
    memmove(s->chains, s->chains + 1, s->n_chains * sizeof(*s->chains));
}

void session_add_chain(struct session *s, const struct receiver_chain *chain, uint32_t max)
{
    s->chains[s->n_chains++] = *chain;
    while (s->n_chains > max && s->n_chains > 1)
        session_drop_oldest_chain(s);
}

struct receiver_chain *session_find_chain(struct session *s, struct bytes ratchet_key)
{
    for (size_t i = s->n_chains; i-- > 0;)
        if (bytes_equal(bytes_of(s->chains[i].ratchet_key, SIGNAL_KEY_LEN), ratchet_key))
            return &s->chains[i];
    return NULL;
}

enum status sender_turn(struct sender *s, const struct rules_ratchet *rules,
                        const struct key_pair *key, const uint8_t *remote_ratchet_key,
                        enum refusal *why)
{
    uint8_t secret[32], root[32], chain[32];
    enum status st;
    if ((st = keys_agree(key, remote_ratchet_key, secret)))
        goto out;
    if (rules->refuses_low_order && !key->is_degenerate && keys_are_zero(secret)) {
        st = refusal_state(why, REFUSAL_INVALID_KEY);
        goto out;
    }
    if ((st = keys_root_step(rules, s->root, secret, root, chain)))
        goto out;
    s->has_earlier = s->counter > 0;
    s->earlier_key = s->key;
    memcpy(s->earlier_chain, s->chain, 32);
    s->earlier_counter = s->counter;
    s->previous_count = s->counter;
    s->key = *key;
    memcpy(s->root_before, s->root, 32);
    memcpy(s->root, root, 32);
    memcpy(s->chain, chain, 32);
    memcpy(s->chain_start, chain, 32);
    s->counter = 0;
    s->turn_due = TURN_NOT_DUE;
out:
    crypto_wipe(secret, sizeof(secret));
    crypto_wipe(root, sizeof(root));
    crypto_wipe(chain, sizeof(chain));
    return st;
}
