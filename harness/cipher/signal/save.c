/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/lapse.h"
#include "cipher/signal/save_post_quantum.h"

#include <stdlib.h>
#include <string.h>

/* The digit is 1 of v3, 2 of v4. Rules of v4 read both: a party of v3 becomes one of v4, and its
 * sessions are carried over. */
static const uint8_t magic[] = "assay party 1\n";
#define DIGIT_AT 12u

static bool loses(const struct codec *c, enum rules_lost what)
{
    return codec_is_writing(c) && (c->lost & (uint32_t)what);
}

/* A name of 1 to PARTY_NAME_MAX bytes, into PARTY_NAME_MAX + 1. */
static void walk_name(struct codec *c, char *name)
{
    size_t len = codec_is_writing(c) ? strlen(name) : 0;
    codec_count(c, &len, 1);
    if (c->st)
        return;
    if (len < 1 || len > PARTY_NAME_MAX) {
        c->st = E_PARSE;
        return;
    }
    codec_raw(c, (uint8_t *)name, len);
    if (c->st || codec_is_writing(c))
        return;
    name[len] = '\0';
    if (strlen(name) != len)
        c->st = E_PARSE;
}

static void walk_pair(struct codec *c, struct key_pair *k)
{
    codec_raw(c, k->private_key, sizeof(k->private_key));
    codec_raw(c, k->public_key, sizeof(k->public_key));
    codec_flag(c, &k->is_degenerate);
}

/* Only by rules that are not honest: what is written of |k|, into |out|, which has room for it. */
static size_t keep_prekeys(const struct codec *c, const struct prekeys *k, bool are_one_time,
                           struct prekey *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < k->count; i++) {
        bool is_lost = are_one_time ? loses(c, LOST_GIVEN_PREKEYS) && k->items[i].is_given
                                    : loses(c, LOST_ROTATED) && i + 1 < k->count;
        if (is_lost)
            continue;
        out[kept] = k->items[i];
        if (loses(c, LOST_GIVEN_MARKS))
            out[kept].is_given = false;
        kept++;
    }
    return kept;
}

static void walk_prekeys(struct codec *c, struct prekeys *k)
{
    size_t count = k->count;
    struct prekey key;
    codec_count(c, &count, 4 + 32 + SIGNAL_KEY_LEN);
    for (size_t i = 0; i < count && !c->st; i++) {
        memset(&key, 0, sizeof(key));
        if (codec_is_writing(c))
            key = k->items[i];
        codec_number(c, &key.id);
        walk_pair(c, &key.pair);
        codec_raw(c, key.signature, sizeof(key.signature));
        codec_flag(c, &key.is_given);
        codec_flag(c, &key.is_used);
        if (!codec_is_writing(c) && !c->st)
            c->st = prekeys_add(k, &key);
    }
    crypto_wipe(&key, sizeof(key));
}

static void walk_stored_keys(struct codec *c, struct stored_keys *k, bool is_lost)
{
    size_t count = is_lost ? 0 : k->count;
    codec_count(c, &count, 4 + 32);
    if (!codec_is_writing(c) && !c->st && count)
        c->st = stored_keys_reserve(k, count);
    for (size_t i = 0; i < count && !c->st; i++) {
        struct stored_key key = {0, {0}};
        if (codec_is_writing(c))
            key = k->keys[i];
        codec_number(c, &key.counter);
        codec_raw(c, key.seed, sizeof(key.seed));
        if (!codec_is_writing(c))
            stored_keys_put(k, key.counter, key.seed);
        crypto_wipe(&key, sizeof(key));
    }
}

static void walk_chain(struct codec *c, struct chain *chain)
{
    if (loses(c, LOST_SECRETS))
        memset(chain->key, 0, sizeof(chain->key));
    codec_raw(c, chain->key, sizeof(chain->key));
    codec_number(c, &chain->index);
    walk_stored_keys(c, &chain->skipped, loses(c, LOST_SKIPPED_KEYS));
    walk_stored_keys(c, &chain->used, false);
}

static void walk_receiver_chain(struct codec *c, struct receiver_chain *r)
{
    codec_raw(c, r->ratchet_key, sizeof(r->ratchet_key));
    walk_chain(c, &r->chain);
    codec_flag(c, &r->is_own);
    codec_flag(c, &r->is_closed);
    codec_number(c, &r->closed_at);
}

