/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds of every table of flaws that set members of a struct of rules: names for ever and of
 * no other table, requirements that exist, and each one is one change of its own.
 * Depends on: adapters/flawed.
 */
#ifndef TEST_FLAW_TABLE_CHECKS_H
#define TEST_FLAW_TABLE_CHECKS_H

#include "flaw_table.h"

struct flaw_table_under_test {
    const char *name;
    size_t least;                       /* flaws in it */
    const struct flaw_table *tables[2]; /* one after the other; the second may be NULL */
    const void *honest;
    size_t rules_len; /* bytes of the struct */
    /* Other tables, whose names it must not use; NULL after the last. */
    const struct flaw *(*others[4])(size_t index);
};

/* Run all tests; what main returns. */
int flaw_table_check(const struct flaw_table_under_test *table);

#endif
