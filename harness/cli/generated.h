/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/generated.h - generated conversations on a terminal: progress, and what was generated.
 * Depends on: run/generate, cli/cli.
 */
#ifndef ASSAY_CLI_GENERATED_H
#define ASSAY_CLI_GENERATED_H

#include "cli/scoreboard.h"
#include "run/generate.h"

/* Run the schedules of |options|, and show how far they are; progress is the caller's. As
 * generate_run. */
MUST_USE enum status generated_drive(const struct generate_options *options,
                                     struct progress *progress, struct generate_outcome *out);

/* The distribution in member "generated" of |results|, and schedules a second.
 * Nothing without it. */
void generated_print(const struct cli *cli, const struct record_run *run);

#endif
