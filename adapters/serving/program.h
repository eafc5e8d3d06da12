/* SPDX-License-Identifier: 0BSD */
/*
 * program.h - the command line that adapters without options of their own share: --listen,
 * --version, --help.
 * Depends on: serve, listen.
 */
#ifndef SERVING_PROGRAM_H
#define SERVING_PROGRAM_H

#include "serve.h"

/* What main returns. |help| is the whole page; --version prints the program, |what|'s adapter
 * version, name and version. */
int program_run(const struct implementation *what, const char *help, int argc, char **argv);

#endif
