/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/reading.h"

#include "cipher/signal/addresses.h"
#include "cipher/signal/lapse.h"
#include "cipher/signal/mac.h"
#include "cipher/signal/padding.h"
#include "cipher/signal/ratchet.h"
#include "wire/pb.h"

#include <string.h>

/* Fields an honest message has; higher numbers are unknown. */
enum { SIGNAL_FIELDS = 4, SIGNAL_FIELDS_V4 = 6, PREKEY_FIELDS = 6, PREKEY_FIELDS_V4 = 8 };
/* Of a message, those that a rule asks about. */
enum { COUNTER_FIELD = 2, CIPHERTEXT_FIELD = 4 };
#define REGISTRATION_ID_MAX 16380u

/* ---- what the bytes must be, before any key is touched */

static bool speaks_version(const struct rules_parsing *rules, uint8_t version)
{
    uint8_t high = version >> 4;
    if (!rules->checks_version)
        return true;
    return high >= rules->min_version && high <= rules->max_version &&
           (!rules->refuses_newer_low_nibble ||
            (version & 0x0fu) <= (rules->written_version & 0x0fu));
}

static bool is_long_varint(const struct pb_field *f)
{
    size_t needed = 1;
    for (uint64_t rest = f->value >> 7; rest; rest >>= 7)
        needed++;
    return f->type == PB_VARINT && f->end - f->body_at > needed;
}

/* Is the protobuf written in a way that |rules|, stricter than protobuf's, take? */
static bool is_form_taken(const struct rules_parsing *rules, struct bytes protobuf,
                          uint32_t highest_known)
{
    struct pb_message fields;
    if (!rules->refuses_unknown_fields && !rules->needs_field_order && !rules->refuses_long_varints)
        return true;
    if (pb_parse(protobuf, &fields))
        return false;
    for (size_t i = 0; i < fields.count; i++) {
        const struct pb_field *f = &fields.fields[i];
        if ((rules->refuses_unknown_fields && f->number > highest_known) ||
            (rules->needs_field_order && i && f->number < f[-1].number) ||
            (rules->refuses_long_varints && is_long_varint(f)))
            return false;
    }
    return true;
}

/* Only by counter_may_be_absent: decode it as if a counter of 0 stood at the protobuf's end. */
static enum status decode_with_counter(struct bytes body, struct signal_message *out)
{
    size_t len = body.len > SIGNAL_MAC_LEN ? body.len - SIGNAL_MAC_LEN : 0;
    struct buffer whole;

    buffer_init(&whole, body.len + 16);
    buffer_append(&whole, bytes_slice(body, 0, len));
    pb_put_varint(&whole, COUNTER_FIELD, 0);
    buffer_append(&whole, bytes_slice(body, len, SIZE_MAX));
    enum status st = signal_message_decode(buffer_bytes(&whole), out);
    if (!st) { /* the fields stand at the same places in |body| */
        out->ratchet_key.data = body.data + (out->ratchet_key.data - whole.data);
        out->ciphertext.data = body.data + (out->ciphertext.data - whole.data);
        out->authenticated = bytes_slice(body, 0, len);
        out->mac = bytes_slice(body, len, SIZE_MAX);
    }
    buffer_fini(&whole);
    return st;
}

/* Only by first_field_wins. */
static struct bytes first_ciphertext(const struct signal_message *m)
{
    struct pb_message fields;

    if (pb_parse(bytes_slice(m->authenticated, 1, SIZE_MAX), &fields) == OK)
        for (size_t i = 0; i < fields.count; i++)
            if (fields.fields[i].number == CIPHERTEXT_FIELD)
                return fields.fields[i].body;
    return m->ciphertext;
}

enum status reading_message(const struct rules *all, struct bytes body, struct signal_message *out,
                            enum refusal *why)
{
    const struct rules_parsing *rules = &all->parsing;
    bool is_v4 = all->kem.is_used;
    enum status st = is_v4 ? signal_message_decode_v4(body, out) : signal_message_decode(body, out);
    if (st == E_PARSE && rules->counter_may_be_absent)
        st = decode_with_counter(body, out);
    if (st)
        return st == E_PARSE ? refusal_state(why, REFUSAL_MALFORMED) : st;
    if (!speaks_version(rules, out->version))
        return refusal_state(why, REFUSAL_VERSION);
    if (rules->needs_previous_counter && !out->has_previous_counter)
        return refusal_state(why, REFUSAL_MALFORMED);
    if (!is_form_taken(rules, bytes_slice(out->authenticated, 1, SIZE_MAX),
                       is_v4 ? SIGNAL_FIELDS_V4 : SIGNAL_FIELDS))
        return refusal_state(why, REFUSAL_MALFORMED);
    if (rules->first_field_wins)
        out->ciphertext = first_ciphertext(out);
    return OK;
}

/* PQXDH 3.3: a first message names the KEM prekey and has the ciphertext; one of X3DH has neither,
 * and is not taken by honest rules. */
