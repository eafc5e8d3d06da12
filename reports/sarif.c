/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SARIF 2.1.0 (OASIS): one result a root cause, for services that show findings beside a change. A
 * result stands at the adapter's file where the target's address names one, and the case's suite is
 * a related place; else at the suite, or at the requirements. What is listed as known is
 * suppressed, with its reason. A precondition that does not hold is a result, too, and a line of
 * the list of known failures that is wrong. A service takes what is not there any more for mended,
 * so a run that says nothing about the target is none that succeeded.
 */
#include "reports/escape.h"
#include "reports/render.h"
#include "reports/sarif_document.h"
#include "reports/words.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#define SARIF_MAX (16u * 1024u * 1024u) /* bytes of arena */
#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"
#define REQUIREMENTS "suites/requirements.xml"
#define PATH_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/+-"

/* ---- where a finding stands */

/* Can |word|, of |len| bytes, be a file of the user's tree? */
static bool is_path(const char *word, size_t len)
{
    return len && word[0] != '/' && word[0] != '-' && strspn(word, PATH_CHARACTERS) >= len &&
           !(len >= 2 && memcmp(word, "..", 2) == 0);
}

/* Does its last part have an ending, ".py"? */
static bool has_ending(const char *word, size_t len)
{
    for (size_t i = len; i-- > 0 && word[i] != '/';)
        if (word[i] == '.' && i > 0 && word[i - 1] != '/' && i + 1 < len)
            return isalpha((unsigned char)word[i + 1]) != 0;
    return false;
}

/* The program that |address| starts: of its words the first with an ending, else the first when it
 * is a path. "" when there is none in the user's tree. */
static const char *adapter_of(struct arena *arena, const char *address)
{
    const char *found = NULL;
    size_t found_len = 0;
    if (strncmp(address, "exec:", 5) != 0)
        return "";
    for (const char *word = address + 5; *word;) {
        size_t len = strcspn(word, " ");
        bool is_first = word == address + 5;
        if (is_path(word, len) && has_ending(word, len)) {
            found = word;
            found_len = len;
            break;
        }
        if (is_first && is_path(word, len) && memchr(word, '/', len)) {
            found = word;
            found_len = len;
        }
        word += len + strspn(word + len, " ");
    }
    size_t dot = found_len > 2 && memcmp(found, "./", 2) == 0 ? 2 : 0;
    return found ? arena_printf(arena, "%.*s", (int)(found_len - dot), found + dot) : "";
}

/* The suite of |c|, as the run read it; "" for none, as of a generated case. */
static const char *suite_of(struct arena *arena, const struct view *v, const struct record_case *c)
{
    const char *path = c->suite ? arena_printf(arena, "suites/%s.xml", c->suite) : "";
    for (size_t i = 0; path && i < v->run->n_digests; i++)
        if (strcmp(v->run->digests[i].name, path) == 0)
            return path;
    return path ? "" : NULL;
}

static struct sarif_location location_of(const char *uri, const char *base,
                                         const struct sarif_region *region)
{
    return (struct sarif_location){.physical = {.artifact = {.uri = uri, .base = base},
                                                .region = region && region->line ? region : NULL}};
}

static enum status place(struct arena *arena, const struct view *v, const struct record_case *c,
                         struct sarif_result *out)
{
    const struct step_result *step = record_case_culprit(c);
    const char *adapter = adapter_of(arena, v->run->target.address);
    const char *suite = suite_of(arena, v, c);
    struct sarif_region *region = arena_alloc(arena, sizeof(*region));
    if (!adapter || !suite || !region)
        return E_NOMEM;
    region->line = step ? step->line : 0;
    if (*adapter)
        out->locations[out->n_locations++] = location_of(adapter, "", NULL);
    else
        out->locations[out->n_locations++] =
            location_of(*suite ? suite : REQUIREMENTS, SARIF_DATA_BASE, *suite ? region : NULL);
    if (*adapter && *suite)
        out->related[out->n_related++] = location_of(suite, SARIF_DATA_BASE, region);
    return OK;
}

