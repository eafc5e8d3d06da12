/*
 * cli/versions.h - what this assay runs on, for reports and bug reports.
 * Depends on: jansson, and the version functions of the other libraries, nothing else of them.
 */
#ifndef ASSAY_CLI_VERSIONS_H
#define ASSAY_CLI_VERSIONS_H

#include <jansson.h>
#include <stdio.h>

/* The "libraries" object of results.json. NULL when memory is short; the caller releases it with
 * json_decref. */
json_t *versions_json(void);

/* One line each. */
void versions_print(FILE *out);

#endif
