/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flaw_program.h - the command line of a target that is honest or has one named flaw.
 * Depends on: flaw_table, serving.
 */
#ifndef FLAWED_FLAW_PROGRAM_H
#define FLAWED_FLAW_PROGRAM_H

#include "flaw_table.h"
#include "serve.h"

struct flaw_program {
    const char *name;    /* assay-proxy */
    const char *what;    /* it is, lines of the help without the last line's end */
    const char *example; /* of a command that runs it */
    const char *surface; /* of its flaws, in the list of them */
    const struct flaw_table *flaws;
    void *configuration; /* the rules that the flaws are of, honest so far; kept */
    const struct implementation *implementation;
};

/* The exit code: 0, 64 after a complaint about a word of |argv|, or as serve. */
int flaw_program_main(const struct flaw_program *program, int argc, char **argv);

#endif
