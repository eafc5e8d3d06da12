#include "reports/page.h"

#include "reports/escape.h"
#include "reports/words.h"

#include <string.h>

#define NOWHERE ((size_t)-1)

static const char *const state_classes[N_STATE] = {
    [STATE_NONE] = "bad",           [STATE_PASSED] = "good",    [STATE_NOT_APPLICABLE] = "mild",
    [STATE_NOT_RUN] = "doubt",      [STATE_UNSCORED] = "doubt", [STATE_KNOWN] = "doubt",
    [STATE_INCONCLUSIVE] = "doubt", [STATE_FAILED] = "bad",     [STATE_ERROR] = "bad",
};

static const struct {
    const char *anchor;
    const char *title;
} sections[N_PAGE_SECTION] = {
    [PAGE_SCORE] = {"score", "Score"},
    [PAGE_LIMITS] = {"limits", "What this does not prove"},
    [PAGE_CAUSES] = {"causes", "Root causes"},
    [PAGE_REQUIREMENTS] = {"requirements", "Requirements"},
    [PAGE_PROFILE] = {"profile", "Measured"},
    [PAGE_CASES] = {"cases", "Cases"},
    [PAGE_HOW] = {"how", "How it was run"},
};

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

void page_number(struct page *p, unsigned long long n) { words_number(p->out, n); }

void page_element(struct page *p, const char *tag, const char *class, const char *text)
{
    if (class)
        buffer_printf(p->out, "<%s class=\"%s\">", tag, class);
    else
        buffer_printf(p->out, "<%s>", tag);
    page_text(p, text);
    buffer_printf(p->out, "</%s>", tag);
}

void page_open_section(struct page *p, enum page_section section)
{
    buffer_printf(p->out, "<section id=\"%s\">\n<h2>%s</h2>\n", sections[section].anchor,
                  sections[section].title);
}

void page_section_links(struct page *p)
{
    for (size_t i = 0; i < N_PAGE_SECTION; i++)
        buffer_printf(p->out, "<a href=\"#%s\">%s</a> ", sections[i].anchor, sections[i].title);
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
    if (at != NOWHERE)
        buffer_printf(p->out, "<a href=\"#%c%zu\">", prefix, at);
    page_text(p, text);
    if (at != NOWHERE)
        page_markup(p, "</a>");
}

void page_requirement(struct page *p, const char *id)
{
    link_or_text(p, 'r', view_requirement_at(p->view, id), id);
}

void page_case(struct page *p, const char *id)
{
    size_t at = NOWHERE;

    buffer_append(&p->raw, bytes_of(id, strcspn(id, "#")));
    at = view_group_at(p->view, buffer_text(&p->raw));
    buffer_clear(&p->raw);
    link_or_text(p, 'c', at, id);
}

void page_base64(struct page *p, struct bytes in)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < in.len; i += 3) {
        uint32_t group = (uint32_t)in.data[i] << 16;
        if (i + 1 < in.len)
            group |= (uint32_t)in.data[i + 1] << 8;
        if (i + 2 < in.len)
            group |= in.data[i + 2];
        buffer_append_byte(p->out, (uint8_t)digits[group >> 18]);
        buffer_append_byte(p->out, (uint8_t)digits[group >> 12 & 63]);
        buffer_append_byte(p->out, i + 1 < in.len ? (uint8_t)digits[group >> 6 & 63] : '=');
        buffer_append_byte(p->out, i + 2 < in.len ? (uint8_t)digits[group & 63] : '=');
    }
}

const char *page_class(enum state state)
{
    return (unsigned)state < N_STATE ? state_classes[state] : "bad";
}
