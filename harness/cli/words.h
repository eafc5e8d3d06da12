/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/words.h - the tables of all words that a suite may use for what is done wrong: those of the
 * wire's layers, then those of the ciphers.
 * Depends on: wire, cipher, scenario.
 */
#ifndef ASSAY_CLI_WORDS_H
#define ASSAY_CLI_WORDS_H

#include "wire/word.h"

/* The |k|-th table, from 0; NULL past the end. */
const struct word_table *words_table(size_t k);

/*
 * Is word number |i| (from 1) of table |k| in a table before it, too? The versions of one cipher
 * share most of their words.
 */
bool words_has_earlier(size_t k, unsigned i);

#endif
