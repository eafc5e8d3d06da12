/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/sarif_document.h"

static const struct member message_members[] = {TEXT("text", sarif_message, text)};
static const struct form message_form = {FORM(sarif_message, message_members)};

static const struct member rule_members[] = {
    TEXT("id", sarif_rule, id), STRUCT("shortDescription", sarif_rule, text, &message_form),
    STRUCT("fullDescription", sarif_rule, impact, &message_form),
    TEXT_LIKE("helpUri", sarif_rule, url, MEMBER_LEFT_OUT)};
static const struct form rule_form = {FORM(sarif_rule, rule_members)};

static const struct member driver_members[] = {
    TEXT("name", sarif_driver, name), TEXT("version", sarif_driver, version),
    LIST("rules", sarif_driver, rules, n_rules, &rule_form)};
static const struct form driver_form = {FORM(sarif_driver, driver_members)};

static const struct member tool_members[] = {STRUCT("driver", sarif_tool, driver, &driver_form)};
static const struct form tool_form = {FORM(sarif_tool, tool_members)};

static const struct member artifact_members[] = {
    TEXT("uri", sarif_artifact, uri),
    TEXT_LIKE("uriBaseId", sarif_artifact, base, MEMBER_LEFT_OUT)};
static const struct form artifact_form = {FORM(sarif_artifact, artifact_members)};

static const struct member region_members[] = {NUMBER("startLine", sarif_region, line)};
static const struct form region_form = {FORM(sarif_region, region_members)};

static const struct member physical_members[] = {
    STRUCT("artifactLocation", sarif_physical, artifact, &artifact_form),
    POINTER("region", sarif_physical, region, &region_form, MEMBER_LEFT_OUT)};
static const struct form physical_form = {FORM(sarif_physical, physical_members)};

static const struct member location_members[] = {
    STRUCT("physicalLocation", sarif_location, physical, &physical_form)};
static const struct form location_form = {FORM(sarif_location, location_members)};

static const struct member fingerprint_members[] = {
    TEXT("assayCause/v1", sarif_fingerprint, cause)};
static const struct form fingerprint_form = {FORM(sarif_fingerprint, fingerprint_members)};

static const struct member suppression_members[] = {
    TEXT("kind", sarif_suppression, kind), TEXT("justification", sarif_suppression, justification)};
static const struct form suppression_form = {FORM(sarif_suppression, suppression_members)};

static const char *level_word(int level) { return level_name((enum level)level); }

static const struct member bag_members[] = {
    ENUM("level", sarif_bag, level, level_word, N_LEVEL),
    NUMBER("executions", sarif_bag, executions), NUMBER("cases", sarif_bag, cases),
    NUMBER("blocked", sarif_bag, blocked), TEXT("example", sarif_bag, example)};
static const struct form bag_form = {FORM(sarif_bag, bag_members)};

static const struct member finding_members[] = {
    TEXT("ruleId", sarif_result, rule),
    NUMBER("ruleIndex", sarif_result, rule_at),
    TEXT("level", sarif_result, level),
    STRUCT("message", sarif_result, message, &message_form),
    THINGS("locations", MEMBER_ROOM, sarif_result, locations, n_locations, &location_form, 0, 1),
    THINGS("relatedLocations", MEMBER_ROOM, sarif_result, related, n_related, &location_form,
           MEMBER_LEFT_OUT, 1),
    STRUCT("partialFingerprints", sarif_result, fingerprint, &fingerprint_form),
    THINGS("suppressions", MEMBER_ROOM, sarif_result, suppressions, n_suppressions,
           &suppression_form, MEMBER_LEFT_OUT, 1),
    STRUCT("properties", sarif_result, bag, &bag_form)};
static const struct form finding_form = {FORM(sarif_result, finding_members)};

static const struct member described_members[] = {
    STRUCT("description", sarif_described, description, &message_form)};
static const struct form described_form = {FORM(sarif_described, described_members)};

static const struct member bases_members[] = {
    STRUCT(SARIF_DATA_BASE, sarif_bases, data, &described_form)};
static const struct form bases_form = {FORM(sarif_bases, bases_members)};

static const struct member invocation_members[] = {
    FLAG("executionSuccessful", sarif_invocation, is_whole),
    NUMBER("exitCode", sarif_invocation, exit_code),
    TEXT("exitCodeDescription", sarif_invocation, meaning)};
static const struct form invocation_form = {FORM(sarif_invocation, invocation_members)};

static const struct member log_run_members[] = {
    STRUCT("tool", sarif_run, tool, &tool_form),
    STRUCT("originalUriBaseIds", sarif_run, bases, &bases_form),
    THINGS("invocations", MEMBER_ROOM, sarif_run, invocations, n_invocations, &invocation_form, 0,
           1),
    LIST("results", sarif_run, findings, n_findings, &finding_form)};
static const struct form log_run_form = {FORM(sarif_run, log_run_members)};

static const struct member log_members[] = {
    TEXT("$schema", sarif_log, schema), TEXT("version", sarif_log, version),
    THINGS("runs", MEMBER_ROOM, sarif_log, runs, n_runs, &log_run_form, 0, 1)};
const struct form sarif_log_form = {FORM(sarif_log, log_members)};
