/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/escape.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define MESSAGE_MAX 300u
#define RAW_MAX (1u << 20)

/* The element inside a testcase; NULL for a pass. Only what fails the run is a failure to a CI
 * server. */
static const char *const elements[N_STATE] = {
    [STATE_PASSED] = NULL,       [STATE_NOT_APPLICABLE] = "skipped",
    [STATE_NOT_RUN] = "skipped", [STATE_UNSCORED] = "skipped",
    [STATE_KNOWN] = "skipped",   [STATE_INCONCLUSIVE] = "error",
    [STATE_BLOCKED] = "skipped", [STATE_FAILED] = "failure",
    [STATE_ERROR] = "error",
};

struct totals {
    size_t tests;
    size_t failures;
    size_t errors;
    size_t skipped;
};

/* A sweep that passed in part is judged by its worst instance, but one inapplicable instance skips
 * no sweep. */
static const char *element_of(const struct view_group *g)
{
    if (g->worst == STATE_NOT_APPLICABLE && g->count[STATE_PASSED])
        return NULL;
    return elements[g->worst];
}

static void count(struct totals *t, const char *element)
{
    t->tests++;
    if (element && strcmp(element, "failure") == 0)
        t->failures++;
    else if (element && strcmp(element, "error") == 0)
        t->errors++;
    else if (element)
        t->skipped++;
}

/* Totals of one suite, or of all when |suite| is NULL. */
static struct totals totals_of(const struct view *v, const char *suite)
{
    struct totals t = {0};
    for (size_t i = 0; i < v->n_groups; i++)
        if (!suite || strcmp(v->groups[i].suite, suite) == 0)
            count(&t, element_of(&v->groups[i]));
    return t;
}

static const struct record_case *first_in_state(const struct view *v, const struct view_group *g,
                                                enum state state)
{
    for (size_t i = 0; i < g->n_cases; i++)
        if (view_state(v, g->cases[i]) == state)
            return g->cases[i];
    return g->cases[0];
}

/* One line: what happened, in how many instances. */
static void message(struct buffer *raw, const struct view_group *g,
                    const struct record_case *result)
{
    const struct step_result *step = record_case_culprit(result);
    const struct excuse *known = result->excuse;

    if (g->n_cases > 1)
        buffer_printf(raw, "%zu of %zu executions: ", g->count[g->worst], g->n_cases);
    buffer_append_text(raw, state_name(g->worst));
    if (g->worst == STATE_KNOWN) {
        buffer_printf(raw, ": %s", known ? known->reason : "");
        if (known && known->until[0])
            buffer_printf(raw, " (until %s)", known->until);
    } else if (step && g->worst != STATE_BLOCKED) {
        buffer_printf(raw, ": step %zu %s: expected %s, seen ", step->n, step->text,
                      expect_name(step->expect));
        words_seen(raw, step);
    } else if (result->result.why[0]) {
        buffer_printf(raw, ": %s", result->result.why);
    }
}

static void body_line(struct buffer *out, struct buffer *raw)
{
    escape_append(out, ESCAPE_XML, buffer_text(raw), ESCAPE_TEXT_MAX);
    buffer_append_text(out, "\n");
    buffer_clear(raw);
}

/* What a person needs to go on: the example, the meaning, the commands. */
static void body(const struct view *v, const char *out_dir, const struct record_case *result,
                 struct buffer *raw, struct buffer *out)
{
    const char *requirement_id = result->requirement;
    const struct record_requirement *requirement = view_requirement(v, requirement_id);
    const struct step_result *step = record_case_culprit(result);

    buffer_printf(raw, "%s: %s", result->id, result->purpose);
    body_line(out, raw);
    if (step && step->detail[0]) {
        buffer_append_text(raw, step->detail);
        body_line(out, raw);
    }
    if (requirement->id[0]) {
        buffer_printf(raw, "%s: %s (", requirement_id, requirement->impact);
        words_source(raw, requirement);
        buffer_append_text(raw, ")");
        body_line(out, raw);
    }
    words_again(raw, v, result, out_dir);
    if (raw->len)
        body_line(out, raw);
    buffer_append_text(raw, "assay explain ");
    words_shell(raw, requirement_id);
    body_line(out, raw);
}

static void testcase(const struct view *v, const char *out_dir, const struct view_group *g,
                     struct buffer *raw, struct buffer *out)
{
    const char *element = element_of(g);
    const struct record_case *result = first_in_state(v, g, g->worst);

