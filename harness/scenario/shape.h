/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/shape.h - the distribution of what was generated: is it all trivial?
 * Depends on: scenario/case, scenario/model.
 *
 * A shape is numbers only, so a million schedules take as much memory as one, and the shapes of
 * several workers add up to the same sums in any order.
 */
#ifndef ASSAY_SCENARIO_SHAPE_H
#define ASSAY_SCENARIO_SHAPE_H

#include "scenario/model.h"

#define SHAPE_ROWS_MAX 52u

/* One distribution each; the rows' names are shape_row_name's. */
enum shape_table {
    SHAPE_LENGTHS = 0, /* schedules by number of steps */
    SHAPE_PEERS,       /* schedules by parties of the harness */
    SHAPE_SESSIONS,    /* schedules by sessions begun */
    SHAPE_RESTARTS,    /* schedules by restarts of the target */
    SHAPE_GAPS,        /* openings by how many messages were skipped */
    SHAPE_STEPS,       /* steps by verb */
    SHAPE_THEMES,      /* deliveries, refused bundles and fingerprints by what they are about */
    SHAPE_MUTATIONS,   /* changed copies by field */
    N_SHAPE
};

struct shape {
    uint64_t schedules;
    uint64_t steps;
    uint64_t opened;  /* deliveries that must open */
    uint64_t refused; /* what must be refused */
    uint64_t counts[N_SHAPE][SHAPE_ROWS_MAX];
};

/* Count one schedule. */
void shape_add(struct shape *s, const struct cipher *cipher, const struct step *steps,
               size_t n_steps);
/* |s| becomes the sum of both. */
void shape_join(struct shape *s, const struct shape *more);

/* "lengths", "gaps" ... Static. */
const char *shape_table_name(enum shape_table t);
/* NULL past the last row. Static. */
const char *shape_row_name(enum shape_table t, size_t row);

#endif
