/*
 * scenario/together.h - which attributes of a step go together, and with which fields.
 * Depends on: base, scenario/reading.
 */
#ifndef ASSAY_SCENARIO_TOGETHER_H
#define ASSAY_SCENARIO_TOGETHER_H

#include "scenario/reading.h"

/* Check |step|, each attribute of which is right by itself. False after a complaint. */
bool together_check(struct reading *r, const struct step *step);

#endif
