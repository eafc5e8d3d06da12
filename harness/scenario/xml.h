/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/xml.h - an XML file as a tree of elements; the only file of this module that knows
 * libxml2.
 * Depends on: base, scenario/case (struct attribute); libxml2.
 *
 * A file is hostile until it is read: no network, no document type (hence no entities but the five
 * of XML itself), a ceiling on bytes, depth, elements and attributes. Comments and processing
 * instructions are skipped. Elements of any other namespace than the one asked for are refused.
 */
#ifndef ASSAY_SCENARIO_XML_H
#define ASSAY_SCENARIO_XML_H

#include "base/buffer.h"
#include "base/diag.h"
#include "scenario/case.h"

#define XML_FILE_MAX (4u * 1024u * 1024u)
#define XML_DEPTH_MAX 8u
#define XML_ELEMENTS_MAX 500000u
#define XML_ATTRIBUTES_MAX 64u /* of one element */

struct element {
    const char *name;
    unsigned line; /* where the start tag ends */
    const struct attribute *attributes;
    size_t n_attributes;
    const struct element *children;
    size_t n_children;
    const char *text; /* "" unless there is text that is not only white space */
};

struct xml_document;

struct xml_options {
    const char *path;    /* as the user named it */
    const char *root;    /* the name of the outermost element */
    const char *or_root; /* or this one; NULL: no other */
    const char *ns;      /* its namespace, and that of all elements */
    size_t max;          /* bytes; 0 means XML_FILE_MAX */
};

/*
 * Read a file. E_INPUT with a complaint: unreadable, too long, not well-formed, a document type,
 * too deep, too many elements or attributes, another root or namespace, a namespaced attribute.
 * E_NOMEM. The caller frees with xml_free.
 */
MUST_USE enum status xml_load(const struct xml_options *options, struct xml_document **out,
                              struct diags *diags);
/* Accepts NULL. */
void xml_free(struct xml_document *d);

/* Views valid as long as the document. */
const struct element *xml_root(const struct xml_document *d);
/* SHA-256 of the file. */
const uint8_t *xml_digest(const struct xml_document *d);

/* The value of an attribute, or NULL. */
const char *element_attribute(const struct element *e, const char *name);
/* The first child of that name, or NULL. */
const struct element *element_child(const struct element *e, const char *name);

struct xml_schema;

/* A RelaxNG schema. E_INPUT with complaints: it is no schema or not there. E_NOMEM. */
MUST_USE enum status xml_schema_load(const char *path, struct xml_schema **out,
                                     struct diags *diags);
/* Accepts NULL. */
void xml_schema_free(struct xml_schema *s);

/* E_INPUT with complaints where |d| does not follow |s|. E_NOMEM. */
MUST_USE enum status xml_validate(const struct xml_document *d, const struct xml_schema *s,
                                  struct diags *diags);

/* Append |text| so that it can stand in an attribute or as text, and be seen: what has no width,
 * changes direction or is a control character as a character reference (XML reads the same text);
 * characters XML cannot say become "?". */
void xml_escape(struct buffer *out, const char *text);

#endif
