/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/cli.h - what every command is given, and what it may answer.
 * Depends on: base.
 *
 * A command gets its streams, paths and the arena from here and reads neither the environment nor
 * argv itself.
 */
#ifndef ASSAY_CLI_CLI_H
#define ASSAY_CLI_CLI_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdio.h>

#include "base/version.h"

/* What the process ends with. docs/architecture.md, exit codes. */
enum exit_code {
    EXIT_CONFORMANT = 0, /* also: the command did what it was asked */
    EXIT_FAILED = 1,
    EXIT_UNCERTAIN = 2, /* inconclusive or vacuous */
    EXIT_TROUBLE = 3,   /* the harness could not go on, or was interrupted */
    EXIT_USAGE = 64,
    EXIT_BAD_INPUT = 65,
    EXIT_UNREACHABLE = 69
};

struct cli {
    FILE *out; /* borrowed */
    FILE *err; /* borrowed */
    bool is_out_terminal;
    bool is_err_terminal;  /* and one that obeys: TERM is set, and not to "dumb" */
    bool wants_no_color;   /* it does not obey, or NO_COLOR is set and not empty */
    const char *config;    /* a file of options that are the same on every call; NULL: none */
    const char *data_dir;  /* with suites/ and vectors/ */
    const char *bin_dir;   /* where this executable lies */
    const char *reference; /* command line of the embedded reference target */
    /* Catch SIGINT and SIGTERM from now on, which end the process before; what is given becomes
     * non-zero at one. NULL: nothing is caught. */
    const volatile int *(*catch_signals)(void);
    struct arena *arena; /* lives as long as the command */
};

/* "assay: " and one sentence to standard error. Gives |code|, so that a command can return what it
 * says. */
enum exit_code cli_complain(const struct cli *cli, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Print "file:line: text" for each complaint and what follows from them. Gives EXIT_BAD_INPUT. */
enum exit_code cli_complain_input(const struct cli *cli, const struct diags *diags,
                                  const char *consequence);

/* For a status that no input explains: E_NOMEM, E_IO ... Gives EXIT_TROUBLE. */
enum exit_code cli_complain_status(const struct cli *cli, const char *doing, enum status st);

/* For a command that can be interrupted and keeps what it has found: what becomes non-zero on
 * SIGINT or SIGTERM, which are caught from now on. It has to look at it. */
const volatile int *cli_interruptible(const struct cli *cli);

/* "PATH: why", of reading or writing |path|; E_IO: errno says why. Gives |code|. */
enum exit_code cli_complain_file(const struct cli *cli, enum exit_code code, const char *path,
                                 enum status st);

/* What loading |what| came to: EXIT_CONFORMANT, or a complaint: cli_complain_input about |diags|
 * for E_INPUT, cli_complain_status for anything else. */
enum exit_code cli_conclude(const struct cli *cli, enum status st, const char *what,
                            const struct diags *diags, const char *consequence);

/* Columns of the terminal at |fd|; 0 where there is none, or it does not say. */
unsigned cli_terminal_columns(int fd);
/* The same of standard output, when |cli| has a terminal there. */
unsigned cli_columns(const struct cli *cli);

/* How many cores there are, 1 to 64. */
unsigned cli_cores(void);

/* A text that came from outside, as one line of limited length: "; " between its lines, control
 * characters shown. In the arena; never NULL. */
const char *cli_tame(const struct cli *cli, const char *text);

#endif
