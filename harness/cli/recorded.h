/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/recorded.h - results.json of earlier runs, for commands that show or compare them.
 * Depends on: record, cli/cli.
 */
#ifndef ASSAY_CLI_RECORDED_H
#define ASSAY_CLI_RECORDED_H

#include "cli/cli.h"
#include "record/record.h"

/*
 * Read |path|, a results.json or the directory that holds one; document_fini |out| in every case.
 * EXIT_BAD_INPUT, after a complaint: it cannot be read, or is no record of a run.
 */
MUST_USE enum exit_code recorded_read(const struct cli *cli, const char *path,
                                      struct document *out);

/* Write |contents| to |path|, or to standard output for NULL. EXIT_TROUBLE, after a complaint. */
MUST_USE enum exit_code recorded_show(const struct cli *cli, struct bytes contents,
                                      const char *path);

#endif
