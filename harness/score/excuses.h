/*
 * score/excuses.h - what is wrong with the known-failures file, seen from the results of a run.
 * Depends on: base, record/run, scenario/known.
 *
 * The list can only shrink: a line that has run out, that covers only cases that pass, or that
 * covers nothing that ran fails the run. The last is not said of a run of chosen cases or levels
 * when nothing the line names was chosen, nor of cases that an interruption left out.
 */
#ifndef ASSAY_SCORE_EXCUSES_H
#define ASSAY_SCORE_EXCUSES_H

#include "record/run.h"
#include "scenario/known.h"

/* Has a line with this last day ("2027-03-01"; NULL or "" for none) run out? */
bool excuse_is_expired(const char *until, const char *today);

/*
 * The problems go into |summary|, in |arena|, in the order of the file.
 *
 * known      may be NULL
 * is_whole   every suite, case and level was selected
 * today      "2026-11-23"
 *
 * E_NOMEM
 */
MUST_USE enum status excuses_check(const struct record_run *run, const struct known_failures *known,
                                   bool is_whole, const char *today, struct arena *arena,
                                   struct record_summary *summary);

#endif
