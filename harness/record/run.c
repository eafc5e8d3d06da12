/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/run.h"

#include <string.h>

#define CLAIMS_MAX 256u /* of one kind that a target makes */

/* ---- words */

static const char *expect_word(int value) { return expect_name((enum expect)value); }
static const char *seen_word(int value) { return seen_name((enum seen)value); }
static const char *verdict_word(int value) { return verdict_name((enum verdict)value); }
static const char *level_word(int value) { return level_name((enum level)value); }
static const char *state_word(int value) { return state_verdict((enum state)value); }
static const char *run_state_word(int value) { return run_state_name((enum run_state)value); }
static const char *without_word(int value) { return without_name((enum without)value); }
static const char *conformance_word(int value) { return conformance_name((enum conformance)value); }

#define LEVEL(k, s, f) ENUM(k, s, f, level_word, N_LEVEL)
#define STATE(k, s, f) ENUM(k, s, f, state_word, N_STATE)
#define TEXT_LIST(k, s, f) TEXTS(k, s, f.items, f.n)

/* ---- a case */

static const struct member mutated_members[] = {NUMBER(NULL, shown_bytes, mutated_at),
                                                NUMBER(NULL, shown_bytes, mutated_len)};
static const struct form mutated_form = {FORM(shown_bytes, mutated_members), .shape = FORM_ARRAY};

static const struct member bytes_members[] = {
    TEXT("label", shown_bytes, label),
    TEXT("kind", shown_bytes, kind),
    BYTES("hex", shown_bytes, bytes),
    FLAG("cut", shown_bytes, is_cut),
    NUMBER_LIKE("length", shown_bytes, length, MEMBER_LEFT_OUT, 0),
    {.key = "bent",
     .kind = MEMBER_STRUCT,
     .traits = MEMBER_LEFT_OUT,
     .count_at = offsetof(struct shown_bytes, mutated_len),
     .of = &mutated_form},
};
static const struct form bytes_form = {FORM(shown_bytes, bytes_members)};

static const struct member step_members[] = {
    NUMBER("n", step_result, n),
    NUMBER("line", step_result, line),
    TEXT("verb", step_result, verb),
    TEXT("text", step_result, text),
    ENUM("expect", step_result, expect, expect_word, N_EXPECT),
    ENUM("seen", step_result, seen, seen_word, N_SEEN),
    TEXT("reason", step_result, reason_name),
    TEXT("detail", step_result, detail),
    ENUM("verdict", step_result, verdict, verdict_word, N_VERDICT),
    THINGS("bytes", MEMBER_ROOM, step_result, bytes, n_bytes, &bytes_form, 0, RESULT_BYTES_MAX),
};
static const struct form step_form = {FORM(step_result, step_members)};

static const struct member measured_members[] = {
    TEXT("name", measured, name), TEXT("value", measured, value), TEXT("varied", measured, varied)};
static const struct form measured_form = {FORM(measured, measured_members)};

static const struct member excuse_members[] = {TEXT("reason", excuse, reason),
                                               TEXT_LIKE("until", excuse, until, MEMBER_NULLABLE)};
static const struct form excuse_form = {FORM(excuse, excuse_members)};

static void check_case(struct reader *r, const struct place *where, void *item)
{
    struct record_case *c = item;
    (void)r;
    (void)where;
    if (c->state == STATE_NONE)
        c->state = STATE_ERROR;
}

#define CASE_MEMBERS                                                                               \
    TEXT("id", record_case, id), TEXT("suite", record_case, suite),                                \
        TEXT("case", record_case, name), NUMBER("instance", record_case, instance),                \
        TEXT("surface", record_case, surface), TEXT("requirement", record_case, requirement),      \
        LEVEL("level", record_case, level), TEXT("purpose", record_case, purpose),                 \
        STATE("verdict", record_case, state), TEXT("why", record_case, result.why),                \
        TEXT_LIKE("violates", record_case, result.violates, MEMBER_NULLABLE),                      \
        TEXT_LIKE("alone", record_case, result.alone, MEMBER_LEFT_OUT),                            \
        TEXT_LIKE("stands_on", record_case, stands_on, MEMBER_LEFT_OUT),                           \
        FLAG("setup", record_case, result.is_setup),                                               \
        TEXT_LIKE("blocked_by", record_case, blocked_by, MEMBER_NULLABLE),                         \
        POINTER("known", record_case, excuse, &excuse_form, 0),                                    \
        NUMBER("accepted", record_case, result.accepted),                                          \
        NUMBER("refused", record_case, result.refused),                                            \
        LIST("steps", record_case, result.steps, result.n_steps, &step_form),                      \
        NUMBER_LIKE("shared", record_case, shared, MEMBER_LEFT_OUT, 0),                            \
        TEXT("tape", record_case, tape),                                                           \
        TEXT_LIKE("cause", record_case, result.cause, MEMBER_NULLABLE),                            \
        TEXT_LIKE("repro", record_case, repro, MEMBER_NULLABLE),                                   \
        LIST("measures", record_case, result.measures, result.n_measures, &measured_form)

