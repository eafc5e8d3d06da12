/*
 * run/watch.h - what holds of everything that the target sends, looked at in every case.
 * Depends on: base, cipher.
 *
 * The cipher says what holds (struct cipher_watch). Each object of the target's is looked at once,
 * when it was made, beside all that the same party sent before: itself, and whom it was restored
 * from until the snapshot. Two copies of one state may say the same; unrelated parties have no key
 * in common.
 */
#ifndef ASSAY_RUN_WATCH_H
#define ASSAY_RUN_WATCH_H

#include "base/arena.h"
#include "cipher/cipher.h"

#define WATCH_BUCKETS 256u

struct artifact;
struct case_party;
struct watched;

struct watch {
    struct watched *buckets[WATCH_BUCKETS];
    size_t n;             /* objects looked at */
    size_t step;          /* of the case, that is being done */
    const char *found;    /* one sentence once something did not hold; else NULL */
    const char *violates; /* the requirement, then */
};

/* Look at |sent|, which a party of the target made. What is kept lives in |arena|. E_NOMEM. */
MUST_USE enum status watch_look(struct watch *w, const struct cipher *cipher,
                                const struct artifact *sent, struct arena *arena);

#endif
