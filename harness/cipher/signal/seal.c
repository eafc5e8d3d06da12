/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/compose.h"
#include "cipher/signal/lapse.h"
#include "cipher/signal/store.h"

#include <string.h>

static enum status make_due_turn(const struct party *p, const struct session *s,
                                 struct sealing *out, enum refusal *why)
{
    struct key_pair key;
    enum status st;
    if (out->sender.turn_due == TURN_AFTER_NEXT_SEAL)
        out->sender.turn_due = TURN_AT_NEXT_SEAL;
    else if (out->sender.turn_due == TURN_AT_NEXT_SEAL) {
        if (!(st = keys_generate(p->random, &key)))
            st = sender_turn(&out->sender, &out->rules->ratchet, &key, s->remote_ratchet_key, why);
        if (!st)
            out->sender.counter = out->rules->ratchet.first_counter;
        crypto_wipe(&key, sizeof(key));
        return st;
    }
    return OK;
}

/* The chain once more, from the root before it, on a mutated key. */
static enum status remake_chain(const struct party *p, const struct session *s, struct sealing *out,
                                enum refusal *why)
{
    struct sender *sender = &out->sender;
    uint32_t previous_count = sender->previous_count;
    struct key_pair key;
    enum status st = OK;
    if (out->mutation->ratchet_key == MUTATION_KEY_EARLIER && sender->has_earlier)
        key = sender->earlier_key;
    else
        st = keys_generate(p->random, &key);
    if (st ||
        (st = keys_mutation(&key, out->mutation->ratchet_key, &p->identity, s->remote_ratchet_key)))
        return st;
    memcpy(sender->root, sender->root_before, 32);
    st = sender_turn(sender, &out->rules->ratchet, &key, s->remote_ratchet_key, why);
    sender->previous_count = previous_count;
    crypto_wipe(&key, sizeof(key));
    return st;
}

/* The seed for the counter that the mutation says; the chain stays. */
static enum status take_mutated_counter(struct sealing *out, const struct chain_rules *chain)
{
    const struct sender *s = &out->sender;
    uint32_t first = out->rules->ratchet.first_counter;
    uint32_t wanted = out->mutation->counter.value;
    out->counter = wanted;
    if (wanted >= s->counter && wanted - s->counter <= MUTATION_COUNTER_REACH)
        return chain_seed_at(s->chain, s->counter, wanted, chain, out->seed);
    if (wanted < s->counter && wanted >= first && wanted - first <= MUTATION_COUNTER_REACH)
        return chain_seed_at(s->chain_start, first, wanted, chain, out->seed);
    return keys_message_seed(s->chain, out->seed);
}

static enum status take_next(struct sealing *out, uint8_t chain[32], uint32_t *counter)
{
    const struct rules_ratchet *rules = &out->rules->ratchet;
    enum status st = keys_message_seed(chain, out->seed);
    out->counter = *counter;
    if (!st && rules->advances_chain)
        st = keys_next_chain(chain, rules->separates_chain_constants, chain);
    *counter += 1;
    return st;
}

/* The key that the mutated |field| names: further along its chain, when that can be reached. */
static enum status reach_index(struct spqr *spqr, uint32_t wanted, struct spqr_field *field,
                               uint8_t key[SPQR_KEY_LEN])
{
    enum status st = OK;
    bool is_ahead =
        wanted >= field->key_index && wanted - field->key_index <= MUTATION_COUNTER_REACH;
    while (is_ahead && field->key_index < wanted && !st)
        st = spqr_chain_send(&spqr->chain, field->braid.epoch - 1, &field->key_index, key);
    field->key_index = wanted;
    return st;
}

/* The other direction's next key, which stays there. */
static enum status take_receiving(const struct spqr *spqr, const struct spqr_field *field,
                                  uint8_t key[SPQR_KEY_LEN])
{
    struct spqr scratch;
    uint64_t epoch = field->braid.epoch - 1;
    uint32_t next = 1;
    enum status st = spqr_copy(spqr, &scratch);
    if (st)
        return st;
    for (unsigned i = 0; i < scratch.chain.n_epochs; i++)
        if (scratch.chain.epochs[i].number == epoch)
            next = scratch.chain.epochs[i].receiving.counter + 1;
    st = spqr_chain_receive(&scratch.chain, epoch, next, false, key);
    spqr_fini(&scratch);
    return st;
}

