/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/known_writer.h - a known-failures file of what failed in a run.
 * Depends on: base, record/run, cli/cli.
 */
#ifndef ASSAY_CLI_KNOWN_WRITER_H
#define ASSAY_CLI_KNOWN_WRITER_H

#include "cli/cli.h"
#include "record/run.h"

/*
 * Write every failed case of |run| to |path|, in the order of the run: one line for a case all of
 * whose executions failed, else one for each. What was listed keeps its reason; other lines have
 * the requirement and the step that failed, for a person to replace. EXIT_TROUBLE has been
 * complained about.
 */
MUST_USE enum exit_code known_writer_write(const struct cli *cli, const struct record_run *run,
                                           const char *path);

#endif
