/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_exhibits.h"
#include "reports/claims_record.h"
#include "reports/claims_words.h"
#include "reports/words.h"
#include "reports/render.h"

#include <string.h>

#define RAW_MAX REPORT_MAX

enum section {
    SECTION_LIMITS = 0,
    SECTION_FINDINGS,
    SECTION_WEAKNESSES,
    SECTION_PRECONDITIONS,
    SECTION_REFUTATIONS,
    SECTION_EXPOSURE,
    SECTION_MEASURES,
    SECTION_FIGURES,
    SECTION_GAMES,
    SECTION_DOCUMENTS,
    SECTION_HOW,
    N_SECTION
};

static void write_limits(struct claims_page *p);
static void write_findings(struct claims_page *p);
static void write_weaknesses(struct claims_page *p);
static void write_preconditions(struct claims_page *p);

/* The page from top to bottom; up to the preconditions it is the first. */
static const struct {
    struct page_heading heading;
    void (*write)(struct claims_page *p);
} sections[N_SECTION] = {
    [SECTION_LIMITS] = {{"limits", "What this does not prove"}, write_limits},
    [SECTION_FINDINGS] = {{"findings", "Findings"}, write_findings},
    [SECTION_WEAKNESSES] = {{"weaknesses", "Weaknesses Signal itself has"}, write_weaknesses},
    [SECTION_PRECONDITIONS] = {{"preconditions", "Preconditions"}, write_preconditions},
    [SECTION_REFUTATIONS] = {{"refutations", "Refutations and weaker numbers"},
                             claims_exhibits_refutations},
    [SECTION_EXPOSURE] = {{"exposure", "What an adversary could read"}, claims_exhibits_exposure},
    [SECTION_MEASURES] = {{"measures", "Measured beside Signal"}, claims_exhibits_measures},
    [SECTION_FIGURES] = {{"figures", "Figures"}, claims_exhibits_figures},
    [SECTION_GAMES] = {{"games", "Games"}, claims_record_games},
    [SECTION_DOCUMENTS] = {{"documents", "Documents"}, claims_record_documents},
    [SECTION_HOW] = {{"how", "How it was run"}, claims_record_how},
};

/* ---- the top */

static void fact_of_party(struct page *p, const char *name, const struct record_target *party)
{
    struct buffer text;

    buffer_init(&text, RAW_MAX);
    claims_words_party(&text, party);
    page_fact(p, name, buffer_text(&text));
    buffer_fini(&text);
}

static void write_facts(struct page *p, const struct record_claims *v)
{
    page_markup(p, "<dl class=\"facts\">");
    fact_of_party(p, "Target", v->sides[CLAIMS_TARGET]);
    page_fact(p, "Address", v->sides[CLAIMS_TARGET]->address);
    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++)
        if (v->sides[side])
            fact_of_party(p, claims_words_side((enum claims_side)side), v->sides[side]);
    buffer_printf(&p->raw, "%u a game", v->schedules);
    page_fact(p, "Schedules", buffer_text(&p->raw));
    buffer_clear(&p->raw);
    words_seed(&p->raw, v->seed);
    page_fact(p, "Seed", buffer_text(&p->raw));
    buffer_clear(&p->raw);
    page_fact(p, "Started", v->started);
    page_markup(p, "</dl>\n");
}

static void write_conclusion(struct page *p, const struct claims_conclusion *c,
                             enum claims_side side)
{
    buffer_printf(p->out, "<p class=\"verdict %s\">%s<strong>",
                  claims_exhibits_class((int)claims_words_verdict_tone(c)),
                  claims_words_beside(side));
    page_text(p, claims_words_stamp(c));
    page_markup(p, "</strong>");
    page_text(p, claims_words_rest(c));
    page_markup(p, "</p>\n");
    if (c->n_because)
        page_markup(p, "<ul class=\"because\">\n");
    for (size_t i = 0; i < c->n_because; i++) {
        page_element(p, "li", NULL, c->because[i]);
        page_markup(p, "\n");
    }
    if (c->n_because)
        page_markup(p, "</ul>\n");
}

