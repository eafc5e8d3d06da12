/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_exhibits.h"

#include "reports/claims_svg.h"
#include "reports/claims_words.h"

#include <string.h>

#define HTML_CASE_HEAD 12u
#define HTML_CASE_TAIL 24u
#define PROOF_BYTES_SHOWN 256u
#define HEX_GROUP 8u /* bytes between gaps */

static const char *const tone_classes[N_TONE] = {
    [TONE_MILD] = "mild", [TONE_GOOD] = "good", [TONE_BAD] = "bad", [TONE_DOUBT] = "doubt"};

/* Series whose points mean something that can be named. */
static const struct {
    const char *game;
    const char *x, *y;
    const char *names[4]; /* of single points, where x only numbers them; then it is a table */
} figures[] = {
    {"ERR-1", "", "microseconds", {"honest", "changed", "repeated", "as from a stranger"}},
    {"LEN-1", "bytes of text", "bytes of message", {NULL}},
    {"DOS-1", "messages ahead", "microseconds", {NULL}},
    {"PCS-1-refresh", "steps of its own", "sides that can be read", {NULL}},
    {"PCS-2", "round trips", "an adversary's message taken", {NULL}},
    {"FS-2-kept", "round trips", "skipped messages readable", {NULL}},
    {"PQ-2", "of three messages lost", "messages until nothing is readable", {NULL}},
};

#define N_FIGURES (sizeof figures / sizeof figures[0])

const char *claims_exhibits_class(int tone)
{
    return tone >= 0 && tone < N_TONE ? tone_classes[tone] : "mild";
}

void claims_exhibits_side_heads(struct claims_page *p)
{
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (p->view->sides[side])
            buffer_printf(p->page.out, "<th scope=\"col\">%s</th>",
                          claims_words_side((enum claims_side)side));
}

/* ---- refutations */

static void write_story(struct page *p, const struct claims_counterexample *c)
{
    bool was_told = true;

    if (c->n_story == 0)
        return;
    page_markup(p, "<ol class=\"story\">\n");
    for (size_t i = 0; i < c->n_story; i++) {
        bool is_told = claims_words_is_told(i, c->n_story, HTML_CASE_HEAD, HTML_CASE_TAIL);
        if (is_told) {
            buffer_printf(p->out, "<li value=\"%zu\">", i + 1);
            page_text(p, c->story[i]);
            page_markup(p, "</li>\n");
        } else if (was_told) {
            buffer_printf(p->out, "<li class=\"gap\">%zu steps, in claims.json</li>\n",
                          c->n_story - HTML_CASE_HEAD - HTML_CASE_TAIL);
        }
        was_told = is_told;
    }
    page_markup(p, "</ol>\n");
}

static void write_hex(struct page *p, const struct claims_proof *proof)
{
    size_t digits = strlen(proof->hex), shown = 2 * PROOF_BYTES_SHOWN;

    if (digits < shown)
        shown = digits;
    page_markup(p, "<pre class=\"hex\">");
    for (size_t i = 0; i < shown; i += 2 * HEX_GROUP) {
        size_t n = shown - i < 2 * HEX_GROUP ? shown - i : 2 * HEX_GROUP;
        page_markup(p, i ? " " : "");
        buffer_append(p->out, bytes_of(proof->hex + i, n));
    }
    if (proof->length > shown / 2)
        buffer_printf(p->out, " ... (%zu more bytes)", proof->length - shown / 2);
    page_markup(p, "</pre>\n");
}

static void write_proofs(struct page *p, const struct claims_counterexample *c)
{
    for (size_t i = 0; i < c->n_proofs; i++) {
        page_markup(p, "<p class=\"label\"><b>");
        page_text(p, c->proofs[i].name);
        buffer_printf(p->out, "</b> %zu %s</p>\n", c->proofs[i].length,
                      c->proofs[i].length == 1 ? "byte" : "bytes");
        write_hex(p, &c->proofs[i]);
    }
}

static void write_counterexample(struct claims_page *p, const struct game_result *o)
{
    struct page *page = &p->page;

    if (o->counterexample->schedule[0]) {
        page_markup(page, "<p class=\"meta\">Smallest schedule <code>");
        page_text(page, o->counterexample->schedule);
        buffer_printf(page->out, "</code>, number %u</p>\n", o->counterexample->number);
    }
    write_story(page, o->counterexample);
    write_proofs(page, o->counterexample);
    claims_words_again(&page->raw, p->view, o, page->out_dir);
    if (page->raw.len) {
        page_markup(page, "<p class=\"meta\">Again <code>");
        page_flush(page);
        page_markup(page, "</code></p>\n");
    }
}