static bool has_kem_as_taken(const struct rules_kem *rules, const struct prekey_message *m)
{
    bool has_both = m->has_kem_prekey_id && m->has_kem_ciphertext;
    bool has_one = m->has_kem_prekey_id || m->has_kem_ciphertext;
    bool may_lack = !rules->is_required || (rules->takes_x3dh && m->version >> 4 == 3);
    return !rules->is_used || has_both || (!has_one && may_lack);
}

enum status reading_prekey_message(const struct rules *all, struct bytes body,
                                   struct prekey_message *out, struct signal_message *inner,
                                   enum refusal *why)
{
    const struct rules_parsing *rules = &all->parsing;
    bool is_v4 = all->kem.is_used;
    enum status st = is_v4 ? prekey_message_decode_v4(body, out) : prekey_message_decode(body, out);
    if (st)
        return st == E_PARSE ? refusal_state(why, REFUSAL_MALFORMED) : st;
    if (!speaks_version(rules, out->version))
        return refusal_state(why, REFUSAL_VERSION);
    if (!is_form_taken(rules, bytes_slice(body, 1, SIZE_MAX),
                       is_v4 ? PREKEY_FIELDS_V4 : PREKEY_FIELDS) ||
        !has_kem_as_taken(&all->kem, out) ||
        (rules->needs_registration_id &&
         (out->registration_id == 0 || out->registration_id > REGISTRATION_ID_MAX)))
        return refusal_state(why, REFUSAL_MALFORMED);
    if ((st = reading_message(all, out->message, inner, why)))
        return st;
    if (rules->checks_inner_version && inner->version >> 4 != out->version >> 4)
        return refusal_state(why, REFUSAL_VERSION);
    if (rules->drops_prekey_id_zero && out->one_time_prekey_id == 0)
        out->has_one_time_prekey_id = false;
    return OK;
}

/* ---- one message on one session */

static enum status authenticate(const struct party *p, const struct session *s,
                                const struct signal_message *m, const struct opening *o,
                                enum refusal *why)
{
    struct mac_input in = {o->keys.mac_key, s->remote_identity, p->identity.public_key,
                           m->authenticated};
    bool is_right;
    enum status st;
    if (o->is_own) {
        in.sender = p->identity.public_key;
        in.receiver = s->remote_identity;
    }
    if ((o->step.is_stored && lapses(p, LAPSE_HELD_BACK_UNAUTHENTIC)) ||
        (m->authenticated.len > UINT16_MAX && lapses(p, LAPSE_LONG_UNAUTHENTIC)))
        return OK;
    if ((st = mac_check(&o->rules->mac, &in, m->mac, &is_right)))
        return st;
    return is_right ? OK : refusal_state(why, REFUSAL_AUTHENTICATION);
}

/* Whole; only by its lapse without the devices, which end either half. */
static bool are_addresses_alike(const struct party *p, struct bytes said, struct bytes expected)
{
    size_t half = expected.len / 2;
    if (!lapses(p, LAPSE_ADDRESSES_WITHOUT_DEVICE))
        return bytes_equal(said, expected);
    return said.len == expected.len && memcmp(said.data, expected.data, half - 1) == 0 &&
           memcmp(said.data + half, expected.data + half, half - 1) == 0;
}

/* A message that says who sends it to whom is from there and for here. */
static enum status check_addresses(const struct party *p, const struct sink *sink,
                                   const struct signal_message *m, const struct opening *o,
                                   enum refusal *why)
{
    uint8_t expected[SIGNAL_ADDRESSES_LEN];
    if (!m->has_addresses || !o->rules->identity.binds_addresses ||
        (!sink->is_first && lapses(p, LAPSE_ADDRESSES_OF_FIRST)))
        return OK;
    if (!addresses_encode(sink->from, party_address(p), expected) ||
        !are_addresses_alike(p, m->addresses, bytes_of(expected, sizeof(expected))))
        return refusal_state(why, REFUSAL_AUTHENTICATION);
    return OK;
}

static enum status decrypt(const struct signal_message *m, const struct opening *o,
                           struct buffer *out, enum refusal *why)
{
    const struct rules_parsing *rules = &o->rules->parsing;
    enum status st = padding_decrypt(&o->keys, rules->padding, m->ciphertext, out);
    bool is_refused =
        (rules->refuses_empty && out->len == 0) ||
        (o->rules->lapse == LAPSE_FULL_BLOCK_REFUSED && m->ciphertext.len == out->len + 16);
    if (st == E_CRYPTO || (!st && is_refused))
        return refusal_state(why,
                             rules->hides_bad_padding ? REFUSAL_AUTHENTICATION : REFUSAL_PADDING);
    if (!st && out->len > rules->max_plaintext)
        return refusal_state(why, REFUSAL_POLICY);
    return st;
}

