/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/outputs.h - an output directory: results.jsonl, results.json, junit.xml, report.html,
 * summary.md, sarif.json, repro/; of claims claims.jsonl and claims.json.
 * Depends on: base/files, record, reports.
 */
#ifndef ASSAY_CLI_OUTPUTS_H
#define ASSAY_CLI_OUTPUTS_H

#include "cli/cli.h"
#include "record/record.h"

struct outputs {
    const char *dir;
    bool is_of_claims;
    int lock; /* held on |dir| while it is written to; -1: not held */
};

/*
 * First thing, before anything can go wrong: remove what an earlier run of the same kind left in
 * |o|->dir, so that nobody takes it for this run's; only files that assay itself writes. The
 * directory, when there is one, is locked. EXIT_USAGE, after a complaint: another run writes there,
 * or the directory is not assay's (not empty, and without the file .assay that outputs_prepare
 * writes); nothing was removed. EXIT_TROUBLE, after a complaint.
 */
MUST_USE enum exit_code outputs_clear(const struct cli *cli, struct outputs *o);
/*
 * The same for a run that goes on: lock |o|->dir, which is there, and remove nothing. What is left
 * of a run that was killed, its workers in their last cases, is waited for, but not forever.
 */
MUST_USE enum exit_code outputs_take_up(const struct cli *cli, struct outputs *o);
/* Make |o|->dir, its marker and its repro/, which may be no symbolic link; the same as
 * outputs_clear, unless that was done. */
MUST_USE enum exit_code outputs_prepare(const struct cli *cli, struct outputs *o);
void outputs_release(struct outputs *o);

/* The same for words of a command line that could not be understood: --out of |argv|, or
 * |otherwise|. */
void outputs_forget(const struct cli *cli, int argc, const char *const *argv, const char *otherwise,
                    bool is_of_claims);

/* Open the journal and write its first line (|run| NULL: none). EXIT_TROUBLE, after a complaint.
 * The caller fclose()s *out. */
MUST_USE enum exit_code outputs_start_journal(const struct cli *cli, const struct outputs *o,
                                              const struct record_run *run, FILE **out);

/* The same where the journal goes on behind its first |len| bytes; before, the reports of what was
 * broken off are removed. */
MUST_USE enum exit_code outputs_continue_journal(const struct cli *cli, const struct outputs *o,
                                                 size_t len, FILE **out);

/* Remove the repro files of |o|->dir that no case of |run| names. EXIT_TROUBLE, after a
 * complaint. */
MUST_USE enum exit_code outputs_keep_repros(const struct cli *cli, const struct outputs *o,
                                            const struct record_run *run);

/* |dir|'s journal, of a run; NULL: no memory. */
const char *outputs_journal(const struct cli *cli, const char *dir);

/* Write |document| in every form, each file whole or not at all. |since|: the run before, for what
 * changed; NULL: nobody asks. EXIT_TROUBLE, after a complaint. */
MUST_USE enum exit_code outputs_write(const struct cli *cli, const char *dir,
                                      const struct document *document,
                                      const struct record_run *since);

#endif
