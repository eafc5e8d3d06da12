/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/judgement.h - claims and results in, findings and a conclusion beside one Signal out.
 * Depends on: base, experiments/claims, experiments/game, record/claims. Pure: no target, no clock,
 * no file.
 *
 * A success of the adversary is proof. Its absence is "not violated in n schedules", in those
 * words: nothing here ever says that a protocol is proven secure.
 */
#ifndef ASSAY_EXPERIMENTS_JUDGEMENT_H
#define ASSAY_EXPERIMENTS_JUDGEMENT_H

#include "experiments/claims.h"
#include "experiments/game.h"

#define JUDGEMENT_REASONS_MAX 48u

/* One game of the run, against the target and against one Signal. */
struct judged_game {
    const struct game *game;
    struct game_result target, baseline;
};

struct judgement_input {
    const struct claims *claims;
    const struct judged_game *games;
    size_t n_games;
    unsigned target_preconditions, baseline_preconditions; /* PRECONDITION_... of those that hold */
    enum claims_side beside;                               /* which Signal; CLAIMS_ALONE: none */
    bool was_interrupted;
};

struct property_finding {
    const struct property *property;
    const struct claim *claim; /* NULL when the file does not mention it */
    enum finding finding;
    const char *detail; /* one sentence, in the arena */
    const char *game;   /* the id of the game that decided; "" when none did */
    bool is_required;
    bool signal_is_weak; /* the adversary wins the same against Signal */
    bool is_worse;       /* by the game that decided: worse than Signal, which was played as well */
};

struct judgement {
    struct property_finding *findings; /* one a property, in the catalogue's order */
    size_t n_findings;
    enum conclusion conclusion;
    const char *because[JUDGEMENT_REASONS_MAX];
    size_t n_because;
    const char *line; /* "not equivalent because ..." */
};

/* Everything lives in |arena|. E_NOMEM. */
MUST_USE enum status judge_claims(const struct judgement_input *in, struct arena *arena,
                                  struct judgement *out);
/* Is the game that |g| presumes lost? Then |g|'s number follows from that, and counts there
 * only. */
bool judgement_follows(const struct judgement_input *in, const struct judged_game *g);

#endif
