/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/versions.h - what this assay runs on, for reports and bug reports.
 * Depends on: base, record, and the version functions of the libraries, nothing else of them.
 */
#ifndef ASSAY_CLI_VERSIONS_H
#define ASSAY_CLI_VERSIONS_H

#include "record/run.h"

#include <stdio.h>

/* The commit that was built, a '+' after it when there were changes; "" where nobody knows. */
extern const char commit_id[];

/* The libraries and their versions, in |arena|; none when it is full. */
const struct record_pair *versions_list(struct arena *arena, size_t *out_n);

/* One line each. */
void versions_print(FILE *out);

#endif
