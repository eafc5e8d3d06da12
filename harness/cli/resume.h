/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/resume.h - a run that was broken off, taken up where its journal ends.
 * Depends on: cli/cli, cli/journal, record, run/plan.
 *
 * What a killed run leaves is its journal, of which each line but the last is whole, and repro
 * files, which are there before their case's line. So what a whole line says is done.
 */
#ifndef ASSAY_CLI_RESUME_H
#define ASSAY_CLI_RESUME_H

#include "cli/cli.h"
#include "cli/journal.h"
#include "run/plan.h"

/* All zeros: no run is resumed. */
struct resume {
    const char *dir;
    struct document document;
    struct journal journal;
    size_t n_done;  /* lines that stand */
    size_t n_bytes; /* of the journal, up to where the next begins */
};

/*
 * Read the journal in |dir|; resume_fini in every case. EXIT_BAD_INPUT, after a complaint: there is
 * none, its first line is not whole, or one in its middle cannot be read.
 */
MUST_USE enum exit_code resume_read(const struct cli *cli, const char *dir, struct resume *out);
void resume_fini(struct resume *r);

/*
 * |now|, which was not begun yet, is the run in |r|: the same assay, libraries, profile, seed,
 * command, target, files and selection, and |plan| its plan. EXIT_USAGE, after a complaint that
 * says what differs.
 */
MUST_USE enum exit_code resume_compare(const struct cli *cli, const struct record_run *now,
                                       const struct plan *plan, bool shares, struct resume *r);

/*
 * Complain, and give EXIT_USAGE, unless two runs are parts of one: what is known before them is
 * equal but |planned|, their shards and their commands' --shard. |dir| and |other_dir| name them.
 */
MUST_USE enum exit_code resume_same_run(const struct cli *cli, const struct record_run *run,
                                        const char *dir, const struct record_run *other,
                                        const char *other_dir);

#endif
