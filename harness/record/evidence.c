/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/evidence.h"

#define TEXTS_MAX 256u

static const char *conformance_word(int value) { return conformance_name((enum conformance)value); }

static const struct member file_members[] = {TEXT("name", evidence_file, name),
                                             TEXT("sha256", evidence_file, sha256),
                                             NUMBER("bytes", evidence_file, length)};
static const struct form file_form = {FORM(evidence_file, file_members), .is_strict = true};

static const struct member pair_members[] = {TEXT("path", record_pair, name),
                                             TEXT("sha256", record_pair, value)};
static const struct form pair_form = {FORM(record_pair, pair_members), .is_strict = true};

static const struct member coverage_members[] = {
    NUMBER("requirements", record_coverage, requirements),
    NUMBER("covered", record_coverage, covered), NUMBER("not_run", record_coverage, not_run),
    NUMBER("not_built", record_coverage, not_built),
    NUMBER("not_observable", record_coverage, not_observable)};
static const struct form coverage_form = {FORM(record_coverage, coverage_members),
                                          .is_strict = true};

static const struct member evidence_members[] = {
    TEXT("format", record_evidence, format),
    TEXT("sealed", record_evidence, sealed),
    TEXT("assay", record_evidence, assay),
    TEXT("sealed_by", record_evidence, sealed_by),
    TEXT("operator", record_evidence, operator_name),
    TEXT("commit", record_evidence, commit),
    STRUCT("target", record_evidence, target, &record_target_form),
    TEXT("started", record_evidence, started),
    TEXT("profile", record_evidence, profile),
    TEXT("seed", record_evidence, seed),
    TEXT_LIKE("requirements", record_evidence, requirements, MEMBER_LEFT_OUT),
    THINGS("command", MEMBER_LIST, record_evidence, command.items, command.n, &form_text, 0,
           TEXTS_MAX),
    ENUM("conformance", record_evidence, conformance, conformance_word, N_CONFORMANCE),
    NUMBER_LIKE("exit", record_evidence, exit_code, 0, 255),
    FLAG("partial", record_evidence, is_partial),
    STRUCT("coverage", record_evidence, coverage, &coverage_form),
    THINGS("digests", MEMBER_LIST, record_evidence, digests, n_digests, &pair_form, 0, 1024),
    THINGS("files", MEMBER_LIST, record_evidence, files, n_files, &file_form, MEMBER_NEEDED,
           EVIDENCE_FILES_MAX),
    THINGS("programs", MEMBER_LIST, record_evidence, programs, n_programs, &file_form, 0,
           EVIDENCE_FILES_MAX),
    THINGS("left_out", MEMBER_LIST, record_evidence, left_out.items, left_out.n, &form_text, 0,
           TEXTS_MAX)};
const struct form record_evidence_form = {FORM(record_evidence, evidence_members),
                                          .is_strict = true};
