/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/xml.h"

#include "base/buffer.h"
#include "base/crypto.h"
#include "base/utf8.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREE_MAX (256u * 1024u * 1024u)
#define MESSAGE_SHOWN 200

#if LIBXML_VERSION >= 21200
#define XML_ERROR const xmlError *
#else
#define XML_ERROR xmlErrorPtr
#endif

struct xml_document {
    const char *path; /* in |arena| */
    xmlDocPtr doc;
    struct arena arena;
    struct element root;
    size_t n_elements;
    uint8_t digest[32];
};

struct xml_schema {
    xmlRelaxNGPtr schema;
};

/* ---- bytes */

static enum status read_file(const char *path, size_t max, struct buffer *out, struct diags *diags)
{
    uint8_t chunk[16384];
    size_t got;
    buffer_init(out, max);
    FILE *file = fopen(path, "rb");
    if (!file)
        return diags_add(diags, path, 0, "cannot be opened: %s", strerror(errno));
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
        if (buffer_append(out, bytes_of(chunk, got)))
            break;
    bool is_unread = ferror(file) != 0;
    fclose(file);
    if (buffer_status(out) == E_LIMIT)
        diags_add(diags, path, 0, "is longer than %zu bytes", max);
    else if (is_unread)
        diags_add(diags, path, 0, "cannot be read");
    if (buffer_status(out) == E_NOMEM)
        return E_NOMEM;
    return is_unread || buffer_status(out) ? E_INPUT : OK;
}

/* ---- attributes, counted before the parser compares each with all before it */

/* Past the end of what begins at |at| and is no element: a comment, CDATA, an instruction. */
static size_t skip_markup(struct bytes in, size_t at)
{
    static const struct {
        const char *begin, *end;
    } kinds[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        size_t len = strlen(kinds[i].begin), end_len = strlen(kinds[i].end);
        if (in.len - at < len || memcmp(in.data + at, kinds[i].begin, len) != 0)
            continue;
        for (size_t end = at + len; end + end_len <= in.len; end++)
            if (memcmp(in.data + end, kinds[i].end, end_len) == 0)
                return end + end_len;
        return in.len;
    }
    return at;
}

/* Past the start tag at |at|. *out_n: its attributes, and namespaces. */
static size_t skip_tag(struct bytes in, size_t at, size_t *out_n)
{
    uint8_t quote = 0;
    for (*out_n = 0; at < in.len && (quote || in.data[at] != '>'); at++) {
        uint8_t c = in.data[at];
        if (c == quote)
            quote = 0;
        else if (!quote && (c == '"' || c == '\''))
            quote = c;
        else if (!quote && c == '=')
            ++*out_n;
    }
    return at;
}

static enum status check_attributes(const char *path, struct bytes in, struct diags *diags)
{
    unsigned line = 1;
    for (size_t at = 0; at < in.len;) {
        size_t n = 0, past = at + 1;
        if (in.data[at] == '<' && (past = skip_markup(in, at)) == at)
            past = skip_tag(in, at, &n);
        if (n > XML_ATTRIBUTES_MAX)
            return diags_add(diags, path, line, "an element has more than %u attributes",
                             XML_ATTRIBUTES_MAX);
        for (; at < past; at++)
            line += in.data[at] == '\n';
    }
    return OK;
}

/* ---- parsing */

/* What the parser's callbacks know: libxml2 hands the parser context to them. */
struct parse {
    const char *path;
    struct diags *diags;
    bool has_doctype;
    bool has_error;
};

static void on_doctype(void *context, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    xmlParserCtxtPtr parser = context;
    struct parse *parse = parser->_private;
    (void)name;
    (void)external;
    (void)system;
    parse->has_doctype = true;
    diags_add(parse->diags, parse->path, (unsigned)parser->input->line,
              "a document type is not taken: no DTD and no entities here");
    xmlStopParser(parser);
}

