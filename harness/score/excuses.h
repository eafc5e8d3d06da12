/*
 * score/excuses.h - what is wrong with the known-failures file, seen from the results of a run.
 * Depends on: base, scenario/known, score/tally; jansson.
 *
 * The list can only shrink: a line that has run out, that covers only cases that pass, or that
 * covers nothing that ran fails the run. The last is not said of a run of chosen cases or levels
 * when nothing the line names was chosen, nor of cases that an interruption left out.
 */
#ifndef ASSAY_SCORE_EXCUSES_H
#define ASSAY_SCORE_EXCUSES_H

#include "scenario/known.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * cases      the results' array, borrowed
 * known      may be NULL
 * is_whole   every suite, case and level was selected
 * today      "2026-11-23"
 * out        given: [{"line", "case", "problem"}], in the order of the file
 *
 * E_NOMEM
 */
MUST_USE enum status excuses_check(const json_t *cases, const struct known_failures *known,
                                   bool is_whole, const char *today, json_t **out);

#endif
