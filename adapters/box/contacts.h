/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contacts.h - whose key a party knows: trust on first use, by address.
 * Depends on: serving/serve, serving/stash; libsodium.
 */
#ifndef BOX_CONTACTS_H
#define BOX_CONTACTS_H

#include "stash.h"

#include <sodium.h>

#define CONTACTS_MAX 1024u
#define CONTACT_NAME_MAX 256u

struct contact {
    char *name;
    uint32_t device;
    uint8_t key[crypto_box_PUBLICKEYBYTES];
    bool is_known;   /* |key| is pinned */
    bool is_started; /* a conversation goes on: this party may seal */
    /* The last key the person was warned of; not kept on disk. */
    uint8_t other_key[crypto_box_PUBLICKEYBYTES];
    bool has_other;
};

struct contacts {
    struct contact *items;
    size_t count, cap;
};

void contacts_fini(struct contacts *c);
/* NULL when there is none. Valid until the next contacts_add. */
struct contact *contacts_find(const struct contacts *c, struct served_address who);
/* The one there is, or a new empty one; NULL when there are too many, the name is too long or
 * memory is short. */
struct contact *contacts_add(struct contacts *c, struct served_address who);

void contacts_save(const struct contacts *c, struct stash *out);
/* Into empty contacts; a mistake shows in |in|. */
void contacts_load(struct contacts *c, struct stash_reader *in);

#endif
