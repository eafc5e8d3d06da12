/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/stanza.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

/* libxml2's own limit for the nesting of elements; it stops beyond. */
#define DEPTH_MAX 256u

struct reading {
    const struct stanza_limits *limits;
    struct stanza *root, *now; /* |now|: the innermost open element */
    size_t depth, n_nodes, n_namespaces;
    bool is_refused;
    xmlParserCtxtPtr context;
};

static void refuse(struct reading *r)
{
    r->is_refused = true;
    xmlStopParser(r->context);
}

static void free_one(struct stanza *s)
{
    for (size_t i = 0; i < s->n_attributes; i++) {
        free(s->attributes[i].name);
        free(s->attributes[i].value);
    }
    free(s->attributes);
    free(s->name);
    free(s->ns);
    octets_fini(&s->text);
    free(s);
}

/* Without recursion: a document may be deep. */
void stanza_free(struct stanza *s)
{
    while (s) {
        struct stanza *child = s->first, *parent = s->parent;
        if (child) {
            s->first = child->next;
            child->parent = s;
            s = child;
            continue;
        }
        free_one(s);
        s = parent;
    }
}

/* ---- SAX */

static char *copy_of(const xmlChar *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy) {
        memcpy(copy, text, len);
        copy[len] = '\0';
    }
    return copy;
}

/* libxml2 gives local name, prefix, namespace, value and the value's end of each. */
static bool keep_attributes(struct stanza *s, const xmlChar **from, size_t n)
{
    s->attributes = calloc(n ? n : 1, sizeof(*s->attributes));
    for (size_t i = 0; s->attributes && i < n; i++) {
        const xmlChar **a = from + 5 * i;
        struct stanza_attribute *to = &s->attributes[s->n_attributes];
        if (a[1]) /* of another namespace */
            continue;
        to->name = copy_of(a[0], strlen((const char *)a[0]));
        to->value = copy_of(a[3], (size_t)(a[4] - a[3]));
        s->n_attributes++;
        if (!to->name || !to->value)
            return false;
    }
    return s->attributes != NULL;
}

static void place(struct reading *r, struct stanza *s)
{
    struct stanza *parent = r->now;
    s->parent = parent;
    if (!parent)
        r->root = s;
    else if (parent->last)
        parent->last->next = s;
    else
        parent->first = s;
    if (parent)
        parent->last = s;
    r->now = s;
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                          int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    struct reading *r = context;
    (void)prefix;
    (void)namespaces;
    (void)n_defaulted;
    if (r->is_refused)
        return;
    r->depth++;
    r->n_namespaces += (size_t)n_namespaces;
    if (++r->n_nodes > STANZA_NODES_MAX || r->n_namespaces > STANZA_NAMESPACES_MAX ||
        r->depth > r->limits->max_depth || (size_t)n_attributes > r->limits->max_attributes) {
        refuse(r);
        return;
    }
    struct stanza *s = calloc(1, sizeof(*s));
    if (!s) {
        refuse(r);
        return;
    }
    octets_init(&s->text, r->limits->max_bytes);
    place(r, s);
    s->name = copy_of(name, strlen((const char *)name));
    s->ns = uri ? copy_of(uri, strlen((const char *)uri)) : calloc(1, 1);
    if (!s->name || !s->ns || !keep_attributes(s, attributes, (size_t)n_attributes))
        refuse(r);
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *uri)
{
    struct reading *r = context;
    (void)name;
    (void)prefix;
    (void)uri;
    if (r->is_refused || !r->now)
        return;
    r->now = r->now->parent;
    r->depth--;
}

static void characters(void *context, const xmlChar *text, int len)
{
    struct reading *r = context;
    if (r->now && !r->is_refused && len > 0)
        octets_put(&r->now->text, text, (size_t)len);
}

static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external,
                           const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    refuse(context);
}

static void refuse_instruction(void *context, const xmlChar *target, const xmlChar *data)
{
    (void)target;
    (void)data;
    refuse(context);
}

static void refuse_comment(void *context, const xmlChar *value)
{
    (void)value;
    refuse(context);
}

static void refuse_reference(void *context, const xmlChar *name)
{
    (void)name;
    refuse(context);
}

