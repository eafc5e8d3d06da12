/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/run_command.h - the command of a run, or of claims, as its record has it: the words that give
 * the same results again, made from options, and options made from them.
 * Depends on: cli/cli, cli/options, record/run.
 */
#ifndef ASSAY_CLI_RUN_COMMAND_H
#define ASSAY_CLI_RUN_COMMAND_H

#include "cli/cli.h"
#include "cli/options.h"
#include "record/run.h"

/* The options of a command, and what was given. */
struct run_command {
    const struct option_rule *rules;
    size_t n_rules;
    const struct options *options;
    const char *name; /* "run" */
};

/*
 * "assay", the command's name, and every option but those that cannot change the results, or only
 * how many there are; at the end |seed|, 64 digits. In |arena|; no words when it is full.
 */
struct record_texts run_command_words(const struct run_command *command, const char *seed,
                                      struct arena *arena);

/*
 * The options that the recorded |words| gave, and those of |given| that cannot change the results.
 * Views into both.
 *
 * dir  where the run was recorded, for complaints
 *
 * EXIT_BAD_INPUT  the words are no command of this assay's run; complained about
 * EXIT_USAGE      |given| has an option that the run did not have, or had otherwise; complained
 *                 about
 */
MUST_USE enum exit_code run_command_options(const struct cli *cli, const char *dir,
                                            const struct record_texts *words,
                                            const struct run_command *given, struct options *out);

/* The same words without the option |name|, which has a value, in |arena|; none when it is full. */
struct record_texts run_command_without(const struct record_texts *words, const char *name,
                                        struct arena *arena);

/* The values of the option |name| in the words, in |arena|; none when it is full. */
struct record_texts run_command_values(const struct record_texts *words, const char *name,
                                       struct arena *arena);

#endif
