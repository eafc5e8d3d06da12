/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/case_reader.h - one <case> to one case_spec, and what its refusals rest on.
 * Depends on: base, scenario/reading, scenario/xml.
 */
#ifndef ASSAY_SCENARIO_CASE_READER_H
#define ASSAY_SCENARIO_CASE_READER_H

#include "scenario/reading.h"
#include "scenario/xml.h"

#define CASE_STEPS_MAX 400u
#define CASE_DELIVERED_MAX 1000u /* names of messages in all its deliver steps */

struct read_case {
    struct case_spec spec;
    const char *sibling; /* or NULL */
};

/*
 * Read |e| of |suite| (whose id and file are set). False after the case's first complaint (or
 * starved).
 */
bool case_read(struct reading *r, const struct suite *suite, const struct element *e,
               struct read_case *out);

/* Once all |n| cases are read: each named sibling is there and accepts what is refused. */
bool case_check_sibling(struct reading *r, const struct read_case *of,
                        const struct read_case *cases, size_t n);

#endif