/* The first error is the cause; what follows it is noise. */
static void on_error(void *context, XML_ERROR error)
{
    xmlParserCtxtPtr parser = context;
    struct parse *parse = parser->_private;
    if (parse->has_doctype || parse->has_error || error->level < XML_ERR_ERROR)
        return;
    parse->has_error = true;
    int len = error->message ? (int)strcspn(error->message, "\n") : 0;
    diags_add(parse->diags, parse->path, error->line > 0 ? (unsigned)error->line : 0,
              "not well-formed XML: %.*s", len < MESSAGE_SHOWN ? len : MESSAGE_SHOWN,
              error->message ? error->message : "");
}

static enum status parse_bytes(struct xml_document *d, struct bytes in, struct diags *diags)
{
    struct parse parse = {.path = d->path, .diags = diags};
    if (in.len == 0)
        return diags_add(diags, d->path, 0, "is empty");
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (!parser)
        return E_NOMEM;
    parser->_private = &parse;
    parser->sax->internalSubset = on_doctype;
    parser->sax->serror = on_error;
    d->doc = xmlCtxtReadMemory(parser, (const char *)in.data, (int)in.len, NULL, NULL,
                               XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA);
    bool is_starved = parser->errNo == XML_ERR_NO_MEMORY;
    xmlFreeParserCtxt(parser);
    if (is_starved)
        return E_NOMEM;
    if (!d->doc && !parse.has_doctype && !parse.has_error)
        diags_add(diags, d->path, 0, "not well-formed XML");
    return d->doc && !parse.has_doctype && !parse.has_error ? OK : E_INPUT;
}

/* ---- the tree */

static bool is_in(const xmlNs *ns, const char *wanted)
{
    return ns && strcmp((const char *)ns->href, wanted) == 0;
}

static bool is_blank(const char *text) { return text[strspn(text, " \t\r\n")] == '\0'; }

/* The text of a node whose children are text only. Without entities it is in one piece. */
static const char *text_of(const xmlNode *children)
{
    return children && children->content ? (const char *)children->content : "";
}

static enum status take_attributes(struct xml_document *d, const xmlNode *node, struct element *out,
                                   struct diags *diags)
{
    size_t n = 0;
    for (const xmlAttr *a = node->properties; a; a = a->next)
        n++;
    struct attribute *list = arena_array(&d->arena, n + 1, sizeof(*list));
    if (!list)
        return E_NOMEM;
    for (const xmlAttr *a = node->properties; a; a = a->next) {
        if (a->ns)
            return diags_add(
                diags, d->path, out->line, "<%.64s>: attribute %.64s:%.64s is not expected",
                out->name, a->ns->prefix ? (const char *)a->ns->prefix : "", (const char *)a->name);
        list[out->n_attributes].name = (const char *)a->name;
        list[out->n_attributes++].value = text_of(a->children);
    }
    out->attributes = list;
    return OK;
}

static enum status start_element(struct xml_document *d, const xmlNode *node, const char *ns,
                                 struct element *out, struct diags *diags)
{
    long line = xmlGetLineNo(node);
    out->name = (const char *)node->name;
    out->line = line > 0 ? (unsigned)line : 0;
    out->text = "";
    if (++d->n_elements > XML_ELEMENTS_MAX)
        return diags_add(diags, d->path, out->line, "has more than %u elements", XML_ELEMENTS_MAX);
    if (!is_in(node->ns, ns))
        return diags_add(diags, d->path, out->line, "<%.64s> is not in the namespace \"%s\"",
                         out->name, ns);
    return take_attributes(d, node, out, diags);
}

/* Text in pieces would have to be put together; nobody needs a comment inside a sentence. */
static enum status take_text(const struct xml_document *d, const xmlNode *node, struct element *out,
                             struct diags *diags)
{
    if (*out->text)
        return diags_add(diags, d->path, out->line, "<%.64s>: its text must be in one piece",
                         out->name);
    out->text = (const char *)node->content;
    return OK;
}

