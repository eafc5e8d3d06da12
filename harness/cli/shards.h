/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/shards.h - the shards of one run put together.
 * Depends on: cli/cli, cli/resume, record.
 */
#ifndef ASSAY_CLI_SHARDS_H
#define ASSAY_CLI_SHARDS_H

#include "cli/cli.h"
#include "cli/resume.h"

/* All zeros at first. */
struct shards {
    struct resume *items; /* in the order of the shards */
    size_t n;
    struct record_line *lines; /* of the whole run, in plan order */
    size_t n_lines;
};

/*
 * Read the journals in |dirs|, put them in order and their lines in the order of the plan, and make
 * |out|'s run of them, in its memory: the run as it would have been in one piece, without its
 * summary. |out| is empty, and has views into |shards|. shards_fini in every case.
 *
 * EXIT_BAD_INPUT  after a complaint: a journal cannot be read, has no end, or its run was
 *                 interrupted or did not reach its target; a precondition did not hold in it, and
 *                 held in another
 * EXIT_USAGE      after a complaint: a directory holds no shard, one stands in two, one is missing,
 *                 or differs from the others; or an execution is in none, or in two
 * EXIT_TROUBLE    after a complaint
 */
MUST_USE enum exit_code shards_join(const struct cli *cli, const char *const *dirs, size_t n_dirs,
                                    struct shards *shards, struct document *out);
void shards_fini(struct shards *shards);

#endif
