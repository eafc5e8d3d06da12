/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/evidence.h - the signed statement of a bundle of evidence (docs/evidence.md): what was run
 * against whom, which files and programs by their digests, and what is not in it.
 * Depends on: base, record/run.
 */
#ifndef ASSAY_RECORD_EVIDENCE_H
#define ASSAY_RECORD_EVIDENCE_H

#include "record/run.h"

#define RECORD_EVIDENCE_FORMAT "assay-evidence-1"
#define EVIDENCE_FILES_MAX 64u

struct evidence_file {
    const char *name; /* in the bundle's folder of files; of a program, as the operator named it */
    const char *sha256;
    uint64_t length; /* bytes */
};

struct record_evidence {
    const char *format;    /* RECORD_EVIDENCE_FORMAT */
    const char *sealed;    /* when, by the operator's clock */
    const char *sealed_by; /* the version of assay that sealed it, and the commit it was built of */
    const char *assay;     /* the version that made the run */
    const char *operator_name, *commit; /* as given; "" when nobody gave any */
    /* What results.json says: the same as there, so that the statement can be read alone. */
    struct record_target target;
    const char *started, *profile, *seed;
    const char *requirements; /* the set that decided, as in the selection of the run */
    struct record_texts command;
    enum conformance conformance;
    int exit_code;
    bool is_partial;
    struct record_coverage coverage;
    const struct record_pair *digests; /* of suites, profile and lists, by path */
    size_t n_digests;
    const struct evidence_file *files;
    size_t n_files;
    const struct evidence_file *programs;
    size_t n_programs;
    struct record_texts left_out; /* a sentence each */
};

extern const struct form record_evidence_form;

#endif
