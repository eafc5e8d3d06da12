/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/stanza.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "wire/stanza_scan.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>

#define PROBLEM_MAX 200

/* All the nodes there can be, with what the arena needs for itself. */
#define SCRATCH_MAX (STANZA_NODES_MAX * sizeof(struct node) + (size_t)64 * 1024)

#if LIBXML_VERSION >= 21200
#define XML_ERROR const xmlError *
#else
#define XML_ERROR xmlErrorPtr
#endif

struct node {
    struct stanza stanza;
    struct node *parent, *next;
    struct node *first_child, *last_child;
    size_t text_from; /* in parse.text */
};

/* What the parser's callbacks know. */
struct parse {
    xmlParserCtxtPtr parser;
    struct arena scratch; /* nodes: dead when the tree stands */
    struct buffer text; /* of the open elements, each behind its parent's; ended ones took theirs */
    struct arena *arena; /* the caller's: the tree */
    const char *namespace_stream;
    struct node *root, *open;
    enum status st;
    char problem[PROBLEM_MAX];
};

/* ---- building */

static void stop(struct parse *p, enum status st)
{
    if (!p->st)
        p->st = st;
    xmlStopParser(p->parser);
}

static const char *text_of(const xmlChar *text) { return text ? (const char *)text : ""; }

static const char *element_name(const struct parse *p, const xmlChar *local, const xmlChar *prefix,
                                const xmlChar *uri)
{
    if (uri && p->namespace_stream && strcmp(text_of(uri), p->namespace_stream) == 0)
        return arena_printf(p->arena, "stream:%s", text_of(local));
    if (prefix)
        return arena_printf(p->arena, "{%s}%s", text_of(uri), text_of(local));
    return arena_text(p->arena, text_of(local));
}

/* |from| has five pointers an attribute: local name, prefix, URI, value and its end. */
static bool take_attributes(struct parse *p, struct stanza *s, size_t n, const xmlChar **from)
{
    struct stanza_attribute *list = n ? arena_array(p->arena, n, sizeof(*list)) : NULL;
    if (n && !list)
        return false;
    for (size_t i = 0; i < n; i++, from += 5) {
        struct bytes value = {from[3], (size_t)(from[4] - from[3])};
        uint8_t *copy = arena_alloc(p->arena, value.len + 1);
        list[i].name = from[1] ? arena_printf(p->arena, "%s:%s", text_of(from[1]), text_of(from[0]))
                               : arena_text(p->arena, text_of(from[0]));
        if (!copy || !list[i].name)
            return false;
        if (value.len)
            memcpy(copy, value.data, value.len);
        list[i].value = (const char *)copy;
    }
    s->attributes = list;
    s->n_attributes = n;
    return true;
}

static void on_start(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes)
{
    struct parse *p = context;
    struct node *node = arena_alloc(&p->scratch, sizeof(*node));
    (void)n_namespaces;
    (void)namespaces;
    (void)n_defaulted; /* there is no DTD that could have defaults */
    if (!node || n_attributes < 0) {
        stop(p, E_NOMEM);
        return;
    }
    node->stanza.name = element_name(p, local, prefix, uri);
    node->stanza.ns = arena_text(p->arena, text_of(uri));
    if (!node->stanza.name || !node->stanza.ns ||
        !take_attributes(p, &node->stanza, (size_t)n_attributes, attributes)) {
        stop(p, E_NOMEM);
        return;
    }
    node->text_from = p->text.len;
    node->parent = p->open;
    p->open = node;
    if (!node->parent)
        p->root = node;
}

static void on_text(void *context, const xmlChar *text, int len)
{
    struct parse *p = context;
    if (!p->open || len <= 0)
        return;
    enum status st = buffer_append(&p->text, bytes_of(text, (size_t)len));
    if (st)
        stop(p, st);
}

static bool take_text(struct parse *p, struct node *node)
{
    struct bytes text =
        bytes_slice(buffer_bytes(&p->text), node->text_from, p->text.len - node->text_from);
    uint8_t *copy = arena_alloc(p->arena, text.len + 1);
    if (!copy)
        return false;
    if (text.len)
        memcpy(copy, text.data, text.len);
    node->stanza.text = (const char *)copy;
    p->text.len = node->text_from;
    return true;
}

/* The children, all complete by now, side by side. */
static bool join_children(struct parse *p, struct node *node)
{
    size_t n = node->stanza.n_children;
    struct stanza *children = n ? arena_array(p->arena, n, sizeof(*children)) : NULL;
    if (n && !children)
        return false;
    size_t at = 0;
    for (const struct node *i = node->first_child; i && at < n; i = i->next)
        children[at++] = i->stanza;
    node->stanza.children = children;
    return true;
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    struct parse *p = context;
    struct node *node = p->open, *parent = node ? node->parent : NULL;
    (void)local;
    (void)prefix;
    (void)uri;
    if (!node)
        return;
    if (!take_text(p, node) || !join_children(p, node)) {
        stop(p, E_NOMEM);
        return;
    }
    p->open = parent;
    if (!parent)
        return;
    if (parent->last_child)
        parent->last_child->next = node;
    else
        parent->first_child = node;
    parent->last_child = node;
    parent->stanza.n_children++;
}

