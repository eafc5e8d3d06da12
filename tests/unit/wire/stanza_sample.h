/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The honest message that bends are tried on, and the numbers for those that take one.
 */
#ifndef ASSAY_TESTS_UNIT_WIRE_STANZA_SAMPLE_H
#define ASSAY_TESTS_UNIT_WIRE_STANZA_SAMPLE_H

#include "wire/stanza_mutation.h"

/* As stanza_writer writes it; public's limits. */
MUST_USE enum status sample_message(struct buffer *out);
extern const struct stanza_limits sample_limits;
extern const struct stanza_mutation_context sample_context;

/* The bend |what| with, where it takes a number, one that fits its meaning. */
struct word_use sample_mutation(unsigned what);

#define SAMPLE_MAX ((size_t)32 * 1024 * 1024)
#define SAMPLE_TO "alice:3@user.example"

#endif
