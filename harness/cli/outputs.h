/*
 * cli/outputs.h - an output directory: results.jsonl, results.json, junit.xml, report.html,
 * summary.md, repro/; of claims claims.jsonl and claims.json.
 * Depends on: cli/files, record, reports.
 */
#ifndef ASSAY_CLI_OUTPUTS_H
#define ASSAY_CLI_OUTPUTS_H

#include "cli/cli.h"
#include "record/record.h"

/* Make |dir| and |dir|/repro, and remove what an earlier run of the same kind left there: only
 * files that assay itself writes. E_IO (errno), E_NOMEM. */
MUST_USE enum status outputs_prepare(const struct cli *cli, const char *dir, bool is_of_claims);

/* Open |dir|/results.jsonl and write its first line. E_IO (errno), E_NOMEM. The caller fclose()s
 * *out. */
MUST_USE enum status outputs_start_journal(const struct cli *cli, const char *dir,
                                           const struct record_run *run, FILE **out);

/* Write |document| in every form, each file whole or not at all. E_IO (errno), E_NOMEM. */
MUST_USE enum status outputs_write(const struct cli *cli, const char *dir,
                                   const struct document *document);

#endif
