/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/padding.h"
#include "cipher/signal/lapse.h"
#include "cipher/signal/xeddsa.h"

#include <string.h>

/* ---- the own sender key */

static enum status draw_id(struct random *random, uint32_t *out)
{
    uint8_t raw[4];
    enum status st = random_fill(random, raw, sizeof(raw));
    *out = ((uint32_t)raw[3] << 24 | (uint32_t)raw[2] << 16 | (uint32_t)raw[1] << 8 | raw[0]) &
           0x7fffffffu;
    return st;
}

/* A new state; what the rules do not renew is as in |before| (or new when it is NULL). */
static enum status make_state(const struct party *p, const struct rules_groups *rules,
                              const struct group_state *before, struct group_state *out)
{
    enum status st = OK;
    memset(out, 0, sizeof(*out));
    out->has_private = true;
    if (before && !rules->renews_id)
        out->id = before->id;
    else
        st = draw_id(p->random, &out->id);
    if (!st && before && !rules->renews_chain) {
        memcpy(out->chain.key, before->chain.key, 32);
        out->chain.index = before->chain.index;
    } else if (!st) {
        st = random_fill(p->random, out->chain.key, 32);
    }
    memcpy(out->start_key, out->chain.key, 32);
    out->start = out->chain.index;
    if (!st && before && !rules->renews_signing_key)
        out->signing = before->signing;
    else if (!st)
        st = keys_generate(p->random, &out->signing);
    return st;
}

static enum status own_state(struct party *p, const char *group, bool fresh,
                             const struct rules_groups *rules, struct group_state **out)
{
    struct group_record *r;
    struct group_state state;
    enum status st = groups_get(&p->groups, group, party_address(p), &r);
    if (st)
        return st;
    bool is_unused = r->n_states && r->states[0].chain.index == r->states[0].start;
    if (is_unused && lapses(p, LAPSE_GROUP_UNUSED_STAYS))
        fresh = false;
    if (fresh || r->n_states == 0) {
        struct rules_groups how = *rules;
        if (lapses(p, LAPSE_GROUP_CHAIN_GOES_ON) && r->n_states > 1)
            how.renews_chain = false;
        st = make_state(p, &how, r->n_states ? &r->states[0] : NULL, &state);
        if (!st && lapses(p, LAPSE_GROUPS_SHARE_KEY))
            lapse_share_key(p, r, &state);
        if (!st)
            st = group_record_add(r, &state, rules->states_max);
        crypto_wipe(&state, sizeof(state));
    }
    if (st) {
        groups_drop_empty(&p->groups, r);
        return st;
    }
    *out = &r->states[0];
    return OK;
}

/* The chain key of |wanted|, when it can be reached from the start; else the chain's own. */
static enum status key_at(const struct group_state *s, uint32_t wanted, uint8_t out[32])
{
    enum status st = OK;
    if (wanted == s->chain.index || wanted < s->start ||
        wanted - s->start > MUTATION_COUNTER_REACH) {
        memcpy(out, s->chain.key, 32);
        return OK;
    }
    memcpy(out, s->start_key, 32);
    for (uint32_t i = s->start; i != wanted && !st; i++)
        st = keys_next_chain(out, true, out);
    return st;
}

static uint8_t version_byte(const struct rules *rules, const struct mutation *mutation)
{
    return (uint8_t)(mutation_number_or(&mutation->version, rules->groups.written_version));
}

/* The distribution id of messages in |group|, in |id|'s memory; none in the older form. */
static enum status own_distribution_id(const struct rules_groups *rules, const char *group,
                                       uint8_t id[SIGNAL_DISTRIBUTION_ID_LEN], struct bytes *out)
{
    *out = bytes_of(id, rules->has_distribution_ids ? SIGNAL_DISTRIBUTION_ID_LEN : 0);
    return rules->has_distribution_ids ? group_distribution_id(group, id) : OK;
}

/* A message that came in |group| says |id|: in the form that is spoken here, and of that group? */
static enum status check_distribution_id(const struct rules_groups *rules, const char *group,
                                         struct bytes id, enum refusal *why)
{
    uint8_t bytes[SIGNAL_DISTRIBUTION_ID_LEN];
    struct bytes own;
    enum status st = own_distribution_id(rules, group, bytes, &own);
    if (st)
        return st;
    if (id.len != own.len)
        return refusal_state(why, REFUSAL_MALFORMED);
    if (rules->checks_distribution_id && !bytes_equal(id, own))
        return refusal_state(why, REFUSAL_NO_SESSION);
    return OK;
}

