/*
 * score/causes.h - failures with the same signature are one cause with one smallest example.
 * Depends on: base, scenario/case, score/tally; jansson.
 *
 * A case carries its signature (requirement, step, field, seen) in "cause"; an inconclusive case or
 * an error without one is grouped by its reason. Known failures in force are no causes. Worst
 * first: by level, then failures before errors before inconclusive, then the greater count, then in
 * the order of the run.
 */
#ifndef ASSAY_SCORE_CAUSES_H
#define ASSAY_SCORE_CAUSES_H

#include "scenario/case.h"

#include <jansson.h>

/*
 * out   given: [{"cause", "verdict", "requirement", "level", "count", "smallest", "text"}];
 * "smallest" is the id of the case with the fewest steps, then the fewest bytes, then the first;
 * "text" the requirement's impact.
 *
 * E_NOMEM
 */
MUST_USE enum status causes_find(const json_t *cases, const struct requirement *requirements,
                                 size_t n_requirements, const char *today, json_t **out);

#endif