/* ---- what it says */

static const char *level_of(const struct view *v, const struct record_cause *cause)
{
    switch (view_cause_state(v, cause)) {
    case STATE_FAILED:
        return "error";
    case STATE_ERROR:
    case STATE_INCONCLUSIVE:
        return "warning";
    default:
        return "note";
    }
}

/* A text from anywhere, of limited length and without what cannot be seen, in |arena|. */
static const char *tame(struct arena *arena, struct buffer *scratch, const char *text)
{
    buffer_clear(scratch);
    escape_append(scratch, ESCAPE_NONE, text, ESCAPE_TEXT_MAX);
    return arena_text(arena, buffer_text(scratch));
}

static void describe(struct buffer *raw, const struct record_cause *cause,
                     const struct record_case *c)
{
    const struct step_result *step = record_case_culprit(c);
    buffer_clear(raw);
    buffer_printf(raw, "%s %s: %s ", cause->requirement, words_level(cause->level), cause->text);
    words_reach(raw, cause);
    buffer_printf(raw, ", %s; smallest: %s", state_verdict(cause->state), cause->smallest);
    if (step) {
        buffer_printf(raw, ", step %zu: expected %s, seen ", step->n, expect_name(step->expect));
        words_seen(raw, step);
    } else if (c->result.why[0]) {
        buffer_printf(raw, ", %s", c->result.why);
    }
    buffer_printf(raw, ". assay explain %s", cause->requirement);
}

/* What every finding says; texts from anywhere. */
struct said {
    const char *rule, *level, *text, *fingerprint;
    struct sarif_bag bag;
};

static enum status say(struct arena *arena, const struct said *said, struct sarif_result *out)
{
    struct buffer shown;
    buffer_init(&shown, REPORT_MAX);
    out->rule = tame(arena, &shown, said->rule);
    out->level = said->level;
    out->message.text = tame(arena, &shown, said->text);
    out->fingerprint.cause = tame(arena, &shown, said->fingerprint);
    out->bag = said->bag;
    out->bag.example = tame(arena, &shown, said->bag.example);
    buffer_fini(&shown);
    return out->rule && out->message.text && out->fingerprint.cause && out->bag.example ? OK
                                                                                        : E_NOMEM;
}

static enum status suppress(struct arena *arena, const struct record_case *c,
                            struct sarif_result *out)
{
    struct buffer shown;
    buffer_init(&shown, REPORT_MAX);
    const char *why = tame(arena, &shown, c->excuse ? c->excuse->reason : "known");
    buffer_fini(&shown);
    out->suppressions[out->n_suppressions++] = (struct sarif_suppression){"external", why};
    return why ? OK : E_NOMEM;
}

static enum status fill(struct arena *arena, const struct view *v, const struct record_cause *cause,
                        bool is_known, struct sarif_result *out)
{
    const struct record_case *c = view_case(v, cause->smallest);
    struct buffer raw;
    buffer_init(&raw, REPORT_MAX);
    describe(&raw, cause, c);
    const struct said said = {.rule = cause->requirement,
                              .level = level_of(v, cause),
                              .text = buffer_text(&raw),
                              .fingerprint = cause->signature,
                              .bag = {.level = cause->level,
                                      .executions = cause->count,
                                      .cases = cause->n_names,
                                      .blocked = cause->n_blocked,
                                      .example = cause->smallest}};
    enum status st = buffer_status(&raw);
    if (!st)
        st = say(arena, &said, out);
    if (!st && is_known)
        st = suppress(arena, c, out);
    buffer_fini(&raw);
    return st ? st : place(arena, v, c, out);
}

