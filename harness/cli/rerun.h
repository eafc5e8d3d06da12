/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/rerun.h - what assay repro and assay judge share: printing what came of a case done, or
 * judged, once more.
 * Depends on: cli/layers, run/repro.
 */
#ifndef ASSAY_CLI_RERUN_H
#define ASSAY_CLI_RERUN_H

#include "cli/cli.h"
#include "run/repro.h"

/*
 * Print the exchange and how it compares with what is recorded. Gives EXIT_CONFORMANT when the case
 * passes now, EXIT_FAILED otherwise.
 */
enum exit_code rerun_print(const struct cli *cli, const struct repro_outcome *outcome,
                           bool is_quiet, bool is_json);

#endif
