/*
 * base/canary.h - what must never stand in anything a target sends: planted texts and keys,
 * searched for in every byte, in the encodings a careless program would use.
 * Depends on: arena.
 */
#ifndef ASSAY_BASE_CANARY_H
#define ASSAY_BASE_CANARY_H

#include "base/arena.h"

/* Of what is planted, its first so many bytes; shorter things are no canaries. */
#define CANARY_BYTES 16u
#define CANARIES_MAX 256u

struct canary_form;

struct canaries {
    struct arena *arena; /* borrowed */
    const struct canary_form *forms;
    size_t n_planted;
    const char *found; /* one sentence once something was found; else NULL */
};

void canaries_init(struct canaries *c, struct arena *arena);
/*
 * Plant: from now on |secret|'s first 16 bytes are looked for raw, in hex, in base64 (both
 * alphabets, at every alignment), as UTF-16, and backwards. |what| (borrowed) says in a few words
 * what it is. Past CANARIES_MAX, or when |secret| is shorter, nothing is planted. E_NOMEM.
 */
MUST_USE enum status canaries_plant(struct canaries *c, const char *what, struct bytes secret);
/* Look at bytes the target sent; |where| says in a few words at which layer. */
void canaries_look(struct canaries *c, const char *where, struct bytes sent);

#endif