static const xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = start_element,
    .endElementNs = end_element,
    .characters = characters,
    .ignorableWhitespace = characters,
    .cdataBlock = characters,
    .internalSubset = refuse_doctype,
    .processingInstruction = refuse_instruction,
    .comment = refuse_comment,
    .reference = refuse_reference,
};

static bool is_utf8_name(const xmlChar *encoding)
{
    return !encoding || xmlStrcasecmp(encoding, (const xmlChar *)"UTF-8") == 0;
}

/* Is this XML declaration allowed? */
static bool is_declaration_right(const xmlParserCtxt *context)
{
    const xmlChar *said = context->input ? context->input->encoding : NULL;
    return is_utf8_name(context->encoding) && is_utf8_name(said) &&
           (!context->version || xmlStrcmp(context->version, (const xmlChar *)"1.0") == 0);
}

static bool has_byte_order_mark(const uint8_t *in, size_t len)
{
    return len >= 3 && in[0] == 0xef && in[1] == 0xbb && in[2] == 0xbf;
}

struct stanza *stanza_read(const uint8_t *in, size_t len, const struct stanza_limits *limits)
{
    struct stanza_limits own = *limits;
    if (own.max_depth > DEPTH_MAX)
        own.max_depth = DEPTH_MAX;
    struct reading r = {.limits = &own};
    if (len == 0 || len > limits->max_bytes || !is_utf8(in, len) || has_byte_order_mark(in, len))
        return NULL;
    r.context = xmlCreateMemoryParserCtxt((const char *)in, (int)len);
    if (!r.context)
        return NULL;
    *r.context->sax = handler;
    r.context->userData = &r;
    xmlCtxtUseOptions(r.context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    /* otherwise "&amp;" in an attribute comes as "&#38;"; no entity but the predefined can be
     * declared */
    r.context->replaceEntities = 1;
    xmlParseDocument(r.context);
    bool is_right = r.context->wellFormed && r.context->nsWellFormed && !r.is_refused &&
                    is_declaration_right(r.context);
    xmlFreeDoc(r.context->myDoc);
    r.context->myDoc = NULL;
    xmlFreeParserCtxt(r.context);
    if (is_right)
        return r.root;
    stanza_free(r.root);
    return NULL;
}

/* ---- reading a stanza */

const char *stanza_get(const struct stanza *s, const char *attribute)
{
    for (size_t i = 0; s && i < s->n_attributes; i++)
        if (strcmp(s->attributes[i].name, attribute) == 0)
            return s->attributes[i].value;
    return NULL;
}

const struct stanza *stanza_child(const struct stanza *s, const char *name)
{
    const struct stanza *child = s ? s->first : NULL;
    while (child && (strcmp(child->name, name) != 0 || strcmp(child->ns, s->ns) != 0))
        child = child->next;
    return child;
}

bool stanza_bytes(const struct stanza *s, struct octets *out)
{
    return s && !s->first && !s->text.is_broken &&
           octets_from_base64(out, (const char *)s->text.data, s->text.len);
}

bool stanza_is_id(const char *id)
{
    size_t n = 0;
    for (const char *at = id; at && *at; at++)
        n += ((unsigned char)*at & 0xc0) != 0x80; /* no byte that continues a character */
    return n > 0 && n <= STANZA_ID_CHARACTERS;
}

bool stanza_number(const char *text, uint64_t most, uint64_t *out)
{
    uint64_t n = 0;
    size_t len = text ? strlen(text) : 0;
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9' || n > (most - (uint64_t)(text[i] - '0')) / 10)
            return false;
        n = 10 * n + (uint64_t)(text[i] - '0');
    }
    *out = n;
    return len > 0;
}

bool address_read(char *copy, const char **out_name, uint32_t *out_device, const char **out_domain)
{
    uint64_t device;
    char *at = strrchr(copy, '@');
    if (!at)
        return false;
    *at = '\0';
    char *colon = strrchr(copy, ':');
    if (!colon || colon == copy || at[1] == '\0')
        return false;
    *colon = '\0';
    if (!stanza_number(colon + 1, 127, &device) || device == 0 || colon - copy > 256)
        return false;
    *out_name = copy;
    *out_device = (uint32_t)device;
    *out_domain = at + 1;
    return true;
}
