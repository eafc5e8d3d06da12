/*
 * experiments/play.h - one game against one target: all its schedules, the worst outcome, and the
 * smallest schedule that shows it.
 * Depends on: experiments/game, experiments/experiment; jansson.
 *
 * The result is the JSON object OUTCOME of claims.json (reports/schema/claims.schema.json): it
 * crosses from a worker to the supervisor as it is.
 */
#ifndef ASSAY_EXPERIMENTS_PLAY_H
#define ASSAY_EXPERIMENTS_PLAY_H

#include <jansson.h>

#include "experiments/experiment.h"

#define PLAY_SCHEDULES 20u  /* of each game, unless told otherwise */
#define PLAY_SHRINK_MAX 60u /* smaller schedules tried for one counter-example */

/*
 * Play |game|; |n_schedules| at least 1. A win is shrunk and played once more with its story told;
 * so is the worst number of a measuring game. NULL when memory is short; the caller json_decref()s.
 */
json_t *play_game(const struct experiment_options *options, const struct game *game,
                  unsigned n_schedules);

/*
 * Play one schedule with its story told: what a saved counter-example says. |schedule|'s number and
 * flights count. The same object.
 */
json_t *play_again(const struct experiment_options *options, const struct game *game,
                   const struct schedule *schedule);

#endif
