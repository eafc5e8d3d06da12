/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/run_options.h - the options of assay run, and what they say of the target.
 * Depends on: base, cli/cli, cli/options, scenario/surface.
 */
#ifndef ASSAY_CLI_RUN_OPTIONS_H
#define ASSAY_CLI_RUN_OPTIONS_H

#include "cli/cli.h"
#include "cli/options.h"
#include "scenario/surface.h"

enum run_row {
    ROW_TARGET,
    ROW_TARGET_SERVER,
    ROW_TARGET_PROXY,
    ROW_SERVICE_HOST,
    ROW_PROFILE,
    ROW_SURFACE,
    ROW_SUITE,
    ROW_CASE,
    ROW_EXCLUDE,
    ROW_QUICK,
    ROW_MAX_TIME,
    ROW_BUDGET,
    ROW_LEVEL,
    ROW_REQUIREMENTS,
    ROW_SEED,
    ROW_GENERATE,
    ROW_SHARING,
    ROW_SHARD,
    ROW_RESUME,
    ROW_JOBS,
    ROW_OUT,
    ROW_KNOWN,
    ROW_WRITE_KNOWN,
    ROW_SUITE_DIR,
    ROW_TIMEOUT,
    ROW_START_TIMEOUT,
    ROW_PCAP,
    ROW_REPRO,
    ROW_SINCE,
    ROW_STRICT,
    ROW_QUIET,
    ROW_JSON,
    ROW_NO_COLOR,
    N_ROWS
};

extern const struct option_rule run_rules[N_ROWS];

/* The option that has the target's address. A gatekeeper's server, and a proxy, are targets like
 * others, of which only their own surface is looked at. */
enum run_row run_target_row(const struct options *o);
/* That surface, or SURFACE_NONE. */
enum surface run_only_surface(const struct options *o);
/* EXIT_USAGE, after a complaint: an option does not go with such a target. */
MUST_USE enum exit_code run_check_target(const struct cli *cli, const struct options *o);

#endif
