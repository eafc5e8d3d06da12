/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/flaw_list.h - the flaws of the flawed target as it lists them itself: one on each line, in
 * columns separated by tabs.
 * Depends on: base.
 */
#ifndef ASSAY_DRIVER_FLAW_LIST_H
#define ASSAY_DRIVER_FLAW_LIST_H

#include "base/arena.h"

#define FLAW_LIST_MAX 4096u
#define FLAW_COLUMNS_MAX 6u

struct flaw_line {
    const char *columns[FLAW_COLUMNS_MAX]; /* the first is the name; "" where a line has fewer */
};

/*
 * Start |program| with |option| and read what it prints. Lines live in |arena|. E_IO when the
 * program cannot be started, fails, or lists nothing. E_NOMEM.
 */
MUST_USE enum status flaw_list_read(const char *program, const char *option, struct arena *arena,
                                    struct flaw_line **out, size_t *out_count);
/* Is |name| among the |n| names of |only|? Without names, always true. */
bool flaw_is_wanted(const char *const *only, size_t n, const char *name);

#endif
