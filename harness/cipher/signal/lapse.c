/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/lapse.h"

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

bool lapse_is_unanswered(const struct record *r)
{
    return r && r->current && r->current->pending.is_due;
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

static bool is_alike(const struct party *p, const struct record *r, struct address peer)
{
    switch (p->rules->lapse) {
    case LAPSE_NAMES_WITHOUT_CASE:
        return r->device == peer.device && strcasecmp(r->name, peer.name) == 0;
    case LAPSE_NAMES_BY_PREFIX:
        return r->device == peer.device && strncmp(r->name, peer.name, strlen(r->name)) == 0;
    case LAPSE_DEVICE_BY_LOW_BYTE:
        return (r->device & 0xffu) == (peer.device & 0xffu) && strcmp(r->name, peer.name) == 0;
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
