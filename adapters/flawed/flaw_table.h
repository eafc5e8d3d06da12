/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flaw_table.h - flaws as rows, each of which sets one member of a struct of rules.
 * Depends on: flaws.
 *
 * A table is written with FLAW and the others below, after the name of the struct:
 *
 *     #define RULES struct provider_rules
 */
#ifndef FLAWED_FLAW_TABLE_H
#define FLAWED_FLAW_TABLE_H

#include "flaws.h"

enum flaw_member { FLAW_FLAG = 0 /* a bool */, FLAW_NUMBER /* a uint32_t */ };

struct flaw_row {
    struct flaw flaw;
    size_t at; /* of the member */
    enum flaw_member member;
    uint32_t value;
};

/* A flag that is set; one that no test can see, and why; a number that is set. */
#define FLAW(name, requirement, member, text)                                                      \
    {                                                                                              \
        {name, requirement, text, NULL}, offsetof(RULES, member), FLAW_FLAG, 1                     \
    }
#define UNSEEN(name, requirement, member, text, why)                                               \
    {                                                                                              \
        {name, requirement, text, why}, offsetof(RULES, member), FLAW_FLAG, 1                      \
    }
#define NUMBER(name, requirement, member, value, text)                                             \
    {                                                                                              \
        {name, requirement, text, NULL}, offsetof(RULES, member), FLAW_NUMBER, value               \
    }

struct flaw_table {
    const struct flaw_row *rows;
    size_t n;
};

/* The table of the array |rows|. */
#define FLAW_TABLE(rows)                                                                           \
    {                                                                                              \
        rows, sizeof(rows) / sizeof((rows)[0])                                                     \
    }

/* NULL past the end. Static storage. */
const struct flaw *flaw_table_at(const struct flaw_table *table, size_t index);
/* The line of |flaw| in a list of flaws, to standard output: its columns, tab between. |decides| as
 * flaws_decides says. */
void flaw_list_print(const struct flaw *flaw, const char *surface, const char *decides);
void flaw_table_print(const struct flaw_table *table, const char *surface);
/* Change in |rules|, which the offsets are of, what the row called |name| says. False without one:
 * they are what they were. */
bool flaw_table_set(const struct flaw_table *table, const char *name, void *rules);

#endif
