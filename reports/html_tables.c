/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/html_tables.h"

#include "reports/words.h"

#include <stdio.h>
#include <string.h>

#define SLOWEST_MAX 10u

const char *html_tables_status_class(const char *status)
{
    static const struct {
        const char *status;
        const char *class;
    } classes[] = {{"passed", "good"},        {"failed", "bad"},          {"known", "doubt"},
                   {"inconclusive", "doubt"}, {"vacuous", "doubt"},       {"not-covered", "doubt"},
                   {"not-run", "mild"},       {"not-applicable", "mild"}, {"not-built", "mild"},
                   {"not-observable", "mild"}};

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strcmp(status, classes[i].status) == 0)
            return classes[i].class;
    return "bad";
}

static const char *why_no_case(const struct record_requirement *requirement)
{
    const char *reason = requirement->reason;
    if (reason[0])
        return reason;
    return strcmp(requirement->status, "not-run") == 0 ? "not selected, or not reached"
                                                       : "no case names it";
}

static void write_requirement_cases(struct page *p, const struct record_requirement *requirement)
{
    const struct record_texts *cases = &requirement->cases;

    if (cases->n == 0) {
        page_text(p, why_no_case(requirement));
        return;
    }
    buffer_printf(p->out, "<details><summary>");
    words_count(p->out, cases->n, "case", "cases");
    page_markup(p, ", ");
    words_count(p->out, requirement->instances, "execution", "executions");
    buffer_printf(p->out, "</summary>accepted %llu, refused %llu",
                  (unsigned long long)requirement->accepted,
                  (unsigned long long)requirement->refused);
    for (size_t i = 0; i < cases->n; i++) {
        page_markup(p, "<br/>");
        page_case(p, cases->items[i]);
    }
    page_markup(p, "</details>");
}

/* Where it stands, what kind of text that is, and its own words. No link: the page leads
 * nowhere. */
static void write_source(struct page *p, const struct record_requirement *requirement)
{
    words_source(&p->raw, requirement);
    page_flush(p);
    buffer_printf(&p->raw, "%s: %s", requirement->kind, requirement->url);
    page_element(p, "div", "meta", buffer_text(&p->raw));
    buffer_clear(&p->raw);
    if (requirement->quote[0])
        page_element(p, "q", NULL, requirement->quote);
}

static void write_requirement(struct page *p, size_t at,
                              const struct record_requirement *requirement)
{
    const char *status = requirement->status;

    buffer_printf(p->out, "<tr id=\"r%zu\" class=\"%s\" data-level=\"%s\"><th>", at,
                  html_tables_status_class(status), level_name(requirement->level));
    page_text(p, requirement->id);
    page_markup(p, "<br/><small>");
    page_text(p, words_level(requirement->level));
    page_markup(p, "</small></th><td>");
    page_text(p, requirement->text);
    page_element(p, "div", "impact", requirement->impact);
    page_markup(p, "</td><td>");
    write_source(p, requirement);
    page_markup(p, "</td><td>");
    write_requirement_cases(p, requirement);
    page_markup(p, "</td><td>");
    page_element(p, "span", html_tables_status_class(status), status);
    page_markup(p, "</td></tr>\n");
}

