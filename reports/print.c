/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run on a few printed pages, for somebody who has never seen a protocol: what the regulation
 * asks and whether it was seen to hold, what fails and what that means, by which texts it was
 * asked, and what none of this proves.
 */
#include "reports/html_tables.h"
#include "reports/page.h"
#include "reports/render.h"
#include "reports/words.h"

#include <string.h>

#define RAW_MAX (1u << 20)
#define FAILURES_MAX 20u
#define SOURCES_MAX 64u

/* What Article 7 of Regulation (EU) 2022/1925 asks, and the requirements that are about it: the
 * letters of their ids, or whole ids. Each requirement is in one row (tests/lint.sh). */
static const struct obligation {
    const char *title, *article, *sentence, *ids;
} obligations[] = {
    {"End-to-end encryption", "Article 7(3)",
     "Nobody but sender and receiver can read a message or make one up, also after a key was "
     "stolen.",
     " X P D Q E V G GR SG PX-03 "},
    {"Level of security", "Article 7(3)",
     "What crosses the network is protected as the gatekeeper's own is, says nothing it need not, "
     "and a hostile sender does no harm.",
     " FR HS XM ST CT BX LK GK-06 GK-07 GK-08 GK-14 GK-17 PX-07 PX-08 "},
    {"Media", "Article 7(2)",
     "Images, voice messages, videos and files are encrypted as texts are.", " MD GK-18 "},
    {"Identity", "Article 7(3), 7(9)",
     "People reach whom they mean, and learn when somebody's key is another.",
     " ID PK S GK-01 GK-02 GK-03 GK-04 GK-05 GK-10 GK-15 PX-01 PX-04 "
     " PX-05 PX-06 "},
    {"Continuity", "Article 7(1), 7(2)",
     "A conversation goes on after a restart, a lost connection or a lost message.",
     " RC RT PU GK-09 GK-11 GK-12 GK-13 GK-16 PX-02 "},
    {"People's choice, and their data", "Article 7(7), 7(8)",
     "Who did not choose it is not reached, and no more is told of them than is needed.",
     " PO GK-19 GK-20 GK-21 GK-22 "},
    {"Other requirements", "", "Requirements that are about none of these.", NULL},
};

enum fate {
    FATE_PASSED = 0,
    FATE_FAILED,
    FATE_UNDECIDED,
    FATE_NOT_APPLICABLE,
    FATE_NOT_SEEN,
    N_FATE
};

static enum fate fate_of(const struct record_requirement *r)
{
    static const struct {
        const char *status;
        enum fate fate;
    } fates[] = {{"passed", FATE_PASSED},
                 {"failed", FATE_FAILED},
                 {"known", FATE_FAILED},
                 {"inconclusive", FATE_UNDECIDED},
                 {"blocked", FATE_UNDECIDED},
                 {"vacuous", FATE_UNDECIDED},
                 {"not-applicable", FATE_NOT_APPLICABLE}};
    for (size_t i = 0; i < COUNT_OF(fates); i++)
        if (strcmp(fates[i].status, r->status) == 0)
            return fates[i].fate;
    return FATE_NOT_SEEN;
}

static bool has_word(const char *words, const char *word, size_t len)
{
    char spaced[16];
    if (len + 3 > sizeof(spaced))
        return false;
    spaced[0] = ' ';
    memcpy(spaced + 1, word, len);
    memcpy(spaced + 1 + len, " ", 2);
    return strstr(words, spaced) != NULL;
}

/* Is |r| about |o|? The last row takes what no other does. */
static bool is_about(const struct record_requirement *r, const struct obligation *o)
{
    if (o->ids)
        return has_word(o->ids, r->id, strlen(r->id)) ||
               has_word(o->ids, r->id, strcspn(r->id, "-"));
    for (const struct obligation *other = obligations; other->ids; other++)
        if (is_about(r, other))
            return false;
    return true;
}

static void write_number(struct page *p, unsigned long long n)
{
    page_markup(p, "<td>");
    page_number(p, n);
    page_markup(p, "</td>");
}

/* The cell that says whether it holds. */
static void write_holds(struct page *p, const size_t n[N_FATE])
{
    bool is_seen = n[FATE_PASSED] > 0;
    page_markup(p, "<td>");
    if (n[FATE_FAILED])
        page_element(p, "span", "bad", "does not hold");
    else if (!is_seen)
        page_element(p, "span", "doubt", "not shown");
    else if (n[FATE_UNDECIDED] || n[FATE_NOT_SEEN] || n[FATE_NOT_APPLICABLE])
        page_element(p, "span", "doubt", "holds as far as it was looked at");
    else
        page_element(p, "span", "good", "holds");
    page_markup(p, "</td>");
}

