/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/requirements_file.h - suites/sources.xml and suites/requirements*.xml to structs.
 * Depends on: base, scenario/reading, scenario/xml.
 */
#ifndef ASSAY_SCENARIO_REQUIREMENTS_FILE_H
#define ASSAY_SCENARIO_REQUIREMENTS_FILE_H

#include "scenario/reading.h"

#define REQUIREMENTS_MAX 2000u

/*
 * Read |r|->file, checked against |schema_path|: the texts that requirements come from, into
 * |out|->sources. E_INPUT with complaints, E_NOMEM.
 */
MUST_USE enum status sources_file_load(struct reading *r, const char *schema_path,
                                       struct catalogue *out);

/*
 * Read |r|->file (1 to REQUIREMENTS_MAX of them), checked against |schema_path|, and add what it
 * holds to |out| (its arena, requirements, n_requirements): no id may be in two files, and each
 * names one of |out|->sources. E_INPUT with complaints, E_NOMEM.
 */
MUST_USE enum status requirements_file_load(struct reading *r, const char *schema_path,
                                            struct catalogue *out);

/* NULL when unknown. */
const struct requirement *catalogue_requirement(const struct catalogue *c, const char *id);

#endif