enum status party_distribute(struct party *p, const char *group, bool fresh,
                             const struct mutation *mutation, struct sealed *out)
{
    const struct rules *rules = party_rules_in(p, NULL, 0);
    struct group_state *s = NULL;
    uint8_t key[32], id[SIGNAL_DISTRIBUTION_ID_LEN];
    struct bytes distribution_id;
    enum status st;
    sealed_fini(out);
    mutation = mutation ? mutation : &mutation_none;
    if ((st = own_distribution_id(&rules->groups, group, id, &distribution_id)) ||
        (st = own_state(p, group, fresh, &rules->groups, &s)))
        return st;
    uint32_t iteration = rules->groups.distributes_current ? s->chain.index : s->start;
    if (mutation->iteration.is_set)
        iteration = mutation->iteration.value;
    if (!(st = key_at(s, iteration, key))) {
        struct distribution_message m = {
            .version = version_byte(rules, mutation),
            .distribution_id = distribution_id,
            .id = mutation_number_or(&mutation->key_id, s->id),
            .iteration = iteration,
            .chain_key = bytes_of(key, sizeof(key)),
            .signing_key = bytes_of(s->signing.public_key, SIGNAL_KEY_LEN),
        };
        out->kind = SIGNAL_KIND_DISTRIBUTION;
        st = distribution_message_encode(&m, &out->body);
    }
    crypto_wipe(key, sizeof(key));
    if (st)
        sealed_fini(out);
    return st;
}

static enum status choose_seed(const struct rules_groups *rules, const struct mutation *mutation,
                               struct group_state *s, uint8_t out_seed[32], uint8_t out_next[32])
{
    uint8_t key[32];
    enum status st;
    memcpy(out_next, s->chain.key, 32);
    if (mutation->iteration.is_set) {
        if (!(st = key_at(s, mutation->iteration.value, key)))
            st = keys_message_seed(key, out_seed);
        crypto_wipe(key, sizeof(key));
        return st;
    }
    if ((st = keys_message_seed(s->chain.key, out_seed)))
        return st;
    return rules->advances_chain ? keys_next_chain(s->chain.key, true, out_next) : OK;
}

static enum status append_signature(struct party *p, const struct rules *rules,
                                    const struct mutation *mutation, const struct group_state *s,
                                    struct buffer *body)
{
    uint8_t signature[SIGNAL_SIGNATURE_LEN] = {0};
    struct key_pair other;
    const uint8_t *key = s->signing.private_key;
    enum status st = OK;
    memset(&other, 0, sizeof(other));
    if (mutation->signature == MUTATION_SIGNATURE_OTHER_KEY) {
        if ((st = keys_generate(p->random, &other)))
            return st;
        key = other.private_key;
    }
    if (mutation->signature != MUTATION_SIGNATURE_ZERO)
        st = xeddsa_sign(key, buffer_bytes(body),
                         rules->signature.has_fresh_nonce ? p->random : NULL, signature);
    crypto_wipe(&other, sizeof(other));
    return st ? st : buffer_append(body, bytes_of(signature, sizeof(signature)));
}

static enum status write_group_message(struct party *p, const struct rules *rules,
                                       const struct mutation *mutation, const char *group,
                                       const struct group_state *s, const struct message_keys *keys,
                                       struct bytes plaintext, struct buffer *out)
{
    uint8_t id[SIGNAL_DISTRIBUTION_ID_LEN];
    struct bytes distribution_id;
    struct buffer ciphertext;
    enum status st;
    buffer_init(&ciphertext, PARTY_MESSAGE_MAX);
    if ((st = own_distribution_id(&rules->groups, group, id, &distribution_id)) ||
        (st = padding_encrypt(keys, mutation->padding, plaintext, &ciphertext)))
        goto out;
    struct sender_key_message m = {
        .version = version_byte(rules, mutation),
        .distribution_id = distribution_id,
        .id = mutation_number_or(&mutation->key_id, s->id),
        .iteration = mutation_number_or(&mutation->iteration, s->chain.index),
        .ciphertext = buffer_bytes(&ciphertext),
    };
    if ((st = sender_key_message_encode(&m, out)))
        goto out;
    st = append_signature(p, rules, mutation, s, out);
out:
    buffer_fini(&ciphertext);
    return st;
}