static void write_masthead(struct claims_page *p)
{
    const struct record_claims *v = p->view;
    struct page *page = &p->page;

    page_markup(page, "<header>\n<p class=\"kicker\">assay: is it as secure as Signal?</p>\n<h1>");
    page_text(page, v->protocol);
    page_markup(page, " ");
    page_text(page, v->version);
    page_markup(page, "</h1>\n");
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->conclusions[side])
            write_conclusion(page, v->conclusions[side], (enum claims_side)side);
    write_facts(page, v);
    page_markup(page, "</header>\n<nav>");
    for (size_t i = 0; i < N_SECTION; i++)
        page_heading_link(page, &sections[i].heading);
    page_markup(page, "</nav>\n<main>\n");
}

static void write_limits(struct claims_page *p)
{
    page_markup(&p->page, "<ul>\n");
    for (size_t i = 0; claims_words_limit(&p->page.raw, p->view, i); i++) {
        page_markup(&p->page, "<li>");
        page_flush(&p->page);
        page_markup(&p->page, "</li>\n");
    }
    page_markup(&p->page, "</ul>\n");
}

/* ---- the table */

static void write_property(struct page *p, const struct claims_property *property)
{
    page_markup(p, "<th scope=\"row\"><span class=\"id\">");
    page_text(p, property->id);
    page_markup(p, "</span><br/>");
    page_text(p, property->name);
    page_element(p, "small", "impact", property->sentence);
    page_markup(p, "</th>");
}

static void write_claim(struct page *p, const struct claims_property *property)
{
    page_markup(p, "<td data-label=\"Claimed\">");
    claims_words_claimed(&p->raw, property);
    page_flush(p);
    if (property->asked[0]) {
        page_markup(p, " <small>evidence asked: ");
        page_text(p, property->asked);
        page_markup(p, "</small>");
    }
    if (property->note[0]) {
        page_markup(p, " ");
        page_element(p, "small", NULL, property->note);
    }
    page_markup(p, "</td>");
}

static void write_measured(struct claims_page *p, const struct claims_property *property,
                           enum claims_side side)
{
    if (side == CLAIMS_TARGET)
        page_markup(&p->page, "<td data-label=\"Measured here\">");
    else
        buffer_printf(p->page.out, "<td data-label=\"Measured for %s\">", claims_words_side(side));
    claims_words_measured(&p->page.raw, p->view, property, side);
    page_flush(&p->page);
    page_markup(&p->page, "</td>");
}

static void write_finding(struct claims_page *p, const struct claims_property *property,
                          enum claims_side side)
{
    const struct claims_finding *f = property->findings[side];

    buffer_printf(p->page.out, "<td data-label=\"%sfinding\"><b class=\"%s\">",
                  claims_words_beside(side),
                  claims_exhibits_class((int)claims_words_finding_tone(f->finding)));
    claims_words_finding(&p->page.raw, p->view, property, f);
    page_flush(&p->page);
    page_markup(&p->page,
                f->is_required ? "</b> <span class=\"required\">required</span>" : "</b>");
    if (f->detail[0] && f->finding != FINDING_NOT_VIOLATED) {
        page_markup(&p->page, " ");
        page_element(&p->page, "small", NULL, f->detail);
    }
    page_markup(&p->page, "</td>");
}

static void write_findings_head(struct claims_page *p)
{
    page_open_scroll(&p->page, "Findings");
    page_markup(&p->page, "<table class=\"findings\">\n<thead><tr>"
                          "<th scope=\"col\">Property</th><th scope=\"col\">Claimed</th>"
                          "<th scope=\"col\">Measured here</th>");
    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++)
        if (p->view->sides[side])
            buffer_printf(p->page.out, "<th scope=\"col\">Measured for %s</th>",
                          claims_words_side((enum claims_side)side));
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (p->view->conclusions[side])
            buffer_printf(p->page.out, "<th scope=\"col\">%sfinding</th>",
                          claims_words_beside((enum claims_side)side));
    page_markup(&p->page, "</tr></thead>\n<tbody>\n");
}

