/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds of every table of flaws that set members of a struct of rules: names for ever and of
 * no other table, requirements that exist, and each one is one change of its own.
 * Depends on: adapters/flawed.
 */
#ifndef TEST_FLAW_TABLE_CHECKS_H
#define TEST_FLAW_TABLE_CHECKS_H

#include "flaws.h"

struct flaw_table_under_test {
    const char *name;
    size_t least; /* flaws in it */
    size_t (*count)(void);
    const struct flaw *(*at)(size_t index);
    bool (*rules)(const char *name, void *out);
    const void *honest;
    size_t rules_len; /* bytes of the struct, at most FLAW_RULES_MAX */
    /* Other tables, whose names it must not use; NULL after the last. */
    const struct flaw *(*others[4])(size_t index);
};

#define FLAW_RULES_MAX 4096u

/* Run all tests; what main returns. */
int flaw_table_check(const struct flaw_table_under_test *table);

#endif