/* The message as one of the epoch before, under its next key. */
static enum status go_back(struct spqr *spqr, struct spqr_field *field, uint8_t key[SPQR_KEY_LEN])
{
    uint64_t now = spqr->chain.sending_epoch;
    if (field->braid.epoch < 2)
        return E_MISSING;
    field->braid.epoch--;
    spqr->chain.sending_epoch = field->braid.epoch - 1;
    enum status st = spqr_chain_send(&spqr->chain, field->braid.epoch - 1, &field->key_index, key);
    spqr->chain.sending_epoch = now;
    return st;
}

static enum status mutate_spqr(const struct mutation *mutation, struct spqr *spqr,
                               struct spqr_field *field, uint8_t key[SPQR_KEY_LEN])
{
    enum status st = OK;
    if (mutation->spqr_index.is_set)
        st = reach_index(spqr, mutation->spqr_index.value, field, key);
    if (!st && mutation->spqr == MUTATION_SPQR_RECEIVING)
        st = take_receiving(spqr, field, key);
    if (!st && mutation->spqr == MUTATION_SPQR_EARLIER_EPOCH)
        st = go_back(spqr, field, key);
    if (mutation->spqr_epoch.is_set)
        field->braid.epoch = mutation->spqr_epoch.value;
    if (mutation->spqr_type.is_set)
        field->braid.type = (enum braid_type)mutation->spqr_type.value;
    if (mutation->spqr == MUTATION_SPQR_NO_KEY)
        *field = (struct spqr_field){.braid = {.epoch = 1, .type = BRAID_NONE}};
    return st;
}

/* The Triple Ratchet (DR 8): field 5 and its key, on a copy of the session's SPQR. */
static enum status choose_spqr(const struct party *p, const struct session *s, struct sealing *out)
{
    enum mutation_spqr what = out->mutation->spqr;
    struct spqr_field field;
    struct buffer bytes;
    enum status st;
    if (!s->pq || !s->pq->has_spqr)
        return OK;
    if ((st = spqr_copy(&s->pq->spqr, &out->spqr)))
        return st;
    out->has_spqr = true;
    spqr_deviate(&out->spqr, out->mutation->spqr_unreduced_key ? SPQR_SENDS_UNREDUCED
                                                               : out->rules->spqr.deviates);
    if (out->mutation->spqr_repeats_chunk && out->spqr.braid.next_chunk)
        out->spqr.braid.next_chunk--;
    if ((st = spqr_send(&out->spqr, p->random, &field, out->salt)) ||
        (st = mutate_spqr(out->mutation, &out->spqr, &field, out->salt)))
        return st;
    if (out->rules->spqr.deviates == SPQR_WRITES_SHORT_INDEX)
        field.key_index &= 0x7f;
    out->has_field = what != MUTATION_SPQR_STRIPPED && what != MUTATION_SPQR_ABSENT;
    out->has_salt = out->rules->spqr.salts && what != MUTATION_SPQR_ABSENT &&
                    what != MUTATION_SPQR_NO_KEY && what != MUTATION_SPQR_UNSALTED;
    buffer_init(&bytes, sizeof(out->field));
    spqr_write_field(&field, &bytes);
    if (!(st = buffer_status(&bytes))) {
        memcpy(out->field, bytes.data, bytes.len);
        out->field_len = bytes.len;
        out->field[0] = (uint8_t)mutation_number_or(&out->mutation->spqr_version, out->field[0]);
    }
    buffer_fini(&bytes);
    return st;
}

/* Which key, counter and seed the message has. */
static enum status choose_keys(const struct party *p, const struct session *s, struct sealing *out,
                               enum refusal *why)
{
    struct chain_rules chain = chain_rules_of_session(out->rules);
    enum mutation_key mutation = out->mutation->ratchet_key;
    struct sender *sender = &out->sender;
    enum status st;
    if ((st = make_due_turn(p, s, out, why)))
        return st;
    if (mutation == MUTATION_KEY_STALE && sender->has_earlier) {
        out->ratchet_key = sender->earlier_key.public_key;
        return take_next(out, sender->earlier_chain, &sender->earlier_counter);
    }
    if (mutation != MUTATION_KEY_HONEST && mutation != MUTATION_KEY_STALE &&
        (st = remake_chain(p, s, out, why)))
        return st;
    out->ratchet_key = sender->key.public_key;
    out->previous_counter = sender->previous_count;
    if (out->mutation->counter.is_set)
        return take_mutated_counter(out, &chain);
    return take_next(out, sender->chain, &sender->counter);
}