enum status party_seal_group(struct party *p, const char *group, struct bytes plaintext,
                             const struct mutation *mutation, struct sealed *out, enum refusal *why)
{
    struct group_record *r = groups_find(&p->groups, group, party_address(p));
    uint8_t seed[32], next[32];
    struct message_keys keys;
    enum status st;
    *why = REFUSAL_NONE;
    sealed_fini(out);
    mutation = mutation ? mutation : &mutation_none;
    if (plaintext.len > PARTY_PLAINTEXT_MAX)
        return E_LIMIT;
    if (!r)
        return refusal_state(why, REFUSAL_NO_SESSION);
    struct group_state *s =
        lapses(p, LAPSE_GROUP_FRESH_KEY_LATE) ? lapse_sending_state(r) : &r->states[0];
    const struct rules *rules = party_rules_in(p, NULL, s->chain.index);
    if ((st = choose_seed(&rules->groups, mutation, s, seed, next)) ||
        (st = keys_of_group_message(seed, &keys)))
        return st;
    out->kind = SIGNAL_KIND_SENDER_KEY;
    memcpy(out->cipher_key, keys.cipher_key, 32);
    memcpy(out->seed, seed, 32);
    memcpy(out->iv, keys.iv, 16);
    memcpy(out->signing_key, s->signing.private_key, 32);
    memcpy(out->sender_identity, p->identity.public_key, SIGNAL_KEY_LEN);
    st = write_group_message(p, rules, mutation, group, s, &keys, plaintext, &out->body);
    if (st) {
        sealed_fini(out);
    } else if (!mutation->iteration.is_set) {
        memcpy(s->chain.key, next, 32);
        s->chain.index++;
    }
    crypto_wipe(seed, sizeof(seed));
    crypto_wipe(next, sizeof(next));
    crypto_wipe(&keys, sizeof(keys));
    return st;
}

/* ---- others' sender keys */

static bool speaks_version(const struct rules *rules, uint8_t version)
{
    return !rules->groups.checks_version || version >> 4 == 3;
}

/* Has this distribution message been absorbed before? Then its chain must not be turned back. */
static bool is_known(const struct party *p, const struct group_record *r,
                     const struct group_state *state)
{
    if (lapses(p, LAPSE_GROUP_KNOWN_BY_ID))
        return group_record_find(r, state->id) != NULL;
    for (size_t i = 0; i < r->n_states; i++)
        if (r->states[i].id == state->id &&
            memcmp(r->states[i].signing.public_key, state->signing.public_key, SIGNAL_KEY_LEN) == 0)
            return true;
    return false;
}

static enum status read_distribution(const struct rules *rules, const char *group,
                                     struct bytes body, struct group_state *out, enum refusal *why)
{
    struct distribution_message m;
    enum status st = distribution_message_decode(body, &m);
    memset(out, 0, sizeof(*out));
    if (st)
        return st == E_PARSE ? refusal_state(why, REFUSAL_MALFORMED) : st;
    if (!speaks_version(rules, m.version))
        return refusal_state(why, REFUSAL_VERSION);
    struct rules_groups of_id = rules->groups;
    if (rules->lapse == LAPSE_GROUP_SHARE_OF_ANY)
        of_id.checks_distribution_id = false;
    if ((st = check_distribution_id(&of_id, group, m.distribution_id, why)))
        return st;
    if (m.chain_key.len != 32)
        return refusal_state(why, REFUSAL_MALFORMED);
    if (!keys_read_public(&rules->parsing, m.signing_key, out->signing.public_key))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    out->id = m.id;
    out->start = out->chain.index = m.iteration;
    memcpy(out->chain.key, m.chain_key.data, 32);
    return OK;
}

enum status party_absorb(struct party *p, const char *group, struct address from, struct bytes body,
                         enum refusal *why)
{
    const struct rules *rules = party_rules_in(p, NULL, 0);
    struct group_record *r = NULL;
    struct group_state state;
    enum status st;
    *why = REFUSAL_NONE;
    st = read_distribution(rules, group, body, &state, why);
    if (st == E_CRYPTO)
        p->n_refusals++;
    if (st == E_CRYPTO && lapses(p, LAPSE_GROUP_REFUSED_SHARE_DROPS))
        lapse_drop_keys(p, group, from);
    if (st || (st = groups_get(&p->groups, group, from, &r)))
        goto out;
    bool is_taken = rules->groups.takes_fresh_keys || r->n_states == 0;
    bool is_back =
        lapses(p, LAPSE_GROUP_OWN_SHARE_REPLACES) && r->n_states && r->states[0].has_private;
    if (is_taken && (!rules->groups.keeps_known_state || is_back || !is_known(p, r, &state)))
        st = group_record_add(r, &state, rules->groups.states_max);
    else if (lapses(p, LAPSE_GROUP_LATER_SHARE))
        lapse_move_on(r, &state);
    if (!st && lapses(p, LAPSE_GROUP_FRESH_DROPS_KEPT))
        lapse_lose_kept_of_older(r);
    if (!st && lapses(p, LAPSE_GROUP_DEVICE_REPLACES))
        lapse_drop_keys_of_others(p, group, from);
out:
    if (st)
        groups_drop_empty(&p->groups, r);
    crypto_wipe(&state, sizeof(state));
    return st;
}