static const struct member case_members[] = {CASE_MEMBERS};
const struct form record_case_form = {FORM(record_case, case_members), .check = check_case};

static const struct member line_members[] = {
    CASE_MEMBERS,
    NUMBER("at", record_line, at),
    NUMBER_LIKE("took_us", record_line, took_us, MEMBER_LEFT_OUT, 0),
    FLAG_LIKE("hang", record_line, is_hang, MEMBER_LEFT_OUT),
    FLAG_LIKE("has_hung", record_line, has_hung, MEMBER_LEFT_OUT),
};
_Static_assert(offsetof(struct record_line, result) == 0, "CASE_MEMBERS are those of a line, too");
const struct form record_line_form = {FORM(record_line, line_members), .check = check_case};

enum state record_case_state(const struct record_case *c)
{
    bool is_excused = (c->state == STATE_FAILED || c->state == STATE_BLOCKED) && c->excuse &&
                      !c->excuse->is_expired;
    return is_excused ? STATE_KNOWN : c->state;
}

const struct step_result *record_case_culprit(const struct record_case *c)
{
    for (size_t i = 0; c->state != STATE_PASSED && i < c->result.n_steps; i++) {
        const struct step_result *step = &c->result.steps[i];
        if (c->state == STATE_BLOCKED && step->verdict == VERDICT_FAIL)
            return step;
        if (step->verdict != VERDICT_NONE && state_of_verdict(step->verdict) == c->state)
            return step;
    }
    return NULL;
}

/* ---- who and what */

static const struct member pair_members[] = {TEXT(NULL, record_pair, value)};
static const struct form pair_form = {FORM(record_pair, pair_members), .shape = FORM_BARE};

#define CLAIMED_TEXT(k, f) TEXT_LIKE(k, record_target, f, MEMBER_OPTIONAL)
#define CLAIMED_LIST(k, f)                                                                         \
    THINGS(k, MEMBER_LIST, record_target, f.items, f.n, &form_text, MEMBER_OPTIONAL, CLAIMS_MAX)

static const struct member target_members[] = {
    CLAIMED_TEXT("address", address),
    TEXT("name", record_target, name),
    CLAIMED_TEXT("version", version),
    CLAIMED_TEXT("adapter_version", adapter_version),
    CLAIMED_TEXT("protocol", protocol),
    NUMBER_LIKE("protocol_version", record_target, protocol_version, MEMBER_OPTIONAL, 0),
    CLAIMED_LIST("surfaces", surfaces),
    CLAIMED_LIST("layers", layers),
    CLAIMED_LIST("capabilities", capabilities),
};
const struct form record_target_form = {FORM(record_target, target_members)};

static const struct member selection_members[] = {
    TEXT_LIST("suites", record_selection, suites),
    TEXT_LIST("cases", record_selection, cases),
    THINGS("excluded", MEMBER_LIST, record_selection, excluded.items, excluded.n, &form_text,
           MEMBER_LEFT_OUT, 0),
    NUMBER_LIKE("left_out", record_selection, left_out, MEMBER_LEFT_OUT, 0),
    NUMBER_LIKE("shard", record_selection, shard, MEMBER_LEFT_OUT, 0),
    NUMBER_LIKE("shards", record_selection, shards, MEMBER_LEFT_OUT, 0),
    TEXT("level", record_selection, level),
    TEXT_LIKE("requirements", record_selection, requirements, MEMBER_LEFT_OUT),
    FLAG("strict", record_selection, is_strict),
    TEXT_LIKE("surface", record_selection, surface, MEMBER_NULLABLE),
    TEXT_LIKE("known_failures", record_selection, known_failures, MEMBER_NULLABLE),
    TEXT_LIST("not_found", record_selection, not_found),
};
static const struct form selection_form = {FORM(record_selection, selection_members)};

