/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score/score.h - results to integers: the summary that every report prints and the exit code of a
 * run.
 * Depends on: base, record/run, scenario/case and known.
 *
 * Pure: the same record, catalogue, known failures and day give the same summary. No floating
 * point; percentages are text with one decimal, rounded down, so that 100.0 means all.
 *
 * Regression, the first that applies, and the exit code (docs/architecture.md, results):
 *
 *   outcome       exit  when
 *   error         3     a case of any level ended in an error of ours: nothing is known about it
 *   interrupted   3     a person stopped the run
 *   unreachable   69    the target did not answer Hello
 *   failed        1     a MUST failed and no line in force excuses it; with strict also a SHOULD or
 *                       hardening case; or the target was down (interrupted begins with
 *                       "target down"), or violates a requirement before any case is run; or the
 *                       known-failures file has a problem
 *   inconclusive  2     a MUST is inconclusive or was not run; with strict also a SHOULD or
 *                       hardening case
 *   vacuous       2     another precondition does not hold; nothing was selected or executed; no
 *                       MUST came to a verdict (with strict: nor SHOULD or hardening); in a run of
 *                       all suites and cases also: a suite of the release was not found, no
 *                       acceptance at all, no refusal at all, or a MUST requirement that is vacuous
 *   as-listed     0     none of these
 *
 * Conformance is the other answer, and no file of known failures changes it:
 *
 *   not-conformant  a MUST failed, listed or not, or is violated before any case is run
 *   conformant      none did, the run is not partial (score/scope.h), and nothing that is MUST was
 *                   inconclusive, not run, vacuous, or an error; the target was there to the end
 *   undecided       otherwise: chosen cases say nothing about conformance
 *
 * Levels measure and added never decide anything, except by an error. A failure is excused when
 * its case carries a known-failures line whose last day has not passed; only failures can be
 * excused, an inconclusive case or an error cannot.
 *
 * With a requirement set the levels are the set's, of requirements and of cases; what it does not
 * list is of level added. A run of all suites is vacuous when the set lists cases that are in none.
 *
 * A requirement is vacuous when its cases pass and yet could not have told a conforming target from
 * one that does nothing:
 *   - some step of its cases expects a refusal, and not both an acceptance and a refusal were seen;
 *   - no step expects a refusal, and neither an acceptance nor a held relation was seen. (A
 *     requirement such as "each turn brings a new ratchet key" has nothing to refuse; a held
 *     relation shows that a wrong answer would have failed.)
 * A run of chosen cases (--case, --suite) reports it in the table and is not made vacuous by it:
 * whoever runs one case gets the verdict of that case. A shard is never vacuous: assay merge, which
 * sees them all, says whether the run is.
 */
#ifndef ASSAY_SCORE_SCORE_H
#define ASSAY_SCORE_SCORE_H

#include "record/run.h"
#include "scenario/case.h"
#include "scenario/known.h"
#include "scenario/requirement_set.h"

struct score_inputs {
    const struct requirement *requirements;
    size_t n_requirements;
    struct suite *const *suites; /* for titles, layers and which requirements have cases */
    size_t n_suites;
    const struct known_failures *known; /* NULL when there is no file */
    const struct requirement_set *set;  /* NULL: levels are those of the catalogue and the run */
    bool is_strict;
    const char *today; /* "2026-11-23"; a line with until="2026-11-23" is in force on that day */
};

/*
 * Compute run->summary, in |arena|, with views into |run| and |given|; say of each excuse in |run|
 * whether it has expired, and of each case what its level is in the set. E_NOMEM.
 */
MUST_USE enum status score_run(struct record_run *run, const struct score_inputs *given,
                               struct arena *arena);

#endif