static void write_refutation(struct claims_page *p, const struct claims_game *g)
{
    const struct game_result *o = claims_view_result(g, CLAIMS_TARGET);
    bool is_shared = claims_view_defeat(p->view, g) == DEFEAT_SHARED;
    struct page *page = &p->page;

    buffer_printf(page->out, "<article class=\"cause %s\">\n<h3>", is_shared ? "doubt" : "bad");
    page_text(page, g->id);
    page_markup(page, " ");
    page_text(page, g->title);
    page_markup(page, " <span>");
    page_text(page, g->property);
    page_markup(page, ", ");
    claims_words_defeat(&page->raw, p->view, g);
    page_flush(page);
    page_markup(page, "</span></h3>\n");
    page_element(page, "p", "impact", g->sentence);
    page_element(page, "p", "culprit", o->detail);
    page_markup(page, "\n");
    if (o->counterexample)
        write_counterexample(p, o);
    page_markup(page, "</article>\n");
}

void claims_exhibits_refutations(struct claims_page *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->view->n_games; i++) {
        if (claims_view_defeat(p->view, &p->view->games[i]) == DEFEAT_NONE)
            continue;
        write_refutation(p, &p->view->games[i]);
        n++;
    }
    if (n == 0)
        page_markup(&p->page, "<p>No game was won against the target, and no number is over "
                              "the claim's or Signal's.</p>\n");
}

/* ---- what an adversary could read */

static bool has_flights(const struct claims_game *g)
{
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (claims_view_result(g, (enum claims_side)side)->n_flights)
            return true;
    return false;
}

static size_t widest(const struct game_result *o)
{
    size_t most = 0;

    for (size_t i = 0; i < o->n_flights; i++)
        most = strlen(o->flights[i].exposed) > most ? strlen(o->flights[i].exposed) : most;
    return most;
}

static void write_exposure_side(struct claims_page *p, const struct claims_game *g,
                                enum claims_side side, size_t n_cells)
{
    const struct game_result *o = claims_view_result(g, side);
    struct buffer title;

    buffer_printf(p->page.out, "<figure><figcaption>%s</figcaption>\n", claims_words_side(side));
    if (o->n_flights) {
        buffer_init(&title, 1u << 12);
        buffer_printf(&title, "%.20s, %s: flights readable after the theft", g->id,
                      claims_words_side(side));
        claims_svg_exposure(p->page.out, p->n_pictures++, buffer_text(&title), o, n_cells);
        buffer_fini(&title);
    } else {
        page_markup(&p->page, "<p class=\"meta\">nothing recorded</p>\n");
    }
    page_markup(&p->page, "</figure>\n");
}

static void write_exposure(struct claims_page *p, const struct claims_game *g)
{
    size_t n_cells = 0;

    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        size_t n = widest(claims_view_result(g, (enum claims_side)side));
        n_cells = n > n_cells ? n : n_cells;
    }
    page_markup(&p->page, "<h3>");
    page_text(&p->page, g->id);
    page_markup(&p->page, " ");
    page_text(&p->page, g->title);
    page_markup(&p->page, "</h3>\n<div class=\"pair\">\n");
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (p->view->sides[side])
            write_exposure_side(p, g, (enum claims_side)side, n_cells);
    page_markup(&p->page, "</div>\n");
}

void claims_exhibits_exposure(struct claims_page *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->view->n_games; i++) {
        const struct claims_game *g = &p->view->games[i];
        if (!has_flights(g))
            continue;
        if (n++ == 0)
            page_markup(
                &p->page,
                "<p>State is stolen before the first flight. A row is a schedule, a cell "
                "one flight: <b>filled</b> when the adversary read it, hollow when not; the "
                "arrow points right when A speaks and left when B does.</p>\n");
        write_exposure(p, g);
    }
    if (n == 0)
        page_markup(&p->page, "<p>No game recorded flights after a theft.</p>\n");
}

/* ---- measures */

static bool was_measured(const struct claims_measure *m)
{
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (m->sides[side] >= 0)
            return true;
    return false;
}

static void write_bars(struct claims_page *p, const struct claims_property *property,
                       const struct claims_measure *m)
{
    page_markup(&p->page, "<figure><figcaption>");
    page_text(&p->page, m->title);
    page_markup(&p->page, " <small>");
    page_text(&p->page, m->unit);
    page_markup(&p->page, ", ");
    page_text(&p->page, property->id);
    page_markup(&p->page, "</small></figcaption>\n");
    claims_svg_bars(p->page.out, p->n_pictures++, m);
    page_markup(&p->page, "</figure>\n");
}

