/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/document.h - results.json without its cases: who ran what against whom, and with which files.
 * Depends on: base, record, scenario, score, driver/driver, run/run.
 */
#ifndef ASSAY_CLI_DOCUMENT_H
#define ASSAY_CLI_DOCUMENT_H

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shard.h"
#include "record/record.h"
#include "run/run.h"
#include "scenario/known.h"
#include "driver/driver.h"

struct document_parts {
    const char *profile; /* the interop profile's id */
    const char *seed;    /* 64 hexadecimal digits */
    struct record_texts command;
    const char *address;
    const struct target_profile *target;
    const struct catalogue *catalogue;
    const struct option_values *suites;
    struct record_texts cases, excluded; /* patterns */
    uint64_t left_out;                   /* executions of sweeps, by --quick */
    struct shard shard;
    const char *level;
    const char *requirements; /* the set that decides: a name, or RECORD_NEWEST */
    bool is_strict;
    const char *surface;           /* the only one asked for; "" for any */
    struct record_texts not_found; /* suites of the release */
    uint64_t planned;              /* cases; 0 when it is not known */
    const char *known_failures;    /* as the user named it, or NULL */
    const char *const *files; /* further files whose digests are recorded, as the user named them */
    size_t n_files;
};

/*
 * Make document->run, with everything that is known before the run, and views into |parts|.
 * EXIT_TROUBLE has been complained about: no memory, or a file whose digest is wanted cannot be
 * read.
 */
MUST_USE enum exit_code document_begin(const struct cli *cli, const struct document_parts *parts,
                                       struct document *document);

/* Put what came of the run into document->run: everything but its summary. |started| in seconds
 * since 1970. E_NOMEM. */
MUST_USE enum status document_record(struct document *document, const struct run_outcome *outcome,
                                     int64_t started, uint64_t took_us);

/* Make the summary of document->run, by the suites of |c| and today's date, and leave out what
 * only the journal has (record/kept.h). |known| may be NULL. EXIT_BAD_INPUT, after a complaint:
 * the requirement set of the run is gone, wrong or another by now. EXIT_TROUBLE has been
 * complained about. */
MUST_USE enum exit_code document_score(const struct cli *cli, const struct catalogue *c,
                                       const struct known_failures *known,
                                       struct document *document);

/* Is |path|, a file whose digest |run| has, still what it was? */
bool document_is_unchanged(const struct cli *cli, const struct record_run *run, const char *path);

/* Who the target says it is; views into |t|. */
struct record_target document_target(const char *address, const struct target_profile *t);

/* "2026-11-23T10:00:00Z" of |seconds| since 1970. */
void document_instant(int64_t seconds, char out[32]);

#endif
