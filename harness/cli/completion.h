/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/completion.h - what shells and man(1) are told about the commands, from the tables of
 * commands and options.
 * Depends on: cli/commands.
 */
#ifndef ASSAY_CLI_COMPLETION_H
#define ASSAY_CLI_COMPLETION_H

#include "cli/commands.h"

/* What may stand where a value or an operand is asked for. */
enum completion_kind {
    COMPLETION_NONE = 0, /* nothing that could be listed */
    COMPLETION_WORDS,    /* one of a few words */
    COMPLETION_FILES,
    COMPLETION_DIRS
};

struct completion_value {
    enum completion_kind kind;
    char words[256]; /* COMPLETION_WORDS: a space between two; else "" */
};

/* Of the value of |rule|, by its choices or by what help calls it: FILE, DIR, ADDRESS. */
struct completion_value completion_of_option(const struct option_rule *rule);
/* Of the first operand of |command|: the words of "show|check", a file, or nothing. */
struct completion_value completion_of_operand(const struct command *command);

/* A script for the shell; the page in roff. */
void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);
void completion_man(FILE *out);

#endif
