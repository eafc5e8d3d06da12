/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/known.h - a known-failures file: case ids a target is known to fail, and why.
 * Depends on: base, scenario/case.
 *
 *     suite/case            # requirement: reason
 *     suite/case#17         # requirement: reason, until 2027-03-01
 *     suite/probe@*         # requirement: reason
 *     suite/case            cause="D-16|deliver|refuses|..."   # requirement: reason
 *
 * A line without #n covers all instances of a sweep, and "@*" stands for every situation of a
 * probe.
 * A line with a cause, as results.json has it beside the case, excuses no failure that has another.
 * A line without a reason is an error: the list can only shrink when people know why each line is
 * there. A byte order mark is passed over.
 */
#ifndef ASSAY_SCENARIO_KNOWN_H
#define ASSAY_SCENARIO_KNOWN_H

#include "base/diag.h"
#include "scenario/case.h"

struct known_failure {
    const char *case_id; /* "suite/case", "suite/case#n" or "suite/probe@*" */
    const char *reason;
    const char *until; /* "2027-03-01", or NULL */
    unsigned line;
    const char *cause; /* NULL: any */
};

struct known_failures {
    struct arena arena;
    const char *file;
    struct known_failure *items; /* at most 16,384 */
    size_t count;
};

/* E_INPUT with diagnostics (unreadable, malformed line, no reason, bad date, listed twice).
 * E_NOMEM. known_failures_free in every case. */
MUST_USE enum status known_failures_load(const char *path, struct known_failures *out,
                                         struct diags *diags);
void known_failures_free(struct known_failures *k);

/* E_INPUT with diagnostics: a line names a case, or an instance, that no suite of |catalogue| has.
 * Generated conversations are not looked at. E_NOMEM. */
MUST_USE enum status known_failures_check(const struct known_failures *k,
                                          const struct catalogue *catalogue, struct arena *arena,
                                          struct diags *diags);

/* Does |line| cover |id|, a case or an instance? */
bool known_failure_covers(const struct known_failure *line, const char *id);

/* The line that covers |full_id| ("suite/case" or "suite/case#n"), or NULL. An exact line goes
 * before one of the case, and that before one of every situation. */
const struct known_failure *known_failures_find(const struct known_failures *k,
                                                const char *full_id);
/* The same for a failure with |cause|, which a line that pins another does not excuse. */
const struct known_failure *known_failures_excuse(const struct known_failures *k,
                                                  const char *full_id, const char *cause);

#endif
