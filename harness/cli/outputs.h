/*
 * cli/outputs.h - an output directory: results.jsonl, results.json, junit.xml, report.html,
 * summary.md, repro/.
 * Depends on: cli/files, reports; jansson.
 */
#ifndef ASSAY_CLI_OUTPUTS_H
#define ASSAY_CLI_OUTPUTS_H

#include "cli/cli.h"

#include "record/record.h"

#include <jansson.h>

/* Make |dir| and |dir|/repro, and remove what an earlier run left there: only files that assay
 * itself writes. E_IO (errno), E_NOMEM. */
MUST_USE enum status outputs_prepare(const struct cli *cli, const char *dir);

/* Open |dir|/results.jsonl and write its first line. E_IO (errno), E_NOMEM. The caller fclose()s
 * *out. */
MUST_USE enum status outputs_start_journal(const struct cli *cli, const char *dir,
                                           const struct record_run *run, FILE **out);

/* Write |document| in every form, each file whole or not at all. E_IO (errno), E_NOMEM. */
MUST_USE enum status outputs_write(const struct cli *cli, const char *dir,
                                   const struct document *document);

/* The same for a claims run: claims.jsonl, claims.json, report.html, summary.md, repro/. */
MUST_USE enum status outputs_prepare_claims(const struct cli *cli, const char *dir);
MUST_USE enum status outputs_write_claims(const struct cli *cli, const char *dir, json_t *document);

#endif
