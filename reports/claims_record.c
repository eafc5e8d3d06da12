/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_record.h"

#include "reports/claims_words.h"
#include "reports/escape.h"

#include <string.h>

/* ---- games */

static void write_game_side(struct page *p, const struct claims_game *g, enum claims_side side)
{
    const char *detail = claims_view_result(g, side)->detail;

    buffer_printf(p->out, "<td data-label=\"%s\">", claims_words_side(side));
    claims_words_outcome(&p->raw, g, side);
    page_flush(p);
    if (detail[0]) {
        page_markup(p, " ");
        page_element(p, "small", NULL, detail);
    }
    page_markup(p, "</td>");
}

void claims_record_games(struct claims_page *p)
{
    struct page *page = &p->page;

    page_open_scroll(page, "Games");
    page_markup(page, "<table class=\"findings games\">\n<thead><tr>"
                      "<th scope=\"col\">Game</th>");
    claims_exhibits_side_heads(p);
    page_markup(page, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < p->view->n_games; i++) {
        const struct claims_game *g = &p->view->games[i];
        page_markup(page, "<tr><th scope=\"row\"><span class=\"id\">");
        page_text(page, g->id);
        page_markup(page, "</span> ");
        page_text(page, g->title);
        page_markup(page, " <small>");
        page_text(page, g->property);
        page_markup(page, "</small>");
        page_element(page, "small", "impact", g->sentence);
        page_markup(page, "</th>");
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            if (p->view->sides[side])
                write_game_side(page, g, (enum claims_side)side);
        page_markup(page, "</tr>\n");
    }
    page_markup(page, "</tbody></table></div>\n");
}

/* ---- documents */

/* A link only where it can lead nowhere but to a web page; all else is text. */
static void write_url(struct page *p, const char *url)
{
    bool is_link = strncmp(url, "https://", 8) == 0 && strlen(url) <= ESCAPE_TEXT_MAX;

    if (is_link) {
        page_markup(p, "<a rel=\"noreferrer\" href=\"");
        page_text(p, url);
        page_markup(p, "\">");
    }
    page_text(p, url);
    page_markup(p, is_link ? "</a>" : "");
}

void claims_record_documents(struct claims_page *p)
{
    struct page *page = &p->page;

    if (p->view->n_documents == 0) {
        page_markup(page, "<p>The claims name no document.</p>\n");
        return;
    }
    page_markup(page, "<ul class=\"documents\">\n");
    for (size_t i = 0; i < p->view->n_documents; i++) {
        const struct claims_document *d = &p->view->documents[i];
        page_markup(page, "<li><b>");
        page_text(page, d->title);
        page_markup(page, "</b> <small>");
        page_text(page, d->kind);
        page_markup(page, ", \"");
        page_text(page, d->id);
        page_markup(page, "\"</small><br/>");
        write_url(page, d->url);
        if (d->sha256[0]) {
            page_markup(page, "<br/><small>SHA-256 <code>");
            page_text(page, d->sha256);
            page_markup(page, "</code></small>");
        }
        page_markup(page, "</li>\n");
    }
    page_markup(page, "</ul>\n");
}

/* ---- how it was run */

static void write_row(struct page *p, const char *name)
{
    buffer_printf(p->out, "<tr><th scope=\"row\">%s</th><td>", name);
    page_flush(p);
    page_markup(p, "</td></tr>\n");
}

static void write_party(struct page *p, const char *name, const struct record_target *party)
{
    claims_words_party(&p->raw, party);
    if (party) {
        buffer_printf(&p->raw, ", adapter %s, protocol %s, at %s", party->adapter_version,
                      party->protocol, party->address);
        for (size_t i = 0; i < party->capabilities.n; i++)
            buffer_printf(&p->raw, "%s%s",
                          i ? ", " : "; capabilities: ", party->capabilities.items[i]);
    }
    write_row(p, name);
}

void claims_record_how(struct claims_page *p)
{
    const struct record_claims *v = p->view;
    struct page *page = &p->page;

    page_markup(page, "<pre>");
    claims_words_command(&page->raw, v);
    page_flush(page);
    page_markup(page, "</pre>\n<table class=\"pairs\"><tbody>\n");
    buffer_append_text(&page->raw, v->assay);
    write_row(page, "assay");
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->sides[side])
            write_party(page, claims_words_side((enum claims_side)side), v->sides[side]);
    buffer_append_text(&page->raw, v->file);
    write_row(page, "Claims");
    buffer_append_text(&page->raw, v->seed);
    write_row(page, "Seed");
    buffer_printf(&page->raw, "%u", v->schedules);
    write_row(page, "Schedules a game");
    buffer_append_text(&page->raw, v->started);
    write_row(page, "Started");
    page_markup(page, "</tbody></table>\n");
}
