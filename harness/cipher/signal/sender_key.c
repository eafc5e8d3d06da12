/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/sender_key.h"

#include "base/crypto.h"
#include "cipher/signal/store.h"

#include <stdlib.h>
#include <string.h>

enum status group_distribution_id(const char *group, uint8_t out[SIGNAL_DISTRIBUTION_ID_LEN])
{
    uint8_t digest[32];
    enum status st = crypto_sha256(bytes_of_text(group), digest);
    memcpy(out, digest, SIGNAL_DISTRIBUTION_ID_LEN);
    out[6] = (uint8_t)((out[6] & 0x0f) | 0x80);
    out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
    return st;
}

static void state_fini(struct group_state *s)
{
    chain_fini(&s->chain);
    crypto_wipe(s, sizeof(*s));
}

static void group_record_free(struct group_record *r)
{
    for (size_t i = 0; i < r->n_states; i++)
        state_fini(&r->states[i]);
    free(r->states);
    free(r);
}

void groups_fini(struct groups *g)
{
    for (size_t i = 0; i < g->count; i++)
        group_record_free(g->items[i]);
    free(g->items);
    memset(g, 0, sizeof(*g));
}

static bool is_of(const struct group_record *r, const char *group, struct address sender)
{
    return r->device == sender.device && strcmp(r->group, group) == 0 &&
           strcmp(r->sender, sender.name) == 0;
}

struct group_record *groups_find(const struct groups *g, const char *group, struct address sender)
{
    for (size_t i = 0; i < g->count; i++)
        if (is_of(g->items[i], group, sender))
            return g->items[i];
    return NULL;
}

static enum status groups_reserve(struct groups *g)
{
    void *items = g->items;
    enum status st = keys_grow(&items, g->count, 1, sizeof(struct group_record *), &g->cap);
    g->items = items;
    return st;
}

enum status groups_get(struct groups *g, const char *group, struct address sender,
                       struct group_record **out)
{
    const struct address as_address = {group, 0};
    enum status st;
    *out = NULL;
    if (!address_is_valid(sender) || !address_is_valid(as_address))
        return E_LIMIT;
    if ((*out = groups_find(g, group, sender)))
        return OK;
    if ((st = groups_reserve(g)))
        return st;
    struct group_record *made = calloc(1, sizeof(*made));
    if (!made)
        return E_NOMEM;
    memcpy(made->group, group, strlen(group) + 1);
    memcpy(made->sender, sender.name, strlen(sender.name) + 1);
    made->device = sender.device;
    g->items[g->count++] = made;
    *out = made;
    return OK;
}

void groups_drop_empty(struct groups *g, struct group_record *r)
{
    if (!r || r->n_states)
        return;
    for (size_t i = 0; i < g->count; i++) {
        if (g->items[i] != r)
            continue;
        g->count--;
        memmove(g->items + i, g->items + i + 1, (g->count - i) * sizeof(struct group_record *));
        group_record_free(r);
        return;
    }
}

enum status group_record_add(struct group_record *r, const struct group_state *state, uint32_t max)
{
    struct group_state *states = calloc(r->n_states + 1, sizeof(*states));
    if (!states)
        return E_NOMEM;
    if (r->n_states) {
        memcpy(states + 1, r->states, r->n_states * sizeof(*states));
        crypto_wipe(r->states, r->n_states * sizeof(*states));
    }
    states[0] = *state;
    free(r->states);
    r->states = states;
    r->n_states++;
    while (r->n_states > max && r->n_states > 1)
        state_fini(&r->states[--r->n_states]);
    return OK;
}

struct group_state *group_record_find(const struct group_record *r, uint32_t id)
{
    for (size_t i = 0; i < r->n_states; i++)
        if (r->states[i].id == id)
            return &r->states[i];
    return NULL;
}
