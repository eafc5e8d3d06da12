/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/situation.h - which probe is tried in which situation.
 * Depends on: base.
 *
 * A situation is a moment of a conversation, how the conversation began, and what happened just
 * before; with a probe it is a combination. Of each kind the first part is the usual one, and a
 * combination is not called by it: "flipped-mac-bit@known-chain-after-restart".
 *
 * Not every combination is tried, but: each probe with each part of each other kind, everything
 * else being usual; and each situation with one probe of each cipher, drawn by their names. So a
 * part that is added changes few of the combinations that are there already, and a probe for one
 * cipher alone none of another's.
 */
#ifndef ASSAY_SCENARIO_SITUATION_H
#define ASSAY_SCENARIO_SITUATION_H

#include "base/arena.h"

#include <stdbool.h>

/* In the order in which an id names them. */
enum part_kind { PART_PROBE = 0, PART_MOMENT, PART_BEGINNING, PART_CONDITION, N_PART };

#define PARTS_MAX 200u              /* of one kind */
#define COMBINATIONS_MAX (1u << 24) /* all that there could be */

/* What a part cannot be with, and why. */
struct exclusion {
    const char *with; /* ids of parts of other kinds, one space between */
    const char *because;
};

struct part {
    const char *id;
    const char *ciphers; /* that a probe is for, one space between; NULL: all of the file's */
    const struct exclusion *never;
    size_t n_never;
};

struct parts {
    const struct part *items[N_PART];
    size_t n[N_PART];
    const char *ciphers; /* of the file, one space between; NULL: probes are for one */
};

/* An index into each kind. */
struct combination {
    size_t at[N_PART];
};

/* Is |id| one of |ids|, which have one space between? */
bool situation_names(const char *ids, const char *id);

/* Why |a| and |b| cannot be in one combination; NULL when they can. */
const struct exclusion *situation_excludes(const struct part *a, const struct part *b);

/*
 * The combinations to try, in the order of the probes, in |arena|. There is at least one part of
 * each kind. E_LIMIT: there could be more than COMBINATIONS_MAX. E_NOMEM.
 */
MUST_USE enum status situations_choose(const struct parts *parts, struct arena *arena,
                                       struct combination **out, size_t *out_count);

/* Its id, in |arena|; NULL when that is full. */
const char *combination_id(const struct parts *parts, const struct combination *c,
                           struct arena *arena);

#endif