/* The rule of |finding|, made of |wanted| when it is the first of its kind. */
static enum status take_rule(struct arena *arena, const struct record_requirement *wanted,
                             struct sarif_driver *driver, struct sarif_result *finding)
{
    const char *url = wanted->url;
    struct buffer shown;
    size_t at = 0;
    while (at < driver->n_rules && strcmp(driver->rules[at].id, finding->rule) != 0)
        at++;
    finding->rule_at = at;
    if (at < driver->n_rules)
        return OK;
    buffer_init(&shown, REPORT_MAX);
    struct sarif_rule *rule = &driver->rules[driver->n_rules++];
    *rule = (struct sarif_rule){
        .id = finding->rule,
        .text = {tame(arena, &shown, wanted->text)},
        .impact = {tame(arena, &shown, wanted->impact)},
        .url = url && strncmp(url, "https://", 8) == 0 ? tame(arena, &shown, url) : ""};
    buffer_fini(&shown);
    return rule->text.text && rule->impact.text && rule->url ? OK : E_NOMEM;
}

/* ---- what is wrong without a case */

static const struct record_requirement before_any_case = {
    .id = "assay-precondition",
    .text = "What has to hold before any case is run holds.",
    .impact = "Nothing was run, so nothing is known about the target."};
static const struct record_requirement list_is_true = {
    .id = "assay-known-failures",
    .text = "What the list of known failures says of a case is so.",
    .impact = "A failure is excused that should not be, or one is listed that is none."};

static enum status add_precondition(struct arena *arena, const struct view *v,
                                    const struct record_precondition *p, struct sarif_run *run)
{
    const struct record_requirement *r =
        p->requirement[0] ? view_requirement(v, p->requirement) : &before_any_case;
    struct sarif_result *finding = &run->findings[run->n_findings++];
    struct buffer raw, fingerprint;
    buffer_init(&raw, REPORT_MAX);
    buffer_init(&fingerprint, REPORT_MAX);
    if (p->requirement[0])
        buffer_printf(&raw, "%s: %s ", p->requirement, r->impact);
    buffer_printf(&raw, "Before any case, %s: %s. Nothing was run. assay doctor", p->check,
                  p->seen);
    buffer_printf(&fingerprint, "precondition|%s", p->check);
    const struct said said = {.rule = p->requirement[0] ? p->requirement : r->id,
                              .level = p->requirement[0] ? "error" : "warning",
                              .text = buffer_text(&raw),
                              .fingerprint = buffer_text(&fingerprint),
                              .bag = {.level = LEVEL_MUST, .example = ""}};
    enum status st = buffer_status(&raw);
    if (!st)
        st = buffer_status(&fingerprint);
    if (!st)
        st = say(arena, &said, finding);
    buffer_fini(&raw);
    buffer_fini(&fingerprint);
    if (!st)
        st = take_rule(arena, r, &run->tool.driver, finding);
    return st ? st : place(arena, v, view_case(v, ""), finding);
}

/* Where the list stands, when it is in the user's tree. */
static enum status place_problem(struct arena *arena, const struct view *v,
                                 const struct record_problem *problem, struct sarif_result *out)
{
    const char *file = v->run->selection.known_failures;
    struct sarif_region *region = arena_alloc(arena, sizeof(*region));
    if (!region)
        return E_NOMEM;
    region->line = problem->line <= INT_MAX ? (unsigned)problem->line : 0;
    if (strncmp(file, "./", 2) == 0)
        file += 2;
    out->locations[out->n_locations++] = is_path(file, strlen(file))
                                             ? location_of(file, "", region)
                                             : location_of(REQUIREMENTS, SARIF_DATA_BASE, NULL);
    return OK;
}

static enum status add_problem(struct arena *arena, const struct view *v,
                               const struct record_problem *problem, struct sarif_run *run)
{
    struct sarif_result *finding = &run->findings[run->n_findings++];
    struct buffer raw, fingerprint;
    buffer_init(&raw, REPORT_MAX);
    buffer_init(&fingerprint, REPORT_MAX);
    buffer_printf(&raw, "The list of known failures, line %llu, %s: %s.",
                  (unsigned long long)problem->line, problem->id, problem->problem);
    buffer_printf(&fingerprint, "known-failures|%s|%s", problem->id, problem->problem);
    const struct said said = {.rule = list_is_true.id,
                              .level = "error",
                              .text = buffer_text(&raw),
                              .fingerprint = buffer_text(&fingerprint),
                              .bag = {.level = LEVEL_MUST, .example = problem->id}};
    enum status st = buffer_status(&raw);
    if (!st)
        st = buffer_status(&fingerprint);
    if (!st)
        st = say(arena, &said, finding);
    buffer_fini(&raw);
    buffer_fini(&fingerprint);
    if (!st)
        st = take_rule(arena, &list_is_true, &run->tool.driver, finding);
    return st ? st : place_problem(arena, v, problem, finding);
}

