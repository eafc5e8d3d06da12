/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/stanza_scan.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

struct scan {
    struct bytes in;
    size_t at;
    uint32_t max_depth, max_attributes, max_nodes;
    uint32_t depth, n_nodes, n_namespaces;
    const char *problem;
};

/* ---- characters */

static bool is_xml_character(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
           (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

bool stanza_is_text(struct bytes in)
{
    for (size_t at = 0; at < in.len;) {
        uint32_t c = 0;
        size_t len = utf8_take(bytes_of(in.data + at, in.len - at), &c);
        if (len == 0 || !is_xml_character(c))
            return false;
        at += len;
    }
    return true;
}

/* ---- pieces */

static enum status problem(struct scan *s, enum status st, const char *text)
{
    s->problem = text;
    return st;
}

static bool stands_here(const struct scan *s, const char *text)
{
    size_t len = strlen(text);
    return s->in.len - s->at >= len && memcmp(s->in.data + s->at, text, len) == 0;
}

/* Go behind the next |text|; false when there is none. */
static bool go_behind(struct scan *s, const char *text)
{
    size_t len = strlen(text);
    for (; s->in.len - s->at >= len; s->at++) {
        if (!stands_here(s, text))
            continue;
        s->at += len;
        return true;
    }
    return false;
}

static bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static bool skip_space(struct scan *s)
{
    size_t from = s->at;
    while (s->at < s->in.len && is_space(s->in.data[s->at]))
        s->at++;
    return s->at > from;
}

/* ---- the declaration (XML 1.0, production 23) */

/* One NAME = "VALUE" with white space before it; false, and nothing consumed, when another stands
 * here. */
static bool take_pseudo_attribute(struct scan *s, const char *name, struct bytes *out)
{
    size_t from = s->at;
    bool is_here = skip_space(s) && stands_here(s, name);
    if (is_here) {
        s->at += strlen(name);
        skip_space(s);
        is_here = stands_here(s, "=");
    }
    if (is_here) {
        s->at++;
        skip_space(s);
        const char *quote = stands_here(s, "'") ? "'" : "\"";
        size_t value = s->at + 1;
        is_here = stands_here(s, quote) && (s->at++, go_behind(s, quote));
        if (is_here)
            *out = bytes_of(s->in.data + value, s->at - 1 - value);
    }
    if (!is_here)
        s->at = from;
    return is_here;
}

static bool is_text(struct bytes in, const char *text)
{
    return in.len == strlen(text) && strncasecmp((const char *)in.data, text, in.len) == 0;
}

static enum status take_declaration(struct scan *s)
{
    struct bytes value = {NULL, 0};
    if (!stands_here(s, "<?xml") || s->in.len < 6 || !is_space(s->in.data[5]))
        return OK;
    s->at += strlen("<?xml");
    if (!take_pseudo_attribute(s, "version", &value) || !is_text(value, "1.0"))
        return problem(s, E_PARSE, "an XML declaration not of version 1.0");
    if (take_pseudo_attribute(s, "encoding", &value) && !is_text(value, "UTF-8"))
        return problem(s, E_PARSE, "another declared encoding than UTF-8");
    if (take_pseudo_attribute(s, "standalone", &value) &&
        !bytes_equal(value, bytes_of_text("yes")) && !bytes_equal(value, bytes_of_text("no")))
        return problem(s, E_PARSE, "an XML declaration neither standalone nor not");
    skip_space(s);
    if (!stands_here(s, "?>"))
        return problem(s, E_PARSE, "an XML declaration that does not end");
    s->at += strlen("?>");
    return OK;
}

/* ---- tags */

static enum status count_attribute(struct scan *s, size_t name_at, uint32_t *n_attributes)
{
    size_t xmlns = strlen("xmlns");
    if (++*n_attributes > s->max_attributes)
        return problem(s, E_LIMIT, "more attributes than an element may have");
    if (s->at - name_at < xmlns || memcmp(s->in.data + name_at, "xmlns", xmlns) != 0)
        return OK;
    if (++s->n_namespaces > STANZA_NAMESPACES_MAX)
        return problem(s, E_LIMIT, "more declarations of namespaces than a document may have");
    return OK;
}

/* At the "<" of a start tag. Each attribute has one "=" outside of quotes. */
static enum status skip_start_tag(struct scan *s)
{
    uint32_t n_attributes = 0;
    size_t name_at = s->at;
    if (++s->n_nodes > s->max_nodes)
        return problem(s, E_LIMIT, "more elements than a document may have");
    if (++s->depth > s->max_depth)
        return problem(s, E_LIMIT, "elements nested too deeply");
    for (s->at++; s->at < s->in.len && s->in.data[s->at] != '>'; s->at++) {
        uint8_t c = s->in.data[s->at];
        const char quote[] = {(char)c, '\0'};
        enum status st = c == '=' ? count_attribute(s, name_at, &n_attributes) : OK;
        if (st)
            return st;
        if (is_space(c))
            name_at = s->at + 1;
        if (c != '"' && c != '\'')
            continue;
        s->at++;
        if (!go_behind(s, quote))
            return problem(s, E_PARSE, "an attribute that does not end");
        name_at = s->at--;
    }
    if (s->at == s->in.len)
        return problem(s, E_PARSE, "a tag that does not end");
    s->depth -= s->in.data[s->at - 1] == '/';
    s->at++;
    return OK;
}

static enum status skip_end_tag(struct scan *s)
{
    if (s->depth == 0)
        return problem(s, E_PARSE, "an end tag without start tag");
    s->depth--;
    return go_behind(s, ">") ? OK : problem(s, E_PARSE, "a tag that does not end");
}

/* At a "<". */
static enum status skip_markup(struct scan *s)
{
    if (stands_here(s, "</"))
        return skip_end_tag(s);
    if (stands_here(s, "<![CDATA["))
        return go_behind(s, "]]>") ? OK : problem(s, E_PARSE, "CDATA that does not end");
    if (stands_here(s, "<!--"))
        return problem(s, E_PARSE, "a comment");
    if (stands_here(s, "<!"))
        return problem(s, E_PARSE, "a DOCTYPE or another declaration");
    if (stands_here(s, "<?"))
        return problem(s, E_PARSE, "a processing instruction");
    return skip_start_tag(s);
}

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

static enum status scan(struct scan *s, struct bytes *out_body)
{
    if (stands_here(s, "\xef\xbb\xbf"))
        return problem(s, E_PARSE, "a byte order mark");
    if (!stanza_is_text(s->in))
        return problem(s, E_PARSE, "not UTF-8, or a character that XML does not have");
    enum status st = take_declaration(s);
    *out_body = bytes_of(s->in.data + s->at, s->in.len - s->at);
    while (!st && s->at < s->in.len) {
        if (s->in.data[s->at] == '<')
            st = skip_markup(s);
        else
            s->at++;
    }
    if (!st && s->n_nodes == 0)
        st = problem(s, E_PARSE, "no element at all");
    return st;
}

enum status stanza_scan(struct bytes in, const struct stanza_limits *limits, struct bytes *out_body,
                        const char **out_problem)
{
    struct scan s = {.in = in,
                     .max_depth = smaller(limits->max_depth, STANZA_DEPTH_MAX),
                     .max_attributes = smaller(limits->max_attributes, STANZA_ATTRIBUTES_MAX),
                     .max_nodes = STANZA_NODES_MAX,
                     .problem = ""};
    enum status st = OK;
    *out_body = bytes_of(NULL, 0);
    if (limits->max_nodes)
        s.max_nodes = smaller(limits->max_nodes, STANZA_NODES_MAX);
    if (in.len > limits->max_bytes || in.len > STANZA_BYTES_MAX)
        st = problem(&s, E_LIMIT, "longer than a document may be");
    if (!st && in.len == 0)
        st = problem(&s, E_PARSE, "no bytes");
    if (!st)
        st = scan(&s, out_body);
    *out_problem = s.problem;
    return st;
}
