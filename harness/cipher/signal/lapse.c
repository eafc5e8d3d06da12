/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/lapse.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool lapses(const struct party *p, enum rules_lapse what) { return p->rules->lapse == what; }

static bool is_other_device(const struct record *r, struct address peer)
{
    return r->device != peer.device && strcmp(r->name, peer.name) == 0;
}

struct record *lapse_other_device(const struct party *p, struct address peer)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (is_other_device(p->records[i], peer))
            return p->records[i];
    return NULL;
}

const struct record *lapse_first_device(const struct party *p, struct address peer)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (strcmp(p->records[i]->name, peer.name) == 0)
            return p->records[i];
    return NULL;
}

bool lapse_is_of_other_device(const struct party *p, struct address peer, const uint8_t *identity)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (is_other_device(p->records[i], peer) && p->records[i]->is_pinned &&
            memcmp(p->records[i]->identity, identity, SIGNAL_KEY_LEN) == 0)
            return true;
    return false;
}

struct session *lapse_find_session(const struct party *p, const uint8_t *base_key)
{
    struct session *s = NULL;
    for (size_t i = 0; i < p->n_records && !s; i++)
        s = record_find_session(p->records[i], base_key, false);
    return s;
}

void lapse_promoted(const struct party *p, struct session *s)
{
    if (lapses(p, LAPSE_HEADER_AFTER_PROMOTION))
        s->pending.is_due = s->pending.is_set;
    if (lapses(p, LAPSE_PROMOTED_SENDS_AGAIN)) {
        memcpy(s->sender.chain, s->sender.chain_start, sizeof(s->sender.chain));
        s->sender.counter = 0;
    }
    if (lapses(p, LAPSE_PROMOTION_DROPS_KEPT))
        lapse_lose_kept_keys(s);
}

bool lapse_takes_refused(const struct party *p, struct record *r, const uint8_t *identity)
{
    bool is_known = r && r->has_refused && memcmp(r->refused, identity, SIGNAL_KEY_LEN) == 0;
    if (r) {
        r->has_refused = true;
        memcpy(r->refused, identity, SIGNAL_KEY_LEN);
    }
    return is_known && lapses(p, LAPSE_SECOND_WARNING_ACCEPTS);
}

bool lapse_is_own_device(const struct party *p, const struct record *r)
{
    return strcmp(r->name, p->name) == 0 && r->device != p->device;
}

void lapse_drop_unanswered(const struct party *p, struct address peer)
{
    struct record *r = store_find(p, peer);
    size_t kept = 0;
    for (size_t i = 0; r && i < r->n_archived; i++) {
        struct session *s = r->archived[i];
        if (s->is_initiator && !s->is_acknowledged)
            session_free(s);
        else
            r->archived[kept++] = s;
    }
    if (r)
        r->n_archived = kept;
}

bool lapse_is_unanswered(const struct record *r)
{
    return r && r->current && r->current->pending.is_due;
}

void lapse_archive_others(struct party *p, struct address peer, const struct rules_storage *rules)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (is_other_device(p->records[i], peer) && !record_reserve(p->records[i]))
            record_archive_current(p->records[i], rules);
}

void lapse_acknowledge_others(struct party *p, struct address peer)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (is_other_device(p->records[i], peer) && p->records[i]->current)
            p->records[i]->current->pending.is_due = false;
}

void lapse_pin_others(struct party *p, struct address peer, const uint8_t *identity)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (is_other_device(p->records[i], peer))
            record_pin(p->records[i], identity);
}

void lapse_forget_others(struct party *p, struct address peer)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (is_other_device(p->records[i], peer))
            record_drop_sessions(p->records[i]);
}

/* Name and device one behind the other: "alice1" and 2 are "alice" and 12. */
static bool is_joined_alike(const struct record *r, struct address peer)
{
    char known[PARTY_NAME_MAX + 12], asked[PARTY_NAME_MAX + 12];
    snprintf(known, sizeof(known), "%s%u", r->name, (unsigned)r->device);
    snprintf(asked, sizeof(asked), "%s%u", peer.name, (unsigned)peer.device);
    return strcmp(known, asked) == 0;
}

