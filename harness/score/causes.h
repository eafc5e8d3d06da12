/*
 * score/causes.h - failures with the same signature are one cause with one smallest example.
 * Depends on: base, record/run, scenario/case.
 *
 * A case carries its signature (requirement, step, field, seen) in "cause"; an inconclusive case or
 * an error without one is grouped by its reason. Known failures in force are no causes. Worst
 * first: by level, then failures before errors before inconclusive, then the greater count, then in
 * the order of the run.
 */
#ifndef ASSAY_SCORE_CAUSES_H
#define ASSAY_SCORE_CAUSES_H

#include "record/run.h"
#include "scenario/case.h"

/*
 * They go into |summary|, in |arena|. The smallest example is the case with the fewest steps, then
 * the fewest bytes, then the first; the text is the requirement's impact. E_NOMEM.
 */
MUST_USE enum status causes_find(const struct record_run *run,
                                 const struct requirement *requirements, size_t n_requirements,
                                 struct arena *arena, struct record_summary *summary);

#endif
