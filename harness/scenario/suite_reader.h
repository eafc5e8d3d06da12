/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/suite_reader.h - one file, of cases or of situations and probes, to one struct suite.
 * Depends on: base, scenario/reading, scenario/xml.
 */
#ifndef ASSAY_SCENARIO_SUITE_READER_H
#define ASSAY_SCENARIO_SUITE_READER_H

#include "scenario/reading.h"
#include "scenario/xml.h"

#define SUITE_NAMESPACE "urn:assay:suite:1"
#define SUITE_CASES_MAX 20000u
#define SUITE_REPRO_FILE_MAX (160u * 1024u * 1024u) /* bytes: a tape in hex, and its case */

/*
 * Read |r|->file, at most |max| bytes, checked against |schema| after everything else is right;
 * NULL: it has been. *out is NULL where the file does not name the cipher that is wanted.
 * Texts live in |r|->arena. E_INPUT with complaints, E_NOMEM.
 */
MUST_USE enum status suite_read(struct reading *r, size_t max, const struct xml_schema *schema,
                                struct suite **out);

#endif
