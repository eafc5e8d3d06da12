/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/view.h - the record of a run as renderers walk it: cases grouped, and found by their ids.
 * Depends on: base, record/run.
 *
 * A group is one written case with the instances of its sweep; a case without a sweep is a group of
 * one. Groups stand in the order of their first instance.
 */
#ifndef ASSAY_REPORTS_VIEW_H
#define ASSAY_REPORTS_VIEW_H

#include "base/text_index.h"
#include "record/run.h"

#define VIEW_NOWHERE TEXT_INDEX_NONE

struct view_group {
    const char *id; /* "suite/case", without #n; "" never, "?" for a case without an id */
    const char *suite;
    const char *name;                       /* without the suite's */
    const struct record_case *const *cases; /* the instances, borrowed from the record */
    size_t n_cases;
    size_t count[N_STATE];
    enum state worst;
};

struct diff;

struct view {
    const struct record_run *run;
    const struct record_summary *summary;
    const struct diff *since; /* what changed since an earlier run; NULL: nobody asks */
    bool is_strict;
    struct view_group *groups;
    size_t n_groups;
    /* Kept for the above. */
    struct arena arena;
    struct text_index group_index;       /* of group ids */
    struct text_index requirement_index; /* of ids in the summary's requirements */
    struct text_index case_index;        /* of ids in the run's cases */
};

/* |run|, which is scored, is borrowed until view_fini. E_NOMEM. */
MUST_USE enum status view_init(struct view *v, const struct record_run *run);
/* Accepts a view whose view_init failed. */
void view_fini(struct view *v);

/* What |c| came to, as far as this run is concerned; STATE_ERROR for NULL. */
enum state view_state(const struct view *v, const struct record_case *c);
/* Of a cause, whose level is that of the worst case it has; its example's may be another. */
enum state view_cause_state(const struct view *v, const struct record_cause *cause);

/* The slowest executions of at least |least| seconds, the slowest first, to |out|, which has room
 * for |max|; how many. */
size_t view_slowest(const struct view *v, double least, const struct record_took **out, size_t max);

/* Seconds as milliseconds, from 0 to a great many. */
unsigned long long view_milliseconds(double seconds);

/* Positions, or VIEW_NOWHERE when there is no such thing. */
size_t view_requirement_at(const struct view *v, const char *id);
size_t view_group_at(const struct view *v, const char *group_id);
/* An empty one when there is none. */
const struct record_requirement *view_requirement(const struct view *v, const char *id);
const struct record_case *view_case(const struct view *v, const char *id);

#endif
