/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/content_mutation_internal.h - what the table of content's mutations is made of.
 * Depends on: wire/content. For content_mutation*.c only.
 */
#ifndef ASSAY_WIRE_CONTENT_MUTATION_INTERNAL_H
#define ASSAY_WIRE_CONTENT_MUTATION_INTERNAL_H

#include "wire/content.h"

/* Where raw bytes are put into an honest content. */
enum content_place {
    CONTENT_NO_PLACE = 0,
    CONTENT_INSTEAD,       /* of the whole content */
    CONTENT_BEHIND,        /* the whole content */
    CONTENT_INNER_INSTEAD, /* of the kind's message */
    CONTENT_INNER_BEHIND,  /* the kind's message, within it */
    CONTENT_STRING         /* a string field of the kind is all its message has, with these bytes */
};

struct content_mutation_job {
    uint32_t n;
    struct bytes in; /* the honest content: before, the kind's field, after */
    struct bytes before, inner, after;
    enum content_kind kind;
    const struct wire_profile *profile;
    struct buffer *out;
};

struct content_mutation_entry {
    struct word word;
    bool pads; /* it writes the padding, too; an honest one is added otherwise */
    enum content_place place;
    const char *raw;
    size_t raw_len;
    /* Instead of |place|, when not NULL. E_MISSING: does not fit. */
    enum status (*make)(const struct content_mutation_job *job);
};
#define RAW(where, literal)                                                                        \
    .place = CONTENT_##where, .raw = (literal), .raw_len = sizeof(literal) - 1

/* The table's rows, in two files: what keeps the meaning (mutation 1 is its first), and what does
 * not. */
extern const struct word_part content_mutations_kept, content_mutations_broken;

/* The content with |inner| as its kind's message. */
MUST_USE enum status content_mutation_with_inner(const struct content_mutation_job *job,
                                                 struct bytes inner);
/* The same, and |inner| is released. */
MUST_USE enum status content_mutation_with_built(const struct content_mutation_job *job,
                                                 struct buffer *inner);

#endif