/* The first error is the cause; what follows it is noise. Bad namespaces are errors here too. */
static void on_error(void *context, XML_ERROR error)
{
    struct parse *p = context;
    if (p->st || error->level < XML_ERR_ERROR)
        return;
    p->st = error->code == XML_ERR_NO_MEMORY       ? E_NOMEM
            : error->code == XML_ERR_NAME_TOO_LONG ? E_LIMIT
                                                   : E_PARSE;
    int len = error->message ? (int)strcspn(error->message, "\n") : 0;
    snprintf(p->problem, sizeof(p->problem), "%.*s", len, error->message ? error->message : "");
}

/* ---- parsing */

struct stanza_limits stanza_limits_of(const struct wire_profile *p)
{
    return (struct stanza_limits){.max_bytes = p->stanza_max_bytes,
                                  .max_depth = p->stanza_max_depth,
                                  .max_attributes = p->stanza_max_attributes,
                                  .namespace_stream = p->stanza_namespace_stream};
}

static enum status parse_body(struct parse *p, struct bytes body)
{
    static const xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                                          .startElementNs = on_start,
                                          .endElementNs = on_end,
                                          .characters = on_text,
                                          .ignorableWhitespace = on_text,
                                          .cdataBlock = on_text,
                                          .serror = on_error};
    p->parser = xmlCreateMemoryParserCtxt((const char *)body.data, (int)body.len);
    if (!p->parser)
        return E_NOMEM;
    /* stanza_scan held the document to our limits; the library's own would be others. Without
     * NOENT an ampersand in an attribute would come as "&#38;"; no entities can be declared. */
    xmlCtxtUseOptions(p->parser, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT);
    *p->parser->sax = handler;
    p->parser->userData = p;
    xmlParseDocument(p->parser);
    if (!p->st && p->parser->errNo == XML_ERR_NO_MEMORY)
        p->st = E_NOMEM;
    if (!p->st && (!p->parser->wellFormed || !p->parser->nsWellFormed || !p->root || p->open))
        p->st = E_PARSE;
    xmlFreeParserCtxt(p->parser);
    return p->st;
}

enum status stanza_parse(struct bytes in, const struct stanza_limits *limits, struct arena *arena,
                         const struct stanza **out, const char **out_problem)
{
    struct parse p = {.arena = arena, .namespace_stream = limits->namespace_stream};
    const char *problem = "";
    struct bytes body;
    *out = NULL;
    arena_init(&p.scratch, SCRATCH_MAX);
    buffer_init(&p.text, in.len); /* nothing unescapes to more than it is */
    enum status st = stanza_scan(in, limits, &body, &problem);
    if (!st) {
        st = parse_body(&p, body);
        problem = st ? arena_text(arena, p.problem) : "";
    }
    if (!st) {
        struct stanza *root = arena_alloc(arena, sizeof(*root));
        if (root)
            *root = p.root->stanza;
        *out = root;
        st = root ? OK : E_NOMEM;
    }
    if (out_problem)
        *out_problem = problem ? problem : "";
    buffer_fini(&p.text);
    arena_fini(&p.scratch);
    return st;
}

/* ---- looking */

bool stanza_is(const struct stanza *s, const char *name)
{
    if (strcmp(s->name, name) != 0)
        return false;
    return *s->ns == '\0' || strcmp(name, "iq") == 0 || strncmp(name, "stream:", 7) == 0;
}

const char *stanza_get(const struct stanza *s, const char *attribute)
{
    for (size_t i = 0; i < s->n_attributes; i++)
        if (strcmp(s->attributes[i].name, attribute) == 0)
            return s->attributes[i].value;
    return NULL;
}

const struct stanza *stanza_child(const struct stanza *s, const char *name)
{
    const char *ns = strncmp(s->name, "stream:", 7) == 0 ? "" : s->ns;
    for (size_t i = 0; i < s->n_children; i++)
        if (strcmp(s->children[i].name, name) == 0 && strcmp(s->children[i].ns, ns) == 0)
            return &s->children[i];
    return NULL;
}

bool stanza_has(const struct stanza *s, const char *attribute, const char *value)
{
    const char *its = s ? stanza_get(s, attribute) : NULL;
    return value ? its && strcmp(its, value) == 0 : s && !its;
}

bool stanza_is_id(const char *id) { return id && *id && utf8_length(id) <= STANZA_ID_MAX; }

enum status stanza_bytes(const struct stanza *s, struct arena *arena, struct bytes *out)
{
    struct bytes text = bytes_of_text(s->text);
    struct buffer decoded;
    *out = bytes_of(NULL, 0);
    buffer_init(&decoded, text.len);
    enum status st = base64_decode(text, BASE64_STANDARD, &decoded);
    if (!st) {
        *out = arena_copy(arena, buffer_bytes(&decoded));
        st = out->data ? OK : E_NOMEM;
    }
    buffer_fini(&decoded);
    return st;
}
