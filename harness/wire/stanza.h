/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/stanza.h - one XML stanza: parse within limits, build, look up (docs/wire.md, Stanza). The
 * only module of the wire that knows libxml2 (no network, no entities, no DTD).
 * Depends on: base, wire/profile.
 *
 * A parsed stanza is a tree in the caller's arena; attribute values are unescaped UTF-8 text.
 *
 * How elements are called, whatever prefixes the sender chose: in the namespace of streams
 * "stream:LOCAL"; elsewhere LOCAL when no prefix was written, and "{URI}LOCAL" when one was, so
 * that no foreign prefix can make up a name we know. A foreign xmlns without prefix leaves LOCAL
 * and is seen in |ns|: ask stanza_is and stanza_child, which look at it.
 */
#ifndef ASSAY_WIRE_STANZA_H
#define ASSAY_WIRE_STANZA_H

#include "base/arena.h"
#include "base/buffer.h"
#include "wire/profile.h"

#define STANZA_ID_MAX 64u /* characters */

/* Ceilings that hold whatever the limits say. */
#define STANZA_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define STANZA_DEPTH_MAX 1024u
#define STANZA_ATTRIBUTES_MAX 4096u
#define STANZA_NODES_MAX 4096u    /* also where the limits say 0 */
#define STANZA_NAMESPACES_MAX 64u /* declarations in one document */

struct stanza_attribute {
    const char *name; /* with prefix; "xmlns" declarations are not among them */
    const char *value;
};

struct stanza {
    const char *name; /* see above: "message", "stream:error", "{urn:x}other" */
    const char *ns;   /* namespace URI, "" for none */
    const struct stanza_attribute *attributes;
    size_t n_attributes;
    const struct stanza *children; /* elements, an array */
    size_t n_children;
    const char *text; /* all text directly inside, "" for none */
};

struct stanza_limits {
    size_t max_bytes;             /* of the document */
    uint32_t max_depth;           /* of elements; the root is 1 */
    uint32_t max_attributes;      /* of one element, declarations of namespaces among them */
    uint32_t max_nodes;           /* elements in all; 0: STANZA_NODES_MAX */
    const char *namespace_stream; /* whose elements are called "stream:LOCAL"; NULL: nobody's */
};
/* What the profile's constants stanza.* say. The namespace is borrowed from |p|. */
struct stanza_limits stanza_limits_of(const struct wire_profile *p);

/*
 * Parse exactly one document; white space around its root is taken, CDATA is taken as text.
 * E_PARSE  not well-formed UTF-8 XML 1.0 with well-formed namespaces, a DOCTYPE, an entity that is
 *          not predefined, a processing instruction, a comment, a second root, a byte order mark,
 *          another declared version than 1.0 or encoding than UTF-8
 * E_LIMIT  over |limits| or a ceiling; depth, attributes and elements are counted before the first
 *          one is built. (A document with both faults may get either status.)
 * E_NOMEM
 * |*out_problem| (may be NULL) gets a few words, "" on success; static or in the arena.
 */
MUST_USE enum status stanza_parse(struct bytes in, const struct stanza_limits *limits,
                                  struct arena *arena, const struct stanza **out,
                                  const char **out_problem);

/* Is it the stanza |name| of docs/wire.md: by name, and in no namespace (iq: any)? */
bool stanza_is(const struct stanza *s, const char *name);
/* Has |s| (NULL: no) |attribute| with exactly this value? |value| NULL: is it without it? */
bool stanza_has(const struct stanza *s, const char *attribute, const char *value);
/* The value, or NULL. */
const char *stanza_get(const struct stanza *s, const char *attribute);
/*
 * The first child element of this name in its parent's namespace (in none, under "stream:" ones),
 * or NULL. Children of other namespaces are unknown children.
 */
const struct stanza *stanza_child(const struct stanza *s, const char *name);
/* Decode the base64 text of |s| into |arena|. E_PARSE: not base64 (standard, padded, no white
 * space). */
MUST_USE enum status stanza_bytes(const struct stanza *s, struct arena *arena, struct bytes *out);

/* Writing: escaped, in order, into a buffer whose error sticks. open/close nest; attributes
 * directly after open. */
struct stanza_writer {
    struct buffer *out; /* the caller's, or |own| */
    struct buffer own;  /* released by whoever ends the document */
    const char *names[16];
    size_t depth;
    bool is_open;   /* the start tag has no ">" yet */
    enum status st; /* the first thing that went wrong */
};
void stanza_begin(struct stanza_writer *w, struct buffer *out);
/* The same to w->own, of at most |max| bytes. */
void stanza_begin_own(struct stanza_writer *w, size_t max);
void stanza_open(struct stanza_writer *w, const char *name); /* kept until closed */
void stanza_attribute(struct stanza_writer *w, const char *name,
                      const char *value); /* NULL value: left out */
void stanza_attribute_number(struct stanza_writer *w, const char *name, uint64_t value);
/* Open |name| with attributes: STANZA_OPEN(w, "iq", {"id", id}, {"type", "get"}). */
#define STANZA_OPEN(w, name, ...)                                                                  \
    stanza_open_with(w, name, (const struct stanza_attribute[]){__VA_ARGS__},                      \
                     sizeof((const struct stanza_attribute[]){__VA_ARGS__}) /                      \
                         sizeof(struct stanza_attribute))
void stanza_open_with(struct stanza_writer *w, const char *name, const struct stanza_attribute *all,
                      size_t n);
void stanza_text(struct stanza_writer *w, const char *text);
void stanza_base64(struct stanza_writer *w, struct bytes body);
void stanza_close(struct stanza_writer *w);
/* A whole element whose text is base64: of bytes, or of a number of |size| bytes, big-endian. */
void stanza_bytes_element(struct stanza_writer *w, const char *name, struct bytes body);
void stanza_number_element(struct stanza_writer *w, const char *name, uint32_t value, size_t size);
/* A prekey, as every stanza of docs/wire.md has it: <id>, of |id_size| bytes, <value> and, where it
 * is not empty, <signature>. */
struct stanza_prekey {
    uint32_t id;
    size_t id_size;
    struct bytes value, signature;
};
void stanza_prekey_element(struct stanza_writer *w, const char *name,
                           const struct stanza_prekey *key);
/*
 * Ends all that is open. E_NOMEM; E_LIMIT: |out| is full, or deeper than 16; E_PARSE: a text that
 * no XML can hold (not UTF-8, or a forbidden character), an attribute after a text, a close too
 * many.
 */
MUST_USE enum status stanza_end(struct stanza_writer *w);

/* Is |id| there, and 1 to STANZA_ID_MAX characters? */
bool stanza_is_id(const char *id);

/* NAME:DEVICE@DOMAIN. The name may contain anything; the device is decimal without leading zeros.
 * False when it is not one; |name| and |domain| are copies in |arena|. */
bool stanza_address_parse(const char *text, struct arena *arena, const char **name,
                          uint32_t *device, const char **domain);
/* In |arena|; NULL when full. */
const char *stanza_address(struct arena *arena, const char *name, uint32_t device,
                           const char *domain);

#endif
