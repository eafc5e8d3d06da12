/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/layers.h - one case's exchange on a terminal: step by step, and the bytes field by field, the
 * mutated ones marked.
 * Depends on: record/case, record/dump, reports/escape.
 */
#ifndef ASSAY_CLI_LAYERS_H
#define ASSAY_CLI_LAYERS_H

#include "cli/cli.h"

#include "record/case.h"

/* Print the exchange of |c|. */
void layers_print(const struct cli *cli, const struct record_case *c);

#endif
