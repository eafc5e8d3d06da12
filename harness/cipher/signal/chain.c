/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/chain.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>

enum status stored_keys_reserve(struct stored_keys *k, size_t extra)
{
    void *keys = k->keys;
    enum status st = keys_grow(&keys, k->count, extra, sizeof(*k->keys), &k->cap);
    k->keys = keys;
    return st;
}

size_t stored_keys_find(const struct stored_keys *k, uint32_t counter)
{
    for (size_t i = 0; i < k->count; i++)
        if (k->keys[i].counter == counter)
            return i;
    return SIZE_MAX;
}

void stored_keys_put(struct stored_keys *k, uint32_t counter, const uint8_t seed[32])
{
    k->keys[k->count].counter = counter;
    memcpy(k->keys[k->count].seed, seed, 32);
    k->count++;
}

/* Close the gap of |n| keys from |at|. */
static void remove_keys(struct stored_keys *k, size_t at, size_t n)
{
    memmove(k->keys + at, k->keys + at + n, (k->count - at - n) * sizeof(*k->keys));
    crypto_wipe(k->keys + k->count - n, n * sizeof(*k->keys));
    k->count -= n;
}

static void trim(struct stored_keys *k, uint32_t max)
{
    if (k->count > max)
        remove_keys(k, 0, k->count - max);
}

void stored_keys_fini(struct stored_keys *k)
{
    if (k->keys)
        crypto_wipe(k->keys, k->cap * sizeof(*k->keys));
    free(k->keys);
    memset(k, 0, sizeof(*k));
}

static enum status copy_keys(const struct stored_keys *k, struct stored_keys *out)
{
    enum status st;
    memset(out, 0, sizeof(*out));
    if (k->count == 0)
        return OK;
    if ((st = stored_keys_reserve(out, k->count)))
        return st;
    memcpy(out->keys, k->keys, k->count * sizeof(*k->keys));
    out->count = k->count;
    return OK;
}

enum status chain_copy(const struct chain *c, struct chain *out)
{
    enum status st;
    memset(out, 0, sizeof(*out));
    memcpy(out->key, c->key, sizeof(out->key));
    out->index = c->index;
    if ((st = copy_keys(&c->skipped, &out->skipped)) || (st = copy_keys(&c->used, &out->used)))
        chain_fini(out);
    return st;
}

void chain_fini(struct chain *c)
{
    stored_keys_fini(&c->skipped);
    stored_keys_fini(&c->used);
    crypto_wipe(c, sizeof(*c));
}

struct chain_rules chain_rules_of_session(const struct rules *rules)
{
    struct chain_rules r = {
        .max_skip = rules->ratchet.max_skip,
        .skipped_max = rules->storage.skipped_max,
        .used_max = rules->replay.kept_used_keys,
        .opens_with_used = rules->replay.opens_with_used_keys,
        .deletes_keys = rules->replay.deletes_keys,
        .deletes_skipped_keys = rules->replay.deletes_skipped_keys,
        .advances = rules->ratchet.advances_chain,
        .separates_constants = rules->ratchet.separates_chain_constants,
        .finds_by_low_byte = rules->lapse == LAPSE_HELD_BACK_BY_LOW_BYTE,
        .loses_next = rules->lapse == LAPSE_HELD_BACK_LOSES_NEXT,
        .keeps_short_counter = rules->lapse == LAPSE_KEPT_COUNTERS_SHORT,
        .keeps_last_256 = rules->lapse == LAPSE_JUMP_KEEPS_256,
    };
    return r;
}

struct chain_rules chain_rules_of_group(const struct rules *rules)
{
    struct chain_rules r = {
        .max_skip = rules->groups.max_skip,
        .skipped_max = rules->groups.skipped_max,
        .used_max = rules->replay.kept_used_keys,
        .opens_with_used = rules->replay.opens_with_used_keys,
        .deletes_keys = rules->groups.deletes_keys,
        .deletes_skipped_keys = rules->groups.deletes_skipped_keys,
        .advances = rules->groups.advances_chain,
        .separates_constants = true,
    };
    return r;
}

static enum status next(const struct chain_rules *rules, uint8_t key[32])
{
    return rules->advances ? keys_next_chain(key, rules->separates_constants, key) : OK;
}

static size_t find_by_low_byte(const struct stored_keys *k, uint32_t counter)
{
    for (size_t i = 0; i < k->count; i++)
        if ((k->keys[i].counter & 0xffu) == (counter & 0xffu))
            return i;
    return SIZE_MAX;
}

