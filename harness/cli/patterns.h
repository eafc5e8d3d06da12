/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/patterns.h - the patterns of a selection, from the values of an option and from files.
 * Depends on: base, cli/cli, cli/options, record/run (texts).
 *
 * A value "@FILE" stands for the patterns in FILE: one a line; "#" begins a comment at the
 * beginning of a line or after white space (within an id it counts instances).
 */
#ifndef ASSAY_CLI_PATTERNS_H
#define ASSAY_CLI_PATTERNS_H

#include "cli/cli.h"
#include "cli/options.h"
#include "record/run.h"

#define PATTERNS_MAX 10000u /* of one option, those in files included */

struct patterns {
    struct record_texts texts; /* in the order in which they were given */
    struct record_texts files; /* that were read, as the user named them */
};

/*
 * The patterns of |given|, in the cli's arena.
 *
 * may_be_empty  a file without a pattern is fine: nothing is excluded, say
 *
 * EXIT_BAD_INPUT  a file that cannot be read, a line that is no pattern, a file without one, or too
 *                 many; complained about
 * EXIT_TROUBLE    no memory; complained about
 */
MUST_USE enum exit_code patterns_read(const struct cli *cli, const struct option_values *given,
                                      bool may_be_empty, struct patterns *out);

/* Those of suites/budget.txt: the cases that come first where time is short. As patterns_read. */
MUST_USE enum exit_code patterns_read_best(const struct cli *cli, struct patterns *out);

#endif
