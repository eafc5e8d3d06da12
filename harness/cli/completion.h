/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/completion.h - what shells and man(1) are told about the commands, from the tables of
 * commands and options.
 * Depends on: cli/commands.
 */
#ifndef ASSAY_CLI_COMPLETION_H
#define ASSAY_CLI_COMPLETION_H

#include "cli/commands.h"

/* A script for the shell; the page in roff. */
void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);
void completion_man(FILE *out);

#endif
