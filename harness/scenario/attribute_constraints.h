/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/attribute_constraints.h - which attributes of a step go together, and with which fields.
 * Depends on: base, scenario/reading.
 */
#ifndef ASSAY_SCENARIO_ATTRIBUTE_CONSTRAINTS_H
#define ASSAY_SCENARIO_ATTRIBUTE_CONSTRAINTS_H

#include "scenario/reading.h"

/* Check |op|, each attribute of which is right by itself. False after a complaint. */
bool attribute_constraints_check(struct reading *r, const struct op *op);

#endif
