/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/ratchet.h"

#include "base/crypto.h"

#include <string.h>

static bool is_own_key(const struct session *s, const uint8_t *ratchet_key)
{
    return memcmp(s->sender.key.public_key, ratchet_key, SIGNAL_KEY_LEN) == 0;
}

/* The first half of DHRatchet: a receiving chain for |ratchet_key|, the root stepped in
 * |out->sender|. */
static enum status plan_turn(const struct session *s, const uint8_t *ratchet_key,
                             struct opening *out, enum refusal *why)
{
    const struct rules_ratchet *rules = &out->rules->ratchet;
    uint8_t secret[32];
    enum status st;
    out->turns = true;
    out->turns_before = s->turns;
    out->sender = s->sender;
    if ((st = keys_agree(&s->sender.key, ratchet_key, secret)))
        goto out;
    if (rules->refuses_low_order && !s->sender.key.is_degenerate && keys_are_zero(secret)) {
        st = refusal_state(why, REFUSAL_INVALID_KEY);
        goto out;
    }
    st = keys_root_step(rules, s->sender.root, secret, out->sender.root, out->fresh.chain.key);
out:
    crypto_wipe(secret, sizeof(secret));
    return st;
}

/* Our own sending chain, read from its start as if it were the other side's. */
static void plan_own_chain(const struct session *s, struct opening *out)
{
    out->is_own = out->fresh.is_own = true;
    memcpy(out->fresh.chain.key, s->sender.chain_start, 32);
}

/* Only by rules.storage.shares_skipped_keys: any chain's kept key with this counter. */
static struct receiver_chain *find_shared(struct session *s, const struct rules *rules,
                                          uint32_t counter)
{
    for (size_t i = 0; rules->storage.shares_skipped_keys && i < s->n_chains; i++)
        if (stored_keys_find(&s->chains[i].chain.skipped, counter) != SIZE_MAX)
            return &s->chains[i];
    return NULL;
}

/* A chain of its own for |ratchet_key|. */
static enum status plan_fresh(struct session *s, const uint8_t *ratchet_key, struct opening *out,
                              enum refusal *why)
{
    memcpy(out->fresh.ratchet_key, ratchet_key, SIGNAL_KEY_LEN);
    return plan_turn(s, ratchet_key, out, why);
}

/* Only by OLD_CHAIN_CLOSES: the rest of the chain before would be skipped, and is too long for
 * it. */
static bool skips_too_far(struct session *s, const struct opening *o)
{
    const struct rules_ratchet *rules = &o->rules->ratchet;
    const struct receiver_chain *old =
        session_find_chain(s, bytes_of(s->remote_ratchet_key, SIGNAL_KEY_LEN));
    return rules->old_chain == OLD_CHAIN_CLOSES && o->turns && old &&
           o->previous_counter > old->chain.index &&
           o->previous_counter - old->chain.index > rules->max_skip;
}

/* Find or make the chain that |ratchet_key|'s messages are read on. */
static enum status choose_chain(struct session *s, const uint8_t *ratchet_key, uint32_t counter,
                                struct opening *out, enum refusal *why)
{
    enum status st;
    out->chain = session_find_chain(s, bytes_of(ratchet_key, SIGNAL_KEY_LEN));
    if (!out->chain)
        out->chain = find_shared(s, out->rules, counter);
    if (out->chain) {
        out->is_own = out->chain->is_own;
        return OK;
    }
    if ((st = session_reserve_chain(s)))
        return st;
    if (out->rules->replay.opens_reflected && is_own_key(s, ratchet_key)) {
        memcpy(out->fresh.ratchet_key, ratchet_key, SIGNAL_KEY_LEN);
        plan_own_chain(s, out);
        return OK;
    }
    if (counter && !out->rules->ratchet.takes_jump_after_turn)
        return refusal_state(why, REFUSAL_TOO_FAR);
    return plan_fresh(s, ratchet_key, out, why);
}

