/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/play.h - one game against one target: all its schedules, the worst outcome, and the
 * smallest schedule that shows it.
 * Depends on: experiments/game, experiments/experiment, record/claims.
 */
#ifndef ASSAY_EXPERIMENTS_PLAY_H
#define ASSAY_EXPERIMENTS_PLAY_H

#include "experiments/experiment.h"

#define PLAY_SCHEDULES 20u  /* of each game, unless told otherwise */
#define PLAY_SHRINK_MAX 60u /* smaller schedules tried for one counter-example */

/*
 * Play |game|; |n_schedules| at least 1. A win is shrunk and played once more with its story told;
 * so is the worst number of a measuring game. The result lives in |arena|. E_NOMEM.
 */
MUST_USE enum status play_game(const struct experiment_options *options, const struct game *game,
                               unsigned n_schedules, struct arena *arena, struct game_result *out);

/*
 * Play one schedule with its story told: what a saved counter-example says. |schedule|'s number and
 * flights count. The same otherwise.
 */
MUST_USE enum status play_again(const struct experiment_options *options, const struct game *game,
                                const struct schedule *schedule, struct arena *arena,
                                struct game_result *out);

#endif
