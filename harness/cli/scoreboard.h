/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/scoreboard.h - what a run looks like on a terminal: a line of progress while it goes on, the
 * score at its end.
 * Depends on: record, reports.
 */
#ifndef ASSAY_CLI_SCOREBOARD_H
#define ASSAY_CLI_SCOREBOARD_H

#include "cli/cli.h"
#include "record/record.h"

/* On a terminal one line of standard error, written over itself; elsewhere a line every few
 * seconds. Not shown: does nothing. */
struct progress {
    const struct cli *cli;
    bool is_shown;
    uint64_t began_ms, last_ms;
    size_t done, total, n_failed;
    size_t n_before;  /* that were done before it began, and took none of its time */
    const char *unit; /* "cases" */
    char last[64];    /* what is done last; "" for nothing to name */
};

void progress_begin(struct progress *p, const struct cli *cli, bool is_shown, const char *unit,
                    size_t n_before);
/* As struct run_observer's; |context| is a struct progress. */
void progress_committed(void *context, const struct record_case *result, size_t done, size_t total);
/* Say how far it is, unless that was said a moment ago. Also as struct run_observer's. */
void progress_tick(void *context);
/* Wipe the line. */
void progress_end(struct progress *p);

struct scoreboard_options {
    bool is_quiet;
    bool is_json;
    bool wants_no_color;
    const char *out_dir;
    const struct record_run *since; /* the run before; NULL: nobody asks */
};

/* Print |document| in the form asked for; nothing when quiet. EXIT_TROUBLE when that fails. */
enum exit_code scoreboard_show(const struct cli *cli, const struct document *document,
                               const struct scoreboard_options *options);

/* The same of a run. Gives its exit code. */
enum exit_code scoreboard_print(const struct cli *cli, const struct document *document,
                                const struct scoreboard_options *options);

#endif
