/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/requirement_set.h - the requirements and cases that decide, and at which level each, as
 * of a day: a file of suites/sets/, frozen with a release.
 * Depends on: base, verdict.
 *
 * Each line has an id and a level, a blank between: a requirement's, or a case's with its suite's
 * before it. Empty lines and those that begin with # say nothing.
 */
#ifndef ASSAY_SCENARIO_REQUIREMENT_SET_H
#define ASSAY_SCENARIO_REQUIREMENT_SET_H

#include "base/diag.h"
#include "base/text_index.h"
#include "verdict/oracle.h"

struct requirement_set_row {
    const char *id;
    enum level level;
};

struct requirement_set {
    struct arena arena;
    struct text_index index; /* ids to rows */
    struct requirement_set_row *rows;
    size_t count;
};

/* Read |path|. E_INPUT with complaints, E_NOMEM. The caller ends with requirement_set_free in
 * every case. */
MUST_USE enum status requirement_set_load(const char *path, struct requirement_set *out,
                                          struct diags *diags);
/* All zeros is fine. */
void requirement_set_free(struct requirement_set *set);

/* The level of the requirement or case called |id|, of a case up to a "#"; LEVEL_ADDED when it is
 * not in |set|. */
enum level requirement_set_level(const struct requirement_set *set, const char *id);

#endif
