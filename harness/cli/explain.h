/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/explain.h - everything assay has a name for, and what it says about each.
 * Depends on: base, verdict, wire, cipher, scenario, experiments.
 */
#ifndef ASSAY_CLI_EXPLAIN_H
#define ASSAY_CLI_EXPLAIN_H

#include "cli/cli.h"
#include "scenario/case.h"

/*
 * Print what |word| is: a case, a suite, a requirement, a verdict, an outcome, something seen, an
 * expectation, a level, a refusal's reason, a verb, a field, a mutation, or a property of a claim
 * or one of its games. False, and nothing printed, when it is none of these.
 */
bool explain_print(const struct cli *cli, const struct catalogue *catalogue, const char *word);

/* The name nearest to |word| among all of the above, or NULL. Lives in the cli's arena. */
const char *explain_nearest(const struct cli *cli, const struct catalogue *catalogue,
                            const char *word);

#endif
