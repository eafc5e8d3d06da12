/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/compare.h - runs side by side on one self-contained page: implementations against
 * requirements, and what was measured of each.
 * Depends on: base, record.
 */
#ifndef ASSAY_REPORTS_COMPARE_H
#define ASSAY_REPORTS_COMPARE_H

#include "base/buffer.h"
#include "record/run.h"

#define COMPARE_MAX 12u /* runs */

/*
 * Append the page about |n| scored runs (at most COMPARE_MAX), a column each, in the order given.
 * Where a column is of the same target as the one before it, its changes are marked. Readable
 * without scripts; well-formed XML.
 *
 * E_LIMIT  too many, or |out|'s maximum
 * E_NOMEM
 */
MUST_USE enum status compare_render(const struct record_run *const *runs, size_t n,
                                    struct buffer *out);

#endif
