/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/blame.h"

#include "base/text_index.h"

#include <string.h>

enum blame {
    BLAME_UNKNOWN = 0,
    BLAME_REFUSAL,
    BLAME_REPLAY, /* refused as what came again, not as forged */
    BLAME_SITUATION,
    BLAME_SITUATION_AND_RESTART,
    BLAME_OTHERS
};

/* Can it be that no refusal is to blame for |c|, though it says so? */
static bool is_in_doubt(const struct record_case *c)
{
    return record_case_state(c) == STATE_FAILED && !c->result.is_setup && c->result.alone &&
           c->result.alone[0] && strcmp(c->surface, "library") == 0;
}

static bool is_smaller(const struct record_case *a, const struct record_case *b)
{
    return a->result.n_steps < b->result.n_steps;
}

enum status blame_candidates(const struct record_run *run, struct arena *arena, size_t **out,
                             size_t *out_count)
{
    struct text_index signatures = {0};
    size_t *found = arena_array(arena, BLAME_MAX, sizeof(*found));
    enum status st = found ? OK : E_NOMEM;
    for (size_t i = 0; i < run->n_cases && !st; i++) {
        const struct record_case *c = &run->cases[i];
        if (!is_in_doubt(c))
            continue;
        size_t at = text_index_find(&signatures, c->result.cause);
        if (at != TEXT_INDEX_NONE) {
            found[at] = is_smaller(c, &run->cases[found[at]]) ? i : found[at];
        } else if (signatures.count < BLAME_MAX) {
            found[signatures.count] = i;
            st = text_index_add(&signatures, arena, c->result.cause, signatures.count);
        }
    }
    *out = found;
    *out_count = signatures.count;
    text_index_fini(&signatures);
    return st;
}

/* ---- what trials say */

static enum state seen_without(const struct record_run *run, const char *cause, enum without what)
{
    for (size_t i = 0; i < run->n_trials; i++)
        if (run->trials[i].without == what && strcmp(run->trials[i].cause, cause) == 0)
            return run->trials[i].state;
    return STATE_NONE;
}

static enum blame blame_for(const struct record_run *run, const struct record_case *c)
{
    const char *cause = c->result.cause;
    enum state state = is_in_doubt(c) ? seen_without(run, cause, WITHOUT_REFUSALS) : STATE_NONE;
    if (state == STATE_PASSED)
        return seen_without(run, cause, WITHOUT_FORGERIES) == STATE_FAILED ? BLAME_REPLAY
                                                                           : BLAME_REFUSAL;
    if (state != STATE_FAILED)
        return BLAME_UNKNOWN;
    if (seen_without(run, cause, WITHOUT_OTHERS) == STATE_PASSED)
        return BLAME_OTHERS;
    return seen_without(run, cause, WITHOUT_RESTART) == STATE_PASSED ? BLAME_SITUATION_AND_RESTART
                                                                     : BLAME_SITUATION;
}

/* Groups have sessions of their own kind, and no requirement for either. */
static bool is_of_group(const struct record_case *c) { return c->result.alone[0] == 'G'; }

static const char *violated(const struct record_case *c, enum blame blame)
{
    switch (blame) {
    case BLAME_REPLAY:
        return is_of_group(c) ? c->result.violates : "V-05";
    case BLAME_OTHERS:
        return is_of_group(c) ? c->result.alone : "S-01";
    case BLAME_SITUATION:
    case BLAME_SITUATION_AND_RESTART:
        return c->result.alone;
    default:
        return c->result.violates;
    }
}

const char *blame_shown(const struct record_run *run, const struct record_case *c)
{
    static const char *const sentences[] = {
        [BLAME_UNKNOWN] = "",
        [BLAME_REFUSAL] = "The same conversation passes without what was refused: the refusal is "
                          "to blame.",
        [BLAME_REPLAY] = "The same conversation passes without what was refused, and fails without "
                         "what was forged: the message that came again is to blame.",
        [BLAME_SITUATION] = "The same conversation fails without what was refused, too: no refusal "
                            "is to blame.",
        [BLAME_SITUATION_AND_RESTART] = "The same conversation fails without what was refused, "
                                        "too, and passes without the restart.",
        [BLAME_OTHERS] = "The same conversation fails without what was refused, too, and passes "
                         "without the conversations with other people and devices.",
    };
    return sentences[blame_for(run, c)];
}

/* ---- what follows */

/* Those about a candidate, in order. */
static enum status keep_trials(struct record_run *run, struct arena *arena)
{
    size_t *candidates, n, n_kept = 0;
    struct record_trial *kept = arena_array(arena, run->n_trials + 1, sizeof(*kept));
    enum status st = kept ? blame_candidates(run, arena, &candidates, &n) : E_NOMEM;
    for (size_t i = 0; !st && i < n; i++)
        for (size_t k = 0; k < run->n_trials; k++)
            if (strcmp(run->trials[k].id, run->cases[candidates[i]].id) == 0)
                kept[n_kept++] = run->trials[k];
    if (!st) {
        run->trials = kept;
        run->n_trials = n_kept;
    }
    return st;
}

enum status blame_apply(struct record_run *run, struct arena *arena)
{
    if (!run->n_trials)
        return OK;
    enum status st = keep_trials(run, arena);
    for (size_t i = 0; i < run->n_cases && !st; i++) {
        struct record_case *c = &run->cases[i];
        if (is_in_doubt(c))
            c->result.violates = violated(c, blame_for(run, c));
    }
    return st;
}