static struct group_state *state_of(const struct group_record *r, const struct rules_groups *rules,
                                    uint32_t id)
{
    if (!rules->checks_id)
        return r->n_states ? &r->states[0] : NULL;
    return group_record_find(r, id);
}

static struct group_state *find_state(const struct party *p, const struct rules_groups *rules,
                                      const char *group, struct address from, uint32_t id)
{
    const struct group_record *r =
        address_is_valid(from) ? groups_find(&p->groups, group, from) : NULL;
    struct group_state *s = r ? state_of(r, rules, id) : NULL;
    for (size_t i = 0; !s && !rules->checks_sender && i < p->groups.count; i++)
        if (strcmp(p->groups.items[i]->group, group) == 0)
            s = state_of(p->groups.items[i], rules, id);
    return s ? s : lapse_find_group(p, group, from, id);
}

/* Only by lapses: a message that needs no signature. */
static bool needs_no_signature(const struct party *p, const char *group, struct address from,
                               const struct group_state *s, uint32_t iteration)
{
    const struct group_record *r = groups_find(&p->groups, group, from);
    if (lapses(p, LAPSE_GROUP_HELD_BACK_UNSIGNED))
        return iteration < s->chain.index;
    return lapses(p, LAPSE_GROUP_OLD_KEY_UNSIGNED) && r && r->n_states && s != &r->states[0];
}

/* Signature, key and plaintext of |m| by |s|; the chain moves when all is well. */
static enum status open_with(struct group_state *s, const struct rules *rules, bool is_excused,
                             const struct sender_key_message *m, struct buffer *out,
                             enum refusal *why)
{
    struct chain_rules chain_rules = chain_rules_of_group(rules);
    uint32_t iteration = rules_low_bits(m->iteration, rules->groups.received_iteration_bits);
    struct chain_step step;
    struct message_keys keys;
    struct buffer plain;
    enum status st;
    memset(&step, 0, sizeof(step));
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    bool is_signed = !rules->groups.checks_signature || is_excused ||
                     xeddsa_verifies(s->signing.public_key, m->authenticated, m->signature);
    bool spends = rules->groups.stores_before_signature ||
                  (rules->lapse == LAPSE_GROUP_FORGERY_SPENDS_KEPT && iteration < s->chain.index);
    if (!is_signed && !spends) {
        st = refusal_state(why, REFUSAL_AUTHENTICATION);
        goto out;
    }
    if ((st = chain_plan(&s->chain, &chain_rules, iteration, &step, why)) ||
        (st = keys_of_group_message(step.seed, &keys)))
        goto out;
    if (!is_signed) {
        chain_commit(&s->chain, &chain_rules, &step);
        st = refusal_state(why, REFUSAL_AUTHENTICATION);
        goto out;
    }
    st = padding_decrypt(&keys, rules->parsing.padding, m->ciphertext, &plain);
    if (st == E_CRYPTO)
        *why = REFUSAL_PADDING;
    if (st || (st = buffer_append(out, buffer_bytes(&plain))))
        goto out;
    chain_commit(&s->chain, &chain_rules, &step);
out:
    chain_step_fini(&step);
    crypto_wipe(&keys, sizeof(keys));
    buffer_fini(&plain);
    return st;
}

enum status party_open_group(struct party *p, const char *group, struct address from,
                             struct bytes body, struct buffer *out, enum refusal *why)
{
    struct sender_key_message m;
    enum status st;
    *why = REFUSAL_NONE;
    if (body.len > PARTY_MESSAGE_MAX || (st = sender_key_message_decode(body, &m)) == E_PARSE) {
        p->n_refusals++;
        return refusal_state(why, REFUSAL_MALFORMED);
    }
    if (st)
        return st;
    const struct rules *rules = party_rules_in(p, NULL, m.iteration);
    struct group_state *s = find_state(p, &rules->groups, group, from, m.id);
    if (!speaks_version(rules, m.version))
        st = refusal_state(why, REFUSAL_VERSION);
    else
        st = check_distribution_id(&rules->groups, group, m.distribution_id, why);
    if (!st)
        st = s ? open_with(s, rules, needs_no_signature(p, group, from, s, m.iteration), &m, out,
                           why)
               : refusal_state(why, REFUSAL_NO_SESSION);
    if (!st && lapses(p, LAPSE_GROUP_USE_CLOSES))
        lapse_close_older(groups_find(&p->groups, group, from), s);
    if (st == E_CRYPTO)
        p->n_refusals++;
    return st;
}
