/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 8u

void contacts_fini(struct contacts *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->items[i].name);
    free(c->items);
    *c = (struct contacts){0};
}

struct contact *contacts_find(const struct contacts *c, struct served_address who)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].device == who.device && strcmp(c->items[i].name, who.name) == 0)
            return &c->items[i];
    return NULL;
}

struct contact *contacts_add(struct contacts *c, struct served_address who)
{
    struct contact *found = contacts_find(c, who);
    if (found || c->count == CONTACTS_MAX || strlen(who.name) > CONTACT_NAME_MAX)
        return found;
    if (c->count == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : FIRST_CAP;
        struct contact *items = realloc(c->items, cap * sizeof(*items));
        if (!items)
            return NULL;
        c->items = items;
        c->cap = cap;
    }
    struct contact *added = &c->items[c->count];
    *added = (struct contact){.name = strdup(who.name), .device = who.device};
    if (!added->name)
        return NULL;
    c->count++;
    return added;
}

void contacts_save(const struct contacts *c, struct stash *out)
{
    stash_put_number(out, c->count);
    for (size_t i = 0; i < c->count; i++) {
        const struct contact *one = &c->items[i];
        stash_put_text(out, one->name);
        stash_put_number(out, one->device);
        stash_put_number(out, one->is_known);
        stash_put_number(out, one->is_started);
        stash_put(out, one->key, sizeof(one->key));
    }
}

static void load_one(struct contacts *c, struct stash_reader *in)
{
    size_t len = 0;
    char *name = stash_take_text(in, CONTACT_NAME_MAX);
    uint32_t device = (uint32_t)stash_take_up_to(in, UINT32_MAX);
    bool is_known = stash_take_up_to(in, 1) == 1, is_started = stash_take_up_to(in, 1) == 1;
    const uint8_t *key = stash_take(in, crypto_box_PUBLICKEYBYTES, &len);
    struct contact *added =
        name && key ? contacts_add(c, (struct served_address){name, device}) : NULL;
    if (added && len == sizeof(added->key)) {
        memcpy(added->key, key, len);
        added->is_known = is_known;
        added->is_started = is_started;
    } else {
        in->is_broken = true;
    }
    free(name);
}

void contacts_load(struct contacts *c, struct stash_reader *in)
{
    uint64_t count = stash_take_up_to(in, CONTACTS_MAX);
    for (uint64_t i = 0; i < count && !in->is_broken; i++)
        load_one(c, in);
}
