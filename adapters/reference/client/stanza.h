/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/stanza.h - one XML document: read within limits, and written (docs/wire.md, Stanza).
 * Depends on: octets; libxml2 (without network, entities or DTD).
 */
#ifndef REFERENCE_CLIENT_STANZA_H
#define REFERENCE_CLIENT_STANZA_H

#include "client/octets.h"

#define STANZA_NODES_MAX 4096u
#define STANZA_NAMESPACES_MAX 64u /* declarations of them */
#define STANZA_ID_CHARACTERS 64u
#define STANZA_ID_MAX 256u /* bytes of these */

struct stanza_attribute {
    char *name, *value;
};

struct stanza {
    char *name; /* local */
    char *ns;   /* "" for none */
    struct stanza_attribute *attributes;
    size_t n_attributes;
    struct octets text;                          /* directly inside */
    struct stanza *first, *last, *next, *parent; /* children, siblings */
};

struct stanza_limits {
    size_t max_bytes, max_depth, max_attributes;
};

/* NULL for anything that is not exactly one well-formed document without DOCTYPE, processing
 * instruction and comment, in UTF-8 without byte order mark, within |limits|. Otherwise the
 * caller's to free. */
struct stanza *stanza_read(const uint8_t *in, size_t len, const struct stanza_limits *limits);
/* Accepts NULL. */
void stanza_free(struct stanza *s);

/* All accept NULL, and then return NULL. */
const char *stanza_get(const struct stanza *s, const char *attribute);
/* The first child of this name in its parent's namespace. */
const struct stanza *stanza_child(const struct stanza *s, const char *name);
/* The text is nothing but base64: its bytes. */
bool stanza_bytes(const struct stanza *s, struct octets *out);
/* Is |id|, a document's text, there and not empty, and has it at most STANZA_ID_CHARACTERS? */
bool stanza_is_id(const char *id);
/* A number in decimal digits, at most |most|. */
bool stanza_number(const char *text, uint64_t most, uint64_t *out);

/* "NAME:DEVICE@DOMAIN"; |out_name| borrows from |copy|, which the caller made of |text|. */
bool address_read(char *copy, const char **out_name, uint32_t *out_device, const char **out_domain);

/* ---- writing: appended to octets, which break on text that XML cannot have */

void xml_open(struct octets *o, const char *name);                         /* <name */
void xml_attribute(struct octets *o, const char *name, const char *value); /* NULL: left out */
void xml_number(struct octets *o, const char *name, uint64_t value);
void xml_inside(struct octets *o);                  /* > */
void xml_close(struct octets *o, const char *name); /* </name> */
void xml_empty(struct octets *o);                   /* /> */
/* <name>BASE64</name> */
void xml_bytes(struct octets *o, const char *name, const void *data, size_t len);

#endif