static void write_obligation(struct page *p, const struct obligation *o)
{
    const struct record_summary *s = p->view->summary;
    size_t n[N_FATE] = {0}, all = 0;
    for (size_t i = 0; i < s->n_requirements; i++)
        if (s->requirements[i].level == LEVEL_MUST && is_about(&s->requirements[i], o)) {
            n[fate_of(&s->requirements[i])]++;
            all++;
        }
    if (!all && !o->ids)
        return;
    page_markup(p, "<tr><td>");
    page_element(p, "strong", NULL, o->title);
    page_markup(p, " ");
    page_element(p, "small", NULL, o->article);
    page_markup(p, "<br/>");
    page_text(p, o->sentence);
    page_markup(p, "</td>");
    write_holds(p, n);
    write_number(p, n[FATE_PASSED]);
    write_number(p, n[FATE_FAILED]);
    write_number(p, n[FATE_UNDECIDED]);
    write_number(p, n[FATE_NOT_APPLICABLE]);
    write_number(p, n[FATE_NOT_SEEN]);
    page_markup(p, "</tr>\n");
}

static void write_obligations(struct page *p)
{
    static const struct page_heading heading = {"obligations", "What the regulation asks"};
    page_open_headed(p, &heading);
    page_markup(p, "<p>Article 7 of Regulation (EU) 2022/1925, and the requirements that a target "
                   "has to meet (MUST) about each. The regulation names no tests; which "
                   "requirement is about what is this project's reading of it.</p>\n"
                   "<table><thead><tr><th></th><th></th><th>passed</th><th>failed</th>"
                   "<th>undecided</th><th>not applicable</th><th>not seen</th></tr></thead>\n"
                   "<tbody>\n");
    for (size_t i = 0; i < COUNT_OF(obligations); i++)
        write_obligation(p, &obligations[i]);
    page_markup(p, "</tbody></table>\n</section>\n");
}

/* ---- what fails, and what could not be said */

/* What the target was seen to do, or what kept assay from seeing it. */
static bool is_failure(const struct record_cause *cause)
{
    return cause->state == STATE_FAILED || cause->state == STATE_KNOWN;
}

static void write_asked(struct page *p, const char *id, enum level level)
{
    const struct record_requirement *r = view_requirement(p->view, id);
    page_markup(p, "<p>Required (");
    page_text(p, id);
    page_markup(p, ", ");
    page_text(p, words_level(level));
    page_markup(p, "): ");
    page_text(p, r->text);
    page_markup(p, " <small>");
    words_source(&p->raw, r);
    page_flush(p);
    page_markup(p, "</small></p>\n");
}

static void write_cause(struct page *p, const struct record_cause *cause, bool is_known)
{
    const char *why = view_case(p->view, cause->smallest)->result.why;
    buffer_printf(p->out, "<article class=\"cause %s\">\n",
                  page_class(view_cause_state(p->view, cause)));
    if (is_known || is_failure(cause))
        page_element(p, "p", "impact", cause->text);
    write_asked(p, cause->requirement, cause->level);
    page_markup(p, "<p><small>");
    page_text(p, state_verdict(cause->state));
    page_markup(p, " in ");
    words_reach(&p->raw, cause);
    page_flush(p);
    if (is_known)
        page_markup(p, "; the provider has listed it as known");
    else if (!is_failure(cause) && why[0]) {
        page_markup(p, ": ");
        page_text(p, why);
    }
    page_markup(p, "</small></p>\n</article>\n");
}

static size_t write_causes(struct page *p, bool failures)
{
    const struct record_summary *s = p->view->summary;
    size_t all = 0;
    for (size_t i = 0; i < s->n_causes + s->n_known_causes; i++) {
        bool is_known = i >= s->n_causes;
        const struct record_cause *cause =
            is_known ? &s->known_causes[i - s->n_causes] : &s->causes[i];
        if (cause->level == LEVEL_MEASURE) /* nothing is required there */
            continue;
        if ((is_known || is_failure(cause)) != failures)
            continue;
        if (all++ < FAILURES_MAX)
            write_cause(p, cause, is_known);
    }
    if (all > FAILURES_MAX) {
        page_markup(p, "<p>And ");
        words_count(p->out, all - FAILURES_MAX, "cause more", "causes more");
        page_markup(p, " in the full report.</p>\n");
    }
    return all;
}

/* What has to hold before any case is run: it violates a requirement, or keeps assay from seeing
 * anything. */
static size_t write_preconditions(struct page *p, bool failures)
{
    size_t all = 0;
    for (size_t i = 0; i < p->view->run->n_preconditions; i++) {
        const struct record_precondition *condition = &p->view->run->preconditions[i];
        const struct record_requirement *r = view_requirement(p->view, condition->requirement);
        bool is_violated = condition->requirement[0] != '\0';
        if (is_violated != failures)
            continue;
        all++;
        buffer_printf(p->out, "<article class=\"cause %s\">\n",
                      page_class(is_violated ? STATE_FAILED : STATE_INCONCLUSIVE));
        if (is_violated) {
            page_element(p, "p", "impact", r->impact);
            write_asked(p, condition->requirement, r->level);
        }
        page_markup(p, "<p><small>before any case, ");
        page_text(p, condition->check);
        page_markup(p, ": ");
        page_text(p, condition->seen);
        page_markup(p, "; nothing was run</small></p>\n</article>\n");
    }
    return all;
}