static void write_findings(struct claims_page *p)
{
    write_findings_head(p);
    for (size_t i = 0; i < p->view->n_properties; i++) {
        const struct claims_property *property = &p->view->properties[i];
        page_markup(&p->page, "<tr>");
        write_property(&p->page, property);
        write_claim(&p->page, property);
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            if (p->view->sides[side])
                write_measured(p, property, (enum claims_side)side);
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            if (p->view->conclusions[side])
                write_finding(p, property, (enum claims_side)side);
        page_markup(&p->page, "</tr>\n");
    }
    page_markup(&p->page, "</tbody></table></div>\n");
}

/* ---- Signal's own, and the preconditions */

static void write_weakness(struct claims_page *p, const struct claims_property *property,
                           enum claims_side side)
{
    page_markup(&p->page, "<li><b>");
    page_text(&p->page, property->id);
    page_markup(&p->page, " ");
    page_text(&p->page, property->name);
    page_markup(&p->page, "</b>: ");
    claims_words_weakness(&p->page.raw, p->view, property, side);
    page_flush(&p->page);
    page_markup(&p->page, ".</li>\n");
}

static void write_weaknesses(struct claims_page *p)
{
    const struct record_claims *v = p->view;
    size_t n = 0;

    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++)
        for (size_t i = 0; i < v->n_properties; i++) {
            if (!claims_view_signal_is_weak(v, &v->properties[i], (enum claims_side)side))
                continue;
            page_markup(&p->page, n++ ? "" : "<ul>\n");
            write_weakness(p, &v->properties[i], (enum claims_side)side);
        }
    if (n)
        page_markup(&p->page, "</ul>\n");
    else
        page_markup(&p->page, v->sides[CLAIMS_V3] || v->sides[CLAIMS_V4]
                                  ? "<p>None was seen in this run.</p>\n"
                                  : "<p>Signal was not played against in this run.</p>\n");
}

static void write_precondition_side(struct page *p, const char *label,
                                    const struct claims_holding *side)
{
    buffer_printf(p->out, "<td data-label=\"%s\"><b class=\"%s\">", label,
                  claims_exhibits_class((int)claims_words_precondition_tone(side)));
    page_text(p, claims_words_precondition(side));
    page_markup(p, "</b>");
    if (side && side->detail[0]) {
        page_markup(p, " ");
        page_element(p, "small", NULL, side->detail);
    }
    page_markup(p, "</td>");
}

static void write_preconditions(struct claims_page *p)
{
    page_markup(&p->page,
                "<p>Before a theft counts, the copy of the target's state must be what games take "
                "it for. Games that stand on a precondition that does not hold are invalid.</p>\n");
    page_open_scroll(&p->page, "Preconditions");
    page_markup(&p->page, "<table class=\"findings preconditions\">\n<thead><tr>"
                          "<th scope=\"col\">Precondition</th>");
    claims_exhibits_side_heads(p);
    page_markup(&p->page, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < p->view->n_preconditions; i++) {
        const struct claims_precondition *precondition = &p->view->preconditions[i];
        page_markup(&p->page, "<tr><th scope=\"row\"><span class=\"id\">");
        page_text(&p->page, precondition->id);
        page_markup(&p->page, "</span> ");
        page_text(&p->page, precondition->title);
        page_markup(&p->page, "</th>");
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            if (p->view->sides[side])
                write_precondition_side(&p->page, claims_words_side((enum claims_side)side),
                                        precondition->sides[side]);
        page_markup(&p->page, "</tr>\n");
    }
    page_markup(&p->page, "</tbody></table></div>\n");
}

void claims_html_render(const struct record_claims *v, const struct report_options *options,
                        struct buffer *out)
{
    struct claims_page p = {.page = {.out_dir = options->out_dir, .out = out}, .view = v};

    buffer_init(&p.page.raw, RAW_MAX);
    buffer_printf(&p.page.raw, "%.80s %.40s: ", v->protocol, v->version);
    claims_words_stamps(&p.page.raw, v);
    buffer_append_text(&p.page.raw, " (assay)");
    page_begin(&p.page, PAGE_OF_CLAIMS);
    write_masthead(&p);
    for (size_t i = 0; i < N_SECTION; i++) {
        page_open_headed(&p.page, &sections[i].heading);
        sections[i].write(&p);
        page_markup(&p.page, "</section>\n");
    }
    page_end(&p.page, PAGE_OF_CLAIMS);
    buffer_fini(&p.page.raw);
}