/* Depth first; XML_DEPTH_MAX bounds the recursion. */
static enum status take_element(struct xml_document *d, const xmlNode *node, const char *ns,
                                unsigned depth, struct element *out, struct diags *diags)
{
    enum status st = start_element(d, node, ns, out, diags);
    size_t n = 0;
    if (st)
        return st;
    if (depth >= XML_DEPTH_MAX)
        return diags_add(diags, d->path, out->line, "<%.64s> stands deeper than %u elements",
                         out->name, XML_DEPTH_MAX);
    for (const xmlNode *child = node->children; child; child = child->next) {
        n += child->type == XML_ELEMENT_NODE;
        if (child->type == XML_TEXT_NODE && !is_blank(text_of(child)) &&
            (st = take_text(d, child, out, diags)))
            return st;
    }
    struct element *list = arena_array(&d->arena, n + 1, sizeof(*list));
    if (!list)
        return E_NOMEM;
    for (const xmlNode *child = node->children; child && !st; child = child->next)
        if (child->type == XML_ELEMENT_NODE)
            st = take_element(d, child, ns, depth + 1, &list[out->n_children++], diags);
    out->children = list;
    return st;
}

static enum status take_root(struct xml_document *d, const struct xml_options *options,
                             struct diags *diags)
{
    const xmlNode *root = xmlDocGetRootElement(d->doc);
    if (!root)
        return diags_add(diags, d->path, 0, "has no element");
    const char *name = (const char *)root->name;
    bool is_root = strcmp(name, options->root) == 0 ||
                   (options->or_root && strcmp(name, options->or_root) == 0);
    if (!is_root || !is_in(root->ns, options->ns))
        return diags_add(diags, d->path, (unsigned)xmlGetLineNo(root),
                         "<%.64s> cannot be the outermost element: <%s xmlns=\"%s\"> is expected",
                         name, options->root, options->ns);
    return take_element(d, root, options->ns, 0, &d->root, diags);
}

enum status xml_load(const struct xml_options *options, struct xml_document **out,
                     struct diags *diags)
{
    struct buffer contents;
    struct xml_document *d = calloc(1, sizeof(*d));
    *out = NULL;
    if (!d)
        return E_NOMEM;
    arena_init(&d->arena, TREE_MAX);
    size_t max = options->max ? options->max : XML_FILE_MAX;
    enum status st = read_file(options->path, max, &contents, diags);
    if (!st && !(d->path = arena_text(&d->arena, options->path)))
        st = E_NOMEM;
    if (!st)
        st = crypto_sha256(buffer_bytes(&contents), d->digest);
    if (!st)
        st = check_attributes(d->path, buffer_bytes(&contents), diags);
    if (!st)
        st = parse_bytes(d, buffer_bytes(&contents), diags);
    if (!st)
        st = take_root(d, options, diags);
    buffer_fini(&contents);
    if (st)
        xml_free(d);
    else
        *out = d;
    return st;
}

void xml_free(struct xml_document *d)
{
    if (!d)
        return;
    if (d->doc)
        xmlFreeDoc(d->doc);
    arena_fini(&d->arena);
    free(d);
}

const struct element *xml_root(const struct xml_document *d) { return &d->root; }

const uint8_t *xml_digest(const struct xml_document *d) { return d->digest; }

const char *element_attribute(const struct element *e, const char *name)
{
    for (size_t i = 0; i < e->n_attributes; i++)
        if (strcmp(e->attributes[i].name, name) == 0)
            return e->attributes[i].value;
    return NULL;
}

const struct element *element_child(const struct element *e, const char *name)
{
    for (size_t i = 0; i < e->n_children; i++)
        if (strcmp(e->children[i].name, name) == 0)
            return &e->children[i];
    return NULL;
}

/* ---- schemas */

