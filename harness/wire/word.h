/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/word.h - a word that a suite may use for something a party or the server does on the wire: a
 * mutation, a stanza the server sends, a rule. One row of a table each.
 * Depends on: base.
 *
 * Each layer keeps its table beside the code that applies the rows; there a row may be the first
 * member of a larger struct, which says how it is applied. scenario/wire_words.h lists the tables
 * of the wire, a struct cipher (cipher/cipher.h) has its own.
 */
#ifndef ASSAY_WIRE_WORD_H
#define ASSAY_WIRE_WORD_H

#include "base/arena.h"
#include "base/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct word {
    const char *name;
    uint32_t least, most; /* of the number in NAME=NUMBER; |most| 0: it takes none */
    bool is_tolerated;    /* an honest receiver goes on as if it were not there */
    bool may_be_refused;  /* tolerated, but an honest receiver may refuse it, too */
    const char *why;      /* one sentence: what is wrong (or, tolerated, unusual) on the wire */
    const char *by;       /* the text it follows from; NULL: the table's */
};

/* A row: its name, its sentence; the range of its number; the text it follows from, where that is
 * not the table's. */
#define WORD(name_, ...) TABLE_ROW(.name = name_, .why = __VA_ARGS__)
#define WORD_BY(name_, by_, why_) TABLE_ROW(.name = name_, .why = why_, .by = by_)
#define WORD_NUMBER(name_, least_, most_, ...)                                                     \
    TABLE_ROW(.name = name_, .least = least_, .most = most_, .why = __VA_ARGS__)
#define WORD_TOLERATED(name_, why_) TABLE_ROW(.name = name_, .is_tolerated = true, .why = why_)
#define WORD_TOLERATED_BY(name_, by_, why_)                                                        \
    TABLE_ROW(.name = name_, .is_tolerated = true, .why = why_, .by = by_)
#define WORD_TOLERATED_NUMBER(name_, least_, most_, ...)                                           \
    TABLE_ROW(.name = name_, .least = least_, .most = most_, .is_tolerated = true,                 \
              .why = __VA_ARGS__)

#define WORD_EITHER(name_, why_)                                                                   \
    TABLE_ROW(.name = name_, .is_tolerated = true, .may_be_refused = true, .why = why_)

struct word_part {
    const void *rows; /* each begins with a struct word */
    size_t size, count;
};

#define WORD_PART(rows) TABLE_ROW(rows, sizeof((rows)[0]), COUNT_OF(rows))

#define WORD_PARTS_MAX 2u

struct word_table {
    const char *layer;
    char sign; /* between name and number */
    const char *by;
    const struct word_part *parts[WORD_PARTS_MAX]; /* counted through; the second may be NULL */
};

/* The |i|-th word, from 1; NULL for 0 and past the end. */
const struct word *word_at(const struct word_table *t, unsigned i);
/* Its name, or NULL. */
const char *word_name(const struct word_table *t, unsigned i);
/* The number of the word called by the |len| bytes at |name|; 0: none. */
unsigned word_find(const struct word_table *t, const char *name, size_t len);
/* A word with its number. */
struct word_use {
    unsigned what; /* of its table, from 1; 0: none, honest */
    uint32_t n;    /* in NAME=NUMBER, or 0 */
};
/*
 * Read "NAME" or "NAME=NUMBER", decimal without leading zeros. False, and none: no such word, or
 * the number is missing, superfluous or out of its range. |text| may be NULL.
 */
bool word_parse(const struct word_table *t, const char *text, struct word_use *out);
/* Is |use| the word of |t| called |name|, whatever its number? */
bool word_is(const struct word_table *t, struct word_use use, const char *name);
/* All names, for "did you mean"; NULL when |arena| is full. |t| NULL: none. */
const char *const *word_names(const struct word_table *t, struct arena *arena, size_t *out_count);
/* The text that |w|, a word of |t|, follows from. */
const char *word_by(const struct word_table *t, const struct word *w);

#endif
