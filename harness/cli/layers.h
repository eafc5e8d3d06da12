/*
 * cli/layers.h - one case's exchange on a terminal: step by step, and the bytes field by field, the
 * bent ones marked.
 * Depends on: reports/dump, reports/escape; jansson.
 */
#ifndef ASSAY_CLI_LAYERS_H
#define ASSAY_CLI_LAYERS_H

#include "cli/cli.h"

#include <jansson.h>

/* Print |result|, an object of results.json's "cases". */
void layers_print(const struct cli *cli, const json_t *result);

#endif
