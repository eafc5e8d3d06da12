/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto_curve.h"
#include "cipher/signal/reading.h"
#include "cipher/signal/handshake.h"
#include "cipher/signal/lapse.h"

#include <string.h>

/* ---- an ordinary message: any session with this peer may be meant */

/* Which of two refusals by different sessions says more:
 * one that found its own chain knows better. */
static enum refusal weightier(enum refusal a, enum refusal b)
{
    static const uint8_t weight[N_REFUSAL] = {
        [REFUSAL_UNTRUSTED_IDENTITY] = 6,
        [REFUSAL_PADDING] = 5,
        [REFUSAL_POLICY] = 5,
        [REFUSAL_DUPLICATE] = 4,
        [REFUSAL_TOO_FAR] = 3,
        [REFUSAL_INVALID_KEY] = 2,
        [REFUSAL_VERSION] = 2,
        [REFUSAL_AUTHENTICATION] = 1,
    };
    return weight[b] > weight[a] ? b : a;
}

/* Sesame 3.4: the session |s|, on which a message was opened, is the one to send on. */
static void promote(const struct party *p, struct record *r, struct session *s,
                    const struct rules *rules, const struct sink *sink)
{
    bool was_archived = s->is_archived;
    if (!rules->storage.promotes || (sink->was_kept && lapses(p, LAPSE_HELD_BACK_STAYS_ARCHIVED)))
        return;
    record_promote(r, s);
    if (was_archived)
        lapse_promoted(p, s);
}

/* |is_of_v3|: only sessions that were carried over are meant, else only the others. */
static enum status open_on_any(struct party *p, struct record *r, const struct signal_message *m,
                               bool is_of_v3, struct sink *sink, enum refusal *why)
{
    enum refusal best = REFUSAL_NONE;
    enum status st = E_CRYPTO;
    for (size_t i = 0; i <= r->n_archived; i++) {
        struct session *s = i ? r->archived[i - 1] : r->current;
        const struct rules *rules = party_rules_in(p, s, m->counter);
        bool is_tried = !lapses(p, LAPSE_ONE_ARCHIVED) || i <= 1;
        if (!s || (i > 0 && !(rules->storage.tries_archived && is_tried)))
            continue;
        if (s->is_carried != is_of_v3) {
            best = weightier(best, REFUSAL_VERSION);
            continue;
        }
        if (rules->identity.checks_on_open &&
            !record_trusts(r, s->remote_identity, &rules->identity)) {
            best = weightier(best, REFUSAL_UNTRUSTED_IDENTITY);
            continue;
        }
        st = reading_on_session(p, s, m, sink, why);
        if (!st && s->is_archived && r->current && lapses(p, LAPSE_TRIED_TURNS))
            reading_turn_only(p, r->current, m);
        if (!st)
            promote(p, r, s, rules, sink);
        if (st != E_CRYPTO)
            return st;
        best = weightier(best, *why);
        if (*why == REFUSAL_DUPLICATE && rules->storage.stops_at_duplicate &&
            session_find_chain(s, m->ratchet_key))
            break; /* of another session SPQR may say so, too: its numbers are all alike */
        if (*why == REFUSAL_DUPLICATE && s->is_archived && lapses(p, LAPSE_REPLAY_PROMOTES)) {
            record_promote(r, s);
            break;
        }
    }
    if (r->n_archived && lapses(p, LAPSE_REFUSAL_PROMOTES))
        record_promote(r, r->archived[r->n_archived - 1]);
    return refusal_state(why, best ? best : REFUSAL_NO_SESSION);
}

static enum status open_message(struct party *p, struct record *r, struct bytes body,
                                struct sink *sink, enum refusal *why)
{
    const struct session *carried = r ? record_find_carried(r) : NULL;
    bool is_of_v3 = carried && body.len && body.data[0] >> 4 == 3;
    const struct rules *rules = party_rules_in(p, is_of_v3 ? carried : record_current(r), 0);
    struct signal_message m;
    enum status st = reading_message(rules, body, &m, why);
    if (st)
        return st;
    if (!r || (!r->current && r->n_archived == 0))
        return refusal_state(why, REFUSAL_NO_SESSION);
    return open_on_any(p, r, &m, is_of_v3, sink, why);
}

/* ---- a first message */

static const struct prekey *lowest_left(const struct prekeys *k)
{
    for (size_t i = 0; i < k->count; i++)
        if (!k->items[i].is_used)
            return &k->items[i];
    return NULL;
}