static void walk_sender(struct codec *c, struct sender *s)
{
    uint32_t due = s->turn_due;
    if (loses(c, LOST_SENDING_COUNTER))
        s->counter = 0;
    if (loses(c, LOST_SECRETS)) {
        memset(s->chain, 0, sizeof(s->chain));
        memset(s->root, 0, sizeof(s->root));
    }
    walk_pair(c, &s->key);
    codec_raw(c, s->chain, sizeof(s->chain));
    codec_raw(c, s->chain_start, sizeof(s->chain_start));
    codec_number(c, &s->counter);
    codec_number(c, &s->previous_count);
    codec_raw(c, s->root, sizeof(s->root));
    codec_raw(c, s->root_before, sizeof(s->root_before));
    codec_number(c, &due);
    codec_flag(c, &s->has_earlier);
    walk_pair(c, &s->earlier_key);
    codec_raw(c, s->earlier_chain, sizeof(s->earlier_chain));
    codec_number(c, &s->earlier_counter);
    if (due > TURN_AFTER_NEXT_SEAL)
        c->st = E_PARSE;
    s->turn_due = (enum turn_due)due;
}

static void walk_pending(struct codec *c, struct pending *p)
{
    if (loses(c, LOST_ACKNOWLEDGEMENT))
        p->is_due = p->is_set;
    if (loses(c, LOST_PENDING))
        p->is_set = p->is_due = false;
    if (loses(c, LOST_HEADER_PREKEY))
        p->names_one_time_prekey = false;
    codec_flag(c, &p->is_set);
    codec_flag(c, &p->is_due);
    codec_flag(c, &p->names_one_time_prekey);
    codec_number(c, &p->one_time_prekey_id);
    codec_number(c, &p->signed_prekey_id);
    codec_flag(c, &p->has_registration_id);
    codec_number(c, &p->registration_id);
    codec_number(c, &p->n_sent);
}

/* Only by rules that are not honest: an unanswered session as it was when it was started. */
static void start_again(struct session *s)
{
    memcpy(s->sender.chain, s->sender.chain_start, sizeof(s->sender.chain));
    s->sender.counter = 0;
    s->pending.n_sent = 0;
}

static void walk_receiver_chains(struct codec *c, struct session *s)
{
    size_t first = loses(c, LOST_OLD_CHAINS) && s->n_chains ? s->n_chains - 1 : 0;
    size_t count = s->n_chains - first;
    codec_count(c, &count, SIGNAL_KEY_LEN + 32);
    for (size_t i = 0; i < count && !c->st; i++) {
        struct receiver_chain r;
        memset(&r, 0, sizeof(r));
        if (codec_is_writing(c))
            r = s->chains[first + i];
        else if ((c->st = session_reserve_chain(s)))
            return;
        walk_receiver_chain(c, &r);
        if (!codec_is_writing(c))
            session_add_chain(s, &r, UINT32_MAX);
    }
}

static void walk_session(struct codec *c, struct session *s)
{
    codec_number(c, &s->number);
    codec_flag(c, &s->is_initiator);
    codec_flag(c, &s->is_acknowledged);
    if (c->has_post_quantum)
        codec_flag(c, &s->is_carried);
    else
        s->is_carried = c->carries;
    codec_number(c, &s->turns);
    codec_raw(c, s->base_key, sizeof(s->base_key));
    codec_raw(c, s->remote_identity, sizeof(s->remote_identity));
    codec_number(c, &s->remote_registration_id);
    codec_raw(c, s->remote_ratchet_key, sizeof(s->remote_ratchet_key));
    if (loses(c, LOST_UNANSWERED) && s->pending.is_due)
        start_again(s);
    walk_pending(c, &s->pending);
    walk_sender(c, &s->sender);
    walk_receiver_chains(c, s);
    if (c->has_post_quantum)
        save_post_quantum(c, s);
}

static void write_session(struct codec *c, const struct session *s)
{
    struct session view = *s;
    walk_session(c, &view);
    crypto_wipe(&view, sizeof(view));
}

static struct session *read_session(struct codec *c)
{
    struct session *s = session_new();
    if (!s)
        c->st = E_NOMEM;
    else
        walk_session(c, s);
    if (c->st) {
        session_free(s);
        return NULL;
    }
    return s;
}

static void walk_sessions(struct codec *c, struct record *r)
{
    bool has_current = r->current != NULL;
    size_t count = loses(c, LOST_ARCHIVED) ? 0 : r->n_archived;
    codec_flag(c, &has_current);
    if (r->current)
        write_session(c, r->current);
    else if (has_current && !c->st)
        r->current = read_session(c);
    codec_count(c, &count, 4);
    for (size_t i = 0; i < count && !c->st; i++) {
        if (codec_is_writing(c)) {
            write_session(c, r->archived[i]);
            continue;
        }
        if ((c->st = record_reserve(r)) || !(r->archived[i] = read_session(c)))
            return;
        r->archived[i]->is_archived = true;
        r->n_archived++;
    }
}

