/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Claims for a CI server: a testsuite beside each Signal, in it a testcase for each property and
 * one for the conclusion, which decides.
 */
#include "reports/claims_words.h"
#include "reports/escape.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define MESSAGE_MAX 300u
#define RAW_MAX (1u << 20)

/* The element inside a testcase; NULL for a pass. What leaves no conclusion open is no error, as an
 * error fails the CI server's run. */
static const char *element_of(const struct claims_finding *f)
{
    switch (f->finding) {
    case FINDING_NOT_VIOLATED:
    case FINDING_AS_WEAK_AS_SIGNAL:
        return NULL;
    case FINDING_WEAKER_THAN_SIGNAL:
    case FINDING_REFUTED:
        return "failure";
    case FINDING_WEAKER_THAN_CLAIMED:
        return f->is_required ? "failure" : "skipped";
    default:
        return f->is_required ? "error" : "skipped";
    }
}

static const char *element_of_conclusion(const struct claims_conclusion *c)
{
    if (c->verdict == CONCLUSION_EQUIVALENT)
        return NULL;
    return c->verdict == CONCLUSION_NOT_EQUIVALENT ? "failure" : "error";
}

struct totals {
    size_t tests, failures, errors, skipped;
};

static void count(struct totals *t, const char *element)
{
    t->tests++;
    t->failures += element && strcmp(element, "failure") == 0;
    t->errors += element && strcmp(element, "error") == 0;
    t->skipped += element && strcmp(element, "skipped") == 0;
}

/* Add what is beside the Signal of |side|, which there is a conclusion about. */
static void count_side(const struct record_claims *v, enum claims_side side, struct totals *t)
{
    for (size_t i = 0; i < v->n_properties; i++)
        if (v->properties[i].findings[side])
            count(t, element_of(v->properties[i].findings[side]));
    count(t, element_of_conclusion(v->conclusions[side]));
}

/* One testcase; |raw| has its message and is emptied. |body| may be empty. */
static void testcase(struct buffer *out, enum claims_side side, const char *name,
                     const char *element, struct buffer *raw, struct buffer *body)
{
    buffer_append_text(out, "  <testcase");
    escape_attribute(out, "name", name, ESCAPE_TEXT_MAX);
    buffer_printf(out, " classname=\"assay.claims.%s\"", claims_side_name(side));
    if (!element) {
        buffer_append_text(out, "/>\n");
    } else {
        buffer_printf(out, ">\n   <%s", element);
        escape_attribute(out, "message", buffer_text(raw), MESSAGE_MAX);
        buffer_append_text(out, ">");
        escape_append(out, ESCAPE_XML, buffer_text(body), ESCAPE_TEXT_MAX);
        buffer_printf(out, "</%s>\n  </testcase>\n", element);
    }
    buffer_clear(raw);
    buffer_clear(body);
}

static void property_case(const struct record_claims *v, const struct claims_property *p,
                          enum claims_side side, struct buffer *raw, struct buffer *body,
                          struct buffer *out)
{
    const struct claims_finding *f = p->findings[side];
    struct buffer name;

    buffer_init(&name, RAW_MAX);
    buffer_printf(&name, "%s %s", p->id, p->name);
    claims_words_finding(raw, v, p, f);
    if (f->detail[0])
        buffer_printf(raw, ": %s", f->detail);
    buffer_printf(body, "%s (%s)", p->sentence, p->source);
    testcase(out, side, buffer_text(&name), element_of(f), raw, body);
    buffer_fini(&name);
}

static void testsuite(const struct record_claims *v, enum claims_side side, struct buffer *raw,
                      struct buffer *body, struct buffer *out)
{
    struct totals t = {.tests = 0};

    count_side(v, side, &t);
    buffer_append_text(out, " <testsuite");
    buffer_printf(raw, "claims beside %s",
                  side == CLAIMS_ALONE ? "nothing" : claims_words_side(side));
    escape_attribute(out, "name", buffer_text(raw), MESSAGE_MAX);
    buffer_clear(raw);
    buffer_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", t.tests,
                  t.failures, t.errors, t.skipped);
    if (v->started[0])
        escape_attribute(out, "timestamp", v->started, MESSAGE_MAX);
    buffer_append_text(out, ">\n");
    for (size_t i = 0; i < v->n_properties; i++)
        if (v->properties[i].findings[side])
            property_case(v, &v->properties[i], side, raw, body, out);
    buffer_append_text(raw, v->conclusions[side]->line);
    testcase(out, side, "conclusion", element_of_conclusion(v->conclusions[side]), raw, body);
    buffer_append_text(out, " </testsuite>\n");
}

void claims_junit_render(const struct record_claims *v, const struct report_options *options,
                         struct buffer *out)
{
    struct totals t = {.tests = 0};
    struct buffer raw, body;
    (void)options;

    buffer_init(&raw, RAW_MAX);
    buffer_init(&body, RAW_MAX);
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->conclusions[side])
            count_side(v, (enum claims_side)side, &t);
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buffer_printf(out,
                  "<testsuites name=\"assay claims\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                  "time=\"0\">\n",
                  t.tests, t.failures, t.errors);
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->conclusions[side])
            testsuite(v, (enum claims_side)side, &raw, &body, out);
    buffer_append_text(out, "</testsuites>\n");
    buffer_fini(&raw);
    buffer_fini(&body);
}