static enum status find_prekeys(struct party *p, const struct rules_handshake *rules,
                                const struct prekey_message *m, struct first_message *first,
                                enum refusal *why)
{
    first->signed_prekey = prekeys_find(&p->signed_prekeys, m->signed_prekey_id);
    if (!first->signed_prekey && rules->unknown_signed_prekey == UNKNOWN_PREKEY_IS_CURRENT &&
        p->signed_prekeys.count)
        first->signed_prekey = &p->signed_prekeys.items[p->signed_prekeys.count - 1];
    if (!first->signed_prekey)
        return refusal_state(why, REFUSAL_UNKNOWN_PREKEY);
    if (!m->has_one_time_prekey_id)
        return rules->requires_one_time_prekey ? refusal_state(why, REFUSAL_POLICY) : OK;
    uint32_t id = m->one_time_prekey_id;
    if (lapses(p, LAPSE_SHORT_ONE_TIME_ID))
        id &= 0xffffu;
    first->one_time_prekey = prekeys_find(&p->one_time_prekeys, id);
    if (!first->one_time_prekey && rules->unknown_one_time_prekey == UNKNOWN_PREKEY_IS_CURRENT)
        first->one_time_prekey = lowest_left(&p->one_time_prekeys);
    if (!first->one_time_prekey && rules->unknown_one_time_prekey != UNKNOWN_PREKEY_IS_ABSENT)
        return refusal_state(why, REFUSAL_UNKNOWN_PREKEY);
    return OK;
}

/* PQXDH 3.4, the KEM prekey that the message names. */
static enum status find_kem_prekey(struct party *p, const struct rules_kem *rules,
                                   const struct prekey_message *m, struct first_message *first,
                                   enum refusal *why)
{
    struct kem_prekeys *all = &p->kem_prekeys;
    if (!rules->is_used || !m->has_kem_prekey_id)
        return OK; /* that it may be missing was looked at */
    first->kem_prekey = kem_prekeys_find(all, m->kem_prekey_id);
    if (!first->kem_prekey && rules->unknown_prekey == UNKNOWN_PREKEY_IS_CURRENT && all->count)
        first->kem_prekey = &all->items[all->count - 1];
    first->kem_ciphertext = m->kem_ciphertext;
    if (!first->kem_prekey && rules->unknown_prekey != UNKNOWN_PREKEY_IS_ABSENT)
        return refusal_state(why, REFUSAL_UNKNOWN_PREKEY);
    return OK;
}

static struct kem_use use_of(const struct first_message *first)
{
    struct kem_use use = {.kem_prekey_id = first->kem_prekey->id,
                          .signed_prekey_id = first->signed_prekey->id};
    memcpy(use.base_key, first->base_key, SIGNAL_KEY_LEN);
    return use;
}

/* A last-resort KEM prekey that served this base key before, when the session it made is gone. */
static enum status check_reuse(struct party *p, const struct rules_kem *rules,
                               const struct first_message *first, enum refusal *why)
{
    if (!first->kem_prekey || !first->kem_prekey->is_last_resort || !rules->refuses_reuse)
        return OK;
    struct kem_use use = use_of(first);
    if (kem_prekeys_was_used(&p->kem_prekeys, &use))
        return refusal_state(why, REFUSAL_DUPLICATE);
    return kem_prekeys_reserve_use(&p->kem_prekeys);
}

static bool is_due(enum rules_delete deletes, bool was_opened)
{
    return deletes == DELETE_BEFORE_AUTHENTICATION ||
           (was_opened && deletes == DELETE_AFTER_SUCCESS);
}

/* The message's KEM prekey was used: a one-time one goes, what a last resort served is remembered,
 * for which there is room. */
static void spend_kem_prekey(struct party *p, const struct rules_kem *rules,
                             const struct first_message *first, bool was_opened)
{
    struct kem_prekey *key =
        first->kem_prekey ? kem_prekeys_find(&p->kem_prekeys, first->kem_prekey->id) : NULL;
    if (!key)
        return;
    struct kem_use use = use_of(first);
    if (!key->is_last_resort && is_due(rules->deletes_one_time_prekey, was_opened))
        kem_prekeys_remove(&p->kem_prekeys, key);
    else if (key->is_last_resort && was_opened && rules->refuses_reuse) {
        kem_prekeys_use(&p->kem_prekeys, &use);
        lapse_forget_uses(p);
    }
}