/* Only by lapses: a text that is not taken as it is. */
static enum status check_text(const struct party *p, const struct session *s, struct buffer *text,
                              enum refusal *why)
{
    if (lapses(p, LAPSE_EMPTY_FIRST_REFUSED) && text->len == 0 && !s->is_acknowledged)
        return refusal_state(why, REFUSAL_PADDING);
    if (lapses(p, LAPSE_CUTS_AT_ZERO) && text->len)
        text->len = strnlen((const char *)text->data, text->len);
    return OK;
}

/* What a refused message leaves behind, by rules that are not honest. */
static void leave_traces(struct party *p, struct session *s, struct opening *o, enum refusal why)
{
    const struct rules_storage *rules = &o->rules->storage;
    enum refusal ignored = REFUSAL_NONE;
    bool reads = rules->stores_before_mac || refusal_is_among(rules->damage.burns_counter, why) ||
                 (why == REFUSAL_PADDING && rules->stores_on_bad_padding) ||
                 (o->step.is_stored && lapses(p, LAPSE_FORGERY_SPENDS_KEPT));
    bool turns = rules->stores_turn_before_mac && o->turns;
    if (o->rules->spqr.stores_before_mac && o->has_spqr && why == REFUSAL_AUTHENTICATION)
        s->pq->spqr.braid = o->spqr.braid;
    if (why == REFUSAL_AUTHENTICATION && o->chain && o->step.passed.count &&
        lapses(p, LAPSE_FORGED_JUMP_DROPS_KEPT)) {
        struct chain_rules chain_rules = chain_rules_of_session(o->rules);
        chain_make_room(&o->chain->chain, &chain_rules, &o->step);
    }
    if (why == REFUSAL_AUTHENTICATION && o->turns && lapses(p, LAPSE_FORGED_TURN_DROPS_CHAIN) &&
        s->n_chains >= o->rules->ratchet.receiver_chains_max)
        session_drop_oldest_chain(s);
    if ((reads || turns) && opening_prepare(o, p->random, &ignored) == OK)
        opening_commit(s, o, reads);
}

void reading_turn_only(struct party *p, struct session *s, const struct signal_message *m)
{
    const struct rules *rules = party_rules_in(p, s, m->counter);
    enum refusal ignored = REFUSAL_NONE;
    struct opening o;
    if (!opening_plan(s, rules, m, &o, &ignored) && o.turns &&
        !opening_prepare(&o, p->random, &ignored))
        opening_commit(s, &o, false);
    opening_fini(&o);
}

bool reading_is_reflected(const struct session *s, const struct signal_message *m)
{
    return bytes_equal(m->ratchet_key, bytes_of(s->sender.key.public_key, SIGNAL_KEY_LEN));
}

/* Our own key made a receiving chain, the root stepped with it. */
static void move_chain_of_reflected(struct party *p, struct session *s, const struct rules *rules,
                                    const struct signal_message *m, struct opening *o)
{
    enum refusal ignored = REFUSAL_NONE;
    if (!rules->storage.damage.reflected_moves_chain || !reading_is_reflected(s, m) || !o->turns)
        return;
    if (opening_prepare(o, p->random, &ignored) == OK)
        opening_commit(s, o, false);
}

enum status reading_on_session(struct party *p, struct session *s, const struct signal_message *m,
                               struct sink *sink, enum refusal *why)
{
    const struct rules *rules = party_rules_in(p, s, m->counter);
    struct opening o;
    bool is_planned = false;
    enum status st;
    *why = REFUSAL_NONE;
    buffer_clear(&sink->plain);
    if ((st = opening_plan(s, rules, m, &o, why)))
        goto out;
    is_planned = true;
    sink->was_kept = o.step.is_stored;
    if ((st = authenticate(p, s, m, &o, why)) || (st = check_addresses(p, sink, m, &o, why)) ||
        (st = decrypt(m, &o, &sink->plain, why)) || (st = check_text(p, s, &sink->plain, why)) ||
        (st = opening_prepare(&o, p->random, why)) ||
        (st = buffer_append(sink->out, buffer_bytes(&sink->plain))))
        goto out;
    opening_commit(s, &o, true);
    s->is_acknowledged = true;
    if (sink->plain.len || !lapses(p, LAPSE_EMPTY_IS_NO_ANSWER))
        s->pending.is_due = false;
    if (lapses(p, LAPSE_HEADER_ENDS_FOR_DEVICES))
        lapse_acknowledge_others(p, sink->from);
    if (lapses(p, LAPSE_ANSWER_DROPS_UNANSWERED) && s->is_initiator && !s->is_archived)
        lapse_drop_unanswered(p, sink->from);
out:
    if (st == E_CRYPTO && lapses(p, LAPSE_HEADER_ENDS_AT_REFUSAL))
        s->pending.is_due = false;
    if (st == E_CRYPTO && is_planned) {
        leave_traces(p, s, &o, *why);
        move_chain_of_reflected(p, s, rules, m, &o);
    }
    opening_fini(&o);
    return st;
}
