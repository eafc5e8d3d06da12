/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/sweep.h - one attribute of a case takes each value of a series; each is an instance.
 * Depends on: base, scenario/case.
 *
 *   each-bit          of the field: 0, 1, ... 8 * its planned length - 1
 *   each-length       cut: 1 to the planned length; keep: 0 to one less than it
 *   each-of A | B     the values listed
 *   each-permutation  of the messages listed: n!, as numbers in mixed radix (run/verbs.c)
 */
#ifndef ASSAY_SCENARIO_SWEEP_H
#define ASSAY_SCENARIO_SWEEP_H

#include "scenario/case.h"

#define SWEEP_INSTANCES_MAX 100000u
#define SWEEP_LISTED_MAX 1000u /* values of an each-of */
#define SWEEP_PERMUTED_MAX 6u  /* messages */

/* The sweep |value| asks for, one of those |rule| takes; NULL when it asks for none. Static. */
const char *sweep_of(const struct attribute_rule *rule, const char *value);

/* How many entries an each-of |value| lists. */
size_t sweep_n_entries(const char *value);
/* Entry |index| of an each-of |value|, without the white space around it. NULL: none, or full. */
const char *sweep_entry(const char *value, size_t index, struct arena *arena);

/* n! for 0 to SWEEP_PERMUTED_MAX. */
uint32_t sweep_permutations(size_t n);

#endif
