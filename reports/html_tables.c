#include "reports/html_tables.h"

#include "reports/words.h"

#include <stdio.h>
#include <string.h>

static const char *status_class(const char *status)
{
    static const struct {
        const char *status;
        const char *class;
    } classes[] = {{"passed", "good"},        {"failed", "bad"},          {"known", "doubt"},
                   {"inconclusive", "doubt"}, {"vacuous", "doubt"},       {"not-covered", "doubt"},
                   {"not-run", "mild"},       {"not-applicable", "mild"}, {"not-testable", "mild"}};

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strcmp(status, classes[i].status) == 0)
            return classes[i].class;
    return "bad";
}

static const char *why_no_case(const json_t *requirement)
{
    const char *reason = view_text(requirement, "reason");
    if (reason[0])
        return reason;
    return strcmp(view_text(requirement, "status"), "not-run") == 0 ? "not selected, or not reached"
                                                                    : "no case names it";
}

static void write_requirement_cases(struct page *p, const json_t *requirement)
{
    const json_t *cases = json_object_get(requirement, "cases"), *name;
    size_t i;

    if (json_array_size(cases) == 0) {
        page_text(p, why_no_case(requirement));
        return;
    }
    buffer_printf(p->out, "<details><summary>");
    words_count(p->out, json_array_size(cases), "case", "cases");
    page_markup(p, ", ");
    words_count(p->out, view_number(requirement, "instances"), "instance", "instances");
    buffer_printf(p->out, "</summary>accepted %llu, refused %llu",
                  view_number(requirement, "accepted"), view_number(requirement, "refused"));
    json_array_foreach(cases, i, name)
    {
        const char *text = json_string_value(name);
        page_markup(p, "<br/>");
        page_case(p, text ? text : "");
    }
    page_markup(p, "</details>");
}

static void write_requirement(struct page *p, size_t at, const json_t *requirement)
{
    const char *status = view_text(requirement, "status");

    buffer_printf(p->out, "<tr id=\"r%zu\" class=\"%s\"><th>", at, status_class(status));
    page_text(p, view_text(requirement, "id"));
    page_markup(p, "<br/><small>");
    page_text(p, words_level(view_text(requirement, "level")));
    page_markup(p, "</small></th><td>");
    page_text(p, view_text(requirement, "text"));
    page_element(p, "div", "impact", view_text(requirement, "impact"));
    page_markup(p, "</td><td>");
    words_source(&p->raw, requirement);
    page_flush(p);
    page_markup(p, "</td><td>");
    write_requirement_cases(p, requirement);
    page_markup(p, "</td><td>");
    page_element(p, "span", status_class(status), status);
    page_markup(p, "</td></tr>\n");
}

void html_tables_requirements(struct page *p)
{
    const json_t *list = json_object_get(p->view->summary, "requirements"), *requirement;
    size_t i;

    page_open_section(p, PAGE_REQUIREMENTS);
    page_markup(p, "<div class=\"scroll\"><table class=\"ledger\"><thead><tr><th>Id</th>"
                   "<th>Asked, and what goes wrong without it</th><th>Written in</th>"
                   "<th>Cases</th><th>Status</th></tr></thead>\n<tbody>\n");
    json_array_foreach(list, i, requirement) write_requirement(p, i, requirement);
    page_markup(p, "</tbody></table></div>\n</section>\n");
}

void html_tables_profile(struct page *p)
{
    const json_t *measures = json_object_get(p->view->summary, "measures"), *measure;
    size_t i;

    page_open_section(p, PAGE_PROFILE);
    page_markup(p, "<p>Where honest implementations differ, this is what the target does. None "
                   "of it is a failure.</p>\n");
    if (json_array_size(measures) == 0)
        page_markup(p, "<p>Nothing was measured.</p>\n");
    else
        page_markup(p, "<table class=\"profile\"><tbody>\n");
    json_array_foreach(measures, i, measure)
    {
        page_markup(p, "<tr><th>");
        page_text(p, view_text(measure, "name"));
        page_markup(p, "</th><td>");
        page_text(p, view_text(measure, "value"));
        page_markup(p, "</td><td class=\"meta\">");
        page_case(p, view_text(measure, "case"));
        page_markup(p, "</td></tr>\n");
    }
    if (json_array_size(measures))
        page_markup(p, "</tbody></table>\n");
    page_markup(p, "</section>\n");
}