static void spend_prekey(struct party *p, const struct rules *rules, uint32_t id)
{
    struct prekey *key = prekeys_find(&p->one_time_prekeys, id);
    if (!key)
        return;
    if (rules->storage.revives_used_prekeys)
        key->is_used = true;
    else
        prekeys_remove(&p->one_time_prekeys, key);
}

/* What a first message that was refused leaves behind, by rules that are not honest.
 * |s| is given. */
static void leave_first_traces(struct record *r, struct session *s, const struct rules *rules)
{
    if (s && rules->storage.redirects_before_mac)
        record_put_current(r, s, &rules->storage);
    else
        session_free(s);
}

/* The session the message starts, with the message read on it. The caller owns *out whatever is
 * returned. */
static enum status respond(struct party *p, const struct rules *rules,
                           const struct first_message *first, const struct signal_message *inner,
                           struct session **out, struct sink *sink, enum refusal *why)
{
    enum status st = E_CRYPTO;
    for (uint32_t left_out = 0; left_out <= DERIVATION_WITHOUT_DH4; left_out++) {
        if (left_out & ~rules->handshake.also_takes)
            continue;
        session_free(*out);
        if ((st = handshake_respond(p, rules, left_out, first, out, why)))
            return st;
        (*out)->number = p->n_sessions + 1;
        if ((st = reading_on_session(p, *out, inner, sink, why)) != E_CRYPTO)
            return st;
    }
    return st;
}

static enum status open_new(struct party *p, struct record *r, const struct prekey_message *m,
                            const struct signal_message *inner, struct first_message *first,
                            struct sink *sink, enum refusal *why)
{
    const struct rules *rules = party_rules_in(p, NULL, inner->counter);
    struct rules_handshake handshake = rules->handshake;
    struct session *s = NULL;
    bool is_known = r->current != NULL;
    enum status st;
    if (lapses(p, LAPSE_FIRST_MUST_BE_ZEROTH) && inner->counter > 0)
        return refusal_state(why, REFUSAL_TOO_FAR);
    if (is_known && lapses(p, LAPSE_UNKNOWN_PREKEY_OF_KNOWN))
        handshake.unknown_one_time_prekey = UNKNOWN_PREKEY_IS_ABSENT;
    if (is_known && lapses(p, LAPSE_FORGERY_OF_KNOWN_SPENDS))
        handshake.deletes_one_time_prekey = DELETE_BEFORE_AUTHENTICATION;
    if ((st = find_prekeys(p, &handshake, m, first, why)) ||
        (st = find_kem_prekey(p, &rules->kem, m, first, why)) ||
        (st = check_reuse(p, &rules->kem, first, why)) || (st = record_reserve(r)))
        return st;
    uint32_t prekey_id = first->one_time_prekey ? first->one_time_prekey->id : 0;
    bool has_prekey = first->one_time_prekey != NULL;
    if (lapses(p, LAPSE_ARCHIVES_BEFORE_READING))
        record_archive_current(r, &rules->storage);
    st = respond(p, rules, first, inner, &s, sink, why);
    if (has_prekey && is_due(handshake.deletes_one_time_prekey, !st) &&
        !(lapse_is_unanswered(r) && lapses(p, LAPSE_KEEPS_PREKEY_WHEN_CROSSING)))
        spend_prekey(p, rules, lapse_spent_prekey(p, prekey_id, is_known, sink->plain.len == 0));
    if (!lapse_keeps_kem_prekey(p, first->kem_prekey, is_known, has_prekey))
        spend_kem_prekey(p, &rules->kem, first, !st);
    if (st) {
        leave_first_traces(r, s, rules);
        return st;
    }
    p->n_sessions++;
    if (rules->identity.is_pinned)
        record_pin(r, first->identity);
    if (lapse_is_unanswered(r) && lapses(p, LAPSE_DROPS_OWN_WHEN_CROSSING))
        record_drop_current(r);
    if (lapse_is_unanswered(r) && lapses(p, LAPSE_KEEPS_OWN_WHEN_CROSSING))
        record_archive(r, s, &rules->storage);
    else
        record_put_current(r, s, &rules->storage);
    lapse_archived(p, r);
    if (lapses(p, LAPSE_DEVICE_ARCHIVES_OTHERS))
        lapse_archive_others(p, sink->from, &rules->storage);
    return OK;
}

/* A first message seen before belongs to the session it made (Sesame 3.4); its prekey ids are not
 * looked at. */