#define WITH_SELF_SKIP 1000000u /* where there is no bound, so far that nobody comes there */

/* The key of |counter| on the chosen chain. */
static enum status choose_key(struct session *s, const uint8_t *ratchet_key, uint32_t counter,
                              struct opening *out, enum refusal *why)
{
    struct chain_rules chain_rules = chain_rules_of_session(out->rules);
    struct receiver_chain *chain = out->chain ? out->chain : &out->fresh;
    if (s->pq && s->pq->has_spqr && !s->pq->spqr.has_bound)
        chain_rules.max_skip = WITH_SELF_SKIP;
    enum status st = chain_plan(&chain->chain, &chain_rules, counter, &out->step, why);
    if (st != E_CRYPTO || *why != REFUSAL_DUPLICATE || !out->rules->ratchet.restarts_left_chains)
        return st;
    if ((st = session_reserve_chain(s)))
        return st;
    out->chain = NULL;
    *why = REFUSAL_NONE;
    if ((st = plan_fresh(s, ratchet_key, out, why)))
        return st;
    return chain_plan(&out->fresh.chain, &chain_rules, counter, &out->step, why);
}

/* Which refusal the SPQR's error is. */
static enum status refuse_spqr(enum status st, const struct spqr *spqr,
                               const struct spqr_field *field, enum refusal *why)
{
    if (st == E_PARSE)
        return refusal_state(why, REFUSAL_AUTHENTICATION);
    if (st == E_MISSING && field->braid.epoch <= spqr->braid.epoch)
        return refusal_state(why, REFUSAL_DUPLICATE);
    if (st == E_MISSING || st == E_LIMIT)
        return refusal_state(why, REFUSAL_TOO_FAR);
    return st;
}

/* By rules that are not honest: does the message go without SPQR? No field 5, an empty one and
 * version 0 are a session of before. */
static bool goes_without_spqr(const struct session *s, const struct rules *rules,
                              const struct signal_message *m)
{
    uint8_t version = m->has_pq_ratchet && m->pq_ratchet.len ? m->pq_ratchet.data[0] : 0;
    bool is_excused =
        rules->lapse == LAPSE_FIRST_WITHOUT_SPQR && !s->is_initiator && !s->is_acknowledged;
    return (version == 0 && (!rules->spqr.is_required || is_excused)) ||
           (version > SPQR_VERSION && rules->spqr.deviates == SPQR_SKIPS_LATER_VERSIONS);
}

/* The Triple Ratchet (DR 8): the key that field 5 stands for, worked out on a copy. |salt| has no
 * bytes where there is none. */
static enum status plan_spqr(const struct session *s, const struct signal_message *m,
                             struct opening *out, uint8_t key[SPQR_KEY_LEN], struct bytes *salt,
                             enum refusal *why)
{
    const struct rules_spqr *rules = &out->rules->spqr;
    struct spqr_field field;
    bool has_key = false;
    enum status st;
    *salt = bytes_of(NULL, 0);
    if (!s->pq || !s->pq->has_spqr || goes_without_spqr(s, out->rules, m))
        return OK;
    if (!m->has_pq_ratchet || spqr_read_field(rules->deviates, m->pq_ratchet, &field))
        return refusal_state(why, REFUSAL_VERSION);
    if ((st = spqr_copy(&s->pq->spqr, &out->spqr)))
        return st;
    out->has_spqr = out->read_spqr = true;
    spqr_deviate(&out->spqr, rules->deviates);
    if (out->step.is_stored && out->rules->lapse == LAPSE_HELD_BACK_SILENT) {
        has_key = true;
        st = spqr_chain_receive(&out->spqr.chain, field.braid.epoch - 1, field.key_index,
                                out->spqr.has_bound, key);
    } else {
        st = spqr_receive(&out->spqr, &field, &has_key, key);
    }
    if (st)
        return refuse_spqr(st, &s->pq->spqr, &field, why);
    if (!has_key && !rules->takes_no_key)
        return refusal_state(why, REFUSAL_POLICY);
    if (has_key && rules->salts)
        *salt = bytes_of(key, SPQR_KEY_LEN);
    return OK;
}