/*
 * A chain made again on a mutated key may or may not be taken by the receiver. Both are kept: the
 * session as it was goes on, and a copy with the mutated chain is archived, where an answer finds
 * it.
 */
static enum status keep_both(struct record *r, const struct session *s,
                             const struct sealing *sealing)
{
    struct session *copy;
    enum status st = record_reserve(r);
    if (st)
        return st;
    if (!(copy = session_copy(s)))
        return E_NOMEM;
    copy->sender = sealing->sender;
    record_archive(r, copy, &sealing->rules->storage);
    return OK;
}

static enum status commit(const struct party *p, struct record *r, struct bytes plaintext,
                          struct sealing *sealing)
{
    struct session *s = r->current;
    enum mutation_key mutation = sealing->mutation->ratchet_key;
    enum status st;
    if (mutation != MUTATION_KEY_HONEST && mutation != MUTATION_KEY_STALE) {
        if ((st = keep_both(r, s, sealing)))
            return st;
    } else if (plaintext.len || !lapses(p, LAPSE_EMPTY_KEEPS_KEY)) {
        s->sender = sealing->sender;
    }
    /* a message with another index is out of turn, as one with another counter */
    if (sealing->has_spqr && !sealing->mutation->spqr_index.is_set) {
        spqr_fini(&s->pq->spqr);
        s->pq->spqr = sealing->spqr;
        sealing->has_spqr = false;
    }
    s->pending.n_sent++;
    return OK;
}

/* The session to seal on, or why not. */
static enum status find_session(const struct party *p, struct address peer, struct record **out,
                                const struct rules **out_rules, enum refusal *why)
{
    struct record *r = store_find(p, peer);
    if ((!r || !r->current) && lapses(p, LAPSE_SEALS_FOR_OTHER_DEVICE))
        r = lapse_other_device(p, peer);
    if (!r || !r->current)
        return refusal_state(why, REFUSAL_NO_SESSION);
    *out = r;
    *out_rules = party_rules_in(p, r->current, r->current->sender.counter);
    bool is_excused = lapses(p, LAPSE_UNANSWERED_SEALS_UNTRUSTED) && lapse_is_unanswered(r);
    if ((*out_rules)->identity.checks_on_seal && !is_excused &&
        !record_trusts(r, r->current->remote_identity, &(*out_rules)->identity))
        return refusal_state(why, REFUSAL_UNTRUSTED_IDENTITY);
    return OK;
}

enum status party_seal(struct party *p, struct address peer, struct bytes plaintext,
                       const struct mutation *mutation, struct sealed *out, enum refusal *why)
{
    struct sealing sealing = {.mutation = mutation ? mutation : &mutation_none, .peer = peer};
    struct record *r = NULL;
    enum status st;
    *why = REFUSAL_NONE;
    sealed_fini(out);
    if (plaintext.len > PARTY_PLAINTEXT_MAX)
        return E_LIMIT;
    if (lapses(p, LAPSE_SEALS_SHORT))
        plaintext.len &= UINT16_MAX;
    if ((st = find_session(p, peer, &r, &sealing.rules, why)))
        return st;
    const struct rules_ratchet *rules = &sealing.rules->ratchet;
    const char *info =
        sealing.mutation->has_other_message_info ? "OtherMessageKeys" : rules->message_info;
    sealing.sender = r->current->sender;
    if ((st = choose_keys(p, r->current, &sealing, why)) ||
        (st = choose_spqr(p, r->current, &sealing)) ||
        (st = keys_of_message(info, rules->has_derived_iv, sealing.seed,
                              bytes_of(sealing.salt, sealing.has_salt ? SPQR_KEY_LEN : 0),
                              &sealing.keys)) ||
        (st = compose_message(p, r->current, &sealing, plaintext, out)) ||
        (st = commit(p, r, plaintext, &sealing)))
        sealed_fini(out);
    if (sealing.has_spqr)
        spqr_fini(&sealing.spqr);
    crypto_wipe(&sealing, sizeof(sealing));
    return st;
}
