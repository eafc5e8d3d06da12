/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/step_reader.h - one element of a case to a step and its op, checked against the
 * vocabulary.
 * Depends on: base, scenario/reading, scenario/xml.
 */
#ifndef ASSAY_SCENARIO_STEP_READER_H
#define ASSAY_SCENARIO_STEP_READER_H

#include "scenario/reading.h"
#include "scenario/xml.h"

/*
 * Read |e| in the scope of the steps before it: a known verb, known attributes, all required ones,
 * values that mean something, and attributes that go together. False after a complaint (or
 * starved).
 */
bool step_read(struct reading *r, const struct element *e, struct step *out, struct op *out_op);

/* Complain that a case has no room for what |step| makes. */
void step_complain_limit(struct reading *r, const struct step *step);

/*
 * How many instances the sweep |kind| of |attribute| makes. 0 after a complaint: it is not known
 * before there are bytes, or beyond a limit.
 */
uint32_t step_sweep_count(struct reading *r, const struct op *op, const struct attribute *attribute,
                          const char *kind);

/* The surfaces on which |step| can be done, because of its verb and its attributes. */
unsigned step_surfaces(const struct step *step);

/* The capability of the target that |op| needs because of its verb, or because of |attribute|
 * (may be NULL: the verb); NULL for none. */
const char *step_capability(const struct reading *r, const struct op *op,
                            const struct attribute_rule *attribute);

#endif