static bool is_alike(const struct party *p, const struct record *r, struct address peer)
{
    switch (p->rules->lapse) {
    case LAPSE_NAMES_WITHOUT_CASE:
        return r->device == peer.device && strcasecmp(r->name, peer.name) == 0;
    case LAPSE_NAMES_BY_PREFIX:
        return r->device == peer.device && strncmp(r->name, peer.name, strlen(r->name)) == 0;
    case LAPSE_DEVICE_BY_LOW_BYTE:
        return (r->device & 0xffu) == (peer.device & 0xffu) && strcmp(r->name, peer.name) == 0;
    case LAPSE_ADDRESS_JOINED:
        return is_joined_alike(r, peer);
    case LAPSE_DEVICE_ZERO_IS_ONE:
        return (r->device ? r->device : 1) == (peer.device ? peer.device : 1) &&
               strcmp(r->name, peer.name) == 0;
    default:
        return false;
    }
}

struct record *lapse_find(const struct party *p, struct address peer)
{
    for (size_t i = 0; i < p->n_records; i++)
        if (is_alike(p, p->records[i], peer))
            return p->records[i];
    return NULL;
}

uint32_t lapse_spent_prekey(const struct party *p, uint32_t id, bool is_known, bool is_empty)
{
    if ((is_known && lapses(p, LAPSE_KEEPS_PREKEY_OF_KNOWN)) ||
        (is_empty && lapses(p, LAPSE_KEEPS_PREKEY_OF_EMPTY)))
        return 0;
    if (lapses(p, LAPSE_SPENDS_OLDEST_PREKEY) && p->one_time_prekeys.count)
        return p->one_time_prekeys.items[0].id;
    return id;
}

struct group_state *lapse_find_group(const struct party *p, const char *group, struct address from,
                                     uint32_t id)
{
    struct group_state *s = NULL;
    for (size_t i = 0; i < p->groups.count && !s; i++) {
        const struct group_record *r = p->groups.items[i];
        bool is_of_sender = strcmp(r->sender, from.name) == 0;
        if ((lapses(p, LAPSE_GROUP_OF_ANY_DEVICE) && is_of_sender &&
             strcmp(r->group, group) == 0) ||
            (lapses(p, LAPSE_GROUP_OF_ANY_NAME) && is_of_sender && r->device == from.device))
            s = group_record_find(r, id);
    }
    return s;
}

struct group_state *lapse_sending_state(struct group_record *r)
{
    bool is_late = r->n_states > 1 && r->late_id != r->states[0].id;
    r->late_id = r->states[0].id;
    return &r->states[is_late ? 1 : 0];
}

void lapse_move_on(struct group_record *r, const struct group_state *state)
{
    struct group_state *known = group_record_find(r, state->id);
    if (!known || state->chain.index <= known->chain.index)
        return;
    memcpy(known->chain.key, state->chain.key, sizeof(known->chain.key));
    known->chain.index = state->chain.index;
}

void lapse_lose_kept_of_older(struct group_record *r)
{
    for (size_t i = 1; i < r->n_states; i++)
        stored_keys_fini(&r->states[i].chain.skipped);
}

void lapse_close_older(struct group_record *r, const struct group_state *used)
{
    while (r && r->n_states > 1 && used == &r->states[0])
        chain_fini(&r->states[--r->n_states].chain);
}

void lapse_share_key(const struct party *p, const struct group_record *r, struct group_state *state)
{
    for (size_t i = 0; i < p->groups.count && r->n_states == 0; i++) {
        const struct group_record *other = p->groups.items[i];
        if (other == r || !other->n_states || !other->states[0].has_private)
            continue;
        const struct group_state *first = &other->states[0];
        state->id = first->id;
        state->signing = first->signing;
        memcpy(state->start_key, first->start_key, sizeof(state->start_key));
        memcpy(state->chain.key, first->start_key, sizeof(state->chain.key));
        state->start = state->chain.index = first->start;
        return;
    }
}

void lapse_drop_keys(struct party *p, const char *group, struct address from)
{
    struct group_record *r = groups_find(&p->groups, group, from);
    while (r && r->n_states)
        chain_fini(&r->states[--r->n_states].chain);
    groups_drop_empty(&p->groups, r);
}

static bool is_of_other_device(const struct group_record *r, const char *group, struct address from)
{
    return r->device != from.device && strcmp(r->group, group) == 0 &&
           strcmp(r->sender, from.name) == 0;
}

void lapse_drop_keys_of_others(struct party *p, const char *group, struct address from)
{
    struct groups *g = &p->groups;
    for (size_t i = g->count; i-- > 0;) {
        struct group_record *r = g->items[i];
        if (!is_of_other_device(r, group, from))
            continue;
        while (r->n_states)
            chain_fini(&r->states[--r->n_states].chain);
        groups_drop_empty(g, r);
    }
}