    buffer_append_text(out, "  <testcase");
    escape_attribute(out, "name", g->name, ESCAPE_TEXT_MAX);
    buffer_printf(raw, "assay.%s", g->suite);
    escape_attribute(out, "classname", buffer_text(raw), ESCAPE_TEXT_MAX);
    buffer_clear(raw);
    if (!element) {
        buffer_append_text(out, "/>\n");
        return;
    }
    buffer_printf(out, ">\n   <%s", element);
    escape_attribute(out, "type", result->requirement, ESCAPE_TEXT_MAX);
    message(raw, g, result);
    escape_attribute(out, "message", buffer_text(raw), MESSAGE_MAX);
    buffer_clear(raw);
    if (strcmp(element, "skipped") == 0) {
        buffer_append_text(out, "/>\n");
    } else {
        buffer_append_text(out, ">");
        body(v, out_dir, result, raw, out);
        buffer_printf(out, "</%s>\n", element);
    }
    buffer_append_text(out, "  </testcase>\n");
}

static void property(struct buffer *out, const char *name, const char *value)
{
    buffer_append_text(out, "   <property");
    escape_attribute(out, "name", name, ESCAPE_TEXT_MAX);
    escape_attribute(out, "value", value, ESCAPE_TEXT_MAX);
    buffer_append_text(out, "/>\n");
}

static void properties(const struct view *v, struct buffer *raw, struct buffer *out)
{
    buffer_append_text(out, "  <properties>\n");
    property(out, "assay", v->run->assay);
    property(out, "profile", v->run->profile);
    if (v->run->selection.requirements && v->run->selection.requirements[0])
        property(out, "requirements", v->run->selection.requirements);
    property(out, "seed", v->run->seed);
    words_target(raw, v);
    property(out, "target", buffer_text(raw));
    buffer_clear(raw);
    for (size_t i = 0; i < v->summary->n_not_offered; i++) {
        words_not_offered(raw, &v->summary->not_offered[i]);
        property(out, "not_offered", buffer_text(raw));
        buffer_clear(raw);
    }
    property(out, "conformance", conformance_name(v->summary->conformance));
    words_scope(raw, v);
    property(out, "scope", buffer_text(raw));
    buffer_clear(raw);
    property(out, "regression", run_state_name(v->summary->state));
    buffer_append_text(out, "  </properties>\n");
}

static void testsuite(const struct view *v, const char *out_dir, const char *id, struct buffer *raw,
                      struct buffer *out)
{
    const char *started = v->run->times.started;
    struct totals t = totals_of(v, id);

    buffer_append_text(out, " <testsuite");
    escape_attribute(out, "name", id, ESCAPE_TEXT_MAX);
    buffer_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", t.tests,
                  t.failures, t.errors, t.skipped);
    if (started[0])
        escape_attribute(out, "timestamp", started, MESSAGE_MAX);
    buffer_append_text(out, ">\n");
    properties(v, raw, out);
    for (size_t i = 0; i < v->n_groups; i++)
        if (strcmp(v->groups[i].suite, id) == 0)
            testcase(v, out_dir, &v->groups[i], raw, out);
    buffer_append_text(out, " </testsuite>\n");
}

/*
 * The run as a whole is a testcase too: a vacuous run or a known-failures file with errors has no
 * failing case, and a CI server must not show it as green.
 */
static void run_suite(const struct view *v, struct buffer *raw, struct buffer *out)
{
    int is_bad = !words_is_good(v);

    buffer_printf(out,
                  " <testsuite name=\"run\" tests=\"1\" failures=\"%d\" errors=\"0\" "
                  "skipped=\"0\">\n  <testcase name=\"outcome\" classname=\"assay.run\"",
                  is_bad);
    if (is_bad) {
        buffer_append_text(raw, words_stamp(v));
        words_headline(raw, v);
        buffer_append_text(raw, " Regression: ");
        words_regression(raw, v);
        buffer_append_text(out, ">\n   <failure");
        escape_attribute(out, "type", run_state_name(v->summary->state), MESSAGE_MAX);
        escape_attribute(out, "message", buffer_text(raw), MESSAGE_MAX);
        buffer_clear(raw);
        buffer_append_text(out, "/>\n  </testcase>\n");
    } else {
        buffer_append_text(out, "/>\n");
    }
    buffer_append_text(out, " </testsuite>\n");
}

void junit_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct totals t = totals_of(v, NULL);
    unsigned long long ms = view_milliseconds(v->run->times.seconds);
    struct buffer raw;

    buffer_init(&raw, RAW_MAX);
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buffer_printf(out,
                  "<testsuites name=\"assay\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                  "time=\"%llu.%03llu\">\n",
                  t.tests + 1, t.failures + !words_is_good(v), t.errors, ms / 1000, ms % 1000);
    for (size_t i = 0; i < v->summary->n_suites; i++)
        testsuite(v, options->out_dir, v->summary->suites[i].id, &raw, out);
    run_suite(v, &raw, out);
    buffer_append_text(out, "</testsuites>\n");
    buffer_fini(&raw);
}