/* ---- the log */

static enum status add_all(struct arena *arena, const struct view *v,
                           const struct record_cause *causes, size_t n, bool is_known,
                           struct sarif_run *run)
{
    enum status st = OK;
    for (size_t i = 0; i < n && !st; i++) {
        struct sarif_result *finding = &run->findings[run->n_findings++];
        st = fill(arena, v, &causes[i], is_known, finding);
        if (!st)
            st = take_rule(arena, view_requirement(v, causes[i].requirement), &run->tool.driver,
                           finding);
    }
    return st;
}

static enum status add_findings(struct arena *arena, const struct view *v, struct sarif_run *run)
{
    const struct record_summary *s = v->summary;
    enum status st = OK;
    for (size_t i = 0; i < v->run->n_preconditions && !st; i++)
        st = add_precondition(arena, v, &v->run->preconditions[i], run);
    if (!st)
        st = add_all(arena, v, s->causes, s->n_causes, false, run);
    if (!st)
        st = add_all(arena, v, s->known_causes, s->n_known_causes, true, run);
    for (size_t i = 0; i < s->n_problems && !st; i++)
        st = add_problem(arena, v, &s->problems[i], run);
    return st;
}

/* Does it say something about the target? */
static bool is_whole(const struct view *v)
{
    uint64_t n = v->run->generated ? v->run->generated->run : 0;
    for (int level = 0; level < N_LEVEL; level++)
        n += counts_executed(&v->summary->levels[level]);
    return n > 0 && !v->run->interrupted[0] && v->summary->state != RUN_VACUOUS;
}

static enum status invoke(struct arena *arena, const struct view *v, struct sarif_invocation *out)
{
    struct buffer raw, shown;
    buffer_init(&raw, REPORT_MAX);
    buffer_init(&shown, REPORT_MAX);
    buffer_append_text(&raw, words_stamp(v));
    words_headline(&raw, v);
    *out = (struct sarif_invocation){.is_whole = is_whole(v),
                                     .exit_code = v->summary->exit_code,
                                     .meaning = tame(arena, &shown, buffer_text(&raw))};
    enum status st = buffer_status(&raw);
    buffer_fini(&raw);
    buffer_fini(&shown);
    return !st && !out->meaning ? E_NOMEM : st;
}

enum status sarif_write(const struct view *v, struct buffer *out)
{
    const struct record_summary *s = v->summary;
    size_t n = s->n_causes + s->n_known_causes + v->run->n_preconditions + s->n_problems + 1;
    struct arena arena;
    arena_init(&arena, SARIF_MAX);
    struct sarif_log log = {.schema = SCHEMA, .version = "2.1.0", .n_runs = 1};
    struct sarif_run *run = &log.runs[0];
    *run = (struct sarif_run){
        .tool = {.driver = {.name = "assay",
                            .version = v->run->assay,
                            .rules = arena_array(&arena, n, sizeof(struct sarif_rule))}},
        .bases = {.data = {{"The folder of assay's suites: share/assay of an installation, or its "
                            "sources."}}},
        .n_invocations = 1,
        .findings = arena_array(&arena, n, sizeof(struct sarif_result))};
    enum status st = run->tool.driver.rules && run->findings ? OK : E_NOMEM;
    if (!st)
        st = invoke(&arena, v, &run->invocations[0]);
    if (!st)
        st = add_findings(&arena, v, run);
    if (!st)
        st = form_write(&sarif_log_form, &log, FORM_PAGE, out);
    arena_fini(&arena);
    return st;
}
