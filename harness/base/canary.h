/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/canary.h - texts and keys that must never be in the bytes a target sends, searched for in
 * the encodings a careless program would use.
 * Depends on: arena.
 */
#ifndef ASSAY_BASE_CANARY_H
#define ASSAY_BASE_CANARY_H

#include "base/arena.h"

/* The first bytes of a secret that are searched for; shorter secrets are not planted. */
#define CANARY_BYTES 16u
#define CANARIES_MAX 256u

struct canary_form;

struct canaries {
    struct arena *arena; /* borrowed */
    const struct canary_form *forms;
    size_t n_planted;
    const char *found;                    /* one sentence once a secret was found; else NULL */
    const char *found_what, *found_where; /* of it, as they were given */
};

void canaries_init(struct canaries *c, struct arena *arena);
/*
 * From now on search for the first 16 bytes of |secret|: raw, in hex, in base64 (both alphabets, at
 * every alignment), as UTF-16, and backwards. |what| (kept) names the secret in a few words.
 * Past CANARIES_MAX, or when |secret| is shorter, nothing is planted. E_NOMEM.
 */
MUST_USE enum status canaries_plant(struct canaries *c, const char *what, struct bytes secret);
/* Search bytes that the target sent; |where| (kept) names the layer in a few words. */
void canaries_look(struct canaries *c, const char *where, struct bytes sent);

#endif