struct complaints {
    const char *path;
    struct diags *diags;
    size_t count;
};

static void on_schema_error(void *context, XML_ERROR error)
{
    struct complaints *c = context;
    int len = error->message ? (int)strcspn(error->message, "\n") : 0;
    const xmlNode *node = error->node;
    long line = node ? xmlGetLineNo(node) : error->line;
    c->count++;
    diags_add(c->diags, c->path, line > 0 ? (unsigned)line : 0, "%.*s",
              len < MESSAGE_SHOWN ? len : MESSAGE_SHOWN, error->message ? error->message : "");
}

enum status xml_schema_load(const char *path, struct xml_schema **out, struct diags *diags)
{
    struct complaints complaints = {.path = path, .diags = diags};
    struct buffer contents;
    *out = NULL;
    enum status st = read_file(path, XML_FILE_MAX, &contents, diags);
    struct xml_schema *s = st ? NULL : calloc(1, sizeof(*s));
    xmlRelaxNGParserCtxtPtr parser =
        s ? xmlRelaxNGNewMemParserCtxt((const char *)contents.data, (int)contents.len) : NULL;
    if (parser) {
        xmlRelaxNGSetParserStructuredErrors(parser, on_schema_error, &complaints);
        s->schema = xmlRelaxNGParse(parser);
        xmlRelaxNGFreeParserCtxt(parser);
    }
    buffer_fini(&contents);
    if (s && s->schema) {
        *out = s;
        return OK;
    }
    free(s);
    if (st || !parser)
        return st ? st : E_NOMEM;
    if (complaints.count == 0)
        diags_add(diags, path, 0, "is not a RelaxNG schema");
    return E_INPUT;
}

void xml_schema_free(struct xml_schema *s)
{
    if (s)
        xmlRelaxNGFree(s->schema);
    free(s);
}

enum status xml_validate(const struct xml_document *d, const struct xml_schema *s,
                         struct diags *diags)
{
    struct complaints complaints = {.path = d->path, .diags = diags};
    xmlRelaxNGValidCtxtPtr validator = xmlRelaxNGNewValidCtxt(s->schema);
    if (!validator)
        return E_NOMEM;
    xmlRelaxNGSetValidStructuredErrors(validator, on_schema_error, &complaints);
    int result = xmlRelaxNGValidateDoc(validator, d->doc);
    xmlRelaxNGFreeValidCtxt(validator);
    if (result != 0 && complaints.count == 0)
        diags_add(diags, d->path, 0, "does not follow its schema");
    return result == 0 ? OK : E_INPUT;
}

/* ---- writing */

/* Bytes of the character |*out| that |in| begins with; 0 when XML cannot say it: no UTF-8, or a
 * control. */
static size_t character_len(struct bytes in, uint32_t *out)
{
    *out = 0;
    size_t len = utf8_take(in, out);
    return *out < 0x20 || *out == 0x7f || (*out & 0xfffe) == 0xfffe ? 0 : len;
}

void xml_escape(struct buffer *out, const char *text)
{
    static const char *const escapes[128] = {
        ['&'] = "&amp;", ['<'] = "&lt;",   ['>'] = "&gt;",   ['"'] = "&quot;",
        ['\t'] = "&#9;", ['\n'] = "&#10;", ['\r'] = "&#13;",
    };
    struct bytes left = bytes_of_text(text);
    while (left.len) {
        uint32_t c;
        size_t len = character_len(left, &c);
        uint8_t first = left.data[0];
        if (first < COUNT_OF(escapes) && escapes[first])
            buffer_append_text(out, escapes[first]);
        else if (len == 0)
            buffer_append_byte(out, '?');
        else if (utf8_is_unseen(c))
            buffer_printf(out, "&#x%x;", (unsigned)c);
        else
            buffer_append(out, bytes_slice(left, 0, len));
        left = bytes_slice(left, len ? len : 1, left.len);
    }
}
