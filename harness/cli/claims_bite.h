/*
 * cli/claims_bite.h - assay mutants --claims: every protocol flaw against the games.
 * Depends on: experiments/claims_mutants, cli/cli.
 */
#ifndef ASSAY_CLI_CLAIMS_BITE_H
#define ASSAY_CLI_CLAIMS_BITE_H

#include "cli/cli.h"
#include "cli/options.h"

/*
 * Try the flaws named in |only|, or all, and print a row for each. EXIT_CONFORMANT: each was
 * refuted by its own property and no other, and the flawless target is equivalent.
 */
enum exit_code claims_bite(const struct cli *cli, const struct option_values *only, unsigned jobs);

#endif