static enum status open_repeated(struct party *p, struct record *r, struct session *known,
                                 const struct signal_message *inner, struct sink *sink,
                                 enum refusal *why)
{
    const struct rules *rules = party_rules_in(p, known, inner->counter);
    if (lapses(p, LAPSE_REFUSES_LATE_HEADERS) && known->sender.counter > 0)
        return refusal_state(why, REFUSAL_DUPLICATE);
    if (lapses(p, LAPSE_FORGED_REPEAT_PROMOTES))
        record_promote(r, known);
    enum status st = reading_on_session(p, known, inner, sink, why);
    if (!st && !lapses(p, LAPSE_HEADER_STAYS_ARCHIVED))
        promote(p, r, known, rules, sink);
    return st;
}

/* The session that a first message belongs to, or NULL: a new one. */
static struct session *find_repeated(const struct party *p, const struct record *r,
                                     const struct rules_handshake *rules, const uint8_t *base_key)
{
    struct session *known = NULL;
    if (rules->remembers_base_key)
        known = record_find_session(r, base_key, rules->masks_base_key);
    if ((known != r->current && lapses(p, LAPSE_REPEATS_OF_ARCHIVED)) ||
        (known && known->is_carried)) /* a first message of v4 cannot be of one of v3 */
        known = NULL;
    if (!known && lapses(p, LAPSE_REPEAT_OF_ANY_NAME))
        known = lapse_find_session(p, base_key);
    return known;
}

static enum status open_first(struct party *p, struct record *r, struct bytes body,
                              struct sink *sink, enum refusal *why)
{
    const struct rules *rules = party_rules_in(p, record_current(r), 0);
    struct first_message first = {.name = r->name};
    struct signal_message inner;
    struct prekey_message m;
    enum status st;
    if ((st = reading_prekey_message(rules, body, &m, &inner, why)))
        return st;
    if (!keys_read_public(&rules->parsing, m.base_key, first.base_key) ||
        !keys_read_public(&rules->parsing, m.identity_key, first.identity))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    first.registration_id = m.registration_id;
    if (rules->kem.is_used && rules->kem.checks_base_key &&
        !(r->current && lapses(p, LAPSE_BASE_KEY_UNCHECKED_OF_KNOWN)) &&
        !crypto_curve_is_prime_order(first.base_key + 1))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    if (lapses(p, LAPSE_OWN_NAME_REFUSED) && lapse_is_own_device(p, r))
        return refusal_state(why, REFUSAL_POLICY);
    if (rules->ratchet.refuses_identity_key &&
        memcmp(first.base_key, first.identity, SIGNAL_KEY_LEN) == 0)
        return refusal_state(why, REFUSAL_INVALID_KEY);
    bool is_compared = (r->current || !lapses(p, LAPSE_FIRST_UNTRUSTED_WITHOUT_SESSION)) &&
                       !(lapses(p, LAPSE_REPEAT_OF_OTHER_IDENTITY) &&
                         find_repeated(p, r, &rules->handshake, first.base_key));
    if (is_compared &&
        !store_trusts(p, (struct address){r->name, r->device}, r, first.identity,
                      &rules->identity) &&
        !lapse_takes_refused(p, r, first.identity)) {
        if (m.has_one_time_prekey_id && lapses(p, LAPSE_UNTRUSTED_SPENDS))
            spend_prekey(p, rules, m.one_time_prekey_id);
        return refusal_state(why, REFUSAL_UNTRUSTED_IDENTITY);
    }
    if (rules->identity.pins_before_authentication)
        record_pin(r, first.identity);
    if (lapses(p, LAPSE_OTHER_REGISTRATION_DROPS) && r->current &&
        r->current->remote_registration_id != m.registration_id)
        record_drop_current(r);
    if (lapses(p, LAPSE_REUSE_BEFORE_SESSION) && lapse_was_used(p, &m, first.base_key))
        return refusal_state(why, REFUSAL_DUPLICATE);
    struct session *known = find_repeated(p, r, &rules->handshake, first.base_key);
    if (!known)
        return open_new(p, r, &m, &inner, &first, sink, why);
    if (m.has_kem_prekey_id && lapses(p, LAPSE_REPEAT_NEEDS_KEM_PREKEY) &&
        !kem_prekeys_find(&p->kem_prekeys, m.kem_prekey_id))
        return refusal_state(why, REFUSAL_UNKNOWN_PREKEY);
    st = open_repeated(p, r, known, &inner, sink, why);
    if (st == E_CRYPTO && rules->handshake.opens_repeats_as_new)
        st = open_new(p, r, &m, &inner, &first, sink, why);
    return st;
}

/* ---- the whole */

