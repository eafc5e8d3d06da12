/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/mutation_row.h - the rows of a version's words: what each word changes.
 * Depends on: cipher/signal/mutation.
 */
#ifndef ASSAY_CIPHER_SIGNAL_MUTATION_ROW_H
#define ASSAY_CIPHER_SIGNAL_MUTATION_ROW_H

#include "cipher/signal/mutation.h"

#define MUTATION_NO_NUMBER SIZE_MAX
#define AT(member) offsetof(struct mutation, member)

struct mutation_row {
    struct word word;
    struct mutation mutation;
    size_t
        number_at; /* offset of the struct mutation_number the name sets, or MUTATION_NO_NUMBER */
};

/* What obeys a row: a start, a seal, a group's seal or distribution; or a start for all messages of
 * its session, and a seal for its own. */
#define START CIPHER_ACT_START
#define SEAL CIPHER_ACT_SEAL
#define GROUP CIPHER_ACT_GROUP
#define BOTH 0u

/* The word |name| sets |member| to |value|; |by| is the text it follows from, NULL: the table's. */
#define CHANGE(acts_, name, member, value, by, why)                                                \
    {                                                                                              \
        WORD_BY(name, by, why), {.acts = acts_, .member = value}, MUTATION_NO_NUMBER               \
    }
/* The same with the number behind the name's colon, at most |most_|. */
#define NUMBER_TO(acts_, name_, member, most_, by_, why_)                                          \
    {                                                                                              \
        {.name = name_, .most = most_, .why = why_, .by = by_}, {.acts = acts_}, AT(member)        \
    }
#define NUMBER(acts, name, member, by, why) NUMBER_TO(acts, name, member, UINT32_MAX, by, why)
#define BYTE(acts, name, member, by, why) NUMBER_TO(acts, name, member, UINT8_MAX, by, why)
#define LOW_ORDER(acts, which, member, n, point)                                                   \
    CHANGE(acts, which "-key:low-order-" #n, member, MUTATION_KEY_LOW_ORDER_1 + (n)-1,             \
           "RFC 7748, 6.1",                                                                        \
           "the " which " key is a point of low order (" point "): the agreement gives zeros")

/* The words that every version has. */
extern const struct word_part signal_rows;

#endif