void html_tables_requirements(struct page *p)
{
    const struct record_summary *s = p->view->summary;

    page_open_section(p, PAGE_REQUIREMENTS);
    page_open_scroll(p, "Requirements");
    page_markup(p, "<table class=\"ledger\"><thead><tr><th>Id</th>"
                   "<th>Asked, and what goes wrong without it</th><th>Written in</th>"
                   "<th>Cases</th><th>Status</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < s->n_requirements; i++)
        write_requirement(p, i, &s->requirements[i]);
    page_markup(p, "</tbody></table></div>\n</section>\n");
}

void html_tables_profile(struct page *p)
{
    const struct record_summary *s = p->view->summary;

    page_open_section(p, PAGE_PROFILE);
    page_markup(p, "<p>Where honest implementations differ, this is what the target does. None "
                   "of it is a failure.</p>\n");
    if (s->n_measures == 0)
        page_markup(p, "<p>Nothing was measured.</p>\n");
    else
        page_markup(p, "<table class=\"profile\"><tbody>\n");
    for (size_t i = 0; i < s->n_measures; i++) {
        const struct record_measure *measure = &s->measures[i];
        page_markup(p, "<tr><th>");
        page_text(p, measure->name);
        page_markup(p, "</th><td>");
        page_text(p, measure->value);
        page_markup(p, "</td><td>");
        page_text(p, measure->varied);
        page_markup(p, "</td><td class=\"meta\">");
        page_case(p, measure->id);
        page_markup(p, "</td></tr>\n");
    }
    if (s->n_measures)
        page_markup(p, "</tbody></table>\n");
    page_markup(p, "</section>\n");
}

static void list_fact(struct page *p, const char *name, const struct record_texts *list)
{
    page_markup(p, "<div>");
    page_element(p, "dt", NULL, name);
    page_markup(p, "<dd>");
    for (size_t i = 0; i < list->n; i++) {
        page_markup(p, i ? " " : "");
        page_text(p, list->items[i]);
    }
    page_markup(p, "</dd></div>\n");
}

static void write_command(struct page *p)
{
    const struct record_texts *command = &p->view->run->command;

    page_markup(p, "<pre>");
    for (size_t i = 0; i < command->n; i++) {
        if (i)
            buffer_append_text(&p->raw, " ");
        words_shell(&p->raw, command->items[i]);
    }
    page_flush(p);
    page_markup(p, "</pre>\n");
}

static void write_pairs(struct page *p, const char *title, const struct record_pair *pairs,
                        size_t n)
{
    page_element(p, "h3", NULL, title);
    page_markup(p, "<table class=\"pairs\"><tbody>\n");
    for (size_t i = 0; i < n; i++) {
        page_markup(p, "<tr>");
        page_element(p, "th", NULL, pairs[i].name);
        page_markup(p, "<td><code>");
        page_text(p, pairs[i].value);
        page_markup(p, "</code></td></tr>\n");
    }
    page_markup(p, "</tbody></table>\n");
}

/* At which depth the cases ran: how many touched the target as a library, how many as a whole
 * client. */
static void write_depth(struct page *p, const struct record_run *run)
{
    unsigned long long n_library = 0, n_client = 0;
    char text[96];
    for (size_t i = 0; i < run->n_cases; i++) {
        const struct record_case *c = &run->cases[i];
        if (c->state == STATE_NOT_APPLICABLE || c->state == STATE_NOT_RUN)
            continue;
        if (strcmp(c->surface, "client") == 0)
            n_client++;
        else
            n_library++;
    }
    snprintf(text, sizeof(text), "%llu as a library, %llu as a whole client", n_library, n_client);
    page_fact(p, "Executions", text);
}

static void write_slowest(struct page *p)
{
    const struct record_took *slowest[SLOWEST_MAX];
    size_t n = view_slowest(p->view, 0, slowest, SLOWEST_MAX);

    if (n == 0)
        return;
    page_element(p, "h3", NULL, "Slowest executions");
    page_markup(p, "<table class=\"pairs\"><tbody>\n");
    for (size_t i = 0; i < n; i++) {
        page_markup(p, "<tr><th>");
        page_case(p, slowest[i]->id);
        page_markup(p, "</th><td>");
        words_duration(&p->raw, view_milliseconds(slowest[i]->seconds));
        page_flush(p);
        page_markup(p, "</td></tr>\n");
    }
    page_markup(p, "</tbody></table>\n");
}

void html_tables_how(struct page *p)
{
    const struct record_run *run = p->view->run;
    const struct record_target *target = &run->target;
    const struct record_selection *selection = &run->selection;

    page_open_section(p, PAGE_HOW);
    write_command(p);
    page_markup(p, "<dl class=\"facts\">");
    page_fact(p, "assay", run->assay);
    page_fact(p, "Seed", run->seed);
    page_fact(p, "Protocol", target->protocol);
    page_fact(p, "Adapter", target->adapter_version);
    list_fact(p, "Surfaces", &target->surfaces);
    write_depth(p, run);
    list_fact(p, "Layers", &target->layers);
    list_fact(p, "Capabilities", &target->capabilities);
    list_fact(p, "Chosen suites", &selection->suites);
    list_fact(p, "Chosen cases", &selection->cases);
    if (selection->excluded.n)
        list_fact(p, "Excluded cases", &selection->excluded);
    page_fact(p, "Known failures", selection->known_failures);
    page_markup(p, "</dl>\n");
    write_slowest(p);
    write_pairs(p, "Libraries", run->libraries, run->n_libraries);
    write_pairs(p, "Digests (SHA-256)", run->digests, run->n_digests);
    page_markup(p, "</section>\n");
}

void html_tables_limits(struct page *p, const char *where)
{
    unsigned long long applicable = 0, not_applicable = 0;

    for (int l = LEVEL_MUST; l < N_LEVEL; l++) {
        applicable += p->view->summary->levels[l].applicable;
        not_applicable += p->view->summary->levels[l].of[STATE_NOT_APPLICABLE];
    }
    page_open_section(p, PAGE_LIMITS);
    page_markup(p, "<ul>\n<li>It speaks of one build of the target, in one run, under profile \"");
    page_text(p, p->view->run->profile);
    page_markup(p, "\". It is no certificate from any gatekeeper.</li>\n"
                   "<li>A pass means that no violation was seen in ");
    page_number(p, applicable);
    page_markup(p, " executions, not that none exists.</li>\n<li>");
    words_coverage(p->out, &p->view->summary->coverage);
    page_markup(p, "; ");
    page_text(p, where);
    page_markup(p, " says why the others were not.</li>\n<li>");
    words_count(p->out, not_applicable, "execution was", "executions were");
    page_markup(p, " not applicable to what the target claims; they count as nothing, "
                   "never as passed.</li>\n");
    if (p->view->summary->scope.is_partial)
        page_markup(p, "<li>Only chosen cases were run. Such a run says nothing about "
                       "conformance.</li>\n");
    page_markup(p, "</ul>\n</section>\n");
}
