/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/diff.h - two runs compared: what was fixed, what broke, what is new, what is gone.
 * Depends on: base, record.
 *
 * A pure function of two scored records. Executions are matched by their id, requirements by
 * theirs, measures by name and by what was varied. Texts are borrowed from the records, and may
 * come from a hostile target: escape them (reports/escape.h) before they are shown.
 */
#ifndef ASSAY_REPORTS_DIFF_H
#define ASSAY_REPORTS_DIFF_H

#include "base/arena.h"
#include "record/run.h"

/* What became of an execution, in the order of the report. */
enum diff_kind {
    DIFF_SAME = 0,
    DIFF_BROKEN,  /* it passed, and does not any more; or it did not come to a verdict, and fails */
    DIFF_NEW,     /* it came to no verdict before, and passes now */
    DIFF_FIXED,   /* it passes now, and did not */
    DIFF_CHANGED, /* it passes in neither, and what is wrong is another thing */
    DIFF_GONE,    /* it came to a verdict before, and does not any more */
    N_DIFF
};

/* Executions of one written case of which the same became. */
struct diff_row {
    enum diff_kind kind;
    const char *name;    /* "suite/case", without #n */
    const char *example; /* the first of them, with its #n */
    const char *requirement;
    enum level level;
    enum state before, after; /* as listed: with the excuse of each run */
    uint64_t count;           /* executions */
    bool is_deciding; /* not listed, at a level that fails the new run: DIFF_BROKEN; DIFF_CHANGED to
                         a failure from none, or from a listed one */
    const char *why;  /* of the example, as it is now; "" for nothing to add */
};

/* Something with one text in each run; "" where a run does not have it. */
struct diff_pair {
    const char *name, *before, *after;
};

struct diff_pairs {
    const struct diff_pair *items;
    size_t n;
};

struct diff {
    struct diff_pairs conditions;    /* target, assay, profile, ... where they are not the same */
    struct diff_pairs preconditions; /* that hold in one run only: what was seen in the other */
    struct diff_pairs requirements;  /* whose status changed */
    struct diff_pairs measures;      /* that changed; the name has what was varied */
    const struct diff_row *rows;     /* by kind; within one as the new run has them, then the old */
    size_t n_rows;
    uint64_t executions[N_DIFF];
    uint64_t n_deciding; /* executions, preconditions that do not hold any more, and a target that
                            cannot be reached any more */
};

/* What |before| and |after| differ in; in |arena|. Both have a summary. E_NOMEM. */
MUST_USE enum status diff_runs(const struct record_run *before, const struct record_run *after,
                               struct arena *arena, struct diff *out);

/* As a heading: "Wrong in another way". */
const char *diff_kind_title(enum diff_kind kind);
/* What came of an execution: its state's name, "absent" where a run does not have it. */
const char *diff_state_name(enum state state);
/* Append "1 broken, 0 new, 2 fixed, 0 changed, 0 gone, 9,000 as before". */
void diff_tally(const struct diff *d, struct buffer *out);

/* What assay diff ends with: 1 when something broke that decides; else 2 when an execution is gone;
 * else 0. */
int diff_exit(const struct diff *d);

/* For a person, and for a machine. Errors stick in |out|. */
void diff_print(const struct diff *d, struct buffer *out);
MUST_USE enum status diff_write(const struct diff *d, struct buffer *out);

#endif