static void walk_record(struct codec *c, struct record *r)
{
    if (loses(c, LOST_IDENTITIES))
        r->is_pinned = false;
    codec_flag(c, &r->is_pinned);
    codec_raw(c, r->identity, sizeof(r->identity));
    walk_sessions(c, r);
}

/* Is |r| left out of what is written, by rules that are not honest? */
static bool is_lost(const struct codec *c, const struct record *r)
{
    return loses(c, LOST_SESSIONLESS) && !r->current && r->n_archived == 0;
}

static void walk_records(struct codec *c, struct party *p)
{
    size_t count = p->n_records, skipped = 0;
    for (size_t i = 0; codec_is_writing(c) && i < p->n_records; i++)
        count -= is_lost(c, p->records[i]) ? 1 : 0;
    codec_count(c, &count, 1);
    for (size_t i = 0; i < count && !c->st; i++) {
        struct record view, *r = &view;
        memset(&view, 0, sizeof(view));
        while (codec_is_writing(c) && is_lost(c, p->records[i + skipped]))
            skipped++;
        if (codec_is_writing(c))
            view = *p->records[i + skipped];
        walk_name(c, view.name);
        codec_number(c, &view.device);
        struct address peer = {view.name, view.device};
        if (!codec_is_writing(c) && !c->st)
            c->st = store_find(p, peer) ? E_PARSE : store_get(p, peer, &r);
        if (!c->st)
            walk_record(c, r);
    }
}

static void walk_group_state(struct codec *c, struct group_state *s)
{
    if (loses(c, LOST_OWN_GROUP) && s->has_private) {
        memcpy(s->chain.key, s->start_key, sizeof(s->chain.key));
        s->chain.index = s->start;
    }
    codec_number(c, &s->id);
    walk_chain(c, &s->chain);
    codec_raw(c, s->start_key, sizeof(s->start_key));
    codec_number(c, &s->start);
    walk_pair(c, &s->signing);
    codec_flag(c, &s->has_private);
}

/* States are written oldest first, because each one read is put first. */
static void walk_group(struct codec *c, struct group_record *r)
{
    size_t count = r->n_states;
    codec_count(c, &count, 4 + 32);
    for (size_t i = 0; i < count && !c->st; i++) {
        struct group_state s;
        memset(&s, 0, sizeof(s));
        if (codec_is_writing(c))
            s = r->states[count - 1 - i];
        walk_group_state(c, &s);
        if (codec_is_writing(c))
            continue;
        if (c->st || (c->st = group_record_add(r, &s, UINT32_MAX)))
            chain_fini(&s.chain);
    }
}

static void walk_groups(struct codec *c, struct groups *g)
{
    size_t count = loses(c, LOST_GROUPS) ? 0 : g->count;
    codec_count(c, &count, 1);
    for (size_t i = 0; i < count && !c->st; i++) {
        struct group_record view, *r = &view;
        memset(&view, 0, sizeof(view));
        if (codec_is_writing(c))
            view = *g->items[i];
        walk_name(c, view.group);
        walk_name(c, view.sender);
        codec_number(c, &view.device);
        struct address sender = {view.sender, view.device};
        if (!codec_is_writing(c) && !c->st)
            c->st = groups_find(g, view.group, sender) ? E_PARSE
                                                       : groups_get(g, view.group, sender, &r);
        if (!c->st)
            walk_group(c, r);
        if (!c->st && r->n_states == 0)
            c->st = E_PARSE;
    }
}

/* Only for rules that repeat randomness after a restore: the stream as it is now. */
static void walk_random(struct codec *c, struct random *random, bool repeats)
{
    bool has_stream = repeats;
    uint32_t high = (uint32_t)(random->counter >> 32), low = (uint32_t)random->counter;
    uint32_t used = (uint32_t)random->block_used;
    struct random stream = *random;
    codec_flag(c, &has_stream);
    if (!has_stream)
        return;
    codec_raw(c, stream.key, sizeof(stream.key));
    codec_number(c, &high);
    codec_number(c, &low);
    codec_raw(c, stream.block, sizeof(stream.block));
    codec_number(c, &used);
    if (used > sizeof(stream.block))
        c->st = E_PARSE;
    stream.counter = (uint64_t)high << 32 | low;
    stream.block_used = used;
    if (!codec_is_writing(c) && !c->st && repeats)
        *random = stream;
}

/* As walk_prekeys, without what the rules lose. */
static void write_kept_prekeys(struct codec *c, struct prekeys *k, bool are_one_time)
{
    struct prekeys kept = *k;
    uint32_t any = LOST_GIVEN_PREKEYS | LOST_ROTATED | LOST_GIVEN_MARKS;
    if (!codec_is_writing(c) || !(c->lost & any) || k->count == 0) {
        walk_prekeys(c, k);
        return;
    }
    if (!(kept.items = calloc(k->count, sizeof(*kept.items)))) {
        c->st = E_NOMEM;
        return;
    }
    kept.count = keep_prekeys(c, k, are_one_time, kept.items);
    kept.cap = k->count;
    walk_prekeys(c, &kept);
    prekeys_fini(&kept);
}