/* Only by lapses: a message that the chain it is of, or would begin, does not reach. */
static bool ends_by_lapse(const struct session *s, const struct opening *o, uint32_t counter)
{
    if (o->rules->lapse == LAPSE_ARCHIVED_STAY)
        return s->is_archived && !o->chain;
    return o->rules->lapse == LAPSE_OLD_CHAIN_ENDS && o->chain &&
           counter >= o->chain->chain.index &&
           memcmp(o->chain->ratchet_key, s->remote_ratchet_key, SIGNAL_KEY_LEN) != 0;
}

enum status opening_plan(struct session *s, const struct rules *rules,
                         const struct signal_message *m, struct opening *out, enum refusal *why)
{
    uint32_t counter = rules_low_bits(m->counter, rules->ratchet.received_counter_bits);
    uint8_t ratchet_key[SIGNAL_KEY_LEN], key[SPQR_KEY_LEN];
    struct bytes salt;
    enum status st;
    memset(out, 0, sizeof(*out));
    out->rules = rules;
    out->previous_counter = m->previous_counter;
    if (!keys_read_public(&rules->parsing, m->ratchet_key, ratchet_key) ||
        (rules->ratchet.refuses_own_key && is_own_key(s, ratchet_key)) ||
        (rules->ratchet.refuses_identity_key &&
         memcmp(ratchet_key, s->remote_identity, SIGNAL_KEY_LEN) == 0))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    if ((st = choose_chain(s, ratchet_key, counter, out, why)))
        return st;
    if (skips_too_far(s, out) ||
        (rules->lapse == LAPSE_NEGATIVE_COUNTERS && counter > INT16_MAX && counter <= UINT16_MAX) ||
        (out->chain && out->chain->is_closed && counter >= out->chain->closed_at) ||
        ends_by_lapse(s, out, counter))
        return refusal_state(why, REFUSAL_TOO_FAR);
    if ((st = choose_key(s, ratchet_key, counter, out, why)) ||
        (st = plan_spqr(s, m, out, key, &salt, why)))
        return st;
    st = keys_of_message(rules->ratchet.message_info, rules->ratchet.has_derived_iv, out->step.seed,
                         salt, &out->keys);
    crypto_wipe(key, sizeof(key));
    return st;
}

/* Only by RATCHET_KEY_DERIVED: the next key is a function of the last. */
static enum status derive_key(const struct key_pair *last, struct key_pair *out)
{
    uint8_t next[32];
    enum status st = crypto_hmac_sha256(bytes_of(last->private_key, sizeof(last->private_key)),
                                        bytes_of_text("next"), next);
    if (!st)
        st = keys_from_private(next, out);
    crypto_wipe(next, sizeof(next));
    return st;
}

enum status opening_prepare(struct opening *o, struct random *random, enum refusal *why)
{
    const struct rules_ratchet *rules = &o->rules->ratchet;
    struct key_pair key;
    enum status st;
    if (!o->turns || rules->new_key == RATCHET_KEY_NEVER ||
        (o->step.counter && o->rules->lapse == LAPSE_TURN_NEEDS_FIRST) ||
        (rules->new_key == RATCHET_KEY_EVERY_THIRD && o->turns_before % 3 != 2))
        return OK;
    if (rules->new_key == RATCHET_KEY_ON_SENDING) {
        o->sender.turn_due = TURN_AT_NEXT_SEAL;
        return OK;
    }
    if (rules->new_key == RATCHET_KEY_ONE_LATE) {
        o->sender.turn_due = TURN_AFTER_NEXT_SEAL;
        return OK;
    }
    st = rules->new_key == RATCHET_KEY_DERIVED ? derive_key(&o->sender.key, &key)
                                               : keys_generate(random, &key);
    if (!st)
        st = sender_turn(&o->sender, rules, &key, o->fresh.ratchet_key, why);
    if (!st)
        o->sender.counter = rules->first_counter;
    crypto_wipe(&key, sizeof(key));
    return st;
}

