/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/page.h"

#include "base/base64.h"
#include "base/crypto.h"
#include "reports/escape.h"
#include "reports/templates/templates.h"
#include "reports/words.h"

#include <string.h>

static const char *const state_classes[N_STATE] = {
    [STATE_NONE] = "bad",      [STATE_PASSED] = "good",        [STATE_NOT_APPLICABLE] = "mild",
    [STATE_BLOCKED] = "doubt", [STATE_NOT_RUN] = "doubt",      [STATE_UNSCORED] = "doubt",
    [STATE_KNOWN] = "doubt",   [STATE_INCONCLUSIVE] = "doubt", [STATE_FAILED] = "bad",
    [STATE_ERROR] = "bad",
};

static const struct page_heading sections[N_PAGE_SECTION] = {
    [PAGE_SINCE] = {"since", "Since the last run"},
    [PAGE_CAUSES] = {"causes", "What to fix first"},
    [PAGE_SCORE] = {"score", "Score"},
    [PAGE_LIMITS] = {"limits", "What this does not prove"},
    [PAGE_REQUIREMENTS] = {"requirements", "Requirements"},
    [PAGE_PROFILE] = {"profile", "Measured"},
    [PAGE_CASES] = {"cases", "Cases"},
    [PAGE_HOW] = {"how", "How it was run"},
};

/* The script of a page; empty where it has none. */
static struct bytes script_of(enum page_kind kind)
{
    if (kind == PAGE_SCRIPTED)
        return bytes_of(template_js, template_js_len);
    if (kind == PAGE_OF_COMPARISON)
        return bytes_of(template_compare_js, template_compare_js_len);
    return bytes_of(NULL, 0);
}

/* Nothing is loaded, nothing is sent, and only the script whose digest stands here runs. */
static void write_policy(struct page *p, enum page_kind kind)
{
    uint8_t digest[32];

    page_markup(p, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; script-src ");
    struct bytes script = script_of(kind);
    if (script.len > 0 && crypto_sha256(script, digest) == OK) {
        page_markup(p, "'sha256-");
        (void)!base64_encode(bytes_of(digest, sizeof digest), BASE64_STANDARD, p->out);
        page_markup(p, "'\"/>\n");
    } else {
        page_markup(p, "'none'\"/>\n");
    }
}

void page_begin(struct page *p, enum page_kind kind)
{
    page_markup(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    write_policy(p, kind);
    page_markup(p, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                   "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>");
    page_flush(p);
    page_markup(p, "</title>\n<style>\n");
    buffer_append(p->out, bytes_of(template_css, template_css_len));
    if (kind == PAGE_OF_CLAIMS)
        buffer_append(p->out, bytes_of(template_claims, template_claims_len));
    if (kind == PAGE_OF_COMPARISON)
        buffer_append(p->out, bytes_of(template_compare_css, template_compare_css_len));
    page_markup(p, "</style>\n</head>\n<body>\n");
}

void page_end(struct page *p, enum page_kind kind)
{
    struct bytes script = script_of(kind);
    page_markup(p, "</main>\n");
    if (script.len > 0) {
        page_markup(p, "<script>");
        buffer_append(p->out, script);
        page_markup(p, "</script>\n");
    }
    page_markup(p, "</body>\n</html>\n");
}

void page_markup(struct page *p, const char *markup) { buffer_append_text(p->out, markup); }

void page_text(struct page *p, const char *text)
{
    escape_append(p->out, ESCAPE_XML, text, ESCAPE_TEXT_MAX);
}

void page_flush(struct page *p)
{
    page_text(p, buffer_text(&p->raw));
    buffer_clear(&p->raw);
}

void page_number(struct page *p, unsigned long long n) { buffer_append_number(p->out, n); }

void page_element(struct page *p, const char *tag, const char *class, const char *text)
{
    if (class)
        buffer_printf(p->out, "<%s class=\"%s\">", tag, class);
    else
        buffer_printf(p->out, "<%s>", tag);
    page_text(p, text);
    buffer_printf(p->out, "</%s>", tag);
}

void page_open_headed(struct page *p, const struct page_heading *heading)
{
    buffer_printf(p->out, "<section id=\"%s\">\n<h2>%s</h2>\n", heading->anchor, heading->title);
}

void page_open_scroll(struct page *p, const char *label)
{
    buffer_printf(p->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">",
                  label);
}

void page_heading_link(struct page *p, const struct page_heading *heading)
{
    buffer_printf(p->out, "<a href=\"#%s\">%s</a> ", heading->anchor, heading->title);
}

void page_open_section(struct page *p, enum page_section section)
{
    page_open_headed(p, &sections[section]);
}

void page_section_links(struct page *p)
{
    for (size_t i = 0; i < N_PAGE_SECTION; i++)
        if (i != PAGE_SINCE || p->view->since)
            page_heading_link(p, &sections[i]);
}

void page_fact(struct page *p, const char *name, const char *value)
{
    page_markup(p, "<div>");
    page_element(p, "dt", NULL, name);
    page_element(p, "dd", NULL, value);
    page_markup(p, "</div>");
}

static void link_or_text(struct page *p, char prefix, size_t at, const char *text)
{
    if (at != VIEW_NOWHERE)
        buffer_printf(p->out, "<a href=\"#%c%zu\">", prefix, at);
    page_text(p, text);
    if (at != VIEW_NOWHERE)
        page_markup(p, "</a>");
}

void page_requirement(struct page *p, const char *id)
{
    link_or_text(p, 'r', view_requirement_at(p->view, id), id);
}

void page_case(struct page *p, const char *id)
{
    size_t at = VIEW_NOWHERE;

    buffer_append(&p->raw, bytes_of(id, strcspn(id, "#")));
    at = view_group_at(p->view, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    link_or_text(p, 'c', at, id);
}

const char *page_class(enum state state)
{
    return (unsigned)state < N_STATE ? state_classes[state] : "bad";
}