static const struct member took_members[] = {REAL(NULL, record_took, seconds)};
static const struct form took_form = {FORM(record_took, took_members), .shape = FORM_BARE};

static const struct member times_members[] = {
    TEXT("started", record_times, started),
    REAL("seconds", record_times, seconds),
    NUMBER("workers", record_times, workers),
    REAL("target_cpu_s", record_times, target_cpu_s),
    REAL("harness_cpu_s", record_times, harness_cpu_s),
    NUMBER_LIKE("peak_memory_kb", record_times, peak_memory_kb, MEMBER_LEFT_OUT, 0),
    NUMBER_LIKE("late", record_times, late, MEMBER_LEFT_OUT, 0),
    THINGS("cases", MEMBER_MAP, record_times, cases, n_cases, &took_form, MEMBER_LEFT_OUT, 0),
};
static const struct form times_form = {FORM(record_times, times_members)};

/* ---- generated conversations */

static const struct member row_members[] = {TEXT("name", record_row, name),
                                            NUMBER("count", record_row, count)};
static const struct form row_form = {FORM(record_row, row_members)};

static const struct member table_members[] = {LIST(NULL, record_table, rows, n_rows, &row_form)};
static const struct form table_form = {FORM(record_table, table_members), .shape = FORM_BARE};

static const struct member failure_members[] = {
    TEXT("cause", record_failure, cause),
    NUMBER("schedules", record_failure, schedules),
    TEXT("case", record_failure, id),
};
static const struct form failure_form = {FORM(record_failure, failure_members)};

static const struct member generated_members[] = {
    NUMBER("asked", record_generated, asked),
    NUMBER("run", record_generated, run),
    NUMBER("failed", record_generated, failed),
    NUMBER("steps", record_generated, steps),
    NUMBER("opened", record_generated, opened),
    NUMBER("refused", record_generated, refused),
    LIST("failures", record_generated, failures, n_failures, &failure_form),
    MAP("distribution", record_generated, tables, n_tables, &table_form),
};
static const struct form generated_form = {FORM(record_generated, generated_members)};

/* ---- the summary */

#define COUNTS(s, f)                                                                               \
    NUMBER("passed", s, f of[STATE_PASSED]), NUMBER("known", s, f of[STATE_KNOWN]),                \
        NUMBER("failed", s, f of[STATE_FAILED]), NUMBER("blocked", s, f of[STATE_BLOCKED]),        \
        NUMBER("inconclusive", s, f of[STATE_INCONCLUSIVE]),                                       \
        NUMBER("error", s, f of[STATE_ERROR]),                                                     \
        NUMBER("not_applicable", s, f of[STATE_NOT_APPLICABLE]),                                   \
        NUMBER("not_run", s, f of[STATE_NOT_RUN])

static const struct member level_members[] = {NUMBER("applicable", counts, applicable),
                                              COUNTS(counts, )};
static const struct form level_form = {FORM(counts, level_members)};

static const struct member levels_members[] = {
    STRUCT("must", record_summary, levels[LEVEL_MUST], &level_form),
    STRUCT("should", record_summary, levels[LEVEL_SHOULD], &level_form),
    STRUCT("hardening", record_summary, levels[LEVEL_HARDENING], &level_form),
    STRUCT("measure", record_summary, levels[LEVEL_MEASURE], &level_form),
    {.key = "added",
     .kind = MEMBER_STRUCT,
     .traits = MEMBER_LEFT_OUT,
     MEMBER_AT(record_summary, levels[LEVEL_ADDED]),
     .count_at = offsetof(struct record_summary, levels[LEVEL_ADDED].applicable),
     .of = &level_form},
};
static const struct form levels_form = {FORM(record_summary, levels_members)};

static const struct member suite_members[] = {
    TEXT("id", record_suite, id),
    TEXT("title", record_suite, title),
    TEXT("layer", record_suite, layer),
    COUNTS(record_suite, counts.),
};
static const struct form suite_form = {FORM(record_suite, suite_members)};

static const struct member requirement_members[] = {
    TEXT("id", record_requirement, id),
    TEXT("source", record_requirement, source),
    TEXT("section", record_requirement, section),
    TEXT("class", record_requirement, kind),
    TEXT("url", record_requirement, url),
    TEXT("quote", record_requirement, quote),
    LEVEL("level", record_requirement, level),
    TEXT("text", record_requirement, text),
    TEXT("impact", record_requirement, impact),
    TEXT("testable", record_requirement, testable),
    TEXT("reason", record_requirement, reason),
    TEXT_LIST("cases", record_requirement, cases),
    NUMBER("instances", record_requirement, instances),
    NUMBER("accepted", record_requirement, accepted),
    NUMBER("refused", record_requirement, refused),
    TEXT("status", record_requirement, status),
};
static const struct form requirement_form = {FORM(record_requirement, requirement_members)};

