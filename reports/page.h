/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/page.h - writes the HTML page: text is escaped, markup is literal.
 * Depends on: base, reports/view.
 *
 * The page is well-formed XML as well as HTML: elements are closed, attributes quoted, no named
 * entities but XML's.
 */
#ifndef ASSAY_REPORTS_PAGE_H
#define ASSAY_REPORTS_PAGE_H

#include "base/buffer.h"
#include "reports/view.h"

/* Bytes of page, up to which causes show the steps of their example; later ones refer to
 * results.json. And those that a run's page has at most, as long as the lines of its cases let
 * it. */
#define PAGE_ROOM_STEPS ((size_t)600 * 1000)
#define PAGE_ROOM ((size_t)2900 * 1000)

struct page {
    const struct view *view; /* of a run; NULL on any other page */
    const char *out_dir;     /* NULL: paths are not shown */
    struct buffer *out;
    struct buffer raw; /* what words_* put together before it is escaped */
};

/* The sections of the page, in order. */
enum page_section {
    PAGE_SINCE = 0, /* where view->since says what changed */
    PAGE_CAUSES,
    PAGE_SCORE,
    PAGE_LIMITS,
    PAGE_REQUIREMENTS,
    PAGE_PROFILE,
    PAGE_CASES,
    PAGE_HOW,
    N_PAGE_SECTION
};

/* Where a section is found, and what stands above it. */
struct page_heading {
    const char *anchor;
    const char *title;
};

enum page_kind {
    PAGE_SCRIPTED = 0, /* of a run: search and filter */
    PAGE_PLAIN,        /* no script */
    PAGE_OF_CLAIMS,    /* no script, and the style of its pictures */
    PAGE_OF_COMPARISON /* search and filter of its own, and wider tables */
};

/* Everything before the first visible element; the page's title is what stands in page->raw. */
void page_begin(struct page *p, enum page_kind kind);
/* From the end of <main> on. */
void page_end(struct page *p, enum page_kind kind);

/* Markup, as it is. */
void page_markup(struct page *p, const char *markup);
/* Text, escaped. */
void page_text(struct page *p, const char *text);
/* What stands in page->raw, escaped; raw is empty afterwards. */
void page_flush(struct page *p);
/* A number with thousands separated. */
void page_number(struct page *p, unsigned long long n);
/* <tag class="...">text</tag>; |class| is ours and not escaped, NULL for none. */
void page_element(struct page *p, const char *tag, const char *class, const char *text);
/* <section id="..."><h2>...</h2>; the caller closes it. */
void page_open_headed(struct page *p, const struct page_heading *heading);
/* <div class="scroll" ...>, for a table that may be wider than the window; the keyboard reaches it.
 * |label|: what is in it, ours. The caller closes it. */
void page_open_scroll(struct page *p, const char *label);
/* A link to it. */
void page_heading_link(struct page *p, const struct page_heading *heading);
/* The same for a section of a run's page. */
void page_open_section(struct page *p, enum page_section section);
/* Links to all sections that there are. */
void page_section_links(struct page *p);
/* One name and value of a <dl class="facts">. */
void page_fact(struct page *p, const char *name, const char *value);
/* <a href="#r5">id</a> when |id| is in the requirement table, else the text alone. */
void page_requirement(struct page *p, const char *id);
/* The same for a case, with or without #n: a link to its group. */
void page_case(struct page *p, const char *id);

/* The class a state is coloured by: "good", "bad", "doubt", "mild"; static. */
const char *page_class(enum state state);

#endif