/* What else a refusal does to the store, by rules that are not honest. */
static void damage(struct record *r, const struct rules_storage *rules, bool was_reflected,
                   enum refusal why)
{
    const struct rules_damage *d = &rules->damage;
    if (refusal_is_among(d->archives_session, why) && !record_reserve(r))
        record_archive_current(r, rules);
    if (refusal_is_among(d->drops_session, why) || (was_reflected && d->reflected_drops_session))
        record_drop_current(r);
    if (refusal_is_among(d->drops_all, why))
        record_drop_sessions(r);
}

/* Was the body one of our own messages, by its ratchet key? */
static bool came_back(const struct record *r, enum signal_kind kind, struct bytes body)
{
    struct prekey_message outer;
    struct signal_message m;
    if (kind == SIGNAL_KIND_PREKEY) {
        if (prekey_message_decode(body, &outer))
            return false;
        body = outer.message;
    }
    return r->current && !signal_message_decode(body, &m) && reading_is_reflected(r->current, &m);
}

/* Something else than a refusal, by rules that are not honest. False: the refusal stands. */
static bool answers_anyway(struct party *p, const struct rules_replay *rules, struct bytes body,
                           enum refusal why, struct sink *sink)
{
    if (rules->answer == ANSWER_REFUSAL || !refusal_is_among(rules->answered, why))
        return false;
    buffer_clear(&sink->plain);
    if (rules->answer == ANSWER_CIPHERTEXT)
        buffer_append(&sink->plain, body);
    else if (rules->answer == ANSWER_LAST_PLAINTEXT)
        buffer_append(&sink->plain, buffer_bytes(&p->last_plaintext));
    return buffer_append(sink->out, buffer_bytes(&sink->plain)) == OK;
}

static enum status after_refusal(struct party *p, struct address from, enum signal_kind kind,
                                 struct bytes body, struct sink *sink, enum refusal *why)
{
    struct record *r = store_find(p, from);
    const struct rules *rules = party_rules_in(p, record_current(r), 0);
    if (r)
        damage(r, &rules->storage, came_back(r, kind, body), *why);
    p->n_refusals++;
    if (rules->storage.keeps_refused && buffer_append(&p->refused, body))
        return E_NOMEM;
    if (!answers_anyway(p, &rules->replay, body, *why, sink))
        return E_CRYPTO;
    *why = REFUSAL_NONE;
    return OK;
}

/* The record of |from|, or NULL; only by its lapse that of another device. */
static struct record *record_to_open(const struct party *p, struct address from)
{
    struct record *r = store_find(p, from);
    return !r && lapses(p, LAPSE_OPENS_FOR_OTHER_DEVICE) ? lapse_other_device(p, from) : r;
}

static enum status open_any(struct party *p, struct address from, enum signal_kind kind,
                            struct bytes body, struct sink *sink, enum refusal *why)
{
    struct record *r = NULL;
    enum status st;
    if (kind == SIGNAL_KIND_MESSAGE)
        return open_message(p, record_to_open(p, from), body, sink, why);
    if (kind != SIGNAL_KIND_PREKEY)
        return refusal_state(why, REFUSAL_MALFORMED);
    if ((st = store_get(p, from, &r)))
        return st;
    sink->is_first = true;
    st = open_first(p, r, body, sink, why);
    if (st && !lapses(p, LAPSE_REFUSED_LEAVES_RECORD))
        store_drop_empty(p, r);
    return st;
}

/* Only for ANSWER_LAST_PLAINTEXT; without memory there is nothing to answer. */
static void remember(struct party *p, struct bytes plaintext)
{
    if (p->rules->replay.answer != ANSWER_LAST_PLAINTEXT)
        return;
    buffer_clear(&p->last_plaintext);
    buffer_append(&p->last_plaintext, plaintext);
}

enum status party_open(struct party *p, struct address from, enum signal_kind kind,
                       struct bytes body, struct buffer *out, enum refusal *why)
{
    struct sink sink = {.out = out, .from = from};
    enum status st;
    *why = REFUSAL_NONE;
    if (body.len > PARTY_MESSAGE_MAX)
        return refusal_state(why, REFUSAL_MALFORMED);
    buffer_init(&sink.plain, PARTY_MESSAGE_MAX);
    st = open_any(p, from, kind, body, &sink, why);
    if (st == E_CRYPTO && *why != REFUSAL_NONE)
        st = after_refusal(p, from, kind, body, &sink, why);
    if (!st)
        remember(p, buffer_bytes(&sink.plain));
    buffer_fini(&sink.plain);
    return st;
}