static const struct member coverage_members[] = {
    NUMBER("requirements", record_coverage, requirements),
    NUMBER("covered", record_coverage, covered),
    NUMBER("not_run", record_coverage, not_run),
    NUMBER("not_built", record_coverage, not_built),
    NUMBER("not_observable", record_coverage, not_observable),
};
static const struct form coverage_form = {FORM(record_coverage, coverage_members)};

static const struct member cause_members[] = {
    TEXT("cause", record_cause, signature),
    STATE("verdict", record_cause, state),
    TEXT("requirement", record_cause, requirement),
    TEXT_LIST("also", record_cause, also),
    LEVEL("level", record_cause, level),
    NUMBER("count", record_cause, count),
    NUMBER("cases", record_cause, n_names),
    NUMBER("blocked", record_cause, n_blocked),
    TEXT("smallest", record_cause, smallest),
    TEXT_LIKE("shown", record_cause, shown, MEMBER_LEFT_OUT),
    TEXT("text", record_cause, text),
};
static const struct form cause_form = {FORM(record_cause, cause_members)};

static const struct member problem_members[] = {
    NUMBER("line", record_problem, line),
    TEXT("case", record_problem, id),
    TEXT("problem", record_problem, problem),
};
static const struct form problem_form = {FORM(record_problem, problem_members)};

static const struct member missing_members[] = {
    TEXT("capability", record_missing, capability),
    TEXT("reason", record_missing, reason),
    NUMBER("must", record_missing, must),
    NUMBER("cases", record_missing, cases),
};
static const struct form missing_form = {FORM(record_missing, missing_members)};

static const struct member measure_members[] = {
    TEXT("name", record_measure, name),
    TEXT("value", record_measure, value),
    TEXT("varied", record_measure, varied),
    TEXT("case", record_measure, id),
};
static const struct form measure_form = {FORM(record_measure, measure_members)};

static const struct member reason_members[] = {TEXT("reason", record_reason, text),
                                               NUMBER("requirements", record_reason, count)};
static const struct form reason_form = {FORM(record_reason, reason_members)};

static const struct member scope_members[] = {
    FLAG("partial", record_scope, is_partial),
    TEXT_LIST("layers", record_scope, layers),
    TEXT_LIST("layers_without", record_scope, not_layers),
    NUMBER("requirements", record_scope, requirements),
    NUMBER("not_applicable", record_scope, not_applicable),
    LIST("because", record_scope, because, n_because, &reason_form),
};
static const struct form scope_form = {FORM(record_scope, scope_members)};

static const struct member regression_members[] = {
    ENUM("outcome", record_summary, state, run_state_word, N_RUN_STATE),
    NUMBER("exit", record_summary, exit_code),
    TEXT_LIST("reasons", record_summary, reasons),
};
static const struct form regression_form = {FORM(record_summary, regression_members)};

static const struct member summary_members[] = {
    ENUM("conformance", record_summary, conformance, conformance_word, N_CONFORMANCE),
    STRUCT("scope", record_summary, scope, &scope_form),
    {.key = "regression", .kind = MEMBER_STRUCT, .of = &regression_form},
    {.key = "levels", .kind = MEMBER_STRUCT, .of = &levels_form},
    LIST("suites", record_summary, suites, n_suites, &suite_form),
    LIST("requirements", record_summary, requirements, n_requirements, &requirement_form),
    STRUCT("coverage", record_summary, coverage, &coverage_form),
    LIST("not_offered", record_summary, not_offered, n_not_offered, &missing_form),
    LIST("causes", record_summary, causes, n_causes, &cause_form),
    THINGS("known_causes", MEMBER_LIST, record_summary, known_causes, n_known_causes, &cause_form,
           0, MEMBER_LEFT_OUT),
    LIST("known_problems", record_summary, problems, n_problems, &problem_form),
    LIST("measures", record_summary, measures, n_measures, &measure_form),
};
static const struct form summary_form = {FORM(record_summary, summary_members)};

/* ---- the whole */

