/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/sarif_document.h - a SARIF log (version 2.1.0, OASIS) as the standard has it; of it what
 * assay writes.
 * Depends on: base, record/member, record/state.
 */
#ifndef ASSAY_REPORTS_SARIF_DOCUMENT_H
#define ASSAY_REPORTS_SARIF_DOCUMENT_H

#include "record/member.h"
#include "record/state.h"

#define SARIF_DATA_BASE "ASSAY" /* what suites are relative to */

struct sarif_message {
    const char *text;
};

struct sarif_rule {
    const char *id;
    struct sarif_message text, impact;
    const char *url; /* "" for a page of assay's own */
};

struct sarif_driver {
    const char *name, *version;
    struct sarif_rule *rules;
    size_t n_rules;
};

struct sarif_tool {
    struct sarif_driver driver;
};

struct sarif_artifact {
    const char *uri, *base;
};

struct sarif_region {
    unsigned line;
};

struct sarif_physical {
    struct sarif_artifact artifact;
    const struct sarif_region *region;
};

struct sarif_location {
    struct sarif_physical physical;
};

struct sarif_fingerprint {
    const char *cause;
};

struct sarif_suppression {
    const char *kind, *justification;
};

struct sarif_bag {
    enum level level;
    uint64_t executions, cases, blocked;
    const char *example;
};

struct sarif_result {
    const char *rule;
    size_t rule_at;
    const char *level;
    struct sarif_message message;
    struct sarif_location locations[1], related[1];
    size_t n_locations, n_related;
    struct sarif_fingerprint fingerprint;
    struct sarif_suppression suppressions[1];
    size_t n_suppressions;
    struct sarif_bag bag;
};

struct sarif_described {
    struct sarif_message description;
};

struct sarif_bases {
    struct sarif_described data;
};

struct sarif_invocation {
    bool is_whole;
    int exit_code;
    const char *meaning;
};

struct sarif_run {
    struct sarif_tool tool;
    struct sarif_bases bases;
    struct sarif_invocation invocations[1];
    size_t n_invocations;
    struct sarif_result *findings;
    size_t n_findings;
};

struct sarif_log {
    const char *schema, *version;
    struct sarif_run runs[1];
    size_t n_runs;
};

extern const struct form sarif_log_form;

#endif
