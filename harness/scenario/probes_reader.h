/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/probes_reader.h - a file of situations and probes, as the suite that comes of it.
 * Depends on: base, scenario/reading, scenario/situation, scenario/xml.
 *
 * suites/README.md says what stands in such a file. Each chosen combination becomes a <case> of
 * the same words as any other, so that whoever reads suites needs to know nothing of it.
 */
#ifndef ASSAY_SCENARIO_PROBES_READER_H
#define ASSAY_SCENARIO_PROBES_READER_H

#include "scenario/reading.h"
#include "scenario/xml.h"

#define PROBES_ROOT "probes" /* the outermost element */

struct probes_made {
    struct element suite; /* <suite>, with a <case> for each combination */
    const struct left_out *left_out;
    size_t n_left_out;
};

/* Make the suite of |root|, a <probes>, in |r|->arena. False after a complaint (or starved). */
bool probes_read(struct reading *r, const struct element *root, struct probes_made *out);

#endif
