/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/commands.h - every command of assay, one row and one file each.
 * Depends on: cli/cli, cli/options.
 */
#ifndef ASSAY_CLI_COMMANDS_H
#define ASSAY_CLI_COMMANDS_H

#include "cli/cli.h"
#include "cli/options.h"

struct command {
    const char *name;
    const char *operands; /* in help, "FILE"; "" for none */
    const char *summary;  /* half a sentence */
    const char *example;  /* one or more lines for --help */
    size_t least_operands, most_operands;
    const struct option_rule *rules;
    size_t n_rules;
    enum exit_code (*run)(const struct cli *cli, const struct options *options);
    /* Called with the words after the command when they are wrong; NULL for nothing to do. */
    void (*refused)(const struct cli *cli, int argc, const char *const *argv);
};

extern const struct command command_run;
extern const struct command command_list;
extern const struct command command_explain;
extern const struct command command_doctor;
extern const struct command command_repro;
extern const struct command command_judge;
extern const struct command command_report;
extern const struct command command_vectors;
extern const struct command command_profile;
extern const struct command command_mutants;
extern const struct command command_promote;
extern const struct command command_claims;
extern const struct command command_completion;
extern const struct command command_diff;
extern const struct command command_compare;
extern const struct command command_badge;
extern const struct command command_merge;
extern const struct command command_init;
extern const struct command command_seal;
extern const struct command command_verify;

/* All of them in the order help shows them; *out_count rows. */
const struct command *const *commands_all(size_t *out_count);

/* Find the command that argv[1] names, parse the rest, run it. What main returns. */
enum exit_code commands_dispatch(const struct cli *cli, int argc, const char *const *argv);

#endif