#define BEFORE_THE_RUN                                                                             \
    TEXT("format", record_run, format), TEXT("assay", record_run, assay),                          \
        MAP("libraries", record_run, libraries, n_libraries, &pair_form),                          \
        TEXT("profile", record_run, profile), TEXT("seed", record_run, seed),                      \
        TEXT_LIST("command", record_run, command),                                                 \
        STRUCT("target", record_run, target, &record_target_form),                                 \
        MAP("digests", record_run, digests, n_digests, &pair_form),                                \
        STRUCT("selection", record_run, selection, &selection_form),                               \
        TEXT_LIKE("interrupted", record_run, interrupted, MEMBER_NULLABLE)

static const struct member precondition_members[] = {
    TEXT("check", record_precondition, check),
    TEXT("seen", record_precondition, seen),
    TEXT("requirement", record_precondition, requirement),
};
static const struct form precondition_form = {FORM(record_precondition, precondition_members)};

static const struct member trial_members[] = {
    TEXT("case", record_trial, id),
    TEXT("cause", record_trial, cause),
    ENUM("without", record_trial, without, without_word, N_WITHOUT),
    STATE("verdict", record_trial, state),
};
const struct form record_trial_form = {FORM(record_trial, trial_members)};
#define TRIALS                                                                                     \
    THINGS("trials", MEMBER_LIST, record_run, trials, n_trials, &record_trial_form,                \
           MEMBER_LEFT_OUT, 0)

static const struct member header_members[] = {BEFORE_THE_RUN};
const struct form record_header_form = {FORM(record_run, header_members)};

static const struct member journal_members[] = {
    TEXT("format", record_run, format),
    TEXT("commit", record_run, commit),
    NUMBER("planned", record_run, planned),
    {.key = "header", .kind = MEMBER_STRUCT, .of = &record_header_form}};
const struct form record_journal_form = {FORM(record_run, journal_members)};

static const struct member after_members[] = {
    TEXT("interrupted", record_run, interrupted),
    FLAG("unreachable", record_run, is_unreachable),
    LIST("preconditions", record_run, preconditions, n_preconditions, &precondition_form),
    POINTER("generated", record_run, generated, &generated_form, MEMBER_LEFT_OUT),
    TRIALS,
    STRUCT("times", record_run, times, &times_form),
};
static const struct form after_form = {FORM(record_run, after_members)};

static const struct member ending_members[] = {
    {.key = "ending", .kind = MEMBER_STRUCT, .traits = MEMBER_NEEDED, .of = &after_form}};
const struct form record_ending_form = {FORM(record_run, ending_members)};

static const struct member run_members[] = {
    BEFORE_THE_RUN,
    LIST("preconditions", record_run, preconditions, n_preconditions, &precondition_form),
    POINTER("generated", record_run, generated, &generated_form, MEMBER_LEFT_OUT),
    THINGS("cases", MEMBER_LIST, record_run, cases, n_cases, &record_case_form, MEMBER_NEEDED, 0),
    TRIALS,
    STRUCT("times", record_run, times, &times_form),
    POINTER("summary", record_run, summary, &summary_form, MEMBER_NEEDED),
};
const struct form record_run_form = {FORM(record_run, run_members)};

const char *without_name(enum without what)
{
    static const char *const names[N_WITHOUT] = {[WITHOUT_NOTHING] = "nothing",
                                                 [WITHOUT_REFUSALS] = "refusals",
                                                 [WITHOUT_FORGERIES] = "forgeries",
                                                 [WITHOUT_OTHERS] = "others",
                                                 [WITHOUT_RESTART] = "restart"};
    return (unsigned)what < N_WITHOUT ? names[what] : "?";
}

const char *record_dated_set(const struct record_run *run)
{
    const char *name = run->selection.requirements;
    return name && name[0] && strcmp(name, RECORD_NEWEST) != 0 ? name : NULL;
}

static bool ended_with(const struct record_run *run, const char *how)
{
    return run->interrupted && strncmp(run->interrupted, how, strlen(how)) == 0;
}

bool record_is_target_down(const struct record_run *run)
{
    return ended_with(run, RECORD_TARGET_DOWN);
}

bool record_is_budget_spent(const struct record_run *run)
{
    return ended_with(run, RECORD_BUDGET_SPENT);
}

bool record_is_run_format(const char *format)
{
    return strcmp(format, RECORD_RUN_FORMAT) == 0 || strcmp(format, "assay-results-2") == 0;
}

bool record_is_scored(enum level level, bool is_strict)
{
    return level == LEVEL_MUST || (is_strict && level != LEVEL_MEASURE && level != LEVEL_ADDED);
}