void claims_exhibits_measures(struct claims_page *p)
{
    size_t n = 0;

    page_markup(&p->page, "<p>Smaller is stronger. A torn bar with an arrow has no end; a dashed "
                          "mark is what was claimed.</p>\n<div class=\"pair\">\n");
    for (size_t i = 0; i < p->view->n_properties; i++) {
        const struct claims_property *property = &p->view->properties[i];
        for (size_t k = 0; k < property->n_measures; k++) {
            const struct claims_measure *m = &property->measures[k];
            if (!was_measured(m))
                continue;
            write_bars(p, property, m);
            n++;
        }
    }
    page_markup(&p->page, "</div>\n");
    if (n == 0)
        page_markup(&p->page, "<p>No number was measured.</p>\n");
}

/* ---- figures */

/* The entry of |figures| for a game; N_FIGURES when its points have no names. */
static size_t figure_of(const struct claims_game *g)
{
    size_t i = 0;

    while (i < N_FIGURES && strcmp(figures[i].game, g->id) != 0)
        i++;
    return i;
}

static void write_points(struct claims_page *p, const struct claims_game *g, size_t figure)
{
    size_t n = sizeof figures[0].names / sizeof figures[0].names[0];
    struct page *page = &p->page;

    buffer_printf(page->out, "<table class=\"points\"><thead><tr><th scope=\"col\">%s</th>",
                  figures[figure].y);
    claims_exhibits_side_heads(p);
    page_markup(page, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++) {
        buffer_printf(page->out, "<tr><th scope=\"row\">%s</th>", figures[figure].names[i]);
        for (int side = 0; side < N_CLAIMS_SIDE; side++) {
            const struct game_result *o = claims_view_result(g, (enum claims_side)side);
            if (!p->view->sides[side])
                continue;
            if (i < o->n_series)
                buffer_printf(page->out, "<td>%.6g</td>", o->series[i].y);
            else
                page_markup(page, "<td>-</td>");
        }
        page_markup(page, "</tr>\n");
    }
    page_markup(page, "</tbody></table>\n");
}

static void write_series(struct claims_page *p, const struct claims_game *g)
{
    size_t at = figure_of(g);
    bool is_named = at < N_FIGURES;
    struct claims_figure figure = {
        .title = g->title, .x = is_named ? figures[at].x : "", .y = is_named ? figures[at].y : ""};

    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        figure.sides[side] = claims_view_result(g, (enum claims_side)side);
    if (is_named && figures[at].names[0]) {
        write_points(p, g, at);
        return;
    }
    claims_svg_steps(p->page.out, p->n_pictures++, &figure);
    page_markup(&p->page,
                "<p class=\"meta\">solid: target; dashed: Signal v3; dotted: Signal v4</p>\n");
}

static bool has_series(const struct claims_game *g)
{
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (claims_view_result(g, (enum claims_side)side)->n_series)
            return true;
    return false;
}

static void write_figure(struct claims_page *p, const struct claims_game *g)
{
    page_markup(&p->page, "<figure class=\"told\"><figcaption>");
    page_text(&p->page, g->id);
    page_markup(&p->page, " ");
    page_text(&p->page, g->title);
    page_markup(&p->page, g->kind == GAME_REPORTS
                              ? " <small>told, not judged</small></figcaption>\n"
                              : "</figcaption>\n");
    if (has_series(g))
        write_series(p, g);
    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        const struct game_result *o = claims_view_result(g, (enum claims_side)side);
        if (!o->detail[0])
            continue;
        buffer_printf(p->page.out, "<p class=\"meta\"><b>%s</b> ",
                      claims_words_side((enum claims_side)side));
        page_text(&p->page, o->detail);
        page_markup(&p->page, "</p>\n");
    }
    page_markup(&p->page, "</figure>\n");
}

void claims_exhibits_figures(struct claims_page *p)
{
    size_t n = 0;

    page_markup(&p->page, "<div class=\"pair\">\n");
    for (size_t i = 0; i < p->view->n_games; i++) {
        const struct claims_game *g = &p->view->games[i];
        if (g->kind != GAME_REPORTS && !has_series(g))
            continue;
        write_figure(p, g);
        n++;
    }
    page_markup(&p->page, "</div>\n");
    if (n == 0)
        page_markup(&p->page, "<p>No game told a figure.</p>\n");
}
