/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/watch.h - what holds of everything that the target sends and keeps, looked at in every case.
 * Depends on: base, cipher.
 *
 * The cipher says what holds (struct cipher_watch). Each object of the target's is looked at once,
 * when it was made, beside all that the same party sent before: itself, and whom it was restored
 * from until the snapshot. Two copies of one state may say the same; unrelated parties have no key
 * in common.
 *
 * A snapshot is looked at where it is taken: the keys of messages that its party opened are gone
 * from it (CANARIES_MAX keys are looked for, up to three a message, those of the newest), and since
 * the snapshot before refused input alone has not made it larger (run/watch_state.c).
 */
#ifndef ASSAY_RUN_WATCH_H
#define ASSAY_RUN_WATCH_H

#include "base/arena.h"
#include "cipher/cipher.h"

#define WATCH_BUCKETS 256u
/* By which a state may grow without anything accepted or sent: counters, and a little for each
 * refusal. A forgotten ratchet step is more. */
#define WATCH_GROWTH_MAX 512u
#define WATCH_GROWTH_EACH 16u

struct artifact;
struct case_party;
struct watched;
struct watched_opening;
struct watched_state;

struct watch {
    struct watched *buckets[WATCH_BUCKETS];
    struct watched_opening *openings; /* the newest first */
    struct watched_state *states;
    size_t n;             /* objects looked at, messages opened among them */
    size_t step;          /* of the case, that is being done */
    bool is_client;       /* the case runs on the client surface */
    const char *found;    /* one sentence once something did not hold; else NULL */
    const char *violates; /* the requirement, then */
};

/* Look at |sent|, which a party of the target made. What is kept lives in |arena|. E_NOMEM. */
MUST_USE enum status watch_look(struct watch *w, const struct cipher *cipher,
                                const struct artifact *sent, struct arena *arena);

/* |by|, of the target, opened |message|, which a party of the harness sealed. E_NOMEM. */
MUST_USE enum status watch_opened(struct watch *w, const struct cipher *cipher,
                                  const struct artifact *message, const struct case_party *by,
                                  struct arena *arena);
/* Look at |snapshot|, taken when so many messages and bundles had been accepted and refused.
 * E_NOMEM. */
MUST_USE enum status watch_snapshot(struct watch *w, const struct artifact *snapshot,
                                    unsigned accepted, unsigned refused, struct arena *arena);

/* Does |party| know what |who| did when |at| objects had been looked at? */
bool watch_remembers(const struct case_party *party, const struct case_party *who, size_t at);
/* |found| (NULL: no memory) does not hold, unless something else was found before. E_NOMEM. */
MUST_USE enum status watch_tell(struct watch *w, const char *violates, const char *found);

#endif
