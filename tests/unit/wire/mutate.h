/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/wire/mutate.h - broken copies of a message, the same ones each time.
 * Depends on: base, cmocka.
 */
#ifndef ASSAY_TESTS_UNIT_WIRE_MUTATE_H
#define ASSAY_TESTS_UNIT_WIRE_MUTATE_H

#include "base/random.h"

/* A number below |limit|, from |r|. */
uint32_t below(struct random *r, uint32_t limit);

/*
 * |in| with one to four changes: a bit flipped, a byte set to one that parsers mind, bytes taken
 * out, bytes put in, the end cut. In memory of exactly its length; the caller ends it with
 * test_free.
 */
struct bytes mutated(struct random *r, struct bytes in);

#endif