/* Only by OLD_CHAIN_CLOSES: the chain before ends where the new one says. */
static void close_old_chain(struct session *s, uint32_t previous_counter)
{
    struct receiver_chain *old =
        session_find_chain(s, bytes_of(s->remote_ratchet_key, SIGNAL_KEY_LEN));
    if (!old)
        return;
    old->is_closed = true;
    old->closed_at = previous_counter;
}

static void commit_turn(struct session *s, struct opening *o)
{
    if (o->rules->ratchet.old_chain == OLD_CHAIN_CLOSES)
        close_old_chain(s, o->previous_counter);
    memcpy(s->remote_ratchet_key, o->fresh.ratchet_key, SIGNAL_KEY_LEN);
    s->sender = o->sender;
    s->turns++;
}

/* Only by keeps_skipped_keys: chains too many stay, closed, for the keys they passed over. */
static void add_fresh_chain(struct session *s, const struct opening *o)
{
    uint32_t max = o->rules->ratchet.receiver_chains_max;
    if (!o->rules->storage.keeps_skipped_keys) {
        session_add_chain(s, &o->fresh, max);
        return;
    }
    session_add_chain(s, &o->fresh, UINT32_MAX);
    for (size_t i = 0; i + max < s->n_chains; i++) {
        s->chains[i].is_closed = true;
        s->chains[i].closed_at = s->chains[i].chain.index;
    }
}

/* Only by LAPSE_MESSAGES_ARE_CHAINS: a message of a known chain has put it into the list once more,
 * and what is over at the list's front goes. */
static void count_copy(struct session *s, const struct opening *o)
{
    uint32_t max = o->rules->ratchet.receiver_chains_max;
    if (o->rules->lapse != LAPSE_MESSAGES_ARE_CHAINS || !o->chain)
        return;
    s->n_copies++;
    if (s->n_chains > 1 && s->n_chains + s->n_copies > max && o->chain != &s->chains[0])
        session_drop_oldest_chain(s);
    if (s->n_chains + s->n_copies > max)
        s->n_copies = max > s->n_chains ? max - (uint32_t)s->n_chains : 0;
}

void opening_commit(struct session *s, struct opening *o, bool reads)
{
    struct chain_rules chain_rules = chain_rules_of_session(o->rules);
    struct receiver_chain *chain = o->chain ? o->chain : &o->fresh;
    if (o->rules->lapse == LAPSE_OLD_CHAIN_KEEPS_KEYS && o->chain &&
        memcmp(o->chain->ratchet_key, s->remote_ratchet_key, SIGNAL_KEY_LEN) != 0)
        chain_rules.deletes_skipped_keys = false;
    if (reads)
        chain_commit(&chain->chain, &chain_rules, &o->step);
    if (reads && o->has_spqr) {
        spqr_fini(&s->pq->spqr);
        s->pq->spqr = o->spqr;
        o->has_spqr = false;
    }
    if (reads && o->rules->lapse == LAPSE_FIRST_WITHOUT_SPQR && s->pq && s->pq->has_spqr &&
        !o->read_spqr) {
        spqr_fini(&s->pq->spqr);
        s->pq->has_spqr = false;
    }
    if (reads)
        count_copy(s, o);
    if (o->turns)
        commit_turn(s, o);
    if (!o->chain) {
        add_fresh_chain(s, o);
        /* its memory is the session's now */
        memset(&o->fresh, 0, sizeof(o->fresh));
    }
}

void opening_fini(struct opening *o)
{
    chain_fini(&o->fresh.chain);
    chain_step_fini(&o->step);
    if (o->has_spqr)
        spqr_fini(&o->spqr);
    crypto_wipe(o, sizeof(*o));
}
