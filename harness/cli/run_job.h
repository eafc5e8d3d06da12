/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/run_job.h - what `assay run` was asked for, as it is read and planned, and what comes of it.
 * Depends on: cli/document, cli/inputs, cli/outputs, cli/patterns, cli/profile_file, cli/resume,
 * cli/run_options, cli/shard, driver, run/plan.
 */
#ifndef ASSAY_CLI_RUN_JOB_H
#define ASSAY_CLI_RUN_JOB_H

#include "cli/document.h"
#include "cli/inputs.h"
#include "cli/outputs.h"
#include "cli/patterns.h"
#include "cli/profile_file.h"
#include "cli/resume.h"
#include "cli/run_options.h"
#include "cli/shard.h"
#include "driver/capture.h"

#include <stdio.h>

/* One run, from what was asked to what came of it. Everything lives until job_fini. */
struct run_job {
    const struct cli *cli;
    const struct options *o;
    struct inputs inputs;
    struct known_failures known;
    bool has_known;
    struct patterns cases, excluded;
    struct patterns best; /* with --budget: suites/budget.txt */
    struct shard shard;
    struct resume resume;      /* the run that goes on, or all zeros */
    struct options of_command; /* its options */
    const char *set_path;      /* of the requirement set; NULL for the newest */
    struct profile_file profile_file;
    struct target_address address;
    struct target_profile profile;
    uint8_t seed[RANDOM_SEED_LEN];
    uint64_t timeout_ms, start_ms;
    const char *out_dir;
    struct outputs outputs;
    struct driver *driver;   /* from Hello until the preconditions were looked at */
    const char *unreachable; /* NULL, or why */
    struct plan plan;
    struct document document;
    struct document since; /* the run before, of --since; else empty */
    FILE *journal, *pcap;
    struct capture *capture;
};

void run_job_fini(struct run_job *job);

/* Everything that is read before the target is touched. */
enum exit_code run_job_read(struct run_job *job);
/* Of what the target says of itself; nothing where conversations are generated. */
enum exit_code run_job_plan(struct run_job *job);

bool run_job_is_generating(const struct run_job *job);
/* Where conversations are generated: as asked, else the library where there is one. */
enum surface run_job_generated_surface(const struct run_job *job);
/* Does the plan have clients, the target's or assay's? */
bool run_job_has_clients(const struct run_job *job);
/* Of the requirement set that conformance is said against. */
const char *run_job_set_name(const struct run_job *job);

#endif