static uint32_t after_last(const struct prekeys *k)
{
    return k->count ? k->items[k->count - 1].id + 1 : 1;
}

static void walk_party(struct codec *c, struct party *p)
{
    size_t n_one_time = p->one_time_prekeys.count;
    walk_name(c, p->name);
    codec_number(c, &p->device);
    walk_pair(c, &p->identity);
    codec_number(c, &p->registration_id);
    codec_flag(c, &p->makes_prekeys);
    write_kept_prekeys(c, &p->signed_prekeys, false);
    if (loses(c, LOST_ONE_TIME_PREKEYS))
        p->one_time_prekeys.count = 0;
    write_kept_prekeys(c, &p->one_time_prekeys, true);
    if (codec_is_writing(c))
        p->one_time_prekeys.count = n_one_time;
    if (c->has_post_quantum)
        save_kem_prekeys(c, &p->kem_prekeys);
    codec_number(c, &p->next_signed_prekey_id);
    if (loses(c, LOST_NEXT_ID))
        p->next_one_time_prekey_id = after_last(&p->one_time_prekeys);
    codec_number(c, &p->next_one_time_prekey_id);
    codec_number(c, &p->n_sessions);
    codec_flag(c, &p->has_base_key);
    walk_pair(c, &p->base_key);
    walk_records(c, p);
    walk_groups(c, &p->groups);
}

/* Only for rules that keep what was refused. */
static void walk_refused(struct codec *c, struct buffer *refused)
{
    size_t len = refused->len;
    codec_count(c, &len, 1);
    for (size_t i = 0; i < len && !c->st; i++) {
        uint8_t byte = codec_is_writing(c) ? refused->data[i] : 0;
        codec_raw(c, &byte, 1);
        if (!codec_is_writing(c) && !c->st)
            c->st = buffer_append_byte(refused, byte);
    }
}

enum status party_save(const struct party *p, struct buffer *out)
{
    const struct rules *rules = party_rules_in(p, NULL, 0);
    struct codec c = {.out = out,
                      .lost = rules->storage.lost_on_save,
                      .lost_in = rules->spqr.lost_in,
                      .has_post_quantum = p->rules->honest->kem.is_used};
    struct party view = *p;
    uint8_t head[sizeof(magic)];
    memcpy(head, magic, sizeof(magic));
    if (c.has_post_quantum)
        head[DIGIT_AT]++;
    codec_raw(&c, head, sizeof(head));
    walk_party(&c, &view);
    walk_random(&c, p->random, rules->storage.repeats_randomness);
    if (rules->storage.keeps_refused)
        walk_refused(&c, &view.refused);
    crypto_wipe(&view, sizeof(view));
    return c.st;
}

static void revive(struct prekeys *k)
{
    for (size_t i = 0; i < k->count; i++)
        k->items[i].is_used = false;
}

enum status party_load(struct bytes state, struct random *random, const struct rules *rules,
                       struct party **out)
{
    struct codec c = {.in = state};
    uint8_t head[sizeof(magic)] = {0};
    *out = NULL;
    struct party *p = calloc(1, sizeof(*p));
    if (!p)
        return E_NOMEM;
    p->random = random;
    p->rules = rules ? rules : rules_honest();
    p->is_restored = true;
    c.has_post_quantum = p->rules->honest->kem.is_used;
    buffer_init(&p->last_plaintext, PARTY_PLAINTEXT_MAX);
    buffer_init(&p->refused, PARTY_PLAINTEXT_MAX);
    codec_raw(&c, head, sizeof(head));
    c.carries = c.has_post_quantum && memcmp(head, magic, sizeof(magic)) == 0;
    if (c.carries)
        c.has_post_quantum = false;
    else if (c.has_post_quantum)
        head[DIGIT_AT]--;
    if (memcmp(head, magic, sizeof(magic)) != 0)
        c.st = E_PARSE;
    p->kem_prekeys.next_id = 1; /* a state of v3 has none */
    walk_party(&c, p);
    walk_random(&c, random, p->rules->storage.repeats_randomness);
    if (p->rules->storage.keeps_refused)
        walk_refused(&c, &p->refused);
    if (!c.st && c.in.len)
        c.st = E_PARSE;
    if (c.st) {
        party_free(p);
        return c.st;
    }
    if (p->rules->storage.revives_used_prekeys)
        revive(&p->one_time_prekeys);
    lapse_restored(p);
    *out = p;
    return OK;
}
