/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/claims_bite.h - assay mutants --claims: every protocol flaw against the games.
 * Depends on: experiments/claims_mutants, cli/cli.
 */
#ifndef ASSAY_CLI_CLAIMS_BITE_H
#define ASSAY_CLI_CLAIMS_BITE_H

#include "cli/cli.h"
#include "cli/options.h"
#include "record/claims.h"

/*
 * Try the flaws of |signal|, CLAIMS_V3 or CLAIMS_V4, named in |only|, or all, and print a row for
 * each. EXIT_CONFORMANT: each was refuted by its own property and no other, and the flawless
 * target is equivalent.
 */
enum exit_code claims_bite(const struct cli *cli, enum claims_side signal,
                           const struct option_values *only, unsigned jobs);

#endif
