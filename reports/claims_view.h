/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/claims_view.h - questions that every form of a claims report asks its record.
 * Depends on: record/claims.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VIEW_H
#define ASSAY_REPORTS_CLAIMS_VIEW_H

#include "record/claims.h"

/* What came of |g| on |side|; RESULT_NONE when nobody played. */
const struct game_result *claims_view_result(const struct claims_game *g, enum claims_side side);
/* NULL when there is none. */
const struct claims_game *claims_view_game(const struct record_claims *v, const char *id);
/* Schedules played against one side in the games that can violate |p|. */
long claims_view_schedules(const struct record_claims *v, const struct claims_property *p,
                           enum claims_side side);
/* A win that refutes: not a classification, not a figure. */
bool claims_view_is_refuted(const struct claims_game *g, enum claims_side side);

/* Does the Signal of |side| lose a game of |p|, whether the target does or not? */
bool claims_view_signal_is_weak(const struct record_claims *v, const struct claims_property *p,
                                enum claims_side side);

/* How a game went against the target, as far as a story is owed; from good to bad. */
enum claims_defeat {
    DEFEAT_NONE = 0,
    DEFEAT_SHARED,  /* won, or decided the property, and Signal is as weak */
    DEFEAT_WEAKER,  /* its number is over the claim's, or over Signal's */
    DEFEAT_REFUTED, /* won where it was claimed, or decided that the property is refuted */
    N_DEFEAT
};

/* The measure |g| yields, where its property has it; NULL otherwise. */
const struct claims_measure *claims_view_measure(const struct record_claims *v,
                                                 const struct claims_game *g);
/* Beside the Signal of |side|, which there is a conclusion about. */
enum claims_defeat claims_view_defeat_beside(const struct record_claims *v,
                                             const struct claims_game *g, enum claims_side side);
/* The worst of them. */
enum claims_defeat claims_view_defeat(const struct record_claims *v, const struct claims_game *g);

#endif