/* A list of texts with spaces between. */
static void write_words(struct page *p, const json_t *list)
{
    size_t i;
    const json_t *word;

    json_array_foreach(list, i, word)
    {
        const char *text = json_string_value(word);
        page_markup(p, i ? " " : "");
        page_text(p, text ? text : "");
    }
}

static void list_fact(struct page *p, const char *name, const json_t *list)
{
    page_markup(p, "<div>");
    page_element(p, "dt", NULL, name);
    page_markup(p, "<dd>");
    write_words(p, list);
    page_markup(p, "</dd></div>\n");
}

static void write_command(struct page *p)
{
    const json_t *command = json_object_get(p->view->results, "command"), *word;
    size_t i;

    page_markup(p, "<pre>");
    json_array_foreach(command, i, word)
    {
        const char *text = json_string_value(word);
        if (i)
            buffer_append_text(&p->raw, " ");
        words_shell(&p->raw, text ? text : "");
    }
    page_flush(p);
    page_markup(p, "</pre>\n");
}

static void write_pairs(struct page *p, const char *title, json_t *pairs)
{
    const char *name;
    json_t *value;

    page_element(p, "h3", NULL, title);
    page_markup(p, "<table class=\"pairs\"><tbody>\n");
    json_object_foreach(pairs, name, value)
    {
        const char *text = json_string_value(value);
        page_markup(p, "<tr>");
        page_element(p, "th", NULL, name);
        page_markup(p, "<td><code>");
        page_text(p, text ? text : "");
        page_markup(p, "</code></td></tr>\n");
    }
    page_markup(p, "</tbody></table>\n");
}

/* At which depth the cases ran: how many touched the target as a library, how many as a whole
 * client. */
static void write_depth(struct page *p, const json_t *cases)
{
    unsigned long long n_library = 0, n_client = 0;
    char text[96];
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *result = json_array_get(cases, i);
        const char *verdict = view_text(result, "verdict");
        if (strcmp(verdict, "not-applicable") == 0 || strcmp(verdict, "not-run") == 0)
            continue;
        if (strcmp(view_text(result, "surface"), "client") == 0)
            n_client++;
        else
            n_library++;
    }
    snprintf(text, sizeof(text), "%llu as a library, %llu as a whole client", n_library, n_client);
    page_fact(p, "Cases ran", text);
}

void html_tables_how(struct page *p)
{
    const json_t *results = p->view->results;
    const json_t *target = json_object_get(results, "target");
    const json_t *selection = json_object_get(results, "selection");

    page_open_section(p, PAGE_HOW);
    write_command(p);
    page_markup(p, "<dl class=\"facts\">");
    page_fact(p, "assay", view_text(results, "assay"));
    page_fact(p, "Seed", view_text(results, "seed"));
    page_fact(p, "Adapter", view_text(target, "adapter_version"));
    list_fact(p, "Surfaces", json_object_get(target, "surfaces"));
    write_depth(p, json_object_get(results, "cases"));
    list_fact(p, "Layers", json_object_get(target, "layers"));
    list_fact(p, "Capabilities", json_object_get(target, "capabilities"));
    list_fact(p, "Chosen suites", json_object_get(selection, "suites"));
    list_fact(p, "Chosen cases", json_object_get(selection, "cases"));
    page_fact(p, "Known failures", view_text(selection, "known_failures"));
    page_markup(p, "</dl>\n");
    write_pairs(p, "Libraries", json_object_get(results, "libraries"));
    write_pairs(p, "Digests (SHA-256)", json_object_get(results, "digests"));
    page_markup(p, "</section>\n");
}