/* A counter the chain has passed: only a kept key can open it. */
static enum status plan_stored(const struct chain *c, const struct chain_rules *rules,
                               struct chain_step *out, enum refusal *why)
{
    const struct stored_keys *from = &c->skipped;
    out->is_stored = true;
    out->at = rules->finds_by_low_byte ? find_by_low_byte(from, out->counter)
                                       : stored_keys_find(from, out->counter);
    if (out->at == SIZE_MAX && rules->opens_with_used) {
        from = &c->used;
        out->from_used = true;
        out->at = stored_keys_find(from, out->counter);
    }
    if (out->at == SIZE_MAX)
        return refusal_state(why, REFUSAL_DUPLICATE);
    memcpy(out->seed, from->keys[out->at].seed, 32);
    return OK;
}

/* A counter ahead: walk there, keeping the keys passed over. */
static enum status plan_ahead(struct chain *c, const struct chain_rules *rules,
                              struct chain_step *out)
{
    size_t gap = out->counter - c->index;
    enum status st;
    if (gap && (st = stored_keys_reserve(&out->passed, gap)))
        return st;
    memcpy(out->next_key, c->key, 32);
    for (uint32_t at = c->index; at != out->counter; at++) {
        uint8_t seed[32];
        if ((st = keys_message_seed(out->next_key, seed)) || (st = next(rules, out->next_key)))
            return st;
        stored_keys_put(&out->passed, at, seed);
        crypto_wipe(seed, sizeof(seed));
    }
    if ((st = keys_message_seed(out->next_key, out->seed)) || (st = next(rules, out->next_key)))
        return st;
    if ((st = stored_keys_reserve(&c->skipped, gap)))
        return st;
    return OK;
}

enum status chain_plan(struct chain *c, const struct chain_rules *rules, uint32_t counter,
                       struct chain_step *out, enum refusal *why)
{
    enum status st;
    memset(out, 0, sizeof(*out));
    out->counter = counter;
    if (counter < c->index)
        return plan_stored(c, rules, out, why);
    /* the index after the last counter there is would start again from 0 */
    if (counter - c->index > rules->max_skip || counter == UINT32_MAX)
        return refusal_state(why, REFUSAL_TOO_FAR);
    if (!rules->deletes_keys && (st = stored_keys_reserve(&c->used, 1)))
        return st;
    return plan_ahead(c, rules, out);
}

void chain_commit(struct chain *c, const struct chain_rules *rules, struct chain_step *step)
{
    uint32_t counter_bits = rules->keeps_short_counter ? 16 : 32;
    size_t first = rules->keeps_last_256 && step->passed.count > 256 ? step->passed.count - 256 : 0;
    if (step->is_stored) {
        if (!step->from_used && rules->deletes_skipped_keys)
            remove_keys(&c->skipped, step->at, 1);
        if (rules->loses_next && step->at < c->skipped.count)
            remove_keys(&c->skipped, step->at, 1);
        return;
    }
    for (size_t i = first; i < step->passed.count; i++) {
        const struct stored_key *key = &step->passed.keys[i];
        stored_keys_put(&c->skipped, rules_low_bits(key->counter, counter_bits), key->seed);
    }
    trim(&c->skipped, rules->skipped_max);
    if (!rules->deletes_keys) {
        stored_keys_put(&c->used, step->counter, step->seed);
        trim(&c->used, rules->used_max);
    }
    memcpy(c->key, step->next_key, 32);
    c->index = step->counter + 1;
}

void chain_make_room(struct chain *c, const struct chain_rules *rules,
                     const struct chain_step *step)
{
    size_t passed = step->passed.count;
    trim(&c->skipped, passed < rules->skipped_max ? rules->skipped_max - (uint32_t)passed : 0);
}

void chain_step_fini(struct chain_step *step)
{
    stored_keys_fini(&step->passed);
    crypto_wipe(step, sizeof(*step));
}

enum status chain_seed_at(const uint8_t key[32], uint32_t index, uint32_t counter,
                          const struct chain_rules *rules, uint8_t out[32])
{
    uint8_t at[32];
    enum status st = OK;
    memcpy(at, key, 32);
    for (uint32_t i = index; i != counter && !st; i++)
        st = next(rules, at);
    if (!st)
        st = keys_message_seed(at, out);
    crypto_wipe(at, sizeof(at));
    return st;
}
