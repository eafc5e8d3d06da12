/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/config.h - assay.ini: options that are the same on every call.
 * Depends on: base, cli/cli, cli/options, cli/commands. Only cli/config.c sees libinih.
 *
 * "name = value" for each option, a line each for one that is repeated, "yes" or "no" for a flag.
 * What stands before any section is for each command that has such an option; what stands below
 * "[run]" is for assay run, and goes before. The command line goes before both.
 */
#ifndef ASSAY_CLI_CONFIG_H
#define ASSAY_CLI_CONFIG_H

#include "cli/commands.h"

/*
 * Let |o|, what was given to |command|, have what cli->config says, too, and name it on standard
 * error, unless --quiet is among it. Nothing where there is no such file, and for a run that is
 * resumed, whose options are its own. EXIT_BAD_INPUT, after a complaint that names the line.
 */
MUST_USE enum exit_code config_apply(const struct cli *cli, const struct command *command,
                                     struct options *o);

#endif
