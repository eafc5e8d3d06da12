/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/diag.h - errors in the user's files, as a compiler reports them: file, line, what was
 * expected.
 * Depends on: arena.
 *
 * A collector keeps the first DIAG_MAX errors in order and counts the rest. Only cli prints them.
 */
#ifndef ASSAY_BASE_DIAG_H
#define ASSAY_BASE_DIAG_H

#include "base/arena.h"

#define DIAG_MAX 64u

struct diag {
    const char *file; /* as the user named it */
    unsigned line;    /* from 1; 0 when the error is in no line */
    const char *text; /* one sentence: what is wrong and what was expected */
};

struct diags {
    struct arena arena;
    struct diag items[DIAG_MAX];
    size_t count; /* errors added; items holds the first DIAG_MAX of them */
};

void diags_init(struct diags *d);
/* Accepts NULL. */
void diags_fini(struct diags *d);

/* Add one. |file| and the text are copied. Gives E_INPUT, which is what its reader returns. */
enum status diags_add(struct diags *d, const char *file, unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * The one of |count| |names| nearest to |word| (edit distance at most a third of its length, at
 * least 1; a swap of neighbours is one edit), or NULL: for "did you mean ...?".
 */
const char *diag_nearest(const char *word, const char *const *names, size_t count);

#endif