static void write_outcomes(struct page *p, const struct page_heading *heading, bool failures)
{
    bool was_run = p->view->run->n_preconditions == 0;
    page_open_headed(p, heading);
    size_t n = write_preconditions(p, failures);
    n += write_causes(p, failures);
    if (!n)
        page_markup(p, was_run ? "<p>Nothing that was run.</p>\n" : "<p>Nothing was run.</p>\n");
    page_markup(p, "</section>\n");
}

static void write_failures(struct page *p)
{
    static const struct page_heading failures = {"failures", "What fails, and what that means"};
    static const struct page_heading undecided = {"undecided", "What could not be said"};
    write_outcomes(p, &failures, true);
    write_outcomes(p, &undecided, false);
}

/* ---- by which texts */

/* Is requirement |at| the first of its source? */
static bool is_first_of_source(const struct record_summary *s, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(s->requirements[i].source, s->requirements[at].source) == 0)
            return false;
    return true;
}

static void write_source(struct page *p, const struct record_requirement *first)
{
    const struct record_summary *s = p->view->summary;
    size_t n[N_FATE] = {0}, all = 0;
    for (size_t i = 0; i < s->n_requirements; i++)
        if (strcmp(s->requirements[i].source, first->source) == 0) {
            n[fate_of(&s->requirements[i])]++;
            all++;
        }
    page_markup(p, "<tr><td>");
    page_text(p, first->source);
    page_markup(p, "<br/>");
    page_element(p, "small", NULL, first->url);
    page_markup(p, "</td>");
    write_number(p, all);
    write_number(p, n[FATE_PASSED]);
    write_number(p, n[FATE_FAILED]);
    page_markup(p, "</tr>\n");
}

static void write_sources(struct page *p)
{
    static const struct page_heading heading = {"sources", "By which texts it was asked"};
    const struct record_summary *s = p->view->summary;
    size_t n = 0;
    page_open_headed(p, &heading);
    page_markup(p, "<table><thead><tr><th></th><th>requirements</th><th>passed</th><th>failed</th>"
                   "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < s->n_requirements && n < SOURCES_MAX; i++)
        if (is_first_of_source(s, i)) {
            write_source(p, &s->requirements[i]);
            n++;
        }
    page_markup(p, "</tbody></table>\n</section>\n");
}

/* ---- the page */

static void write_masthead(struct page *p)
{
    const struct view *v = p->view;
    page_markup(p, "<header>\n<p class=\"kicker\">assay: a test of an encrypted messenger that "
                   "works with others</p>\n<h1>");
    words_target(&p->raw, v);
    page_flush(p);
    page_markup(p, "</h1>\n<p class=\"verdict\"><strong>");
    page_text(p, words_stamp(v));
    page_markup(p, "</strong>");
    words_headline(&p->raw, v);
    page_flush(p);
    page_markup(p, "</p>\n<dl class=\"facts\">");
    page_fact(p, "Tested", v->run->times.started);
    page_fact(p, "Version of assay", v->run->assay);
    page_fact(p, "Protocol", v->run->target.protocol);
    page_fact(p, "Profile", v->run->profile);
    page_markup(p, "</dl>\n</header>\n<main>\n");
}

static void write_words(struct page *p)
{
    static const struct page_heading heading = {"words", "How to read it"};
    page_open_headed(p, &heading);
    page_markup(
        p,
        "<p>assay plays the other side of a conversation. It sends the target messages as an "
        "honest partner would, and others with one thing wrong, and looks at what the target does. "
        "Each exchange is about a requirement, a sentence of a published text. A MUST decides; the "
        "others are reported.</p>\n<ul>\n"
        "<li><strong>Passed</strong>: everything that was tried about it went as the text "
        "asks.</li>\n<li><strong>Failed</strong>: something happened that the text forbids. A "
        "failure that the provider lists as known is a failure.</li>\n"
        "<li><strong>Undecided</strong>: too little was seen.</li>\n"
        "<li><strong>Not applicable</strong>: the target says that it has no such part.</li>\n"
        "<li><strong>Not seen</strong>: it was not run, is not built yet, or cannot be seen from "
        "outside.</li>\n</ul>\n</section>\n");
}

void print_render(const struct view *v, const struct report_options *options, struct buffer *out)
{
    struct page p = {.view = v, .out_dir = options->out_dir, .out = out};
    buffer_init(&p.raw, RAW_MAX);
    words_target(&p.raw, v);
    page_begin(&p, PAGE_PLAIN);
    write_masthead(&p);
    write_words(&p);
    write_obligations(&p);
    write_failures(&p);
    write_sources(&p);
    html_tables_limits(&p, "the full report, report.html,");
    html_tables_how(&p);
    page_end(&p, PAGE_PLAIN);
    buffer_fini(&p.raw);
}
