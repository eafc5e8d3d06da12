/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/sets.h - the requirement sets of the shipped suites: suites/sets/NAME.txt, frozen with a
 * release.
 * Depends on: scenario/requirement_set, cli/cli.
 */
#ifndef ASSAY_CLI_SETS_H
#define ASSAY_CLI_SETS_H

#include "cli/cli.h"
#include "scenario/requirement_set.h"

/*
 * Read the set called |name|.
 *
 * unknown   the exit code when there is no such; the complaint names those there are
 * out_path  its file, in the cli's arena
 *
 * Anything but EXIT_CONFORMANT has been complained about. The caller ends with requirement_set_free
 * in every case.
 */
MUST_USE enum exit_code sets_read(const struct cli *cli, const char *name, enum exit_code unknown,
                                  struct requirement_set *out, const char **out_path);

#endif
